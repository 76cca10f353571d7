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


def merge(intervals: Iterable[tuple[Minute, Minute]]) -> Timeline:
    """Any intervals as a timeline: sorted, joined where they touch, empty ones dropped."""
    merged: list[Interval] = []
    start = end = None
    # a clinic's bookings of half a year come through here one by one
    for first, until in sorted(intervals):
        if until <= first:
            continue
        if end is None or start is None:
            start, end = first, until
        elif first > end:
            merged.append(Interval(start, end))
            start, end = first, until
        elif until > end:
            end = until
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


def subtract(whole: Sequence[Interval], taken: Sequence[tuple[Minute, Minute]]) -> Timeline:
    """The time of `whole` that is not `taken`, which need only be sorted: what is taken may overlap
    and be empty."""
    left: list[Interval] = []
    at, count = 0, len(taken)
    if not count or not whole:
        return tuple(whole)
    until = whole[0][0]  # all that was taken so far has ended by then
    for one in whole:
        start, end = one
        while at < count and taken[at][0] <= start:
            until = max(until, taken[at][1])
            at += 1
        if until <= start and (at == count or taken[at][0] >= end):
            left.append(one)
            continue
        start = max(start, until)
        while at < count and taken[at][0] < end:
            first, last = taken[at]
            if start < last > first:
                if start < first:
                    left.append(Interval(start, first))
                start = last
            at += 1
        until = start
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
