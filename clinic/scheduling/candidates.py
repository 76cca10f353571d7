"""The nodes of the series search: per local day and practitioner, the best start of a visit.

The best start within a day can be chosen before the days are, because what it costs (fragments left
in the practitioner's time, distance from the wished hours) depends on nothing but that day and that
practitioner.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from itertools import combinations
from typing import cast

from clinic.scheduling.availability import Snapshot, patient_starts, start_pairs
from clinic.scheduling.best_starts import Nodes, Part, Prices, Rows, best_starts
from clinic.scheduling.calendar_days import Calendar
from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import (
    Interval,
    Timeline,
    contains,
    covers,
    intersect,
    merge,
    subtract,
)
from clinic.scheduling.layers import FAR
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.request import SeriesRequest, Weights, Wish
from clinic.scheduling.slots import Slot, assign
from clinic.scheduling.spacing import Verdict
from clinic.scheduling.spans import Gap, gaps_of, legal_days

# the practitioner of a visit that no person serves
NOBODY = -1

ALL_WISHES = frozenset(Wish)


@dataclass(frozen=True, slots=True)
class Search:
    """What stays the same while one request is answered, and the nodes it leads to."""

    snapshot: Snapshot
    request: SeriesRequest
    weights: Weights
    calendar: Calendar
    gaps: tuple[Gap, ...]
    # where a visit may start for the others than its practitioner, and for a practitioner
    _others: dict[VisitShape, Timeline] = field(default_factory=dict, init=False, repr=False)
    _own: dict[tuple[VisitShape, int], Sequence[tuple[Minute, Minute]]] = field(
        default_factory=dict, init=False, repr=False
    )
    _led: dict[tuple[VisitShape, int], VisitShape] = field(
        default_factory=dict, init=False, repr=False
    )

    @classmethod
    def of(cls, snapshot: Snapshot, request: SeriesRequest, weights: Weights) -> "Search":
        calendar = Calendar.of(request, snapshot.window)
        return cls(snapshot, request, weights, calendar, gaps_of(request, calendar))

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
        led = self._led.get((shape, person))
        if led is None:
            lead = self.lead(shape)
            led = shape if lead is None else shape.served_by(lead, person)
            self._led[shape, person] = led
        return led

    @property
    def previous_day(self) -> int | None:
        """The day of the session performed before this series; mostly before day 0."""
        previous = self.request.previous
        return None if previous is None else self.calendar.index(previous)

    def legal_days(self) -> list[range]:
        """For every session the days that the gaps, the pins and the horizon leave to it; may be
        empty, and may lie beyond the calendar."""
        return legal_days(self.request, self.calendar, self.gaps)

    def slot(self, shape: VisitShape, person: int, start: Minute) -> Slot:
        """The slot of a node. There is one: nodes are made only where everybody can be assigned."""
        led = self.led_by(shape, person)
        assignment = assign(self.snapshot, led, start, self.request.preferred)
        return Slot(start, start + shape.minutes, cast("tuple[int, ...]", assignment))

    def is_free(self, shape: VisitShape, slot: Slot) -> bool:
        """Whether nothing but wishes, gaps and rests speaks against a slot."""
        if not (self.request.earliest <= slot.start and slot.end <= self.request.horizon_until):
            return False
        held = zip(shape.needs, slot.assignment, strict=True)
        return contains(self.patient_starts(shape), slot.start) and all(
            covers(self.snapshot.free.get(id_, ()), slot.start + one.starts, slot.start + one.ends)
            for one, id_ in held
        )

    # Nodes ----------------------------------------------------------------------------------------

    def nodes_of_series(
        self, spans: Sequence[range], dropped: frozenset[Wish], part: Part | None = None
    ) -> tuple[Nodes, ...]:
        """The nodes of every session, of those not pinned only in a `part` of the day; sessions of
        one shape share theirs."""
        shapes, pins = self.request.shapes, [self.request.pin(at) for at in range(len(spans))]
        days: dict[VisitShape, range] = {}
        for shape, span, pin in zip(shapes, spans, pins, strict=True):
            if pin is None:
                known = days.get(shape, span)
                days[shape] = range(min(known.start, span.start), max(known.stop, span.stop))
        free = {shape: self.nodes(shape, span, dropped, part) for shape, span in days.items()}
        return tuple(
            free[shape] if pin is None else self.pinned(shape, pin, span, dropped)
            for shape, span, pin in zip(shapes, spans, pins, strict=True)
        )

    def pinned(
        self, shape: VisitShape, pin: Slot | date, days: range, dropped: frozenset[Wish]
    ) -> Nodes:
        """The one node of a pinned slot, if that is free; those of a pinned day."""
        if not isinstance(pin, Slot):
            return self.nodes(shape, days, dropped, pinned=True)
        day, lead = self.calendar.day_of(pin.start), self.lead(shape)
        costs, starts = [FAR] * len(self.calendar), [0] * len(self.calendar)
        if day in days and self.is_free(shape, pin):
            costs[day], starts[day] = 0, pin.start
        person = NOBODY if lead is None else pin.assignment[lead]
        return Nodes({person: costs}, {person: starts})

    def nodes(
        self,
        shape: VisitShape,
        days: range,
        dropped: frozenset[Wish] = frozenset(),
        part: Part | None = None,
        *,
        pinned: bool = False,
    ) -> Nodes:
        """The nodes of one visit on `days`, the `dropped` wishes priced instead of kept.

        A visit `pinned` to its day is asked for no weekday.
        """
        kept = dropped | {Wish.WEEKDAYS} if pinned else dropped
        wished = self.wished(shape, days, kept)
        if part is not None:
            walls = self.calendar.walls(*part.value)
            wished = intersect(wished, [walls[day] for day in days])
        off_weekdays = Wish.WEEKDAYS in dropped and not pinned
        found = Nodes({}, {})
        rest = intersect(wished, self._starts_of_others(shape))
        off_hours = self._off_hours(shape) if Wish.HOURS in dropped else None
        for person in self.practitioners(shape, dropped):
            rows = self._rows(shape, person, rest, off_hours, pinned=pinned)
            found.costs[person] = self._with_surcharges(rows.costs, person, off_weekdays)
            found.starts[person] = rows.starts
        return found

    def _starts_of_others(self, shape: VisitShape) -> Timeline:
        """Where the patient and all needs but the practitioner's have time, each taken alone."""
        if shape not in self._others:
            lead = self.lead(shape)
            others = [need for at, need in enumerate(shape.needs) if at != lead]
            starts = map(self.snapshot.starts_for, others)
            self._others[shape] = reduce(intersect, starts, self.patient_starts(shape))
        return self._others[shape]

    def _rows(
        self,
        shape: VisitShape,
        person: int,
        starts: Timeline,
        off_hours: Callable[[int, Minute], int] | None,
        *,
        pinned: bool,
    ) -> Rows:
        """The best start of every day with one practitioner, rests of other courses kept or, where
        they may be broken with a reason, priced."""
        own, prices = self._own_starts(shape, person), self._prices(shape, person, off_hours)
        rows = best_starts(own, self.rested(starts), self.calendar, prices)
        if self.request.blocked and (pinned or Verdict.NEEDS_REASON in self.request.unusual):
            resting = intersect(starts, merge(self.request.blocked))
            surcharge = self.weights.unusual_gap
            rows.take_cheaper(best_starts(own, resting, self.calendar, prices), surcharge)
        return rows

    def _prices(
        self, shape: VisitShape, person: int, off_hours: Callable[[int, Minute], int] | None
    ) -> Prices:
        return Prices(
            fragment=self.weights.fragment,
            usable=self.weights.usable_minutes,
            step=self.request.step,
            off_hours=off_hours,
            fits=self._fits(self.led_by(shape, person)),
        )

    def wished(self, shape: VisitShape, days: range, dropped: frozenset[Wish]) -> Timeline:
        """The starts on `days` that keep a visit within its local day, the horizon and the wishes.

        One interval per day. That a visit, preparation and cleaning included, stays within its day
        is what keeps two sessions of a series from ever meeting.
        """
        marks, before, after = self.calendar.starts, shape.starts, shape.ends
        earliest = self.request.earliest
        latest = self.request.horizon_until - shape.minutes
        any_day = Wish.WEEKDAYS in dropped or not self.request.weekdays
        hours = () if Wish.HOURS in dropped else self._wished_hours()
        found = []
        for day in days:
            if any_day or self.is_wished_weekday(day):
                first = max(marks[day] - before, earliest)
                last = min(marks[day + 1] - after, latest)
                if hours:
                    opens, closes = hours[day]
                    first, last = max(first, opens), min(last, closes - shape.minutes)
                if first <= last:
                    found.append(Interval(first, last + 1))
        return tuple(found)

    def rested(self, starts: Timeline) -> Timeline:
        """Those starts that no other course blocks."""
        blocked = self.request.blocked
        return subtract(starts, merge(blocked)) if blocked else starts

    def patient_starts(self, shape: VisitShape) -> Timeline:
        return patient_starts(self.snapshot.window, shape, self.request.patient_busy)

    def is_wished_weekday(self, day: int) -> bool:
        weekdays = self.request.weekdays
        return not weekdays or self.calendar.weekday(day) in weekdays

    def _wished_hours(self) -> Sequence[Interval]:
        """Of every day; empty when none are wished."""
        return self.calendar.walls(*self.request.hours) if self.request.hours else ()

    def _own_starts(self, shape: VisitShape, person: int) -> Sequence[tuple[Minute, Minute]]:
        own = self._own.get((shape, person))
        if own is None:
            lead = self.lead(shape)
            if lead is None:
                own = reduce(intersect, map(self.snapshot.starts_for, shape.needs))
            else:
                need = shape.needs[lead]
                own = start_pairs(self.snapshot.free[person], need.starts, need.ends)
            self._own[shape, person] = own
        return own

    def _fits(self, shape: VisitShape) -> Callable[[Minute], bool] | None:
        """Whether a start leaves each need a resource of its own; None where no two can compete."""
        pools = [{one.id for one in self.snapshot.pool(need)} for need in shape.needs]
        pairs = combinations(zip(shape.needs, pools, strict=True), 2)
        if any(a.overlaps(b) and not ids.isdisjoint(others) for (a, ids), (b, others) in pairs):
            return lambda start: assign(self.snapshot, shape, start) is not None
        return None

    def _off_hours(self, shape: VisitShape) -> Callable[[int, Minute], int] | None:
        """The price of the begun quarters of an hour by which a visit misses the wished hours; None
        when none are wished."""
        if not (hours := self._wished_hours()):
            return None

        def price(day: int, start: Minute) -> int:
            first, last = hours[day]
            outside = max(0, first - start) + max(0, start + shape.minutes - last)
            return self.weights.quarter_off * -(-outside // 15)

        return price

    def _with_surcharges(self, costs: list[int], person: int, off_weekdays: bool) -> list[int]:
        """The prices of a row with those of the person and, once given up, of the weekdays."""
        request, weights = self.request, self.weights
        unwished = person != NOBODY and request.preferred and person not in request.preferred
        extra = weights.other_person if unwished else 0
        off = weights.other_weekday if off_weekdays else 0
        if not extra and not off:
            return costs
        return [
            FAR if cost == FAR else cost + extra + off * (not self.is_wished_weekday(day))
            for day, cost in enumerate(costs)
        ]
