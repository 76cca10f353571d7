"""When the letters about a retinoid at home go out: clinical fact base 5.4."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.message_rules import QuietHours
from tests.treatments.peel_session import DAY, LONDON, listed, local
from treatments.home_schedule import HomeFacts, Told, home_timeline
from treatments.protocol_data import by_code
from treatments.regimen import Change, Pause, Treatment, calendar, pauses

STEPS = by_code("RET").steps
LADDER = (2, 3, 4, 5, 6, 7)
MONDAY = date(2027, 1, 11)
AGREED = local(MONDAY - 5 * DAY, "11:00")


def home(*changes: Change, around: tuple[Pause, ...] = (), starts_on: date = MONDAY) -> HomeFacts:
    return HomeFacts(
        starts_on=starts_on,
        weeks=calendar(starts_on, LADDER, changes, around),
        top=7,
        agreed_at=AGREED,
        zone=LONDON,
    )


def plan(facts: HomeFacts) -> list[tuple[str, str]]:
    return listed(home_timeline(STEPS, facts))


def weekly(facts: HomeFacts) -> list[str]:
    return [when for kind, when in plan(facts) if kind == "regimen_week"]


def test_the_whole_course() -> None:
    assert plan(home()) == [
        ("regimen_start", "Sun 10 Jan 18:00"),
        ("regimen_week", "Mon 11 Jan 09:00"),
        ("regimen_week", "Mon 18 Jan 09:00"),
        ("regimen_week", "Mon 25 Jan 09:00"),
        ("regimen_week", "Mon 01 Feb 09:00"),
        ("regimen_week", "Mon 08 Feb 09:00"),
        ("regimen_week", "Mon 15 Feb 09:00"),
        ("sunscreen", "Mon 22 Feb 09:00"),
        ("regimen_review", "Mon 22 Feb 09:00"),
        ("sunscreen", "Mon 01 Mar 09:00"),
        ("sunscreen", "Mon 08 Mar 09:00"),
        ("sunscreen", "Mon 15 Mar 09:00"),
        ("sunscreen", "Mon 22 Mar 09:00"),
        ("sunscreen", "Mon 29 Mar 09:00"),
        ("regimen_review", "Mon 05 Apr 09:00"),
        ("regimen_review", "Mon 28 Jun 09:00"),
    ]


def test_begun_on_the_day_it_was_agreed_the_how_to_comes_at_once() -> None:
    same_day = replace(home(), agreed_at=local(MONDAY, "15:00"))
    assert plan(same_day)[:2] == [
        ("regimen_start", "Mon 11 Jan 15:00"),
        ("regimen_week", "Mon 11 Jan 15:00"),
    ]


def test_a_step_down_keeps_the_weekly_letters_coming() -> None:
    down = Change(MONDAY + 15 * DAY, "down", 2)
    assert weekly(home(down))[-1] == "Mon 01 Mar 09:00"


def test_round_a_peel_the_week_is_told_of_when_it_is_begun_again() -> None:
    """Stopped three days before Tuesday 26 January, begun again seven days after it."""
    around = pauses([Treatment(date(2027, 1, 26), 3)])
    assert (around[0].first, around[0].again) == (date(2027, 1, 23), date(2027, 2, 2))
    assert weekly(home(around=around))[:4] == [
        "Mon 11 Jan 09:00",
        "Mon 18 Jan 09:00",
        "Tue 02 Feb 09:00",
        "Mon 08 Feb 09:00",
    ]


def test_at_the_end_of_the_ladder_a_pause_is_still_told_the_end_of() -> None:
    around = pauses([Treatment(date(2027, 4, 6), 3)])
    assert weekly(home(around=around)) == [
        "Mon 11 Jan 09:00",
        "Mon 18 Jan 09:00",
        "Mon 25 Jan 09:00",
        "Mon 01 Feb 09:00",
        "Mon 08 Feb 09:00",
        "Mon 15 Feb 09:00",
        "Tue 13 Apr 09:00",
    ]


def test_in_weeks_without_it_nothing_is_said_of_the_sun() -> None:
    pause = Change(MONDAY + 49 * DAY, "pause", until=MONDAY + 63 * DAY)
    sun = [when for kind, when in plan(home(pause)) if kind == "sunscreen"]
    # on 15 March it is begun again: the letter that says so speaks of the sun
    assert weekly(home(pause))[-1] == "Mon 15 Mar 09:00"
    assert sun == [
        "Mon 22 Feb 09:00",
        "Mon 22 Mar 09:00",
        "Mon 29 Mar 09:00",
    ]


def test_paused_or_stopped_only_the_change_is_told_of() -> None:
    told = (Told(4, local(MONDAY + 3 * DAY, "10:00")),)
    off = replace(home(), is_on=False, changes=told)
    assert plan(off) == [("regimen_changed", "Thu 14 Jan 11:00")]


def test_of_two_changes_on_one_day_the_last_is_told_of() -> None:
    first = Told(4, local(MONDAY + 3 * DAY, "10:00"))
    second = Told(5, local(MONDAY + 3 * DAY, "10:02"))
    late = Told(9, local(MONDAY + 4 * DAY, "19:30"))
    off = replace(home(), is_on=False, changes=(first, second, late))
    found = home_timeline(STEPS, off)
    assert [each.occurrence for each in found] == ["change-5", "change-9"]
    assert listed(found)[1] == ("regimen_changed", "Sat 16 Jan 08:00")


def test_every_month_whom_it_may_concern_is_asked() -> None:
    asked = [when for kind, when in plan(replace(home(), conceives=True)) if kind == "pregnancy"]
    assert asked == [
        "Mon 08 Feb 09:00",
        "Mon 08 Mar 09:00",
        "Mon 05 Apr 09:00",
        "Mon 03 May 09:00",
        "Mon 31 May 09:00",
        "Mon 28 Jun 09:00",
    ]
    assert not any(kind == "pregnancy" for kind, _when in plan(home()))


def test_an_answer_that_speaks_of_a_pregnancy_ends_all_other_letters() -> None:
    said = Told(7, local(MONDAY + 9 * DAY, "21:00"))
    (letter,) = home_timeline(STEPS, replace(home(), conceives=True, pregnancy=said))
    assert (letter.kind, letter.occurrence) == ("pregnancy", "answer-7")
    assert letter.due_at == local(MONDAY + 10 * DAY, "08:00")
    assert letter.expires_at == letter.due_at + timedelta(days=7)


ZONES = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Auckland"]).map(ZoneInfo)


@given(
    ZONES,
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.lists(st.tuples(st.integers(1, 160), st.sampled_from([3, 7])), max_size=4),
    st.integers(0, 40),
)
@pytest.mark.parametrize("conceives", [True, False])
def test_every_letter_is_planned_once_and_never_at_night(
    conceives: bool, zone: ZoneInfo, starts_on: date, peels: list[tuple[int, int]], lead: int
) -> None:
    around = pauses([Treatment(starts_on + n * DAY, stop) for n, stop in peels])
    agreed: datetime = local(starts_on - lead * DAY, "11:00", zone)
    facts = replace(
        home(around=around, starts_on=starts_on), zone=zone, agreed_at=agreed, conceives=conceives
    )
    wanted = home_timeline(STEPS, facts)
    keys = [each.key for each in wanted]
    assert len(keys) == len(set(keys))
    for each in wanted:
        assert not QuietHours().contains(each.due_at, zone)
        assert agreed <= each.due_at < each.expires_at
    used = {day for week in facts.weeks for day in week.free}
    for each in wanted:
        if each.kind == "regimen_week" and lead > 2:
            assert each.due_at.astimezone(zone).date() in used
