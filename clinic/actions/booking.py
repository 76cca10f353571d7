"""The one door through which time is claimed, moved and given back.

How two people cannot get the same slot:

1. The patient's row is locked, then one advisory lock per resource, in order. Every caller takes
   them in this order, so callers wait for each other but never in a circle.
2. Under the locks everything that stands in the way is read and refused together.
3. The rows are inserted. The exclusion constraints are the guard: they also hold against whoever
   writes without this door, and a clash that only they see is refused the same way.

No message is sent here and no other system is spoken to: the transaction is short.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Required, TypedDict, Unpack

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import arrivals, booking_requests, claiming
from clinic.actions.claiming import word
from clinic.actions.claims import BookingRefused, Change, Claim, KeyReused, Proposal, refuse
from clinic.actions.rearranging import Cancel, Move, Wanted, rearrange
from clinic.models import Appointment, Booking, Location
from patients.actions.retry import retry_on_contention
from patients.models import Patient

__all__ = [
    "BookingRefused",
    "KeyReused",
    "book",
    "book_series",
    "cancel",
    "check_in",
    "complete",
    "confirm",
    "mark_no_show",
    "move",
    "start",
    "unconfirm",
    "undo_status",
]


class Request(TypedDict, total=False):
    """Whom, where and by whom a booking is for."""

    patient: Required[Patient]
    location: Required[Location]
    by: Required[User]
    now: Required[datetime]
    key: uuid.UUID | None
    override_reason: str
    note: str


def book_series(*, claims: Sequence[Claim], **request: Unpack[Request]) -> Booking:
    """Book all of these visits or none; answer the booking that holds the appointments.

    A repeated `key` of the same actor gets the first booking back. Raises BookingRefused with
    every objection, KeyReused when the key came with another request.
    """
    booking, _visits = _book(claims=claims, **request)
    return booking


def book(*, claim: Claim, **request: Unpack[Request]) -> Appointment:
    """Book one visit: `book_series` with one claim."""
    booking, visits = _book(claims=[claim], **request)
    if visits:
        return visits[0]
    return booking.appointments.select_related("location", "service", "patient").get()


@retry_on_contention
@transaction.atomic
def _book(
    *,
    patient: Patient,
    location: Location,
    claims: Sequence[Claim],
    by: User,
    now: datetime,
    key: uuid.UUID | None = None,
    override_reason: str = "",
    note: str = "",
) -> tuple[Booking, list[Appointment]]:
    """The booking, with its visits when they were made just now."""
    booking, is_new = booking_requests.open_booking(by, key, patient, location, claims, now)
    if not is_new:
        return booking, []
    patient = claiming.lock_patient(patient)
    proposal = Proposal(patient, location, tuple(claims), now)
    holds = claiming.examine([proposal], by, override_reason)
    appointments = claiming.visits_of(
        booking, patient, location, claims, now, override_reason, note=note
    )
    claiming.insert(appointments, holds)
    claiming.tell(Change("booked", patient, appointments, by, now))
    return booking, appointments


def move(
    *,
    appointment: Appointment,
    claim: Claim,
    by: User,
    now: datetime,
    override_reason: str = "",
) -> Appointment:
    """Give an appointment another time or other resources: a rearrangement of this visit alone."""
    wanted = Wanted(appointment.patient, appointment.location, (Move(appointment, claim),))
    rearrange(wanted=[wanted], by=by, now=now, override_reason=override_reason)
    return _fresh(appointment)


@retry_on_contention
@transaction.atomic
def cancel(
    *, appointment: Appointment, reason: str, by: User, now: datetime, notify: bool = True
) -> Appointment:
    """Cancel: the row stays, what it held is free, its messages are withdrawn by the followers.

    Cancelling again changes nothing.
    """
    claiming.lock_patient(appointment.patient)
    found = _fresh(appointment)
    if found.status == Appointment.Status.CANCELLED:
        return found
    wanted = Wanted(found.patient, found.location, cancels=(Cancel(found),), cause=reason)
    rearrange(wanted=[wanted], by=by, now=now, notify=notify)
    return _fresh(appointment)


def _fresh(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_related("location", "service", "patient")
    return rows.get(pk=appointment.pk)


# The patient comes, is treated, or does not come ------------------------------------------------


def confirm(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """The patient has said that they will be there."""
    return _advance(appointment, Appointment.Status.CONFIRMED, by, now)


def unconfirm(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.BOOKED, by, now)


def check_in(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.ARRIVED, by, now)


def start(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.IN_ROOM, by, now)


def complete(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.DONE, by, now)


def mark_no_show(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    return _advance(appointment, Appointment.Status.NO_SHOW, by, now)


# a visit that is closed from the waiting room has begun somewhere on the way
_BEGUN = (Appointment.Status.IN_ROOM, Appointment.Status.DONE)
_STEP_BACK = {
    Appointment.Status.ARRIVED: Appointment.Status.BOOKED,
    Appointment.Status.IN_ROOM: Appointment.Status.ARRIVED,
    Appointment.Status.DONE: Appointment.Status.IN_ROOM,
    Appointment.Status.NO_SHOW: Appointment.Status.BOOKED,
}


@retry_on_contention
@transaction.atomic
def undo_status(
    *, appointment: Appointment, by: User, now: datetime, seen: str = ""
) -> Appointment:
    """One step back; refused where there is none, or when the status is not the one `seen`.

    Taking back a no-show makes the visit stand again, so the rules are asked as for a booking.
    """
    patient, found = claiming.lock_patient(appointment.patient), claiming.locked(appointment)
    if seen and seen != found.status:
        refuse(f"It is {word(found)} by now. The page was older than that.")
    back = _STEP_BACK.get(Appointment.Status(found.status))
    if back is None:
        refuse(f"There is nothing to undo: it is {word(found)}.")
    if found.status == Appointment.Status.NO_SHOW:
        claiming.ask_rules_again(found, now)
    if found.status == Appointment.Status.DONE:
        claiming.refuse_on(arrivals.undo_objections(found, now))
    return _set_status(found, patient, back, by, now)


@retry_on_contention
@transaction.atomic
def _advance(appointment: Appointment, to: str, by: User, now: datetime) -> Appointment:
    patient, found = claiming.lock_patient(appointment.patient), claiming.locked(appointment)
    if found.status == to:
        return found
    goes_back = _STEP_BACK.get(Appointment.Status(found.status)) == to
    if goes_back or to not in Appointment.TRANSITIONS[found.status]:
        refuse(f"It is {word(found)} by now; that step does not follow from there.")
    if found.status == Appointment.Status.NO_SHOW:
        claiming.ask_rules_again(found, now)
    if not found.may_become(to, now):
        refuse(f"This visit is on {found.starts_at:%a %-d %b at %H:%M}: it is too early for that.")
    if to == Appointment.Status.ARRIVED:
        claiming.refuse_on(arrivals.objections(found, now))
    elif found.status == Appointment.Status.ARRIVED and to in _BEGUN:
        claiming.refuse_on(arrivals.objections_to_start(found, now))
    return _set_status(found, patient, to, by, now)


def _set_status(
    appointment: Appointment, patient: Patient, to: str, by: User, now: datetime
) -> Appointment:
    appointment.status, appointment.status_at = to, now
    claiming.guarded(appointment.save)
    claiming.tell(Change("status", patient, [appointment], by, now))
    return appointment
