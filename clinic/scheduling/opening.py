"""Weekly hours and closures, in a time zone, as the stretches of time that are really open.

Hours are wall-clock times. On the two days a year when the clocks change:

* a time that is skipped means the moment the clocks go on, whether it opens or closes a shift;
* a repeated hour is open on its first pass only, so no wall-clock time is ever offered twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from clinic.scheduling.clock import (
    DAY_MINUTES,
    Minute,
    clocks_back,
    local_minute_or_next,
    midnights,
)
from clinic.scheduling.intervals import Interval, Timeline, merge, subtract


@dataclass(frozen=True, slots=True)
class Shift:
    """Open on one weekday (Monday is 0) from `opens` to `closes`, wall-clock time.

    Closing at 00:00 means the midnight that ends the day; a shift over midnight is two shifts.
    Valid from and until the given dates, both included; None is for ever.
    Raises ValueError for a weekday that is none, times out of order, or a reversed validity.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError(f"{self.weekday} is no weekday; Monday is 0, Sunday is 6")
        if self.closes != time.min and self.closes <= self.opens:
            raise ValueError(
                f"a shift must close after it opens, not {self.opens} to {self.closes}"
            )
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError(f"valid from {self.valid_from} comes after {self.valid_until}")

    def runs_on(self, day: date) -> bool:
        """Whether the shift takes place on a day of its weekday, closures aside."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def opening(
    shifts: Iterable[Shift],
    zone: ZoneInfo,
    first: date,
    until: date,
    closed: Iterable[Interval] = (),
) -> Timeline:
    """The open time of the local days from `first` until before `until`, less what is `closed`."""
    on_weekday: defaultdict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        on_weekday[shift.weekday].append(shift)

    pieces: list[Interval] = []
    repeated: list[Interval] = []
    for ordinal, (start, end) in enumerate(
        pairwise(midnights(first, until, zone)), first.toordinal()
    ):
        day = date.fromordinal(ordinal)
        for shift in on_weekday[day.weekday()]:
            if shift.runs_on(day):
                pieces.append(wall_interval(day, start, end, shift.opens, shift.closes, zone))
        if end - start > DAY_MINUTES:
            back_at, minutes = clocks_back(start, end, zone)
            repeated.append(Interval(back_at, back_at + minutes))
    return subtract(merge(pieces), merge([*repeated, *closed]))


def wall_interval(
    day: date, start: Minute, end: Minute, opens: time, closes: time, zone: ZoneInfo
) -> Interval:
    """From `opens` to `closes` on a local day that lasts `[start, end)`; may come out empty.

    On a day of 24 hours this is plain addition, which matters: it is asked for every shift of every
    resource on every day of a calendar.
    """
    if end - start == DAY_MINUTES:
        closing = _of_day(closes) or DAY_MINUTES
        return Interval(start + _of_day(opens), start + closing)
    closing = end if closes == time.min else local_minute_or_next(day, closes, zone)
    return Interval(local_minute_or_next(day, opens, zone), closing)


def _of_day(wall_time: time) -> int:
    return wall_time.hour * 60 + wall_time.minute
