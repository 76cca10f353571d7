"""Counts of a course: where it began, by how much it changed, what is asked about."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treatments.outcomes import (
    CATEGORIES,
    Category,
    Count,
    Series,
    Trend,
    category_of,
    series_of,
    trend_of,
)
from treatments.progress import percent_change

BEGUN = datetime(2026, 9, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)
# whatever else the machine is busy with
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def on(day: int, total: int, weighted: str = "0") -> Count:
    return Count(BEGUN + day * DAY, total, Decimal(weighted))


def sessions(*days: int) -> list[datetime]:
    return [BEGUN + day * DAY for day in days]


@pytest.mark.parametrize(
    ("baseline", "count", "expected"),
    [
        (10, 0, "clear"),
        (10, 1, "clear"),
        (1000, 101, "good"),
        (10, 5, "good"),
        (1000, 501, "partial"),
        (4, 3, "partial"),
        (1000, 751, "poor"),
        (10, 10, "poor"),
        (10, 30, "poor"),
        (0, 0, None),
        (0, 5, None),
    ],
)
def test_the_category_at_its_bounds(baseline: int, count: int, expected: Category | None) -> None:
    assert category_of(baseline, count) == expected


@PATIENT
@given(st.integers(1, 2000), st.integers(0, 4000))
def test_the_category_and_the_percent_beside_it_never_disagree(baseline: int, count: int) -> None:
    change = percent_change(baseline, count)
    assert change is not None
    least = {"clear": 90, "good": 50, "partial": 25, "poor": None}
    names = [name for name, _words in CATEGORIES]
    reached = next(name for name in names if least[name] is None or -change >= least[name])
    assert category_of(baseline, count) == reached
    # and both by the exact share, not by a rounded one
    assert (reached == "clear") == (10 * count <= baseline)
    assert (reached in names[:2]) == (2 * count <= baseline)
    assert (reached in names[:3]) == (4 * count <= 3 * baseline)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (10, 12, "rising"),
        (1000, 1199, "steady"),
        (10, 10, "steady"),
        (1000, 801, "steady"),
        (10, 8, "falling"),
        (0, 0, "steady"),
        (0, 1, "rising"),
        (1, 0, "falling"),
    ],
)
def test_a_fifth_is_a_trend(before: int, now: int, expected: Trend) -> None:
    assert trend_of(before, now) == expected


def test_counts_are_parted_at_the_first_session() -> None:
    counts = [on(40, 3), on(-30, 12), on(0, 10), on(20, 6)]
    series = series_of(counts, sessions(21, 0))
    assert series.baseline == on(0, 10), "counted while the patient was there: before the treatment"
    assert series.counts == (on(20, 6), on(40, 3))
    assert series.sessions == tuple(sessions(0, 21))
    assert (series.change, series.category, series.trend) == (-70, "good", "falling")


def test_before_any_session_all_counts_come_before() -> None:
    series = series_of([on(-30, 12), on(-3, 10)], [])
    assert series == Series(on(-3, 10), (), ())
    assert (series.change, series.weighted_change, series.category, series.trend) == (None,) * 4


def test_a_course_without_a_baseline_has_a_trend_and_no_change() -> None:
    series = series_of([on(1, 10), on(30, 4)], sessions(0))
    assert series.baseline is None
    assert (series.change, series.weighted_change, series.category) == (None, None, None)
    assert series.trend == "falling"
    assert series.reviews(total=1, review_after_session=None) == ()


def test_what_the_next_treatment_brought_is_not_of_this_one() -> None:
    counts = [on(-1, 20), on(30, 10), on(400, 10), on(500, 0)]
    series = series_of(counts, sessions(0), until=BEGUN + 400 * DAY)
    assert series.last == on(400, 10), "counted before the other began, to the instant"
    assert series.change == -50


def test_nothing_at_all() -> None:
    series = series_of([], [])
    assert (series.baseline, series.last, series.trend) == (None, None, None)
    assert series.reviews(total=6, review_after_session=4) == ()


def test_by_size_a_few_large_ones_weigh_more() -> None:
    series = series_of([on(-1, 10, "12.5"), on(30, 2, "6.0")], sessions(0))
    assert (series.change, series.weighted_change) == (-80, -52)
    unknown = series_of([on(-1, 0), on(30, 2, "6.0")], sessions(0))
    assert (unknown.change, unknown.weighted_change) == (None, None)


@PATIENT
@given(
    st.lists(st.tuples(st.integers(-200, 200), st.integers(0, 99)), max_size=12),
    st.lists(st.integers(-100, 100), max_size=6, unique=True),
)
def test_every_count_is_before_or_within(counted: list[tuple[int, int]], done: list[int]) -> None:
    counts = [on(day, total) for day, total in counted]
    series = series_of(counts, sessions(*done))
    assert list(series.counts) == sorted(series.counts, key=lambda each: each.at)
    earlier = [each for each in counts if not done or each.at <= min(sessions(*done))]
    assert len(series.counts) == len(counts) - len(earlier)
    assert (series.baseline is None) == (not earlier)
    if series.baseline:
        assert series.baseline.at == max(each.at for each in earlier)
    assert all(series.done_before(each) >= 1 for each in series.counts)


@pytest.mark.parametrize(
    ("why", "counts", "done", "expected"),
    [
        ("a rise after the second session", [on(-1, 10), on(22, 12)], (0, 21), []),
        ("after the third", [on(-1, 10), on(43, 12)], (0, 21, 42), ["rising"]),
        ("counted before the third", [on(-1, 10), on(41, 12)], (0, 21, 42), []),
        ("19.9 % more", [on(-1, 1000), on(43, 1199)], (0, 21, 42), []),
        ("none at the start", [on(-1, 0), on(43, 1)], (0, 21, 42), ["rising"]),
        ("still none", [on(-1, 0), on(43, 0)], (0, 21, 42), []),
        ("nothing counted, four done", [], (0, 21, 42, 63), ["review"]),
        ("looked at after the fourth", [on(-1, 10), on(64, 5)], (0, 21, 42, 63), []),
        ("looked at before the fourth", [on(-1, 10), on(62, 5)], (0, 21, 42, 63), ["review"]),
        ("five done", [on(-1, 10)], (0, 21, 42, 63, 84), []),
        ("89.9 % fewer", [on(-1, 1000), on(1, 101)], (0,), []),
        ("90 % fewer", [on(-1, 1000), on(1, 100)], (0,), ["target_met"]),
    ],
)
def test_what_is_asked_of_a_clinician(
    why: str, counts: list[Count], done: tuple[int, ...], expected: list[str]
) -> None:
    series = series_of(counts, sessions(*done))
    found = series.reviews(total=6, review_after_session=4)
    assert [each.prompt for each in found] == expected, why


def test_after_the_whole_series_half_must_be_gone() -> None:
    for left, expected in ((5, []), (6, ["not_responding"])):
        series = series_of([on(-1, 10), on(90, left)], sessions(0, 21))
        found = series.reviews(total=2, review_after_session=None)
        assert [each.prompt for each in found] == expected
