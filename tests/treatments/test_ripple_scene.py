"""How much of the calendar an answer takes: near the visit, or to the end of the course."""

import random
from datetime import datetime, time, timedelta

import pytest

from clinic.models import Reservation
from clinic.scheduling.clock import local_minute
from tests.conftest import NOW, Cast
from tests.flows.series import DATES, Series, book
from tests.treatments.test_series_search import LONDON, away
from treatments.queries import ripple_loading
from treatments.queries.ripple import Question, placed
from treatments.queries.ripple_loading import Asked, Loading

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def series(cast: Cast) -> Series:
    return book(cast)


def loading(series: Series, number: int, **asked: object) -> Loading:
    return ripple_loading.of_appointment(series.visit(number).pk, Asked(NOW, **asked))  # type: ignore[arg-type]


def close_some_days(cast: Cast, dice: random.Random) -> None:
    """Both who peel are away on a third of the days on which nothing is booked."""
    busy = {
        each.lower.astimezone(LONDON).date()
        for each in Reservation.objects.values_list("during", flat=True)
    }
    for n in range(150):
        day = DATES[0] + n * DAY
        if day not in busy and dice.random() < 0.35:
            away(cast.dr_cole, day, day + DAY)
            away(cast.nurse_nora, day, day + DAY)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_certain_near_by_is_what_the_whole_calendar_says(
    cast: Cast, series: Series, seed: int
) -> None:
    dice = random.Random(seed)
    close_some_days(cast, dice)
    certain = 0
    for _ in range(12):
        day = DATES[1] + dice.randrange(-12, 26) * DAY
        found = loading(series, 2, reach=day)
        start = local_minute(day, time(dice.choice((9, 11, 15, 17))), LONDON)
        near = placed(Question(found.near), start)
        if near.is_certain:
            certain += 1
            assert near.rows == placed(Question(found.whole), start).rows
            assert near.against == placed(Question(found.whole), start).against
    assert certain >= 6


def test_only_the_next_two_sessions_move_near_by(series: Series) -> None:
    found = loading(series, 2)
    stays = [each.number for each in found.near.later if found.near.stays(each)]
    assert stays == [5]
    assert [each.number for each in found.whole.later if found.whole.stays(each)] == []
    assert loading(series, 3).near.is_whole


def test_a_long_push_is_worked_out_over_the_whole_course(cast: Cast, series: Series) -> None:
    """Session 2 goes 27 days back: all after it follow, to the last."""
    day = DATES[1] + 27 * DAY
    found = loading(series, 2, reach=day)
    start = local_minute(day, time(15), LONDON)
    assert not placed(Question(found.near), start).is_certain
    whole = placed(Question(found.whole), start)
    assert [(row.seat.number, row.gap) for row in whole.changed] == [
        (2, 48),
        (3, 14),
        (4, 14),
        (5, 14),
    ]


def test_a_pinned_visit_and_one_that_has_begun_stay(cast: Cast, series: Series) -> None:
    pinned = frozenset({series.visit(4).pk})
    visit = series.visit(3)
    visit.status = "arrived"
    visit.save()
    scene = loading(series, 2, pinned=pinned).whole
    assert [each.number for each in scene.later if scene.stays(each)] == [3, 4]
    held = {series.visit(n).pk for n in (3, 4)}
    starts = {each.start for each in scene.busy}
    assert len(starts & {_minute(series, n) for n in (3, 4)}) == len(held)


def _minute(series: Series, number: int) -> int:
    start: datetime = series.visit(number).during.lower
    return int(start.timestamp()) // 60
