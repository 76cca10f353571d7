"""What stands in the way of a booking, all of it, in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from clinic.models import Appointment, Need, Reservation, Resource, Service
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


def taken(holds: Sequence[Hold], without: Sequence[int]) -> list[tuple[int, str]]:
    """(position, sentence) for every hold that overlaps an existing reservation, those of the
    appointments `without` left out; one query."""
    if not holds:
        return []
    wanted = Q()
    for hold in holds:
        wanted |= Q(resource=hold.resource_id, during__overlap=hold.during)
    rows = Reservation.objects.filter(wanted).select_related("resource", "absence")
    if without:
        rows = rows.exclude(appointment__in=without)
    found = list(rows.order_by("during"))
    return [
        (hold.position, _sentence(row))
        for hold in holds
        for row in found
        if row.resource_id == hold.resource_id
        and row.during.lower < hold.end
        and hold.start < row.during.upper
    ]


def wanted_twice(holds: Sequence[Hold]) -> list[tuple[int, str]]:
    """(position, sentence) for every hold that meets an earlier one of the same request."""
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
        (hold.position, f"{names[hold.resource_id].name} would be needed twice then.")
        for hold in meeting
    ]


def _sentence(row: Reservation) -> str:
    if row.absence is not None:
        return f"{row.resource.name} is away then ({row.absence.get_kind_display().lower()})."
    return f"{row.resource.name} is already booked then."


def patient_is_elsewhere(
    patient: Patient, visits: Sequence[tuple[int, datetime, datetime]], without: Sequence[int]
) -> list[tuple[int, str]]:
    """(position, sentence) for every visit during which the patient has another; one query."""
    if not visits:
        return []
    wanted = Q()
    for _position, start, end in visits:
        wanted |= Q(during__overlap=DateTimeTZRange(start, end))
    rows = Appointment.objects.standing().filter(wanted, patient=patient)
    rows = rows.exclude(pk__in=without) if without else rows
    found = list(rows.select_related("service", "location"))
    return [
        (
            position,
            f"{patient.full_name} has another visit then: {row.service.name}, "
            f"{row.starts_at:%H:%M} to {row.ends_at:%H:%M}.",
        )
        for position, start, end in visits
        for row in found
        if row.during.lower < end and start < row.during.upper
    ]
