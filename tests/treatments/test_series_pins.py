"""Keeping dates while the others are searched for, booking a part, and a clinician's reason."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.models import Appointment, Booking, Closure, Reservation, Resource
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.treatments.test_rest_periods import book_laser, laser_people
from tests.treatments.test_series_search import away, best, book_session, find, loaded, start
from tests.treatments.test_series_views import cards, confirm_url, dates, errors, offer, url, words
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Session

As = Callable[[Any], Client]
DAMAGED = "A kept date did not arrive as it was shown. Choose again."


def kept(card: Any) -> list[int]:
    return [each.number for each in card.sessions if each.kept]


def keep(client: Client, course: Course, card: Any, number: int) -> Any:
    """Press "keep" at one session of a proposal."""
    (session,) = [each for each in card.sessions if each.number == number]
    return client.get(url(course) + session.keep_url)


# Keeping a date -----------------------------------------------------------------------------------


def test_a_kept_date_stays_and_the_others_are_found_around_it(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    sooner = cards(client.get(url(course)))[1]
    assert (sooner.title, dates(sooner)[1]) == ("Sooner", "Tue 15 Dec 09:00")
    page = keep(client, course, sooner, 2)
    assert len(cards(page)) == 4
    assert {dates(card)[1] for card in cards(page)} == {"Tue 15 Dec 09:00"}
    assert [kept(card) for card in cards(page)] == [[2]] * 4
    text = page.content.decode()
    assert text.count('<input type="hidden" name="pin"') == 1
    assert "Kept the date of session 2: let it go" in words(text)


def test_two_dates_may_be_kept_and_one_let_go_again(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    page = keep(client, course, cards(client.get(url(course)))[0], 2)
    page = keep(client, course, cards(page)[0], 4)
    assert kept(cards(page)[0]) == [2, 4]
    page = keep(client, course, cards(page)[0], 2)
    assert kept(cards(page)[0]) == [4]


def test_what_was_searched_around_kept_dates_can_be_booked(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    page = keep(client, course, cards(client.get(url(course)))[1], 2)
    assert client.post(confirm_url(course), {"offer": offer(cards(page)[0])}).status_code == 302
    second = course.sessions.get(number=2).appointment
    assert second is not None
    assert f"{second.starts_at:%a %-d %b %H:%M}" == "Tue 15 Dec 09:00"


def test_a_fixed_day_is_kept_at_whatever_time_is_free(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    asked = {"earliest": "2026-12-01", "weekdays": "1", "fixed": "3", "fixed_on": "2027-01-14"}
    best = cards(client.get(url(course), asked))[0]
    assert dates(best)[2] == "Thu 14 Jan 09:00"
    assert kept(best) == [3]
    freed = client.get(url(course) + best.sessions[2].keep_url)
    assert dates(cards(freed)[0])[2] == "Tue 12 Jan 09:00"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"fixed": "3"}, {"fixed_on": ["Write the day of session 3."]}),
        ({"fixed_on": "2027-01-14"}, {"fixed": ["Choose the session for this day."]}),
        (
            {"fixed": "9", "fixed_on": "2027-01-14"},
            {"fixed": ["This session is not to be booked now."]},
        ),
        ({"fixed": "3", "fixed_on": "2026-11-01"}, {"fixed_on": ["This day is past."]}),
        ({"gaps": "reason"}, {"gaps": ["This cannot be chosen here."]}),
        ({"gaps": "9" * 999}, {"gaps": ["This cannot be chosen here."]}),
    ],
    ids=str,
)
def test_half_a_wish_for_a_day_is_asked_back(
    asked: dict[str, str], said: dict[str, list[str]], cast: Cast, as_: As
) -> None:
    page = as_(cast.fern).get(url(start(cast)), {"earliest": "2026-12-01"} | asked)
    assert errors(page) == said
    assert "cards" not in page.context


@pytest.mark.parametrize(
    "pin",
    ["", "nonsense", "\x00", "x" * 5000, signing.dumps([1, 2, [0, 0, []]], salt="another")],
    ids=["empty", "plain", "nul", "overlong", "signed for something else"],
)
def test_only_dates_that_we_offered_can_be_kept(pin: str, cast: Cast, as_: As) -> None:
    page = as_(cast.fern).get(url(start(cast)), {"earliest": "2026-12-01", "pin": pin})
    assert "cards" not in page.context
    assert DAMAGED in words(page.content.decode())


def test_a_date_of_another_course_or_of_yesterday_is_not_kept(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    query = cards(client.get(url(course)))[0].sessions[1].keep_url
    other = start(cast, 4, "salicylic")
    assert DAMAGED in words(client.get(url(other) + query).content.decode())
    client.logout()
    with time_machine.travel(NOW + timedelta(hours=12, minutes=1), tick=False):
        page = as_(cast.fern).get(url(course) + query)
    assert DAMAGED in words(page.content.decode())


def test_a_kept_date_of_a_session_that_was_booked_meanwhile_is_let_go(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    query = cards(client.get(url(course)))[0].sessions[0].keep_url
    book_session(course, 1, datetime(2026, 12, 7, 15, 30, tzinfo=UTC), cast, done=False)
    page = client.get(url(course) + query)
    assert [each.number for each in cards(page)[0].sessions if not each.taken] == [2, 3, 4, 5]
    assert kept(cards(page)[0]) == []


def test_a_kept_date_that_somebody_took_is_named_with_the_nearest(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    query = cards(client.get(url(course)))[0].sessions[1].keep_url
    away(cast.dr_cole, date(2026, 12, 22), date(2026, 12, 23))
    page = client.get(url(course) + query)
    second = page.context["obstacles"][1]
    assert second.reasons == ("Tue 22 Dec, 09:00 is no longer free.",)
    assert [each.text for each in second.alternatives] == ["Mon 21 Dec, 09:00", "Tue 22 Dec, 09:00"]
    assert page.context["ways_out"][0].text == "Without the kept dates"
    again = client.get(url(course) + second.alternatives[1].url)
    assert dates(cards(again)[0])[1] == "Tue 22 Dec 09:00"
    assert cards(again)[0].note.startswith("Nurse Nora")


# What stands in the way, and booking a part -------------------------------------------------------


def close(cast: Cast, first: date, last: date) -> None:
    Closure.objects.create(
        location=cast.harbour, starts_on=first, ends_on=last, reason="Winter break"
    )


def test_a_closed_month_is_named_with_the_day_it_ends_on(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    close(cast, date(2026, 11, 30), date(2026, 12, 20))
    page = as_(cast.fern).get(url(course))
    assert page.context["obstacles"][0].reasons == (
        "Dr Cole and Nurse Nora are away until Mon 21 Dec (Winter break).",
        "Peel room 1 and Peel room 2 are closed until Mon 21 Dec (Winter break).",
    )


def test_shut_first_and_booked_up_then_are_two_reasons(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    close(cast, date(2026, 11, 30), date(2026, 12, 8))
    for person in (cast.dr_cole, cast.nurse_nora):
        for day in (9, 10, 11, 14):
            fill(person, date(2026, 12, day), cast)
    page = as_(cast.fern).get(url(course))
    assert page.context["obstacles"][0].reasons[:2] == (
        "Dr Cole and Nurse Nora are away until Wed 9 Dec (Winter break).",
        "Dr Cole and Nurse Nora are booked up every day from Wed 9 Dec to Mon 14 Dec.",
    )


def fill(person: Resource, day: date, cast: Cast) -> None:
    """One visit that holds the person all day, as an import may bring it."""
    during = (
        datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        datetime(day.year, day.month, day.day, 18, tzinfo=UTC),
    )
    need = cast.glycolic.follow_up_service.needs.order_by("position")[0]
    visit = Appointment.objects.create(
        booking=Booking.objects.create(actor=cast.fern, content_hash=""),
        patient=cast.ben if person == cast.dr_cole else cast.ada,
        service=cast.glycolic.follow_up_service,
        location=cast.harbour,
        during=during,
        status="no_show",
    )
    Reservation.objects.create(resource=person, appointment=visit, need=need, during=during)


def with_first_done(cast: Cast, sessions: int) -> Course:
    """Session 1 done on 23 November: the others from 7 and 21 December and 4 January on."""
    course = start(cast, sessions)
    book_session(course, 1, datetime(2026, 11, 23, 15, 30, tzinfo=UTC), cast, done=True)
    return course


def test_every_session_of_a_refusal_has_choices_that_lead_on(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), with_first_done(cast, 4)
    close(cast, date(2027, 1, 4), date(2027, 1, 31))
    page = client.get(url(course))
    said = [(each.number, bool(each.reasons)) for each in page.context["obstacles"]]
    assert said == [(2, False), (3, False), (4, True)]
    for obstacle in page.context["obstacles"]:
        assert len(obstacle.alternatives) == 2
        for choice in obstacle.alternatives:
            led = client.get(url(course) + choice.url)
            assert kept(cards(led)[0]) == [obstacle.number], choice
            assert choice.text.replace(",", "") in dates(cards(led)[0])


def test_the_first_sessions_can_be_booked_in_one_press(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), with_first_done(cast, 5)
    close(cast, date(2027, 1, 4), date(2027, 1, 31))
    page = client.get(url(course))
    (card,) = cards(page)
    assert card.title == "The next 2 sessions fit"
    assert card.verb == "Book the first 2, leave 2 to be booked"
    answer = client.post(confirm_url(course), {"offer": offer(card)}, follow=True)
    assert "2 sessions are booked" in words(answer.content.decode())
    states = [each.state for each in course.sessions.order_by("number")]
    assert states == ["done", "booked", "booked", "open", "open"]


# The five numbers of a gap ------------------------------------------------------------------------


def close_pair(cast: Cast) -> tuple[Course, dict[str, str]]:
    """Session 1 done on 23 November, session 2 wished for 4 December: 11 days."""
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 23, 15, 30, tzinfo=UTC), cast, done=True)
    return course, {"earliest": "2026-12-01", "fixed": "2", "fixed_on": "2026-12-04"}


def test_below_the_minimum_the_desk_is_told_that_a_clinician_can(cast: Cast, as_: As) -> None:
    course, asked = close_pair(cast)
    client = as_(cast.fern)
    card = cards(client.get(url(course), asked))[0]
    assert (card.sessions[0].gap, card.sessions[0].gap_note) == (11, "below 14")
    assert (card.verb, card.reason) == ("", "Less than 14 days before session 2.")
    text = words(client.get(url(course), asked).content.decode())
    assert "A clinician can book these dates, with a reason." in text
    # nor does the desk get it by sending what the page does not offer
    page = client.post(confirm_url(course), {"offer": offer(card), "reason": "please"})
    assert page.status_code == 409
    assert "A clinician may book it with a reason." in page.context["reasons"][0]


def test_below_the_minimum_a_clinician_books_with_a_reason(cast: Cast, as_: As) -> None:
    course, asked = close_pair(cast)
    client = as_(cast.cole)
    page = client.get(url(course), asked)
    card = cards(page)[0]
    assert card.verb == "Book all 3"
    assert "Your reason, kept with the visits" in words(page.content.decode())
    refused = client.post(confirm_url(course), {"offer": offer(card), "reason": "  "})
    assert refused.status_code == 409
    booked = client.post(
        confirm_url(course), {"offer": offer(card), "reason": "Travels; skin calm"}
    )
    assert booked.status_code == 302
    second = course.sessions.get(number=2).appointment
    assert second is not None
    assert second.override_reason == "Travels; skin calm"


def test_below_the_floor_nobody_books(cast: Cast, as_: As) -> None:
    course, asked = close_pair(cast)
    page = as_(cast.cole).get(url(course), asked | {"fixed_on": "2026-12-02"})
    assert page.context["obstacles"][0].reasons == (
        "Wed 2 Dec is 9 days after session 1; at least 10 are needed.",
    )


def test_above_the_maximum_is_warned_of_and_above_the_lapse_refused(cast: Cast, as_: As) -> None:
    course, asked = close_pair(cast)
    client = as_(cast.fern)
    late = cards(client.get(url(course), asked | {"fixed_on": "2026-12-30"}))[0]
    assert (late.sessions[0].gap, late.sessions[0].gap_note) == (37, "above 28, allowed to 42")
    assert (late.verb, late.reason) == ("Book all 3", "")
    lapsed = client.get(url(course), asked | {"fixed_on": "2027-01-05"})
    assert lapsed.context["obstacles"][0].reasons == (
        "Tue 5 Jan is 43 days after session 1; "
        "after 42 the course has lapsed and needs a new assessment.",
    )


def test_a_refusal_offers_late_dates_to_all_and_close_ones_to_clinicians(
    cast: Cast, as_: As
) -> None:
    course, _ = close_pair(cast)
    close(cast, date(2026, 12, 7), date(2026, 12, 23))
    page = as_(cast.fern).get(url(course))
    assert [each.text for each in page.context["ways_out"]] == ["Later than usual"]
    assert page.context["clinicians_way"] == (
        "A clinician may book from 10 days on, with a reason."
    )
    late = cards(as_(cast.fern).get(url(course) + page.context["ways_out"][0].url))[0]
    assert dates(late)[0] == "Thu 24 Dec 09:00"
    page = as_(cast.cole).get(url(course), {"earliest": "2026-12-01"})
    ways = {each.text: each.url for each in page.context["ways_out"]}
    assert list(ways) == ["Later than usual", "With my reason"]
    close_ = cards(as_(cast.cole).get(url(course) + ways["With my reason"]))[0]
    assert (dates(close_)[0], close_.reason) == (
        "Fri 4 Dec 09:00",
        "Less than 14 days before session 2.",
    )


def test_a_clinician_may_book_while_the_skin_rests_with_a_reason(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    people = laser_people(cast)
    book_laser(cast, date(2026, 12, 7), people, by=cast.cole, override_reason="agreed")
    page = as_(cast.fern).get(url(course))
    assert page.context["clinicians_way"] == (
        "A clinician may book it while the skin rests, with a reason."
    )
    client = as_(cast.cole)
    ways = {each.text: each.url for each in client.get(url(course)).context["ways_out"]}
    card = cards(client.get(url(course) + ways["With my reason"]))[0]
    assert card.reason.startswith("After CO2 laser on Mon 7 Dec the skin rests until Mon 18 Jan.")
    sent = {"offer": offer(card), "reason": "Agreed with Dr Fry"}
    assert client.post(confirm_url(course), sent).status_code == 302


def test_the_strip_marks_each_date_within_its_window(cast: Cast, as_: As) -> None:
    best, sooner, *_ = cards(as_(cast.fern).get(url(start(cast, 4))))
    assert not best.strip.marks[0].window_at
    assert best.strip.months == sooner.strip.months
    places = [float(mark.at.rstrip("%")) for mark in best.strip.marks]
    assert places == sorted(places)
    for mark in best.strip.marks[1:]:
        opens = float(mark.window_at.rstrip("%"))
        assert opens < float(mark.at.rstrip("%")) < opens + float(mark.width.rstrip("%"))
    assert not any(mark.is_unusual for mark in best.strip.marks)


def test_booking_ten_sessions_asks_as_many_queries_as_booking_one(cast: Cast) -> None:
    def asked(patient: Patient, sessions: int) -> int:
        terms = CourseTerms(cast.glycolic, cast.harbour, 6, uses_retinoid=False)
        course = plans.start_course(patient=patient, terms=terms, by=cast.fern, now=NOW)
        Session.objects.bulk_create(Session(course=course, number=n) for n in range(7, 11))
        slots = best(find(course, number=sessions)).slots
        full = loaded(course)
        with CaptureQueriesContext(connection) as caught:
            plans.book_series(course=full, slots=slots, by=cast.fern, now=NOW, key=uuid.uuid4())
        return len(caught)

    assert asked(cast.ada, 1) == asked(cast.ben, 10)
