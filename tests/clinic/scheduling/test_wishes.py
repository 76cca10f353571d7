"""The starts that keep the wished days and hours, on every kind of day."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.scheduling.clock import midnights
from clinic.scheduling.intervals import Interval, contains
from clinic.scheduling.wishes import Wishes, wished_days, wished_starts
from tests.clinic.scheduling.clinics import LONDON, MONDAY, at
from tests.strategies import change_days, moment, wall_times, zones

MARKS = midnights(MONDAY, MONDAY + timedelta(days=7), LONDON)


def test_without_wishes_every_minute_will_do() -> None:
    assert wished_starts(Wishes(), MONDAY, MARKS, 30, LONDON) == (Interval(MARKS[0], MARKS[-1]),)


def test_the_patient_comes_after_the_first_hour_and_has_left_by_the_second() -> None:
    wishes = Wishes(frozenset({1, 5}), (time(9), time(12)))
    tuesday, saturday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=5)
    assert list(wished_days(wishes, MONDAY, MARKS, 30, LONDON)) == [
        (1, Interval(at(tuesday, 9), at(tuesday, 11, 30) + 1)),
        (5, Interval(at(saturday, 9), at(saturday, 11, 30) + 1)),
    ]


def test_until_midnight_is_the_end_of_the_day() -> None:
    (starts,) = wished_starts(Wishes(frozenset({0}), (time(22), time())), MONDAY, MARKS, 60, LONDON)
    assert starts == (at(MONDAY, 22), at(MONDAY, 23) + 1)


def test_hours_shorter_than_the_visit_leave_no_day() -> None:
    wishes = Wishes(hours=(time(9), time(9, 30)))
    assert list(wished_days(wishes, MONDAY, MARKS, 31, LONDON)) == []
    assert len(list(wished_days(wishes, MONDAY, MARKS, 30, LONDON))) == 7


def test_hours_that_end_before_they_start_are_refused() -> None:
    with pytest.raises(ValueError, match="must end after"):
        Wishes(hours=(time(9), time(9)))


@given(st.data(), zones(), wall_times(15), wall_times(15))
def test_on_days_of_a_clock_change_the_wall_is_read(
    data: st.DataObject, zone: ZoneInfo, opens: time, closes: time
) -> None:
    """Every start on a quarter, by what the clock shows when the visit begins and ends."""
    if not opens < closes:
        return
    day: date = data.draw(change_days(zone))
    marks = midnights(day, day + timedelta(days=1), zone)
    starts = wished_starts(Wishes(hours=(opens, closes)), day, marks, 15, zone)
    for start in range(marks[0], marks[1], 15):
        begins, ends = moment(start, zone), moment(start + 15, zone)
        if begins.fold or ends.fold or ends.date() != day:
            continue  # a repeated hour is open on its first pass only
        kept = opens <= begins.time() and ends.time() <= closes
        assert contains(starts, start) == kept
