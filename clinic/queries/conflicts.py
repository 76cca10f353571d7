"""What stands in the way of a booking, all of it, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clinic.models import Absence, Need, Resource, Service
from patients.models import Patient


class Hold(NamedTuple):
    """One resource for one need of one claim: half-open, aware."""

    position: int
    need: Need
    resource_id: int
    start: datetime
    end: datetime

    @property
    def during(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.start, self.end)


def holds_of(
    position: int, service: Service, start: datetime, assignment: Sequence[int]
) -> list[Hold]:
    """What a visit would hold. Raises ValueError when the assignment does not match the needs."""
    needs = sorted(service.needs.all(), key=lambda need: need.position)
    return [
        Hold(
            position,
            need,
            resource_id,
            start + timedelta(minutes=need.starts),
            start + timedelta(minutes=need.ends),
        )
        for need, resource_id in zip(needs, assignment, strict=True)
    ]


class Stay(NamedTuple):
    """Where a patient would be for one claim: half-open, aware."""

    position: int
    patient: Patient
    start: datetime
    end: datetime


class Clash(NamedTuple):
    """What one claim meets, in a sentence; `held_until` when it is only kept for somebody."""

    position: int
    text: str
    held_until: datetime | None = None


# Written by hand: every booking asks it under its locks, where others wait for the answer.
_MEETING: Final = """
SELECT 0, w.n, lower(v.during), r.name, x.kind, NULL, NULL, a.held_until
FROM unnest(%(resources)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
  WITH ORDINALITY AS w (resource, first, until, n)
JOIN clinic_reservation v ON v.resource_id = w.resource AND v.during && tstzrange(w.first, w.until)
JOIN clinic_resource r ON r.id = v.resource_id
LEFT JOIN clinic_absence x ON x.id = v.absence_id
LEFT JOIN clinic_appointment a ON a.id = v.appointment_id
WHERE (v.appointment_id = ANY(%(without)s::bigint[])) IS NOT TRUE
UNION ALL
SELECT 1, w.n, lower(a.during), s.name, NULL, upper(a.during), l.time_zone, a.held_until
FROM unnest(%(patients)s::bigint[], %(comes)s::timestamptz[], %(leaves)s::timestamptz[])
  WITH ORDINALITY AS w (patient, first, until, n)
JOIN clinic_appointment a ON a.patient_id = w.patient AND a.during && tstzrange(w.first, w.until)
JOIN clinic_service s ON s.id = a.service_id
JOIN clinic_location l ON l.id = a.location_id
WHERE a.blocks_time AND a.id <> ALL(%(without)s::bigint[])
ORDER BY 1, 2, 3
"""


def meeting(holds: Sequence[Hold], stays: Sequence[Stay], without: Sequence[int]) -> list[Clash]:
    """What already holds the resources, or the time of the patients; the appointments `without`
    left out; one query. Lapsed holds that nobody swept up yet are among it."""
    if not holds and not stays:
        return []
    values: dict[str, Any] = {
        "resources": [each.resource_id for each in holds],
        "starts": [each.start for each in holds],
        "ends": [each.end for each in holds],
        "patients": [each.patient.pk for each in stays],
        "comes": [each.start for each in stays],
        "leaves": [each.end for each in stays],
        "without": list(without),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEETING, values)
        return list(_clashes(cursor.fetchall(), holds, stays))


def _clashes(
    rows: Sequence[tuple[Any, ...]], holds: Sequence[Hold], stays: Sequence[Stay]
) -> Iterator[Clash]:
    for of_patient, ordinal, start, name, away, end, zone, held_until in rows:
        if of_patient:
            stay = stays[ordinal - 1]
            local = (each.astimezone(ZoneInfo(zone)) for each in (start, end))
            hours = "{:%H:%M} to {:%H:%M}".format(*local)
            text = f"{stay.patient.full_name} has another visit then: {name}, {hours}."
            yield Clash(stay.position, text, held_until)
        elif away:
            kind = str(Absence.Kind(away).label).lower()
            yield Clash(holds[ordinal - 1].position, f"{name} is away then ({kind}).")
        else:
            text = f"{name} is already booked then."
            yield Clash(holds[ordinal - 1].position, text, held_until)


def wanted_twice(holds: Sequence[Hold]) -> list[Clash]:
    """Every hold that meets an earlier one of the same request."""
    meeting: list[Hold] = []
    busy_until: dict[int, datetime] = {}
    for hold in sorted(holds, key=lambda hold: (hold.start, hold.end)):
        until = busy_until.get(hold.resource_id)
        if until is not None and hold.start < until:
            meeting.append(hold)
        busy_until[hold.resource_id] = max(hold.end, until or hold.end)
    if not meeting:
        return []
    names = Resource.objects.in_bulk([hold.resource_id for hold in meeting])
    return [
        Clash(hold.position, f"{names[hold.resource_id].name} would be needed twice then.")
        for hold in meeting
    ]
