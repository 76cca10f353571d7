"""What is still written when a course goes no further."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from patients.models import Message
from patients.subjects import Facts, Stop
from tests.conftest import NOW, Cast
from tests.treatments.peel_session import BOOKED_AT, SESSION, STEPS
from tests.treatments.test_letters_after import (
    AFTER,
    DONE,
    MINUTE,
    begun,
    first_session,
    kinds,
    seen,
    signed,
)
from treatments.actions import course_messages
from treatments.actions import courses as course_actions
from treatments.message_schedule import care_only, session_timeline
from treatments.models import Course


def stopped(cast: Cast, course: Course) -> None:
    later = NOW + timedelta(minutes=30)
    course_actions.stop(course=course, reason="a reaction", by=cast.cole, now=later)


def paused(cast: Cast, course: Course) -> None:
    later = NOW + timedelta(minutes=30)
    course_actions.pause(course=course, reason="calm", until=None, by=cast.cole, now=later)


@pytest.mark.parametrize("halt", [stopped, paused])
def test_care_for_what_was_done_goes_on_when_the_course_does_not(
    cast: Cast, now: Any, halt: Callable[..., Any]
) -> None:
    """It may have been stopped because of what was done."""
    session = first_session(cast)
    signed(cast, begun(cast, session), DONE, NOW + 12 * MINUTE)
    halt(cast, session.course)
    assert kinds(session) == AFTER
    waiting = Message.objects.filter(status="planned", transactional=False)
    assert set(waiting.values_list("subject_key", flat=True)) <= {
        session.subject_key,
        f"patient:{cast.ada.pk}",
    }
    assert isinstance(seen(session, "check_1", NOW + timedelta(days=1)), Facts)
    Message.objects.filter(subject_key=session.subject_key, kind="flaking_3").delete()
    course_messages.replan_all(now=NOW + timedelta(hours=1))
    assert kinds(session) == AFTER


def test_a_course_that_was_stopped_does_not_ask_how_to_go_on(cast: Cast, now: Any) -> None:
    session = first_session(cast)
    signed(cast, begun(cast, session), DONE, NOW + 12 * MINUTE)
    stopped(cast, session.course)
    Message.objects.filter(subject_key=session.subject_key, kind="check_1").update(kind="progress")
    later = NOW + timedelta(days=1)
    assert seen(session, "progress", later) == Stop("the course is stopped")
    fourth = replace(SESSION, number=4, total=6)
    care = session_timeline(care_only(STEPS), fourth, BOOKED_AT)
    assert {each.kind for each in care} == AFTER
    assert "progress" in {each.kind for each in session_timeline(STEPS, fourth, BOOKED_AT)}
