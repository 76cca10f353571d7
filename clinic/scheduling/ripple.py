"""The smallest legal change to the rest of a course when one of its sessions has changed.

A session was moved, cancelled, missed or performed late, and those after it are booked already.
Each of them stays in its slot or gets a new one, so that, in this order,

1. as few gaps as possible are late,
2. as few sessions as possible move,
3. by as few days in all,
4. with as little change of the time of day and of the practitioner as possible,
5. to the earliest days, those of the first sessions first.

The search is exact. No gap is proposed that is shorter than the shortest normal one or beyond the
lapse. One above the longest normal one is a last resort, as people have to be warned of it; with
`accept_late` the answer says what would do if nobody minded. The gap between two sessions that both
stay was accepted when they were booked, and is left in peace whatever it is.

A cancelled session may also stay open: those after it already leave room for it, and nothing moves.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import pairwise
from operator import sub

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.candidates import ALL_WISHES, Search
from clinic.scheduling.diagnosis import explain
from clinic.scheduling.refusals import OutOfReach, Reason, Refusal, SessionRefusal, short_day
from clinic.scheduling.request import Weights, Wish
from clinic.scheduling.ripple_days import Openings
from clinic.scheduling.ripple_paths import LATE, Course, Layer
from clinic.scheduling.ripple_request import Anchor, Later, RippleRequest
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict

__all__ = ["Anchor", "Change", "Later", "Pinned", "Ripple", "RippleRequest", "ripple"]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one session: its slot and the days since the session before it.

    A session that does not move keeps its slot to the minute; a freed one always moves. A gap is
    None where nothing comes before, and `verdict`, on the gap after the change, with it.
    """

    number: int
    before: Slot
    after: Slot
    gap_before: int | None
    gap_after: int | None
    verdict: Verdict | None
    moved: bool


@dataclass(frozen=True, slots=True)
class Ripple:
    """Every later session in order, and by how many local days they move in all."""

    changes: tuple[Change, ...]
    days: int

    @property
    def moved(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.moved)


@dataclass(frozen=True, slots=True)
class Pinned(OutOfReach):
    """The session may not leave a day that no date of the session before leads to."""

    day: date

    def __str__(self) -> str:
        return (
            f"Pinned to {short_day(self.day)}, which is not {self._days()} days after any "
            f"possible date of session {self.before}"
        )


def ripple(snapshot: Snapshot, request: RippleRequest) -> Ripple | Refusal:
    """What becomes of the later sessions, or why some of them cannot keep their distance.

    In the snapshot, and in `patient_busy`, the later sessions and the former slot of the one that
    changed count as free, its new slot as taken. `nearest` in a refusal holds the days nearest to
    the one that the session has.
    """
    if not request.later:
        return Ripple((), 0)
    rest = _Rest(snapshot, request)
    days = rest.course.cheapest(rest.effort)
    return Refusal(tuple(_refusals(rest))) if days is None else _answer(rest, days)


class _Rest:
    """The rest of one course over one snapshot."""

    def __init__(self, snapshot: Snapshot, request: RippleRequest) -> None:
        self.request = request
        self.search = Search.of(snapshot, request.search_for(request.later), Weights())
        self._known: dict[tuple[object, ...], Openings] = {}

    @cached_property
    def course(self) -> Course:
        request, anchor = self.request, self.request.anchor
        return Course(
            layers=[self._layer(at) for at in range(len(request.later))],
            spacings=[request.spacing_before(at) for at in range(len(request.later))],
            anchor=anchor.day.toordinal() if anchor else None,
            stands=anchor is not None and anchor.stands,
            late=0 if request.accept_late else LATE,
        )

    def openings(self, at: int, dropped: frozenset[Wish] = frozenset()) -> Openings:
        """Of a session; sessions of one shape share theirs."""
        shape = self.request.later[at].shape
        if (shape, dropped) not in self._known:
            self._known[shape, dropped] = Openings(self.search, shape, dropped)
        return self._known[shape, dropped]

    def day_before(self, at: int) -> int:
        """The day that a session has before the change, as an ordinal."""
        return self.request.day_of(self.request.later[at].slot)

    def stays(self, at: int, day: int) -> bool:
        return day == self.course.layers[at].stay

    def effort(self, at: int, day: int) -> int:
        """What a session on this day changes besides the day, in minutes."""
        if self.stays(at, day):
            return 0
        return self.openings(at).best_on(day, self.request.later[at].slot).effort

    def slot(self, at: int, day: int) -> Slot:
        slot = self.request.later[at].slot
        return slot if self.stays(at, day) else self.openings(at).slot_on(day, slot)

    def _layer(self, at: int) -> Layer:
        later, day = self.request.later[at], self.day_before(at)
        if later.pinned:
            return Layer.pinned(day)
        days = self.openings(at).days
        return Layer.freed(day, days) if later.freed else Layer.movable(day, days)


def _answer(rest: _Rest, days: Sequence[int]) -> Ripple:
    anchor, sessions = rest.request.anchor, range(len(days))
    before = [rest.day_before(at) for at in sessions]
    gaps_before = _gaps(anchor.was if anchor else None, before)
    gaps_after = _gaps(anchor.day if anchor else None, days)
    changes = map(partial(_change, rest), sessions, days, gaps_before, gaps_after)
    return Ripple(tuple(changes), sum(map(abs, map(sub, days, before))))


def _gaps(first: date | None, days: Sequence[int]) -> list[int | None]:
    """The gap before each day, the first one counted from `first`."""
    between = [after - before for before, after in pairwise(days)]
    return [None if first is None else days[0] - first.toordinal(), *between]


def _change(rest: _Rest, at: int, day: int, gap_before: int | None, gap: int | None) -> Change:
    later, rule = rest.request.later[at], rest.request.spacing_before(at)
    return Change(
        number=later.number,
        before=later.slot,
        after=rest.slot(at, day),
        gap_before=gap_before,
        gap_after=gap,
        verdict=None if gap is None else rule.judge(gap),
        moved=not rest.stays(at, day),
    )


def _refusals(rest: _Rest) -> Iterator[SessionRefusal]:
    """What stands in the way of each session, in turn, of a ripple that was found impossible.

    When a session has no day, the next is looked at as if it had any.
    """
    anchor = rest.request.anchor
    before: Collection[int] = (anchor.day.toordinal(),) if anchor else ()
    for at, layer in enumerate(rest.course.layers):
        possible = rest.course.reachable(at, before, layer.days)
        alone = _alone(rest, at, before)
        if possible:
            yield replace(alone, reasons=(), nearest=())
        else:
            reasons = _reasons(rest, at, alone)
            yield replace(alone, reasons=reasons, nearest=_nearest(rest, at, before))
        first, last = alone.window
        before = possible or range(first.toordinal(), last.toordinal() + 1)


def _alone(rest: _Rest, at: int, before: Collection[int]) -> SessionRefusal:
    """The window of one session after these days, and what the calendar has against it."""
    rule, previous, slack = rest.request.spacing_before(at), None, 0
    if before:
        previous, slack = date.fromordinal(min(before)), max(before) - min(before)
    lapse = None if rule.lapse is None else rule.lapse + slack
    spacing = Spacing(rule.floor, rule.min, rule.ideal, lapse, lapse)
    asked = rest.request.search_for(rest.request.later[at : at + 1], spacing, previous)
    return explain(Search.of(rest.search.snapshot, asked, rest.search.weights)).sessions[0]


def _reasons(rest: _Rest, at: int, alone: SessionRefusal) -> tuple[Reason, ...]:
    rule, before = rest.request.spacing_before(at), rest.request.before(at)
    # a session with none before it can only lack a day of its own, for which there are reasons
    number = before.number if before else 0
    if rest.request.later[at].pinned:
        return (Pinned(number, rule.min, rule.lapse, date.fromordinal(rest.day_before(at))),)
    return alone.reasons or (OutOfReach(number, rule.min, rule.lapse),)


def _nearest(rest: _Rest, at: int, before: Collection[int]) -> tuple[Slot, ...]:
    """Two slots on legal days with the wishes dropped, in order of time."""
    openings = rest.openings(at, ALL_WISHES)
    legal = rest.course.reachable(at, before, openings.days)
    legal.sort(key=lambda day: (abs(day - rest.day_before(at)), day))
    return tuple(openings.slot_on(day, rest.request.later[at].slot) for day in sorted(legal[:2]))
