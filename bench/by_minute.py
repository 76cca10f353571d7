"""Time counted minute by minute, for answers that share nothing with the core."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from clinic.scheduling.needs import Need


@cache
def instant(zone: ZoneInfo, day: date, wall_time: time) -> int:
    """The first minute at which the wall shows this time of the day, or one after it."""
    wanted = datetime.combine(day, wall_time)
    minute = int(wanted.replace(tzinfo=UTC).timestamp()) // 60 - 24 * 60
    while wall(zone, minute).replace(tzinfo=None) < wanted:
        minute += 1
    return minute


def wall(zone: ZoneInfo, minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)


def held_by(need: Need, start: int) -> range:
    return range(start + need.starts, start + need.ends)


def minutes_of(intervals: Iterable[tuple[int, int]]) -> set[int]:
    return {minute for start, end in intervals for minute in range(start, end)}


def free_beside(minutes: set[int], minute: int, direction: int, most: int) -> int:
    """How many minutes in a row follow `minute` in one direction, counted up to `most`."""
    length = 0
    while length < most and minute + direction * (length + 1) in minutes:
        length += 1
    return length
