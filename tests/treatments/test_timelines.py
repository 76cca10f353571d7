"""Whole timelines day by day, as the clinical fact base has them in 5.2 to 5.6."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest

from tests.treatments.peel_session import LONDON, local
from treatments.course_schedule import CourseFacts, course_timeline
from treatments.message_schedule import SessionFacts, session_timeline
from treatments.protocol_data import by_code

DAY0: Final = date(2027, 1, 12)
LONG_BEFORE: Final = local(DAY0 - timedelta(days=100), "09:00")
ALONE: Final = SessionFacts(
    number=1,
    total=1,
    starts_at=local(DAY0, "15:00"),
    ends_at=local(DAY0, "15:30"),
    state="done",
    zone=LONDON,
    location_zone=LONDON,
    antiviral_ordered=True,
    priming_ordered=True,
)
WEEKLY_TO_28: Final = [(day, "sunscreen") for day in (14, 21, 28)]
DAILY: Final = [(day, "sunscreen") for day in (2, 4, 5, 6)]


def days(
    code: str, facts: SessionFacts, booked_at: datetime = LONG_BEFORE
) -> list[tuple[int, str]]:
    wanted = session_timeline(by_code(code).steps, facts, booked_at)
    return [((each.due_at.astimezone(LONDON).date() - DAY0).days, each.kind) for each in wanted]


def after_the_end(code: str) -> list[tuple[int, str]]:
    facts = CourseFacts(1, 1, ALONE.starts_at, None, "complete", LONDON, LONDON)
    wanted = course_timeline(by_code(code).steps, facts)
    return [((each.due_at.astimezone(LONDON).date() - DAY0).days, each.kind) for each in wanted]


@pytest.mark.parametrize("skin_type", [1, 3, 4, 6, None])
def test_an_extraction(skin_type: int | None) -> None:
    assert days("EXT", replace(ALONE, skin_type=skin_type)) == [
        (-7, "screen_due"),
        (-3, "precare_3"),
        (-1, "tomorrow"),
        (0, "aftercare_day0"),
        (1, "check_1"),
        (3, "routine_3"),
        (7, "healing_7"),
    ]
    assert after_the_end("EXT") == [(28, "outcome"), (90, "look_back_90")]


@pytest.mark.parametrize("code", ["GLY", "SAL"])
@pytest.mark.parametrize(("skin_type", "stop"), [(1, -5), (3, -5), (4, -9), (6, -9), (None, -9)])
def test_a_first_peel(code: str, skin_type: int | None, stop: int) -> None:
    before = [
        (-28, "priming"),
        (-14, "precare_14"),
        (-7, "screen_due"),
        (stop, "stop_retinoid"),
        (-3, "precare_3"),
        (-2, "antiviral"),
        (-1, "tomorrow"),
    ]
    after = [
        (0, "aftercare_day0"),
        (1, "check_1"),
        (3, "flaking_3"),
        (7, "settled_7"),
        *DAILY,
        *WEEKLY_TO_28,
    ]
    assert days(code, replace(ALONE, skin_type=skin_type)) == sorted(before) + sorted(after)
    assert after_the_end(code) == [(28, "plan_complete"), (56, "maintenance")]


@pytest.mark.parametrize("code", ["GLY", "SAL"])
def test_between_two_peels_a_fortnight_apart_the_next_ones_preparation_takes_over(
    code: str,
) -> None:
    fortnight = timedelta(days=14)
    facts = replace(
        ALONE,
        number=4,
        total=6,
        skin_type=2,
        previous_starts_at=ALONE.starts_at - fortnight,
        next_starts_at=ALONE.starts_at + fortnight,
    )
    assert days(code, facts) == [
        (-7, "screen_due"),
        (-5, "stop_retinoid"),
        (-3, "precare_3"),
        (-2, "antiviral"),
        (-1, "tomorrow"),
        (0, "aftercare_day0"),
        (1, "check_1"),
        (2, "sunscreen"),
        (3, "flaking_3"),
        (4, "sunscreen"),
        (5, "sunscreen"),
        (6, "sunscreen"),
        (7, "settled_7"),
        (10, "progress"),
    ]


@pytest.mark.parametrize("skin_type", [1, 3, 4, 6, None])
def test_cryotherapy(skin_type: int | None) -> None:
    assert days("CRYO", replace(ALONE, skin_type=skin_type)) == [
        (-7, "screen_due"),
        (-1, "tomorrow"),
        (0, "aftercare_day0"),
        (1, "check_1"),
        (3, "scab_3"),
        (7, "healing_7"),
        (14, "healing_14"),
        *((day, "sunscreen") for day in (21, 28, 35, 42)),
    ]
    assert after_the_end("CRYO") == [(28, "outcome"), (90, "look_back_90")]


@pytest.mark.parametrize(
    ("skin_type", "no_sun"), [(1, -28), (3, -28), (4, -42), (6, -42), (None, -42)]
)
def test_the_laser(skin_type: int | None, no_sun: int) -> None:
    assert days("CO2", replace(ALONE, skin_type=skin_type)) == [
        (no_sun, "precare_sun"),
        (-9, "stop_retinoid"),
        (-7, "screen_due"),
        (-3, "precare_3"),
        (-2, "antiviral"),
        (-1, "tomorrow"),
        (0, "aftercare_day0"),
        (1, "check_1"),
        (3, "scab_3"),
        (7, "healing_7"),
        (10, "heat_10"),
        (14, "healing_14"),
        *((day, "sunscreen") for day in (21, 28, 35, 42, 72, 102, 132, 162)),
    ]
    assert after_the_end("CO2") == [(28, "outcome"), (90, "look_back_90")]


@pytest.mark.parametrize("skin_type", [2, 5])
def test_who_books_the_laser_late_is_told_to_stay_out_of_the_sun_at_once(skin_type: int) -> None:
    """A tan stands in its way for four to six weeks (fact base 3, row 20)."""
    facts = replace(ALONE, state="booked", skin_type=skin_type)
    booked_at = local(DAY0 - timedelta(days=10), "11:00")
    assert days("CO2", facts, booked_at)[0] == (-10, "precare_sun")
    too_late = local(DAY0 - timedelta(days=2), "11:00")
    assert days("CO2", facts, too_late) == [(-2, "precare_3"), (-2, "antiviral"), (-1, "tomorrow")]


@pytest.mark.parametrize("code", ["GLY", "SAL"])
def test_a_course_with_no_next_visit_is_due_late_and_lapsed(code: str) -> None:
    facts = CourseFacts(2, 5, ALONE.starts_at, None, "open", LONDON, LONDON)
    wanted = course_timeline(by_code(code).steps, facts)
    assert [
        (each.kind, (each.due_at.astimezone(LONDON).date() - DAY0).days) for each in wanted
    ] == [
        ("next_window", 7),
        ("overdue", 28),
        ("late", 35),
        ("lapsed", 42),
    ]
