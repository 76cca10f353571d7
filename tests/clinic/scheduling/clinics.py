"""The clinic of the hand-made cases: London, weekdays 9 to 17, from Monday 30 November 2026."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.clock import local_minute, to_datetime
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import Shift, opening
from clinic.scheduling.request import SeriesRequest
from clinic.scheduling.spacing import Spacing

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 30)
TUESDAY = MONDAY + timedelta(days=1)

COLE = Resource(1, "Dr Cole", "person", frozenset({"peel"}))
FRY = Resource(2, "Dr Fry", "person", frozenset({"peel"}))
ROOM = Resource(3, "Peel room", "room", frozenset({"peel room"}))
EVERYBODY = (COLE, FRY, ROOM)

WEEK = tuple(Shift(weekday, time(9), time(17)) for weekday in range(5))
PEEL = VisitShape((Need("doctor", "peel", 0, 30), Need("room", "peel room", 0, 40)), 30)
GLYCOLIC = Spacing(floor=10, min=14, ideal=21, max=28, lapse=42)


def at(day: date, hour: int = 0, minute: int = 0) -> int:
    """The minute at which the clock in London shows a time."""
    return local_minute(day, time(hour, minute), LONDON)


def between(first: date, last: date) -> Interval:
    """Whole local days, both included."""
    return Interval(at(first), at(last + timedelta(days=1)))


def clinic(
    days: int = 182,
    busy: Mapping[int, list[Interval]] | None = None,
    shifts: Mapping[int, tuple[Shift, ...]] | None = None,
    resources: tuple[Resource, ...] = EVERYBODY,
) -> Snapshot:
    """So many days of the clinic; `busy` and `shifts` by resource id."""
    until = MONDAY + timedelta(days=days)
    hours = shifts or {}
    open_ = {one.id: opening(hours.get(one.id, WEEK), LONDON, MONDAY, until) for one in resources}
    return Snapshot.build(Interval(at(MONDAY), at(until)), resources, open_, busy or {})


def request(sessions: int = 3, days: int = 182, **wishes: Any) -> SeriesRequest:
    """Peels three weeks apart, from the first day of the clinic."""
    asked: dict[str, Any] = {
        "shapes": (PEEL,) * sessions,
        "spacing": GLYCOLIC,
        "zone": LONDON,
        "earliest": at(MONDAY),
        "horizon_until": at(MONDAY + timedelta(days=days)),
    }
    return SeriesRequest(**asked | wishes)


def wall(minute: int) -> str:
    """What the clock in London shows: "Tue 01 Dec 09:00"."""
    return f"{to_datetime(minute).astimezone(LONDON):%a %d %b %H:%M}"


def day(text: str) -> date:
    """A date of the coming months: "24 Dec" or "12 Jan"."""
    found = datetime.strptime(f"{text} 2027", "%d %b %Y").date()  # noqa: DTZ007 - a date only
    return found.replace(year=2026) if found.month > 6 else found
