"""Which nodes of a network could lie on its cheapest path: most cannot, and need not be looked at.

Two looks at the days alone, forwards and backwards, as if every session had the cheapest person of
its day and a change of person cost nothing, say for every day the least that a path over it could
cost. Some path is known after that, with its real price: whatever must be dearer falls away.
"""

from collections.abc import Sequence
from dataclasses import replace
from operator import add

from clinic.scheduling.layers import FAR, Layer

Row = Sequence[int]


class Pruning:
    """`known` is the price of some path, None where there is none."""

    def __init__(self, layers: Sequence[Layer], entry: Row, handover: int) -> None:
        self._layers = layers
        self._rows = _cheapest_people(layers)
        self._paid = _forwards(layers, self._rows, entry)
        self._to_go = _backwards(layers, self._rows)
        self.known: int | None = None
        if min(self._paid[-1], default=FAR) < FAR:
            days = _days(layers, self._rows, self._paid[0], self._to_go)
            self.known = _price(layers, days, entry, handover)

    def layers(self, most: int) -> list[Layer]:
        """The layers with the nodes of all paths that cost no more than that; not below `known`."""
        every = zip(self._layers, self._rows, self._paid, self._to_go, strict=True)
        return [_kept(*each, most) for each in every]


def _cheapest_people(layers: Sequence[Layer]) -> list[Row]:
    """Per layer and day the price of the cheapest node; layers that share their nodes share it."""
    known: dict[int, list[int]] = {}
    for layer in layers:
        if id(layer.nodes) not in known:
            known[id(layer.nodes)] = list(map(min, zip(*layer.nodes.values(), strict=True)))
    return [known[id(layer.nodes)] for layer in layers]


def _forwards(layers: Sequence[Layer], rows: Sequence[Row], entry: Row) -> list[list[int]]:
    """The least price from the beginning up to each day, its own included."""
    first = [FAR] * len(entry)
    for day in layers[0].days:
        if day < len(rows[0]) and rows[0][day] < FAR:
            first[day] = entry[day] + rows[0][day]
    paid = [first]
    for layer, row in zip(layers[1:], rows[1:], strict=True):
        prices, before, ahead = layer.gaps[::-1], paid[-1], [FAR] * len(entry)
        longest = layer.shortest + len(prices) - 1
        for day in layer.days:
            if row and row[day] < FAR:
                start, end = day - longest, day - layer.shortest + 1
                edges = prices[-start:] if start < 0 else prices
                least = min(map(add, edges, before[max(0, start) : max(0, end)]), default=FAR)
                ahead[day] = row[day] + least
        paid.append(ahead)
    return paid


def _backwards(layers: Sequence[Layer], rows: Sequence[Row]) -> list[list[int]]:
    """The least price from each day to the end, its own included."""
    to_go: list[list[int]] = []
    for at in range(len(layers) - 1, -1, -1):
        row, own = rows[at], [FAR] * len(rows[at])
        for day in layers[at].days:
            if row and row[day] < FAR:
                own[day] = row[day] + (least(layers[at + 1], to_go[-1], day) if to_go else 0)
        to_go.append(own)
    return to_go[::-1]


def least(later: Layer, ahead: Row, day: int) -> int:
    """The least price of a gap after `day` and all that follows it."""
    first = day + later.shortest
    return min(map(add, later.gaps, ahead[first : first + len(later.gaps)]), default=FAR)


def _days(
    layers: Sequence[Layer], rows: Sequence[Row], paid: Row, to_go: Sequence[Row]
) -> list[int]:
    """The days of a path that is cheapest as long as people cost nothing; `paid` for the first."""
    # both hold the price of the day itself
    ways = [
        before + after - own for before, after, own in zip(paid, to_go[0], rows[0], strict=True)
    ]
    days = [ways.index(min(ways))]
    for layer, ahead in zip(layers[1:], to_go[1:], strict=True):
        first = days[-1] + layer.shortest
        ways = list(map(add, layer.gaps, ahead[first : first + len(layer.gaps)]))
        days.append(first + ways.index(min(ways)))
    return days


def _price(layers: Sequence[Layer], days: Sequence[int], entry: Row, handover: int) -> int:
    """Of the cheapest people for a path over these days."""
    people = {person: row[days[0]] for person, row in layers[0].nodes.items()}
    price = entry[days[0]]
    for layer, before, day in zip(layers[1:], days, days[1:], strict=False):
        price += layer.gaps[day - before - layer.shortest]
        anyone = min(people.values()) + handover
        people = {
            person: row[day] + min(anyone, people.get(person, anyone))
            for person, row in layer.nodes.items()
        }
    return price + min(people.values())


def _kept(layer: Layer, row: Row, paid: Row, to_go: Row, most: int) -> Layer:
    """The nodes of a layer over which a path may cost no more than `most`."""
    slack = {
        day: most - paid[day] - to_go[day] + 2 * row[day]
        for day in layer.days
        if day < len(row) and row[day] < FAR and paid[day] + to_go[day] - row[day] <= most
    }
    nodes = {}
    for person, prices in layer.nodes.items():
        kept = [FAR] * len(prices)
        for day, room in slack.items():
            if prices[day] <= room:
                kept[day] = prices[day]
        nodes[person] = kept
    return replace(
        layer, nodes=nodes, days=range(min(slack, default=0), max(slack, default=-1) + 1)
    )
