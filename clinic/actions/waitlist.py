"""Putting patients on the wait list, and taking them off."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions.claiming import lock_patient
from clinic.models import Appointment, Location, Resource, Service, WaitlistEntry
from clinic.queries.waitlist import MOVABLE
from patients.actions.retry import retry_on_contention
from patients.models import Patient

Reason = WaitlistEntry.Reason


class WaitRefused(Exception):
    """Somebody cannot wait like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody waits for, on the clock and calendar of the location; empty means any.

    `appointment` is the later visit that is kept meanwhile.
    """

    service: Service
    location: Location
    appointment: Appointment | None = None
    weekdays: frozenset[int] = frozenset()
    comes_from: time | None = None
    leaves_by: time | None = None
    earliest: date | None = None
    latest: date | None = None
    person: Resource | None = None
    urgent: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is not on the list but could take a time: a session of a course without one."""

    patient: Patient
    wishes: Wishes


@retry_on_contention
@transaction.atomic
def add(*, patient: Patient, wishes: Wishes, by: User, now: datetime) -> WaitlistEntry:
    """Let a patient wait. Raises WaitRefused for the deceased, for a visit that is over or another
    patient's, for days that are over, and for somebody who waits for the same already."""
    patient = lock_patient(patient)
    if patient.deceased:
        raise WaitRefused(f"{patient.full_name} is recorded as deceased.")
    if wishes.latest and wishes.latest < now.astimezone(wishes.location.zone).date():
        raise WaitRefused(f"{wishes.latest:%a %-d %b} is over.")
    _check_visit(patient, wishes, now)
    waiting = WaitlistEntry.objects.waiting().filter(patient=patient, location=wishes.location)
    if waiting.filter(service=wishes.service, appointment=wishes.appointment).exists():
        raise WaitRefused(f"{patient.full_name} waits for this already.")
    return WaitlistEntry.objects.create(
        patient=patient,
        service=wishes.service,
        location=wishes.location,
        appointment=wishes.appointment,
        weekdays=sorted(wishes.weekdays),
        comes_from=wishes.comes_from,
        leaves_by=wishes.leaves_by,
        earliest=wishes.earliest,
        latest=wishes.latest,
        person=wishes.person,
        urgent=wishes.urgent,
        note=wishes.note,
        created_at=now,
        created_by=by,
    )


def _check_visit(patient: Patient, wishes: Wishes, now: datetime) -> None:
    visit = wishes.appointment
    if visit is None:
        return
    if (visit.patient_id, visit.service_id) != (patient.pk, wishes.service.pk):
        raise WaitRefused("A visit of another record cannot be waited for here.")
    if visit.status not in MOVABLE or visit.during.lower <= now:
        raise WaitRefused("This visit is not booked any more: there is nothing to come before it.")


@retry_on_contention
@transaction.atomic
def close(
    *, entry: WaitlistEntry, by: User, now: datetime, reason: Reason = Reason.NO_LONGER
) -> WaitlistEntry:
    """Take somebody off the list; closing again changes nothing. Raises WaitRefused while an offer
    waits for its answer."""
    lock_patient(entry.patient)
    found = WaitlistEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if found.offers.open(now).exists():
        raise WaitRefused("An offer to them waits for its answer: take that back first.")
    if found.closed_at is None:
        found.closed_at, found.closed_by, found.closed_reason = now, by, reason
        found.save()
    return found


@retry_on_contention
@transaction.atomic
def reopen(*, entry: WaitlistEntry) -> WaitlistEntry:
    """Undo taking somebody off: they wait again, since when they did. Raises WaitRefused when they
    got a time, or wait for the same anew."""
    lock_patient(entry.patient)
    found = WaitlistEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if found.closed_reason != Reason.NO_LONGER:
        raise WaitRefused(f"{entry.patient.full_name} cannot be put back on the list.")
    same = WaitlistEntry.objects.waiting().filter(
        patient=found.patient, service=found.service, location=found.location
    )
    if same.filter(appointment=found.appointment).exists():
        raise WaitRefused(f"{entry.patient.full_name} waits for this already.")
    found.closed_at, found.closed_by, found.closed_reason = None, None, ""
    found.save()
    return found


def close_past(*, now: datetime) -> int:
    """Close what waits for nothing any more: days that are over, later visits that took place, were
    missed or cancelled; in the name of whoever put it on the list. Answers how many."""
    closed = 0
    for entry in WaitlistEntry.objects.waiting().select_related(
        "location", "appointment", "created_by", "patient"
    ):
        today = now.astimezone(entry.location.zone).date()
        visit = entry.appointment
        over = visit is not None and (visit.status not in MOVABLE or visit.during.lower <= now)
        if over or (entry.latest and entry.latest < today):
            close(entry=entry, by=entry.created_by, now=now, reason=Reason.PAST)
            closed += 1
    return closed
