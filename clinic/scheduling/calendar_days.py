"""The local days of one search, numbered from 0, with the minute at which each begins."""

from dataclasses import dataclass
from datetime import date

from clinic.scheduling.clock import Minute, local_date, midnights
from clinic.scheduling.intervals import Interval
from clinic.scheduling.request import SeriesRequest


@dataclass(frozen=True, slots=True)
class Calendar:
    """The local days to search, counted from 0; `starts` has one more, the end of the last day."""

    first: int
    starts: tuple[Minute, ...]

    @classmethod
    def of(cls, request: SeriesRequest, window: Interval) -> "Calendar":
        """From the day of the earliest start to the last day before the horizon."""
        end = max(request.earliest + 1, min(request.horizon_until, window.end))
        first = local_date(request.earliest, request.zone)
        until = date.fromordinal(local_date(end - 1, request.zone).toordinal() + 1)
        return cls(first.toordinal(), midnights(first, until, request.zone))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def index(self, day: date) -> int:
        """The number of a date; of one outside the calendar too."""
        return day.toordinal() - self.first

    def date(self, day: int) -> date:
        return date.fromordinal(self.first + day)

    def weekday(self, day: int) -> int:
        return (self.first + day - 1) % 7
