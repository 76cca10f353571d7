"""Everywhere each touched visit could go, and what each of these places would change.

A place is a start with a resource for every need. What it holds is kept as bits, one a minute, in
one cell for each resource and day: to ask whether two visits are in each other's way is then no
more than an AND of a few numbers.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from itertools import combinations, product
from typing import NamedTuple

from clinic.scheduling.availability import Snapshot, patient_starts, start_ranges
from clinic.scheduling.clock import DAY_MINUTES, Minute, local_minute_or_next, to_datetime
from clinic.scheduling.intervals import Interval, Timeline, intersect, merge, subtract
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.replan_request import ReplanRequest, Touched
from clinic.scheduling.ripple_days import OTHER_PERSON
from clinic.scheduling.slots import Slot, on_grid

# Several numbers in one, the first that differs decides: visits unsolved, their priority, gaps that
# are late, days of displacement, minutes of another time of day (another person counted in). None
# carries over into the one before: that would take thousands of visits, or of years.
DAY = 1 << 24
LATE = 1 << 48
PRIORITY = 1 << 64
UNSOLVED = 1 << 84

NOBODY = -1

Cell = tuple[int, int]


class Choice(NamedTuple):
    """A start on a local day with one resource id per need, and the price of having a visit there.

    `changed` is how many resources are others than now, `cells` what it holds, as (cell, bits),
    each cell once. In this order the first three put the choices of a visit in order.
    """

    price: int
    start: Minute
    changed: int
    day: int
    assignment: tuple[int, ...]
    cells: tuple[Cell, ...]


class _Place(NamedTuple):
    """One way to serve a visit at a start: the practitioner, all resources, what they hold."""

    person: int
    assignment: tuple[int, ...]
    cells: tuple[Cell, ...]


class _Start(NamedTuple):
    """One start with its local day and time of day, and every place at it."""

    minute: Minute
    day: int
    clock: int
    places: list[_Place]


def unsolved_price(visit: Touched) -> int:
    """The price of leaving a visit without a slot, above that of any slot."""
    return UNSOLVED + PRIORITY * visit.priority


@dataclass(frozen=True)
class Choices:
    """The choices of the visits of one request over one snapshot."""

    snapshot: Snapshot
    request: ReplanRequest
    _known: dict[VisitShape, list[_Start]] = field(default_factory=dict, init=False)

    def of(self, visit: Touched) -> list[Choice]:
        """Cheapest first; of one price the earliest, then those with the most of the resources
        that the visit has now."""
        has = frozenset(visit.slot.assignment)
        return sorted(self._choices(visit, has))

    def _choices(self, visit: Touched, has: frozenset[int]) -> Iterator[Choice]:
        clock, day = self._wall(visit.slot.start)
        comes_again = visit.patient in self._comes_again
        for start in self._starts(visit):
            price = DAY * abs(start.day - day) + abs(start.clock - clock)
            price += LATE * (not _is_normal(visit, start.day))
            also = tuple(self._of_patient(visit, start.minute)) if comes_again else ()
            for person, assignment, cells in start.places:
                is_other = person not in has and person != NOBODY
                yield Choice(
                    price + OTHER_PERSON * is_other,
                    start.minute,
                    len(has.difference(assignment)),
                    start.day,
                    assignment,
                    cells + also,
                )

    def _starts(self, visit: Touched) -> Iterator[_Start]:
        if visit.shape not in self._known:
            self._known[visit.shape] = list(self._starts_of(visit.shape))
        starts = self._known[visit.shape]
        for first, until in self._allowed(visit):
            yield from starts[_position(starts, first) : _position(starts, until)]

    def _allowed(self, visit: Touched) -> Timeline:
        """The starts that the visit's own limits leave it."""
        first, last = visit.days
        if last < first:
            return ()
        begin, end = (
            local_minute_or_next(each, time.min, self.request.zone)
            for each in (first, date.fromordinal(last.toordinal() + 1))
        )
        days = (Interval(max(begin, self.request.earliest), end),)
        free = patient_starts(self.snapshot.window, visit.shape, visit.busy)
        return intersect(subtract(merge(days), merge(visit.blocked)), free)

    def _of_patient(self, visit: Touched, start: Minute) -> Iterator[Cell]:
        row = len(self._rows) + self._comes_again[visit.patient]
        return self._cells(row, start, start + visit.shape.minutes)

    # What is the same for all visits of one shape ------------------------------------------------

    def _starts_of(self, shape: VisitShape) -> Iterator[_Start]:
        """Every start at which each need has somebody, in order."""
        free = [self._free_for(need) for need in shape.needs]
        for start in sorted(set(free[0]).intersection(*free[1:])):
            places = self._places(shape, start, [ids[start] for ids in free])
            if places:
                clock, day = self._wall(start)
                yield _Start(start, day, clock, places)

    def _free_for(self, need: Need) -> dict[Minute, list[int]]:
        """By start on the grid, who is free for the whole segment of a need."""
        step = self.request.step
        found: defaultdict[Minute, list[int]] = defaultdict(list)
        for one in self.snapshot.pool(need):
            for first, until in start_ranges(self.snapshot.free[one.id], need.starts, need.ends):
                for start in range(on_grid(first, step), until, step):
                    found[start].append(one.id)
        return found

    def _places(self, shape: VisitShape, start: Minute, free: list[list[int]]) -> list[_Place]:
        """All the ways to serve the visit at this start."""
        lead, clashes = self._lead(shape), _clashes(shape)
        return [
            _Place(NOBODY if lead is None else ids[lead], ids, self._held(shape, start, ids))
            for ids in product(*free)
            if all(ids[i] != ids[j] for i, j in clashes)
        ]

    def _held(self, shape: VisitShape, start: Minute, ids: tuple[int, ...]) -> tuple[Cell, ...]:
        held: dict[int, int] = {}
        for need, id_ in zip(shape.needs, ids, strict=True):
            row = self._rows[id_]
            for cell, bits in self._cells(row, start + need.starts, start + need.ends):
                held[cell] = held.get(cell, 0) | bits
        return tuple(held.items())

    def _cells(self, row: int, start: Minute, end: Minute) -> Iterator[Cell]:
        """`[start, end)` of one row, cut at the ends of days."""
        while start < end:
            day, minute = divmod(start - self.snapshot.window.start, DAY_MINUTES)
            length = min(end - start, DAY_MINUTES - minute)
            yield row * self.days + day, ((1 << length) - 1) << minute
            start += length

    def _lead(self, shape: VisitShape) -> int | None:
        """The position of the need whose person is the practitioner of the visit."""
        for at, need in enumerate(shape.needs):
            if any(one.kind == "person" for one in self.snapshot.pool(need)):
                return at
        return None

    def _wall(self, minute: Minute) -> tuple[int, int]:
        """The time of day in minutes, and the day as an ordinal."""
        moment = to_datetime(minute).astimezone(self.request.zone)
        return moment.hour * 60 + moment.minute, moment.toordinal()

    # The rows of cells: resources, then patients who come more than once --------------------------

    @cached_property
    def days(self) -> int:
        return -(-(self.snapshot.window.end - self.snapshot.window.start) // DAY_MINUTES)

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {one.id: row for row, one in enumerate(self.snapshot.resources)}

    @cached_property
    def _comes_again(self) -> dict[int, int]:
        times = Counter(visit.patient for visit in self.request.visits)
        again = sorted(patient for patient, visits in times.items() if visits > 1)
        return {patient: row for row, patient in enumerate(again)}

    @property
    def cells(self) -> int:
        """How many there are."""
        return (len(self._rows) + len(self._comes_again)) * self.days


def _position(starts: list[_Start], minute: Minute) -> int:
    return bisect_left(starts, minute, key=lambda start: start.minute)


def _clashes(shape: VisitShape) -> list[tuple[int, int]]:
    """The pairs of needs that one resource cannot serve both."""
    pairs = combinations(range(len(shape.needs)), 2)
    return [(i, j) for i, j in pairs if shape.needs[i].overlaps(shape.needs[j])]


def _is_normal(visit: Touched, day: int) -> bool:
    first, last = visit.normal or visit.days
    return first.toordinal() <= day <= last.toordinal()


def is_at(choice: Choice, slot: Slot) -> bool:
    """Whether a choice is this slot, to the minute and with the same resources."""
    return choice.start == slot.start and choice.assignment == slot.assignment
