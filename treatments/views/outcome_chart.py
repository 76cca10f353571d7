"""Counts over time, drawn: one line of all milia, and one of each site on the same scale.

Places along the width are percentages, which SVG takes without a style of its own and without
stretching the words; heights are pixels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

# where the first and the last day stand, in percent of the width
LEFT, RIGHT = 5.0, 95.0
# pixels above the highest dot, for its number
TOP = 22


class Done(NamedTuple):
    """A session that was done, by its number in a course of this modality."""

    at: datetime
    number: int
    modality: str


@dataclass(frozen=True, slots=True)
class Shape:
    """`height` and what lies below the axis (`foot`) in pixels; numbers nearer to each other than
    `room`, in percent of the width of a phone, would overlap."""

    height: int
    foot: int
    room: float


LARGE = Shape(height=214, foot=40, room=7.0)
SMALL = Shape(height=84, foot=8, room=14.0)


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
    """A session, by its number and the modality of its course; `says` as of a dot."""

    x: str
    number: int
    modality: str
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`height` and `foot` (of the axis) in pixels; the dots are in order of time, from `begins` to
    `ends`: the days at the ends of the axis."""

    title: str
    dots: tuple[Dot, ...]
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    height: int
    foot: int
    begins: datetime
    ends: datetime

    @property
    def first(self) -> Dot:
        return self.dots[0]

    @property
    def last(self) -> Dot:
        return self.dots[-1]

    @property
    def is_one_day(self) -> bool:
        return self.begins == self.ends


@dataclass(frozen=True, slots=True)
class Axis:
    """Time from `first` to `last`, counts up to `top`."""

    first: datetime
    last: datetime
    top: int
    marks: Sequence[Done] = ()

    def chart(self, title: str, counts: Sequence[tuple[datetime, int]], shape: Shape) -> Chart:
        """One line; `counts` in order of time, at least one."""
        foot = shape.height - shape.foot
        places = [(self._place(at), self._y(count, foot)) for at, count in counts]
        says = _said([place for place, _y in places], shape.room)
        dots = tuple(
            Dot(_percent(place), y, y - 9, count, at, str(count) if is_said else "")
            for (place, y), (at, count), is_said in zip(places, counts, says, strict=True)
        )
        lines = tuple(
            Segment(_percent(before[0]), before[1], _percent(after[0]), after[1])
            for before, after in pairwise(places)
        )
        marks = tuple(self._marks(shape.room))
        return Chart(title, dots, lines, marks, shape.height, foot, self.first, self.last)

    def _marks(self, room: float) -> Iterable[Mark]:
        places = [self._place(each.at) for each in self.marks]
        for place, done, is_said in zip(places, self.marks, _said(places, room), strict=True):
            says = str(done.number) if is_said else ""
            yield Mark(_percent(place), done.number, done.modality, says)

    def _place(self, at: datetime) -> float:
        whole = (self.last - self.first).total_seconds()
        share = (at - self.first).total_seconds() / whole if whole else 0.0
        return LEFT + share * (RIGHT - LEFT)

    def _y(self, count: int, foot: int) -> int:
        return round(foot - (foot - TOP) * count / max(1, self.top))


def _said(places: Sequence[float], room: float) -> list[bool]:
    """Which of these have room for what they say; the last one always, it matters most."""
    said, before = [], -room
    for number, place in enumerate(places):
        is_last = number == len(places) - 1
        is_free = is_last or (place - before >= room and places[-1] - place >= room)
        said.append(is_free)
        before = place if is_free else before
    return said


def total_chart(
    title: str, counts: Sequence[tuple[datetime, int]], marks: Sequence[Done]
) -> Chart | None:
    """The line of all milia with the sessions below; None before anything was counted."""
    if not counts:
        return None
    axis = _axis(counts, marks, max(count for _at, count in counts))
    return axis.chart(title, counts, LARGE)


def site_charts(
    by_site: Mapping[str, Mapping[datetime, int]],
    days: Sequence[datetime],
    marks: Sequence[Done],
    names: Mapping[str, str],
) -> list[Chart]:
    """A small line for each site on one scale, the fullest first; a day without any is a zero."""
    if not days or not by_site:
        return []
    top = max(count for counts in by_site.values() for count in counts.values())
    axis = _axis([(at, 0) for at in days], marks, top)
    ranked = sorted(by_site, key=lambda site: (-max(by_site[site].values()), names[site]))
    return [
        axis.chart(names[site], [(at, by_site[site].get(at, 0)) for at in days], SMALL)
        for site in ranked
    ]


def _axis(counts: Sequence[tuple[datetime, int]], marks: Sequence[Done], top: int) -> Axis:
    moments = [*(at for at, _n in counts), *(each.at for each in marks)]
    return Axis(min(moments), max(moments), top, marks)


def _percent(place: float) -> str:
    return f"{place:.2f}%"
