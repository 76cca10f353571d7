"""The clinic's own letters: booked, moved, cancelled. They answer what was just done, at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from clinic.actions.claims import Change, register_follower
from clinic.calendar_files import calendar_file
from clinic.models import Appointment, Booking, Resource
from patients import subjects
from patients.actions import messages, nudge
from patients.message_rules import Wanted
from patients.models import Message
from patients.subjects import Attachment, Facts, Stop, subject_pk

Status = Appointment.Status

LABELS = {"booked": "Booked", "moved": "Moved", "cancelled": "Cancelled"}
# an answer that could not be sent for this long is no answer any more
ANSWER_LASTS = timedelta(hours=48)

Details = Callable[[Sequence[Appointment]], Mapping[str, Any]]
_details: list[Details] = []


def register_details(details: Details) -> None:
    """Let an app above add what it knows of appointments to the context of letters about them.

    The answer may hold "by_appointment": a mapping from primary key to values for one visit.
    """
    if details not in _details:
        _details.append(details)


def register() -> None:
    subjects.register("booking", _look_at_booking, LABELS, _describe_bookings)
    subjects.register("appointment", _look_at_appointment, LABELS, _describe_appointments)
    register_follower(plan_answers)


def _describe_bookings(pks: Iterable[int]) -> dict[int, str]:
    rows = Booking.objects.filter(pk__in=pks).annotate(visits=Count("appointments"))
    return {each.pk: f"{each.visits} visits" if each.visits > 1 else "1 visit" for each in rows}


def _describe_appointments(pks: Iterable[int]) -> dict[int, str]:
    rows = Appointment.objects.filter(pk__in=pks).select_related("service", "location")
    return {each.pk: f"{each.service.name}, {each.starts_at:%a %-d %b %H:%M}" for each in rows}


# Planning ----------------------------------------------------------------------------------------


def plan_answers(change: Change) -> None:
    """After booking, moving or cancelling: one letter that says so."""
    if change.what == "booked":
        booking = change.appointments[0].booking
        plans = {f"booking:{booking.pk}": [_answer("booked", "", change)]}
    elif change.what in ("moved", "cancelled"):
        plans = {
            f"appointment:{each.pk}": [_answer(change.what, f"v{each.version}", change, each)]
            for each in change.appointments
        }
    else:
        return
    messages.reconcile(patient=change.patient, plans=plans, now=change.now, reason="superseded")
    nudge.deliver_soon()


def _answer(kind: str, occurrence: str, change: Change, about: Appointment | None = None) -> Wanted:
    first = min(each.during.lower for each in ([about] if about else change.appointments))
    return Wanted(
        kind=kind,
        occurrence=occurrence,
        due_at=change.now,
        expires_at=change.now + ANSWER_LASTS,
        transactional=True,
        about_at=first,
    )


# Facts at the moment of sending ------------------------------------------------------------------


def _look_at_booking(message: Message, now: datetime) -> Facts | Stop:
    appointments = [
        each
        for each in _appointments().filter(booking=subject_pk(message))
        if each.status not in (Status.CANCELLED, Status.NO_SHOW)
    ]
    if not appointments:
        return Stop("cancelled before it was sent")
    return Facts(appointment_context(appointments), (_ics(appointments, now),))


def _look_at_appointment(message: Message, now: datetime) -> Facts | Stop:
    found = list(_appointments().filter(pk=subject_pk(message)))
    if not found:
        return Stop("the visit is not known any more")
    cancelled = found[0].status == Status.CANCELLED
    if message.kind == "moved" and message.occurrence != f"v{found[0].version}":
        return Stop("moved again before it was sent")
    if message.kind == "moved" and cancelled:
        return Stop("cancelled before it was sent")
    return Facts(appointment_context(found), (_ics(found, now, cancelled=cancelled),))


def _appointments() -> Any:
    return Appointment.objects.with_details().in_order()


def _ics(appointments: Sequence[Appointment], now: datetime, cancelled: bool = False) -> Attachment:
    content = calendar_file(appointments, now=now, cancelled=cancelled)
    method = "CANCEL" if cancelled else "PUBLISH"
    return Attachment("visits.ics", content, f"text/calendar; method={method}; charset=utf-8")


def appointment_context(appointments: Sequence[Appointment]) -> dict[str, Any]:
    """The names of docs/messages.md that come from appointments and their location."""
    location = appointments[0].location
    known: dict[str, Any] = {}
    for details in _details:
        known |= details(appointments)
    by_appointment = known.pop("by_appointment", {})
    visits = [_visit(each) | by_appointment.get(each.pk, {}) for each in appointments]
    return {
        "appointments": visits,
        "appointment": visits[0],
        "location": {"name": location.name, "address": location.address},
        "clinic_phone": location.phone,
        **known,
    }


def _visit(appointment: Appointment) -> dict[str, Any]:
    return {
        "starts": appointment.starts_at,
        "ends": appointment.ends_at,
        "service": appointment.service.patient_name,
        "practitioner": practitioner_name(appointment),
        "location": appointment.location.name,
    }


def practitioner_name(appointment: Appointment) -> str:
    """The person who is held first for it; empty when nobody is."""
    people = [
        each.resource.name
        for each in appointment.reservations.all()
        if each.resource.kind == Resource.Kind.PERSON
    ]
    return people[0] if people else ""
