"""Who and what is free, loaded once for a window, and where in it a visit may start.

`feasible` answers with ranges of start minutes rather than a list of slots: its cost follows the
number of free stretches in the window, not the fineness of the grid and not the history of the
clinic.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain

from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Interval, Timeline, intersect, merge, subtract
from clinic.scheduling.needs import Need, VisitShape


@dataclass(frozen=True, slots=True)
class Resource:
    """A person, room or device (`kind`) and what it can be asked for."""

    id: int
    name: str
    kind: str
    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The open and the free time of every resource within one window. Made by `Snapshot.build`."""

    window: Interval
    resources: tuple[Resource, ...]
    open: Mapping[int, Timeline]
    free: Mapping[int, Timeline]
    _pools: dict[Need, tuple[Resource, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def build(
        cls,
        window: Interval,
        resources: Iterable[Resource],
        open_: Mapping[int, Iterable[Interval]],
        busy: Mapping[int, Iterable[tuple[Minute, Minute]]],
    ) -> "Snapshot":
        """From opening and busy time by resource id, in any order; a missing id has none.

        Raises ValueError when two resources share an id.
        """
        ordered = tuple(sorted(resources, key=lambda resource: resource.id))
        ids = [resource.id for resource in ordered]
        if len(set(ids)) < len(ids):
            raise ValueError("two resources share an id")
        opened = {id_: intersect(merge(open_.get(id_, ())), (window,)) for id_ in ids}
        free = {id_: subtract(opened[id_], sorted(busy.get(id_, ()))) for id_ in ids}
        return cls(window, ordered, opened, free)

    def pool(self, need: Need) -> tuple[Resource, ...]:
        """Those who can serve the need, busy or not, by id."""
        if need not in self._pools:
            self._pools[need] = tuple(
                resource
                for resource in self.resources
                if need.capability in resource.capabilities
                and (need.only is None or resource.id in need.only)
            )
        return self._pools[need]

    def starts_for(self, need: Need) -> Timeline:
        """When a visit may start so that somebody in the pool has the need's whole segment free."""
        pool = self.pool(need)
        if len(pool) == 1:
            return start_ranges(self.free[pool[0].id], need.starts, need.ends)
        ranges = (start_pairs(self.free[one.id], need.starts, need.ends) for one in pool)
        return merge(chain.from_iterable(ranges))


def start_ranges(free: Sequence[Interval], starts: int, ends: int) -> Timeline:
    """When a visit may start so that `[start + starts, start + ends)` lies in one free stretch.

    Ranges of start minutes, half-open: a single possible start is `[s, s + 1)`.
    """
    return tuple(map(Interval._make, start_pairs(free, starts, ends)))


def start_pairs(free: Sequence[Interval], starts: int, ends: int) -> list[tuple[Minute, Minute]]:
    """The same as bare pairs, for a sweep that only looks at their ends."""
    length = ends - starts
    return [(a - starts, b - ends + 1) for a, b in free if b - a >= length]


def feasible(
    snapshot: Snapshot, shape: VisitShape, patient_busy: Iterable[Interval] = ()
) -> Timeline:
    """The start minutes at which each need has somebody free and the patient has time.

    Exact unless two needs compete for one resource at the same minute; there it may promise too
    much, and `slots.assign` decides.
    """
    patient = patient_starts(snapshot.window, shape, patient_busy)
    return reduce(intersect, map(snapshot.starts_for, shape.needs), patient)


def patient_starts(
    window: Interval, shape: VisitShape, patient_busy: Iterable[Interval]
) -> Timeline:
    """When the patient could come, for all anybody else has to do with it."""
    return start_ranges(subtract((window,), merge(patient_busy)), 0, shape.minutes)
