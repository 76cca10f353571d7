"""Which nodes of a network could lie on its cheapest path: most cannot, and need not be looked at.

Two things are known at once. From a day on no path costs less than the gaps alone would, if every
day could be had for nothing. And whoever takes at each session the day that looks cheapest by that
measure has found some path, with its real price. A day is looked at only where the one does not
exceed the other: forwards for the least that leads to it, backwards for the least that follows,
both as if every session had the cheapest person of its day and a change of person cost nothing.
Whatever must be dearer than the known path falls away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import add, le

from clinic.scheduling.layers import FAR, Layer, Row, cheapest


class Pruning:
    """`known` is the price of some path, None where there is none."""

    def __init__(self, layers: Sequence[Layer], entry: Row, handover: int) -> None:
        self._layers = layers
        self._entry = entry
        self._rows = _cheapest_people(layers, len(entry))
        self._at_least = _at_least(layers, self._rows)
        guess = _days(layers, entry, self._at_least)
        self._look(_price(layers, guess, entry, handover) if guess else FAR - 1)
        days = _days(layers, entry, self._to_go)
        self.known = min(self._most, _price(layers, days, entry, handover)) if days else None

    def layers(self, most: int) -> list[Layer]:
        """The layers with the nodes of all paths that cost no more than that; not below `known`."""
        if most > self._most:
            self._look(most)
        tables = zip(self._rows, self._paid, self._to_go, strict=True)
        rooms = [_rooms(*each, most) for each in tables]
        people = _needed(self._layers, rooms)
        return [_kept(layer, room, people) for layer, room in zip(self._layers, rooms, strict=True)]

    def _look(self, most: int) -> None:
        """At all days of paths that may cost no more than that."""
        self._most = most
        self._paid = _forwards(self._layers, self._rows, self._entry, self._at_least, most)
        self._to_go = _backwards(self._layers, self._rows, self._paid)


def _cheapest_people(layers: Sequence[Layer], days: int) -> list[Row]:
    """Per layer and day the price of the cheapest node; layers that share their nodes share it."""
    known: dict[int, list[int]] = {}
    for layer in layers:
        if id(layer.nodes) not in known:
            known[id(layer.nodes)] = cheapest(layer.nodes.values(), range(days), days)
    return [known[id(layer.nodes)] for layer in layers]


def _at_least(layers: Sequence[Layer], rows: Sequence[Row]) -> list[list[int]]:
    """What a path costs at least from each day on, its own price included."""
    gaps = _gaps_alone(
        tuple(layer.days for layer in layers),
        tuple((layer.shortest, tuple(layer.gaps)) for layer in layers),
        len(rows[0]),
    )
    return [list(map(add, row, after)) for row, after in zip(rows, gaps, strict=True)]


@lru_cache(maxsize=64)
def _gaps_alone(
    spans: tuple[range, ...], gaps: tuple[tuple[int, tuple[int, ...]], ...], days: int
) -> tuple[Row, ...]:
    """The least price of all gaps after each day of a layer; `FAR` on days that are none of its
    `spans` or lead nowhere.

    Cached: it follows from the windows of a course alone, and the searches for its other proposals
    ask for the same.
    """
    found = [cheapest([[0] * days], spans[-1], days)]
    for span, (shortest, prices) in zip(spans[-2::-1], gaps[:0:-1], strict=True):
        found.append([FAR] * days)
        for day in span:
            found[-1][day] = _least(prices, found[-2], day + shortest)
    return tuple(found[::-1])


def _forwards(
    layers: Sequence[Layer], rows: Sequence[Row], entry: Row, at_least: Sequence[Row], most: int
) -> list[dict[int, int]]:
    """Per layer the days over which a path could cost no more than `most`, each with the least
    price from the beginning up to it, its own included."""
    first, row, onward = layers[0], rows[0], at_least[0]
    paid = [{day: entry[day] + row[day] for day in first.days if entry[day] + onward[day] <= most}]
    for layer, row, onward in zip(layers[1:], rows[1:], at_least[1:], strict=True):
        ahead: dict[int, int] = {}
        for before, so_far in paid[-1].items():
            start, room = before + layer.shortest, most - so_far
            ways = map(add, layer.gaps, onward[start : start + len(layer.gaps)])
            for at in [at for at, price in enumerate(ways) if price <= room]:
                day, price = start + at, so_far + layer.gaps[at]
                if price < ahead.get(day, FAR):
                    ahead[day] = price
        paid.append({day: price + row[day] for day, price in ahead.items()})
    return paid


def _backwards(
    layers: Sequence[Layer], rows: Sequence[Row], paid: Sequence[Mapping[int, int]]
) -> list[list[int]]:
    """The least price from each of those days to the end, its own included."""
    to_go: list[list[int]] = []
    for at in range(len(layers) - 1, -1, -1):
        row, own = rows[at], [FAR] * len(rows[at])
        for day in paid[at]:
            own[day] = row[day] + (least(layers[at + 1], to_go[-1], day) if to_go else 0)
        to_go.append(own)
    return to_go[::-1]


def least(later: Layer, ahead: Row, day: int) -> int:
    """The least price of a gap after `day` and all that follows it."""
    return _least(later.gaps, ahead, day + later.shortest)


def _least(gaps: Row, ahead: Row, first: int) -> int:
    return min(map(add, gaps, ahead[first : first + len(gaps)]), default=FAR)


def _days(layers: Sequence[Layer], entry: Row, ahead: Sequence[Row]) -> list[int] | None:
    """The days of a path that always takes the one with the least `ahead`, its own price included;
    None where that leads nowhere."""
    days: list[int] = []
    first, edges = 0, entry
    for at, prices in enumerate(ahead):
        if days:
            first, edges = days[-1] + layers[at].shortest, layers[at].gaps
        ways = list(map(add, edges, prices[first : first + len(edges)]))
        price = min(ways, default=FAR)
        if price >= FAR:
            return None
        days.append(first + ways.index(price))
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


def _rooms(row: Row, paid: Mapping[int, int], to_go: Row, most: int) -> dict[int, int]:
    """By day of a layer the most that a node may cost on a path of no more than `most`."""
    return {
        day: most - so_far - to_go[day] + 2 * row[day]
        for day, so_far in paid.items()
        if so_far + to_go[day] - row[day] <= most
    }


def _needed(layers: Sequence[Layer], rooms: Sequence[Mapping[int, int]]) -> list[int]:
    """The people without whom a path might miss its cheapest or first nodes.

    Whoever is nowhere cheaper than one who comes before could give all visits to that one, and
    there would be no more changes of person than before.
    """
    needed: dict[int, list[int]] = {}
    for person in sorted({person for layer in layers for person in layer.nodes}):
        prices: list[int] = []
        for layer, room in zip(layers, rooms, strict=True):
            row = layer.nodes.get(person)
            prices += [row[day] if row and row[day] <= most else FAR for day, most in room.items()]
        if not any(all(map(le, one, prices)) for one in needed.values()):
            needed[person] = prices
    return list(needed)


def _kept(layer: Layer, room: Mapping[int, int], people: Sequence[int]) -> Layer:
    """The layer with those people, on those days where they cost no more than there is room for."""
    nodes = {}
    for person in people:
        if person in layer.nodes:
            prices = layer.nodes[person]
            kept = [FAR] * len(prices)
            for day, most in room.items():
                if prices[day] <= most:
                    kept[day] = prices[day]
            nodes[person] = kept
    return replace(layer, nodes=nodes, days=range(min(room, default=0), max(room, default=-1) + 1))
