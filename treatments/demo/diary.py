"""Where the demo's visits fit: one look at a location's calendar, kept up to date in memory.

The booking door decides again, as it always does; this only saves asking for every visit.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, time

from clinic.models import Location
from clinic.queries.availability import snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_date, local_minute_or_next
from clinic.scheduling.intervals import Interval, subtract
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.slots import Slot, assign, on_grid

# how far from the wished hour a visit may start, in minutes
FARTHEST = 10 * 60


class Diary:
    """Free time of one location on the local days `[first, until)`."""

    def __init__(self, location: Location, first: date, until: date) -> None:
        view = snapshot(location, first, until)
        self.zone, self.step = location.zone, location.grid_minutes
        self._free = dict(view.free)
        self._view = Snapshot(view.window, view.resources, view.open, self._free)

    def find(
        self, shape: VisitShape, day: date, near: time, person: int | None = None
    ) -> Slot | None:
        """The free slot on this day whose start is nearest to `near`; with `person`, with them."""
        prefer = frozenset({person} if person else ())
        for start in self._starts(day, near):
            ids = assign(self._view, shape, start, prefer)
            if ids is not None and (person is None or person in ids):
                return Slot(start, start + shape.minutes, ids)
        return None

    def _starts(self, day: date, near: time) -> Iterator[int]:
        middle = on_grid(local_minute_or_next(day, near, self.zone), self.step)
        for away in range(0, FARTHEST, self.step):
            for start in dict.fromkeys((middle + away, middle - away)):
                if local_date(start, self.zone) == day:
                    yield start

    def take(self, shape: VisitShape, slot: Slot) -> None:
        """Note that this slot, one that `find` gave, is booked."""
        for need, resource in zip(shape.needs, slot.assignment, strict=True):
            held = Interval(slot.start + need.starts, slot.start + need.ends)
            free = self._free[resource]
            at = bisect_right(free, held.start, key=lambda each: each.start) - 1
            self._free[resource] = (
                *free[:at],
                *subtract((free[at],), (held,)),
                *free[at + 1 :],
            )
