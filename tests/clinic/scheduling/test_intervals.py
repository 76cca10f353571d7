"""The arithmetic of intervals, against sets of minutes."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.scheduling.intervals import (
    Interval,
    Timeline,
    contains,
    covers,
    holding,
    intersect,
    merge,
    subtract,
    total,
)
from tests.strategies import intervals, timelines

ANYTHING = st.lists(st.builds(Interval, st.integers(0, 60), st.integers(0, 60)), max_size=8)


def minutes(timeline: Iterable[Interval]) -> set[int]:
    return {minute for start, end in timeline for minute in range(start, end)}


def is_timeline(timeline: Timeline) -> bool:
    return all(start < end for start, end in timeline) and all(
        a.end < b.start for a, b in pairwise(timeline)
    )


@pytest.mark.parametrize("end", [4, 5])
def test_an_interval_must_end_after_it_starts(end: int) -> None:
    with pytest.raises(ValueError, match=f"end after it starts, not 5 to {end}"):
        Interval.of(5, end)


def test_an_interval_knows_its_length() -> None:
    assert Interval.of(5, 50).minutes == 45


def test_merge_joins_what_touches_and_drops_what_is_empty() -> None:
    pieces = [Interval(30, 40), Interval(0, 10), Interval(10, 20), Interval(25, 25), Interval(9, 3)]
    assert merge(pieces) == ((0, 20), (30, 40))


@given(ANYTHING)
def test_merge_keeps_every_minute_and_makes_a_timeline(pieces: list[Interval]) -> None:
    merged = merge(pieces)
    assert minutes(merged) == minutes(pieces)
    assert is_timeline(merged)


@given(timelines())
def test_merging_a_timeline_changes_nothing(timeline: Timeline) -> None:
    assert merge(timeline) == timeline


@given(timelines(), timelines())
def test_intersect_keeps_the_common_minutes(left: Timeline, right: Timeline) -> None:
    common = intersect(left, right)
    assert minutes(common) == minutes(left) & minutes(right)
    assert is_timeline(common)
    assert common == intersect(right, left)


@given(timelines(), timelines())
def test_subtract_keeps_the_other_minutes(whole: Timeline, taken: Timeline) -> None:
    left = subtract(whole, taken)
    assert minutes(left) == minutes(whole) - minutes(taken)
    assert is_timeline(left)


@given(timelines(), ANYTHING)
def test_what_is_taken_may_overlap_and_be_empty_when_it_is_sorted(
    whole: Timeline, taken: list[Interval]
) -> None:
    assert subtract(whole, sorted(taken)) == subtract(whole, merge(taken))


@given(timelines(), timelines())
def test_what_is_taken_and_what_is_left_make_up_the_whole(whole: Timeline, taken: Timeline) -> None:
    assert merge([*subtract(whole, taken), *intersect(whole, taken)]) == whole


def test_intervals_that_touch_do_not_overlap() -> None:
    assert intersect((Interval(0, 10),), (Interval(10, 20),)) == ()
    assert subtract((Interval(0, 10),), (Interval(10, 20),)) == ((0, 10),)


@given(timelines(), st.integers(-5, 205))
def test_contains_is_membership(timeline: Timeline, minute: int) -> None:
    assert contains(timeline, minute) == (minute in minutes(timeline))
    interval = holding(timeline, minute)
    assert interval is None or (interval in timeline and interval.start <= minute < interval.end)


@given(timelines(), intervals(0, 200))
def test_covers_is_inclusion(timeline: Timeline, piece: Interval) -> None:
    assert covers(timeline, *piece) == (minutes([piece]) <= minutes(timeline))


@given(timelines())
def test_total_counts_minutes(timeline: Timeline) -> None:
    assert total(timeline) == len(minutes(timeline))
