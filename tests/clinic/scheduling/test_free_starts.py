"""The free starts alone: the same as those of the slots, which are found another way."""

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.free_starts import Stretches, free_starts
from clinic.scheduling.intervals import Interval, subtract
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.slots import STEPS, slots
from tests.depth import often
from tests.strategies import intervals, shapes, snapshots

DAY = Interval(0, 120)
WITH_ROOM = VisitShape((Need("who", "peel", 0, 30), Need("room", "room", 0, 40)), 30)
TWO = VisitShape((Need("one", "peel", 0, 30), Need("other", "peel", 0, 30)), 30)
AFTER = VisitShape((Need("one", "peel", 0, 10), Need("other", "peel", 10, 30)), 30)


def starts(
    shape: VisitShape, pools: list[list[int]], taken: dict[int, Stretches], window: Interval = DAY
) -> list[int]:
    return free_starts(shape, pools, taken, window, 15)


def test_each_need_has_its_own_segment_free() -> None:
    taken: dict[int, Stretches] = {1: [(0, 15), (60, 75)], 2: [(90, 120)]}
    assert starts(WITH_ROOM, [[1], [2]], taken) == [15, 30]


def test_any_of_the_pool_will_do() -> None:
    taken: dict[int, Stretches] = {1: [(0, 60)], 3: [(30, 120)], 2: []}
    assert starts(WITH_ROOM, [[1, 3], [2]], taken) == [0, 60, 75]


def test_nobody_in_a_pool_means_no_start() -> None:
    assert starts(WITH_ROOM, [[1], []], {1: []}) == []


def test_taken_time_may_overlap_and_reach_out_of_the_window() -> None:
    taken: dict[int, Stretches] = {1: [(-50, 20), (200, 300), (10, 30), (60, 400)], 2: []}
    assert starts(WITH_ROOM, [[1], [2]], taken) == [30]


def test_two_needs_at_once_take_two_people() -> None:
    taken: dict[int, Stretches] = {1: [(0, 30)], 2: [(60, 120)]}
    assert starts(TWO, [[1, 2], [1, 2]], taken) == [30]
    assert starts(TWO, [[1], [1]], {1: []}) == []


def test_two_needs_one_after_the_other_take_one_person() -> None:
    assert starts(AFTER, [[1], [1]], {1: [(0, 85)]}) == [90]


def test_a_visit_lies_within_the_window_even_where_its_needs_do() -> None:
    late = VisitShape((Need("who", "peel", 20, 25),), 30)
    assert starts(late, [[1]], {1: []}, Interval(5, 65)) == [15, 30]


@pytest.mark.parametrize("step", [0, 1, 20])
def test_other_grids_are_refused(step: int) -> None:
    with pytest.raises(ValueError, match="steps of"):
        free_starts(WITH_ROOM, [[1], [2]], {1: [], 2: []}, DAY, step)


def taken_of(view: Snapshot) -> dict[int, Stretches]:
    """What is neither open nor free, cut in two where both are: overlaps and disorder included."""
    return {
        one.id: [
            *subtract((view.window,), view.free[one.id]),
            *subtract((view.window,), view.open[one.id]),
        ]
        for one in view.resources
    }


@given(snapshots(), shapes(), st.sampled_from(STEPS))
@settings(max_examples=often(400))
def test_they_are_the_starts_of_the_slots(view: Snapshot, shape: VisitShape, step: int) -> None:
    pools = [[one.id for one in view.pool(need)] for need in shape.needs]
    found = free_starts(shape, pools, taken_of(view), view.window, step)
    assert found == [slot.start for slot in slots(view, shape, step)]


@given(snapshots(), shapes(), st.lists(intervals(0, 300, step=5), max_size=3))
def test_taken_time_is_booked_time(view: Snapshot, shape: VisitShape, busy: list[Interval]) -> None:
    """The same further bookings, told to both."""
    taken = {one: [*chain(each, busy)] for one, each in taken_of(view).items()}
    everybody = dict.fromkeys(view.free, busy)
    booked = Snapshot.build(view.window, view.resources, view.free, everybody)
    pools = [[one.id for one in view.pool(need)] for need in shape.needs]
    found = free_starts(shape, pools, taken, view.window, 5)
    assert found == [slot.start for slot in slots(booked, shape, 5)]
