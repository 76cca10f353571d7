"""A retinoid at home, week by week."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.regimen import (
    Change,
    Pause,
    Treatment,
    calendar,
    offers_series_pause,
    pauses,
    pauses_retinoid,
    retinoid_stop_on,
    week_of,
)

START = date(2026, 12, 7)
LADDER = (2, 3, 4, 5, 6, 7)


def day(n: int) -> date:
    """So many days after the start."""
    return START + timedelta(days=n)


def nights(*changes: Change, around: tuple[Pause, ...] = (), weeks: int = 9) -> list[int]:
    return [week.nights for week in calendar(START, LADDER, changes, around, weeks)]


@pytest.mark.parametrize(
    ("why", "changes", "expected"),
    [
        ("the ladder, then its last rung", (), [2, 3, 4, 5, 6, 7, 7, 7, 7]),
        (
            "a step down is kept two weeks",
            (Change(day(21), "down", 3),),
            [2, 3, 4, 4, 4, 5, 6, 7, 7],
        ),
        ("within the week", (Change(day(25), "down", 3),), [2, 3, 4, 4, 4, 5, 6, 7, 7]),
        ("a week more on this rung", (Change(day(14), "hold"),), [2, 3, 4, 4, 5, 6, 7, 7, 7]),
        ("two weeks more", (Change(day(14), "hold"),) * 2, [2, 3, 4, 4, 4, 5, 6, 7, 7]),
        ("a step up", (Change(day(7), "up", 4),), [2, 5, 6, 7, 7, 7, 7, 7, 7]),
        ("above the ladder is its top", (Change(day(7), "up", 9),), [2, 7, 7, 7, 7, 7, 7, 7, 7]),
        ("below it its first", (Change(day(7), "down", 0),), [2, 2, 2, 3, 4, 5, 6, 7, 7]),
        (
            "the last change of a week counts",
            (Change(day(16), "up", 6), Change(day(15), "down", 1)),
            [2, 3, 7, 7, 7, 7, 7, 7, 7],
        ),
        ("paused, then the same rung", (Change(day(14), "pause", until=day(21)),),
         [2, 3, 0, 4, 5, 6, 7, 7, 7]),
        ("paused and taken up again early",
         (Change(day(14), "pause", until=day(60)), Change(day(21), "resume")),
         [2, 3, 0, 4, 5, 6, 7, 7, 7]),
        ("paused without an end", (Change(day(14), "pause"),), [2, 3, 0, 0, 0, 0, 0, 0, 0]),
        ("after four weeks one rung lower", (Change(day(14), "pause", until=day(42)),),
         [2, 3, 0, 0, 0, 0, 3, 4, 5]),
        ("after three weeks the same", (Change(day(14), "pause", until=day(35)),),
         [2, 3, 0, 0, 0, 4, 5, 6, 7]),
        ("stopped", (Change(day(14), "stop"),), [2, 3]),
        ("stopped in the middle of a week", (Change(day(16), "stop"),), [2, 3, 2]),
        ("stopped, then taken up again", (Change(day(14), "stop"), Change(day(21), "resume")),
         [2, 3, 0, 4, 5, 6, 7, 7, 7]),
        ("paused, then stopped", (Change(day(7), "pause"), Change(day(21), "stop")), [2, 0, 0]),
        ("stopped before it began", (Change(day(-3), "stop"),), []),
    ],
)  # fmt: skip
def test_evenings_a_week(why: str, changes: tuple[Change, ...], expected: list[int]) -> None:
    assert nights(*changes) == expected, why


def test_without_a_ladder_there_is_no_calendar() -> None:
    assert calendar(START, ()) == ()


@pytest.mark.parametrize(
    ("why", "visits", "stop", "expected"),
    [
        ("one peel, skin type III", (28,), 3, [(25, 35)]),
        ("one peel, skin type V", (28,), 7, [(21, 35)]),
        ("28 days apart, III: two pauses", (28, 56), 3, [(25, 35), (53, 63)]),
        ("21 days apart, V: 7 evenings left", (28, 49), 7, [(21, 35), (42, 56)]),
        ("18 days apart, V: 4 evenings left", (28, 46), 7, [(21, 53)]),
        ("14 days apart, III: 4 evenings left", (28, 42), 3, [(25, 49)]),
        ("15 days apart, III: 5 evenings left", (28, 43), 3, [(25, 35), (40, 50)]),
        ("in any order", (46, 28), 7, [(21, 53)]),
        ("none", (), 3, []),
    ],
)
def test_pauses_round_peels(
    why: str, visits: tuple[int, ...], stop: int, expected: list[tuple[int, int]]
) -> None:
    found = pauses([Treatment(day(n), stop) for n in visits])
    assert [(p.first, p.again) for p in found] == [(day(a), day(b)) for a, b in expected], why


def test_a_whole_series_is_one_pause() -> None:
    found = pauses([Treatment(day(n), 3) for n in (28, 56, 84)], whole_series=True)
    assert found == (Pause(day(25), day(91), "series"),)


def test_the_laser_pauses_longer() -> None:
    assert pauses([Treatment(day(30), 7, 28)]) == (Pause(day(23), day(58)),)


def test_a_week_with_too_few_evenings_is_used_again() -> None:
    around = pauses([Treatment(day(28), 3)])
    weeks = calendar(START, LADDER, (), around, weeks=8)
    # day 21 to 24 are free in week 4, nothing in week 5
    assert [(w.planned, len(w.free), w.nights) for w in weeks[2:6]] == [
        (4, 7, 4),
        (5, 4, 4),
        (5, 0, 0),
        (5, 7, 5),
    ]
    assert weeks[3].pauses == around


def test_stop_and_few_nights() -> None:
    assert retinoid_stop_on(date(2027, 1, 12), 3) == date(2027, 1, 9)


@pytest.mark.parametrize(
    ("gap", "days", "pause"), [(21, 3, False), (21, 7, False), (14, 3, True), (18, 7, True)]
)
def test_retinoid_pauses_when_few_nights_would_be_left(gap: int, days: int, pause: bool) -> None:
    assert pauses_retinoid(gap, days) is pause


@given(st.integers(1, 60), st.integers(0, 14))
def test_one_rule_for_letters_and_calendar(gap: int, stop: int) -> None:
    merged = len(pauses([Treatment(day(0), stop), Treatment(day(gap), stop)])) == 1
    assert merged is pauses_retinoid(gap, stop)


@pytest.mark.parametrize(
    ("gap", "skin", "offered"),
    [(21, 3, True), (22, 3, False), (28, 4, True), (28, None, True), (None, 2, False)],
)
def test_when_a_pause_for_the_whole_series_is_offered(
    gap: int | None, skin: int | None, offered: bool
) -> None:
    assert offers_series_pause(gap, skin) is offered


def test_the_week_of_a_day() -> None:
    weeks = calendar(START, LADDER)
    found = week_of(weeks, day(13))
    assert found is not None
    assert (found.number, found.starts_on, found.ends_on) == (2, day(7), day(13))
    assert week_of(weeks, day(-1)) is None
    assert len(weeks) == 24


changes = st.lists(
    st.builds(
        Change,
        on=st.integers(-5, 120).map(day),
        what=st.sampled_from(["up", "down", "hold", "pause", "resume"]),
        to=st.integers(0, 8),
        until=st.one_of(st.none(), st.integers(0, 150).map(day)),
    ),
    max_size=6,
)
visits = st.lists(
    st.builds(Treatment, st.integers(-20, 150).map(day), st.integers(0, 14), st.integers(0, 28)),
    max_size=5,
)


@given(changes, visits, st.booleans())
def test_whatever_is_changed_the_calendar_holds_together(
    made: list[Change], treated: list[Treatment], whole: bool
) -> None:
    around = pauses(treated, whole_series=whole)
    weeks = calendar(START, LADDER, made, around)
    assert [w.starts_on for w in weeks] == [day(7 * n) for n in range(24)]
    for week in weeks:
        assert 0 <= week.nights <= min(7, len(week.free), LADDER[week.rung - 1])
        assert not any(pause.covers(each) for pause in around for each in week.free)
    for before, after in pairwise(weeks):
        changed = any(c.what == "up" and after.starts_on <= c.on <= after.ends_on for c in made)
        assert changed or after.rung <= before.rung + 1
        assert changed or before.is_full or after.rung <= before.rung


@given(changes, st.integers(0, 150))
def test_nothing_after_it_was_stopped(made: list[Change], stopped: int) -> None:
    """For good: taken up again later, it was a pause."""
    kept = [each for each in made if each.what != "resume" or each.on <= day(stopped)]
    weeks = calendar(START, LADDER, [*kept, Change(day(stopped), "stop")])
    assert all(each < day(stopped) for week in weeks for each in week.free)


@given(visits, st.booleans())
def test_pauses_cover_every_visit_and_do_not_touch(treated: list[Treatment], whole: bool) -> None:
    found = pauses(treated, whole_series=whole)
    for visit in treated:
        assert any(pause.covers(visit.on) for pause in found)
    for before, after in pairwise(found):
        assert (after.first - before.again).days > 4
