"""Times kept for a patient who is still deciding: on the telephone, or over an offered time.

A hold is an appointment in status "held" with an expiry. It blocks its people, rooms and devices
like a booking until then; after that it blocks nobody (`clinic.actions.lapsing`).
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import booking_requests, claiming
from clinic.actions.claims import Change, Claim, Proposal, refuse
from clinic.models import Appointment, Booking, Location, Reservation
from clinic.models.appointment import GIVEN_BACK
from patients.actions.retry import retry_on_contention
from patients.models import Patient

Status = Appointment.Status

# an offer by e-mail may wait for its answer; nothing is kept longer than this
LONGEST = timedelta(days=3)


@retry_on_contention
@transaction.atomic
def hold(
    *,
    patient: Patient,
    location: Location,
    claims: Sequence[Claim],
    by: User,
    now: datetime,
    until: datetime | None = None,
    key: uuid.UUID | None = None,
    override_reason: str = "",
    instead_of: Sequence[Appointment] = (),
    along: Sequence[Claim] = (),
) -> Booking:
    """Keep all of these times or none, until `until` (aware; HOLD_MINUTES from now when None).

    Refused like a booking. `instead_of` are visits of the patient that will move or go when the
    times are taken, `along` the times to which some of them move: looked at together, as all would
    stand then, but not kept. A repeated `key` of the same actor gets the first hold back, whatever
    has become of it.
    """
    until = until or now + timedelta(minutes=settings.HOLD_MINUTES)
    if not now < until <= now + LONGEST:
        refuse("A time is kept for at most three days.")
    booking, is_new = booking_requests.open_booking(by, key, patient, location, claims, now)
    if not is_new:
        return booking
    patient = claiming.lock_patient(patient)
    proposal = Proposal(patient, location, (*claims, *along), now, tuple(instead_of))
    examined = claiming.examine([proposal], by, override_reason)
    holds = [each for each in examined if each.position < len(claims)]
    visits = claiming.visits_of(
        booking,
        patient,
        location,
        claims,
        now,
        override_reason,
        status=Status.HELD,
        held_until=until,
    )
    claiming.insert(visits, holds)
    claiming.tell(Change("held", patient, visits, by, now, instead_of=instead_of))
    return booking


@retry_on_contention
@transaction.atomic
def confirm(*, booking: Booking, by: User, now: datetime) -> list[Appointment]:
    """Turn a hold into booked visits, in order of time; confirming again changes nothing.

    Refused when it ran out: what it held may be somebody else's by now.
    """
    visits = _locked(booking)
    if all(each.status in (Status.BOOKED, Status.CONFIRMED) for each in visits):
        return visits
    if not all(each.status == Status.HELD and each.held_until > now for each in visits):  # type: ignore[operator]
        refuse("The time was kept until a moment ago and is free again. Choose once more.")
    for each in visits:
        each.status, each.held_until = Status.BOOKED, None
        each.status_at = each.timed_at = now
    Appointment.objects.bulk_update(visits, ["status", "held_until", "status_at", "timed_at"])
    claiming.tell(Change("booked", visits[0].patient, visits, by, now, was_held=True))
    return visits


@retry_on_contention
@transaction.atomic
def release(*, booking: Booking, by: User, now: datetime, reason: str = "") -> None:
    """Give a hold back before its time; what was confirmed or ran out is left as it is."""
    visits = [each for each in _locked(booking) if each.status == Status.HELD]
    for each in visits:
        each.status, each.status_at, each.held_until = Status.CANCELLED, now, None
        each.cancelled_at, each.cancelled_by = now, by
        each.cancel_reason = reason or GIVEN_BACK
        each.save()
    Reservation.objects.filter(appointment__in=visits).delete()
    if visits:
        claiming.tell(Change("released", visits[0].patient, visits, by, now))


def _locked(booking: Booking) -> list[Appointment]:
    """The visits of a hold, under the locks of the booking door and in its order."""
    first = booking.appointments.select_related("patient").first()
    if first is None:
        refuse("There is nothing kept under this number.")
    claiming.lock_patient(first.patient)
    held = Reservation.objects.filter(appointment__booking=booking)
    claiming.lock_resources(held.values_list("resource_id", flat=True))
    rows = booking.appointments.select_for_update(of=("self",)).order_by("during")
    return list(rows.select_related("location", "service", "patient"))
