"""Free time, and where in it a visit may start."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.scheduling.availability import Resource, Snapshot, feasible, start_ranges
from clinic.scheduling.intervals import Interval, Timeline, intersect, merge
from clinic.scheduling.needs import Need, VisitShape
from tests.strategies import intervals, shapes, snapshots, timelines

DAY = Interval(0, 480)
COLE = Resource(1, "Dr Cole", "person", frozenset({"peel", "laser"}))
FRY = Resource(2, "Dr Fry", "person", frozenset({"peel"}))
ROOM = Resource(3, "Peel room", "room", frozenset({"peel room"}))
PEEL = VisitShape((Need("doctor", "peel", 0, 30), Need("room", "peel room", 0, 40)), 30)


def snapshot(**busy: list[Interval]) -> Snapshot:
    everybody = (ROOM, COLE, FRY)
    by_id = {one.id: busy.get(one.name.split()[-1].lower(), []) for one in everybody}
    return Snapshot.build(DAY, everybody, {one.id: [DAY] for one in everybody}, by_id)


def minutes(timeline: Iterable[Interval]) -> set[int]:
    return {minute for start, end in timeline for minute in range(start, end)}


def test_resources_are_kept_by_id_whatever_order_they_come_in() -> None:
    assert snapshot().resources == (COLE, FRY, ROOM)


def test_time_outside_the_window_is_never_free() -> None:
    built = Snapshot.build(DAY, [COLE], {1: [Interval(-60, 60), Interval(400, 900)]}, {})
    assert built.free == {1: ((0, 60), (400, 480))}


def test_a_resource_without_hours_is_never_free() -> None:
    assert Snapshot.build(DAY, [COLE], {}, {}).free == {1: ()}


def test_two_resources_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="share an id"):
        Snapshot.build(DAY, [COLE, Resource(1, "Peel room", "room", frozenset())], {}, {})


def test_a_pool_holds_the_capable_and_the_named() -> None:
    assert snapshot().pool(Need("doctor", "peel", 0, 30)) == (COLE, FRY)
    assert snapshot().pool(Need("doctor", "laser", 0, 30)) == (COLE,)
    assert snapshot().pool(Need("doctor", "peel", 0, 30, frozenset({2, 3}))) == (FRY,)
    assert snapshot().pool(Need("doctor", "surgery", 0, 30)) == ()


def test_one_possible_start_is_a_range_of_one_minute() -> None:
    assert start_ranges([Interval(60, 100), Interval(200, 239)], 0, 40) == ((60, 61),)
    assert start_ranges([Interval(60, 100)], -10, 20) == ((70, 81),)


def test_a_visit_starts_where_somebody_and_a_room_are_free() -> None:
    built = snapshot(cole=[Interval(0, 400)], fry=[Interval(60, 480)], room=[Interval(0, 20)])
    # Dr Fry until 60, then Dr Cole from 400; the room from 20, ten minutes longer than they
    assert feasible(built, PEEL) == ((20, 31), (400, 441))


def test_the_patient_must_have_time_for_the_visit_but_not_for_the_cleaning() -> None:
    assert feasible(snapshot(), PEEL, [Interval(50, 470)]) == ((0, 21),)
    assert feasible(snapshot(), PEEL, [Interval(0, 300), Interval(330, 480)]) == ((300, 301),)


def test_nothing_is_feasible_when_nobody_is_capable() -> None:
    assert feasible(snapshot(), VisitShape((Need("doctor", "surgery", 0, 30),), 30)) == ()


@given(timelines(), timelines())
def test_free_time_never_overlaps_busy_time(open_: Timeline, busy: Timeline) -> None:
    built = Snapshot.build(Interval(0, 200), [COLE], {1: open_}, {1: busy})
    assert intersect(built.free[1], busy) == ()


@given(st.lists(intervals(), max_size=6), st.lists(intervals(), max_size=6), intervals())
def test_free_plus_busy_covers_opening_minute_by_minute(
    open_: list[Interval], busy: list[Interval], window: Interval
) -> None:
    built = Snapshot.build(window, [COLE], {1: open_}, {1: busy})
    opened = minutes(open_) & minutes([window])
    assert minutes(built.open[1]) == opened
    assert minutes(built.free[1]) | (minutes(busy) & opened) == opened
    assert minutes(built.free[1]) & minutes(busy) == set()


@given(timelines(), st.integers(-20, 20), st.integers(1, 30))
def test_a_segment_fits_exactly_from_its_start_ranges(
    free: Timeline, starts: int, length: int
) -> None:
    open_minutes = minutes(free)
    fitting = {
        start
        for start in range(-60, 260)
        if set(range(start + starts, start + starts + length)) <= open_minutes
    }
    assert minutes(start_ranges(free, starts, starts + length)) == fitting


@given(snapshots(), shapes(), timelines(0, 300, most=2))
def test_a_start_is_feasible_exactly_if_every_need_and_the_patient_have_time(
    built: Snapshot, shape: VisitShape, patient_busy: Timeline
) -> None:
    free = {id_: minutes(timeline) for id_, timeline in built.free.items()}
    patient = minutes([built.window]) - minutes(patient_busy)
    expected = {
        start
        for start in range(built.window.start - 60, built.window.end + 60)
        if set(range(start, start + shape.minutes)) <= patient
        and all(
            any(
                set(range(start + need.starts, start + need.ends)) <= free[one.id]
                for one in built.pool(need)
            )
            for need in shape.needs
        )
    }
    found = feasible(built, shape, patient_busy)
    assert minutes(found) == expected
    assert merge(found) == found
