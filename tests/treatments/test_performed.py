"""Letters after a visit go by what was done."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.treatments.peel_session import (
    BOOKED_AT,
    DAY,
    JAN_12,
    SESSION,
    STEPS,
    listed,
    local,
    plan,
)
from treatments.message_schedule import SessionFacts, SessionState, session_timeline, without_echo
from treatments.performed import Performed, real_end, steps_after, was_applied
from treatments.protocol_data import by_code

STARTS, ENDS = local(JAN_12, "15:30"), local(JAN_12, "16:00")
PEEL = Performed("glycolic", ENDS)
AFTER = {"aftercare_day0", "check_1", "flaking_3", "settled_7", "sunscreen"}


def at(wall: str, days: int = 0) -> datetime:
    return local(JAN_12 + days * DAY, wall)


# When it ended -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begun", "closed", "ended"),
    [
        (at("15:35"), at("15:45"), at("15:45")),  # broken off early
        (at("15:50"), at("17:10"), at("17:10")),  # took longer
        (at("15:50"), at("20:00"), at("16:20")),  # signed in the evening: as long as booked
        (at("19:00"), at("20:00"), at("16:00")),  # all of it written in the evening
        (at("08:00", 1), at("08:20", 1), at("16:00")),  # and on the next day
        (None, None, at("16:00")),
    ],
)
def test_the_real_end(begun: datetime | None, closed: datetime | None, ended: datetime) -> None:
    assert real_end(STARTS, ENDS, begun, closed) == ended


def test_first_night_counts_from_the_real_end() -> None:
    early = replace(PEEL, ended_at=at("15:40"))
    assert ("aftercare_day0", "Tue 12 Jan 18:40") in plan(replace(SESSION, performed=early))


# Whether anything was applied --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "facts", "applied"),
    [
        ("peel", {"contact_seconds": 120, "broken_off": True}, True),
        ("peel", {"contact_seconds": 0, "broken_off": True}, False),
        ("extraction", {"broken_off": True}, False),
        ("extraction", {"broken_off": True, "treated": 1}, True),
        ("cryo", {"broken_off": False}, True),
        ("retinoid", {"broken_off": True}, True),
    ],
)
def test_whether_anything_was_applied(kind: str, facts: dict[str, Any], applied: bool) -> None:
    given: dict[str, Any] = {"contact_seconds": None, "treated": 0} | facts
    assert was_applied(kind, **given) is applied


def planned(done: Performed | None, others: str = "") -> set[str]:
    steps = steps_after(STEPS, done, by_code(others).steps if others else ())
    wanted = session_timeline(steps, replace(SESSION, performed=done), BOOKED_AT)
    return {each.kind for each in wanted}


def test_nothing_applied_needs_neither_aftercare_nor_sunscreen() -> None:
    before = planned(None) - AFTER
    assert before == {"precare_14", "screen_due", "stop_retinoid", "precare_3", "tomorrow"}
    assert planned(replace(PEEL, applied=False, broken_off=True)) == before


def test_broken_off_after_it_was_applied_is_cared_for_like_the_whole() -> None:
    assert planned(replace(PEEL, broken_off=True)) == planned(None)


def test_another_treatment_than_the_booked_one_has_its_own_care() -> None:
    extraction = Performed("extraction", ENDS)
    own = planned(None) - AFTER
    assert planned(extraction, "EXT") == own | {
        "aftercare_day0",
        "check_1",
        "routine_3",
        "healing_7",
    }


# Not at all --------------------------------------------------------------------------------------


def gone(state: SessionState, known: str, days: int = 0) -> SessionFacts:
    return replace(SESSION, state=state, gone_at=at(known, days))


def asked(facts: SessionFacts) -> list[tuple[str, str]]:
    return listed(session_timeline(STEPS, facts, BOOKED_AT))


def test_a_missed_visit_asks_to_book_again_the_next_morning_and_nothing_else() -> None:
    assert asked(gone("no_show", "18:00")) == [("rebook", "Wed 13 Jan 09:00")]


def test_a_cancelled_visit_asks_three_days_after_the_news() -> None:
    assert asked(gone("cancelled", "11:00", -5)) == [("rebook", "Sun 10 Jan 09:00")]


def test_nothing_is_asked_while_something_is_booked() -> None:
    assert asked(replace(SESSION, state="no_show")) == []


def test_what_the_course_says_itself_is_not_said_twice() -> None:
    (missed,) = session_timeline(STEPS, gone("no_show", "18:00"), BOOKED_AT)
    (left,) = session_timeline(STEPS, gone("cancelled", "18:00"), BOOKED_AT)

    def chain(days: int) -> list[Any]:
        later = timedelta(days=days)
        due, expires = missed.due_at + later, missed.expires_at + later
        return [replace(missed, kind="overdue", due_at=due, expires_at=expires)]

    assert without_echo([missed], chain(6), "no_show") == (missed,)
    assert without_echo([missed], chain(3), "no_show") == ()
    assert without_echo([left], [], "cancelled") == (left,)
    assert without_echo([left], chain(6), "cancelled") == ()
