"""A snapshot as it would be with some visits out of the way and another one in its place."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.intervals import Interval, intersect, merge, subtract

Held = Mapping[int, Iterable[Interval]]
"""Stretches of time by the resource that they hold."""


def rearranged(snapshot: Snapshot, freed: Held, taken: Held) -> Snapshot:
    """The snapshot without what is `freed`, where it is open, and with what is `taken`. Resources
    that it does not know are passed over."""
    free = dict(snapshot.free)
    for one in (freed.keys() | taken.keys()) & free.keys():
        open_now = intersect(merge([*free[one], *freed.get(one, ())]), snapshot.open[one])
        free[one] = subtract(open_now, merge(taken.get(one, ())))
    return replace(snapshot, free=free)
