"""The nodes of the series search: per local day and practitioner, the best start of a visit.

The best start within a day can be chosen before the days are, because what it costs (fragments left
in the practitioner's time, distance from the wished hours) depends on nothing but that day and that
practitioner.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import cast

from clinic.scheduling.availability import Snapshot, patient_starts, start_ranges
from clinic.scheduling.calendar_days import Calendar
from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Interval, Timeline, intersect, merge, subtract
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.opening import wall_interval
from clinic.scheduling.paths import FAR
from clinic.scheduling.request import SeriesRequest, Weights, Wish
from clinic.scheduling.slots import Slot, assign, on_grid

# the practitioner of a visit that no person serves
NOBODY = -1

ALL_WISHES = frozenset(Wish)


@dataclass(frozen=True, slots=True)
class Nodes:
    """By practitioner and day: the price of the best start, `FAR` without one, and the start."""

    costs: dict[int, list[int]]
    starts: dict[int, list[Minute]]

    def days(self) -> set[int]:
        """The days on which anybody can be had."""
        rows = self.costs.values()
        return {day for row in rows for day, cost in enumerate(row) if cost < FAR}

    def best_on(self, day: int) -> tuple[int, Minute]:
        """The practitioner of the best start on one of the `days`, and the start."""
        person = min(self.costs, key=lambda person: (self.costs[person][day], person))
        return person, self.starts[person][day]


@dataclass(frozen=True, slots=True)
class Search:
    """What stays the same while one request is answered, and the nodes it leads to."""

    snapshot: Snapshot
    request: SeriesRequest
    weights: Weights
    calendar: Calendar

    @classmethod
    def of(cls, snapshot: Snapshot, request: SeriesRequest, weights: Weights) -> "Search":
        return cls(snapshot, request, weights, Calendar.of(request, snapshot.window))

    def lead(self, shape: VisitShape) -> int | None:
        """The position of the need whose person is the practitioner of the visit."""
        for at, need in enumerate(shape.needs):
            if any(one.kind == "person" for one in self.snapshot.pool(need)):
                return at
        return None

    def practitioners(self, shape: VisitShape, dropped: frozenset[Wish]) -> list[int]:
        """Who may lead the visit, by id; `NOBODY` alone for one without people."""
        lead = self.lead(shape)
        if lead is None:
            return [NOBODY]
        people = [one.id for one in self.snapshot.pool(shape.needs[lead])]
        if self.request.only_preferred and Wish.PERSON not in dropped:
            return [person for person in people if person in self.request.preferred]
        return people

    def led_by(self, shape: VisitShape, person: int) -> VisitShape:
        """The visit with this practitioner and no other."""
        lead = self.lead(shape)
        return shape if lead is None else shape.served_by(lead, person)

    @property
    def previous_day(self) -> int | None:
        """The day of the session performed before this series; mostly before day 0."""
        previous = self.request.previous
        return None if previous is None else self.calendar.index(previous)

    @property
    def longest_gap(self) -> int:
        """In days; where the spacing has none, to the end of the calendar."""
        spacing = self.request.spacing
        if spacing.max is not None:
            return spacing.max
        return len(self.calendar) + spacing.min - min(0, self.previous_day or 0)

    def legal_days(self) -> list[range]:
        """For every session the days that the gaps and the horizon leave to it; may be empty."""
        spacing, sessions = self.request.spacing, len(self.request.shapes)
        end, previous = len(self.calendar), self.previous_day
        longest = self.longest_gap
        first, last = 0, end
        if previous is not None:
            first, last = max(0, previous + spacing.min), previous + longest
        low, high = self.last_session_days(end)
        return [
            range(
                max(first + at * spacing.min, low - (sessions - 1 - at) * longest),
                min(last + at * longest, high - (sessions - 1 - at) * spacing.min) + 1,
            )
            for at in range(sessions)
        ]

    def last_session_days(self, end: int) -> tuple[int, int]:
        """The first and the last day that the calendar, and the session that stands after the
        series, leave to the last session of it."""
        following = self.request.following
        if following is None:
            return 0, end - 1
        day, gaps = self.calendar.index(following), self.request.unplaced + 1
        shortest, longest = self.request.spacing.min, self.request.spacing.max
        soonest = 0 if longest is None else max(0, day - gaps * longest)
        return soonest, min(end - 1, day - gaps * shortest)

    def nodes_of_series(
        self, spans: Sequence[range], dropped: frozenset[Wish]
    ) -> tuple[Nodes, ...]:
        """The nodes of every session; sessions of one shape share theirs."""
        shapes = self.request.shapes
        days: dict[VisitShape, range] = {}
        for shape, span in zip(shapes, spans, strict=True):
            known = days.get(shape, span)
            days[shape] = range(min(known.start, span.start), max(known.stop, span.stop))
        nodes = {shape: self.nodes(shape, span, dropped) for shape, span in days.items()}
        return tuple(nodes[shape] for shape in shapes)

    def slot(self, shape: VisitShape, person: int, start: Minute) -> Slot:
        """The slot of a node. There is one: nodes are made only where everybody can be assigned."""
        led = self.led_by(shape, person)
        assignment = assign(self.snapshot, led, start, self.request.preferred)
        return Slot(start, start + shape.minutes, cast("tuple[int, ...]", assignment))

    def nodes(
        self, shape: VisitShape, days: range, dropped: frozenset[Wish] = frozenset()
    ) -> Nodes:
        """The nodes of one visit on `days`, the `dropped` wishes priced instead of kept."""
        lead = self.lead(shape)
        others = [need for at, need in enumerate(shape.needs) if at != lead]
        allowed = self.rested(self.wished(shape, days, dropped))
        rest = intersect(allowed, self.patient_starts(shape))
        rest = reduce(intersect, map(self.snapshot.starts_for, others), rest)
        found = Nodes({}, {})
        for person in self.practitioners(shape, dropped):
            row, starts = self._best_starts(shape, person, rest, Wish.HOURS in dropped)
            found.costs[person] = self._with_surcharges(row, person, dropped)
            found.starts[person] = starts
        return found

    def wished(self, shape: VisitShape, days: range, dropped: frozenset[Wish]) -> Timeline:
        """The starts on `days` that keep a visit within its local day, the horizon and the wishes.

        One interval per day. That a visit, preparation and cleaning included, stays within its day
        is what keeps two sessions of a series from ever meeting.
        """
        any_day, hours = Wish.WEEKDAYS in dropped, Wish.HOURS not in dropped
        kept = (day for day in days if any_day or self.is_wished_weekday(day))
        ranges = (self._wished_on(day, shape, hours) for day in kept)
        return tuple(one for one in ranges if one.start < one.end)

    def rested(self, starts: Timeline) -> Timeline:
        """Those starts that no other course blocks."""
        return subtract(starts, merge(self.request.blocked))

    def patient_starts(self, shape: VisitShape) -> Timeline:
        return patient_starts(self.snapshot.window, shape, self.request.patient_busy)

    def is_wished_weekday(self, day: int) -> bool:
        weekdays = self.request.weekdays
        return not weekdays or self.calendar.weekday(day) in weekdays

    def _wished_on(self, day: int, shape: VisitShape, hours: bool) -> Interval:
        start, end = self.calendar.starts[day : day + 2]
        first, last = self._hours_on(day) if hours else (start, end)
        return Interval(
            max(first, start - shape.starts, self.request.earliest),
            min(
                last - shape.minutes,
                end - shape.ends,
                self.request.horizon_until - shape.minutes,
            )
            + 1,
        )

    def _hours_on(self, day: int) -> Interval:
        """The wished hours of a day; all of it when none are wished."""
        start, end = self.calendar.starts[day : day + 2]
        if self.request.hours is None:
            return Interval(start, end)
        date_ = self.calendar.date(day)
        return wall_interval(date_, start, end, *self.request.hours, self.request.zone)

    def _best_starts(
        self, shape: VisitShape, person: int, rest: Timeline, any_hour: bool
    ) -> tuple[list[int], list[Minute]]:
        """For every day the price of this practitioner's best start, and the start."""
        costs, starts = [FAR] * len(self.calendar), [0] * len(self.calendar)
        fragment, usable, step = (
            self.weights.fragment,
            self.weights.usable_minutes,
            self.request.step,
        )
        off_hours = self._off_hours(shape) if any_hour and self.request.hours else None
        fits = self._fits(self.led_by(shape, person))
        for earliest, latest, first, until in _pieces(self._own_starts(shape, person), rest):
            day = bisect_right(self.calendar.starts, first) - 1
            for start in range(on_grid(first, step), until, step):
                if not costs[day]:
                    break  # nothing is cheaper than free, and what follows is later
                cost = fragment * ((0 < start - earliest < usable) + (0 < latest - start < usable))
                if off_hours:
                    cost += off_hours(day, start)
                if cost < costs[day] and (not fits or fits(start)):
                    costs[day], starts[day] = cost, start
        return costs, starts

    def _own_starts(self, shape: VisitShape, person: int) -> Timeline:
        lead = self.lead(shape)
        if lead is None:
            return reduce(intersect, map(self.snapshot.starts_for, shape.needs))
        need = shape.needs[lead]
        return start_ranges(self.snapshot.free[person], need.starts, need.ends)

    def _fits(self, shape: VisitShape) -> Callable[[Minute], bool] | None:
        """Whether a start leaves each need a resource of its own; None where no two can compete."""
        pools = [{one.id for one in self.snapshot.pool(need)} for need in shape.needs]
        pairs = combinations(zip(shape.needs, pools, strict=True), 2)
        if any(a.overlaps(b) and not ids.isdisjoint(others) for (a, ids), (b, others) in pairs):
            return lambda start: assign(self.snapshot, shape, start) is not None
        return None

    def _off_hours(self, shape: VisitShape) -> Callable[[int, Minute], int]:
        """The price of the begun quarters of an hour by which a visit misses the wished hours."""
        hours = [self._hours_on(day) for day in range(len(self.calendar))]

        def price(day: int, start: Minute) -> int:
            first, last = hours[day]
            outside = max(0, first - start) + max(0, start + shape.minutes - last)
            return self.weights.quarter_off * -(-outside // 15)

        return price

    def _with_surcharges(
        self, costs: Sequence[int], person: int, dropped: frozenset[Wish]
    ) -> list[int]:
        """The prices of a row with those of the person and, once given up, of the weekdays."""
        request, weights = self.request, self.weights
        unwished = person != NOBODY and request.preferred and person not in request.preferred
        extra = weights.other_person if unwished else 0
        off = weights.other_weekday if Wish.WEEKDAYS in dropped else 0
        if not extra and not off:
            return list(costs)
        return [
            FAR if cost == FAR else cost + extra + off * (not self.is_wished_weekday(day))
            for day, cost in enumerate(costs)
        ]


def _pieces(
    own: Iterable[Interval], rest: Sequence[Interval]
) -> Iterator[tuple[Minute, Minute, Minute, Minute]]:
    """Where own starts meet the rest: the first and last of the own range, and the common piece."""
    j = 0
    for start, end in own:
        while j < len(rest) and rest[j].end <= start:
            j += 1
        i = j
        while i < len(rest) and rest[i].start < end:
            yield start, end - 1, max(start, rest[i].start), min(end, rest[i].end)
            i += 1
