"""The ripple by brute force: every later session in every slot, and the whole course priced.

Slow and plain on purpose. The slots are those of the brute-force series, found minute by minute;
every combination with legal gaps is compared as a tuple, in the order in which the objectives are
stated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple

from bench.series_reference import Reference
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.request import Weights
from clinic.scheduling.ripple_request import Later, RippleRequest
from clinic.scheduling.spacing import Verdict


class Place(NamedTuple):
    """A session on a day: as it stands (nobody new), or at a start with a practitioner."""

    day: date
    start: int
    person: int | None


@dataclass(frozen=True)
class Found:
    """A whole ripple and what it is judged by; the least is the best."""

    late: int
    moved: int
    days: int
    effort: int
    places: tuple[Place, ...]

    @property
    def key(self) -> tuple[object, ...]:
        dates = [place.day for place in self.places]
        times = [(place.start, place.person or 0) for place in self.places]
        return self.late, self.moved, self.days, self.effort, dates, times


def best_ripple(snapshot: Snapshot, request: RippleRequest, other_person: int) -> Found | None:
    """The ripple that the search has to come to; None means a refusal."""
    world = _World(snapshot, request, other_person)
    return min(world.all_ripples(), key=lambda one: one.key, default=None)


@dataclass(frozen=True)
class _World:
    snapshot: Snapshot
    request: RippleRequest
    other_person: int

    def all_ripples(self) -> Iterator[Found]:
        """Every choice of places in which all gaps are legal."""
        choices = [list(self._places(later)) for later in self.request.later]
        for places in self._combined(choices):
            yield self._found(sum(filter(None, self._lates(places))), places)

    def _combined(
        self, choices: Sequence[list[Place]], chosen: tuple[Place, ...] = ()
    ) -> Iterator[tuple[Place, ...]]:
        if len(chosen) == len(choices):
            yield chosen
            return
        for place in choices[len(chosen)]:
            if self._lates((*chosen, place))[-1] is not None:
                yield from self._combined(choices, (*chosen, place))

    def _found(self, late: int, places: tuple[Place, ...]) -> Found:
        moves = [
            (later, place)
            for later, place in zip(self.request.later, places, strict=True)
            if place.person is not None
        ]
        return Found(
            late=0 if self.request.accept_late else late,
            moved=sum(not later.freed for later, _ in moves),
            days=sum(abs((place.day - self._day(later.slot.start)).days) for later, place in moves),
            effort=sum(self._effort(later, place) for later, place in moves),
            places=places,
        )

    def _places(self, later: Later) -> Iterator[Place]:
        if not later.freed:
            yield Place(self._day(later.slot.start), later.slot.start, None)
        if not later.pinned:
            for option in self._reference.options(later.shape):
                yield Place(option.day, option.start, option.person)

    def _lates(self, places: Sequence[Place]) -> list[bool | None]:
        """Whether each gap is late; an untouched one never is. None for one that is illegal."""
        anchor, lates = self.request.anchor, list[bool | None]()
        stood = None if anchor and anchor.day == anchor.was else 0
        before = Place(anchor.day, 0, stood) if anchor else None
        number = anchor.number if anchor else 0
        for later, place in zip(self.request.later, places, strict=False):
            if before is None or before.person is place.person is None:
                lates.append(False)
            else:
                verdict = self._judge(later.number - number, (place.day - before.day).days)
                is_legal = verdict in (Verdict.NORMAL, Verdict.LATE)
                lates.append(verdict is Verdict.LATE if is_legal else None)
            before, number = place, later.number
        return lates

    def _judge(self, times: int, gap: int) -> Verdict:
        """Of a gap that has room for `times - 1` sessions in between."""
        rule = self.request.spacing
        if gap < rule.min * times:
            return Verdict.NEEDS_REASON
        if rule.lapse is not None and gap > rule.lapse * times:
            return Verdict.LAPSED
        return Verdict.LATE if rule.max is not None and gap > rule.max * times else Verdict.NORMAL

    def _effort(self, later: Later, place: Place) -> int:
        a, b = self._wall(later.slot.start), self._wall(place.start)
        minutes = abs(a.hour * 60 + a.minute - b.hour * 60 - b.minute)
        is_other = place.person not in (-1, *later.slot.assignment)
        return minutes + self.other_person * is_other

    def _day(self, minute: int) -> date:
        return self._wall(minute).date()

    def _wall(self, minute: int) -> datetime:
        return datetime.fromtimestamp(minute * 60, UTC).astimezone(self.request.zone)

    @cached_property
    def _reference(self) -> Reference:
        asked = self.request.search_for(self.request.later)
        return Reference(self.snapshot, asked, Weights())
