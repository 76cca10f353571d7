"""When the letters around one session go out."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from patients.message_rules import at_local
from tests.treatments.peel_session import (
    BOOKED,
    BOOKED_AT,
    DAY,
    JAN_12,
    SESSION,
    STEPS,
    local,
    plan,
    the,
)
from treatments.message_schedule import (
    CONDITIONS,
    SessionState,
    session_timeline,
)
from treatments.protocol_data import by_code
from treatments.protocol_data.step import Condition

# A session ---------------------------------------------------------------------------------------


def test_whole_timeline_of_a_middle_session() -> None:
    assert plan(SESSION) == [
        ("precare_14", "Tue 29 Dec 09:00"),
        ("screen_due", "Tue 05 Jan 09:00"),
        ("stop_retinoid", "Thu 07 Jan 09:00"),
        ("precare_3", "Sat 09 Jan 09:00"),
        ("tomorrow", "Mon 11 Jan 18:00"),
        ("aftercare_day0", "Tue 12 Jan 19:00"),
        ("check_1", "Wed 13 Jan 09:00"),
        ("sunscreen", "Thu 14 Jan 09:00"),
        ("flaking_3", "Fri 15 Jan 09:00"),
        ("sunscreen", "Sat 16 Jan 09:00"),
        ("sunscreen", "Sun 17 Jan 09:00"),
        ("sunscreen", "Mon 18 Jan 09:00"),
        ("settled_7", "Tue 19 Jan 09:00"),
        ("sunscreen", "Tue 26 Jan 09:00"),
    ]


def test_booked_session_has_its_preparation_only() -> None:
    assert [kind for kind, _ in plan(BOOKED)] == [
        "precare_14",
        "screen_due",
        "stop_retinoid",
        "precare_3",
        "tomorrow",
    ]


@pytest.mark.parametrize("state", ["cancelled", "no_show"])
def test_session_that_did_not_happen_has_no_letters(state: SessionState) -> None:
    assert plan(replace(SESSION, state=state)) == []


def test_occurrence_names_the_day_of_the_session_and_the_offset() -> None:
    assert [each.occurrence for each in session_timeline(STEPS, BOOKED, BOOKED_AT)] == [
        "2027-01-12/-14",
        "2027-01-12/-7",
        "2027-01-12/-5",
        "2027-01-12/-3",
        "2027-01-12/-1",
    ]


def test_messages_are_about_the_start_of_the_session() -> None:
    wanted = session_timeline(STEPS, SESSION, BOOKED_AT)
    assert {each.about_at for each in wanted} == {SESSION.starts_at}


@pytest.mark.parametrize(
    ("skin_type", "day"), [(1, "Thu 07"), (3, "Thu 07"), (4, "Sun 03"), (None, "Sun 03")]
)
def test_retinoid_letter_goes_out_earlier_for_darker_or_unknown_skin(
    skin_type: int | None, day: str
) -> None:
    assert ("stop_retinoid", f"{day} Jan 09:00") in plan(replace(BOOKED, skin_type=skin_type))


@pytest.mark.parametrize(("uses", "told"), [(True, True), (None, True), (False, False)])
def test_retinoid_letter_goes_to_all_but_those_who_use_none(uses: bool | None, told: bool) -> None:
    assert (the("stop_retinoid", replace(BOOKED, uses_retinoid=uses)) is not None) is told


def test_ordered_antiviral_is_told_two_days_before() -> None:
    assert ("antiviral", "Sun 10 Jan 09:00") in plan(replace(BOOKED, antiviral_ordered=True))


def test_priming_belongs_to_the_first_session_and_survives_its_moves() -> None:
    first = replace(BOOKED, number=1, previous_starts_at=None, priming_ordered=True)
    priming = the("priming", first)
    assert priming is not None
    assert (priming.occurrence, priming.due_at) == ("-28", local(JAN_12 - 28 * DAY, "09:00"))
    assert priming.expires_at == local(JAN_12 - 14 * DAY, "09:00")
    assert the("priming", replace(BOOKED, priming_ordered=True)) is None


def test_progress_follows_session_four_unless_it_was_the_last() -> None:
    fourth = replace(SESSION, number=4)
    assert ("progress", "Fri 22 Jan 09:00") in plan(fourth)
    assert the("progress", replace(fourth, total=4)) is None
    assert the("progress", SESSION) is None


def test_answered_questions_stop_the_spine_reminder_outside_peels() -> None:
    steps = by_code("EXT").steps
    asked = [each.kind for each in session_timeline(steps, BOOKED, BOOKED_AT)]
    screened = session_timeline(steps, replace(BOOKED, screened=True), BOOKED_AT)
    assert asked == ["screen_due", "precare_3", "tomorrow"]
    assert [each.kind for each in screened] == ["precare_3", "tomorrow"]


# Between two sessions ----------------------------------------------------------------------------


def test_sunscreen_goes_on_weekly_until_four_weeks_when_nothing_follows() -> None:
    alone = replace(SESSION, next_starts_at=None)
    weekly = [when for kind, when in plan(alone) if kind == "sunscreen"][4:]
    assert weekly == ["Tue 26 Jan 09:00", "Tue 02 Feb 09:00", "Tue 09 Feb 09:00"]


def test_weekly_sunscreen_reaches_a_late_next_session() -> None:
    late = replace(SESSION, next_starts_at=local(JAN_12 + 42 * DAY, "15:30"))
    weekly = [when for kind, when in plan(late) if kind == "sunscreen"][4:]
    assert weekly == [
        "Tue 26 Jan 09:00",
        "Tue 02 Feb 09:00",
        "Tue 09 Feb 09:00",
        "Tue 16 Feb 09:00",
    ]


def test_weekly_sunscreen_leaves_the_eve_of_the_next_session_to_its_letter() -> None:
    close = replace(SESSION, next_starts_at=local(JAN_12 + 15 * DAY, "15:30"))
    assert ("sunscreen", "Tue 26 Jan 09:00") not in plan(close)


def test_aftercare_ends_before_the_next_session() -> None:
    close = replace(SESSION, number=4, next_starts_at=local(JAN_12 + 7 * DAY, "15:30"))
    assert plan(close)[-1] == ("sunscreen", "Sun 17 Jan 09:00")


def test_preparation_begins_after_the_session_before() -> None:
    close = replace(BOOKED, previous_starts_at=local(JAN_12 - 14 * DAY, "15:30"))
    assert plan(close)[0] == ("screen_due", "Tue 05 Jan 09:00")


# Late bookings -----------------------------------------------------------------------------------


def test_letter_missed_by_a_late_booking_is_due_at_once_while_useful() -> None:
    booked_at = local(JAN_12 - 2 * DAY, "11:00")
    assert plan(BOOKED, booked_at) == [
        ("precare_3", "Sun 10 Jan 11:00"),
        ("tomorrow", "Mon 11 Jan 18:00"),
    ]


def test_letter_missed_at_night_waits_for_the_morning() -> None:
    booked_at = local(JAN_12 - 3 * DAY, "22:00")
    assert plan(BOOKED, booked_at)[0] == ("precare_3", "Sun 10 Jan 08:00")


def test_letter_past_its_use_is_left_out() -> None:
    assert the("screen_due", BOOKED, local(JAN_12 - 5 * DAY, "09:00")) is None


def test_booking_on_the_eve_has_no_reminder_of_its_own() -> None:
    assert plan(BOOKED, local(JAN_12 - DAY, "18:01")) == []


def test_preparation_expires_when_the_session_starts() -> None:
    early = replace(BOOKED, starts_at=local(JAN_12, "05:00"), ends_at=local(JAN_12, "05:30"))
    letter = the("tomorrow", early)
    assert letter is not None
    assert letter.expires_at == early.starts_at


def test_visit_recorded_days_later_skips_what_has_passed() -> None:
    late = replace(SESSION, done_at=local(JAN_12 + 2 * DAY, "10:00"))
    after = [each for each in plan(late) if each[0] not in ("tomorrow", "precare_3")][3:]
    assert after[:3] == [
        ("check_1", "Thu 14 Jan 10:00"),
        ("sunscreen", "Thu 14 Jan 10:00"),
        ("flaking_3", "Fri 15 Jan 09:00"),
    ]


# The first night ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "due"),
    [
        ("16:00", "Tue 12 Jan 19:00"),
        ("16:59", "Tue 12 Jan 19:59"),
        ("17:00", "Tue 12 Jan 19:45"),
        ("19:30", "Tue 12 Jan 19:45"),
        ("19:31", "Wed 13 Jan 09:00"),
        ("21:30", "Wed 13 Jan 09:00"),
    ],
)
def test_first_night_letter_stays_out_of_the_quiet_hours(ends: str, due: str) -> None:
    late = replace(SESSION, ends_at=local(JAN_12, ends))
    assert ("aftercare_day0", due) in plan(late)


def test_first_night_letter_of_a_visit_recorded_late_in_the_evening_is_left_out() -> None:
    late = replace(SESSION, done_at=local(JAN_12, "21:00"))
    assert the("aftercare_day0", late) is None


# Zones and clock changes -------------------------------------------------------------------------


def test_day_zero_is_the_clinics_and_the_hour_is_the_patients() -> None:
    new_york = ZoneInfo("America/New_York")
    away = replace(BOOKED, zone=new_york)
    tomorrow = the("tomorrow", away)
    assert tomorrow is not None
    assert tomorrow.due_at == at_local(date(2027, 1, 11), time(18), new_york)


def test_eve_letter_goes_a_day_earlier_when_the_patients_evening_comes_too_late() -> None:
    honolulu, auckland = ZoneInfo("Pacific/Honolulu"), ZoneInfo("Pacific/Auckland")
    starts = local(JAN_12, "09:00", auckland)
    away = replace(
        BOOKED,
        zone=honolulu,
        location_zone=auckland,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
    )
    tomorrow = the("tomorrow", away)
    assert tomorrow is not None
    assert tomorrow.due_at == at_local(date(2027, 1, 10), time(18), honolulu)


def test_hours_stay_on_the_wall_clock_across_the_clock_change() -> None:
    before = replace(
        SESSION,
        starts_at=local(date(2027, 3, 27), "10:00"),
        ends_at=local(date(2027, 3, 27), "10:30"),
        previous_starts_at=None,
        next_starts_at=None,
    )
    check = the("check_1", before)
    assert check is not None
    assert check.due_at == datetime(2027, 3, 28, 8, tzinfo=UTC)


def test_every_condition_has_its_rule() -> None:
    assert set(get_args(Condition)) == set(CONDITIONS)
