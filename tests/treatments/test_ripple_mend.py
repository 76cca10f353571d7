"""A session that lost its visit gets another, and one that lost its distance gets it back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.actions import booking, rearranging
from clinic.actions.claims import BookingRefused, Claim
from clinic.actions.rearranging import Move, Wanted
from clinic.models import Rearrangement
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.flows.series import DAY, STARTS, Series, book
from tests.treatments.ripples import (
    AS_BOOKED,
    HTMX,
    As,
    look,
    mend_url,
    move_url,
    press,
    shown,
    starts,
    words,
)
from tests.treatments.test_series_search import away
from treatments.actions import courses as course_actions
from treatments.actions import plans
from treatments.models import Protocol, Rebinding

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(cast: Cast) -> Series:
    return book(cast)


def cancel(cast: Cast, series: Series, number: int) -> Rearrangement:
    visit = series.visit(number)
    booking.cancel(appointment=visit, reason="ill", by=cast.fern, now=NOW)
    return Rearrangement.objects.latest("pk")


def undo(client: Client, made: Rearrangement) -> str:
    answer = client.post(reverse("rearrangement-undo", args=[made.pk]), headers=HTMX)
    return words(answer.content.decode())


def panel_of(client: Client, pk: int) -> str:
    """The course of a visit as its panel shows it."""
    answer = client.get(reverse("appointment-course", args=[pk]), headers=HTMX)
    return words(answer.content.decode())


# A session is cancelled --------------------------------------------------------------------------


def test_a_cancelled_session_gets_a_new_date_near_its_old_one(
    cast: Cast, as_: As, series: Series
) -> None:
    lost = series.visit(3)
    cancel(cast, series, 3)
    away(cast.dr_cole, date(2027, 1, 18), date(2027, 1, 21))
    away(cast.nurse_nora, date(2027, 1, 18), date(2027, 1, 21))
    client, url = as_(cast.fern), mend_url(series.course)

    found = look(client, url, session=3)
    assert found.rows == [
        "Session 2 Tue 29 Dec, 15:00 booked",
        "Session 3 from Tue 19 Jan, 15:00 to Thu 21 Jan, 15:00 before 21 now 23 normal",
        "Session 4 Tue 9 Feb, 15:00 stays before 42 now 19 normal Keep Session 4 where it is",
        "Session 5 Tue 2 Mar, 15:00 stays 21 normal Keep Session 5 where it is",
    ]
    assert "It was Tue 19 Jan, 15:00 Dr Cole, Peel room 1 Cancelled" in found.text
    assert "It can also be left to be booked: session 4 leaves room for it." in found.text
    assert "Leave session 3 to be booked" in found.text
    assert found.button == "Book session 3 and tell Ada"

    answer = shown(press(client, url, found))
    said = "Session 3 is on Thu 21 Jan, 15:00 now. Ada is told in 2 minutes."
    assert said in answer.text
    assert starts(series)[2:] == ["Thu 21 Jan 15:00", *AS_BOOKED[3:]]
    fresh = series.visit(3)
    assert fresh.pk != lost.pk
    assert list(Rebinding.objects.values_list("session", "before", "after")) == [
        (series.session(3).pk, lost.pk, fresh.pk)
    ]


def test_its_letters_are_planned_for_the_new_date(cast: Cast, as_: As, series: Series) -> None:
    cancel(cast, series, 3)
    away(cast.dr_cole, date(2027, 1, 18), date(2027, 1, 21))
    client, url = as_(cast.fern), mend_url(series.course)
    press(client, url, look(client, url, session=3, start="2027-01-21T11:00"))
    assert series.message(3, "tomorrow").due_at.date() == date(2027, 1, 20)
    assert starts(series)[2] == "Thu 21 Jan 11:00"


def test_undo_gives_the_session_its_lost_visit_back_and_then_the_visit_itself(
    cast: Cast, as_: As, series: Series
) -> None:
    lost = series.visit(3)
    cancelled = cancel(cast, series, 3)
    client, url = as_(cast.fern), mend_url(series.course)
    press(client, url, look(client, url, session=3, start="2027-01-21T11:00"))
    booked = Rearrangement.objects.latest("pk")

    # not both: the session has its date
    said = undo(client, cancelled)
    assert "Session 3 is on Thu 21 Jan, 11:00 by now. Cancel that first." in said
    assert "Taken back" in undo(client, booked)
    assert series.session(3).appointment_id == lost.pk
    assert starts(series)[2] == "-"
    assert "Taken back" in undo(client, cancelled)
    assert starts(series) == AS_BOOKED
    assert series.session(3).appointment_id == lost.pk
    assert series.message(3, "tomorrow").due_at.date() == date(2027, 1, 18)


def test_taking_back_what_was_taken_back_binds_the_session_again(
    cast: Cast, as_: As, series: Series
) -> None:
    cancel(cast, series, 3)
    client, url = as_(cast.fern), mend_url(series.course)
    press(client, url, look(client, url, session=3, start="2027-01-21T11:00"))
    fresh = series.visit(3)
    undo(client, Rearrangement.objects.latest("pk"))
    undo(client, Rearrangement.objects.latest("pk"))
    assert series.session(3).appointment_id == fresh.pk
    assert starts(series)[2] == "Thu 21 Jan 11:00"


def test_once_the_new_date_is_cancelled_the_old_visit_may_stand_again(
    cast: Cast, as_: As, series: Series
) -> None:
    lost = series.visit(3)
    cancelled = cancel(cast, series, 3)
    client, url = as_(cast.fern), mend_url(series.course)
    press(client, url, look(client, url, session=3, start="2027-01-21T11:00"))
    cancel(cast, series, 3)
    assert "Taken back" in undo(client, cancelled)
    assert series.session(3).appointment_id == lost.pk
    assert starts(series) == AS_BOOKED


def test_a_new_date_may_move_the_rest(cast: Cast, as_: As, series: Series) -> None:
    """Nobody peels until the 29th of January: session 4 makes room, and goes back with it."""
    cancel(cast, series, 3)
    for person in (cast.dr_cole, cast.nurse_nora):
        away(person, date(2027, 1, 4), date(2027, 1, 29))
    client, url = as_(cast.fern), mend_url(series.course)
    found = look(client, url)
    assert found.rows[1:3] == [
        "Session 3 from Tue 19 Jan, 15:00 to Fri 29 Jan, 15:00 before 21 now 31 late 28 days are "
        "usual, 42 the most",
        "Session 4 from Tue 9 Feb, 15:00 to Fri 12 Feb, 15:00 11 days would be too soon; smallest "
        "legal change before 42 now 14 normal Keep Session 4 where it is",
    ]
    assert "Left as it is, session 3 does not fit before session 4." in found.text
    assert found.button == "Book session 3, move 1 and tell Ada"
    answer = shown(press(client, url, found))
    assert "Session 3 is on Fri 29 Jan, 15:00 now, session 4 moved too." in answer.text
    assert starts(series)[2:] == ["Fri 29 Jan 15:00", "Fri 12 Feb 15:00", "Tue 2 Mar 15:00"]
    undo(client, Rearrangement.objects.latest("pk"))
    assert starts(series) == [*AS_BOOKED[:2], "-", *AS_BOOKED[3:]]


def test_the_panel_of_a_cancelled_visit_offers_what_follows(
    cast: Cast, as_: As, series: Series
) -> None:
    lost, client = series.visit(3), as_(cast.fern)
    assert panel_of(client, lost.pk).endswith(
        "3 of 5 21 days after session 2 21 days to session 4 Aftercare sheet (PDF) · Plan (PDF)"
    )
    cancel(cast, series, 3)
    assert panel_of(client, lost.pk).endswith(
        "3 of 5 Session 3 on Tue 19 Jan was cancelled. Find a new date"
    )
    url = mend_url(series.course)
    press(client, url, look(client, url, session=3, start="2027-01-21T11:00"))
    assert panel_of(client, lost.pk).endswith(
        "3 of 5 Session 3 is another visit now: Thu 21 Jan, 11:00"
    )
    again = series.visit(3)
    undo(client, Rearrangement.objects.latest("pk"))
    # the one that was booked anew no longer stands, and neither does the first
    for visit in (again, lost):
        assert panel_of(client, visit.pk).endswith(
            "3 of 5 Session 3 on Tue 19 Jan was cancelled. Find a new date"
        )


def test_the_record_says_which_session_needs_a_date(cast: Cast, as_: As, series: Series) -> None:
    cancel(cast, series, 3)
    page = as_(cast.fern).get(reverse("patient-detail", args=[cast.ada.pk])).content.decode()
    assert "Session 3 on Tue 19 Jan was cancelled. Find a new date" in words(page)
    assert f"{mend_url(series.course)}?session=3" in page


def test_a_visit_outside_a_course_has_no_course_to_show(cast: Cast, as_: As) -> None:
    assessment = Protocol.objects.get(modality="glycolic").first_service
    claim = Claim(assessment, STARTS[0], (cast.dr_cole.pk, cast.peel_room.pk))
    visit = booking.book(
        claim=claim, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW
    )
    assert panel_of(as_(cast.fern), visit.pk) == ""


# A session is missed -----------------------------------------------------------------------------


@pytest.fixture
def missed(cast: Cast, series: Series) -> Iterator[Series]:
    """Ada did not come to her first visit; it is the next morning."""
    with time_machine.travel(STARTS[0] + DAY, tick=False):
        booking.mark_no_show(appointment=series.visit(1), by=cast.fern, now=STARTS[0] + DAY)
        yield series


def test_a_missed_first_session_is_made_up_for(cast: Cast, as_: As, missed: Series) -> None:
    client, url = as_(cast.fern), mend_url(missed.course)
    lost = missed.visit(1)
    assert panel_of(client, lost.pk).endswith("Session 1 was missed on Tue 8 Dec. Find a new date")
    found = look(client, url)
    assert found.rows[0].startswith("Session 1 from Tue 8 Dec, 15:00 to Wed 9 Dec, 15:00")
    assert found.rows[1].startswith("Session 2 Tue 29 Dec, 15:00 stays 20 normal")
    press(client, url, found)
    assert starts(missed)[0] == "Wed 9 Dec 15:00"
    lost.refresh_from_db()
    assert lost.status == "no_show"

    undo(client, Rearrangement.objects.latest("pk"))
    assert missed.session(1).appointment_id == lost.pk
    assert missed.session(1).state == "missed"


def test_a_no_show_is_not_taken_back_beside_the_new_date(
    cast: Cast, as_: As, missed: Series
) -> None:
    client, url, lost = as_(cast.fern), mend_url(missed.course), missed.visit(1)
    press(client, url, look(client, url))
    with pytest.raises(BookingRefused, match="Session 1 is on Wed 9 Dec, 15:00 by now"):
        booking.undo_status(appointment=lost, by=cast.fern, now=STARTS[0] + DAY)


# The distance is lost ----------------------------------------------------------------------------


def performed_late(cast: Cast, series: Series) -> None:
    """Dr Cole saw Ada eleven days late, and left the rest where it was."""
    visit, late = series.visit(1), STARTS[0] + 11 * DAY - 24 * DAY / 24
    claim = Claim(visit.service, late, (cast.dr_cole.pk, cast.peel_room.pk))
    rearranging.rearrange(
        wanted=[Wanted(cast.ada, cast.harbour, (Move(visit, claim),))],
        by=cast.cole,
        now=NOW,
        override_reason="could not come before",
    )


def test_after_a_session_performed_late_the_next_gives_way(
    cast: Cast, as_: As, series: Series
) -> None:
    performed_late(cast, series)
    client, url = as_(cast.fern), mend_url(series.course)
    assert starts(series)[:2] == ["Fri 18 Dec 15:00", "Tue 29 Dec 15:00"]
    assert panel_of(client, series.visit(2).pk).endswith(
        "Session 2 is only 11 days after session 1. Find better dates"
    )
    with time_machine.travel(STARTS[0] + 11 * DAY, tick=False):
        agree(cast.ada, cast.fern)
        for step in (booking.check_in, booking.start, booking.complete):
            step(appointment=series.visit(1), by=cast.fern, now=STARTS[0] + 11 * DAY)
        client = as_(cast.fern)
        found = look(client, url)
        assert found.rows == [
            "Session 1 Fri 18 Dec, 15:00 done",
            "Session 2 from Tue 29 Dec, 15:00 to Fri 1 Jan, 15:00 11 days would be too soon; "
            "smallest legal change before 11 now 14 normal Keep Session 2 where it is",
            "Session 3 Tue 19 Jan, 15:00 stays before 21 now 18 normal Keep Session 3 where it is",
            "Session 4 Tue 9 Feb, 15:00 stays 21 normal Keep Session 4 where it is",
            "Session 5 Tue 2 Mar, 15:00 stays 21 normal Keep Session 5 where it is",
        ]
        assert found.button == "Move session 2 and tell Ada"
        answer = shown(press(client, url, found))
        assert "Session 2 is on Fri 1 Jan, 15:00 now. Ada is told" in answer.text
        assert "There is nothing to mend" in look(client, url).text
        # what needed a clinician's reason is not brought back without one
        said = undo(client, Rearrangement.objects.latest("pk"))
    assert "Tue 29 Dec is 11 days after Fri 18 Dec; 14 are usual for Glycolic peel." in said
    assert starts(series)[:2] == ["Fri 18 Dec 15:00", "Fri 1 Jan 15:00"]


# Nothing to be done, and too late ----------------------------------------------------------------


def test_a_course_in_order_says_so(cast: Cast, as_: As, series: Series) -> None:
    found = look(as_(cast.fern), mend_url(series.course))
    assert "There is nothing to mend: every booked session has its date." in found.text


def test_a_stopped_course_is_not_mended(cast: Cast, as_: As, series: Series) -> None:
    cancel(cast, series, 3)
    client, url = as_(cast.fern), mend_url(series.course)
    found = look(client, url)
    course_actions.stop(course=series.course, reason="moves abroad", by=cast.cole, now=NOW)
    assert "This course is stopped. Nothing more is booked for it." in look(client, url).text
    answer = press(client, url, found)
    assert answer.status_code == 409
    assert "This course is stopped. Nothing is booked for it." in shown(answer).text
    assert starts(series)[2] == "-"


def test_two_people_who_find_a_new_date(cast: Cast, as_: As, series: Series) -> None:
    cancel(cast, series, 3)
    client, url = as_(cast.fern), mend_url(series.course)
    slow = look(client, url, session=3, start="2027-01-13T15:00")
    press(client, url, look(client, url, session=3, start="2027-01-25T15:00"))
    answer = press(client, url, slow)
    assert answer.status_code == 409
    assert starts(series)[2] == "Mon 25 Jan 15:00"
    assert cast.ada.appointments.standing().count() == 5


def test_a_session_booked_meanwhile_keeps_its_date(cast: Cast, as_: As, series: Series) -> None:
    """Far enough apart for the rules of distance: only the session itself is in the way."""
    cancel(cast, series, 5)
    client, url = as_(cast.fern), mend_url(series.course)
    slow = look(client, url, session=5, start="2027-03-16T15:00")
    press(client, url, look(client, url, session=5, start="2027-02-25T15:00"))
    answer = press(client, url, slow)
    assert answer.status_code == 409
    said = "Session 5 has another date by now. Nothing was changed."
    assert said in shown(answer).text
    assert starts(series)[4] == "Thu 25 Feb 15:00"


def test_the_same_press_twice_books_once(cast: Cast, as_: As, series: Series) -> None:
    cancel(cast, series, 3)
    client, url = as_(cast.fern), mend_url(series.course)
    found = look(client, url, session=3)
    answers = [press(client, url, found), press(client, url, found)]
    assert [each.status_code for each in answers] == [200, 200]
    assert Rebinding.objects.count() == 1


@pytest.mark.parametrize("offer", ["", "nonsense"])
def test_an_offer_that_was_tampered_with(cast: Cast, as_: As, series: Series, offer: str) -> None:
    cancel(cast, series, 3)
    answer: Any = as_(cast.fern).post(mend_url(series.course), {"offer": offer}, headers=HTMX)
    assert answer.status_code == 400
    assert starts(series)[2] == "-"


def test_a_cancelled_visit_leads_from_moving_to_a_new_date(
    cast: Cast, as_: As, series: Series
) -> None:
    visit = series.visit(3)
    cancel(cast, series, 3)
    answer = as_(cast.fern).get(move_url(visit))
    assert (answer.status_code, answer["Location"]) == (302, f"{mend_url(series.course)}?session=3")


def test_a_cancelled_visit_outside_a_course_stays_where_it_is(cast: Cast, as_: As) -> None:
    service = cast.glycolic.first_service
    claim = Claim(service, STARTS[0], (cast.dr_cole.pk, cast.peel_room.pk))
    visit = booking.book(
        claim=claim, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW
    )
    booking.cancel(appointment=visit, reason="ill", by=cast.fern, now=NOW)
    found = look(as_(cast.fern), move_url(visit), start="2026-12-10T15:00")
    assert "A visit that is cancelled cannot be moved." in found.text
    assert found.offer == ""


def test_queries_do_not_follow_the_number_of_sessions(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), mend_url(series.course)
    look(client, url)

    def count(number: int) -> int:
        cancel(cast, series, number)
        with CaptureQueriesContext(connection) as caught:
            assert look(client, url, session=number).offer
        return len(caught)

    assert count(4) == count(2) == 18


# The rows ----------------------------------------------------------------------------------------


def test_the_database_keeps_one_rebinding_a_decision(cast: Cast, as_: As, series: Series) -> None:
    cancel(cast, series, 3)
    client, url = as_(cast.fern), mend_url(series.course)
    press(client, url, look(client, url, session=3))
    row = Rebinding.objects.get()
    row.pk = None
    once, something = (
        "treatments_rebinding_once_a_decision",
        "treatments_rebinding_changes_something",
    )
    with pytest.raises(IntegrityError, match=once), transaction.atomic():
        row.save()
    row.rearrangement, row.after = None, row.before
    with pytest.raises(IntegrityError, match=something), transaction.atomic():
        row.save()


def test_booking_a_series_anew_notes_what_it_replaces(cast: Cast, as_: As, series: Series) -> None:
    """A lost session that is booked from the series page is bound like any other."""
    lost = series.visit(5)
    cancelled = cancel(cast, series, 5)
    start = datetime(2027, 2, 25, 15, tzinfo=UTC)
    minute = int(start.timestamp() // 60)
    slot = plans.Slot(minute, minute + 30, (cast.dr_cole.pk, cast.peel_room.pk))
    plans.book_series(course=series.course, slots=[slot], by=cast.fern, now=NOW, key=cancelled.key)
    row = Rebinding.objects.get()
    assert (row.before_id, row.after_id, row.rearrangement) == (lost.pk, series.visit(5).pk, None)
