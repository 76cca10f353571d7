"""A waiting session put onto a time of the calendar: the judgement, and booking it there."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import Appointment
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.treatments.test_series_search import book_session, start
from tests.treatments.test_series_views import words
from treatments.actions import plans
from treatments.models import Course, Session

As = Callable[[Any], Client]
HTMX = {"HX-Request": "true"}
FIRST = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)


def ongoing(cast: Cast) -> Session:
    """Session 2 of a course of four, its first done on Monday 16 November."""
    course = start(cast, 4, practitioner=cast.dr_cole)
    book_session(course, 1, FIRST, cast, done=True)
    return course.sessions.get(number=2)


def look(client: Client, session: Session, start: str, **more: Any) -> Any:
    url = reverse("session-place", args=[session.pk])
    return client.get(url, {"start": start, **more})


def press(client: Client, page: Any, session: Session, **more: Any) -> Any:
    url = reverse("session-place", args=[session.pk]) + "?start=2026-12-07T15:30"
    return client.post(url, {"offer": page.context["offer"], **more}, headers=HTMX)


def test_a_time_in_the_window_is_booked_with_who_was_dropped_on(cast: Cast, as_: As) -> None:
    session, client = ongoing(cast), as_(cast.fern)
    page = look(client, session, "2026-12-07T15:30", resource=cast.nurse_nora.pk)
    text = words(page.content.decode())
    assert "Mon 7 Dec 2026, 15:30" in text
    assert "With Nurse Nora and Peel room 1" in text
    assert "After session 1 21 days" in text
    answer = press(client, page, session)
    assert "Session 2 of Ada Lindqvist is booked." in words(answer.content.decode())
    assert answer["HX-Trigger-After-Swap"] == "appointment-changed"
    session.refresh_from_db()
    assert session.appointment.during.lower == datetime(2026, 12, 7, 15, 30, tzinfo=UTC)
    held = session.appointment.reservations.values_list("resource__name", flat=True)
    assert sorted(held) == ["Nurse Nora", "Peel room 1"]
    letter = Message.objects.get(subject_key=f"booking:{session.appointment.booking_id}")
    assert (letter.kind, letter.status) == ("booked", "planned")


def test_a_room_chooses_the_room_and_the_course_its_practitioner(cast: Cast, as_: As) -> None:
    page = look(
        as_(cast.fern), ongoing(cast), "2026-12-07T15:30", resource=cast.second_peel_room.pk
    )
    assert page.context["placing"].names == ("Dr Cole", "Peel room 2")


def test_without_scripts_it_is_a_page_that_leads_back_to_the_record(cast: Cast, as_: As) -> None:
    session, client = ongoing(cast), as_(cast.fern)
    url = reverse("session-place", args=[session.pk]) + "?start=2026-12-07T15:30"
    page = client.get(url)
    assert "<h1>Ada Lindqvist</h1>" in page.content.decode()
    answer = client.post(url, {"offer": page.context["offer"]})
    assert answer["Location"] == reverse("patient-detail", args=[cast.ada.pk])


def test_a_taken_time_names_the_nearest_of_that_day(cast: Cast, as_: As) -> None:
    session = ongoing(cast)
    other = start_for_ben(cast)
    book_session(other, 1, datetime(2026, 12, 7, 15, 30, tzinfo=UTC), cast, done=False)
    page = look(as_(cast.fern), session, "2026-12-07T15:30", resource=cast.dr_cole.pk)
    placing = page.context["placing"]
    assert placing.slot is None
    assert [f"{each:%H:%M}" for each in placing.nearest] == ["14:30", "14:45", "15:00", "16:15"]
    text = words(page.content.decode())
    assert "Ada Lindqvist has another visit then. Nearest on that day: 14:30" in text
    assert 'name="offer"' not in page.content.decode()


def start_for_ben(cast: Cast) -> Course:
    terms = plans.CourseTerms(cast.glycolic, cast.harbour, 4)
    return plans.start_course(patient=cast.ben, terms=terms, by=cast.fern, now=NOW)


def test_a_gap_below_the_floor_has_no_button(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 12, 1, 15, 30, tzinfo=UTC), cast, done=False)
    page = look(as_(cast.cole), course.sessions.get(number=2), "2026-12-07T15:30")
    text = words(page.content.decode())
    assert "6 days: too soon, nobody may book it" in text
    assert 'name="offer"' not in page.content.decode()


def test_a_short_gap_is_for_a_clinician_with_a_reason(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 25, 15, 30, tzinfo=UTC), cast, done=True)
    session = course.sessions.get(number=2)
    page = look(as_(cast.fern), session, "2026-12-07T15:30")
    assert "Ask a clinician to book it" in words(page.content.decode())
    client = as_(cast.cole)
    page = look(client, session, "2026-12-07T15:30")
    refused = press(client, page, session)
    assert "A clinician may book it with a reason." in words(refused.content.decode())
    assert "Nothing was booked" in words(refused.content.decode())
    assert "is booked." in words(
        press(client, page, session, reason="skin is calm").content.decode()
    )
    assert Appointment.objects.get(session=session).override_reason == "skin is calm"


def test_a_late_gap_is_warned_of_and_booked(cast: Cast, as_: As) -> None:
    session, client = ongoing(cast), as_(cast.fern)
    page = look(client, session, "2026-12-18T15:30")
    assert "32 days: longer than usual, allowed" in words(page.content.decode())
    assert "is booked." in words(press(client, page, session).content.decode())


def test_the_distance_to_a_later_session_counts_too(cast: Cast, as_: As) -> None:
    session = ongoing(cast)
    third = datetime(2026, 12, 28, 15, 30, tzinfo=UTC)
    book_session(session.course, 3, third, cast, done=False)
    page = look(as_(cast.fern), session, "2026-12-18T15:30")
    assert "Before session 3" in words(page.content.decode())
    assert [(gap.before, gap.after, gap.days) for gap in page.context["placing"].gaps] == [
        (1, 2, 32),
        (2, 3, 10),
    ]


def test_a_session_that_was_booked_meanwhile_is_left_alone(cast: Cast, as_: As) -> None:
    session, client = ongoing(cast), as_(cast.fern)
    first = look(client, session, "2026-12-07T15:30")
    second = look(client, session, "2026-12-08T15:30")
    press(client, first, session)
    refused = press(client, second, session)
    assert "Session 2 has a date by now." in words(refused.content.decode())
    assert Appointment.objects.filter(patient=cast.ada).count() == 2


def test_the_same_press_twice_books_once(cast: Cast, as_: As) -> None:
    session, client = ongoing(cast), as_(cast.fern)
    page = look(client, session, "2026-12-07T15:30")
    for _ in range(2):
        assert "is booked." in words(press(client, page, session).content.decode())
    assert Appointment.objects.filter(patient=cast.ada).count() == 2


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "Choose a time on the calendar."),
        ("tomorrow", "Choose a time on the calendar."),
        ("2026-12-07T15:30+05:00", "Choose a time on the calendar."),
        ("9999-12-31T23:59", "Choose a time on the calendar."),
        ("2027-03-28T01:30", "There is no 01:30 on that day: the clocks go forward."),
        ("2026-11-20T15:30", "Not free at this time Fri 20 Nov, 15:30 is in the past."),
        ("2026-12-07T15:37", "Visits start every 15 minutes; 15:37 is between."),
        ("2026-12-06T15:30", "The clinic is closed then. There is no other time on that day."),
        ("2026-12-07T23:45", "The clinic is closed then. Nearest on that day: 16:30 16:45"),
    ],
)
def test_times_that_cannot_be(cast: Cast, as_: As, text: str, answer: str) -> None:
    page = look(as_(cast.fern), ongoing(cast), text)
    assert page.status_code == 200
    assert answer in words(page.content.decode())
    assert 'name="offer"' not in page.content.decode()


def test_an_offer_that_is_none_of_ours(cast: Cast, as_: As) -> None:
    session, client = ongoing(cast), as_(cast.fern)
    url = reverse("session-place", args=[session.pk]) + "?start=2026-12-07T15:30"
    page = client.post(url, {"offer": "forged"})
    assert page.status_code == 409
    assert "The dates did not arrive as they were shown" in words(page.content.decode())
    assert Appointment.objects.filter(patient=cast.ada).count() == 1


def test_a_stopped_course_takes_nothing(cast: Cast, as_: As) -> None:
    session = ongoing(cast)
    Course.objects.filter(pk=session.course_id).update(status="stopped")
    page = look(as_(cast.fern), session, "2026-12-07T15:30")
    assert "Nothing more is booked for this course." in words(page.content.decode())
