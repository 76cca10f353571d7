"""The clinic's own letters: booked, moved, cancelled. They answer what was just done, at once."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count

from clinic import letter_words
from clinic.actions.claims import Change, register_follower
from clinic.calendar_files import calendar_file
from clinic.models import Appointment, Booking, RearrangedVisit, Rearrangement, Resource
from patients import letter_kinds, subjects
from patients.actions import messages, nudge
from patients.message_rules import Wanted
from patients.models import Link, Message
from patients.subjects import Facts, LinkWanted, Stop, subject_pk

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
    letter_kinds.register(letter_words.ANSWERS, LABELS, letter_words.VISIT, letter_words.answer)
    subjects.register("booking", _look_at_booking, LABELS, _describe_bookings)
    subjects.register("rearrangement", _look_at_rearrangement, LABELS, _describe_rearrangements)
    register_follower(plan_answers)


def _describe_bookings(pks: Iterable[int]) -> dict[int, str]:
    rows = Booking.objects.filter(pk__in=pks).annotate(visits=Count("appointments"))
    return {each.pk: f"{each.visits} visits" if each.visits > 1 else "1 visit" for each in rows}


def _describe_rearrangements(pks: Iterable[int]) -> dict[int, str]:
    rows = RearrangedVisit.objects.filter(rearrangement__in=pks).order_by("became", "was")
    related = ("appointment__service", "appointment__location")
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows.select_related(*related):
        stands = row.became or row.was
        when = stands.lower.astimezone(row.appointment.location.zone)
        found[row.rearrangement_id].append(
            f"{row.appointment.service.name}, {when:%a %-d %b %H:%M}"
        )
    return {
        pk: words[0] if len(words) == 1 else f"{len(words)} visits" for pk, words in found.items()
    }


# Planning ----------------------------------------------------------------------------------------


def plan_answers(change: Change) -> None:
    """After booking, or changing what was booked: one letter that says so."""
    made: Collection[str] = ()
    if change.rearrangement is not None:
        plans = _plans_of(change.rearrangement, change)
    elif change.what == "booked":
        plans = {f"booking:{change.appointments[0].booking_id}": [_answer("booked", change)]}
        made = plans
    else:
        return
    messages.reconcile(
        patient=change.patient, plans=plans, now=change.now, reason="superseded", made=made
    )
    nudge.deliver_soon()


def _plans_of(made: Rearrangement, change: Change) -> dict[str, list[Wanted]]:
    """The letter about a rearrangement. When it takes back one whose letter still waits, the
    patient need hear of neither."""
    if not made.notify:
        return {}
    if made.undoes and not _has_left(made.undoes):
        return {made.undoes.subject_key: []}
    undo_time = timedelta(seconds=settings.UNDO_SECONDS)
    return {made.subject_key: [_answer(_kind_of(made), change, undo_time)]}


def _kind_of(made: Rearrangement) -> str:
    """Booked or cancelled when it did nothing else, moved for everything else."""
    done = set(made.visits.values_list("what", flat=True))
    if done == {RearrangedVisit.What.BOOKED}:
        return "booked"
    return "cancelled" if done == {RearrangedVisit.What.CANCELLED} else "moved"


def _has_left(made: Rearrangement) -> bool:
    waiting = Message.objects.filter(subject_key=made.subject_key, status=Message.Status.PLANNED)
    return made.notify and not waiting.exists()


def _answer(kind: str, change: Change, later: timedelta = timedelta()) -> Wanted:
    return Wanted(
        kind=kind,
        occurrence="",
        due_at=change.now + later,
        expires_at=change.now + ANSWER_LASTS,
        transactional=True,
        about_at=min(each.during.lower for each in change.appointments),
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
    files = tuple(calendar_file(each, now=now) for each in appointments)
    return Facts(appointment_context(appointments), files)


def _look_at_rearrangement(message: Message, now: datetime) -> Facts | Stop:
    """The visits as they are now; those that were changed again have a letter of their own."""
    rows = RearrangedVisit.objects.filter(rearrangement=subject_pk(message))
    known = {row.appointment_id: row for row in rows}
    as_left = [
        each
        for each in _appointments().filter(pk__in=known)
        if each.version == known[each.pk].version
        and (each.status == Status.CANCELLED) == (known[each.pk].became is None)
    ]
    stand = [each for each in as_left if each.status not in (Status.CANCELLED, Status.NO_SHOW)]
    gone = [each for each in as_left if each.status == Status.CANCELLED]
    if not (gone if message.kind == "cancelled" else stand):
        return Stop("changed again before it was sent")
    files = [
        *(calendar_file(each, now=now) for each in stand),
        *(calendar_file(each, now=now, cancelled=True) for each in gone),
    ]
    context = appointment_context(stand or gone)
    for visit, each in zip(context["appointments"], stand, strict=False):
        visit["was"] = _start_before(known[each.pk], each)
    more = {"gone": appointment_context(gone)["appointments"]} if stand and gone else {}
    links = visit_links(stand[0]) if len(stand) == 1 else {}
    return Facts(context | more, tuple(files), links=links)


def _start_before(row: RearrangedVisit, appointment: Appointment) -> datetime | None:
    return row.was and row.was.lower.astimezone(appointment.location.zone)  # type: ignore[no-any-return]


def _appointments() -> Any:
    return Appointment.objects.with_details().in_order()


def appointment_context(
    appointments: Sequence[Appointment], details: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The names of docs/messages.md that come from appointments and their location. `details` are
    what the apps above would add, for those who have it at hand."""
    location = appointments[0].location
    known: dict[str, Any] = dict(details or {})
    for ask in _details if details is None else ():
        known |= ask(appointments)
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
        "service": appointment.service.said_to_patients,
        "practitioner": practitioner_name(appointment),
        "location": appointment.location.name,
    }


def visit_links(appointment: Appointment) -> dict[str, LinkWanted]:
    """Where the patient answers about this visit, while it has this time."""
    page = LinkWanted(
        route="link-visit",
        purpose=Link.Purpose.VISIT,
        subject_key=f"appointment:{appointment.pk}",
        version=appointment.version,
        expires_at=appointment.during.lower,
    )
    return {"confirm_url": page, "move_url": page}


def practitioner_name(appointment: Appointment) -> str:
    """The person who is held first for it; empty when nobody is."""
    people = [
        each.resource.name
        for each in appointment.reservations.all()
        if each.resource.kind == Resource.Kind.PERSON
    ]
    return people[0] if people else ""
