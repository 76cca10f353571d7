"""Counts as a line: where the dots stand, which numbers have room."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treatments.views.outcome_chart import LARGE, TOP, Chart, Done, site_charts, total_chart

FIRST = datetime(2021, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
# whatever else the machine is busy with
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def line(*counts: tuple[int, int], marks: tuple[tuple[int, int], ...] = ()) -> Chart:
    done = [Done(FIRST + day * DAY, number, "glycolic") for day, number in marks]
    made = total_chart("All milia", [(FIRST + day * DAY, n) for day, n in counts], done)
    assert made is not None
    return made


def test_nothing_counted_is_no_chart() -> None:
    assert total_chart("All milia", [], [Done(FIRST, 1, "glycolic")]) is None
    assert site_charts({}, [FIRST], [], {}) == []
    assert site_charts({"cheek": {}}, [], [], {"cheek": "Cheek"}) == []


def test_time_runs_to_the_right_and_counts_upwards() -> None:
    chart = line((0, 10), (50, 5), (100, 0), marks=((50, 2),))
    foot = LARGE.height - LARGE.foot
    assert [(dot.x, dot.y, dot.says) for dot in chart.dots] == [
        ("5.00%", TOP, "10"),
        ("50.00%", round((TOP + foot) / 2), "5"),
        ("95.00%", foot, "0"),
    ]
    assert [(mark.x, mark.says, mark.modality) for mark in chart.marks] == [
        ("50.00%", "2", "glycolic")
    ]
    assert [(each.x1, each.x2) for each in chart.segments] == [
        ("5.00%", "50.00%"),
        ("50.00%", "95.00%"),
    ]
    assert not chart.is_one_day


@pytest.mark.parametrize("count", [0, 7])
def test_one_count_stands_alone(count: int) -> None:
    chart = line((0, count))
    assert [(dot.x, dot.says) for dot in chart.dots] == [("5.00%", str(count))]
    assert chart.segments == ()
    assert chart.is_one_day


def test_sites_share_one_scale_the_fullest_first() -> None:
    later = FIRST + 50 * DAY
    by_site = {"chin": {FIRST: 2}, "cheek": {FIRST: 4, later: 8}, "temple": {later: 2}}
    names = {"chin": "Chin", "cheek": "Cheek", "temple": "Temple"}
    charts = site_charts(by_site, [FIRST, later], [], names)
    assert [chart.title for chart in charts] == ["Cheek", "Chin", "Temple"]
    assert [[dot.count for dot in chart.dots] for chart in charts] == [[4, 8], [2, 0], [0, 2]]
    assert charts[0].dots[1].y == TOP
    assert charts[1].dots[0].y > charts[0].dots[0].y


@PATIENT
@given(st.lists(st.tuples(st.integers(0, 1900), st.integers(0, 400)), min_size=1, max_size=20))
def test_the_last_number_is_always_written_and_none_overlaps(
    counts: list[tuple[int, int]],
) -> None:
    chart = line(*sorted(counts))
    assert chart.last.says == str(chart.last.count)
    said = [float(dot.x.rstrip("%")) for dot in chart.dots if dot.says]
    assert all(after - before > LARGE.room - 0.02 for before, after in pairwise(said))
    assert all(TOP <= dot.y <= chart.foot for dot in chart.dots)
