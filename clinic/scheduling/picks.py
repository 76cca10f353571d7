"""Letting one particular person, room or device take part in a visit."""

from collections.abc import Iterable, Sequence

Pool = Sequence[int]


def narrowed(pools: Sequence[Pool], picks: Iterable[int]) -> list[list[Pool]]:
    """Every way to give each picked resource a need of its own: the pools, need by need, with
    those of its need narrowed to it. The first ways give it the first needs; none when one of the
    picked cannot serve any need that the others leave."""
    ways: list[list[Pool]] = [list(pools)]
    for pick in picks:
        ways = [
            [*way[:at], (pick,), *way[at + 1 :]]
            for way in ways
            for at, pool in enumerate(way)
            if pick in pool
        ]
    return ways
