"""Writing a rearrangement: the visits, and a row for each that says how it stood before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clinic.accounts.models import User
from clinic.actions import claiming
from clinic.actions.rearrangement_wishes import Cancel, Move, Wanted
from clinic.models import (
    Appointment,
    Booking,
    RearrangedVisit,
    Rearrangement,
    Reservation,
    VisitAnswer,
)
from patients.actions import links

Status = Appointment.Status
What = RearrangedVisit.What


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, when, and why against a rule."""

    by: User
    now: datetime
    override_reason: str

    def change(self, made: Rearrangement, wanted: Wanted) -> list[RearrangedVisit]:
        """Write the visits of one patient; answer what was done, the claims' visits first and in
        their order. What the visits held is free; the new holds are still to be written."""
        held = _held_by([each.appointment.pk for each in wanted.touched])
        rows = [_row(made, each, held) for each in wanted.touched]
        Reservation.objects.filter(appointment__in=[row.appointment for row in rows]).delete()
        claiming.guarded(lambda: self._write(wanted))
        for row in rows:
            row.version = row.appointment.version
            row.became = None if row.what == What.CANCELLED else row.appointment.during
        moved, cancelled = rows[: len(wanted.moves)], rows[len(wanted.moves) :]
        return [*moved, *self._book(made, wanted), *cancelled]

    def _write(self, wanted: Wanted) -> None:
        for cancel in wanted.cancels:
            self._cancel(cancel.appointment, wanted.cause)
        for move in _in_order(wanted.moves):
            self._move(move)

    def _cancel(self, visit: Appointment, reason: str) -> None:
        visit.status, visit.status_at, visit.held_until = Status.CANCELLED, self.now, None
        visit.cancelled_at, visit.cancelled_by = self.now, self.by
        visit.cancel_reason = reason[:200]
        visit.save()

    def _move(self, move: Move) -> None:
        visit = move.appointment
        visit.during = claiming.visit_range(move.claim)
        visit.version += 1
        was_confirmed = move.before is not None and move.before.status == Status.CONFIRMED
        visit.status = Status.CONFIRMED if was_confirmed else Status.BOOKED
        visit.timed_at = visit.status_at = self.now
        visit.cancelled_at = visit.cancelled_by = None
        visit.cancel_reason = ""
        visit.override_reason = move.claim.granted or self.override_reason
        visit.save()
        if move.before is not None:
            _answered_again(visit, move.before.version)

    def _book(self, made: Rearrangement, wanted: Wanted) -> list[RearrangedVisit]:
        if not wanted.books:
            return []
        booking = Booking.objects.create(
            actor=self.by, content_hash=made.content_hash, created_at=self.now
        )
        visits = claiming.visits_of(
            booking, wanted.patient, wanted.location, wanted.books, self.now, self.override_reason
        )
        claiming.guarded(lambda: Appointment.objects.bulk_create(visits))
        return [
            RearrangedVisit(
                rearrangement=made,
                appointment=visit,
                what=What.BOOKED,
                became=visit.during,
                version=visit.version,
            )
            for visit in visits
        ]


def _answered_again(visit: Appointment, before: int) -> None:
    """What the patient said of this time holds for it once more, and so do the links to say it."""
    VisitAnswer.objects.filter(appointment=visit, version=before).update(version=visit.version)
    links.carry_over(subject_key=f"appointment:{visit.pk}", version=before, to=visit.version)


def _in_order(moves: Sequence[Move]) -> list[Move]:
    """So that no visit is written onto the old time of another of the same patient: those that move
    back from the latest, then those that move forward from the earliest."""
    later = [move for move in moves if move.claim.start > move.appointment.during.lower]
    sooner = [move for move in moves if move.claim.start <= move.appointment.during.lower]
    return [
        *sorted(later, key=lambda move: move.claim.start, reverse=True),
        *sorted(sooner, key=lambda move: move.claim.start),
    ]


def _held_by(visits: Sequence[int]) -> dict[int, list[int]]:
    """What each visit holds, in the order of its needs."""
    rows = Reservation.objects.filter(appointment__in=visits).order_by("need__position")
    held: defaultdict[int, list[int]] = defaultdict(list)
    for visit, resource in rows.values_list("appointment_id", "resource_id"):
        held[visit].append(resource)
    return held


def _row(
    made: Rearrangement, change: Move | Cancel, held: Mapping[int, list[int]]
) -> RearrangedVisit:
    """How the visit stands before it is touched."""
    visit = change.appointment
    if isinstance(change, Cancel):
        what = What.CANCELLED
    else:
        what = What.REINSTATED if change.reinstate else What.MOVED
    return RearrangedVisit(
        rearrangement=made,
        appointment=visit,
        what=what,
        was=None if what == What.REINSTATED else visit.during,
        held=held.get(visit.pk, []),
        status_before=visit.status,
        reason_before=visit.override_reason,
        version=visit.version,
    )
