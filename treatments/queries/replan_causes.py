"""Why visits cannot stay where they are: somebody is out, or a place is closed; whom it touches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from clinic.models import Absence, Appointment, Closure, Location, Reservation, Resource
from clinic.scheduling.clock import midnights, to_datetime
from clinic.scheduling.intervals import Interval

_MOVABLE = (Appointment.Status.BOOKED, Appointment.Status.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why visits cannot stay: a resource is out, or without one the whole location is closed, on
    the local days from `first` to `last`, both included."""

    location: Location
    first: date
    last: date
    resource: Resource | None = None

    @property
    def during(self) -> Interval:
        marks = midnights(self.first, self.last + timedelta(days=1), self.location.zone)
        return Interval(marks[0], marks[-1])

    @property
    def span(self) -> tuple[datetime, datetime]:
        return to_datetime(self.during.start), to_datetime(self.during.end)


def touched(cause: Cause, now: datetime) -> list[Appointment]:
    """The booked visits still to come that the cause touches, in order; four queries."""
    rows = Appointment.objects.filter(
        location=cause.location, status__in=_MOVABLE, during__startswith__gte=now
    ).between(*cause.span)
    if cause.resource is not None:
        held = Reservation.objects.filter(
            appointment=OuterRef("pk"), resource=cause.resource, during__overlap=cause.span
        )
        rows = rows.filter(Exists(held))
    return list(rows.with_details().prefetch_related("service__needs__capability").in_order())


def is_recorded(cause: Cause) -> bool:
    """Whether the books say already that the resource is out, or the location closed."""
    if cause.resource is None:
        closed = Closure.objects.filter(location=cause.location)
        return closed.filter(starts_on__lte=cause.first, ends_on__gte=cause.last).exists()
    return Absence.objects.filter(resource=cause.resource, during__overlap=cause.span).exists()


def resources_of(location: Location) -> list[Resource]:
    """Whoever and whatever is at a location or works there, by name."""
    rows = Resource.objects.filter(active=True).filter(
        Q(location=location) | Q(weekly_hours__location=location)
    )
    return list(rows.distinct().order_by("name"))


def by_number(cause: Cause, visits: Iterable[int]) -> dict[int, Appointment]:
    """Those of these visits that are at the location of the cause, by their numbers."""
    rows = Appointment.objects.filter(pk__in=list(visits), location=cause.location)
    return {visit.pk: visit for visit in rows.select_related("patient", "service", "location")}
