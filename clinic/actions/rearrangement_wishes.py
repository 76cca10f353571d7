"""What is to become of booked visits, and whether they are still as the request supposes."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from clinic.actions.claiming import word
from clinic.actions.claims import BookingRefused, Claim, Objection, Proposal
from clinic.models import Appointment, Location, Rearrangement
from patients.models import Patient

Status = Appointment.Status

MOVABLE = {Status.BOOKED, Status.CONFIRMED}


class Before(NamedTuple):
    """What a visit was before the decision that is taken back: its status, and the version to which
    the patient may have answered."""

    status: str
    version: int


@dataclass(frozen=True, slots=True)
class Move:
    """A booked visit and the time it should have. `seen` is the version that the screen showed:
    a visit that was changed since is not moved. With `reinstate` it was cancelled and stands again.
    With `before` it gets back what it was.
    """

    appointment: Appointment
    claim: Claim
    seen: int | None = None
    reinstate: bool = False
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """A booked visit that is given up. `seen` as in Move."""

    appointment: Appointment
    seen: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What is to become of visits of one patient at one location.

    `cause` stays in the records: the reason of a cancellation, "Dr Cole is ill" of a re-plan.
    """

    patient: Patient
    location: Location
    moves: tuple[Move, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    books: tuple[Claim, ...] = ()
    cause: str = ""
    undoes: Rearrangement | None = None

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The visits that will stand: first those of the moves, then the new ones."""
        return (*(each.claim for each in self.moves), *self.books)

    @cached_property
    def touched(self) -> tuple[Move | Cancel, ...]:
        return (*self.moves, *self.cancels)

    @cached_property
    def content_hash(self) -> str:
        """The same for the same request, whatever has become of the visits since."""
        content = [
            [each.appointment.pk for each in self.touched],
            [[each.service.pk, each.start.isoformat(), *each.assignment] for each in self.claims],
            self.undoes and self.undoes.pk,
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def outdated(found: Sequence[Wanted], now: datetime) -> Iterator[Objection]:
    """Visits that are not as the request supposes; positions count the claims of all patients."""
    before = 0
    for each in found:
        for position, move in enumerate(each.moves, before):
            if text := _against_moving(move, each):
                yield Objection(text, position)
        for cancel in each.cancels:
            if text := _against_cancelling(cancel, each, now):
                yield Objection(_naming(each.patient, text) if len(found) > 1 else text)
        before += len(each.claims)


def whose(found: Sequence[Wanted], refused: BookingRefused) -> BookingRefused:
    """The same objections; of several patients, each with the name of the one it is about."""
    if len(found) == 1:
        return refused
    patients = [each.patient for each in found for _claim in each.claims]
    return BookingRefused(
        *(
            each
            if each.position is None
            else replace(each, text=_naming(patients[each.position], each.text))
            for each in refused.objections
        )
    )


def _naming(patient: Patient, text: str) -> str:
    return text if patient.full_name in text else f"{patient.full_name}: {text}"


def _against_moving(move: Move, wanted: Wanted) -> str:
    visit = move.appointment
    if move.reinstate and visit.status != Status.CANCELLED:
        return f"The visit on {_when(visit)} is {word(visit)}: it stands already."
    if not move.reinstate and visit.status not in MOVABLE:
        return f"A visit that is {word(visit)} cannot be moved."
    if move.claim.service.pk != visit.service_id:
        return "A visit that is moved stays for the same service."
    return _against_touching(move, wanted)


def _against_cancelling(cancel: Cancel, wanted: Wanted, now: datetime) -> str:
    visit = cancel.appointment
    if Status.CANCELLED not in Appointment.TRANSITIONS[visit.status]:
        return f"A visit that is {word(visit)} cannot be cancelled."
    if visit.during.upper <= now:
        return f"This visit was on {visit.starts_at:%a %-d %b}: say whether it took place."
    return _against_touching(cancel, wanted)


def _against_touching(change: Move | Cancel, wanted: Wanted) -> str:
    visit = change.appointment
    if change.seen is not None and change.seen != visit.version:
        return f"The visit is on {_when(visit)} by now: somebody changed it. Look at it again."
    if visit.patient_id != wanted.patient.pk or visit.location_id != wanted.location.pk:
        return "A visit of another record cannot be changed here."
    return ""


def _when(visit: Appointment) -> str:
    return f"{visit.starts_at:%a %-d %b, %H:%M}"


def proposal_of(wanted: Wanted, now: datetime) -> Proposal:
    replaced = tuple(each.appointment for each in wanted.touched)
    return Proposal(wanted.patient, wanted.location, wanted.claims, now, replaced)
