"""One session of a course as the search for the cheapest way sees it, in plain integers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Row = Sequence[int]

# the price of what cannot be done; no sum of real prices comes near it
FAR = 1 << 40


@dataclass(frozen=True, slots=True)
class Layer:
    """The price of every node by person and day, `FAR` where none is, and the days to look at.

    `gaps[i]` is the price of a gap of `shortest + i` days before it; of no meaning in the first.
    """

    nodes: Mapping[int, Sequence[int]]
    days: range
    gaps: Sequence[int] = ()
    shortest: int = 1


def cheapest(rows: Iterable[Row], days: range, length: int) -> list[int]:
    """The least of several prices on each of these days, `FAR` on all others of so many."""
    least = [FAR] * length
    if days:  # without any, its ends may be anything
        on = slice(days.start, days.stop)
        least[on] = map(min, zip(least[on], *(row[on] for row in rows), strict=True))
    return least
