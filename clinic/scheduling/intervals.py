"""Half-open stretches of time and the arithmetic on them.

A *timeline* is a tuple of intervals that is sorted and whose intervals neither overlap nor touch.
`merge` makes one of anything; the other functions take timelines and give timelines back, each in
one sweep over both.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from clinic.scheduling.clock import Minute


class Interval(NamedTuple):
    """`[start, end)` in whole minutes. `Interval.of` checks the order of the ends."""

    start: Minute
    end: Minute

    @classmethod
    def of(cls, start: Minute, end: Minute) -> "Interval":
        """Raises ValueError unless `start` comes before `end`."""
        if end <= start:
            raise ValueError(f"an interval must end after it starts, not {start} to {end}")
        return cls(start, end)

    @property
    def minutes(self) -> int:
        return self.end - self.start


Timeline = tuple[Interval, ...]


def merge(intervals: Iterable[Interval]) -> Timeline:
    """Any intervals as a timeline: sorted, joined where they touch, empty ones dropped."""
    merged: list[Interval] = []
    start = end = None
    for interval in sorted(intervals):
        if interval.end <= interval.start:
            continue
        if end is None or start is None:
            start, end = interval
        elif interval.start > end:
            merged.append(Interval(start, end))
            start, end = interval
        elif interval.end > end:
            end = interval.end
    if start is not None and end is not None:
        merged.append(Interval(start, end))
    return tuple(merged)


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> Timeline:
    """The time that lies in both."""
    common: list[Interval] = []
    i, j, lefts, rights = 0, 0, len(left), len(right)
    # the innermost loop of every search: an interval that lies within another is taken as it is
    while i < lefts and j < rights:
        one, other = left[i], right[j]
        a, b = one
        c, d = other
        if a >= c and b <= d:
            common.append(one)
        elif c >= a and d <= b:
            common.append(other)
        elif a < d and c < b:
            common.append(Interval(a, d) if a > c else Interval(c, b))
        if b < d:
            i += 1
        else:
            j += 1
    return tuple(common)


def subtract(whole: Sequence[Interval], taken: Sequence[Interval]) -> Timeline:
    """The time of `whole` that is not `taken`."""
    left: list[Interval] = []
    j = 0
    count = len(taken)
    if not count:
        return tuple(whole)
    for one in whole:
        start, end = one
        while j < count and taken[j][1] <= start:
            j += 1
        if j == count or taken[j][0] >= end:
            left.append(one)
            continue
        i = j
        while i < count and taken[i][0] < end:
            if start < taken[i][0]:
                left.append(Interval(start, taken[i][0]))
            start = taken[i][1]
            i += 1
        if start < end:
            left.append(Interval(start, end))
    return tuple(left)


def holding(timeline: Sequence[Interval], minute: Minute) -> Interval | None:
    """The interval that contains `minute`."""
    # (minute + 1,) sorts after every interval that starts at `minute` and before all later ones
    at = bisect_right(timeline, (minute + 1,)) - 1
    return timeline[at] if at >= 0 and minute < timeline[at].end else None


def contains(timeline: Sequence[Interval], minute: Minute) -> bool:
    return holding(timeline, minute) is not None


def covers(timeline: Sequence[Interval], start: Minute, end: Minute) -> bool:
    """Whether the whole of `[start, end)` lies in one interval of the timeline."""
    interval = holding(timeline, start)
    return interval is not None and end <= interval.end


def total(timeline: Iterable[Interval]) -> int:
    """Minutes in all."""
    return sum(end - start for start, end in timeline)
