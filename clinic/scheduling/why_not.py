"""Why one visit has no free time: day by day, what stands in the way, told by resource.

A day is blocked by those needs for which nobody has time on it; each of those who could have served
is asked why: booked, away, the place closed, or not at work. Equal answers on neighbouring days and
of several resources become one sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from clinic.scheduling.absence_words import AllTaken, Gone, PlaceShut
from clinic.scheduling.availability import Resource, Snapshot, start_ranges
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.closed_time import Away, Shut
from clinic.scheduling.intervals import Interval, Timeline, intersect, merge, subtract
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.refusals import (
    BookedUp,
    Closed,
    NeverTogether,
    NobodyCapable,
    PatientBusy,
    TooFew,
    When,
)
from clinic.scheduling.slots import assign, on_grid, slots

Reason = (
    NobodyCapable
    | TooFew
    | Closed
    | BookedUp
    | Gone
    | PlaceShut
    | AllTaken
    | PatientBusy
    | NeverTogether
)

DAY = timedelta(days=1)
# of more than these a sentence for each would be a list, not a reason
_FEW = 4


@dataclass(frozen=True)
class Blocked:
    """A search for one visit that found nothing.

    `days` are the local days with their wished starts, in order, at least one. `planned` is the
    open time as it would be without closures, `place` the name of the location.
    """

    snapshot: Snapshot
    shape: VisitShape
    days: Sequence[tuple[date, Interval]]
    away: Sequence[Away]
    shut: Sequence[Shut]
    planned: Mapping[int, Timeline]
    place: str
    zone: ZoneInfo
    step: int
    weekdays: tuple[int, ...] = ()
    hours: tuple[time, time] | None = None

    @cached_property
    def present(self) -> dict[int, Timeline]:
        """The open time of each resource less its absences."""
        open_ = self.snapshot.open
        return {
            one: subtract(
                open_[one], merge(each.during for each in self.away if each.resource == one)
            )
            for one in open_
        }


# What keeps a resource on a day: an absence, a closure, or one of these words.
Cause = Away | Shut | str
_BOOKED, _OFF = "booked", "off"


@dataclass(frozen=True, slots=True)
class _Mark:
    """One resource is kept from a need on one day, by its number among the days."""

    resource: Resource
    cause: Cause
    day: int


def why_not(blocked: Blocked) -> list[Reason]:
    """What stands in the way; at least one reason when there are days."""
    return list(dict.fromkeys(_incapable(blocked) or _obstacles(blocked)))


def _incapable(blocked: Blocked) -> list[Reason]:
    """What the place could not serve even if everybody were free."""
    shape, everybody = blocked.shape, blocked.snapshot.resources
    lacking = [need for need in shape.needs if not blocked.snapshot.pool(need)]
    if lacking:
        return [NobodyCapable(need.capability) for need in lacking]
    visit = Interval(shape.starts, shape.ends)
    idle = Snapshot.build(visit, everybody, {one.id: [visit] for one in everybody}, {})
    if assign(idle, shape, 0) is None:
        return [TooFew(tuple(need.capability for need in shape.needs))]
    return []


def _obstacles(blocked: Blocked) -> Iterator[Reason]:
    shape = blocked.shape
    kept = [[_kept(blocked, need, day) for need in shape.needs] for day in range(len(blocked.days))]
    at_work = [day for day, marks in enumerate(kept) if not _is_holiday(marks)] or range(len(kept))
    for position in range(len(shape.needs)):
        marks = [mark for day in at_work for mark in kept[day][position]]
        yield from _told(blocked, marks, list(at_work))
    yield from _together(blocked, [day for day in at_work if not any(kept[day])])


def _kept(blocked: Blocked, need: Need, day: int) -> list[_Mark]:
    """What keeps each of those who could serve the need on a day; nothing when one of them can."""
    marks = []
    for one in blocked.snapshot.pool(need):
        cause = _cause(blocked, need, one, day)
        if cause is None:
            return []
        marks.append(_Mark(one, cause, day))
    return marks


def _cause(blocked: Blocked, need: Need, one: Resource, day: int) -> Cause | None:
    date_, wished = blocked.days[day]

    def fits(times: Timeline) -> bool:
        starts = start_ranges(times, need.starts, need.ends)
        return _has_start(intersect(starts, (wished,)), blocked.step)

    if fits(blocked.snapshot.free[one.id]):
        return None
    if fits(blocked.present[one.id]):
        return _BOOKED
    if fits(blocked.snapshot.open[one.id]):
        asked = Interval(wished.start + need.starts, wished.end - 1 + need.ends)
        return next(
            each
            for each in blocked.away
            if each.resource == one.id and intersect((each.during,), (asked,))
        )
    if fits(blocked.planned[one.id]):
        # a segment may reach over midnight into a closed day
        return next(
            each for each in blocked.shut if each.first <= date_ + DAY and date_ <= each.last + DAY
        )
    return _OFF


def _has_start(starts: Timeline, step: int) -> bool:
    return any(on_grid(first, step) < until for first, until in starts)


def _is_holiday(kept: Sequence[Sequence[_Mark]]) -> bool:
    """Whether nobody at all works on a day: such a day needs no reason while others have one."""
    return all(marks and all(mark.cause == _OFF for mark in marks) for marks in kept)


def _told(blocked: Blocked, marks: Sequence[_Mark], days: Sequence[int]) -> list[Reason]:
    """The marks of one need as reasons, equal ones of several resources joined."""
    names: dict[tuple[str, Cause, tuple[int, ...]], list[str]] = {}
    for one in dict.fromkeys(mark.resource for mark in marks):
        own = [mark for mark in marks if mark.resource == one]
        for cause, run in _runs(own, days):
            names.setdefault((one.kind, cause, run), []).append(one.name)
    everybody = tuple(dict.fromkeys(mark.resource.name for mark in marks))
    if len(names) > _FEW and len(everybody) > _FEW:
        kept = sorted({mark.day for mark in marks})
        return [AllTaken(everybody, _when(blocked, kept))]
    return [
        _reason(blocked, kind, cause, run, tuple(who)) for (kind, cause, run), who in names.items()
    ]


def _runs(marks: Sequence[_Mark], days: Sequence[int]) -> Iterator[tuple[Cause, tuple[int, ...]]]:
    """Neighbouring days, among those of the place, on which one resource has one cause."""
    place = {day: at for at, day in enumerate(days)}
    numbered = [(place[mark.day] - at, mark) for at, mark in enumerate(marks)]
    for (_, cause), run in groupby(numbered, lambda each: (each[0], _shared(each[1].cause))):
        yield cause, tuple(mark.day for _, mark in run)


def _shared(cause: Cause) -> Cause:
    """The cause without whose it is."""
    return replace(cause, resource=0) if isinstance(cause, Away) else cause


def _reason(
    blocked: Blocked, kind: str, cause: Cause, run: Sequence[int], names: tuple[str, ...]
) -> Reason:
    if isinstance(cause, Shut):
        first = cause.first if cause.first > blocked.days[0][0] else None
        return PlaceShut(blocked.place, cause.reason, first, cause.last)
    if isinstance(cause, Away):
        starts, ends = (to_datetime(each).astimezone(blocked.zone) for each in cause.during)
        earlier = cause.during.start <= blocked.snapshot.window.start
        return Gone(names, kind, cause.kind, None if earlier else starts, ends)
    when = _when(blocked, run)
    return BookedUp(names, when) if cause == _BOOKED else Closed(names, kind, when)


def _when(blocked: Blocked, days: Sequence[int]) -> When:
    first, last = blocked.days[days[0]][0], blocked.days[days[-1]][0]
    return When(first, last, blocked.weekdays, blocked.hours)


def _together(blocked: Blocked, days: Sequence[int]) -> Iterator[Reason]:
    """Of days on which everybody alone has time: never all at once, or never when the patient."""
    met = [day for day in days if _meet(blocked, day)]
    if met:
        yield PatientBusy(_when(blocked, met))
    apart = [day for day in days if day not in met]
    if apart:
        yield NeverTogether(_parties(blocked), _when(blocked, apart))


def _meet(blocked: Blocked, day: int) -> bool:
    """Whether the visit could take place on a day, the patient aside."""
    within = (blocked.days[day][1],)
    found = slots(blocked.snapshot, blocked.shape, blocked.step, limit=1, within=within)
    return next(found, None) is not None


def _parties(blocked: Blocked) -> tuple[str, ...]:
    """Those who would have to agree on a start: names, or what is asked of one of several."""
    pools = ((need, blocked.snapshot.pool(need)) for need in blocked.shape.needs)
    return tuple(
        dict.fromkeys(
            pool[0].name if len(pool) == 1 else f"“{need.capability}”" for need, pool in pools
        )
    )
