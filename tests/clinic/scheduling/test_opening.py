"""Weekly hours in a time zone, above all on the days when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.scheduling.clock import midnights, to_minute
from clinic.scheduling.intervals import Interval, contains, intersect, merge
from clinic.scheduling.opening import Shift, opening
from tests.strategies import change_days, days, moment, shifts, zones

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
HAVANA = ZoneInfo("America/Havana")
SUNDAY = 6


def on_sunday(zone: ZoneInfo, day: date, opens: str, closes: str) -> list[str]:
    """The open time of one Sunday, as the UTC times of its edges."""
    shift = Shift(SUNDAY, time.fromisoformat(opens), time.fromisoformat(closes))
    return edges(opening([shift], zone, day, day + timedelta(days=1)))


def edges(timeline: tuple[Interval, ...]) -> list[str]:
    return [f"{moment(a, UTC_ZONE):%d %H:%M}-{moment(b, UTC_ZONE):%d %H:%M}" for a, b in timeline]


UTC_ZONE = ZoneInfo("UTC")


def test_a_week_of_shifts_opens_on_its_weekdays() -> None:
    week = [Shift(0, time(9), time(12)), Shift(0, time(13), time(17)), Shift(2, time(10), time(11))]
    found = opening(week, LONDON, date(2026, 1, 12), date(2026, 1, 20))
    assert edges(found) == [
        "12 09:00-12 12:00",
        "12 13:00-12 17:00",
        "14 10:00-14 11:00",
        "19 09:00-19 12:00",
        "19 13:00-19 17:00",
    ]


def test_shifts_that_touch_or_overlap_become_one() -> None:
    week = [Shift(0, time(9), time(12)), Shift(0, time(12), time(14)), Shift(0, time(13), time(17))]
    assert edges(opening(week, LONDON, date(2026, 1, 12), date(2026, 1, 13))) == [
        "12 09:00-12 17:00"
    ]


def test_a_shift_may_close_at_the_midnight_that_ends_its_day() -> None:
    week = [Shift(0, time(22), time(0)), Shift(1, time(0), time(1))]
    assert edges(opening(week, LONDON, date(2026, 1, 12), date(2026, 1, 14))) == [
        "12 22:00-13 01:00"
    ]
    assert on_sunday(LONDON, date(2026, 1, 11), "00:00", "00:00") == ["11 00:00-12 00:00"]


def test_a_shift_is_valid_from_and_until_its_dates_inclusive() -> None:
    day = date(2026, 1, 12)
    shift = Shift(0, time(9), time(10), valid_from=day, valid_until=day + timedelta(days=7))
    found = opening([shift], LONDON, day - timedelta(days=14), day + timedelta(days=28))
    assert edges(found) == ["12 09:00-12 10:00", "19 09:00-19 10:00"]


def test_closures_are_cut_out() -> None:
    noon = to_minute(datetime(2026, 1, 12, 12, tzinfo=UTC))
    closed = [Interval(noon + 30, noon + 60), Interval(noon, noon + 45)]
    found = opening(
        [Shift(0, time(9), time(17))], LONDON, date(2026, 1, 12), date(2026, 1, 13), closed
    )
    assert edges(found) == ["12 09:00-12 12:00", "12 13:00-12 17:00"]


def test_no_days_are_never_open() -> None:
    assert (
        opening([Shift(0, time(9), time(17))], LONDON, date(2026, 1, 12), date(2026, 1, 12)) == ()
    )


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "expected"),
    [
        # the morning shift loses the skipped hour, the afternoon keeps its wall-clock hours
        (LONDON, date(2026, 3, 29), "00:00", "06:00", ["29 00:00-29 05:00"]),
        (LONDON, date(2026, 3, 29), "13:00", "17:00", ["29 12:00-29 16:00"]),
        (NEW_YORK, date(2026, 3, 8), "00:00", "06:00", ["08 05:00-08 10:00"]),
        (NEW_YORK, date(2026, 3, 8), "13:00", "17:00", ["08 17:00-08 21:00"]),
        (LORD_HOWE, date(2026, 10, 4), "00:00", "06:00", ["03 13:30-03 19:00"]),
        (LORD_HOWE, date(2026, 10, 4), "13:00", "17:00", ["04 02:00-04 06:00"]),
        # an edge inside the gap moves to the moment the clocks go on
        (LONDON, date(2026, 3, 29), "01:30", "06:00", ["29 01:00-29 05:00"]),
        (LONDON, date(2026, 3, 29), "00:00", "01:30", ["29 00:00-29 01:00"]),
        (LONDON, date(2026, 3, 29), "01:15", "01:45", []),
        (LORD_HOWE, date(2026, 10, 4), "02:15", "03:00", ["03 15:30-03 16:00"]),
        # the gap may begin at midnight itself
        (HAVANA, date(2026, 3, 8), "00:00", "02:00", ["08 05:00-08 06:00"]),
        (HAVANA, date(2026, 3, 8), "00:00", "00:30", []),
    ],
)
def test_when_the_clocks_go_forward(
    zone: ZoneInfo, day: date, opens: str, closes: str, expected: list[str]
) -> None:
    assert on_sunday(zone, day, opens, closes) == expected


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "expected"),
    [
        # the second pass is a hole in the morning; the afternoon keeps its wall-clock hours
        (LONDON, date(2026, 10, 25), "00:00", "06:00", ["24 23:00-25 01:00", "25 02:00-25 06:00"]),
        (LONDON, date(2026, 10, 25), "13:00", "17:00", ["25 13:00-25 17:00"]),
        (NEW_YORK, date(2026, 11, 1), "00:00", "06:00", ["01 04:00-01 06:00", "01 07:00-01 11:00"]),
        (NEW_YORK, date(2026, 11, 1), "13:00", "17:00", ["01 18:00-01 22:00"]),
        (LORD_HOWE, date(2026, 4, 5), "00:00", "06:00", ["04 13:00-04 15:00", "04 15:30-04 19:30"]),
        (LORD_HOWE, date(2026, 4, 5), "13:00", "17:00", ["05 02:30-05 06:30"]),
        # an edge inside the repeated hour means its first pass
        (LONDON, date(2026, 10, 25), "01:30", "03:00", ["25 00:30-25 01:00", "25 02:00-25 03:00"]),
        (LONDON, date(2026, 10, 25), "00:00", "01:30", ["24 23:00-25 00:30"]),
        (LONDON, date(2026, 10, 25), "01:00", "02:00", ["25 00:00-25 01:00"]),
        (LONDON, date(2026, 10, 25), "02:00", "03:00", ["25 02:00-25 03:00"]),
        # the repeated hour may begin at midnight itself
        (HAVANA, date(2026, 11, 1), "00:00", "02:00", ["01 04:00-01 05:00", "01 06:00-01 07:00"]),
    ],
)
def test_when_the_clocks_go_back(
    zone: ZoneInfo, day: date, opens: str, closes: str, expected: list[str]
) -> None:
    assert on_sunday(zone, day, opens, closes) == expected


def test_a_repeated_hour_before_midnight_is_not_offered_twice_either() -> None:
    """In Nuuk the clocks go back from Sunday 00:00 to Saturday 23:00."""
    nuuk = ZoneInfo("America/Nuuk")
    shift = Shift(5, time(22), time(0))
    found = opening([shift], nuuk, date(2026, 10, 24), date(2026, 10, 26))
    assert edges(found) == ["24 23:00-25 01:00"]


def test_a_zone_without_changes_keeps_its_quarter_hours() -> None:
    assert on_sunday(KATHMANDU, date(2026, 3, 29), "09:00", "17:00") == ["29 03:15-29 11:15"]


@given(st.data(), zones())
def test_a_minute_is_open_exactly_if_the_wall_says_so_for_the_first_time(
    data: st.DataObject, zone: ZoneInfo
) -> None:
    day = data.draw(st.one_of(change_days(zone), days()))
    week = data.draw(st.lists(shifts(day), max_size=6))
    until = day + timedelta(days=2)
    found = opening(week, zone, day, until)
    start, *_, end = midnights(day, until, zone)
    for minute in range(start - 30, end + 30, 5):
        wall = moment(minute, zone)
        says_so = any(
            shift.weekday == wall.weekday()
            and shift.runs_on(wall.date())
            and shift.opens <= wall.time()
            and (wall.time() < shift.closes or shift.closes == time.min)
            for shift in week
        )
        expected = says_so and day <= wall.date() < until and not second_pass(minute, zone)
        assert contains(found, minute) == expected, wall


@given(st.data(), zones())
def test_a_repeated_hour_is_never_offered_twice(data: st.DataObject, zone: ZoneInfo) -> None:
    day = data.draw(change_days(zone))
    week = [Shift(weekday, time.min, time.min) for weekday in range(7)]
    offered = [
        moment(minute, zone).replace(tzinfo=None, fold=0)
        for start, end in opening(week, zone, day, day + timedelta(days=2))
        for minute in range(start, end, 5)
    ]
    assert len(offered) == len(set(offered))


@given(st.data(), zones())
def test_open_time_is_never_closed_time(data: st.DataObject, zone: ZoneInfo) -> None:
    day = data.draw(change_days(zone))
    week = data.draw(st.lists(shifts(), max_size=6))
    start = midnights(day, day, zone)[0]
    pieces = st.builds(Interval, st.integers(start, start + 2000), st.integers(start, start + 2000))
    closed = data.draw(st.lists(pieces, max_size=4))
    found = opening(week, zone, day, day + timedelta(days=2), closed)
    assert intersect(found, merge(closed)) == ()
    whole = opening(week, zone, day, day + timedelta(days=2))
    assert merge([*found, *intersect(whole, merge(closed))]) == whole


@pytest.mark.parametrize(
    ("shift", "message"),
    [
        ({"weekday": 7, "opens": time(9), "closes": time(10)}, "no weekday"),
        ({"weekday": -1, "opens": time(9), "closes": time(10)}, "no weekday"),
        ({"weekday": 0, "opens": time(9), "closes": time(9)}, "close after it opens"),
        ({"weekday": 0, "opens": time(22), "closes": time(2)}, "close after it opens"),
    ],
)
def test_an_impossible_shift_is_refused(shift: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Shift(**shift)  # type: ignore[arg-type]


def test_a_reversed_validity_is_refused() -> None:
    with pytest.raises(ValueError, match="comes after"):
        Shift(0, time(9), time(10), date(2026, 2, 1), date(2026, 1, 1))


def second_pass(minute: int, zone: ZoneInfo) -> bool:
    return moment(minute, zone).fold == 1
