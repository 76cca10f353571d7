"""Minutes, local days and wall-clock times."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.scheduling.clock import (
    NoSuchLocalTime,
    local_date,
    local_minute,
    local_minute_or_next,
    midnights,
    to_datetime,
    to_minute,
    to_minute_up,
    wall_times,
)
from tests.strategies import ZONES, change_days, moment, zones
from tests.strategies import wall_times as drawn_times

LONDON = ZoneInfo("Europe/London")
MINUTES = st.integers(28_900_000, 32_100_000)  # 2024 to 2031


def utc(*parts: int) -> int:
    return to_minute(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]


def test_minutes_count_from_1970() -> None:
    assert to_minute(datetime(1970, 1, 2, 0, 1, tzinfo=UTC)) == 24 * 60 + 1
    assert to_minute(datetime(2026, 1, 12, 9, 30, tzinfo=UTC)) == 29_470_170
    assert to_datetime(29_470_170) == datetime(2026, 1, 12, 9, 30, tzinfo=UTC)


def test_a_part_of_a_minute_belongs_to_the_minute_it_is_in() -> None:
    moment = datetime(1970, 1, 1, 0, 5, 0, 1, tzinfo=UTC)
    assert (to_minute(moment), to_minute_up(moment)) == (5, 6)
    assert (
        to_minute(moment.replace(microsecond=0)),
        to_minute_up(moment.replace(microsecond=0)),
    ) == (5, 5)


def test_a_minute_is_the_same_from_every_zone() -> None:
    moment = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert to_minute(moment) == to_minute(moment.astimezone(UTC)) == utc(2026, 7, 1, 6, 15)


@pytest.mark.parametrize("convert", [to_minute, to_minute_up])
def test_a_naive_moment_is_refused(convert: object) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        convert(datetime(2026, 1, 1))  # type: ignore[operator]  # noqa: DTZ001 - the point


@given(MINUTES)
def test_a_minute_survives_the_way_to_a_datetime_and_back(minute: int) -> None:
    assert to_minute(to_datetime(minute)) == to_minute_up(to_datetime(minute)) == minute


@given(MINUTES, zones())
def test_the_wall_of_a_minute_leads_back_to_it_or_to_its_first_pass(
    minute: int, zone: ZoneInfo
) -> None:
    wall = moment(minute, zone)
    first_pass = local_minute(wall.date(), wall.time(), zone)
    assert wall.replace(fold=0, tzinfo=None) == moment(first_pass, zone).replace(tzinfo=None)
    assert first_pass == minute if wall.fold == 0 else first_pass < minute


def test_a_skipped_time_is_refused_and_says_when_the_clocks_go_on() -> None:
    with pytest.raises(NoSuchLocalTime, match=r"01:30 on 2026-03-29 .* Europe/London") as refused:
        local_minute(date(2026, 3, 29), time(1, 30), LONDON)
    assert refused.value.resumes == utc(2026, 3, 29, 1)
    assert (refused.value.day, refused.value.wall_time) == (date(2026, 3, 29), time(1, 30))


def test_both_ends_of_a_gap_are_the_same_minute() -> None:
    day = date(2026, 3, 29)
    assert local_minute(day, time(0, 59), LONDON) == utc(2026, 3, 29, 0, 59)
    assert local_minute_or_next(day, time(1), LONDON) == utc(2026, 3, 29, 1)
    assert local_minute_or_next(day, time(1, 59), LONDON) == utc(2026, 3, 29, 1)
    assert local_minute(day, time(2), LONDON) == utc(2026, 3, 29, 1)


def test_a_repeated_time_means_its_first_pass() -> None:
    assert local_minute(date(2026, 10, 25), time(1, 30), LONDON) == utc(2026, 10, 25, 0, 30)
    assert local_minute(date(2026, 10, 25), time(1, 30, fold=1), LONDON) == utc(2026, 10, 25, 0, 30)
    assert local_minute(date(2026, 10, 25), time(2), LONDON) == utc(2026, 10, 25, 2)


def test_lord_howe_skips_half_an_hour() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    with pytest.raises(NoSuchLocalTime) as refused:
        local_minute(date(2026, 10, 4), time(2, 15), zone)
    assert refused.value.resumes == local_minute(date(2026, 10, 4), time(2, 30), zone)
    assert refused.value.resumes - local_minute(date(2026, 10, 4), time(1, 59), zone) == 1


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_every_wall_time_around_every_change_until_2030(zone: ZoneInfo) -> None:
    """Each quarter of an hour of each day on which the clocks change, read back off the wall."""
    first = date(2025, 1, 1)
    starts = midnights(first, date(2031, 1, 1), zone)
    for at in range(len(starts) - 1):
        if starts[at + 1] - starts[at] != 24 * 60:
            check_day(first + timedelta(days=at), zone)


def check_day(day: date, zone: ZoneInfo) -> None:
    for quarter in range(96):
        wall_time = time(quarter // 4, quarter % 4 * 15)
        wall = datetime.combine(day, wall_time)
        passes = [
            minute
            for minute in range(
                to_minute(wall.replace(tzinfo=UTC)) - 900,
                to_minute(wall.replace(tzinfo=UTC)) + 900,
                15,
            )
            if moment(minute, zone).replace(tzinfo=None, fold=0) == wall
        ]
        if passes:
            assert local_minute(day, wall_time, zone) == passes[0]
        else:
            with pytest.raises(NoSuchLocalTime) as refused:
                local_minute(day, wall_time, zone)
            after, before = refused.value.resumes, refused.value.resumes - 1
            assert moment(before, zone).replace(tzinfo=None) < wall
            assert moment(after, zone).replace(tzinfo=None) > wall


def test_local_dates_change_at_local_midnight() -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    assert local_date(utc(2026, 1, 1, 18, 14), zone) == date(2026, 1, 1)
    assert local_date(utc(2026, 1, 1, 18, 15), zone) == date(2026, 1, 2)


@given(st.data(), zones())
def test_midnights_part_the_minutes_into_local_days(data: st.DataObject, zone: ZoneInfo) -> None:
    day = data.draw(change_days(zone))
    starts = midnights(day, day + timedelta(days=3), zone)
    assert len(starts) == 4
    for at, start in enumerate(starts):
        assert local_date(start, zone) == day + timedelta(days=at)
        assert local_date(start - 1, zone) == day + timedelta(days=at - 1)


@given(st.data(), zones(), drawn_times())
def test_a_skipped_time_is_the_only_one_that_moves(
    data: st.DataObject, zone: ZoneInfo, wall_time: time
) -> None:
    day = data.draw(change_days(zone))
    minute = local_minute_or_next(day, wall_time, zone)
    wall = moment(minute, zone)
    try:
        assert local_minute(day, wall_time, zone) == minute
        assert (wall.date(), wall.time()) == (day, wall_time)
    except NoSuchLocalTime:
        assert (wall.date(), wall.time()) > (day, wall_time)


@given(st.data(), zones())
def test_the_times_of_a_day_are_what_the_wall_shows(data: st.DataObject, zone: ZoneInfo) -> None:
    day = data.draw(change_days(zone))
    start, end = midnights(day, day + timedelta(days=1), zone)
    minutes = range(start, end, 5)
    expected = [f"{moment(minute, zone):%H:%M}" for minute in minutes]
    assert wall_times(minutes, start, end, zone) == expected
