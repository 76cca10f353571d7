"""The series search by brute force: every start, every person, every combination.

Slow and plain on purpose. It shares the questions of `clinic.scheduling.series` (snapshot, request,
weights) and none of its methods: time is counted minute by minute, days and hours are read off
`datetime`, and every combination of sessions is priced as a whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cached_property
from itertools import pairwise, product
from typing import NamedTuple

from bench.by_minute import free_beside, held_by, instant, minutes_of, wall
from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.request import UNUSUAL, SeriesRequest, Weights, Wish
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict

NOBODY = -1


class Option(NamedTuple):
    """One session at one start with one practitioner, and what that costs by itself."""

    day: date
    person: int
    start: int
    cost: int


@dataclass(frozen=True)
class Found:
    """A whole series and its price."""

    cost: int
    options: tuple[Option, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """Cheapest first; of equals the first by day and practitioner, then by start."""
        nodes = tuple((one.day, one.person) for one in self.options)
        return self.cost, nodes, tuple(one.start for one in self.options)


@dataclass(frozen=True)
class Reference:
    """One request over one snapshot, with the wishes that are dropped."""

    snapshot: Snapshot
    request: SeriesRequest
    weights: Weights
    dropped: Sequence[Wish] = ()

    @property
    def pinned(self) -> set[int]:
        return {at for at, pin in enumerate(self.request.pinned) if pin is not None}

    def all_series(self) -> Iterator[Found]:
        """Every series that keeps the gaps and the wishes that are not dropped."""
        options = [
            list(self._pinned_to(shape, self._pin(at)) if self._pin(at) else self.options(shape))
            for at, shape in enumerate(self.request.shapes)
        ]
        for chosen in self._combined(options):
            yield Found(self._price(chosen), chosen)

    def _pin(self, at: int) -> Slot | date | None:
        return self.request.pinned[at] if self.request.pinned else None

    def _pinned_to(self, shape: VisitShape, pin: Slot | date | None) -> Iterator[Option]:
        """What a pin leaves: a slot as long as it is free, or the starts of a day."""
        if not isinstance(pin, Slot):
            found = Reference(
                self.snapshot,
                replace(self.request, weekdays=frozenset(), unusual=UNUSUAL),
                self.weights,
                self.dropped,
            )
            yield from (one for one in found.options(shape) if one.day == pin)
        elif self._is_open(shape, pin):
            lead = self._lead(shape)
            person = NOBODY if lead is None else pin.assignment[lead]
            yield Option(self._day(pin.start), person, pin.start, 0)

    def _is_open(self, shape: VisitShape, slot: Slot) -> bool:
        window, end = self.snapshot.window, slot.start + shape.minutes
        return (
            max(window.start, self.request.earliest) <= slot.start
            and end <= min(self.request.horizon_until, window.end)
            and minutes_of(self.request.patient_busy).isdisjoint(range(slot.start, end))
            and all(
                self._is_free(id_, need, slot.start)
                for id_, need in zip(slot.assignment, shape.needs, strict=True)
            )
        )

    def options(self, shape: VisitShape) -> Iterator[Option]:
        """Every single visit that keeps the wishes, the gaps left aside."""
        request, window = self.request, self.snapshot.window
        busy, blocked = minutes_of(request.patient_busy), minutes_of(request.blocked)
        for start in range(max(window.start, request.earliest), window.end):
            end = start + shape.minutes
            if (
                start % request.step == 0
                and (start not in blocked or Verdict.NEEDS_REASON in request.unusual)
                and end <= min(request.horizon_until, window.end)
                and busy.isdisjoint(range(start, end))
                and self._day(start + shape.starts) == self._day(start + shape.ends - 1)
            ):
                extra = self.weights.unusual_gap * (start in blocked)
                yield from self._options_at(shape, start, extra)

    def _options_at(self, shape: VisitShape, start: int, extra: int) -> Iterator[Option]:
        for person in sorted(self._people(shape, start)):
            cost = self._option_price(shape, start, person)
            if cost is not None:
                yield Option(self._day(start), person, start, cost + extra)

    def _combined(
        self, sessions: Sequence[list[Option]], chosen: tuple[Option, ...] = ()
    ) -> Iterator[tuple[Option, ...]]:
        if len(chosen) == len(sessions):
            if self._keeps_the_following(chosen[-1].day):
                yield chosen
            return
        at = len(chosen)
        before = chosen[-1].day if chosen else self.request.previous
        for option in sessions[at]:
            if before is None or self._is_legal(at, (option.day - before).days):
                yield from self._combined(sessions, (*chosen, option))

    def _keeps_the_following(self, last: date) -> bool:
        following, sessions = self.request.following, len(self.request.shapes)
        if following is None:
            return True
        limits = [self._limits(sessions + n) for n in range(self.request.unplaced + 1)]
        days = (following - last).days
        most = [longest for _, longest in limits if longest is not None]
        return sum(shortest for shortest, _ in limits) <= days and (
            len(most) < len(limits) or days <= sum(most)
        )

    def _is_legal(self, at: int, gap: int) -> bool:
        shortest, longest = self._limits(at)
        return shortest <= gap and (longest is None or gap <= longest)

    def _limits(self, at: int) -> tuple[int, int | None]:
        """The shortest and the longest gap before a session, or one of those after the last."""
        spacing, unusual = self._spacing(at), self.request.unusual
        if self.pinned & {at - 1, at}:
            unusual = UNUSUAL
        return (
            spacing.floor if Verdict.NEEDS_REASON in unusual else spacing.min,
            spacing.lapse if Verdict.LATE in unusual else spacing.max,
        )

    def _spacing(self, at: int) -> Spacing:
        spacings = self.request.spacings
        return spacings[at] if at < len(spacings) else self.request.spacing

    def _price(self, options: Sequence[Option]) -> int:
        request, weights = self.request, self.weights
        days = [option.day for option in options]
        cost = sum(option.cost for option in options)
        if request.previous is None:
            cost += weights.wait_day * (days[0] - self._day(request.earliest)).days
        else:
            days.insert(0, request.previous)
        spacings = [self._spacing(at) for at in range(len(options))][request.previous is None :]
        for (before, after), spacing in zip(pairwise(days), spacings, strict=True):
            cost += self._gap_price((after - before).days, spacing)
        people = [option.person for option in options]
        cost += weights.handover * sum(a != b for a, b in pairwise(people))
        return cost + self._price_of_following(options[-1].day)

    def _gap_price(self, gap: int, spacing: Spacing) -> int:
        usual = spacing.judge(gap) is Verdict.NORMAL
        return self.weights.gap_day * abs(gap - spacing.ideal) + (
            0 if usual else self.weights.unusual_gap
        )

    def _price_of_following(self, last: date) -> int:
        """Of coming unusually near to the session that stands after, or unusually long before."""
        following, spacing = self.request.following, self.request.spacing
        if following is None:
            return 0
        days, gaps = (following - last).days, self.request.unplaced + 1
        longest = days if spacing.max is None else gaps * spacing.max
        return 0 if gaps * spacing.min <= days <= longest else self.weights.unusual_gap

    def _people(self, shape: VisitShape, start: int) -> set[int]:
        """The practitioners with whom everybody else can be found too."""
        lead = self._lead(shape)
        pools = [
            [one.id for one in self._pool(need) if self._is_free(one.id, need, start)]
            for need in shape.needs
        ]
        found = set()
        for ids in product(*pools):
            held = [
                (id_, minute)
                for id_, need in zip(ids, shape.needs, strict=True)
                for minute in held_by(need, start)
            ]
            if len(set(held)) == len(held):
                found.add(NOBODY if lead is None else ids[lead])
        return found

    def _option_price(self, shape: VisitShape, start: int, person: int) -> int | None:
        """The price of one option by itself, or None when it breaks a wish that is kept."""
        request, weights = self.request, self.weights
        unwished = person != NOBODY and request.preferred and person not in request.preferred
        weekdays = request.weekdays
        outside = self._outside_hours(shape, start)
        broken = {
            Wish.PERSON: request.only_preferred and unwished,
            Wish.WEEKDAYS: weekdays and self._day(start).weekday() not in weekdays,
            Wish.HOURS: outside > 0,
        }
        if any(is_broken and wish not in self.dropped for wish, is_broken in broken.items()):
            return None
        return (
            weights.other_person * bool(unwished)
            + weights.other_weekday * bool(broken[Wish.WEEKDAYS])
            + weights.quarter_off * ((outside + 14) // 15)
            + weights.fragment * self._fragments(shape, start, person)
        )

    def _outside_hours(self, shape: VisitShape, start: int) -> int:
        """By how many minutes the visit begins before and ends after the wished hours."""
        if self.request.hours is None:
            return 0
        zone, (opens, closes) = self.request.zone, self.request.hours
        day = self._day(start)
        first = instant(zone, day, opens)
        last = instant(zone, day + timedelta(days=closes == time.min), closes)
        return max(0, first - start) + max(0, start + shape.minutes - last)

    def _fragments(self, shape: VisitShape, start: int, person: int) -> int:
        """How many unusable remainders the session leaves beside it in the practitioner's time.

        Without a practitioner, in the time in which the visit can start.
        """
        lead, usable = self._lead(shape), self.weights.usable_minutes
        if lead is None:
            starts = self._starts_for_all(shape)
            sides = free_beside(starts, start, -1, usable), free_beside(starts, start, 1, usable)
        else:
            free, held = self._free[person], held_by(shape.needs[lead], start)
            sides = free_beside(free, held[0], -1, usable), free_beside(free, held[-1], 1, usable)
        return sum(0 < side < usable for side in sides)

    def _starts_for_all(self, shape: VisitShape) -> set[int]:
        window = self.snapshot.window
        if shape not in self._known:
            self._known[shape] = {
                start
                for start in range(window.start - shape.ends, window.end - shape.starts)
                if all(
                    any(self._is_free(one.id, need, start) for one in self._pool(need))
                    for need in shape.needs
                )
            }
        return self._known[shape]

    @cached_property
    def _known(self) -> dict[VisitShape, set[int]]:
        return {}

    @cached_property
    def _free(self) -> dict[int, set[int]]:
        return {id_: minutes_of(timeline) for id_, timeline in self.snapshot.free.items()}

    def _is_free(self, id_: int, need: Need, start: int) -> bool:
        return self._free[id_].issuperset(held_by(need, start))

    def _lead(self, shape: VisitShape) -> int | None:
        for at, need in enumerate(shape.needs):
            if any(one.kind == "person" for one in self._pool(need)):
                return at
        return None

    def _pool(self, need: Need) -> list[Resource]:
        capable = [one for one in self.snapshot.resources if need.capability in one.capabilities]
        return [one for one in capable if need.only is None or one.id in need.only]

    def _day(self, minute: int) -> date:
        return wall(self.request.zone, minute).date()
