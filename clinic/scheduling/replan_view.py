"""The clinic as a re-plan sees it: what the touched visits hold is free, the cause is closed."""

from collections.abc import Iterable, Mapping

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.intervals import Interval, intersect, merge, subtract


def without(
    snapshot: Snapshot,
    freed: Mapping[int, Iterable[Interval]],
    closed: Mapping[int, Iterable[Interval]],
) -> Snapshot:
    """The snapshot with some booked time `freed` and some time `closed`, both by resource id.

    Freed time must have been booked by nothing else, which is so of every reservation.
    """
    open_ = {
        id_: subtract(times, merge(closed.get(id_, ()))) for id_, times in snapshot.open.items()
    }
    free = {
        id_: intersect(open_[id_], merge((*times, *freed.get(id_, ()))))
        for id_, times in snapshot.free.items()
    }
    return Snapshot(snapshot.window, snapshot.resources, open_, free)
