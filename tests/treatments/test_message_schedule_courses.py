"""When the letters of a course as a whole go out, and what holds for every timeline."""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.message_rules import QuietHours, at_local
from tests.treatments.peel_session import DAY, JAN_12, LONDON, SESSION, STEPS, listed, local
from treatments.course_schedule import CourseFacts, CourseState, course_timeline
from treatments.message_schedule import SessionFacts, session_timeline
from treatments.protocol_data import PROTOCOLS
from treatments.protocol_data.step import Step

# A course ----------------------------------------------------------------------------------------

COURSE = CourseFacts(
    done=3,
    total=5,
    last_done_at=local(JAN_12, "15:30"),
    next_starts_at=None,
    state="open",
    zone=LONDON,
    location_zone=LONDON,
)


def test_unbooked_course_is_due_then_late_then_lapsed() -> None:
    assert listed(course_timeline(STEPS, COURSE)) == [
        ("next_window", "Tue 19 Jan 09:00"),
        ("overdue", "Tue 09 Feb 09:00"),
        ("late", "Tue 16 Feb 09:00"),
        ("lapsed", "Tue 23 Feb 09:00"),
    ]


def test_course_with_its_next_session_booked_is_left_in_peace() -> None:
    assert course_timeline(STEPS, replace(COURSE, next_starts_at=SESSION.next_starts_at)) == ()


def test_course_that_became_unbooked_skips_what_has_passed() -> None:
    since = local(JAN_12 + 30 * DAY, "12:00")
    kinds = [each.kind for each in course_timeline(STEPS, replace(COURSE, since=since))]
    assert kinds == ["late", "lapsed"]


@pytest.mark.parametrize("changes", [{"done": 5}, {"state": "complete"}])
def test_finished_course_is_asked_for_its_result_then_offered_maintenance(
    changes: dict[str, int | CourseState],
) -> None:
    finished = replace(COURSE, **changes)  # type: ignore[arg-type]
    assert listed(course_timeline(STEPS, finished)) == [
        ("plan_complete", "Tue 09 Feb 09:00"),
        ("maintenance", "Tue 09 Mar 09:00"),
    ]


@pytest.mark.parametrize("changes", [{"done": 0, "last_done_at": None}, {"state": "stopped"}])
def test_course_not_begun_or_stopped_has_no_letters(changes: dict[str, CourseState]) -> None:
    assert course_timeline(STEPS, replace(COURSE, **changes)) == ()  # type: ignore[arg-type]


def test_course_occurrence_names_the_last_session() -> None:
    first = course_timeline(STEPS, COURSE)[0]
    assert first.occurrence == "2027-01-12/+7"


# Properties --------------------------------------------------------------------------------------

ZONES = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Auckland"]).map(ZoneInfo)


@st.composite
def sessions(draw: st.DrawFn) -> SessionFacts:
    zone, home = draw(ZONES), draw(ZONES)
    day = draw(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
    starts = at_local(day, time(draw(st.integers(8, 19))), zone)
    after = draw(st.none() | st.integers(10, 60))
    before = draw(st.none() | st.integers(10, 60))
    return SessionFacts(
        number=draw(st.integers(1, 6)),
        total=6,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=draw(st.integers(15, 60))),
        state=draw(st.sampled_from(["booked", "done"])),
        zone=home,
        location_zone=zone,
        skin_type=draw(st.none() | st.integers(1, 6)),
        previous_starts_at=None if before is None else starts - before * DAY,
        next_starts_at=None if after is None else starts + after * DAY,
        antiviral_ordered=draw(st.booleans()),
        priming_ordered=draw(st.booleans()),
    )


LEAD_DAYS = st.integers(0, 60)
TIMELINES = st.sampled_from([each.steps for each in PROTOCOLS])


@given(sessions(), LEAD_DAYS, TIMELINES)
def test_no_letter_is_due_in_quiet_hours_or_before_the_booking(
    facts: SessionFacts, lead: int, steps: tuple[Step, ...]
) -> None:
    booked_at = facts.starts_at - lead * DAY
    for each in session_timeline(steps, facts, booked_at):
        assert not QuietHours().contains(each.due_at, facts.zone)
        assert booked_at <= each.due_at < each.expires_at


@given(sessions(), LEAD_DAYS, TIMELINES)
def test_every_letter_is_planned_once(
    facts: SessionFacts, lead: int, steps: tuple[Step, ...]
) -> None:
    keys = [each.key for each in session_timeline(steps, facts, facts.starts_at - lead * DAY)]
    assert len(keys) == len(set(keys))


@given(sessions(), LEAD_DAYS)
def test_preparation_never_outlives_the_start_of_the_session(
    facts: SessionFacts, lead: int
) -> None:
    before = [step.kind for step in STEPS if step.anchor == "session" and step.day < 0]
    for each in session_timeline(STEPS, facts, facts.starts_at - lead * DAY):
        assert each.kind not in before or each.expires_at <= facts.starts_at


@given(sessions())
def test_everyone_booked_in_time_is_reminded_on_the_eve(facts: SessionFacts) -> None:
    wanted = session_timeline(STEPS, facts, facts.starts_at - 60 * DAY)
    assert [each.kind for each in wanted].count("tomorrow") == 1
