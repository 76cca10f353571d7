"""Saying when the clinic does not work: somebody or something is away, or a whole place is closed.

Both refuse when visits stand in the way and name every one of them: first those are moved or
cancelled, each with its own letter to the patient, then the days are closed.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from clinic.accounts.models import RecordAccess, User
from clinic.actions.claiming import guarded, lock_resources, refuse_on
from clinic.actions.claims import Objection, refuse
from clinic.models import Absence, Appointment, Closure, Location, Reservation, Resource
from clinic.models.ranges import LONGEST, SHORTEST
from clinic.scheduling.clock import midnights, to_datetime
from patients.actions.retry import retry_on_contention


@retry_on_contention
@transaction.atomic
def record_absence(
    *,
    resource: Resource,
    start: datetime,
    end: datetime,
    kind: str,
    note: str = "",
    by: User,
    now: datetime,
) -> Absence:
    """Keep a person, room or device out of the bookings in `[start, end)`, both aware.

    `kind` is an Absence.Kind; the past is allowed, people fall ill before they say so. Raises
    BookingRefused with one objection for each visit, or other absence, that holds the resource.
    """
    if start.utcoffset() is None or end.utcoffset() is None:
        refuse("A time needs its time zone.")
    if end <= start:
        refuse("The end must be after the start.")
    if not SHORTEST <= end - start <= LONGEST:
        refuse("An absence lasts between five minutes and a year.")
    if kind not in Absence.Kind.values:
        refuse("Choose leave, illness or maintenance.")
    lock_resources([resource.pk])
    during = DateTimeTZRange(start, end)
    refuse_on(_held_for(each) for each in _holding(resource, during))
    absence = Absence.objects.create(
        resource=resource, during=during, kind=kind, note=note.strip()[:100]
    )
    # a rival that did not take the lock is caught by the constraint
    guarded(lambda: Reservation.objects.create(resource=resource, absence=absence, during=during))
    _note("clinic.absence", absence.pk, by, now)
    return absence


@retry_on_contention
@transaction.atomic
def close_days(
    *, location: Location, first: date, last: date, reason: str, by: User, now: datetime
) -> Closure:
    """Close a location on the local days from `first` to `last`, both included.

    Raises BookingRefused with one objection for each standing visit on those days.
    """
    if last < first:
        refuse("The last closed day is before the first.")
    works_here = Q(location=location) | Q(weekly_hours__location=location)
    lock_resources(Resource.objects.filter(works_here).values_list("pk", flat=True))
    marks = midnights(first, last + timedelta(days=1), location.zone)
    standing = Appointment.objects.standing().filter(location=location)
    standing = standing.between(to_datetime(marks[0]), to_datetime(marks[-1]))
    found = standing.select_related("patient", "service", "location").in_order()
    refuse_on(Objection(f"{_words(each)} stands in the way.") for each in found)
    closure = Closure.objects.create(
        location=location, starts_on=first, ends_on=last, reason=reason.strip()[:100]
    )
    _note("clinic.closure", closure.pk, by, now)
    return closure


def _holding(resource: Resource, during: DateTimeTZRange) -> Iterable[Reservation]:
    rows = Reservation.objects.filter(resource=resource, during__overlap=during)
    related = ("absence", "appointment__patient", "appointment__service", "appointment__location")
    return rows.select_related("resource__location", *related).order_by("during")


def _held_for(held: Reservation) -> Objection:
    if held.appointment is not None:
        return Objection(f"{held.resource.name} is booked: {_words(held.appointment)}.")
    zone = held.resource.location.zone
    since, until = held.during.lower.astimezone(zone), held.during.upper.astimezone(zone)
    return Objection(
        f"{held.resource.name} is away already, {since:%a %-d %b, %H:%M} "
        f"to {until:%a %-d %b, %H:%M}."
    )


def _words(appointment: Appointment) -> str:
    return (
        f"{appointment.patient.full_name}, {appointment.starts_at:%a %-d %b, %H:%M}, "
        f"{appointment.service.name}"
    )


def _note(record: str, pk: int, by: User, now: datetime) -> None:
    """Who closed time, and when: the same log that says who changed a patient's details."""
    RecordAccess.objects.create(
        user=by, record=record, record_id=pk, action=RecordAccess.Action.CHANGE, at=now
    )
