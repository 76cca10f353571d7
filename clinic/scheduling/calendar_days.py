"""The local days of one search, numbered from 0, with the minute at which each begins."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, time
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

    def wall(self, day: int, opens: time, closes: time) -> Interval:
        """From one time of a day to another, 00:00 for the midnight that ends it."""
        start, end = self.starts[day : day + 2]
        return wall_interval(self.date(day), start, end, opens, closes, self.zone)
