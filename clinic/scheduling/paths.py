"""The cheapest way through the layers of a course, in plain integers.

A layer is a session; a node is a day (counted from 0) and a person. A step leads from a node to a
node of the next layer, some days later; its price is that of the gap, of a change of person, and of
the node it leads to. Knows nothing of clocks or clinics.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heappop, heappush
from operator import add
from typing import NamedTuple

from clinic.scheduling.layers import FAR, Layer, cheapest
from clinic.scheduling.pruning import Pruning, least

__all__ = ["FAR", "Layer", "Network", "Path", "Step"]

Step = tuple[int, int]

# another path than the cheapest is looked for among those dearer by so many points, then among all
DEARER = (4, 16, 64)


class Path(NamedTuple):
    """A day and a person for every layer."""

    cost: int
    steps: tuple[Step, ...]

    @property
    def days(self) -> list[int]:
        return [day for day, _ in self.steps]


class Network:
    """The layers of a course, at least one, and the prices of getting from one to the next.

    `entry` is the price of beginning on a day, `handover` that of a change of person. `fixed` says
    how many of the layers have only one day.
    """

    def __init__(
        self, layers: Sequence[Layer], entry: Sequence[int], handover: int, fixed: int = 0
    ) -> None:
        self.layers = layers
        self.entry = entry
        self.handover = handover
        self.most_shared = fixed + (len(layers) - fixed) // 2

    def cheapest(self, unlike: Sequence[Sequence[int]] = ()) -> Path | None:
        """The cheapest path; of several the first by day and person, layer by layer.

        `unlike` lists the days of earlier paths: of the layers that are not fixed, at least half
        must be on another day than in each of them.
        """
        pruning = Pruning(self.layers, self.entry, self.handover)
        if pruning.known is None:
            return None
        path = self._among(pruning.layers(pruning.known))._straight()
        if all(self._differs(path, other) for other in unlike):
            return path
        for more in DEARER:
            most = pruning.known + more
            found = self._among(pruning.layers(most))._cheapest_unlike(unlike, most)
            if found is not None:
                return found
        return self._cheapest_unlike(unlike, FAR - 1)

    def _among(self, layers: Sequence[Layer]) -> "Network":
        """The same network with fewer nodes."""
        fewer = Network(layers, self.entry, self.handover)
        fewer.most_shared = self.most_shared
        return fewer

    def _differs(self, path: Path, days: Sequence[int]) -> bool:
        shared = sum(step[0] == day for step, day in zip(path.steps, days, strict=True))
        return shared <= self.most_shared

    def _straight(self) -> Path:
        """The cheapest path of all, of which there is one: what is left to pay is known, so each
        step is the right one."""
        paid = 0
        steps: tuple[Step, ...] = ()
        for at in range(len(self.layers)):
            to_go, step = min(self._shortest(at, *steps[-1:]))
            nodes = self.layers[at].nodes[step[1]]
            paid += to_go - self._to_go[at][step[1]][step[0]] + nodes[step[0]]
            steps = (*steps, step)
        return Path(paid, steps)

    def _shortest(self, at: int, last: Step | None = None) -> Iterator[tuple[int, Step]]:
        """For every person the least price to the end by way of a node of theirs, and that node."""
        for person, prices in self._to_go[at].items():
            first, edges, change = self._edges(at, person, last)
            ways = list(map(add, edges, prices[first : first + len(edges)]))
            least = min(ways, default=FAR)
            if least < FAR:
                yield least + change, (first + ways.index(least), person)

    def _edges(self, at: int, person: int, last: Step | None) -> tuple[int, Sequence[int], int]:
        """The first day after a step, the prices of it and the days that follow, and of a change
        of person."""
        layer = self.layers[at]
        if last is None:
            return layer.days.start, self.entry[layer.days.start : layer.days.stop], 0
        change = 0 if person == last[1] else self.handover
        return last[0] + layer.shortest, layer.gaps, change

    def _cheapest_unlike(self, unlike: Sequence[Sequence[int]], most: int) -> Path | None:
        """Of those that cost no more than `most`. Best first: the search strays only among paths no
        dearer than the answer.

        Two ways to one node that share as many days continue alike: only the first is followed.
        """
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
            known = [days[at] for days in unlike]
            for step, price, to_go in self._onward(at, *steps[-1:]):
                if paid + to_go > most:
                    continue
                sharing = shared
                if step[0] in known:
                    pairs = zip(shared, known, strict=True)
                    sharing = tuple([n + (day == step[0]) for n, day in pairs])
                    if max(sharing) > self.most_shared:
                        continue
                heappush(waiting, (paid + to_go, (*steps, step), paid + price, sharing))
        return None

    def _onward(self, at: int, last: Step | None = None) -> Iterator[tuple[Step, int, int]]:
        """Each step into the layer `at`, its price, and the least price from it to the end."""
        layer, ahead = self.layers[at], self._to_go[at]
        for person, prices in ahead.items():
            first, edges, change = self._edges(at, person, last)
            own, left = layer.nodes[person], prices[first : first + len(edges)]
            for day, (edge, to_go) in enumerate(zip(edges, left, strict=False), first):
                if edge + to_go < FAR:
                    price = edge + change
                    yield (day, person), price + own[day], price + to_go

    @cached_property
    def _to_go(self) -> list[dict[int, list[int]]]:
        """For every layer, the least price from each node to the end, the node's own included."""
        *earlier, last = self.layers
        days = last.days, len(self.entry)
        to_go = [{person: cheapest([row], *days) for person, row in last.nodes.items()}]
        later = last
        for layer in reversed(earlier):
            to_go.append(self._before(layer, later, to_go[-1]))
            later = layer
        return to_go[::-1]

    def _before(
        self, layer: Layer, later: Layer, ahead: Mapping[int, list[int]]
    ) -> dict[int, list[int]]:
        """One layer of `_to_go` from the one after it."""
        rows = list(ahead.values())  # of one person alone, mostly
        anyone = rows[0] if len(rows) == 1 else cheapest(rows, later.days, len(self.entry))
        onward: dict[int, tuple[int, int]] = {}
        to_go = {}
        for person, prices in layer.nodes.items():
            row = [FAR] * len(prices)
            same = ahead.get(person, ())
            for day in layer.days:
                if prices[day] < FAR:
                    if day not in onward:
                        onward[day] = _best_onward(later, anyone, day)
                    price, then = onward[day]
                    if price < FAR:
                        # whoever is as cheap as anybody on the best day needs no other look
                        if not same or same[then] > anyone[then]:
                            price = min(price + self.handover, least(later, same, day))
                        row[day] = prices[day] + price
            to_go[person] = row
        return to_go


def _best_onward(later: Layer, ahead: Sequence[int], day: int) -> tuple[int, int]:
    """As `least`, with the day that it leads to."""
    first = day + later.shortest
    ways = list(map(add, later.gaps, ahead[first : first + len(later.gaps)]))
    price = min(ways, default=FAR)
    return price, first + ways.index(price) if ways else first
