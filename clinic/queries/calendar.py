"""A day or a week of the desk calendar, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from clinic.models import Appointment, Closure, Location, Reservation, Resource, WeeklyHours
from clinic.queries import appointments
from clinic.queries.appointments import Visit
from clinic.queries.board import (
    ONE_DAY,
    Block,
    Board,
    Column,
    DaySheet,
    Freed,
    LocalDay,
    WeekDay,
    away,
    blocks_of,
    free,
    freed,
)
from clinic.scheduling.clock import DAY_MINUTES, midnights, to_datetime, to_minute
from clinic.scheduling.intervals import Interval, Timeline, merge
from clinic.scheduling.opening import Shift, opening

ONE_MINUTE = timedelta(minutes=1)
# around the opening hours, so that a first visit does not stick to the edge
MARGIN_MINUTES = 30
USUAL_HOURS = Interval(8 * 60, 18 * 60)


class Facts:
    """What the database knows of a location from `first` to `until` (not included)."""

    def __init__(
        self, location: Location, first: date, until: date, now: datetime, *, cancelled: bool = True
    ) -> None:
        self.location = location
        self.now = now
        edges = midnights(first, until, location.zone)
        self.window = to_datetime(edges[0]), to_datetime(edges[-1])
        self.days = tuple(
            LocalDay.of(date.fromordinal(day), location)
            for day in range(first.toordinal(), until.toordinal())
        )
        found = appointments.visible(location, *self.window, now)
        if not cancelled:
            found = found.exclude(status=Appointment.Status.CANCELLED)
        self.visits = tuple(appointments.visit(each, now) for each in found)
        self.holds = _holds(self.visits)
        self.closures = tuple(
            Closure.objects.filter(location=location, starts_on__lt=until, ends_on__gte=first)
        )
        self.shifts = _shifts(location)

    def is_today(self, day: LocalDay) -> bool:
        return day.on == appointments.local_today(self.location, self.now)

    def ahead(self, day: LocalDay) -> int:
        """The minute of this day from which on something can still be booked."""
        return day.wall(to_minute(self.now))

    def closure(self, on: date) -> str:
        return next(
            (each.reason for each in self.closures if each.starts_on <= on <= each.ends_on), ""
        )

    def opening(self, day: LocalDay, shifts: Iterable[Shift]) -> Timeline:
        """The open time of these shifts on this day, by the wall clock."""
        if self.closure(day.on):
            return ()
        spans = opening(shifts, self.location.zone, day.on, day.on + ONE_DAY)
        return merge(day.stretch(*each) for each in spans)

    def phase(self) -> int:
        """Where the grid, which lies on UTC, falls on this wall: 5 for steps of 10 in Nepal."""
        local = to_datetime(self.days[0].start).astimezone(self.location.zone)
        return (local.utcoffset() or ONE_DAY) // ONE_MINUTE % self.location.grid_minutes

    def cancelled(self) -> list[Visit]:
        status = Appointment.Status.CANCELLED
        return [each for each in self.visits if each.appointment.status == status]

    def visits_on(self, day: LocalDay) -> tuple[Visit, ...]:
        return tuple(each for each in self.visits if day.touches(each.appointment.during))

    def elsewhere(self, resources: Sequence[Resource]) -> dict[int, list[Reservation]]:
        """What these resources are held for beside visits here, by resource."""
        taken = Reservation.objects.filter(resource__in=resources, during__overlap=self.window)
        found: defaultdict[int, list[Reservation]] = defaultdict(list)
        for each in taken.exclude(appointment__location=self.location).select_related(
            "absence", "appointment__location"
        ):
            found[each.resource_id].append(each)
        return found


def day_board(
    location: Location,
    on: date,
    kind: str,
    now: datetime,
    *,
    hidden: Collection[int] = (),
    cancelled: bool = True,
) -> Board:
    """One day, a column for each person, room or device but the hidden ones. Six queries, whatever
    the day holds."""
    facts = Facts(location, on, on + ONE_DAY, now, cancelled=cancelled)
    day = facts.days[0]
    resources = _resources(facts, kind)
    taken = facts.elsewhere(resources)
    columns = [_column(facts, day, each, taken[each.pk]) for each in resources]
    return _board(facts, columns, hidden=hidden, cancelled=freed(day, facts.cancelled()))


def week_board(location: Location, monday: date, resource: Resource, now: datetime) -> Board:
    """Seven days of one resource, a column for each day."""
    facts = Facts(location, monday, monday + 7 * ONE_DAY, now)
    taken = facts.elsewhere([resource])[resource.pk]
    columns = [_column(facts, day, resource, taken) for day in facts.days]
    held = {block.visit.appointment.pk for column in columns for block in column.blocks}
    return _board(facts, columns, only=held, keep_all=True)


def week_list(
    location: Location, monday: date, now: datetime, *, cancelled: bool = True
) -> tuple[WeekDay, ...]:
    """Seven days of the whole location, each as a list."""
    facts = Facts(location, monday, monday + 7 * ONE_DAY, now, cancelled=cancelled)
    return tuple(
        WeekDay(day.on, facts.is_today(day), facts.closure(day.on), facts.visits_on(day))
        for day in facts.days
    )


def day_sheets(location: Location, on: date, now: datetime) -> tuple[DaySheet, ...]:
    """The standing visits of a day by person, then those without one; in as many queries as a day
    board. Who neither works nor sees anybody has no sheet."""
    facts = Facts(location, on, on + ONE_DAY, now, cancelled=False)
    day = facts.days[0]
    people = _resources(facts, Resource.Kind.PERSON)
    taken = facts.elsewhere(people)
    columns = [_column(facts, day, each, taken[each.pk]) for each in people]
    alone = tuple(each for each in facts.visits_on(day) if not each.people)
    own = [
        DaySheet(each.resource, each.open, each.away, _once(each.blocks))
        for each in columns
        if each.is_used
    ]
    return (*own, *([DaySheet(None, (), (), alone)] if alone else []))


def _once(blocks: Iterable[Block]) -> tuple[Visit, ...]:
    """The visits of these blocks, each once, in order of time."""
    return tuple({each.visit.appointment.pk: each.visit for each in blocks}.values())


def bookable(location: Location) -> tuple[Resource, ...]:
    """Everything in use that can be held at this location, people first."""
    here = Q(location=location) | Q(
        pk__in=WeeklyHours.objects.filter(location=location).values("resource")
    )
    found = Resource.objects.filter(here, active=True).order_by("name")
    kinds = list(Resource.Kind)
    return tuple(sorted(found, key=lambda each: kinds.index(Resource.Kind(each.kind))))


def _holds(visits: Iterable[Visit]) -> dict[int, list[tuple[Reservation, Visit]]]:
    """What each resource is held for, by resource: sorted out once for all columns and days."""
    found: defaultdict[int, list[tuple[Reservation, Visit]]] = defaultdict(list)
    for visit in visits:
        for held in visit.appointment.reservations.all():
            found[held.resource_id].append((held, visit))
    return found


def _shifts(location: Location) -> dict[int, list[Shift]]:
    found: defaultdict[int, list[Shift]] = defaultdict(list)
    for each in WeeklyHours.objects.filter(location=location, resource__active=True):
        shift = Shift(each.weekday, each.opens, each.closes, each.valid_from, each.valid_until)
        found[each.resource_id].append(shift)
    return found


def _resources(facts: Facts, kind: str) -> list[Resource]:
    """Those in use, and those given up since that hold a visit in this time."""
    found = {each.pk: each for each in bookable(facts.location) if each.kind == kind}
    for each in facts.visits:
        for held in each.appointment.reservations.all():
            if held.resource.kind == kind:
                found.setdefault(held.resource_id, held.resource)
    return sorted(found.values(), key=lambda resource: resource.name)


def _column(
    facts: Facts, day: LocalDay, resource: Resource, taken: Iterable[Reservation]
) -> Column:
    open_ = facts.opening(day, facts.shifts.get(resource.pk, ()))
    blocks = tuple(blocks_of(day, facts.holds.get(resource.pk, ())))
    gone = tuple(away(day, each) for each in taken if day.touches(each.during))
    return Column(
        resource=resource,
        on=day.on,
        is_today=facts.is_today(day),
        open=open_,
        blocks=blocks,
        away=gone,
        free=free(open_, blocks, gone, facts.ahead(day)),
    )


def _board(
    facts: Facts,
    columns: Sequence[Column],
    *,
    only: set[int] | None = None,
    keep_all: bool = False,
    hidden: Collection[int] = (),
    cancelled: tuple[Freed, ...] = (),
) -> Board:
    used = [each for each in columns if keep_all or each.is_used]
    start, end = _crop(facts, columns, cancelled)
    today = next((day for day in facts.days if facts.is_today(day)), None)
    return Board(
        start=start,
        end=end,
        now=today.wall(to_minute(facts.now)) if today else None,
        columns=tuple(each for each in used if each.resource.pk not in hidden),
        idle=tuple(each.resource for each in columns if each not in used),
        hidden=tuple(each for each in used if each.resource.pk in hidden),
        visits=tuple(each for each in facts.visits if only is None or each.appointment.pk in only),
        cancelled=cancelled,
        closure=facts.closure(facts.days[0].on) if len(facts.days) == 1 else "",
        step=facts.location.grid_minutes,
        phase=facts.phase(),
    )


def _crop(facts: Facts, columns: Iterable[Column], cancelled: Iterable[Freed]) -> Interval:
    """The hours worth drawing, in half hours: everybody's opening and a margin, and every visit."""
    all_shifts = [shift for shifts in facts.shifts.values() for shift in shifts]
    hours = [span for day in facts.days for span in facts.opening(day, all_shifts)]
    drawn = [
        Interval(piece.start, piece.end)
        for column in columns
        for block in column.blocks
        for piece in (block.main, *block.others)
    ] + [Interval(each.start, each.end) for each in cancelled]
    wide = [Interval(each.start - MARGIN_MINUTES, each.end + MARGIN_MINUTES) for each in hours]
    spans = [*(wide or [USUAL_HOURS]), *drawn]
    start = max(0, min(each.start for each in spans)) // 30 * 30
    end = -(-min(DAY_MINUTES, max(each.end for each in spans)) // 30) * 30
    return Interval(start, end)
