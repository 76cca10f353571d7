"""A patient answers by the link in a letter: will be there, or cannot come."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.actions import answers, booking
from clinic.letters import visit_links
from clinic.models import Appointment, VisitAnswer
from clinic.queries import answers as given
from clinic.queries import unreachable
from patients.actions import links
from tests.conftest import NOW, Cast
from tests.depth import looks
from tests.factories.clinic import AppointmentFactory
from tests.treatments.test_series_views import words

PAGE = "/my/visit/"


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    made: Appointment = AppointmentFactory(
        patient=cast.ada, location=cast.harbour, start=NOW + timedelta(days=2)
    )
    return Appointment.objects.select_related("location", "patient").get(pk=made.pk)


@pytest.fixture
def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def link(visit: Appointment) -> str:
    want = visit_links(visit)["confirm_url"]
    wanted = links.Wanted(
        visit.patient_id, want.purpose, want.subject_key, want.expires_at, want.version
    )
    return reverse(want.route, args=[links.make(wanted=[wanted], now=NOW)[wanted]])


def press(phone: Client, choice: str, **more: str) -> tuple[int, str]:
    page = phone.get(PAGE).content.decode()
    csrf = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    fields = {"csrfmiddlewaretoken": csrf.group(1) if csrf else "", "answer": choice}
    answer = phone.post(PAGE, fields | more)
    return answer.status_code, words(answer.content.decode())


def status(visit: Appointment) -> str:
    return Appointment.objects.get(pk=visit.pk).status


def test_the_page_says_when_and_where_and_nothing_else(phone: Client, visit: Appointment) -> None:
    answer = phone.get(link(visit), follow=True)
    text = words(answer.content.decode())
    assert "Will you be there? Wednesday 2 December 09:00" in text
    assert "Harbour Street" in text
    assert not re.search("peel|glycol|Lindqvist", text, re.IGNORECASE)


def test_confirming(phone: Client, visit: Appointment) -> None:
    phone.get(link(visit))
    code, text = press(phone, "confirm")
    assert (code, status(visit)) == (200, "confirmed")
    assert "Thank you, we expect you" in text
    assert press(phone, "confirm") == (code, text)
    assert VisitAnswer.objects.get().answer == "confirms"


def test_who_cannot_come_waits_for_the_desk_and_the_visit_stands(
    phone: Client, visit: Appointment, cast: Cast, as_: Callable[[Any], Client]
) -> None:
    phone.get(link(visit))
    press(phone, "confirm")
    code, text = press(phone, "cannot_come", words="Any morning of the week after")
    assert (code, status(visit)) == (200, "booked")
    assert "Your visit is not cancelled yet: we call you to find another time." in text

    desk = as_(cast.fern)
    listed = words(desk.get("/worklist/").content.decode())
    assert "Cannot come" in listed
    assert "“Any morning of the week after”" in listed
    (waiting,) = given.waiting(cast.harbour)
    desk.post(reverse("answer-settle", args=[waiting.pk]))
    assert not given.waiting(cast.harbour)
    waiting.refresh_from_db()
    assert (waiting.settled_by, status(visit)) == (cast.fern, "booked")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Not\x00 on\r\nFriday\u202e", "Not on Friday"),
        (" \x00 ", ""),
        ("<b>x</b> {first_name}", "<b>x</b> {first_name}"),
        ("A" * 4000, "A" * 300),
    ],
)
def test_whatever_is_written_can_be_kept(
    phone: Client, visit: Appointment, said: str, kept: str
) -> None:
    phone.get(link(visit))
    assert press(phone, "cannot_come", words=said)[0] == 200
    assert VisitAnswer.objects.get().words == kept


def test_the_latest_answer_counts_and_opens_what_was_seen_to(
    visit: Appointment, cast: Cast
) -> None:
    answers.cannot_come(appointment=visit, version=1, words="", now=NOW)
    answers.settle(answer=VisitAnswer.objects.get(), by=cast.fern, now=NOW)
    answers.cannot_come(appointment=visit, version=1, words="", now=NOW)
    assert not given.waiting(cast.harbour)
    answers.cannot_come(appointment=visit, version=1, words="Really not", now=NOW)
    assert given.waiting(cast.harbour).get().words == "Really not"
    answers.confirm(appointment=visit, version=1, now=NOW)
    assert (given.cannot_come(visit), status(visit)) == (False, "confirmed")


def test_a_moved_visit_has_another_link_and_its_old_answers_are_over(
    phone: Client, visit: Appointment, cast: Cast
) -> None:
    before = link(visit)
    answers.cannot_come(appointment=visit, version=1, words="", now=NOW)
    Appointment.objects.filter(pk=visit.pk).update(version=2)
    assert phone.get(before, follow=True).status_code == 410
    assert not given.waiting(cast.harbour)
    with pytest.raises(answers.AnswerOver):
        answers.confirm(appointment=visit, version=1, now=NOW)


def test_a_cancelled_visit_has_nothing_to_answer(
    phone: Client, visit: Appointment, cast: Cast
) -> None:
    address = link(visit)
    booking.cancel(appointment=visit, reason="x", by=cast.fern, now=NOW)
    assert phone.get(address, follow=True).status_code == 410


def test_only_a_button_of_ours_acts_and_many_looks_change_nothing(
    phone: Client, visit: Appointment, now: object
) -> None:
    address = link(visit)
    phone.get(address)
    assert phone.post(PAGE, {"answer": "confirm"}).status_code == 403
    with CaptureQueriesContext(connection) as caught:
        for _time in range(looks(250)):
            phone.get(address)
            phone.head(address)
            phone.get(PAGE)
            phone.head(PAGE)
    written = [each["sql"] for each in caught if not each["sql"].startswith(("SELECT", "WITH"))]
    assert (written, status(visit), VisitAnswer.objects.count()) == ([], "booked", 0)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("clinic_visitanswer_once", {}),
        ("clinic_visitanswer_settled_at_with_by", {"version": 2, "settled_at": NOW}),
    ],
)
def test_what_an_answer_may_be(visit: Appointment, name: str, fields: dict[str, Any]) -> None:
    values = {"appointment": visit, "version": 1, "answer": "confirms", "answered_at": NOW}
    VisitAnswer.objects.create(**values)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        VisitAnswer.objects.create(**values | fields)


def test_the_desk_sees_whom_no_letter_reaches(
    visit: Appointment, cast: Cast, as_: Callable[[Any], Client]
) -> None:
    assert not unreachable.with_visits(cast.harbour, NOW)
    ada = cast.ada
    ada.email_refused, ada.email_refused_at, ada.email_refused_answer = ada.email, NOW, "550 who?"
    ada.save()
    assert list(unreachable.with_visits(cast.harbour, NOW)) == [ada]
    assert not unreachable.with_visits(cast.harbour, NOW + timedelta(days=3))
    assert "550 who?" in as_(cast.fern).get("/worklist/").content.decode()
