"""What a patient wishes of the day and the hour, as the starts that keep it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Interval, Timeline, merge
from clinic.scheduling.opening import wall_interval


@dataclass(frozen=True, slots=True)
class Wishes:
    """`weekdays`: Monday is 0, empty for any. `hours`: the patient comes at or after the first and
    has left by the second, 00:00 for midnight; None for any. Wall-clock terms of the location.

    Raises ValueError for hours that end before they start.
    """

    weekdays: frozenset[int] = frozenset()
    hours: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        if self.hours and time.min != self.hours[1] <= self.hours[0]:
            raise ValueError(f"the hours must end after they start, not {self.hours}")


def wished_days(
    wishes: Wishes, first: date, marks: Sequence[Minute], minutes: int, zone: ZoneInfo
) -> Iterator[tuple[int, Interval]]:
    """Which days and which starts of them keep the wishes of a visit of so many `minutes`.

    `marks` are the midnights from `first` on, one more than there are days. Gives the number of
    each day, counted from 0, with its range of start minutes; days without any are left out.
    """
    for number, (start, end) in enumerate(pairwise(marks)):
        day = first + timedelta(days=number)
        if wishes.weekdays and day.weekday() not in wishes.weekdays:
            continue
        if wishes.hours is None:
            yield number, Interval(start, end)
            continue
        opens, closes = wall_interval(day, start, end, *wishes.hours, zone)
        if opens + minutes <= closes:
            yield number, Interval(opens, closes - minutes + 1)


def wished_starts(
    wishes: Wishes, first: date, marks: Sequence[Minute], minutes: int, zone: ZoneInfo
) -> Timeline:
    """The ranges of `wished_days` as one timeline."""
    return merge(starts for _, starts in wished_days(wishes, first, marks, minutes, zone))
