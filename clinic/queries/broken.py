"""Which visits still to come a change of hours, absences, closures or resources would break.

All answers are in order of time, with what a list shows of a visit. A visit under way or over is in
none of them: nobody plans it anew.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q

from clinic.models import Appointment, Location, Need, Reservation, Resource
from clinic.models.appointment import AppointmentQuerySet
from clinic.queries.appointments import CANCELLABLE
from clinic.queries.availability import open_only
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import midnights, to_datetime, to_minute, to_minute_up
from clinic.scheduling.intervals import covers
from clinic.scheduling.opening import Shift, opening
from clinic.scheduling.week import Stretch

ONE_DAY = timedelta(days=1)


def still_to_come(now: datetime) -> AppointmentQuerySet:
    """Booked, confirmed, waiting in the clinic, or held for somebody; not over yet."""
    found = Appointment.objects.filter(status__in=CANCELLABLE, during__endswith__gt=now)
    return found.exclude(status=Appointment.Status.HELD, held_until__lte=now)


def with_resource(
    resource: Resource, now: datetime, during: DateTimeTZRange | None = None
) -> list[Appointment]:
    """Those that hold this resource, at any time or in a part of this one."""
    held = Q(resource=resource)
    return _holding(still_to_come(now), held & Q(during__overlap=during) if during else held)


def needing(resource: Resource, capabilities: Collection[int], now: datetime) -> list[Appointment]:
    """Those for which this resource is held because of one of these capabilities, by pk."""
    needs = Need.objects.filter(capability__in=list(capabilities))
    return _holding(still_to_come(now), Q(resource=resource, need__in=needs))


def on_days(location: Location, first: date, last: date, now: datetime) -> list[Appointment]:
    """Those at a location on these local days, both included."""
    marks = midnights(first, last + ONE_DAY, location.zone)
    at = still_to_come(now).filter(location=location)
    between = at.between(to_datetime(marks[0]), to_datetime(marks[-1]))
    return list(between.with_details().in_order())


def outside(
    week: Iterable[Stretch], resource: Resource, location: Location, first: date, now: datetime
) -> list[Appointment]:
    """Those at a location for which this resource is held outside these weekly hours, from the
    local day `first` on. Closed days and absences are not asked about."""
    start = to_datetime(midnights(first, first + ONE_DAY, location.zone)[0])
    coming = still_to_come(now).filter(location=location, during__endswith__gt=start)
    found = _holding(coming, Q(resource=resource, during__endswith__gt=start))
    if not found:
        return []
    zone = location.zone
    shifts = [Shift(*each) for each in week]
    days = [each.starts_at.date() for each in found]
    hours = opening(shifts, zone, min(days), max(days) + 2 * ONE_DAY)
    return [
        each
        for each in found
        if not all(
            covers(hours, to_minute(held.during.lower), to_minute_up(held.during.upper))
            for held in each.reservations.all()
            if held.resource_id == resource.pk
        )
    ]


def misplaced(location: Location, now: datetime) -> list[Appointment]:
    """Those that stand although they cannot take place as they are booked: somebody is away, the
    clinic is closed or does not open then, or what they need is not in use any more."""
    coming = list(still_to_come(now).filter(location=location).with_details().in_order())
    if not coming:
        return []
    days = [each.starts_at.date() for each in coming]
    used = {held.resource_id for each in coming for held in each.reservations.all()}
    view = open_only(location, min(days), max(days) + 2 * ONE_DAY, used)
    return [each for each in coming if not _fits(each, view)]


def _fits(appointment: Appointment, view: Snapshot) -> bool:
    return all(
        covers(
            view.free.get(held.resource_id, ()),
            to_minute(held.during.lower),
            to_minute_up(held.during.upper),
        )
        for held in appointment.reservations.all()
    )


def _holding(coming: AppointmentQuerySet, held: Q) -> list[Appointment]:
    rows = Reservation.objects.filter(held, appointment=OuterRef("pk"))
    return list(coming.filter(Exists(rows)).with_details().in_order())
