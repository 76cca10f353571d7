"""The bare sweep: half an hour with one of some people, in one of some rooms that is held for 40.

Monday to Friday 9 to 12 and 13 to 17 in London. Standard library only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
SHIFTS = ((540, 720), (780, 1020))
STEP = 15

Stretch = tuple[int, int]


def sweep(
    people: Sequence[int],
    rooms: Sequence[int],
    rows: Iterable[tuple[int, int, int]],
    first: date,
    days: int,
) -> dict[str, list[str]]:
    """From rows (resource, start, end) in minutes since 1970 to the free starts of each day;
    without rooms those of the people alone."""
    busy: defaultdict[int, list[Stretch]] = defaultdict(list)
    for one, start, end in rows:
        busy[one].append((start, end))
    calendar = [
        (day, midnight(day))
        for day in (first + timedelta(days=n) for n in range(days))
        if day.weekday() < 5
    ]
    shifts = [(start + opens, start + closes) for _, start in calendar for opens, closes in SHIFTS]
    starts = free(people, 30, busy, shifts)
    if rooms:
        starts &= free(rooms, 40, busy, shifts)
    answer = {}
    for day, start in calendar:
        minutes = range(start + 540, start + 1020, STEP)
        found = [_face(minute - start) for minute in minutes if minute in starts]
        if found:
            answer[day.isoformat()] = found
    return answer


def free(
    resources: Iterable[int],
    length: int,
    busy: dict[int, list[Stretch]],
    shifts: Sequence[Stretch],
) -> set[int]:
    """The starts on the grid at which one of them is free for so long."""
    starts: set[int] = set()
    for one in resources:
        taken, at = sorted(busy[one]), 0
        for opens, closes in shifts:
            while at < len(taken) and taken[at][0] < closes:
                start, end = taken[at]
                if start - opens >= length:
                    starts.update(range(-(-opens // STEP) * STEP, start - length + 1, STEP))
                if end > opens:
                    opens = end
                at += 1
            if closes - opens >= length:
                starts.update(range(-(-opens // STEP) * STEP, closes - length + 1, STEP))
    return starts


def midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, LONDON).timestamp()) // 60


def _face(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
