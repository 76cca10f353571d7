"""How whoever claims time examines, locks and writes: the booking door, closures, absences."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import prefetch_related_objects

from clinic.accounts.models import RecordAccess, User
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
from clinic.models import Appointment, Booking, Location, Reservation
from clinic.queries.conflicts import Hold, holds_of, patient_is_elsewhere, taken
from patients.models import Patient

# the first key of two-part advisory locks on resources; any number that nothing else uses
RESOURCE_LOCKS = 7001


def examine(proposal: Proposal, by: User, override_reason: str) -> list[Hold]:
    """Refuse the proposal with everything that speaks against it, or lock what it needs.

    Under a rush most callers wait for a lock, find the time taken, and end there: that look comes
    before the dearer questions about opening hours and rules.
    """
    services = [claim.service for claim in proposal.claims]
    prefetch_related_objects(services, "needs__capability")
    refuse_on(claim_checks.absurdities(proposal))
    holds = [hold for n, claim in enumerate(proposal.claims) for hold in _holds(n, claim)]
    lock_resources(hold.resource_id for hold in holds)
    refuse_on(_clashes(proposal, holds))
    refuse_on(_objections(proposal, by, override_reason))
    return holds


def visit_range(claim: Claim) -> DateTimeTZRange:
    """What the patient's diary shows, half-open."""
    return DateTimeTZRange(claim.start, claim.start + timedelta(minutes=claim.service.minutes))


def open_booking(
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
    if key is None:
        return Booking.objects.create(actor=by, content_hash=content, created_at=now), True
    wanted = Booking(key=key, actor=by, content_hash=content, created_at=now)
    Booking.objects.bulk_create([wanted], ignore_conflicts=True)
    booking = Booking.objects.get(actor=by, key=key)
    check_same(booking, patient, location, claims)
    return booking, not booking.appointments.exists()


def check_same(
    booking: Booking, patient: Patient, location: Location, claims: Sequence[Claim]
) -> None:
    """Raise KeyReused unless this booking was made by exactly this request."""
    if booking.content_hash != _hash(patient, location, claims):
        raise KeyReused("This form was already used for another booking. Reload the page.")
    if booking.appointments.filter(status=Appointment.Status.CANCELLED).exists():
        raise KeyReused("These visits were booked before and cancelled since. Choose again.")


def _hash(patient: Patient, location: Location, claims: Sequence[Claim]) -> str:
    content = [
        patient.pk,
        location.pk,
        [[each.service.pk, each.start.isoformat(), *each.assignment] for each in claims],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def lock_patient(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)


def locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("location", "service", "patient").get(pk=appointment.pk)


def lock_resources(resources: Iterable[int]) -> None:
    """One advisory lock per resource until the end of the transaction, in ascending order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id",
            [RESOURCE_LOCKS, sorted(set(resources))],
        )


def _objections(proposal: Proposal, by: User, override_reason: str) -> list[Objection]:
    """What the clinic's own checks and the registered rules say, less what `by` may overrule."""
    found = list(claim_checks.closed(proposal))
    found += [each for rule in registry.rules for each in rule(proposal)]
    overruled = bool(override_reason.strip())
    return [
        each
        for each in found
        if not (overruled and each.permission and by.has_perm(each.permission))
    ]


def ask_rules_again(appointment: Appointment, now: datetime) -> None:
    """Refuse with what the registered rules say against a visit that is to stand again."""
    held = appointment.reservations.order_by("need__position").values_list("resource", flat=True)
    claim = Claim(appointment.service, appointment.during.lower, tuple(held))
    proposal = Proposal(
        appointment.patient, appointment.location, (claim,), now, replaces=appointment
    )
    refuse_on(each for rule in registry.rules for each in rule(proposal))


def _clashes(proposal: Proposal, holds: Sequence[Hold]) -> list[Objection]:
    without = proposal.replaces.pk if proposal.replaces else None
    visits = [
        (n, claim.start, claim.start + timedelta(minutes=claim.service.minutes))
        for n, claim in enumerate(proposal.claims)
    ]
    found = taken(holds, without) + patient_is_elsewhere(proposal.patient, visits, without)
    return [Objection(text, position) for position, text in found]


def refuse_on(objections: Iterable[Objection]) -> None:
    """Refuse with all of these, if there are any."""
    if found := list(objections):
        raise BookingRefused(*found)


def _holds(position: int, claim: Claim) -> list[Hold]:
    return holds_of(position, claim.service, claim.start, claim.assignment)


def insert(appointments: list[Appointment], holds: Sequence[Hold]) -> None:
    guarded(lambda: Appointment.objects.bulk_create(appointments))
    reserve(appointments, holds)


def reserve(appointments: Sequence[Appointment], holds: Sequence[Hold]) -> None:
    rows = [
        Reservation(
            resource_id=hold.resource_id,
            appointment=appointments[hold.position],
            need=hold.need,
            during=hold.during,
        )
        for hold in holds
    ]
    guarded(lambda: Reservation.objects.bulk_create(rows))


def guarded(write: Callable[[], object]) -> None:
    """Write, and turn a clash that only the constraint saw into a refusal."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        if "once_at_a_time" not in str(error):
            raise
        taken_now = "Somebody took part of this time a moment ago. Nothing was changed."
        raise BookingRefused(Objection(taken_now)) from error


def tell(change: Change) -> None:
    RecordAccess.objects.bulk_create(
        RecordAccess(
            user=change.by,
            record="clinic.appointment",
            record_id=each.pk,
            action=RecordAccess.Action.CHANGE,
            at=change.now,
        )
        for each in change.appointments
    )
    for follower in registry.followers:
        follower(change)


def word(appointment: Appointment) -> str:
    """What the visit is by now, to follow "it is"."""
    spoken = {"no_show": "marked as no-show", "in_room": "in the room"}
    return spoken.get(appointment.status, str(appointment.get_status_display()).lower())
