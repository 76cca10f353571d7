"""Why one visit has no start on any of some days: what each party puts in the way."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum

from clinic.scheduling.availability import Resource, Snapshot, start_ranges
from clinic.scheduling.candidates import Search
from clinic.scheduling.causes import Causes
from clinic.scheduling.intervals import Interval, Timeline, intersect, subtract
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.refusals import (
    BookedUp,
    Closed,
    NeverTogether,
    NobodyCapable,
    NoSuchWeekday,
    PatientBusy,
    Reason,
    TooFew,
    VisitTooLong,
    WashOut,
    When,
)
from clinic.scheduling.request import Wish
from clinic.scheduling.slots import assign, on_grid

NO_WISHES = frozenset({Wish.HOURS, Wish.WEEKDAYS})


class Obstacles:
    """What stands in the way of the visits of one search.

    The sessions of a series ask for much the same, so what was looked up for one is kept for all.
    """

    def __init__(self, search: Search, causes: Causes) -> None:
        self.search = search
        self.causes = causes
        self.days_of = _DaysOf(search, causes)

    def reasons(self, shape: VisitShape, days: range) -> Iterator[Reason]:
        """Why a visit has no start on any of these days; at least one reason."""
        search = self.search
        missing = _incapable(search, shape)
        wished = search.wished(shape, days, frozenset())
        when = _when(search, days)
        if missing:
            yield from missing
        elif not _has_start(search, wished):
            off_weekdays = not any(search.is_wished_weekday(day) for day in days)
            yield NoSuchWeekday(when) if off_weekdays else VisitTooLong(shape.minutes, when)
        else:
            found = list(self._alone(shape, wished, days))
            yield from found or [NeverTogether(_parties(search, shape), when)]

    def _alone(self, shape: VisitShape, wished: Timeline, days: range) -> Iterator[Reason]:
        """What each need, the patient and the other courses put in the way, each taken alone."""
        search = self.search
        for need, pool in _pools(search, shape):
            if not any(
                _touch(self.days_of.part(_Time.FREE, shape, need, one), days) for one in pool
            ):
                yield from _Shut(self, shape, need, days).reasons(pool)
        when = _when(search, days)
        if not _has_start(search, intersect(wished, search.patient_starts(shape))):
            yield PatientBusy(when)
        if not _has_start(search, search.rested(wished)):
            yield WashOut(when, self.causes.of_rest(_span(search, days)))


class _Time(Enum):
    """Of a resource: what is free, what is open, both as wished; what is open, wishes aside."""

    FREE = "free"
    OPEN = "open"
    OPEN_AT_ALL = "open at all"


class _DaysOf:
    """On which days each resource could serve its part of a visit, looked up once."""

    def __init__(self, search: Search, causes: Causes) -> None:
        self._search = search
        self._causes = causes
        self._parts: dict[tuple[_Time, VisitShape, Need, int], Sequence[int]] = {}
        self._wished: dict[tuple[bool, VisitShape], Timeline] = {}

    def part(self, time: _Time, shape: VisitShape, need: Need, one: Resource) -> Sequence[int]:
        """The days of the calendar with a start, in order."""
        key = time, shape, need, one.id
        if key not in self._parts:
            starts = start_ranges(self._times(time, one), need.starts, need.ends)
            wished = self._starts(shape, at_all=time is _Time.OPEN_AT_ALL)
            self._parts[key] = self._days(intersect(wished, starts))
        return self._parts[key]

    def _times(self, time: _Time, one: Resource) -> Timeline:
        snapshot = self._search.snapshot
        if time is _Time.FREE:
            return snapshot.free[one.id]
        return subtract(snapshot.open[one.id], self._causes.shut_time(one.id))

    def _starts(self, shape: VisitShape, *, at_all: bool) -> Timeline:
        key = at_all, shape
        if key not in self._wished:
            days = range(len(self._search.calendar))
            dropped = NO_WISHES if at_all else frozenset()
            self._wished[key] = self._search.wished(shape, days, dropped)
        return self._wished[key]

    def _days(self, starts: Timeline) -> Sequence[int]:
        step, calendar = self._search.request.step, self._search.calendar
        found = (calendar.day_of(first) for first, until in starts if on_grid(first, step) < until)
        return tuple(dict.fromkeys(found))


def _incapable(search: Search, shape: VisitShape) -> list[Reason]:
    """What the clinic could not serve even if everybody were free."""
    wanted = search.request.preferred if search.request.only_preferred else frozenset()
    people = tuple(one.name for one in search.snapshot.resources if one.id in wanted)
    missing: list[Reason] = []
    for need, pool in _pools(search, shape):
        if not search.snapshot.pool(need):
            missing.append(NobodyCapable(need.capability))
        elif not pool:
            missing.append(NobodyCapable(need.capability, people))
    if not missing and not _could_serve(search, shape):
        missing.append(TooFew(tuple(need.capability for need in shape.needs)))
    return missing


def _could_serve(search: Search, shape: VisitShape) -> bool:
    """Whether the resources would suffice if they were all free."""
    visit = Interval(shape.starts, shape.ends)
    resources = search.snapshot.resources
    idle = Snapshot.build(visit, resources, {one.id: [visit] for one in resources}, {})
    return any(
        assign(idle, search.led_by(shape, person), 0)
        for person in search.practitioners(shape, frozenset())
    )


class _Shut:
    """Tells who is shut on some days from who is only booked up."""

    def __init__(self, obstacles: Obstacles, shape: VisitShape, need: Need, days: range) -> None:
        self.search = obstacles.search
        self.causes = obstacles.causes
        self.days_of = obstacles.days_of
        self.shape = shape
        self.need = need
        self.days = days

    def reasons(self, pool: Sequence[Resource]) -> Iterator[Reason]:
        """Who is shut, until when if that began before the days, and who is booked up."""
        closed = [one for one in pool if not _touch(self._open(_Time.OPEN, one), self.days)]
        booked = [one for one in pool if one not in closed]
        opens = min(filter(None, map(self._opens_on, pool)), default=None)
        if booked and opens and opens > self.search.calendar.date(self.days.start):
            # all of them come back within the days, and are booked up from then on
            yield self._closed(pool, opens)
            rest = range(self.search.calendar.index(opens), self.days.stop)
            yield BookedUp(_names(booked), _when(self.search, rest))
            return
        if closed:
            yield self._closed(closed, min(filter(None, map(self._opens_on, closed)), default=None))
        if booked:
            yield BookedUp(_names(booked), _when(self.search, self.days))

    def _closed(self, resources: Sequence[Resource], opens: date | None) -> Closed:
        """Shut until they open, unless the first of the days is one on which they do."""
        calendar, ids = self.search.calendar, [one.id for one in resources]
        until = opens if opens and opens > calendar.date(self.days.start) else None
        why = ""
        if until or opens is None:
            shut = range(self.days.start, calendar.index(until)) if until else self.days
            why = self.causes.of_closing(ids, _span(self.search, shut))
        return Closed(
            _names(resources), resources[0].kind, _when(self.search, self.days), until, why
        )

    def _open(self, time: _Time, resource: Resource) -> Sequence[int]:
        return self.days_of.part(time, self.shape, self.need, resource)

    def _opens_on(self, resource: Resource) -> date | None:
        """The first day from the first of the days on with time enough, wishes aside."""
        days = self._open(_Time.OPEN_AT_ALL, resource)
        at = bisect_left(days, self.days.start)
        return self.search.calendar.date(days[at]) if at < len(days) else None


def _pools(search: Search, shape: VisitShape) -> Iterator[tuple[Need, list[Resource]]]:
    """Every need with those who may serve it, the practitioner's narrowed to the wished ones."""
    lead = search.lead(shape)
    leaders = search.practitioners(shape, frozenset())
    for at, need in enumerate(shape.needs):
        pool = search.snapshot.pool(need)
        yield need, [one for one in pool if at != lead or one.id in leaders]


def _touch(found: Sequence[int], days: range) -> bool:
    """Whether any of these days, which are in order, is one of the others."""
    at = bisect_left(found, days.start)
    return at < len(found) and found[at] < days.stop


def _has_start(search: Search, starts: Timeline) -> bool:
    step = search.request.step
    return any(on_grid(first, step) < until for first, until in starts)


def _span(search: Search, days: range) -> Interval:
    starts = search.calendar.starts
    return Interval(starts[days.start], starts[min(days.stop, len(starts) - 1)])


def _when(search: Search, days: range) -> When:
    request = search.request
    weekdays = tuple(sorted(request.weekdays)) if Wish.WEEKDAYS in request.wishes else ()
    calendar = search.calendar
    return When(calendar.date(days[0]), calendar.date(days[-1]), weekdays, request.hours)


def _names(resources: Sequence[Resource]) -> tuple[str, ...]:
    return tuple(one.name for one in resources)


def _parties(search: Search, shape: VisitShape) -> tuple[str, ...]:
    """Those who would have to agree on a start: names, or what is asked of one of several."""
    parties = [
        pool[0].name if len(pool) == 1 else f"“{need.capability}”"
        for need, pool in _pools(search, shape)
    ]
    if search.request.patient_busy:
        parties.append("the patient")
    if search.request.blocked:
        parties.append("the rest after another course")
    return tuple(dict.fromkeys(parties))
