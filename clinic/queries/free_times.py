"""When one visit fits: the free times of a few days, with who and what each would hold."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import prefetch_related_objects

from clinic.models import Location, Resource, Service
from clinic.queries.availability import patient_busy, shape_of, snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_date, to_datetime, to_minute_up
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.slots import Slot, slots
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class FreeTime:
    """One start that is free; `names` are the people and rooms it would hold, in order of need."""

    slot: Slot
    starts_at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    times: tuple[FreeTime, ...]


def find(
    *,
    patient: Patient,
    location: Location,
    service: Service,
    first: date,
    days: int,
    now: datetime,
    person: int | None = None,
) -> list[FreeDay]:
    """The free starts of `days` local days from `first`, days without any left out.

    With `person`, only times with that person. Eight queries whatever the size of the clinic.
    """
    prefetch_related_objects([service], "needs__capability")
    view = snapshot(location, first, first + timedelta(days=days))
    shape = _with(shape_of(service), view, person)
    if shape is None:
        return []
    busy = patient_busy(patient, view.window)
    found: dict[date, list[FreeTime]] = {}
    for slot in slots(view, shape, location.grid_minutes, busy):
        if slot.start >= to_minute_up(now):
            day = local_date(slot.start, location.zone)
            found.setdefault(day, []).append(_described(slot, view, location))
    return [FreeDay(day, tuple(times)) for day, times in found.items()]


def _with(shape: VisitShape, view: Snapshot, person: int | None) -> VisitShape | None:
    """The visit narrowed to one person; None when that person cannot serve any of its needs."""
    if person is None:
        return shape
    for position, need in enumerate(shape.needs):
        if any(each.id == person for each in view.pool(need)):
            return shape.served_by(position, person)
    return None


def _described(slot: Slot, view: Snapshot, location: Location) -> FreeTime:
    by_id = {each.id: each.name for each in view.resources}
    starts_at = to_datetime(slot.start).astimezone(location.zone)
    return FreeTime(slot, starts_at, tuple(by_id[each] for each in slot.assignment))


def people(location: Location) -> list[Resource]:
    """Who works at a location, by name."""
    works = Resource.objects.filter(
        kind=Resource.Kind.PERSON, active=True, weekly_hours__location=location
    )
    return list(works.distinct().order_by("name"))


def services() -> list[Service]:
    """What may be booked by itself, by name."""
    return list(Service.objects.filter(active=True, stands_alone=True).order_by("name"))
