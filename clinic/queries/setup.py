"""What the manager sees of a location: who and what works when, what is ahead, what is amiss."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from clinic.models import Absence, Appointment, Closure, Location, Resource
from clinic.queries import broken, public_holidays, weekly_hours
from clinic.scheduling.week import Row, Stretch, changes_after, week_on


@dataclass(frozen=True, slots=True)
class Week:
    """The weekly hours of a resource from `first` on; `days` has Monday first."""

    first: date
    days: tuple[tuple[Stretch, ...], ...]

    @property
    def is_empty(self) -> bool:
        return not any(self.days)


@dataclass(frozen=True, slots=True)
class Line:
    """One resource with the hours it keeps now and the day on which others take over."""

    resource: Resource
    week: Week
    changes_on: date | None


@dataclass(frozen=True, slots=True)
class Away:
    """An absence that is not over, on the clock of the location, with the visits it would break."""

    absence: Absence
    starts_at: datetime
    ends_at: datetime
    has_begun: bool
    visits: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """Closed days that are not over, with the visits that stand on them."""

    closure: Closure
    has_begun: bool
    visits: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """`groups` are (kind, lines) in the order of the kinds; `unused` is what was given up."""

    groups: tuple[tuple[Resource.Kind, tuple[Line, ...]], ...]
    unused: tuple[Resource, ...]
    away: tuple[Away, ...]
    closed: tuple[Closed, ...]
    undecided: int
    misplaced: tuple[Appointment, ...]


def overview(location: Location, now: datetime) -> Overview:
    """Everything about one location, in a fixed number of queries."""
    today = now.astimezone(location.zone).date()
    known = resources(location)
    used = [each for each in known if each.active]
    rows = weekly_hours.by_resource(location, used)
    lines = [_line(each, rows.get(each.pk, ()), today) for each in used]
    amiss = broken.misplaced(location, now)
    return Overview(
        groups=tuple(
            (kind, tuple(each for each in lines if each.resource.kind == kind))
            for kind in Resource.Kind
        ),
        unused=tuple(each for each in known if not each.active),
        away=away(used, now, amiss),
        closed=closed(location, now, amiss),
        undecided=len(public_holidays.undecided(location, today)),
        misplaced=tuple(amiss),
    )


def resources(location: Location) -> list[Resource]:
    """Everything that belongs to a location or has hours there, given up or not, by name."""
    here = Q(location=location) | Q(weekly_hours__location=location)
    return list(Resource.objects.filter(here).distinct().order_by("name"))


def weeks(resource: Resource, location: Location, today: date) -> list[Week]:
    """The hours of today, then those of every day on which they change."""
    rows = weekly_hours.rows_of(resource, location)
    return [_week(rows, first) for first in (today, *changes_after(rows, today))]


def away(
    whose: Iterable[Resource], now: datetime, amiss: Sequence[Appointment]
) -> tuple[Away, ...]:
    """The absences of these resources that are not over; `amiss` are the visits to look among."""
    found = Absence.objects.to_come(now).filter(resource__in=list(whose))
    return tuple(
        _away(each, now, amiss)
        for each in found.select_related("resource__location").order_by("during", "pk")
    )


def closed(location: Location, now: datetime, amiss: Sequence[Appointment]) -> tuple[Closed, ...]:
    """The closed days of a location that are not over."""
    today = now.astimezone(location.zone).date()
    found = Closure.objects.filter(location=location, ends_on__gte=today)
    return tuple(
        Closed(
            each,
            each.starts_on < today,
            tuple(
                visit
                for visit in amiss
                if visit.starts_at.date() <= each.ends_on and each.starts_on <= visit.ends_at.date()
            ),
        )
        for each in found.order_by("starts_on", "pk")
    )


def _line(resource: Resource, rows: Sequence[Row], today: date) -> Line:
    changes = changes_after(rows, today)
    return Line(resource, _week(rows, today), changes[0] if changes else None)


def _week(rows: Sequence[Row], first: date) -> Week:
    stretches = week_on(rows, first)
    per_day = (tuple(each for each in stretches if each.weekday == day) for day in range(7))
    return Week(first, tuple(per_day))


def _away(absence: Absence, now: datetime, amiss: Sequence[Appointment]) -> Away:
    zone, during = absence.resource.location.zone, absence.during
    return Away(
        absence,
        during.lower.astimezone(zone),
        during.upper.astimezone(zone),
        during.lower <= now,
        tuple(each for each in amiss if _stands_in(absence, each)),
    )


def _stands_in(absence: Absence, visit: Appointment) -> bool:
    return any(
        held.resource_id == absence.resource_id
        and held.during.lower < absence.during.upper
        and absence.during.lower < held.during.upper
        for held in visit.reservations.all()
    )
