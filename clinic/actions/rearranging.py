"""Changing visits that are booked: move, cancel, bring back, and book beside it, in one decision.

All of it happens or none, for one patient or for many. What the moved and cancelled visits held is
free for the others of the same decision, so two patients may change places. Locks are taken in the
order of the booking door: patients, their visits, resources.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import claiming
from clinic.actions.claims import BookingRefused, Change, Claim, KeyReused, refuse
from clinic.actions.rearrangement_wishes import (
    Before,
    Cancel,
    Move,
    Wanted,
    outdated,
    proposal_of,
    whose,
)
from clinic.actions.rearrangement_writes import Hand
from clinic.models import Appointment, RearrangedVisit, Rearrangement
from patients.actions.retry import retry_on_contention
from patients.models import Patient

__all__ = ["Cancel", "Move", "Wanted", "rearrange", "undo"]

What = RearrangedVisit.What


@retry_on_contention
@transaction.atomic
def rearrange(
    *,
    wanted: Sequence[Wanted],
    by: User,
    now: datetime,
    key: uuid.UUID | None = None,
    notify: bool = True,
    override_reason: str = "",
) -> list[Rearrangement]:
    """Do all that is wanted or nothing; answer a rearrangement for each patient, in that order.

    Every patient appears once. A repeated `key` of the same actor gets the first answer back.
    Raises KeyReused when the key came with another request, and BookingRefused with every
    objection: its positions count the claims of all patients in the order given, and of several
    patients its sentences name the one they are about.
    """
    made, is_new = _opened(wanted, by, key or uuid.uuid4(), notify, now)
    if is_new:
        found = _locked(wanted)
        try:
            _change(found, made, Hand(by, now, override_reason))
        except BookingRefused as refused:
            raise whose(found, refused) from refused
    return made


def _change(found: Sequence[Wanted], made: Sequence[Rearrangement], hand: Hand) -> None:
    claiming.refuse_on(outdated(found, hand.now))
    proposals = [proposal_of(each, hand.now) for each in found]
    holds = claiming.examine(proposals, hand.by, hand.override_reason)
    done = [hand.change(one, each) for one, each in zip(made, found, strict=True)]
    rows = [row for rows in done for row in rows]
    standing = [row.appointment for row in rows if row.what != What.CANCELLED]
    claiming.reserve(standing, holds)
    RearrangedVisit.objects.bulk_create(rows)
    for one, each, rows in zip(made, found, done, strict=True):
        visits = [row.appointment for row in rows]
        claiming.tell(Change("rearranged", each.patient, visits, hand.by, hand.now, one))


def undo(
    *, rearrangements: Sequence[Rearrangement], by: User, now: datetime, key: uuid.UUID
) -> list[Rearrangement]:
    """Take back a decision, for all of these patients or none.

    Refused with BookingRefused when a visit was changed since, when its former time is taken, or
    when it was taken back already.
    """
    wanted = [_backwards(each) for each in rearrangements]
    notify = any(each.notify for each in rearrangements)
    return rearrange(wanted=wanted, by=by, now=now, key=key, notify=notify)


# The request, once -------------------------------------------------------------------------------


def _opened(
    wanted: Sequence[Wanted], by: User, key: uuid.UUID, notify: bool, now: datetime
) -> tuple[list[Rearrangement], bool]:
    """Insert a row for each patient, or find those of the same request that came before. A rival
    with the same key that is still at work is waited for, by the unique constraint."""
    if not all(each.touched or each.books for each in wanted) or not wanted:
        refuse("There is nothing to change.")
    rows = [
        Rearrangement(
            key=key,
            patient=each.patient,
            actor=by,
            content_hash=each.content_hash,
            cause=each.cause[:200],
            notify=notify,
            undoes=each.undoes,
            created_at=now,
        )
        for each in sorted(wanted, key=lambda each: each.patient.pk)
    ]
    Rearrangement.objects.bulk_create(rows, ignore_conflicts=True)
    known = Rearrangement.objects.filter(actor=by, key=key).select_related("patient", "undoes")
    found = {each.patient_id: each for each in known}
    if any(each.patient.pk not in found for each in wanted):
        # the other unique column kept it out: somebody undid the same decision
        refuse("This was taken back already. Nothing was changed.")
    if any(found[each.patient.pk].content_hash != each.content_hash for each in wanted):
        raise KeyReused("This form was already used for another change. Reload the page.")
    made = [found[each.patient.pk] for each in wanted]
    return made, not RearrangedVisit.objects.filter(rearrangement=made[0]).exists()


def _locked(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The same with patients and visits as they are now, locked in the order of their keys."""
    patients = Patient.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    known = {each.pk: each for each in patients.filter(pk__in=[w.patient.pk for w in wanted])}
    rows = Appointment.objects.select_for_update(of=("self",)).order_by("pk")
    touched = [each.appointment.pk for w in wanted for each in w.touched]
    visits = {
        each.pk: each
        for each in rows.filter(pk__in=touched).select_related("location", "service", "patient")
    }
    return [
        replace(
            each,
            patient=known[each.patient.pk],
            moves=tuple(replace(m, appointment=visits[m.appointment.pk]) for m in each.moves),
            cancels=tuple(replace(c, appointment=visits[c.appointment.pk]) for c in each.cancels),
        )
        for each in wanted
    ]


# The way back ------------------------------------------------------------------------------------


def _backwards(made: Rearrangement) -> Wanted:
    """What has to be done to have things as they were before."""
    rows = list(made.visits.select_related("appointment__service", "appointment__location"))
    by_what = {what: [row for row in rows if row.what == what] for what in What}
    as_granted = claiming.may_stand_again([row.appointment for row in rows], made.created_at)
    return Wanted(
        patient=made.patient,
        location=rows[0].appointment.location,
        moves=tuple(
            _moved_back(row, as_granted) for row in (*by_what[What.MOVED], *by_what[What.CANCELLED])
        ),
        cancels=tuple(
            Cancel(row.appointment, row.version)
            for row in (*by_what[What.BOOKED], *by_what[What.REINSTATED])
        ),
        cause="taken back",
        undoes=made,
    )


def _moved_back(row: RearrangedVisit, as_granted: bool) -> Move:
    was: Any = row.was
    granted = row.reason_before if as_granted else ""
    claim = Claim(row.appointment.service, was.lower, tuple(row.held), granted)
    was_cancelled = row.what == What.CANCELLED
    # a move raises the version, a cancellation does not
    before = Before(row.status_before, row.version if was_cancelled else row.version - 1)
    return Move(row.appointment, claim, row.version, reinstate=was_cancelled, before=before)
