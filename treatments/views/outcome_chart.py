"""Counts over time, drawn: one line of all milia, and one of each site on the same scale.

Places along the width are percentages, which SVG takes without a style of its own and without
stretching the words; heights are pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

# where the first and the last day stand, in percent of the width
LEFT, RIGHT = 9.0, 94.0
TOP, FOOT = 12, 20
# numbers nearer to each other than this would overlap, in percent
ROOM = 5.0


@dataclass(frozen=True, slots=True)
class Dot:
    """`says` is the number written beside it, empty where there is no room for it."""

    x: str
    y: int
    label_y: int
    count: int
    at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Segment:
    x1: str
    y1: int
    x2: str
    y2: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A session, by its number; `says` as of a dot."""

    x: str
    number: int
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`height` and `foot` (of the axis) in pixels; the dots are in order of time."""

    title: str
    dots: tuple[Dot, ...]
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    height: int
    foot: int

    @property
    def first(self) -> Dot:
        return self.dots[0]

    @property
    def last(self) -> Dot:
        return self.dots[-1]


@dataclass(frozen=True, slots=True)
class Axis:
    """Time from `first` to `last`, counts up to `top`; marks are (when, number of the session)."""

    first: datetime
    last: datetime
    top: int
    marks: Sequence[tuple[datetime, int]] = ()

    def chart(self, title: str, counts: Sequence[tuple[datetime, int]], height: int) -> Chart:
        """One line; `counts` in order of time, at least one."""
        foot = height - FOOT
        places = [(self._place(at), self._y(count, foot)) for at, count in counts]
        last_said = -ROOM
        dots = []
        for (place, y), (at, count) in zip(places, counts, strict=True):
            is_free = place - last_said >= ROOM
            last_said = place if is_free else last_said
            dots.append(Dot(_percent(place), y, y - 6, count, at, str(count) if is_free else ""))
        lines = (
            Segment(_percent(before[0]), before[1], _percent(after[0]), after[1])
            for before, after in pairwise(places)
        )
        return Chart(title, tuple(dots), tuple(lines), self._marks(), height, foot)

    def _marks(self) -> tuple[Mark, ...]:
        found, last_said = [], -ROOM
        for at, number in self.marks:
            place = self._place(at)
            is_free = place - last_said >= ROOM
            last_said = place if is_free else last_said
            found.append(Mark(_percent(place), number, str(number) if is_free else ""))
        return tuple(found)

    def _place(self, at: datetime) -> float:
        whole = (self.last - self.first).total_seconds()
        share = (at - self.first).total_seconds() / whole if whole else 0.0
        return LEFT + share * (RIGHT - LEFT)

    def _y(self, count: int, foot: int) -> int:
        return round(foot - (foot - TOP) * count / max(1, self.top))


def total_chart(
    title: str,
    counts: Sequence[tuple[datetime, int]],
    marks: Sequence[tuple[datetime, int]],
    height: int = 190,
) -> Chart | None:
    """The line of all milia with the sessions below; None before anything was counted."""
    if not counts:
        return None
    axis = _axis(counts, marks, max(count for _at, count in counts))
    return axis.chart(title, counts, height)


def site_charts(
    by_site: Mapping[str, Mapping[datetime, int]],
    days: Sequence[datetime],
    marks: Sequence[tuple[datetime, int]],
    names: Mapping[str, str],
    height: int = 96,
) -> list[Chart]:
    """A small line for each site on one scale, the fullest first; a day without any is a zero."""
    if not days or not by_site:
        return []
    top = max(count for counts in by_site.values() for count in counts.values())
    axis = _axis([(at, 0) for at in days], marks, top)
    ranked = sorted(by_site, key=lambda site: (-max(by_site[site].values()), names[site]))
    return [
        axis.chart(names[site], [(at, by_site[site].get(at, 0)) for at in days], height)
        for site in ranked
    ]


def _axis(
    counts: Sequence[tuple[datetime, int]], marks: Sequence[tuple[datetime, int]], top: int
) -> Axis:
    moments = [at for at, _n in (*counts, *marks)]
    return Axis(min(moments), max(moments), top, tuple(marks))


def _percent(place: float) -> str:
    return f"{place:.2f}%"
