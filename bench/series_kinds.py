"""Which series the search has to propose, chosen from every series there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from bench.by_minute import instant
from bench.series_reference import Found, Option, Reference
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.request import SeriesRequest, Weights


def best_series(
    snapshot: Snapshot, request: SeriesRequest, weights: Weights, count: int
) -> list[Found]:
    """The proposals that the search has to come to, in order; none means a refusal."""
    world = Reference(snapshot, request, weights)
    kinds = Kinds(world)
    every = sorted(world.all_series(), key=lambda one: one.key)
    found = every[:1]
    if not found or world.pinned == set(range(len(request.shapes))):
        return found
    for kind in (kinds.sooner, kinds.other_weekdays, kinds.other_times, kinds.other_people):
        found += kinds.different([one for one in every if kind(one, found[0])], found, 1)
    found += kinds.different(every, found, count)
    for dropped in range(1, len(request.wishes) + 1):
        wider = Reference(snapshot, request, weights, request.wishes[:dropped])
        every = sorted(wider.all_series(), key=lambda one: one.key)
        found += kinds.different(every, found, count)
    return found[:count]


@dataclass(frozen=True)
class Kinds:
    """What makes a series different from others, and in which way from the best one."""

    world: Reference

    def different(self, every: Sequence[Found], known: Sequence[Found], most: int) -> list[Found]:
        """The first of these that are really different from those known and from each other."""
        added: list[Found] = []
        for one in every:
            others = (*known, *added)
            if len(added) < most and all(self.really_different(one, each) for each in others):
                added.append(one)
        return added

    def really_different(self, one: Found, other: Found) -> bool:
        """Whether at least half of the sessions that are not pinned are on another day."""
        pairs = zip(self.free(one), self.free(other), strict=True)
        days = [a.day != b.day for a, b in pairs]
        return 2 * sum(days) >= len(days)

    def free(self, found: Found) -> list[Option]:
        return [one for at, one in enumerate(found.options) if at not in self.world.pinned]

    def sooner(self, one: Found, best: Found) -> bool:
        last, latest = one.options[-1].day, best.options[-1].day
        return len(one.options) - 1 not in self.world.pinned and last <= latest - timedelta(days=7)

    def other_weekdays(self, one: Found, best: Found) -> bool:
        mine, known = ({each.day.weekday() for each in self.free(found)} for found in (one, best))
        return mine.isdisjoint(known)

    def other_times(self, one: Found, best: Found) -> bool:
        mine, known = (
            {self._is_morning(each) for each in self.free(found)} for found in (one, best)
        )
        return mine == {known != {True}}

    def other_people(self, one: Found, best: Found) -> bool:
        mine, known = ({each.person for each in self.free(found)} for found in (one, best))
        return mine.isdisjoint(known)

    def _is_morning(self, option: Option) -> bool:
        return option.start < instant(self.world.request.zone, option.day, time(12))
