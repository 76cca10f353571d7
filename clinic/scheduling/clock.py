"""Whole minutes, local days and wall-clock times.

The core computes with `Minute`: whole minutes since 1970-01-01T00:00Z. This module is the only door
between minutes and aware datetimes, and the only place where a wall-clock time meets a time zone.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Minute = int

DAY_MINUTES = 24 * 60

# what a clock shows at each minute of a day
_FACES = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(DAY_MINUTES))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class NoSuchLocalTime(ValueError):
    """A wall-clock time that the clocks jump over.

    `resumes` is the minute at which they go on: the end of the gap.
    """

    def __init__(self, day: date, wall_time: time, zone: ZoneInfo, resumes: Minute) -> None:
        super().__init__(
            f"{wall_time:%H:%M} on {day:%Y-%m-%d} does not exist in {zone.key}: "
            "the clocks go forward"
        )
        self.day = day
        self.wall_time = wall_time
        self.zone = zone
        self.resumes = resumes


def to_minute(moment: datetime) -> Minute:
    """The minute that contains an aware moment. Raises ValueError for a naive one."""
    return (_aware(moment) - _EPOCH) // _MINUTE


def to_minute_up(moment: datetime) -> Minute:
    """The first minute not before an aware moment. Raises ValueError for a naive one."""
    return -((_EPOCH - _aware(moment)) // _MINUTE)


def to_datetime(minute: Minute) -> datetime:
    """A minute as an aware datetime in UTC."""
    return _EPOCH + timedelta(minutes=minute)


def local_date(minute: Minute, zone: ZoneInfo) -> date:
    """The calendar day on the wall in `zone`."""
    return to_datetime(minute).astimezone(zone).date()


def local_minute(day: date, wall_time: time, zone: ZoneInfo) -> Minute:
    """The minute at which the clocks in `zone` show `wall_time` on `day`, seconds dropped.

    The first of the two when the time is repeated. Raises `NoSuchLocalTime` when it is skipped.
    """
    wall = datetime.combine(day, wall_time.replace(fold=0), zone)
    minute = to_minute(wall)
    before, after = _offset(wall), _offset(wall.replace(fold=1))
    # PEP 495: inside a gap the two readings are the offsets before and after it, the later one
    # larger
    if after > before:
        resumes = _change(minute - (after - before), minute, zone)
        raise NoSuchLocalTime(day, wall_time, zone, resumes)
    return minute


def local_minute_or_next(day: date, wall_time: time, zone: ZoneInfo) -> Minute:
    """Like `local_minute`, but a skipped time means the moment the clocks go on."""
    try:
        return local_minute(day, wall_time, zone)
    except NoSuchLocalTime as skipped:
        return skipped.resumes


@lru_cache(maxsize=64)
def midnights(first: date, until: date, zone: ZoneInfo) -> tuple[Minute, ...]:
    """The start of every local day from `first` up to and including `until`.

    Cached: a snapshot asks for the same days once for each of its resources.
    """
    days = range(first.toordinal(), until.toordinal() + 1)
    return tuple(local_minute_or_next(date.fromordinal(day), time.min, zone) for day in days)


def wall_times(
    minutes: Sequence[Minute], midnight: Minute, end: Minute, zone: ZoneInfo
) -> list[str]:
    """What the clocks show at some minutes of the local day `[midnight, end)`: "09:15".

    On a day of 24 hours they show how far it has gone; on the others the zone is asked.
    """
    if end - midnight == DAY_MINUTES:
        return [_FACES[minute - midnight] for minute in minutes]
    return [f"{to_datetime(minute).astimezone(zone):%H:%M}" for minute in minutes]


def clocks_back(start: Minute, end: Minute, zone: ZoneInfo) -> tuple[Minute, int]:
    """When in the local day `[start, end)` the clocks go back, and by how many minutes.

    Only for a day longer than 24 hours. Days with two changes do not occur.
    """
    return _change(start, end, zone), end - start - DAY_MINUTES


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment


def _offset(moment: datetime) -> int:
    return (moment.utcoffset() or timedelta()) // _MINUTE


def _change(start: Minute, end: Minute, zone: ZoneInfo) -> Minute:
    """The first minute in `(start, end]` whose offset from UTC is no longer that of `start`."""

    def offset(minute: Minute) -> int:
        return _offset(to_datetime(minute).astimezone(zone))

    before = offset(start)
    minutes = range(start, end)
    return start + bisect_left(minutes, True, key=lambda minute: offset(minute) != before)
