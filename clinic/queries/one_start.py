"""Whether one visit fits at one start, with whom, and when it would fit instead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from clinic.models import Location, Service, load_needs
from clinic.queries.availability import patient_busy, shape_of, snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import DAY_MINUTES, Minute, local_date, to_datetime, to_minute_up
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.slots import Slot, assign, slots
from patients.models import Patient

# how far ahead other times are looked for, and how many are named
DAYS_AHEAD = 14
SAME_DAY = 3
OTHER_DAYS = 2


@dataclass(frozen=True, slots=True)
class OtherTime:
    """A start that is free, on the clock of the location, with who and what it would hold."""

    slot: Slot
    starts_at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneStart:
    """What was found for a start: `slot` if it is free, and other times near it.

    `wanted` is who would be asked if nobody were booked, None when the clinic could not serve the
    visit at all: with it the booking door can say who stands in the way. `has_part` when the
    preferred resource could serve one of the needs, free or not.
    """

    slot: Slot | None
    wanted: tuple[int, ...] | None
    names: tuple[str, ...]
    others: tuple[OtherTime, ...]
    has_part: bool = False


def look(
    *,
    patient: Patient,
    location: Location,
    service: Service,
    start: Minute,
    prefer: int | None,
    now: datetime,
) -> OneStart:
    """The start and the nearest others; eight queries whatever the size of the clinic.

    `prefer` is a resource that the desk pointed at: taken wherever it can serve a need. Of a start
    that has passed the others are those from now on.
    """
    load_needs([service])
    earliest = max(start, to_minute_up(now))
    first = local_date(earliest, location.zone)
    view = snapshot(location, first, first + timedelta(days=DAYS_AHEAD), now=now)
    shape = shape_of(service)
    wish = frozenset(() if prefer is None else (prefer,))
    free = [
        each
        for each in slots(
            view, shape, location.grid_minutes, patient_busy(patient, view.window), prefer=wish
        )
        if each.start >= to_minute_up(now)
    ]
    slot = next((each for each in free if each.start == start), None)
    wanted = slot.assignment if slot else _unless_booked(view, shape, earliest, wish)
    return OneStart(
        slot=slot,
        wanted=wanted,
        names=_names(view, wanted or ()),
        others=tuple(_other(each, view, location) for each in _nearest(free, start, location)),
        has_part=any(one.id == prefer for need in shape.needs for one in view.pool(need)),
    )


def _unless_booked(
    view: Snapshot, shape: VisitShape, start: Minute, wish: frozenset[int]
) -> tuple[int, ...] | None:
    """Who would serve the visit if nobody were booked; if need be, if nothing were closed."""
    always = {each.id: [view.window] for each in view.resources}
    for opening in (view.open, always):
        idle = Snapshot.build(view.window, view.resources, opening, {})
        if found := assign(idle, shape, start, wish):
            return found
    return None


def _nearest(free: Iterable[Slot], start: Minute, location: Location) -> Iterator[Slot]:
    """The nearest of the same day in order of time, then of the next days with any."""
    same_day = local_date(start, location.zone)
    days = 0
    for day, found in groupby(free, key=lambda each: local_date(each.start, location.zone)):
        if day == same_day:
            others = [each for each in found if each.start != start]
            nearest = sorted(others, key=lambda each: abs(each.start - start))[:SAME_DAY]
            yield from sorted(nearest, key=lambda each: each.start)
        elif days < OTHER_DAYS:
            days += 1
            yield min(found, key=lambda each: _minutes_apart(each.start, start, location))


def _minutes_apart(one: Minute, other: Minute, location: Location) -> int:
    """How far apart two starts are by the time of day that the clock on the wall shows."""
    walls = (to_datetime(each).astimezone(location.zone) for each in (one, other))
    first, second = (wall.hour * 60 + wall.minute for wall in walls)
    return min((first - second) % DAY_MINUTES, (second - first) % DAY_MINUTES)


def _other(slot: Slot, view: Snapshot, location: Location) -> OtherTime:
    starts_at = to_datetime(slot.start).astimezone(location.zone)
    return OtherTime(slot, starts_at, _names(view, slot.assignment))


def _names(view: Snapshot, ids: Iterable[int]) -> tuple[str, ...]:
    by_id = {each.id: each.name for each in view.resources}
    return tuple(dict.fromkeys(by_id[each] for each in ids))


def first_free(
    *, patient: Patient, location: Location, service: Service, day: date, now: datetime
) -> tuple[OtherTime, ...]:
    """The first free starts from a day on, if it is past from now on, for who has no time in mind
    yet."""
    load_needs([service])
    first = max(day, local_date(to_minute_up(now), location.zone))
    view = snapshot(location, first, first + timedelta(days=DAYS_AHEAD), now=now)
    busy = patient_busy(patient, view.window)
    ahead = (
        each
        for each in slots(view, shape_of(service), location.grid_minutes, busy)
        if each.start >= to_minute_up(now)
    )
    return tuple(_other(each, view, location) for each, _ in zip(ahead, range(8), strict=False))
