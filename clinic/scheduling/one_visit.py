"""One visit that is to get another time: where it fits, and what stands in the way at one minute.

A series and a ripple choose days; here somebody has chosen the minute already, or wants to see the
free ones of a few days. Days are ordinals, times of day are those of the clocks on the wall.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from clinic.scheduling.availability import Snapshot, feasible
from clinic.scheduling.clock import Minute, local_date, midnights, to_datetime
from clinic.scheduling.intervals import Interval, covers, intersect, merge, subtract
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.refusals import listed
from clinic.scheduling.slots import Slot, assign, on_grid

_ONE_DAY = timedelta(days=1)


def with_changes(
    snapshot: Snapshot,
    freed: Mapping[int, Iterable[Interval]],
    taken: Mapping[int, Iterable[Interval]] | None = None,
) -> Snapshot:
    """The same window once these stretches, by resource id, are given back and those are taken.

    Only what a visit holds may be freed: nothing else can lie on the same minutes of a resource.
    """
    free = dict(snapshot.free)
    for id_ in freed.keys() & free.keys():
        given_back = intersect(merge(freed[id_]), snapshot.open[id_])
        free[id_] = merge([*free[id_], *given_back])
    for id_, stretches in (taken or {}).items():
        free[id_] = subtract(free.get(id_, ()), merge(stretches))
    return Snapshot(snapshot.window, snapshot.resources, snapshot.open, free)


def held_by(shape: VisitShape, slot: Slot) -> dict[int, list[Interval]]:
    """What a visit in this slot keeps from others, by resource id."""
    held: defaultdict[int, list[Interval]] = defaultdict(list)
    for need, id_ in zip(shape.needs, slot.assignment, strict=True):
        held[id_].append(Interval(slot.start + need.starts, slot.start + need.ends))
    return dict(held)


def leads(snapshot: Snapshot, shape: VisitShape) -> int | None:
    """The position of the need that names the practitioner; None for a visit without people."""
    for at, need in enumerate(shape.needs):
        if any(one.kind == "person" for one in snapshot.pool(need)):
            return at
    return None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit over a snapshot in which its former time counts as free.

    `busy` are the patient's other appointments; nothing starts before `earliest`; `step` as in
    `slots.STEPS`; `prefer` are the resources to be used where possible. `blocked` are starts that
    are not to be offered, such as the wash-out of another course.
    """

    snapshot: Snapshot
    shape: VisitShape
    zone: ZoneInfo
    earliest: Minute
    step: int
    busy: tuple[Interval, ...] = ()
    prefer: frozenset[int] = frozenset()
    blocked: tuple[Interval, ...] = ()

    def insisting_on(self, resource: int) -> "tuple[Visit, ...]":
        """The same visit with this resource in each of the needs that it can serve; maybe none."""
        return tuple(
            replace(self, shape=self.shape.served_by(at, resource))
            for at, need in enumerate(self.shape.needs)
            if any(one.id == resource for one in self.snapshot.pool(need))
        )

    def starts(self) -> dict[int, list[range]]:
        """By day the starts on the grid at which each need taken alone has somebody free."""
        first, marks = self._days()
        days = [Interval(*pair) for pair in pairwise(marks)]
        found: defaultdict[int, list[range]] = defaultdict(list)
        free = feasible(self.snapshot, self.shape, self.busy)
        coming = subtract((Interval(self.earliest, self.snapshot.window.end),), merge(self.blocked))
        for start, until in intersect(intersect(free, coming), days):
            if (begin := on_grid(start, self.step)) < until:
                day = first + bisect_right(marks, start) - 1
                found[day].append(range(begin, until, self.step))
        return dict(found)

    def slot_at(self, start: Minute) -> Slot | None:
        """The visit at this start, None where it does not fit. The grid is not asked."""
        if not _has_time(self.busy, start, start + self.shape.minutes):
            return None
        assignment = assign(self.snapshot, self.shape, start, self.prefer)
        return None if assignment is None else Slot(start, start + self.shape.minutes, assignment)

    def slots(self, ranges: Iterable[range], near: Minute, limit: int) -> list[Slot]:
        """Of the `starts` of one day those nearest to a time of day, at most `limit`, in order."""
        wished = self.time_of_day(near)
        every = (start for one in ranges for start in one)
        by_distance = sorted(
            every, key=lambda start: (abs(self.time_of_day(start) - wished), start)
        )
        fitting: Iterator[Slot] = filter(None, map(self.slot_at, by_distance))
        return sorted(islice(fitting, limit), key=lambda slot: slot.start)

    def time_of_day(self, minute: Minute) -> int:
        wall = to_datetime(minute).astimezone(self.zone)
        return wall.hour * 60 + wall.minute

    def day(self, minute: Minute) -> int:
        return local_date(minute, self.zone).toordinal()

    def _days(self) -> tuple[int, Sequence[Minute]]:
        window = self.snapshot.window
        first = local_date(window.start, self.zone)
        until = local_date(window.end - 1, self.zone) + _ONE_DAY
        return first.toordinal(), midnights(first, until, self.zone)


def why_not(visit: Visit, start: Minute, patient: str) -> tuple[str, ...]:
    """What stands in the way of a visit at this minute, in sentences; none when it fits."""
    outside = tuple(_outside(visit, start))
    if outside or visit.slot_at(start) is not None:
        return outside
    if not _has_time(visit.busy, start, start + visit.shape.minutes):
        return (f"{patient} has another visit then.",)
    if not any(_opened(visit, need, start) for need in visit.shape.needs):
        return ("The clinic is closed then.",)
    alone = [text for need in visit.shape.needs if (text := _against(visit, need, start))]
    return tuple(dict.fromkeys(alone)) or ("Those whom the visit needs are not free together.",)


def _outside(visit: Visit, start: Minute) -> Iterator[str]:
    """Where no search would look."""
    wall = to_datetime(start).astimezone(visit.zone)
    if start < visit.earliest:
        yield f"{wall:%a} {wall.day} {wall:%b, %H:%M} is in the past."
    elif start + visit.shape.minutes > visit.snapshot.window.end:
        yield f"{wall.day} {wall:%b %Y} is too far ahead to book."
    if start % visit.step:
        yield f"Visits start every {visit.step} minutes; {wall:%H:%M} is between."


def _against(visit: Visit, need: Need, start: Minute) -> str:
    """Why nobody can serve this need at this time; empty when somebody can."""
    view, pool = visit.snapshot, visit.snapshot.pool(need)
    if not pool:
        return f"Nobody and nothing here provides “{need.capability}”."
    if any(covers(view.free[one.id], start + need.starts, start + need.ends) for one in pool):
        return ""
    if opened := _opened(visit, need, start):
        return f"{listed(opened)} {'are' if len(opened) > 1 else 'is'} not free then."
    names = listed(one.name for one in pool)
    if pool[0].kind == "person":
        return f"{names} {'do' if len(pool) > 1 else 'does'} not work then."
    return f"{names} {'are' if len(pool) > 1 else 'is'} closed then."


def _opened(visit: Visit, need: Need, start: Minute) -> list[str]:
    """Who could serve this need at this time if nothing were booked."""
    view, first, last = visit.snapshot, start + need.starts, start + need.ends
    return [one.name for one in view.pool(need) if covers(view.open[one.id], first, last)]


def _has_time(busy: Iterable[Interval], start: Minute, end: Minute) -> bool:
    return not any(one.start < end and start < one.end for one in busy)
