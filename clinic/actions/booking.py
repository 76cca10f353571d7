"""The one door through which time is claimed, moved and given back.

How two people cannot get the same slot:

1. The patient's row is locked, then one advisory lock per resource, in order. Every caller takes
   them in this order, so callers wait for each other but never in a circle.
2. Under the locks everything that stands in the way is read and refused together.
3. The rows are inserted. The exclusion constraints are the guard: they also hold against whoever
   writes without this door, and a clash that only they see is refused the same way.

No message is sent here and no other system is spoken to: the transaction is short.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import prefetch_related_objects

from clinic.accounts.models import User
from clinic.actions import claim_checks
from clinic.actions.claims import (
    BookingRefused,
    Change,
    Claim,
    KeyReused,
    Objection,
    Proposal,
    registry,
)
from clinic.actions.retry import retry_on_contention
from clinic.models import Appointment, Booking, Location, Reservation
from clinic.queries.conflicts import Hold, holds_of, patient_is_elsewhere, taken
from patients.models import Patient

# the first key of two-part advisory locks on resources; any number that nothing else uses
RESOURCE_LOCKS = 7001


@retry_on_contention
@transaction.atomic
def book_series(
    *,
    patient: Patient,
    location: Location,
    claims: Sequence[Claim],
    by: User,
    now: datetime,
    key: uuid.UUID | None = None,
    override_reason: str = "",
    note: str = "",
) -> Booking:
    """Book all of these visits or none; answer the booking that holds the appointments.

    A repeated `key` of the same actor gets the first booking back. Raises BookingRefused with
    every objection, KeyReused when the key came with another request.
    """
    booking, is_new = _open_booking(by, key, patient, location, claims, now)
    if not is_new:
        return booking
    _lock_patient(patient)
    prefetch_related_objects([claim.service for claim in claims], "needs__capability")
    proposal = Proposal(patient, location, tuple(claims), now)
    _refuse_on(_objections(proposal, by, override_reason))
    holds = [hold for n, claim in enumerate(claims) for hold in _holds(n, claim)]
    _lock_resources(holds)
    _refuse_on(_clashes(proposal, holds))
    appointments = [
        Appointment(
            booking=booking,
            patient=patient,
            service=claim.service,
            location=location,
            during=visit_range(claim),
            note=note,
            override_reason=override_reason,
            created_at=now,
            timed_at=now,
            status_at=now,
        )
        for claim in claims
    ]
    _insert(appointments, holds)
    _tell(Change("booked", patient, appointments, by, now))
    return booking


def book(*, claim: Claim, **request: Any) -> Appointment:
    """Book one visit: `book_series` with one claim."""
    booking = book_series(claims=[claim], **request)
    return booking.appointments.select_related("location", "service", "patient").get()


@retry_on_contention
@transaction.atomic
def move(
    *,
    appointment: Appointment,
    claim: Claim,
    by: User,
    now: datetime,
    override_reason: str = "",
) -> Appointment:
    """Give an appointment another time or other resources; the old are free with the commit."""
    patient = _lock_patient(appointment.patient)
    moved = _locked(appointment)
    prefetch_related_objects([claim.service], "needs__capability")
    if not {"booked", "confirmed"} & {moved.status}:
        raise BookingRefused(Objection(f"A visit that is {_word(moved)} cannot be moved."))
    proposal = Proposal(patient, moved.location, (claim,), now, replaces=moved)
    _refuse_on(_objections(proposal, by, override_reason))
    holds = _holds(0, claim)
    _lock_resources(holds)
    _refuse_on(_clashes(proposal, holds))
    moved.reservations.all().delete()
    moved.during = visit_range(claim)
    moved.service = claim.service
    moved.version += 1
    moved.status = Appointment.Status.BOOKED
    moved.timed_at = moved.status_at = now
    moved.override_reason = override_reason
    _guarded(moved.save)
    _reserve([moved], holds)
    _tell(Change("moved", patient, [moved], by, now))
    return moved


@retry_on_contention
@transaction.atomic
def cancel(*, appointment: Appointment, reason: str, by: User, now: datetime) -> Appointment:
    """Cancel: the row stays, what it held is free, its messages are withdrawn by the followers."""
    patient = _lock_patient(appointment.patient)
    cancelled = _locked(appointment)
    if cancelled.status == Appointment.Status.CANCELLED:
        return cancelled
    if Appointment.Status.CANCELLED not in Appointment.TRANSITIONS[cancelled.status]:
        raise BookingRefused(Objection(f"A visit that is {_word(cancelled)} cannot be cancelled."))
    cancelled.status = Appointment.Status.CANCELLED
    cancelled.cancelled_at, cancelled.cancelled_by = now, by
    cancelled.status_at = now
    cancelled.cancel_reason = reason[:200]
    cancelled.held_until = None
    cancelled.save()
    cancelled.reservations.all().delete()
    _tell(Change("cancelled", patient, [cancelled], by, now))
    return cancelled


# The patient comes, is treated, or does not come ------------------------------------------------


def check_in(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.ARRIVED, by, now)


def start(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.IN_ROOM, by, now)


def complete(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.DONE, by, now)


def mark_no_show(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.NO_SHOW, by, now)


_STEP_BACK = {
    Appointment.Status.ARRIVED: Appointment.Status.BOOKED,
    Appointment.Status.IN_ROOM: Appointment.Status.ARRIVED,
    Appointment.Status.DONE: Appointment.Status.IN_ROOM,
    Appointment.Status.NO_SHOW: Appointment.Status.BOOKED,
}


def undo_status(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """One step back; refused where there is none."""
    back = _STEP_BACK.get(Appointment.Status(appointment.status))
    if back is None:
        raise BookingRefused(Objection(f"There is nothing to undo: it is {_word(appointment)}."))
    return _advance(appointment, back, by, now)


@retry_on_contention
@transaction.atomic
def _advance(appointment: Appointment, to: str, by: User, now: datetime) -> Appointment:
    patient = _lock_patient(appointment.patient)
    advanced = _locked(appointment)
    if advanced.status == to:
        return advanced
    if to not in Appointment.TRANSITIONS[advanced.status]:
        raise BookingRefused(
            Objection(f"It is {_word(advanced)} by now; that step does not follow from there.")
        )
    if advanced.during.lower > now + timedelta(hours=12):
        raise BookingRefused(
            Objection(f"This visit is on {advanced.starts_at:%a %-d %b}, not today.")
        )
    advanced.status, advanced.status_at = to, now
    _guarded(advanced.save)
    _tell(Change("status", patient, [advanced], by, now))
    return advanced


# Parts of the procedure --------------------------------------------------------------------------


def visit_range(claim: Claim) -> DateTimeTZRange:
    """What the patient's diary shows, half-open."""
    return DateTimeTZRange(claim.start, claim.start + timedelta(minutes=claim.service.minutes))


def _open_booking(
    by: User,
    key: uuid.UUID | None,
    patient: Patient,
    location: Location,
    claims: Sequence[Claim],
    now: datetime,
) -> tuple[Booking, bool]:
    """Insert the request's row, or find that it came before. A rival with the same key that is
    still at work is waited for, by the unique constraint."""
    content = _hash(patient, location, claims)
    wanted = Booking(key=key or uuid.uuid4(), actor=by, content_hash=content, created_at=now)
    Booking.objects.bulk_create([wanted], ignore_conflicts=True)
    booking = Booking.objects.get(actor=by, key=wanted.key)
    if booking.content_hash != content:
        raise KeyReused("This form was already used for another booking. Reload the page.")
    return booking, not booking.appointments.exists()


def _hash(patient: Patient, location: Location, claims: Sequence[Claim]) -> str:
    content = [
        patient.pk,
        location.pk,
        [[each.service.pk, each.start.isoformat(), *each.assignment] for each in claims],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _lock_patient(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("location", "service", "patient").get(pk=appointment.pk)


def _lock_resources(holds: Sequence[Hold]) -> None:
    ids = sorted({hold.resource_id for hold in holds})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id",
            [RESOURCE_LOCKS, ids],
        )


def _objections(proposal: Proposal, by: User, override_reason: str) -> list[Objection]:
    """What the clinic's own checks and the registered rules say, less what `by` may overrule."""
    found = list(claim_checks.objections(proposal))
    if not found:
        found = [each for rule in registry.rules for each in rule(proposal)]
    overruled = bool(override_reason.strip())
    return [
        each
        for each in found
        if not (overruled and each.permission and by.has_perm(each.permission))
    ]


def _clashes(proposal: Proposal, holds: Sequence[Hold]) -> list[Objection]:
    without = proposal.replaces.pk if proposal.replaces else None
    visits = [
        (n, claim.start, claim.start + timedelta(minutes=claim.service.minutes))
        for n, claim in enumerate(proposal.claims)
    ]
    found = taken(holds, without) + patient_is_elsewhere(proposal.patient, visits, without)
    return [Objection(text, position) for position, text in found]


def _refuse_on(objections: Sequence[Objection]) -> None:
    if objections:
        raise BookingRefused(*objections)


def _holds(position: int, claim: Claim) -> list[Hold]:
    return holds_of(position, claim.service, claim.start, claim.assignment)


def _insert(appointments: list[Appointment], holds: Sequence[Hold]) -> None:
    _guarded(lambda: Appointment.objects.bulk_create(appointments))
    _reserve(appointments, holds)


def _reserve(appointments: Sequence[Appointment], holds: Sequence[Hold]) -> None:
    rows = [
        Reservation(
            resource_id=hold.resource_id,
            appointment=appointments[hold.position],
            need=hold.need,
            during=hold.during,
        )
        for hold in holds
    ]
    _guarded(lambda: Reservation.objects.bulk_create(rows))


def _guarded(write: Callable[[], object]) -> None:
    """Write, and turn a clash that only the constraint saw into a refusal."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        if "once_at_a_time" not in str(error):
            raise
        taken_now = "Somebody took part of this time a moment ago. Nothing was booked."
        raise BookingRefused(Objection(taken_now)) from error


def _tell(change: Change) -> None:
    for follower in registry.followers:
        follower(change)


def _word(appointment: Appointment) -> str:
    return str(appointment.get_status_display()).lower()
