"""The life of a course: it completes by itself; people stop it and take it up again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.actions import booking
from clinic.actions.claims import BookingRefused, Claim
from clinic.models import Appointment
from patients.models import Message
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.health import receive
from tests.treatments.test_plans import book, proposed, start
from tests.treatments.test_series_search import book_session
from treatments.actions import courses as course_actions
from treatments.actions.courses import CourseRefused
from treatments.models import Course
from treatments.queries import courses


def treat(cast: Cast, course: Course) -> datetime:
    """Every session takes place at its time; answers when the last one was closed."""
    end = NOW
    for visit in Appointment.objects.filter(session__course=course).order_by("during"):
        end = visit.during.upper
        receive(appointment=visit, by=cast.fern, now=visit.during.lower)
        agree(visit.patient, cast.fern, visit.service.stripe)
        booking.complete(appointment=visit, by=cast.cole, now=end)
    return end


def booked(cast: Cast) -> Course:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    return course


def test_a_course_completes_with_its_last_session(cast: Cast) -> None:
    course = booked(cast)
    treat(cast, course)
    course.refresh_from_db()
    assert course.status == "completed"
    letters = Message.objects.filter(subject_key=course.subject_key, status="planned")
    assert {each.kind for each in letters} == {"plan_complete", "maintenance"}
    assert start(cast).status == "active"  # and the next one may begin


def test_taking_the_last_session_back_takes_the_end_back(cast: Cast) -> None:
    course = booked(cast)
    end = treat(cast, course)
    last = Appointment.objects.filter(session__course=course).latest("during")
    booking.undo_status(appointment=last, by=cast.fern, now=end)
    course.refresh_from_db()
    assert course.status == "active"


def test_a_stopped_course_sends_nothing_more_and_says_why(cast: Cast) -> None:
    course = booked(cast)
    course_actions.stop(course=course, reason="irritation", by=cast.cole, now=NOW)
    course.refresh_from_db()
    assert (course.status, course.status_reason) == ("stopped", "irritation (Dr Cole)")
    waiting = Message.objects.filter(status="planned", subject_key__startswith="session:")
    assert waiting.count() == 0
    assert Appointment.objects.standing().count() == 5


def test_nothing_is_booked_for_a_stopped_course(cast: Cast) -> None:
    course = start(cast)
    slots = proposed(course).best.slots
    course_actions.stop(course=course, reason="moved away", by=cast.cole, now=NOW)
    with pytest.raises(BookingRefused, match="This course is stopped"):
        book(cast, course, slots)


def test_a_course_taken_up_again_has_its_letters_again(cast: Cast) -> None:
    course = booked(cast)
    before = set(Message.objects.filter(status="planned").values_list("kind", "occurrence"))
    course_actions.stop(course=course, reason="a pause", by=cast.cole, now=NOW)
    course_actions.take_up(course=course, by=cast.cole, now=NOW)
    after = set(Message.objects.filter(status="planned").values_list("kind", "occurrence"))
    assert after == before


@pytest.mark.parametrize("reason", ["", "   "])
def test_stopping_needs_a_reason(cast: Cast, reason: str) -> None:
    with pytest.raises(CourseRefused, match="Say why"):
        course_actions.stop(course=start(cast), reason=reason, by=cast.cole, now=NOW)


def test_a_gap_beyond_the_lapse_needs_a_clinician_with_a_reason(cast: Cast) -> None:
    course = start(cast)
    best = proposed(course).best
    book(cast, course, best.slots[:1])
    first = Appointment.objects.get()
    people = tuple(first.reservations.order_by("need__position").values_list("resource", flat=True))
    request = {
        "claim": Claim(
            cast.glycolic.follow_up_service, first.during.lower + timedelta(days=49), people
        ),
        "patient": cast.ada,
        "location": cast.harbour,
        "now": NOW,
    }
    with pytest.raises(BookingRefused, match="After 42 days a course of Glycolic peel has lapsed"):
        booking.book(by=cast.fern, **request)
    assert booking.book(by=cast.cole, override_reason="assessed on 18 Jan", **request).pk


def test_a_course_is_read_for_a_search_in_two_queries_whatever_is_booked(cast: Cast) -> None:
    course = start(cast)
    book_session(course, 1, datetime(2026, 11, 10, 10, tzinfo=UTC), cast, done=True)
    book_session(course, 2, datetime(2026, 12, 1, 10, tzinfo=UTC), cast, done=False)
    with CaptureQueriesContext(connection) as caught:
        read = courses.with_dates().get(pk=course.pk)
        dots = courses.dots(read)
        run = courses.open_run(read)
        assert read.plan.patient == cast.ada
        assert read.protocol.service_of(1).minutes + read.protocol.service_of(2).minutes == 75
        assert read.location == cast.harbour
    assert len(caught) == 2
    assert [each.number for each in run] == [3, 4, 5]
    assert [each.state for each in dots] == ["done", "booked", "open", "open", "open"]
    assert dots == courses.dots(courses.with_sessions().get(pk=course.pk))
