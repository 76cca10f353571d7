"""Why a series does not fit: looks at every session in turn, the patient's wishes kept.

The days of a session follow from those of the one before it, so the reasons speak of dates that the
session could really have had. When a session has none, the next is looked at as if it had any.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from clinic.scheduling.availability import Resource, Snapshot, start_ranges
from clinic.scheduling.candidates import ALL_WISHES, Search
from clinic.scheduling.intervals import Interval, Timeline, intersect
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.refusals import (
    BookedUp,
    Closed,
    HorizonTooShort,
    NeverTogether,
    NobodyCapable,
    NoRoomBefore,
    NoSuchWeekday,
    OutOfReach,
    PatientBusy,
    Reason,
    Refusal,
    SessionRefusal,
    TooFew,
    VisitTooLong,
    WashOut,
    When,
    WindowPassed,
)
from clinic.scheduling.request import Wish
from clinic.scheduling.slots import Slot, assign, on_grid


def explain(search: Search) -> Refusal:
    """What stands in the way of each session of a series that was found impossible."""
    spans = search.legal_days()
    previous = search.previous_day
    if previous is not None and previous + search.longest_gap < 0:
        sessions = _overdue(search, previous, spans)
    elif any(not span for span in spans) and search.request.following is not None:
        sessions = _squeezed(search, search.request.following, spans)
    elif any(not span for span in spans):
        sessions = _beyond_horizon(search, spans)
    else:
        sessions = _in_turn(search, spans)
    return Refusal(tuple(sessions))


def _overdue(search: Search, previous: int, spans: Sequence[range]) -> Iterator[SessionRefusal]:
    """The first session was due before day 0: it may still be booked late, unless it has lapsed."""
    spacing = search.request.spacing
    window = range(previous + spacing.min, previous + search.longest_gap + 1)
    lapsed = spacing.lapse is not None and -previous > spacing.lapse
    passed = WindowPassed(search.calendar.date(window[-1]), lapsed)
    yield _refusal(search, 0, window, (passed,), _nearest(search, 0, window, (previous,)))
    for at, span in enumerate(spans[1:], 1):
        yield _refusal(search, at, range(span.start, max(span.stop, span.start + 1)))


def _beyond_horizon(search: Search, spans: Sequence[range]) -> Iterator[SessionRefusal]:
    """The shortest series is longer than the calendar: blames the sessions beyond its end."""
    end, needed = len(search.calendar), spans[-1].start + 1
    reason = HorizonTooShort(len(spans), search.request.spacing.min, needed, end)
    for at, span in enumerate(spans):
        window = range(span.start, max(end, span.start + 1))
        yield _refusal(search, at, window, (reason,) if span.start >= end else ())


def _squeezed(search: Search, following: date, spans: Sequence[range]) -> Iterator[SessionRefusal]:
    """The sessions do not fit between those that stand before and after them."""
    reason = NoRoomBefore(following, search.request.spacing.min)
    for at, span in enumerate(spans):
        window = range(span.start, max(span.stop, span.start + 1))
        yield _refusal(search, at, window, () if span else (reason,))


def _in_turn(search: Search, spans: Sequence[range]) -> Iterator[SessionRefusal]:
    shortest, longest = search.request.spacing.min, search.longest_gap
    previous = search.previous_day
    before: Collection[int] = () if previous is None else (previous,)
    for at, nodes in enumerate(search.nodes_of_series(spans, frozenset())):
        window = spans[at]
        if before:
            first, last = min(before) + shortest, max(before) + longest
            window = range(max(first, window.start), min(last + 1, window.stop))
        free = [day for day in nodes.days() if day in window]
        possible = [day for day in free if _follows(day, before, shortest, longest)]
        if possible:
            yield _refusal(search, at, window)
        elif free:
            reason = OutOfReach(_number(search, at - 1), shortest, search.request.spacing.max)
            yield _refusal(search, at, window, (reason,), _nearest(search, at, window, before))
        else:
            reasons = tuple(_reasons(search, search.request.shapes[at], window))
            yield _refusal(search, at, window, reasons, _nearest(search, at, window, before))
        before = possible or window


def _refusal(
    search: Search,
    at: int,
    window: range,
    reasons: tuple[Reason, ...] = (),
    nearest: tuple[Slot, ...] = (),
) -> SessionRefusal:
    dates = search.calendar.date(window[0]), search.calendar.date(window[-1])
    return SessionRefusal(_number(search, at), dates, reasons, nearest)


def _number(search: Search, at: int) -> int:
    return search.request.first_number + at


def _follows(day: int, before: Collection[int], shortest: int, longest: int) -> bool:
    """Whether a day keeps the gap to any day of the session before; always without one."""
    return not before or any(shortest <= day - other <= longest for other in before)


def _nearest(search: Search, at: int, window: range, before: Collection[int]) -> tuple[Slot, ...]:
    """Two slots on different days with the wishes dropped, in order of time.

    The nearest to the ideal day, those within the window before those that would be late.
    """
    spacing, end = search.request.spacing, len(search.calendar)
    farthest = spacing.lapse or max(end, search.longest_gap)
    shape = search.request.shapes[at]
    ideal = min(before) + spacing.ideal if before else window.start
    nodes = search.nodes(shape, range(max(0, window.start), end), ALL_WISHES)
    legal = [day for day in nodes.days() if _follows(day, before, spacing.min, farthest)]
    legal.sort(key=lambda day: (day not in window, abs(day - ideal), day))
    return tuple(search.slot(shape, *nodes.best_on(day)) for day in sorted(legal[:2]))


def _reasons(search: Search, shape: VisitShape, days: range) -> Iterator[Reason]:
    """Why a visit has no start on any of these days; at least one reason."""
    missing = _incapable(search, shape)
    wished = search.wished(shape, days, frozenset())
    when = _when(search, days)
    if missing:
        yield from missing
    elif not _has_start(search, wished):
        off_weekdays = not any(search.is_wished_weekday(day) for day in days)
        yield NoSuchWeekday(when) if off_weekdays else VisitTooLong(shape.minutes, when)
    else:
        found = list(_obstacles(search, shape, wished, when))
        yield from found or [NeverTogether(_parties(search, shape), when)]


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


def _obstacles(search: Search, shape: VisitShape, wished: Timeline, when: When) -> Iterator[Reason]:
    """What each need, the patient and the other courses put in the way, each taken alone."""
    for need, pool in _pools(search, shape):
        closed: list[Resource] = []
        booked: list[Resource] = []
        for one in pool:
            if _suits(search, need, search.snapshot.free[one.id], wished):
                break
            is_open = _suits(search, need, search.snapshot.open[one.id], wished)
            (booked if is_open else closed).append(one)
        else:
            if closed:
                yield Closed(_names(closed), closed[0].kind, when)
            if booked:
                yield BookedUp(_names(booked), when)
    if not _has_start(search, intersect(wished, search.patient_starts(shape))):
        yield PatientBusy(when)
    if not _has_start(search, search.rested(wished)):
        yield WashOut(when)


def _pools(search: Search, shape: VisitShape) -> Iterator[tuple[Need, list[Resource]]]:
    """Every need with those who may serve it, the practitioner's narrowed to the wished ones."""
    lead = search.lead(shape)
    leaders = search.practitioners(shape, frozenset())
    for at, need in enumerate(shape.needs):
        pool = search.snapshot.pool(need)
        yield need, [one for one in pool if at != lead or one.id in leaders]


def _suits(search: Search, need: Need, times: Timeline, wished: Timeline) -> bool:
    return _has_start(search, intersect(wished, start_ranges(times, need.starts, need.ends)))


def _has_start(search: Search, starts: Timeline) -> bool:
    step = search.request.step
    return any(on_grid(first, step) < until for first, until in starts)


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
