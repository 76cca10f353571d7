"""Letters around visits of no course, and those that ask to book again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinic.actions import booking
from clinic.models import Appointment, Service
from patients import subjects
from patients.actions import delivery
from patients.models import Message
from patients.subjects import Facts, Stop
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.smtp import Postbox
from tests.treatments.test_plans import book, proposed, start
from tests.treatments.visit_logs import signed
from treatments.actions import course_messages
from treatments.models import Protocol

DAY = timedelta(days=1)


def at(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


THURSDAY = at(10, 10)


def assessment(cast: Cast, start: datetime = THURSDAY) -> Appointment:
    service = Service.objects.get(key="assessment")
    claim = booking.Claim(service, start, (cast.dr_cole.pk, cast.peel_room.pk))
    return booking.book(patient=cast.ada, location=cast.harbour, claim=claim, by=cast.fern, now=NOW)


def single(cast: Cast, modality: str = "extraction", start: datetime = THURSDAY) -> Appointment:
    """A treatment that no course has, as the clinic's services allow it."""
    service = Protocol.objects.get(modality=modality).first_service
    Service.objects.filter(pk=service.pk).update(stands_alone=True)
    made: Appointment = AppointmentFactory(
        location=cast.harbour, patient=cast.ada, service=service, start=start, status="booked"
    )
    course_messages.replan_alone(patient=cast.ada, now=NOW)
    return made


def planned(visit: Appointment) -> list[tuple[str, datetime]]:
    rows = Message.objects.filter(subject_key=f"appointment:{visit.pk}", status="planned")
    return list(rows.order_by("due_at", "pk").values_list("kind", "due_at"))


def kinds(visit: Appointment) -> list[str]:
    return [kind for kind, _due in planned(visit)]


def look(visit: Appointment, kind: str, now: datetime) -> Any:
    message = Message.objects.filter(subject_key=f"appointment:{visit.pk}", kind=kind).latest("pk")
    return subjects.look(message, now)


# An assessment -----------------------------------------------------------------------------------


def test_an_assessment_is_reminded_of_on_the_eve_and_confirmed_once(cast: Cast, now: Any) -> None:
    visit = assessment(cast)
    assert planned(visit) == [("tomorrow", at(9, 18))]
    assert Message.objects.filter(kind="booked").count() == 1


def test_its_reminder_moves_with_it(cast: Cast, now: Any) -> None:
    visit = assessment(cast)
    claim = booking.Claim(visit.service, at(14, 10), (cast.dr_cole.pk, cast.peel_room.pk))
    booking.move(appointment=visit, claim=claim, by=cast.fern, now=NOW)
    assert planned(visit) == [("tomorrow", at(13, 18))]


def test_the_reminder_says_what_to_bring(cast: Cast, now: Any, postbox: Postbox) -> None:
    assessment(cast)
    delivery.deliver_due(now=at(9, 18))
    (mail,) = [m for m in postbox.mails if m["Subject"] == "Tomorrow, 10:00"]
    part = mail.get_body(("plain",))
    assert part is not None
    said = part.get_content()
    assert "Come without make-up, so that we can look at your skin." in said
    assert "Yes, I will be there" in said


# Booked again ------------------------------------------------------------------------------------


def cancelled(cast: Cast, visit: Appointment, notify: bool = True) -> None:
    booking.cancel(appointment=visit, reason="ill", by=cast.fern, now=NOW, notify=notify)


def test_a_cancelled_visit_asks_after_three_days(cast: Cast, now: Any) -> None:
    visit = assessment(cast)
    cancelled(cast, visit)
    assert planned(visit) == [("rebook", at(3, 9))]


def test_who_was_left_untold_is_not_asked(cast: Cast, now: Any) -> None:
    visit = assessment(cast)
    cancelled(cast, visit, notify=False)
    assert planned(visit) == []


def test_a_missed_visit_asks_the_next_morning_and_nothing_else(cast: Cast, now: Any) -> None:
    visit = assessment(cast, at(1, 10))
    booking.mark_no_show(appointment=visit, by=cast.fern, now=at(1, 11))
    assert planned(visit) == [("rebook", at(2, 9))]
    booking.undo_status(appointment=visit, by=cast.fern, now=at(1, 12))
    assert planned(visit) == []


def test_any_new_visit_is_the_answer(cast: Cast, now: Any) -> None:
    visit = assessment(cast)
    cancelled(cast, visit)
    assert kinds(visit) == ["rebook"]
    assessment(cast, at(15, 10))
    assert planned(visit) == []
    assert look(visit, "rebook", NOW) == Stop("another visit is booked")


def test_of_two_cancelled_visits_one_letter_asks(cast: Cast, now: Any) -> None:
    first, second = assessment(cast), assessment(cast, at(15, 10))
    cancelled(cast, first)
    assert kinds(first) == []
    cancelled(cast, second)
    assert [kinds(first), kinds(second)] == [[], ["rebook"]]


def test_the_letter_names_the_day_and_may_be_refused(
    cast: Cast, now: Any, postbox: Postbox
) -> None:
    cancelled(cast, assessment(cast))
    delivery.deliver_due(now=at(3, 9))
    (mail,) = [m for m in postbox.mails if m["Subject"] == "Shall we find another time?"]
    part = mail.get_body(("plain",))
    assert part is not None
    assert "Your visit on Thursday 10 December did not take place" in " ".join(
        part.get_content().split()
    )
    assert "next_steps" in mail["List-Unsubscribe"]


# A treatment that stands alone -------------------------------------------------------------------


def test_a_single_extraction_has_the_letters_of_its_protocol(cast: Cast, now: Any) -> None:
    visit = single(cast)
    assert planned(visit)[:5] == [
        ("screen_due", at(3, 9)),
        ("precare_3", at(7, 9)),
        ("tomorrow", at(9, 18)),
        ("aftercare_day0", at(10, 13) + timedelta(minutes=20)),
        ("check_1", at(11, 9)),
    ]
    assert kinds(visit)[5:] == ["routine_3", "healing_7"]
    facts = look(visit, "tomorrow", NOW)
    assert isinstance(facts, Facts)
    assert facts.context["modality"] == "extraction"


def test_done_it_is_looked_at_again_after_a_month_and_three(cast: Cast, now: Any) -> None:
    record = {"tool": "lancet", "antiseptic": "alcohol", "uncharted": 3}
    visit = signed(cast, record, days_ago=0, modality="extraction").appointment
    assert kinds(visit) == [
        "aftercare_day0",
        "check_1",
        "routine_3",
        "healing_7",
        "outcome",
        "look_back_90",
    ]


def test_broken_off_at_once_it_leaves_nothing(cast: Cast, now: Any) -> None:
    off = {"broken_off": True, "broken_off_why": "A cold sore"}
    visit = signed(cast, {"tool": "lancet"}, days_ago=0, modality="extraction", **off).appointment
    assert planned(visit) == []


# With a course -----------------------------------------------------------------------------------


def test_the_sessions_of_a_course_are_no_visits_of_their_own(cast: Cast, now: Any) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    assert not Message.objects.filter(subject_key__startswith="appointment:").exists()
    assert course_messages.replan_all(now=NOW) == 0


def test_a_visit_that_becomes_a_session_gives_up_its_letters(cast: Cast, now: Any) -> None:
    visit = single(cast, "glycolic")
    assert "tomorrow" in kinds(visit)
    course = start(cast)
    course.sessions.filter(number=1).update(appointment=visit)
    booking.confirm(appointment=visit, by=cast.fern, now=NOW)
    assert planned(visit) == []
    assert Message.objects.filter(
        subject_key=course.sessions.get(number=1).subject_key, kind="tomorrow"
    ).exists()


def test_the_first_session_missed_asks_to_book_again(cast: Cast, now: Any) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    for session in course.sessions.order_by("-number").select_related("appointment"):
        assert session.appointment is not None
        booking.cancel(appointment=session.appointment, reason="", by=cast.fern, now=NOW)
    rows = Message.objects.filter(kind="rebook", status="planned")
    first = course.sessions.get(number=1)
    assert [(row.subject_key, row.due_at) for row in rows] == [(first.subject_key, at(3, 9))]


def test_a_session_in_between_is_not_asked_for_while_others_stand(cast: Cast, now: Any) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    third = Appointment.objects.get(session__course=course, session__number=3)
    booking.cancel(appointment=third, reason="ill", by=cast.fern, now=NOW)
    assert not Message.objects.filter(kind="rebook").exists()


def test_a_visit_entered_as_it_begins_leaves_the_others_their_say(cast: Cast, now: Any) -> None:
    """It is no answer to what was cancelled after its start; the visit that still stands is."""
    assessment(cast)
    gone = assessment(cast, at(15, 10))
    cancelled(cast, gone)
    assert kinds(gone) == []
    assessment(cast, NOW)
    assert kinds(gone) == []


# The night ---------------------------------------------------------------------------------------


def test_the_night_heals_visits_of_no_course(cast: Cast, now: Any) -> None:
    visit = assessment(cast)
    Message.objects.filter(kind="tomorrow").delete()
    assert course_messages.replan_all(now=NOW + timedelta(hours=3)) == 1
    assert planned(visit) == [("tomorrow", at(9, 18))]
    assert course_messages.replan_all(now=NOW + timedelta(hours=3)) == 0


# Queries -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("visits", [1, 4])
def test_planning_and_looking_take_the_same_queries_however_many_visits(
    cast: Cast, now: Any, visits: int, django_assert_num_queries: Any
) -> None:
    made = [single(cast, start=at(10 + 2 * n, 10)) for n in range(visits)]
    Message.objects.all().delete()
    with django_assert_num_queries(7):
        course_messages.replan_alone(patient=cast.ada, now=NOW)
    with django_assert_num_queries(6):
        assert not course_messages.replan_alone(patient=cast.ada, now=NOW)
    rows = Message.objects.filter(kind="tomorrow").select_related("patient")
    keys = {f"appointment:{each.pk}" for each in made}
    assert {row.subject_key for row in rows} == keys
    with django_assert_num_queries(5):
        assert all(isinstance(each, Facts) for each in subjects.look_at(rows, NOW).values())


def test_booking_one_more_takes_the_same_queries_however_many_there_are(
    cast: Cast, now: Any, django_assert_num_queries: Any
) -> None:
    for n in range(2):
        with django_assert_num_queries(17):
            assessment(cast, at(10 + n, 10))


def test_who_has_no_visit_of_their_own_costs_one_query(
    cast: Cast, now: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        course_messages.replan_alone(patient=cast.ada, now=NOW)
