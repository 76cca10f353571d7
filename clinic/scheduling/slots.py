"""Where one visit fits: a start on the grid and a resource for each of its needs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from clinic.scheduling.availability import Snapshot, feasible
from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Interval, Timeline, covers, intersect
from clinic.scheduling.needs import Need, VisitShape

# The grid lies on UTC minutes. Zones are whole quarters of an hour from UTC, so steps of 5 and 15
# fall on the same minutes of the hour on every wall. So does 10, but for the three zones at an odd
# quarter (Nepal, the Chatham Islands, Eucla), where it falls on 5, 15, 25 ...
STEPS = (5, 10, 15)


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit at `[start, end)` as the patient sees it, with one resource id per need, in order."""

    start: Minute
    end: Minute
    assignment: tuple[int, ...]


def slots(
    snapshot: Snapshot,
    shape: VisitShape,
    step: int,
    patient_busy: Iterable[Interval] = (),
    limit: int | None = None,
    prefer: frozenset[int] = frozenset(),
    within: Timeline | None = None,
) -> Iterator[Slot]:
    """Every slot on a grid of `step` minutes, earliest first, at most `limit`; with `within`, of
    these start minutes only.

    Lazy: the first few slots of a long window cost no more than those of a short one.
    Raises ValueError for a step that is not in `STEPS`.
    """
    check_step(step)
    starts = feasible(snapshot, shape, patient_busy)
    if within is not None:
        starts = intersect(starts, within)
    return islice(_slots(snapshot, shape, step, starts, prefer), limit)


def assign(
    snapshot: Snapshot,
    shape: VisitShape,
    start: Minute,
    prefer: frozenset[int] = frozenset(),
) -> tuple[int, ...] | None:
    """One resource id per need for a visit at `start`, or None when not all can be served.

    Needs that overlap in time get different resources. Among all the ways it takes the one with the
    most preferred resources, then with the fewest changes between needs of one capability, then
    with the lowest ids, need by need.
    """
    options = [_options(snapshot, need, start, prefer) for need in shape.needs]
    if not all(options):
        return None
    pairs = list(combinations(range(len(options)), 2))
    clashes = _clashes(shape.needs)
    twins = [(i, j) for i, j in pairs if shape.needs[i].capability == shape.needs[j].capability]
    # no way can be better than this; the first that is as good ends the search
    perfect = (
        sum(prefer.isdisjoint(ids) for ids in options),
        sum(pair in clashes for pair in twins),
    )
    best: tuple[tuple[int, int], tuple[int, ...]] | None = None
    for ids in _ways(options, clashes):
        price = sum(id_ not in prefer for id_ in ids), sum(ids[i] != ids[j] for i, j in twins)
        if best is None or price < best[0]:
            best = price, ids
        if price == perfect:
            break
    return best and best[1]


def can_all_be_served(needs: Sequence[Need], options: Sequence[Sequence[int]]) -> bool:
    """Whether every need can have one of its own `options`, and no two at once the same."""
    return any(True for _ in _ways(options, _clashes(needs)))


def on_grid(minute: Minute, step: int) -> Minute:
    """The first minute of the grid not before this one."""
    return -(-minute // step) * step


def check_step(step: int) -> None:
    """Raises ValueError for a step that is not in `STEPS`."""
    if step not in STEPS:
        raise ValueError(f"a grid has steps of {STEPS} minutes, not {step}")


def _slots(
    snapshot: Snapshot,
    shape: VisitShape,
    step: int,
    starts: Timeline,
    prefer: frozenset[int],
) -> Iterator[Slot]:
    for first, until in starts:
        for start in range(on_grid(first, step), until, step):
            assignment = assign(snapshot, shape, start, prefer)
            if assignment is not None:
                yield Slot(start, start + shape.minutes, assignment)


def _options(snapshot: Snapshot, need: Need, start: Minute, prefer: frozenset[int]) -> list[int]:
    """Who is free for the whole segment, preferred first, then by id."""
    first, last = start + need.starts, start + need.ends
    ids = [one.id for one in snapshot.pool(need) if covers(snapshot.free[one.id], first, last)]
    return sorted(ids, key=lambda id_: id_ not in prefer) if prefer else ids


def _clashes(needs: Sequence[Need]) -> list[tuple[int, int]]:
    """The positions of needs that one resource cannot serve both."""
    pairs = combinations(range(len(needs)), 2)
    return [(i, j) for i, j in pairs if needs[i].overlaps(needs[j])]


def _ways(
    options: Sequence[Sequence[int]],
    clashes: Sequence[tuple[int, int]],
    chosen: tuple[int, ...] = (),
) -> Iterator[tuple[int, ...]]:
    """Every choice of one option per need in which no clashing pair has the same, in option order.

    A depth-first search and not a matching algorithm: needs that do not overlap may share a
    resource, which a matching cannot say, and a visit has a handful of needs.
    """
    at = len(chosen)
    if at == len(options):
        yield chosen
        return
    taken = {chosen[i] for i, j in clashes if j == at}
    for id_ in options[at]:
        if id_ not in taken:
            yield from _ways(options, clashes, (*chosen, id_))
