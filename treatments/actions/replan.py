"""Carrying a re-plan out: all visits move, their patients are told, the absence is recorded."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import hours, rearranging
from clinic.actions.claims import Claim
from clinic.actions.rearranging import Cancel, Move, Wanted
from clinic.models import Absence, Appointment, Closure, Rearrangement, Resource
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from patients.actions.retry import retry_on_contention
from treatments.queries.replan_causes import Cause


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one touched visit: a slot, or None to give its time up. `seen` is the version
    of the visit that the screen showed."""

    visit: Appointment
    slot: Slot | None
    seen: int


@dataclass(frozen=True, slots=True)
class Recording:
    """That the cause shall be on record too: the `kind` of an absence, or why days are closed."""

    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What was carried out; `absence` and `closure` only if it was recorded in the same step."""

    rearrangements: list[Rearrangement]
    absence: Absence | None = None
    closure: Closure | None = None


@retry_on_contention
@transaction.atomic
def carry_out(
    *,
    cause: Cause,
    decisions: Sequence[Decision],
    words: str,
    recording: Recording | None,
    by: User,
    now: datetime,
    key: uuid.UUID,
) -> Done:
    """Move and cancel all of these visits and record the cause, or nothing of it.

    Each patient gets one letter. `words` stay in the history of the visits: "Dr Cole is ill".
    Raises BookingRefused with every objection; a repeated `key` changes nothing again.
    """
    is_repeat = Rearrangement.objects.filter(actor=by, key=key).exists()
    made = rearranging.rearrange(wanted=_wanted(cause, decisions, words), by=by, now=now, key=key)
    if recording is None:
        return Done(made)
    if cause.resource is None:
        return Done(made, closure=_closed(cause, recording, by, now, is_repeat))
    return Done(made, absence=_absent(cause, cause.resource, recording, by, now, is_repeat))


def _closed(
    cause: Cause, recording: Recording, by: User, now: datetime, is_repeat: bool
) -> Closure | None:
    """The closure, or on a repeated request the one that the first has made."""
    days = {"location": cause.location, "starts_on": cause.first, "ends_on": cause.last}
    if is_repeat:
        return Closure.objects.filter(**days).first()
    return hours.close_days(
        location=cause.location,
        first=cause.first,
        last=cause.last,
        reason=recording.reason,
        by=by,
        now=now,
    )


def _absent(
    cause: Cause,
    resource: Resource,
    recording: Recording,
    by: User,
    now: datetime,
    is_repeat: bool,
) -> Absence | None:
    if is_repeat:
        return Absence.objects.filter(resource=resource, during=cause.span).first()
    start, end = cause.span
    return hours.record_absence(
        resource=resource,
        start=start,
        end=end,
        kind=recording.kind,
        note=recording.reason,
        by=by,
        now=now,
    )


@retry_on_contention
@transaction.atomic
def take_back(
    *,
    rearrangements: Sequence[Rearrangement],
    absence: int | None,
    closure: int | None,
    by: User,
    now: datetime,
    key: uuid.UUID,
) -> list[Rearrangement]:
    """All visits where they were, and what was recorded with them gone: for all or for nobody."""
    Absence.objects.filter(pk__in=[absence] if absence else []).delete()
    Closure.objects.filter(pk__in=[closure] if closure else []).delete()
    return rearranging.undo(rearrangements=rearrangements, by=by, now=now, key=key)


def _wanted(cause: Cause, decisions: Sequence[Decision], words: str) -> list[Wanted]:
    """One request for each patient, in the order in which they come first."""
    by_patient: dict[int, list[Decision]] = {}
    for each in decisions:
        by_patient.setdefault(each.visit.patient_id, []).append(each)
    return [
        Wanted(
            patient=own[0].visit.patient,
            location=cause.location,
            moves=tuple(_move(each, each.slot) for each in own if each.slot is not None),
            cancels=tuple(Cancel(each.visit, each.seen) for each in own if each.slot is None),
            cause=words,
        )
        for own in by_patient.values()
    ]


def _move(decision: Decision, slot: Slot) -> Move:
    claim = Claim(decision.visit.service, to_datetime(slot.start), slot.assignment)
    return Move(decision.visit, claim, decision.seen)
