"""What a search of free time must know of a place, in two queries whatever its size.

One gives the place with everybody who could serve: what they can do, when they work, when they are
away, when the place is closed. The other gives their booked time in the window. Both are written by
hand: they run for every search and every calendar, and build no model instances.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from clinic.models import Location
from clinic.scheduling.availability import Resource
from clinic.scheduling.clock import Minute, midnights, to_datetime
from clinic.scheduling.closed_time import Away, Shut
from clinic.scheduling.intervals import Interval, Timeline, subtract
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import Shift, opening

# Bounds of a range as whole minutes since 1970, rounded away from its inside. Seconds are rounded
# first: a moment later than 2000 has them exactly.
START_MINUTE: Final = "(floor(date_part('epoch', lower({}))))::bigint / 60"
END_MINUTE: Final = "((ceil(date_part('epoch', upper({}))))::bigint + 59) / 60"


class Wanted(NamedTuple):
    """Who is asked for. Everybody who works at the place, narrowed by what is given.

    `serving`: those who can serve a need of this service, and those `named`. `capable`: those with
    one of these capabilities. `only`: these.
    """

    serving: int | None = None
    named: Collection[int] = ()
    capable: Collection[str] | None = None
    only: Collection[int] | None = None


EVERYBODY: Final = Wanted()


@dataclass(frozen=True, slots=True)
class Facts:
    """A place on the local days `[first, until)`, bookings aside.

    `shape` is that of the service asked for, None without one. `hours` holds the weekly hours of
    each resource, equal texts for equal hours. What is `away` or `shut` touches the days.
    """

    location: int
    zone: ZoneInfo
    step: int
    first: date
    until: date
    shape: VisitShape | None
    resources: tuple[Resource, ...]
    hours: Mapping[int, str]
    away: tuple[Away, ...]
    shut: tuple[Shut, ...]

    @property
    def marks(self) -> tuple[Minute, ...]:
        """The midnights of the days, the one that ends the last of them included."""
        return midnights(self.first, self.until, self.zone)

    @property
    def window(self) -> Interval:
        return Interval(self.marks[0], self.marks[-1])

    def open(self, *, closures: bool = True) -> dict[int, Timeline]:
        """When each works by its weekly hours, on days that are not closed."""
        shut = self.shut if closures else ()
        days = self.zone, self.first, self.until, shut
        return {one: _opening(hours, *days) for one, hours in self.hours.items()}

    def not_open(self) -> dict[int, Timeline]:
        """The rest of the window."""
        days = self.zone, self.first, self.until, self.shut
        return {one: _not_open(hours, *days) for one, hours in self.hours.items()}


_FACTS: Final = """
WITH place AS MATERIALIZED (
  SELECT id, time_zone, grid_minutes FROM clinic_location
  ORDER BY (id = %(location)s) IS TRUE DESC, name LIMIT 1),
need AS MATERIALIZED (
  SELECT n.id, n.position, n.capability_id, c.key, n.starts, n.ends
  FROM clinic_need n JOIN clinic_capability c ON c.id = n.capability_id
  WHERE n.service_id = %(serving)s)
SELECT place.*,
  (SELECT minutes FROM clinic_service WHERE id = %(serving)s AND active),
  (SELECT json_agg(json_build_array(id, key, starts, ends) ORDER BY position) FROM need),
  (SELECT json_agg(json_build_array(s.reason, s.starts_on, s.ends_on) ORDER BY s.starts_on, s.id)
   FROM clinic_closure s
   WHERE s.location_id = place.id AND s.starts_on < %(until)s AND s.ends_on >= %(first)s),
  (SELECT json_agg(json_build_array(r.id, r.name, r.kind,
     ARRAY(SELECT c.key FROM clinic_resource_capabilities rc
           JOIN clinic_capability c ON c.id = rc.capability_id WHERE rc.resource_id = r.id),
     (SELECT json_agg(json_build_array(h.weekday, h.opens, h.closes, h.valid_from, h.valid_until)
                      ORDER BY h.weekday, h.opens, h.id)::text
      FROM clinic_weeklyhours h WHERE h.resource_id = r.id AND h.location_id = place.id),
     (SELECT json_agg(json_build_array(a.kind, {start}, {end}) ORDER BY a.during)
      FROM clinic_absence a WHERE a.resource_id = r.id
      AND a.during && tstzrange(%(first)s - 1, %(until)s + 1))))
   FROM clinic_resource r
   WHERE r.active
     AND (r.location_id = place.id OR EXISTS (
       SELECT FROM clinic_weeklyhours h WHERE h.resource_id = r.id AND h.location_id = place.id))
     AND {who})
FROM place
""".replace("{start}", START_MINUTE.format("a.during")).replace(
    "{end}", END_MINUTE.format("a.during")
)

_SERVING: Final = """(r.id IN (
  SELECT rc.resource_id FROM clinic_resource_capabilities rc JOIN need USING (capability_id))
  OR r.id = ANY(%(named)s::bigint[]))"""
_CAPABLE: Final = """r.id IN (
  SELECT rc.resource_id FROM clinic_resource_capabilities rc
  JOIN clinic_capability c ON c.id = rc.capability_id WHERE c.key = ANY(%(capable)s::text[]))"""
_ONLY: Final = "r.id = ANY(%(only)s::bigint[])"

_BUSY: Final = """
SELECT resource_id, array_agg({start}), array_agg({end})
FROM clinic_reservation
WHERE resource_id = ANY(%(resources)s::bigint[]) AND appointment_id IS NOT NULL
  -- no visit holds anything longer than twelve hours: the index is read from that far before
  AND lower(during) > %(start)s - interval '12 hours' AND lower(during) < %(end)s
  AND upper(during) > %(start)s {lapsed}
GROUP BY resource_id
""".replace("{start}", START_MINUTE.format("during")).replace("{end}", END_MINUTE.format("during"))
_NOT_LAPSED: Final = """
  AND (appointment_id IN (SELECT id FROM clinic_appointment
                          WHERE status = 'held' AND held_until <= %(now)s)) IS NOT TRUE
"""


def facts(location: int | None, first: date, until: date, wanted: Wanted = EVERYBODY) -> Facts:
    """The place `location`, or the first by name where there is none of that number.

    Raises Location.DoesNotExist in a clinic without any.
    """
    conditions = [
        _SERVING if wanted.serving is not None else "",
        _CAPABLE if wanted.capable is not None else "",
        _ONLY if wanted.only is not None else "",
    ]
    values: dict[str, Any] = {
        "location": location,
        "first": first,
        "until": until,
        "serving": wanted.serving,
        "named": list(wanted.named),
        "capable": list(wanted.capable or ()),
        "only": list(wanted.only or ()),
    }
    who = " AND ".join(filter(None, conditions)) or "true"
    with connection.cursor() as cursor:
        cursor.execute(_FACTS.replace("{who}", who), values)
        row = cursor.fetchone()
    if row is None:
        raise Location.DoesNotExist
    return _read(row, first, until)


def busy(
    resources: Collection[int], window: Interval, now: datetime | None = None
) -> dict[int, list[tuple[Minute, Minute]]]:
    """When visits hold these resources in the window; with `now`, lapsed holds hold nothing."""
    values: dict[str, Any] = {
        "resources": list(resources),
        "start": to_datetime(window.start),
        "end": to_datetime(window.end),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BUSY.replace("{lapsed}", _NOT_LAPSED if now else ""), values)
        rows = cursor.fetchall()
    return {one: list(zip(starts, ends, strict=True)) for one, starts, ends in rows}


def _read(row: tuple[Any, ...], first: date, until: date) -> Facts:
    location, zone, step, minutes, needs, shut, resources = row
    found = resources or ()
    return Facts(
        location=location,
        zone=ZoneInfo(zone),
        step=step,
        first=first,
        until=until,
        shape=_shape(minutes, needs),
        resources=tuple(
            Resource(pk, name, kind, frozenset(can)) for pk, name, kind, can, *_ in found
        ),
        hours={pk: hours or "[]" for pk, _, _, _, hours, _ in found},
        away=tuple(
            Away(pk, kind, Interval(start, end))
            for pk, *_, absences in found
            for kind, start, end in absences or ()
        ),
        shut=tuple(
            Shut(reason, date.fromisoformat(start), date.fromisoformat(end))
            for reason, start, end in shut or ()
        ),
    )


def _shape(minutes: int | None, needs: Sequence[Any] | None) -> VisitShape | None:
    """Of rows (id, capability, starts, ends) in order."""
    if minutes is None or not needs:
        return None
    return VisitShape(tuple(Need(str(pk), *need) for pk, *need in needs), minutes)


@lru_cache(maxsize=256)
def _opening(
    hours: str, zone: ZoneInfo, first: date, until: date, shut: tuple[Shut, ...]
) -> Timeline:
    """One pattern of weekly hours on these days; many resources keep the same, for a long time."""
    closed = [midnights(each.first, each.last + timedelta(days=1), zone) for each in shut]
    return opening(
        [_shift(*each) for each in json.loads(hours)],
        zone,
        first,
        until,
        [Interval(marks[0], marks[-1]) for marks in closed],
    )


@lru_cache(maxsize=256)
def _not_open(
    hours: str, zone: ZoneInfo, first: date, until: date, shut: tuple[Shut, ...]
) -> Timeline:
    marks = midnights(first, until, zone)
    window = (Interval(marks[0], marks[-1]),)
    return subtract(window, _opening(hours, zone, first, until, shut))


def _shift(weekday: int, opens: str, closes: str, since: str | None, until: str | None) -> Shift:
    return Shift(
        weekday,
        time.fromisoformat(opens),
        time.fromisoformat(closes),
        date.fromisoformat(since) if since else None,
        date.fromisoformat(until) if until else None,
    )
