"""The cheapest way through the layers of a course, in plain integers.

A layer is a session; a node is a day (counted from 0) and a person. A step leads from a node to a
node of the next layer, some days later; its price is that of the gap, of a change of person, and of
the node it leads to. Knows nothing of clocks or clinics.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from operator import add
from typing import NamedTuple

# the price of what cannot be done; no sum of real prices comes near it
FAR = 1 << 40

Step = tuple[int, int]


class Path(NamedTuple):
    """A day and a person for every layer."""

    cost: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """The price of every node by person and day, `FAR` where none is, and the days to look at."""

    nodes: Mapping[int, Sequence[int]]
    days: range


class Network:
    """The layers of a course, at least one, and the prices of getting from one to the next.

    `entry` is the price of beginning on a day, `gaps[i]` that of a gap of `shortest + i` days,
    `handover` that of a change of person.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        entry: Sequence[int],
        gaps: Sequence[int],
        shortest: int,
        handover: int,
    ) -> None:
        self.layers = layers
        self.entry = entry
        self.gaps = gaps
        self.shortest = shortest
        self.handover = handover

    def cheapest(self, unlike: Sequence[Sequence[int]] = ()) -> Path | None:
        """The cheapest path; of several the first by day and person, layer by layer.

        `unlike` lists the days of earlier paths: at least half of the layers must be on another day
        than in each of them.

        Best first: what is left to pay is known exactly but for `unlike`, so without it the search
        walks straight to the end, and with it strays only among paths no dearer than the answer.
        Two ways to one node that share as many days continue alike: only the first is followed.
        """
        most_shared = len(self.layers) // 2
        waiting: list[tuple[int, tuple[Step, ...], int, tuple[int, ...]]]
        waiting = [(0, (), 0, (0,) * len(unlike))]
        followed = set()
        while waiting:
            total, steps, paid, shared = heappop(waiting)
            at = len(steps)
            if at == len(self.layers):
                return Path(total, steps)
            place = (at, steps[-1:], shared)
            if place in followed:
                continue
            followed.add(place)
            for step, price, to_go in self._onward(at, *steps[-1:]):
                day = step[0]
                sharing = tuple(
                    [n + (days[at] == day) for n, days in zip(shared, unlike, strict=True)]
                )
                if not sharing or max(sharing) <= most_shared:
                    heappush(waiting, (paid + to_go, (*steps, step), paid + price, sharing))
        return None

    def _onward(self, at: int, last: Step | None = None) -> Iterator[tuple[Step, int, int]]:
        """Each step into the layer `at`, its price, and the least price from it to the end."""
        nodes, ahead = self.layers[at].nodes, self._to_go[at]
        for person, prices in ahead.items():
            if last is None:
                first, edges, change = 0, self.entry, 0
            else:
                first, edges = last[0] + self.shortest, self.gaps
                change = 0 if person == last[1] else self.handover
            left = prices[first : first + len(edges)]
            for day, (edge, to_go) in enumerate(zip(edges, left, strict=False), first):
                if edge + to_go < FAR:
                    price = edge + change
                    yield (day, person), price + nodes[person][day], price + to_go

    @cached_property
    def _to_go(self) -> list[dict[int, list[int]]]:
        """For every layer, the least price from each node to the end, the node's own included."""
        *earlier, last = self.layers
        to_go = [{person: _within(last.days, prices) for person, prices in last.nodes.items()}]
        for layer in reversed(earlier):
            to_go.append(self._before(layer, to_go[-1]))
        return to_go[::-1]

    def _before(self, layer: Layer, ahead: Mapping[int, list[int]]) -> dict[int, list[int]]:
        """One layer of `_to_go` from the one after it."""
        anyone = list(map(min, zip(*ahead.values(), strict=True)))
        change = {day: self._least(anyone, day) + self.handover for day in layer.days}
        to_go = {}
        for person, prices in layer.nodes.items():
            row = [FAR] * len(prices)
            same = ahead.get(person, [])
            for day in layer.days:
                if prices[day] < FAR and change[day] < FAR:
                    row[day] = prices[day] + min(change[day], self._least(same, day))
            to_go[person] = row
        return to_go

    def _least(self, ahead: Sequence[int], day: int) -> int:
        """The least price of a gap after `day` and all that follows it."""
        first = day + self.shortest
        return min(map(add, self.gaps, ahead[first : first + len(self.gaps)]), default=FAR)


def _within(days: range, prices: Sequence[int]) -> list[int]:
    return [price if day in days else FAR for day, price in enumerate(prices)]
