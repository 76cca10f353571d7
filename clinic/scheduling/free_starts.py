"""The free starts of one visit, without saying with whom: what a calendar shows of many weeks.

The same answer as `slots`, found by doing little: one sweep over the closed and the taken time of
each resource on plain integers, and sets of starts instead of an assignment for each. Where two
needs draw on one pool, those starts are looked at one by one where the numbers alone prove nothing.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.slots import can_all_be_served, check_step

# stretches of minutes, half-open
Stretches = Sequence[tuple[Minute, Minute]]

# later than all time: what follows the window is taken for good
_FAR = 1 << 62


def free_starts(
    shape: VisitShape,
    pools: Sequence[Sequence[int]],
    taken: Mapping[int, Stretches],
    window: Interval,
    step: int,
) -> list[Minute]:
    """Every start on the grid at which the whole visit has somebody for each need, in order.

    `pools` holds, need by need, the ids of those who may serve it; `taken` when each of them cannot
    be had: closed, away or booked, in any order, overlapping or not. Outside the window nobody can.
    Raises ValueError for a step that is not a grid's.
    """
    check_step(step)
    shortest = min(need.ends - need.starts for need in shape.needs)
    everybody = {one for pool in pools for one in pool}
    gaps = {one: _gaps(taken[one], window, shortest) for one in everybody}
    found = set.intersection(
        *(
            _starts(need, (gaps[one] for one in pool), step)
            for need, pool in zip(shape.needs, pools, strict=True)
        )
    )
    rivals = _rivals(shape.needs, pools)
    if rivals:
        needs = [shape.needs[at] for at in rivals]
        options = [_options(shape.needs[at], pools[at], gaps, step) for at in rivals]
        found = {start for start in found if _served(needs, [each[start] for each in options])}
    ordered = sorted(found)
    first, end = window.start, window.end - shape.minutes + 1
    return ordered[bisect_left(ordered, first) : bisect_left(ordered, end)]


def _gaps(taken: Stretches, window: Interval, shortest: int) -> list[tuple[Minute, Minute]]:
    """The time of the window between the taken stretches, where it is long enough."""
    gaps = []
    free_from, end = window
    for start, until in sorted((*taken, (end, _FAR))):
        if start - free_from >= shortest:
            gaps.append((free_from, start))
        if until > free_from:
            free_from = until
    return gaps


def _starts(need: Need, gaps_of_pool: Iterable[Stretches], step: int) -> set[Minute]:
    """The starts of the grid for which somebody of the pool has the need's segment free."""
    before, after = need.starts, need.ends
    length = after - before
    found: set[Minute] = set()
    for gaps in gaps_of_pool:
        for start, end in gaps:
            if end - start >= length:
                found.update(range(-(-(start - before) // step) * step, end - after + 1, step))
    return found


def _rivals(needs: Sequence[Need], pools: Sequence[Sequence[int]]) -> list[int]:
    """The positions of needs that meet another one both in time and in somebody who could serve."""
    pairs = combinations(range(len(needs)), 2)
    met = {
        at
        for i, j in pairs
        if needs[i].overlaps(needs[j]) and not set(pools[i]).isdisjoint(pools[j])
        for at in (i, j)
    }
    return sorted(met)


def _options(
    need: Need, pool: Sequence[int], gaps: Mapping[int, Stretches], step: int
) -> Mapping[Minute, list[int]]:
    """By start, everybody who has the need's segment free."""
    found: defaultdict[Minute, list[int]] = defaultdict(list)
    for one in pool:
        for start in _starts(need, [gaps[one]], step):
            found[start].append(one)
    return found


def _served(needs: Sequence[Need], options: Sequence[Sequence[int]]) -> bool:
    """Whether each need gets a resource of its own; certain where each has as many as needs are."""
    return min(map(len, options)) >= len(needs) or can_all_be_served(needs, options)
