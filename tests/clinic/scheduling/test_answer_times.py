"""By when an offered time has to be answered."""

import pytest

from clinic.scheduling.answer_times import answer_by
from clinic.scheduling.intervals import Interval

HOUR, DAY = 60, 1440
# three days: awake from 8 to 20, at work from 9 to 18
AWAKE = tuple(Interval(day * DAY + 8 * HOUR, day * DAY + 20 * HOUR) for day in range(3))
WORK = tuple(Interval(day * DAY + 9 * HOUR, day * DAY + 18 * HOUR) for day in range(3))
FAR = 30 * DAY


def by(sent: int, start: int = FAR, working: tuple[Interval, ...] = WORK) -> int | None:
    return answer_by(sent, start, awake=AWAKE, working=working, minutes=2 * HOUR, longest=DAY)


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        (10 * HOUR, 12 * HOUR),
        # the clock rests while the clinic is closed
        (17 * HOUR, DAY + 10 * HOUR),
        (8 * HOUR, 11 * HOUR),
        (19 * HOUR, DAY + 11 * HOUR),
    ],
)
def test_two_hours_of_work(sent: int, until: int) -> None:
    assert by(sent) == until


def test_a_day_is_enough_where_the_clinic_is_closed() -> None:
    assert by(10 * HOUR, working=()) == DAY + 10 * HOUR


def test_it_ends_the_evening_before_rather_than_at_night() -> None:
    assert by(10 * HOUR, start=DAY + 7 * HOUR) == 12 * HOUR
    assert by(19 * HOUR, start=DAY + 7 * HOUR, working=()) == 20 * HOUR


def test_who_takes_it_can_still_be_there() -> None:
    assert by(10 * HOUR, start=11 * HOUR) == 10 * HOUR + 30


@pytest.mark.parametrize("start", [10 * HOUR + 44, 10 * HOUR, 0])
def test_a_moment_is_no_time_to_answer(start: int) -> None:
    assert by(10 * HOUR, start=start) is None


def test_nobody_is_asked_at_night_for_the_next_morning() -> None:
    assert by(22 * HOUR, start=DAY + 7 * HOUR) is None
