"""One series from the first press to the last letter, over a real SMTP server."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from clinic.accounts.models import User
from clinic.actions import booking
from patients.actions import delivery, registration
from patients.actions.transport import Transport
from patients.models import Message
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.flows.series import (
    DATES,
    DAY,
    STARTS,
    Series,
    book,
    calendars_of,
    events_of,
    start_course,
    text_of,
)
from tests.health import receive
from tests.rounds import send_due
from tests.smtp import Postbox
from treatments.actions import course_messages
from treatments.models import Course

# what a letter must not give away to whoever looks over a shoulder
TELLING = re.compile(
    r"glycolic|salicylic|peel|milium|milia\b(?! clinic)|lesion|cyst", re.IGNORECASE
)


@pytest.fixture
def series(cast: Cast) -> Series:
    return book(cast)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """On the day of a session (by index), London time, which is UTC in winter."""
    return STARTS[day].replace(hour=hour, minute=minute)


def statuses(series: Series, number: int) -> set[tuple[str, str]]:
    rows = Message.objects.filter(subject_key=series.session(number).subject_key)
    return set(rows.values_list("status", "reason"))


# Booking -----------------------------------------------------------------------------------------


def test_the_confirmation_is_one_letter_with_five_dates_and_a_calendar(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    handled, ended = send_due(NOW)
    assert handled == 1
    (mail,) = postbox.mails
    row = Message.objects.get(subject_key=f"booking:{series.booking.pk}")
    assert (mail["Subject"], mail["To"], mail["Message-ID"]) == (
        "Your 5 visits are booked",
        "ada@patient.example",
        row.message_id,
    )
    assert (row.status, row.server_answer) == ("sent", "250 kept as 1")
    assert row.sent_at is not None
    assert NOW <= row.sent_at <= ended
    text = text_of(mail)
    assert re.findall(r"\w{3} \d+ \w{3} \d{4}, \d\d:\d\d", text) == [
        f"{start:%a} {start.day} {start:%b %Y}, 15:00" for start in STARTS
    ]
    assert "+44 20 7946 0000" in text
    html = mail.get_body(("html",))
    assert html is not None
    for said in (mail["Subject"], text, html.get_content()):
        assert TELLING.findall(said) == []


def test_the_calendar_has_every_visit_and_no_treatment(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    delivery.deliver_due(now=NOW)
    calendars = calendars_of(postbox.mails[0])
    assert [each["METHOD"] for each in calendars] == ["PUBLISH"] * 5
    events = events_of(postbox.mails[0])
    assert [each["DTSTART"].dt for each in events] == STARTS
    # the first visit takes longer
    minutes = [(each["DTEND"].dt - each["DTSTART"].dt) / timedelta(minutes=1) for each in events]
    assert minutes == [45, 30, 30, 30, 30]
    assert [each["SEQUENCE"] for each in events] == [2] * 5
    uids = [f"appointment-{series.visit(n).pk}@milia.example" for n in range(1, 6)]
    assert [each["UID"] for each in events] == uids
    assert {each["SUMMARY"] for each in events} == {"Milia Clinic: Visit"}


def test_every_session_holds_a_person_and_a_room(cast: Cast, series: Series) -> None:
    for number in range(1, 6):
        held = series.visit(number).reservations.order_by("need__position")
        assert [each.resource for each in held] == [cast.dr_cole, cast.peel_room]


def test_the_desk_books_the_series_through_the_pages(
    cast: Cast, as_: Callable[[User], Client], postbox: Postbox
) -> None:
    desk = as_(cast.fern)
    course = start_course(cast)
    wishes = "earliest=2026-12-07&weekdays=1&weekdays=3&opens=15:00&closes=18:00"
    page = desk.get(f"/courses/{course.pk}/book/?{wishes}").content.decode()
    offers = re.findall(r'name="offer" value="([^"]+)"', page)
    assert len(offers) >= 3
    confirm = f"/courses/{course.pk}/book/confirm/?{wishes}"

    answer = desk.post(confirm, {"offer": offers[0]})
    again = desk.post(confirm, {"offer": offers[0]})

    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{cast.ada.pk}/")
    # pressed twice, booked once
    assert (again.status_code, again["Location"]) == (302, f"/patients/{cast.ada.pk}/")
    visits = cast.ada.appointments.order_by("during")
    assert [each.during.lower for each in visits] == STARTS
    delivery.deliver_due(now=NOW)
    assert [mail["Subject"] for mail in postbox.mails] == ["Your 5 visits are booked"]


# Cancelling and moving ---------------------------------------------------------------------------


def test_cancelling_a_session_withdraws_its_letters_and_says_so(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    delivery.deliver_due(now=NOW)
    others = Message.objects.exclude(subject_key=series.session(3).subject_key)
    before = set(others.filter(status="planned").values_list("subject_key", "kind", "occurrence"))
    later = NOW + timedelta(hours=1)

    booking.cancel(appointment=series.visit(3), reason="ill", by=cast.fern, now=later)

    assert statuses(series, 3) == {("withdrawn", "visit moved or cancelled")}
    # sessions 2 and 4 are now neighbours: 2 reminds of the sun until 4, nothing else is lost
    after = set(others.filter(status="planned").values_list("subject_key", "kind", "occurrence"))
    assert before <= after
    delivery.deliver_due(now=later)
    assert len(postbox.mails) == 1  # for two minutes it can be taken back without a word
    delivery.deliver_due(now=later + timedelta(minutes=2))
    (_, mail) = postbox.mails
    assert mail["Subject"] == "Your visit on Tue 19 Jan is cancelled"
    (calendar,), (event,) = calendars_of(mail), events_of(mail)
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert event["UID"] == f"appointment-{series.visit(3).pk}@milia.example"
    assert event["SEQUENCE"] == 3


def test_a_cancelled_confirmation_that_was_not_sent_is_not_sent(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    for number in range(1, 6):
        booking.cancel(appointment=series.visit(number), reason="moves away", by=cast.fern, now=NOW)
    delivery.deliver_due(now=NOW + timedelta(minutes=2))
    assert sorted(mail["Subject"] for mail in postbox.mails) == sorted(
        f"Your visit on {start:%a} {start.day} {start:%b} is cancelled" for start in STARTS
    )
    row = Message.objects.get(subject_key=f"booking:{series.booking.pk}")
    assert (row.status, row.reason) == ("suppressed", "cancelled before it was sent")


# After the visit ---------------------------------------------------------------------------------


def test_care_for_the_first_night_goes_out_when_the_visit_is_done(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    delivery.deliver_due(now=NOW)
    receive(appointment=series.visit(1), by=cast.fern, now=at(0, 14, 55))
    agree(cast.ada, cast.fern)
    booking.complete(appointment=series.visit(1), by=cast.cole, now=at(0, 15, 45))
    postbox.raw.clear()

    delivery.deliver_due(now=at(0, 18, 44))
    assert "This evening and tonight" not in [mail["Subject"] for mail in postbox.mails]
    _handled, ended = send_due(at(0, 18, 45))

    mail = postbox.mails[-1]
    assert mail["Subject"] == "This evening and tonight"
    assert "SPF 30" in text_of(mail)
    row = series.message(1, "aftercare_day0")
    assert row.sent_at is not None
    assert (row.status, at(0, 18, 45) <= row.sent_at <= ended) == ("sent", True)
    sent = re.sub(r"(?<=/my/[pa]/)[^/]+", "...", text_of(mail).replace("\r\n", "\n"))
    assert row.sent_text == sent


def test_care_is_held_while_nobody_recorded_the_visit_and_goes_when_it_came_late(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    due = at(0, 18, 45)
    delivery.deliver_due(now=due)
    row = series.message(1, "aftercare_day0")
    assert (row.status, row.try_after) == ("planned", due + timedelta(minutes=15))

    receive(appointment=series.visit(1), by=cast.fern, now=at(0, 18, 50))
    assert delivery.deliver_due(now=due + timedelta(minutes=15)) == 1
    assert series.message(1, "aftercare_day0").status == "sent"


def test_care_after_a_missed_visit_is_withdrawn(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    delivery.deliver_due(now=at(0, 18, 45))
    booking.mark_no_show(appointment=series.visit(1), by=cast.fern, now=at(0, 19))
    planned = Message.objects.filter(subject_key=series.session(1).subject_key, status="planned")
    assert not planned.exists()
    sent = len(postbox.raw)
    delivery.deliver_due(now=at(0, 19, 30))
    assert len(postbox.raw) == sent


def test_a_letter_already_claimed_when_the_visit_was_missed_is_stopped_by_the_last_look(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    due = at(0, 18, 45)
    row = series.message(1, "aftercare_day0")
    tokens = delivery.claim(now=due, limit=20)
    booking.mark_no_show(appointment=series.visit(1), by=cast.fern, now=due)

    with Transport() as post:
        for token in tokens:
            delivery.deliver(token=token, now=due, post=post)

    row.refresh_from_db()
    assert (row.status, row.reason) == ("suppressed", "the patient did not come")
    assert "This evening and tonight" not in [mail["Subject"] for mail in postbox.mails]


# When and whether a letter may go out ------------------------------------------------------------


def test_advice_that_became_due_in_the_night_waits_for_the_morning(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    delivery.deliver_due(now=NOW)
    # due at nine in the morning; the workers were down until half past ten at night
    night = datetime(2026, 12, 5, 22, 30, tzinfo=UTC)
    assert series.message(1, "precare_3").due_at == datetime(2026, 12, 5, 9, tzinfo=UTC)

    delivery.deliver_due(now=night)
    assert len(postbox.raw) == 1
    row = series.message(1, "precare_3")
    morning = datetime(2026, 12, 6, 8, tzinfo=UTC)
    assert (row.status, row.try_after) == ("planned", morning)
    delivery.deliver_due(now=morning)
    assert series.message(1, "precare_3").status == "sent"


def test_without_consent_nothing_goes_out_not_even_an_answer(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    delivery.deliver_due(now=NOW)
    registration.record_email_consent(patient=cast.ada, given=False, by=cast.fern, now=NOW)
    booking.cancel(appointment=series.visit(5), reason="", by=cast.fern, now=NOW)

    delivery.deliver_due(now=NOW)
    delivery.deliver_due(now=datetime(2026, 12, 1, 9, tzinfo=UTC))
    delivery.deliver_due(now=datetime(2026, 12, 5, 9, tzinfo=UTC))

    assert len(postbox.raw) == 1
    closed = Message.objects.filter(status="suppressed").values_list("kind", "reason")
    assert sorted(set(closed)) == [
        ("cancelled", "no consent to e-mail"),
        ("education", "no consent to e-mail"),
        ("precare_3", "no consent to e-mail"),
        ("screen_due", "no consent to e-mail"),
    ]


def test_what_is_due_on_one_day_goes_out_as_one_letter(
    cast: Cast, series: Series, postbox: Postbox
) -> None:
    """Two weeks after session 1 is one week before session 2: sun and questions, one e-mail."""
    receive(appointment=series.visit(1), by=cast.fern, now=at(0, 14, 55))
    agree(cast.ada, cast.fern)
    booking.complete(appointment=series.visit(1), by=cast.cole, now=at(0, 15, 45))
    day = at(0, 9) + 14 * DAY
    sun = Message.objects.get(
        subject_key=series.session(1).subject_key, occurrence=f"{DATES[0]}/+14"
    )
    questions = series.message(2, "screen_due")
    assert sun.due_at == questions.due_at == day

    assert delivery.deliver_due(now=day) == 1

    (mail,) = postbox.mails
    sun.refresh_from_db()
    questions.refresh_from_db()
    lead, other = (questions, sun) if questions.sent_with is None else (sun, questions)
    assert {lead.status, other.status} == {"sent"}
    assert (other.sent_with, mail["Message-ID"]) == (lead, lead.message_id)
    assert mail["Subject"] == "Your sun care reminder"
    text = text_of(mail)
    assert "\n* * *\n" in text.replace("\r\n", "\n")


# Healing -----------------------------------------------------------------------------------------


def test_planning_again_changes_nothing(cast: Cast, series: Series, postbox: Postbox) -> None:
    delivery.deliver_due(now=NOW)
    before = list(Message.objects.order_by("pk").values())
    assert course_messages.replan_all(now=NOW) == 0
    assert course_messages.replan_all(now=NOW + timedelta(minutes=1)) == 0
    assert list(Message.objects.order_by("pk").values()) == before


def test_planning_again_heals_a_lost_event(cast: Cast, series: Series) -> None:
    wanted = set(Message.objects.values_list("subject_key", "kind", "occurrence", "due_at"))
    Message.objects.filter(subject_key=series.session(4).subject_key).delete()
    assert course_messages.replan_all(now=NOW) == 1
    found = Message.objects.values_list("subject_key", "kind", "occurrence", "due_at")
    assert set(found) == wanted


def test_a_stopped_course_falls_silent(cast: Cast, series: Series, postbox: Postbox) -> None:
    delivery.deliver_due(now=NOW)
    Course.objects.filter(pk=series.course.pk).update(status="stopped")
    # whatever the nightly run has not withdrawn yet is stopped by the last look
    delivery.deliver_due(now=datetime(2026, 12, 5, 9, tzinfo=UTC))
    # what is about the skin and no visit of it is still true
    _booked, about_the_skin = postbox.mails
    assert about_the_skin["Subject"] == "Good to know: why hands off is best"
    row = Message.objects.get(subject_key=series.session(1).subject_key, kind="precare_3")
    assert (row.status, row.reason) == ("suppressed", "the course is stopped")
