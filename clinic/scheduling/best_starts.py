"""The cheapest start of every day, for one visit with one practitioner."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import Enum

from clinic.scheduling.calendar_days import Calendar
from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Interval
from clinic.scheduling.layers import FAR


class Part(Enum):
    """Of the day: a visit belongs to the one in which it starts."""

    MORNING = (time(0), time(12))
    AFTERNOON = (time(12), time(0))


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

    def only(self, days: Sequence[bool], without: Collection[int]) -> "Nodes":
        """Those on some days, all if that is empty, and without some people."""
        rows = {one: row for one, row in self.costs.items() if one not in without}
        if days:
            for one, row in rows.items():
                rows[one] = [cost if kept else FAR for cost, kept in zip(row, days, strict=True)]
        return replace(self, costs=rows)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a start costs: `fragment` for each remainder shorter than `usable` minutes beside it,
    and by day and start `off_hours`. `fits` says whether it can be had at all."""

    fragment: int
    usable: int
    step: int
    off_hours: Callable[[int, Minute], int] | None
    fits: Callable[[Minute], bool] | None


@dataclass(frozen=True, slots=True)
class Rows:
    """By day the price of the best start, `FAR` without one, and the start."""

    costs: list[int]
    starts: list[Minute]

    def take_cheaper(self, other: "Rows", surcharge: int) -> None:
        """On each day the other start where it is cheaper, the surcharge included."""
        for day, cost in enumerate(other.costs):
            if cost + surcharge < self.costs[day]:
                self.costs[day], self.starts[day] = cost + surcharge, other.starts[day]


def best_starts(
    own: Iterable[tuple[Minute, Minute]],
    rest: Sequence[Interval],
    calendar: Calendar,
    prices: Prices,
) -> Rows:
    """Of the starts that lie in both, on the grid, the cheapest of each day; of several the first.

    `own` are those of the practitioner, beside which remainders are counted.
    """
    costs, starts = [FAR] * len(calendar), [0] * len(calendar)
    fragment, usable, step = prices.fragment, prices.usable, prices.step
    off_hours, fits, marks, day = prices.off_hours, prices.fits, calendar.starts, 0
    for earliest, latest, first, until in _pieces(own, rest):
        while marks[day + 1] <= first:
            day += 1
        if not costs[day]:
            continue  # nothing is cheaper than free, and what follows is later
        for start in range(first + -first % step, until, step):
            cost = fragment * ((0 < start - earliest < usable) + (0 < latest - start < usable))
            if off_hours:
                cost += off_hours(day, start)
            if cost < costs[day] and (not fits or fits(start)):
                costs[day], starts[day] = cost, start
                if not cost:
                    break
    return Rows(costs, starts)


def _pieces(
    own: Iterable[tuple[Minute, Minute]], rest: Sequence[Interval]
) -> Iterator[tuple[Minute, Minute, Minute, Minute]]:
    """Where own starts meet the rest: the first and last of the own range, and the common piece."""
    i, count = 0, len(rest)
    for start, end in own:
        while i < count and rest[i][1] <= start:
            i += 1
        if i == count:
            return
        j = i
        while j < count and rest[j][0] < end:
            first, until = rest[j]
            yield start, end - 1, first if first > start else start, until if until < end else end
            j += 1
