"""Why a series does not fit: looks at every session in turn, the patient's wishes kept.

The days of a session follow from those of the one before it, so the reasons speak of dates that the
session could really have had. When a session has none, the next is looked at as if it had any.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from functools import cache

from clinic.scheduling.best_starts import Nodes
from clinic.scheduling.candidates import ALL_WISHES, Search
from clinic.scheduling.causes import Causes
from clinic.scheduling.clock import local_minute_or_next
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.obstacles import Obstacles
from clinic.scheduling.one_visit import Visit
from clinic.scheduling.pins import blamed_pins, fixed_sessions
from clinic.scheduling.refusals import (
    HorizonTooShort,
    NoRoomBefore,
    OutOfReach,
    Reason,
    Refusal,
    SessionRefusal,
    WindowPassed,
)
from clinic.scheduling.request import SeriesRequest, Weights
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing
from clinic.scheduling.spans import Gap

NO_CAUSES = Causes()


def explain(search: Search, causes: Causes = NO_CAUSES) -> Refusal:
    """What stands in the way of each session of a series that was found impossible."""
    windows, blamed = _frame(search)
    return Refusal(tuple(_in_turn(search, windows, blamed, Obstacles(search, causes))))


def why_on_no_day(
    visit: Visit, first: date, last: date, causes: Causes = NO_CAUSES
) -> tuple[Reason, ...]:
    """What stands in the way of one visit on all of these days; nothing when they are past or not
    in the calendar."""
    view = visit.snapshot
    begin = max(local_minute_or_next(first, time.min, visit.zone), visit.earliest)
    end = local_minute_or_next(last + timedelta(days=1), time.min, visit.zone)
    if end <= max(begin, view.window.start) or begin >= view.window.end:
        return ()
    asked = SeriesRequest(
        shapes=(visit.shape,),
        spacing=Spacing(1, 1, 1),
        zone=visit.zone,
        earliest=begin,
        horizon_until=end,
        blocked=visit.blocked,
        patient_busy=visit.busy,
        step=visit.step,
    )
    return explain(Search.of(view, asked, Weights()), causes).sessions[0].reasons


def _frame(search: Search) -> tuple[list[range], Sequence[Reason | None]]:
    """The days of each session, at least one, and what lies not in who is free but in the frame:
    in pins, sessions that stand, and the end of the calendar."""
    spans, previous, end = search.legal_days(), search.previous_day, len(search.calendar)
    windows = [range(span.start, max(span.stop, span.start + 1)) for span in spans]
    nothing: list[Reason | None] = [None] * len(spans)
    if any(pins := blamed_pins(search)):
        return windows, pins
    if previous is not None and previous + search.gaps[0].longest < 0:
        due, passed = _passed(search, previous)
        return [due, *windows[1:]], [passed, *nothing[1:]]
    if all(spans):
        return windows, nothing
    if search.request.has_pins or search.request.following is not None:
        return windows, [_squeezed(search, at, span) for at, span in enumerate(spans)]
    short = HorizonTooShort(len(spans), search.gaps[-1].shortest, spans[-1].start + 1, end)
    windows = [range(span.start, max(end, span.start + 1)) for span in spans]
    return windows, [short if span.start >= end else None for span in spans]


def _squeezed(search: Search, at: int, span: range) -> Reason | None:
    """Of a session without days: the fixed one after it comes too soon, or else the end does."""
    if span or search.request.pin(at) is not None:
        return None
    calendar, shortest = search.calendar, search.gaps[at].shortest
    after = next((one for one in fixed_sessions(search) if one.at > at), None)
    if after is not None:
        gap = search.gaps[min(at + 1, len(search.gaps) - 1)]
        return NoRoomBefore(calendar.date(after.day), gap.shortest)
    sessions = len(search.request.shapes) - at
    return HorizonTooShort(sessions, shortest, span.start + 1, len(calendar))


def _passed(search: Search, previous: int) -> tuple[range, WindowPassed]:
    """The first session was due before day 0: it may still be booked late, unless it has lapsed."""
    spacing = search.request.spacing_before(0)
    due = range(previous + spacing.min, previous + (spacing.max or search.gaps[0].longest) + 1)
    lapsed = spacing.lapse is not None and -previous > spacing.lapse
    return due, WindowPassed(search.calendar.date(due[-1]), lapsed)


def _in_turn(
    search: Search, windows: Sequence[range], blamed: Sequence[Reason | None], obstacles: Obstacles
) -> Iterator[SessionRefusal]:
    previous, end = search.previous_day, len(search.calendar)
    anyhow = cache(lambda shape: search.nodes(shape, range(end), ALL_WISHES))
    before: Collection[int] = () if previous is None else (previous,)
    days = [range(max(0, window.start), min(window.stop, end)) for window in windows]
    every = search.nodes_of_series(days, frozenset())
    for at, (nodes, window, reason) in enumerate(zip(every, windows, blamed, strict=True)):
        gap = search.gaps[at]
        if before and reason is None:
            reach = range(min(before) + gap.shortest, max(before) + gap.longest + 1)
            window = _overlap(window, reach)
        free = [day for day in nodes.days() if day in window]
        possible = [day for day in free if _follows(day, before, gap)]
        if reason is None and possible:
            yield _free(search, at, window, nodes, possible, before)
        else:
            reasons = (reason,) if reason else _reasons(obstacles, at, window, bool(free))
            nearest = _nearest(search, at, window, before, anyhow)
            yield _refusal(search, at, window, reasons, nearest)
        before = possible or window


def _overlap(one: range, other: range) -> range:
    """The days of both, at least the first of them."""
    start = max(one.start, other.start)
    return range(start, max(start + 1, min(one.stop, other.stop)))


def _refusal(
    search: Search,
    at: int,
    window: range,
    reasons: tuple[Reason, ...] = (),
    nearest: tuple[Slot, ...] = (),
) -> SessionRefusal:
    dates = search.calendar.date(window[0]), search.calendar.date(window[-1])
    return SessionRefusal(_number(search, at), dates, reasons, nearest)


def _free(
    search: Search,
    at: int,
    window: range,
    nodes: Nodes,
    possible: Collection[int],
    before: Collection[int],
) -> SessionRefusal:
    """Nothing stands in its way by itself: the dates nearest to the ideal, unless it is pinned."""
    if search.request.pin(at) is not None:
        return _refusal(search, at, window)
    return _refusal(search, at, window, (), _two(search, at, window, nodes, possible, before))


def _number(search: Search, at: int) -> int:
    return search.request.first_number + at


def _follows(day: int, before: Collection[int], gap: Gap) -> bool:
    """Whether a day keeps the gap to any day of the session before; always without one."""
    return not before or any(day - other in gap for other in before)


def _reasons(obstacles: Obstacles, at: int, window: range, has_free: bool) -> tuple[Reason, ...]:
    search = obstacles.search
    days = range(max(0, window.start), min(window.stop, len(search.calendar)))
    if not days:
        return ()  # there would be some, but for the pin of another session
    if not has_free:
        return tuple(obstacles.reasons(search.request.shapes[at], days))
    gap = search.gaps[at]
    longest = None if gap.spacing.max is None else gap.longest
    return (OutOfReach(_number(search, at - 1), gap.shortest, longest),)


def _nearest(
    search: Search,
    at: int,
    window: range,
    before: Collection[int],
    anyhow: Callable[[VisitShape], Nodes],
) -> tuple[Slot, ...]:
    """Two slots on different days with the wishes dropped, in order of time; `anyhow` gives the
    nodes of a visit then.

    The nearest to the ideal day, those within the window before those that would be late.
    """
    spacing, end = search.gaps[at].spacing, len(search.calendar)
    late = Gap(spacing.min, spacing.lapse or max(end, search.gaps[at].longest), spacing)
    nodes = anyhow(search.request.shapes[at])
    first = min(before) + spacing.min if before else window.start
    legal = [day for day in nodes.days() if day >= first and _follows(day, before, late)]
    return _two(search, at, window, nodes, legal, before)


def _two(
    search: Search,
    at: int,
    window: range,
    nodes: Nodes,
    days: Iterable[int],
    before: Collection[int],
) -> tuple[Slot, ...]:
    """The best slots of the two of these days that are nearest to the ideal one, or to the one that
    the session is pinned to, in order."""
    pinned = search.request.pin(at) is not None
    ideal = window.start
    if before and not pinned:
        ideal = min(before) + search.gaps[at].spacing.ideal
    nearest = sorted(days, key=lambda day: (day not in window, abs(day - ideal), day))[:2]
    shape = search.request.shapes[at]
    return tuple(search.slot(shape, *nodes.best_on(day)) for day in sorted(nearest))
