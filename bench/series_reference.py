"""The series search by brute force: every start, every person, every combination.

Slow and plain on purpose. It shares the questions of `clinic.scheduling.series` (snapshot, request,
weights) and none of its methods: time is counted minute by minute, days and hours are read off
`datetime`, and every combination of sessions is priced as a whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from itertools import pairwise, product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.request import SeriesRequest, Weights, Wish

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


def best_series(
    snapshot: Snapshot, request: SeriesRequest, weights: Weights, count: int
) -> list[Found]:
    """The proposals that the search has to come to, in order; none means a refusal."""
    found: list[Found] = []
    for dropped in range(len(request.wishes) + 1):
        world = Reference(snapshot, request, weights, request.wishes[:dropped])
        for one in sorted(world.all_series(), key=lambda one: one.key):
            if len(found) < count and all(really_different(one, other) for other in found):
                found.append(one)
        if not found or len(found) == count:
            break
    return found


def really_different(one: Found, other: Found) -> bool:
    """Whether at least half of the sessions are on another day."""
    days = [a.day != b.day for a, b in zip(one.options, other.options, strict=True)]
    return 2 * sum(days) >= len(days)


@dataclass(frozen=True)
class Reference:
    """One request over one snapshot, with the wishes that are dropped."""

    snapshot: Snapshot
    request: SeriesRequest
    weights: Weights
    dropped: Sequence[Wish] = ()

    def all_series(self) -> Iterator[Found]:
        """Every series that keeps the gaps and the wishes that are not dropped."""
        shapes = self.request.shapes
        known = {shape: list(self.options(shape)) for shape in set(shapes)}
        for options in self._combined([known[shape] for shape in shapes]):
            yield Found(self._price(options), options)

    def options(self, shape: VisitShape) -> Iterator[Option]:
        """Every single visit that keeps the wishes, the gaps left aside."""
        request, window = self.request, self.snapshot.window
        busy, blocked = _minutes(request.patient_busy), _minutes(request.blocked)
        for start in range(max(window.start, request.earliest), window.end):
            end = start + shape.minutes
            if (
                start % request.step == 0
                and start not in blocked
                and end <= min(request.horizon_until, window.end)
                and busy.isdisjoint(range(start, end))
                and self._day(start + shape.starts) == self._day(start + shape.ends - 1)
            ):
                yield from self._options_at(shape, start)

    def _options_at(self, shape: VisitShape, start: int) -> Iterator[Option]:
        for person in sorted(self._people(shape, start)):
            cost = self._option_price(shape, start, person)
            if cost is not None:
                yield Option(self._day(start), person, start, cost)

    def _combined(
        self, sessions: Sequence[list[Option]], chosen: tuple[Option, ...] = ()
    ) -> Iterator[tuple[Option, ...]]:
        if len(chosen) == len(sessions):
            if self._keeps_the_following(chosen[-1].day):
                yield chosen
            return
        before = chosen[-1].day if chosen else self.request.previous
        for option in sessions[len(chosen)]:
            if before is None or self._is_normal((option.day - before).days):
                yield from self._combined(sessions, (*chosen, option))

    def _keeps_the_following(self, last: date) -> bool:
        following, spacing = self.request.following, self.request.spacing
        if following is None:
            return True
        gaps, days = self.request.unplaced + 1, (following - last).days
        return gaps * spacing.min <= days and (spacing.max is None or days <= gaps * spacing.max)

    def _is_normal(self, gap: int) -> bool:
        spacing = self.request.spacing
        return spacing.min <= gap and (spacing.max is None or gap <= spacing.max)

    def _price(self, options: Sequence[Option]) -> int:
        request, weights = self.request, self.weights
        days = [option.day for option in options]
        cost = sum(option.cost for option in options)
        if request.previous is None:
            cost += weights.wait_day * (days[0] - self._day(request.earliest)).days
        else:
            days.insert(0, request.previous)
        for before, after in pairwise(days):
            cost += weights.gap_day * abs((after - before).days - request.spacing.ideal)
        people = [option.person for option in options]
        return cost + weights.handover * sum(a != b for a, b in pairwise(people))

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
                for minute in _held(need, start)
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
        first = _instant(zone, day, opens)
        last = _instant(zone, day + timedelta(days=closes == time.min), closes)
        return max(0, first - start) + max(0, start + shape.minutes - last)

    def _fragments(self, shape: VisitShape, start: int, person: int) -> int:
        """How many unusable remainders the session leaves beside it in the practitioner's time.

        Without a practitioner, in the time in which the visit can start.
        """
        lead, usable = self._lead(shape), self.weights.usable_minutes
        if lead is None:
            starts = self._starts_for_all(shape)
            sides = _run(starts, start, -1, usable), _run(starts, start, 1, usable)
        else:
            free, held = self._free[person], _held(shape.needs[lead], start)
            sides = _run(free, held[0], -1, usable), _run(free, held[-1], 1, usable)
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
        return {id_: _minutes(timeline) for id_, timeline in self.snapshot.free.items()}

    def _is_free(self, id_: int, need: Need, start: int) -> bool:
        return self._free[id_].issuperset(_held(need, start))

    def _lead(self, shape: VisitShape) -> int | None:
        for at, need in enumerate(shape.needs):
            if any(one.kind == "person" for one in self._pool(need)):
                return at
        return None

    def _pool(self, need: Need) -> list[Resource]:
        capable = [one for one in self.snapshot.resources if need.capability in one.capabilities]
        return [one for one in capable if need.only is None or one.id in need.only]

    def _day(self, minute: int) -> date:
        return _wall(self.request.zone, minute).date()


@cache
def _instant(zone: ZoneInfo, day: date, wall_time: time) -> int:
    """The first minute at which the wall shows this time of the day, or one after it."""
    wanted = datetime.combine(day, wall_time)
    minute = int(wanted.replace(tzinfo=UTC).timestamp()) // 60 - 24 * 60
    while _wall(zone, minute).replace(tzinfo=None) < wanted:
        minute += 1
    return minute


def _wall(zone: ZoneInfo, minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)


def _held(need: Need, start: int) -> range:
    return range(start + need.starts, start + need.ends)


def _minutes(intervals: Iterable[tuple[int, int]]) -> set[int]:
    return {minute for start, end in intervals for minute in range(start, end)}


def _run(minutes: set[int], minute: int, direction: int, most: int) -> int:
    """How many minutes in a row follow `minute` in one direction, counted up to `most`."""
    length = 0
    while length < most and minute + direction * (length + 1) in minutes:
        length += 1
    return length
