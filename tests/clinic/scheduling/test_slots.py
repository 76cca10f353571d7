"""Slots on the grid, each with a resource for every need."""

from datetime import UTC, datetime
from itertools import combinations, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.scheduling.availability import Resource, Snapshot, feasible
from clinic.scheduling.clock import to_minute
from clinic.scheduling.intervals import Interval, contains, covers
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.slots import STEPS, Slot, assign, on_grid, slots
from tests.depth import often
from tests.strategies import ZONES, moment, shapes, snapshots

DAY = Interval(0, 480)
COLE = Resource(1, "Dr Cole", "person", frozenset({"peel", "assist"}))
FRY = Resource(2, "Dr Fry", "person", frozenset({"peel", "assist"}))
MINA = Resource(3, "Mina", "person", frozenset({"assist"}))
ROOM = Resource(4, "Peel room", "room", frozenset({"peel room"}))


def snapshot(*resources: Resource, busy: dict[int, list[Interval]] | None = None) -> Snapshot:
    return Snapshot.build(DAY, resources, {one.id: [DAY] for one in resources}, busy or {})


def visit(*needs: tuple[str, int, int], minutes: int = 30) -> VisitShape:
    made = [Need(f"need {at}", *need) for at, need in enumerate(needs)]
    return VisitShape(tuple(made), minutes)


def test_slots_lie_on_the_grid_and_end_when_the_patient_leaves() -> None:
    built = snapshot(COLE, ROOM, busy={1: [Interval(0, 7), Interval(60, 480)]})
    peel = visit(("peel", 0, 20), ("peel room", 0, 40))
    assert list(slots(built, peel, 15)) == [Slot(15, 45, (1, 4)), Slot(30, 60, (1, 4))]
    assert [slot.start for slot in slots(built, peel, 10)] == [10, 20, 30, 40]
    assert [slot.start for slot in slots(built, peel, 5)] == [10, 15, 20, 25, 30, 35, 40]


def test_slots_stop_at_the_limit() -> None:
    peel = visit(("peel", 0, 20))
    assert [slot.start for slot in slots(snapshot(COLE), peel, 15, limit=2)] == [0, 15]
    assert list(slots(snapshot(COLE), peel, 15, limit=0)) == []


def test_slots_avoid_what_the_patient_has_already() -> None:
    peel = visit(("peel", 0, 20))
    found = slots(snapshot(COLE), peel, 15, patient_busy=[Interval(20, 450)])
    assert [slot.start for slot in found] == [450]


@pytest.mark.parametrize("step", [0, 1, 20, 60])
def test_other_grids_are_refused_at_once(step: int) -> None:
    with pytest.raises(ValueError, match="steps of"):
        slots(snapshot(COLE), visit(("peel", 0, 20)), step)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_the_grid_falls_on_the_same_minutes_of_the_hour_on_every_wall(zone: ZoneInfo) -> None:
    for month in range(1, 13):
        start = to_minute(datetime(2026, month, 3, 8, 1, tzinfo=UTC))
        for step in STEPS:
            exact = step != 10 or zone.key not in {"Asia/Kathmandu", "Pacific/Chatham"}
            assert moment(on_grid(start, step), zone).minute % (step if exact else 5) == 0


def test_two_needs_of_one_pool_that_overlap_get_two_resources() -> None:
    pair = visit(("peel", 0, 30), ("peel", 10, 20))
    assert assign(snapshot(COLE, FRY), pair, 0) == (1, 2)
    assert assign(snapshot(COLE), pair, 0) is None


def test_needs_that_do_not_overlap_are_served_by_the_same_person() -> None:
    before_and_after = visit(("peel", 0, 10), ("peel", 20, 30))
    assert assign(snapshot(COLE, FRY), before_and_after, 0) == (1, 1)
    # Dr Cole, first by id, has no time for the second part; Dr Fry has for both
    busy = {1: [Interval(20, 480)]}
    assert assign(snapshot(COLE, FRY, busy=busy), before_and_after, 0) == (2, 2)


def test_the_person_changes_only_when_nobody_has_time_for_both() -> None:
    before_and_after = visit(("peel", 0, 10), ("peel", 20, 30))
    busy = {1: [Interval(20, 480)], 2: [Interval(0, 20)]}
    assert assign(snapshot(COLE, FRY, busy=busy), before_and_after, 0) == (1, 2)


def test_the_first_choice_gives_way_when_another_need_has_no_other() -> None:
    both = visit(("assist", 0, 30), ("peel", 0, 30))
    assert assign(snapshot(COLE, MINA), both, 0) == (3, 1)


def test_preferred_resources_come_before_continuity_and_low_ids() -> None:
    before_and_after = visit(("peel", 0, 10), ("assist", 20, 30))
    everybody = snapshot(COLE, FRY, MINA)
    assert assign(everybody, before_and_after, 0, frozenset({3})) == (1, 3)
    assert assign(everybody, before_and_after, 0, frozenset({2})) == (2, 2)
    assert assign(everybody, before_and_after, 0, frozenset({2, 3})) == (2, 2)


def test_nobody_is_assigned_beyond_their_free_time() -> None:
    built = snapshot(COLE, busy={1: [Interval(40, 480)]})
    assert assign(built, visit(("peel", 10, 20)), 20) == (1,)
    assert assign(built, visit(("peel", 10, 20)), 21) is None
    assert assign(built, visit(("peel", -10, 20)), 9) is None


@given(snapshots(), shapes(), st.frozensets(st.integers(1, 4), max_size=2))
@settings(max_examples=often(150))
def test_the_assignment_is_the_best_of_all_that_are_possible(
    built: Snapshot, shape: VisitShape, prefer: frozenset[int]
) -> None:
    for start in range(on_grid(built.window.start, 15), built.window.end, 15):
        every = list(possible(built, shape, start))
        best = min(every, key=lambda ids: price(shape, ids, prefer), default=None)
        assert assign(built, shape, start, prefer) == best


@given(snapshots(), shapes(), st.sampled_from(STEPS))
def test_slots_are_exactly_the_assignable_starts_on_the_grid(
    built: Snapshot, shape: VisitShape, step: int
) -> None:
    window = built.window
    expected = [
        Slot(start, start + shape.minutes, ids)
        for start in range(on_grid(window.start, step), window.end - shape.minutes + 1, step)
        if (ids := assign(built, shape, start))
    ]
    assert list(slots(built, shape, step)) == expected
    assert all(contains(feasible(built, shape), slot.start) for slot in expected)


def possible(built: Snapshot, shape: VisitShape, start: int) -> list[tuple[int, ...]]:
    pools = [[one.id for one in built.pool(need)] for need in shape.needs]
    return [
        ids
        for ids in product(*pools)
        if all(
            covers(built.free[id_], start + need.starts, start + need.ends)
            for id_, need in zip(ids, shape.needs, strict=True)
        )
        and not any(
            ids[a] == ids[b] and shape.needs[a].overlaps(shape.needs[b])
            for a, b in combinations(range(len(ids)), 2)
        )
    ]


def price(shape: VisitShape, ids: tuple[int, ...], prefer: frozenset[int]) -> tuple[object, ...]:
    pairs = combinations(zip(ids, shape.needs, strict=True), 2)
    changes = [a != b for (a, one), (b, other) in pairs if one.capability == other.capability]
    ranks = [(id_ not in prefer, id_) for id_ in ids]
    return sum(id_ not in prefer for id_ in ids), sum(changes), ranks
