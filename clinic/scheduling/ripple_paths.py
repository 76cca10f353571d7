"""The way of a ripple through the days: which sessions move, and by how much, at the least price.

A layer is a session, a node one day of it: the day it has, or one on which it could be booked. No
person is part of a node, because a session that moves is compared with its own slot and not with
its neighbours. Two sessions that both stay keep the gap they have, whatever it is, which is why
`paths.Network`, where a gap alone decides, cannot be asked.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from clinic.scheduling.spacing import Spacing

# Three numbers in one, the first that differs decides: late gaps, sessions moved, days of
# displacement. A course would have to be moved by 2,800 years in all to carry over.
DAY = 1
MOVE = 1 << 20
LATE = 1 << 40

# the effort of having session `at` on a day: what decides between ways of one price
Effort = Callable[[int, int], int]


@dataclass(frozen=True, slots=True)
class Layer:
    """The days a session could have, as ordinals in order, and the price of each.

    `stay` is the day it has, None if it must get another slot.
    """

    days: tuple[int, ...]
    prices: tuple[int, ...]
    stay: int | None

    @classmethod
    def pinned(cls, day: int) -> "Layer":
        return cls((day,), (0,), day)

    @classmethod
    def movable(cls, day: int, others: Iterable[int]) -> "Layer":
        """Stays for nothing. To stay is never worse than to move within the day: no node for it."""
        days = sorted({day, *others})
        prices = tuple(abs(one - day) * DAY + MOVE * (one != day) for one in days)
        return cls(tuple(days), prices, day)

    @classmethod
    def freed(cls, day: int, others: Iterable[int]) -> "Layer":
        """Must be booked anew, so that to move costs no more than the displacement."""
        days = tuple(sorted(others))
        return cls(days, tuple(abs(one - day) * DAY for one in days), None)


class _Onward(NamedTuple):
    """Some days of a layer, and the least price from each to the end, its own included."""

    days: list[int]
    to_go: list[int]


class Course:
    """The layers of the later sessions, at least one, and the rule for the gap before each.

    `anchor` is the day of the session before them, None if any day may be the first; `stands` says
    that it has not changed, `late` is the price of a gap above the longest normal one.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        spacings: Sequence[Spacing],
        anchor: int | None,
        stands: bool,
        late: int = LATE,
    ) -> None:
        self.layers = layers
        self.spacings = spacings
        self.anchor = anchor
        self.stands = stands
        self.late = late

    def cheapest(self, effort: Effort) -> tuple[int, ...] | None:
        """A day for every layer, or None when there is no way.

        The cheapest; of several the one of least effort, then the first by day, layer by layer.
        Asks for the effort of those days only that lie on some cheapest way.
        """
        known: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}

        def best(at: int, before: int | None) -> tuple[int, tuple[int, ...]]:
            if at == len(self.layers):
                return 0, ()
            return min(through(at, day) for day in self._cheapest_days(at, before))

        def through(at: int, day: int) -> tuple[int, tuple[int, ...]]:
            if (at, day) not in known:
                total, days = best(at + 1, day)
                known[at, day] = total + effort(at, day), (day, *days)
            return known[at, day]

        possible = self._least(0, self.anchor, self._onward[0]) is not None
        return best(0, self.anchor)[1] if possible else None

    def reachable(self, at: int, before: Iterable[int], days: Sequence[int]) -> list[int]:
        """Those of some days, in order, that a layer could have after any of the days `before`.

        All of them when there is no day before.
        """
        starts: list[int | None] = [*before]
        spans = [span for one in starts or [None] for span in self._spans(at, one, days)]
        return [
            day
            for i, day in enumerate(days)
            if any(first <= i < until for first, until, _ in spans)
        ]

    def _cheapest_days(self, at: int, before: int | None) -> Iterator[int]:
        """The days of a layer with which a cheapest way goes on."""
        days, to_go = onward = self._onward[at]
        least = self._least(at, before, onward)
        for first, until, price in self._spans(at, before, days):
            yield from (days[i] for i in range(first, until) if price + to_go[i] == least)

    @cached_property
    def _onward(self) -> list[_Onward]:
        """For every layer the days from which the end can be reached."""
        onward: list[_Onward] = []
        for at in reversed(range(len(self.layers))):
            onward.append(self._before(at, onward[-1] if onward else None))
        return onward[::-1]

    def _before(self, at: int, onward: _Onward | None) -> _Onward:
        """One layer of `_onward` from the one after it."""
        layer, found = self.layers[at], _Onward([], [])
        for day, price in zip(layer.days, layer.prices, strict=True):
            least = 0 if onward is None else self._least(at + 1, day, onward)
            if least is not None:
                found.days.append(day)
                found.to_go.append(price + least)
        return found

    def _least(self, at: int, before: int | None, onward: _Onward) -> int | None:
        """The least price of a gap after the day `before`, and of all that follows it."""
        spans = self._spans(at, before, onward.days)
        prices = (price + min(onward.to_go[first:until]) for first, until, price in spans)
        return min(prices, default=None)

    def _spans(
        self, at: int, before: int | None, days: Sequence[int]
    ) -> Iterator[tuple[int, int, int]]:
        """Which of these days of a layer may follow `before`: from, until and price of the gap."""
        if before is None:
            yield from _unless_empty(0, len(days), 0)
            return
        rule = self.spacings[at]
        first = bisect_left(days, before + rule.min)
        end = len(days) if rule.lapse is None else bisect_right(days, before + rule.lapse)
        late = end if rule.max is None else bisect_right(days, before + rule.max)
        yield from _unless_empty(first, late, 0)
        yield from _unless_empty(late, end, self.late)
        stay = self.layers[at].stay
        if stay is not None and self._stays(at - 1, before):
            i = bisect_left(days, stay)
            yield from _unless_empty(i, bisect_right(days, stay), 0)

    def _stays(self, at: int, day: int) -> bool:
        return self.stands if at < 0 else day == self.layers[at].stay


def _unless_empty(first: int, until: int, price: int) -> Iterator[tuple[int, int, int]]:
    if first < until:
        yield first, until, price
