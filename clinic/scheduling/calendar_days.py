"""The local days of one search, numbered from 0, with the minute at which each begins."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from clinic.scheduling.clock import Minute, local_date, midnights
from clinic.scheduling.intervals import Interval
from clinic.scheduling.opening import wall_interval
from clinic.scheduling.request import SeriesRequest


@dataclass(frozen=True, slots=True)
class Calendar:
    """The local days to search, counted from 0; `starts` has one more, the end of the last day."""

    first: int
    starts: tuple[Minute, ...]
    zone: ZoneInfo

    @classmethod
    def of(cls, request: SeriesRequest, window: Interval) -> "Calendar":
        """From the day of the earliest start to the last day before the horizon."""
        end = max(request.earliest + 1, min(request.horizon_until, window.end))
        first = local_date(request.earliest, request.zone)
        until = date.fromordinal(local_date(end - 1, request.zone).toordinal() + 1)
        return cls(first.toordinal(), midnights(first, until, request.zone), request.zone)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def index(self, day: date) -> int:
        """The number of a date; of one outside the calendar too."""
        return day.toordinal() - self.first

    def day_of(self, minute: Minute) -> int:
        """The number of the day that holds a minute of the calendar; -1 before it."""
        return bisect_right(self.starts, minute) - 1

    def date(self, day: int) -> date:
        return date.fromordinal(self.first + day)

    def weekday(self, day: int) -> int:
        return (self.first + day - 1) % 7

    def walls(self, opens: time, closes: time) -> tuple[Interval, ...]:
        """For every day from one time of it to another, 00:00 for the midnight that ends it."""
        return _walls(self, opens, closes)


@lru_cache(maxsize=64)
def _walls(calendar: Calendar, opens: time, closes: time) -> tuple[Interval, ...]:
    """Of every day. Cached: a day and its clock do not change, and the searches of a clinic ask for
    the same noons all day long."""
    days = enumerate(pairwise(calendar.starts))
    return tuple(
        wall_interval(calendar.date(day), start, end, opens, closes, calendar.zone)
        for day, (start, end) in days
    )
