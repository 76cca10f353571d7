"""The touched visits and where each of them stands while a plan is being made."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from clinic.scheduling.replan_options import Choice

ANY_DAY = 1 << 30


@dataclass(frozen=True, slots=True)
class Distance:
    """A visit comes at least and at most so many days after the `other`; negative for before."""

    other: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Task:
    """Visits by number: their choices cheapest first, the price of leaving each without a place,
    and the distances that they keep from each other. `cells` is how many can be held."""

    choices: Sequence[Sequence[Choice]]
    unsolved: Sequence[int]
    distances: Sequence[Sequence[Distance]]
    cells: int


class Board:
    """Who has which place. `at` is to be read; `put` and `take_off` change it."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.at: dict[int, Choice] = {}
        self._taken = [0] * task.cells
        # by cell who holds which part of it
        self._owners: list[dict[int, int]] = [{} for _ in range(task.cells)]

    def put(self, visit: int, choice: Choice) -> None:
        self.at[visit] = choice
        for cell, bits in choice.cells:
            self._taken[cell] |= bits
            self._owners[cell][visit] = bits

    def take_off(self, visit: int) -> None:
        """Nothing happens to one that has no place."""
        choice = self.at.pop(visit, None)
        for cell, bits in choice.cells if choice else ():
            self._taken[cell] ^= bits
            del self._owners[cell][visit]

    def set(self, places: dict[int, Choice]) -> None:
        """Exactly these, and nobody else."""
        for visit in [each for each, choice in self.at.items() if places.get(each) is not choice]:
            self.take_off(visit)
        for visit, choice in places.items():
            if visit not in self.at:
                self.put(visit, choice)

    def price(self, visit: int) -> int:
        return self.at[visit].price if visit in self.at else self.task.unsolved[visit]

    def total(self) -> int:
        return sum(map(self.price, range(len(self.task.choices))))

    def fitting(self, visit: int, choices: Iterable[Choice] | None = None) -> Iterator[Choice]:
        """Those that nobody is in the way of, of all the visit's choices or of these."""
        low, high = self._days(visit)
        taken = self._taken
        for choice in self.task.choices[visit] if choices is None else choices:
            if low <= choice.day <= high:
                for cell, bits in choice.cells:
                    if taken[cell] & bits:
                        break
                else:
                    yield choice

    def slack(self, visit: int, most: int) -> int:
        """How many such choices there are, counted up to `most`."""
        return sum(1 for _ in islice(self.fitting(visit), most))

    def in_the_way(self, visit: int, choice: Choice) -> list[int]:
        """Whose place, or day, would have to change for this choice."""
        found = {
            other
            for cell, bits in choice.cells
            for other, held in self._owners[cell].items()
            if held & bits
        }
        for each in self.task.distances[visit]:
            if each.other in self.at and not _keeps(each, choice.day - self.at[each.other].day):
                found.add(each.other)
        return sorted(found - {visit})

    def _days(self, visit: int) -> tuple[int, int]:
        """The first and the last day that the others of its course leave a visit."""
        low, high = 0, ANY_DAY
        for each in self.task.distances[visit]:
            if each.other in self.at:
                day = self.at[each.other].day
                low, high = max(low, day + each.least), min(high, day + each.most)
        return low, high


def _keeps(distance: Distance, days: int) -> bool:
    return distance.least <= days <= distance.most
