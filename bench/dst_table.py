"""Every change of the clocks from 2025 to 2030 in six zones, and how often we get an instant wrong.

The zones, and why each:

* Europe/London      the clinic's own: forward and back at 01:00 UTC, home to UTC itself in winter
* America/New_York   changes at 02:00 of the wall, three weeks and one week away from Europe
* Australia/Lord_Howe by half an hour only, in the southern half of the year
* Africa/Cairo       at midnight: a day that begins at 01:00, and one that has 23:00 twice
* Asia/Kathmandu     never, and a quarter of an hour off every grid that counts from UTC hours
* Africa/Casablanca  backwards for Ramadan: the offset falls in spring and rises a month later

The instants are worked out by counting UTC minutes and asking `zoneinfo` what the wall shows at
each; nothing of the core is used for it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bench.results import Figure
from clinic.scheduling.clock import NoSuchLocalTime, local_date, local_minute
from clinic.scheduling.opening import Shift, opening

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
FIRST, LAST = date(2025, 1, 1), date(2030, 12, 31)
DAY = timedelta(days=1)


class Transition(NamedTuple):
    """The first UTC minute with another offset, and by how many minutes the wall jumps forward."""

    zone: ZoneInfo
    minute: int
    jump: int

    @property
    def wall_before(self) -> datetime:
        """What the wall would have shown at that minute, had nothing changed."""
        return wall(self.minute - 1, self.zone) + timedelta(minutes=1)


def wall(minute: int, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows, without an offset."""
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).replace(tzinfo=None)


def utc_minute(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60


def transitions(zone: ZoneInfo) -> Iterator[Transition]:
    """Found by looking at every hour, then at every minute of the hour with a change in it."""
    ahead = utc_minute(FIRST)
    while ahead < utc_minute(LAST + DAY):
        if _offset(ahead, zone) != _offset(ahead + 60, zone):
            minute = next(
                each
                for each in range(ahead + 1, ahead + 61)
                if _offset(each, zone) != _offset(ahead, zone)
            )
            yield Transition(zone, minute, _offset(minute, zone) - _offset(ahead, zone))
        ahead += 60


def _offset(minute: int, zone: ZoneInfo) -> int:
    return round((wall(minute, zone) - wall(minute, ZoneInfo("UTC"))).total_seconds()) // 60


EVERY = [each for name in ZONES for each in transitions(ZoneInfo(name))]


class Case(NamedTuple):
    """A time on the wall; `minutes` are all those at which the wall shows it."""

    kind: str
    wall: datetime
    minutes: tuple[int, ...]


def cases(change: Transition) -> Iterator[Case]:
    """A quarter of an hour before, the first and last quarter inside, and just after a change."""
    size, edge = abs(change.jump), change.wall_before
    # a forward jump leaves out [edge, edge + size), a backward one repeats [edge - size, edge)
    first = edge if change.jump > 0 else edge - timedelta(minutes=size)
    inside = "gap" if change.jump > 0 else "overlap"
    quarter = timedelta(minutes=15)
    for kind, shown in (
        ("before", first - quarter),
        (inside, first),
        (inside, first + timedelta(minutes=size) - quarter),
        ("after", first + timedelta(minutes=size)),
    ):
        yield Case(kind, shown, showing(shown, change))


def showing(shown: datetime, change: Transition) -> tuple[int, ...]:
    """Every minute around the change at which the wall shows this, by looking at all of them."""
    around = range(change.minute - 300, change.minute + 300)
    return tuple(each for each in around if wall(each, change.zone) == shown)


TABLE = [(change, case) for change in EVERY for case in cases(change)]


def measure() -> list[Figure]:
    """The same questions as `tests/clinic/scheduling/test_dst_table.py` puts, counted."""
    wrong = sum(not _is_right(change, case) for change, case in TABLE)
    name = f"clock changes: wrong instants, of {len(TABLE)} at {len(EVERY)} changes in 6 zones"
    return [Figure(name, wrong, "= 0", wrong == 0, len(TABLE))]


def _is_right(change: Transition, case: Case) -> bool:
    """Read off the wall, opened at, and put on its day; where the wall skips it, refused."""
    day, at = case.wall.date(), case.wall.time()
    try:
        found: int | None = local_minute(day, at, change.zone)
    except NoSuchLocalTime as skipped:
        if skipped.resumes != change.minute:
            return False
        found = None
    start = case.minutes[0] if case.minutes else change.minute
    if found != (case.minutes[0] if case.minutes else None):
        return False
    if any(local_date(minute, change.zone) != day for minute in case.minutes):
        return False
    open_ = opening([Shift(day.weekday(), at, time(0), day, day)], change.zone, day, day + DAY)
    # a gap up to midnight leaves nothing of the day
    expected = [start] if wall(start, change.zone).date() == day else []
    return [stretch.start for stretch in open_[:1]] == expected
