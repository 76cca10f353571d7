"""Moving one session from the screen: the smallest change to the rest, previewed and then done."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import RecordAccess
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Appointment, RearrangedVisit, Rearrangement, Resource, Service
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.flows.series import DAY, STARTS, Series, book
from tests.health import receive
from tests.treatments.ripples import (
    AS_BOOKED,
    HTMX,
    As,
    look,
    move_url,
    press,
    shown,
    starts,
    words,
)
from tests.treatments.test_series_search import away

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(cast: Cast) -> Series:
    return book(cast)


# Free times --------------------------------------------------------------------------------------


def test_free_times_lie_around_the_present_one_and_keep_the_window(
    cast: Cast, as_: As, series: Series
) -> None:
    found = look(as_(cast.fern), move_url(series.visit(3)))
    assert found.days == [
        "Mon 18 Jan 20 days after session 2 Mon 18 Jan, 14:30 Mon 18 Jan, 14:45 Mon 18 Jan, 15:00 "
        "Mon 18 Jan, 15:15 All times on Mon 18 Jan",
        "Tue 19 Jan the same day · 21 days after session 2 Tue 19 Jan, 14:30 Tue 19 Jan, 14:45 "
        "Tue 19 Jan, 15:15 All times on Tue 19 Jan",
        "Wed 20 Jan 22 days after session 2 Wed 20 Jan, 14:30 Wed 20 Jan, 14:45 Wed 20 Jan, 15:00 "
        "Wed 20 Jan, 15:15 All times on Wed 20 Jan",
        "Thu 21 Jan 23 days after session 2 Thu 21 Jan, 14:30 Thu 21 Jan, 14:45 Thu 21 Jan, 15:00 "
        "Thu 21 Jan, 15:15 All times on Thu 21 Jan",
        "Fri 22 Jan 24 days after session 2 Fri 22 Jan, 14:30 Fri 22 Jan, 14:45 Fri 22 Jan, 15:00 "
        "Fri 22 Jan, 15:15 All times on Fri 22 Jan",
    ]
    assert found.offer == ""


def test_days_that_would_move_others_say_so(cast: Cast, as_: As, series: Series) -> None:
    found = look(as_(cast.fern), move_url(series.visit(3)), day="2027-01-28")
    (day,) = found.days
    assert day.startswith("Thu 28 Jan 30 days after session 2 late session 4 moves too Thu 28 Jan,")


def test_anyone_is_offered_once_the_present_person_has_no_time(
    cast: Cast, as_: As, series: Series
) -> None:
    away(cast.dr_cole, date(2027, 1, 11), date(2027, 1, 19))
    away(cast.dr_cole, date(2027, 1, 20), date(2027, 2, 9))
    Resource.objects.get(pk=cast.dr_cole.pk).weekly_hours.filter(weekday=1).delete()
    found = look(as_(cast.fern), move_url(series.visit(3)))
    assert "Dr Cole has no free time that fits. These are with somebody else:" in found.text
    assert [each[:10] for each in found.days] == [
        "Mon 18 Jan",
        "Tue 19 Jan",
        "Wed 20 Jan",
        "Thu 21 Jan",
        "Fri 22 Jan",
    ]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2027-01-23", "Peel room 1 and Peel room 2 are closed on Sat 23 Jan."),
        ("2027-01-21", "Dr Cole and Nurse Nora are away on Thu 21 Jan (leave)."),
        ("2020-12-25", "Fri 25 Dec 2020 is in the past."),
        ("2030-12-25", "Wed 25 Dec 2030 is too far ahead to book."),
        ("2026-12-15", "Session 3 comes after session 2, on Tue 29 Dec."),
    ],
)
def test_a_day_without_a_free_time_says_why(
    cast: Cast, as_: As, series: Series, day: str, sentence: str
) -> None:
    for person in (cast.dr_cole, cast.nurse_nora):
        away(person, date(2027, 1, 21), date(2027, 1, 22))
    found = look(as_(cast.fern), move_url(series.visit(3)), day=day, who="any")
    assert found.days == []
    assert sentence in found.text


def test_a_day_that_is_too_soon_shows_no_times(cast: Cast, as_: As, series: Series) -> None:
    found = look(as_(cast.fern), move_url(series.visit(3)), day="2027-01-06")
    assert found.days == ["Wed 6 Jan 8 days after session 2 too soon session 4 moves too"]


# What follows ------------------------------------------------------------------------------------


def test_inside_its_window_nothing_else_moves(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    found = look(client, url, start="2027-01-21T15:00")
    assert found.rows == [
        "Session 2 Tue 29 Dec, 15:00 booked",
        "Session 3 from Tue 19 Jan, 15:00 to Thu 21 Jan, 15:00 before 21 now 23 normal",
        "Session 4 Tue 9 Feb, 15:00 stays before 21 now 19 normal Keep Session 4 where it is",
        "Session 5 Tue 2 Mar, 15:00 stays 21 normal Keep Session 5 where it is",
    ]
    assert "Nothing else moves." in found.text
    assert "Ada gets one e-mail with the new time." in found.text
    assert found.button == "Move session 3 and tell Ada"
    assert starts(series) == AS_BOOKED

    answer = press(client, url, found)
    assert answer["HX-Trigger-After-Swap"] == "appointment-changed"
    said = "Session 3 is on Thu 21 Jan, 15:00 now. Ada is told in 2 minutes."
    assert said in shown(answer).text
    assert starts(series)[2:] == ["Thu 21 Jan 15:00", *AS_BOOKED[3:]]


def test_a_move_pushes_two_later_ones(cast: Cast, as_: As, series: Series) -> None:
    """Session 4 must be 14 days on, 5 then comes 10 days after it: both give way."""
    client, url = as_(cast.fern), move_url(series.visit(3))
    found = look(client, url, start="2027-02-08T15:00")
    assert found.rows[1:] == [
        "Session 3 from Tue 19 Jan, 15:00 to Mon 8 Feb, 15:00 before 21 now 41 late 28 days are "
        "usual, 42 the most",
        "Session 4 from Tue 9 Feb, 15:00 to Mon 22 Feb, 15:00 1 day would be too soon; smallest "
        "legal change before 21 now 14 normal Keep Session 4 where it is",
        "Session 5 from Tue 2 Mar, 15:00 to Mon 8 Mar, 15:00 8 days would be too soon; smallest "
        "legal change before 21 now 14 normal Keep Session 5 where it is",
    ]
    assert "Sessions 4 and 5 move too." in found.text
    assert "Ada gets one e-mail with three new times." in found.text
    assert found.button == "Move 3 sessions and tell Ada"

    answer = shown(press(client, url, found))
    assert (
        "Session 3 is on Mon 8 Feb, 15:00 now, sessions 4 and 5 moved too. "
        "Ada is told in 2 minutes." in answer.text
    )
    assert starts(series)[2:] == ["Mon 8 Feb 15:00", "Mon 22 Feb 15:00", "Mon 8 Mar 15:00"]
    (made,) = Rearrangement.objects.all()
    assert made.cause == "sessions 3, 4 and 5 together"
    assert set(made.visits.values_list("what", flat=True)) == {"moved"}


def test_undo_puts_the_whole_course_back(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    press(client, url, look(client, url, start="2027-02-08T15:00"))
    made = Rearrangement.objects.get()
    answer = client.post(reverse("rearrangement-undo", args=[made.pk]), headers=HTMX)
    assert "Taken back: the visits of Ada Lindqvist stand as before." in words(
        answer.content.decode()
    )
    assert starts(series) == AS_BOOKED
    assert Message.objects.filter(kind="moved", status="planned").count() == 0


def test_a_pinned_session_that_is_in_the_way_is_named_with_two_ways_out(
    cast: Cast, as_: As, series: Series
) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    pin = series.visit(4).pk
    found = look(client, url, start="2027-01-28T15:00", pin=pin)
    assert found.no.startswith(
        "The rest of the course cannot follow Session 4: Pinned to Tue 9 Feb, which is not 14 to "
        "42 days after any possible date of session 3. It could go to Thu 11 Feb, 15:00 or "
        "Fri 12 Feb, 15:00."
    )
    assert "Dr Cole can move it all the same, with a reason." in found.no
    assert found.nearest == ["Tue 26 Jan, 14:45", "Tue 26 Jan, 15:00"]
    assert found.rows[2] == (
        "Session 4 Tue 9 Feb, 15:00 kept before 21 now 12 needs a clinician’s reason 14 days are "
        "usual Keep Session 4 where it is"
    )
    assert (found.offer, found.button) == ("", "")
    assert f'value="{pin}" checked' in found.html


def test_a_pinned_session_lets_those_behind_it_stay(cast: Cast, as_: As, series: Series) -> None:
    pin = series.visit(5).pk
    found = look(as_(cast.fern), move_url(series.visit(3)), start="2027-01-28T15:00", pin=pin)
    assert found.rows[2].startswith("Session 4 from Tue 9 Feb, 15:00 to Thu 11 Feb, 15:00")
    assert found.rows[3].startswith("Session 5 Tue 2 Mar, 15:00 kept before 21 now 19")


def test_late_gaps_that_are_put_up_with_move_nobody(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    pulled = look(client, url, start="2027-01-12T15:00")
    # 28 days to session 4: no change
    assert "Nothing else moves." in pulled.text

    client, url = as_(cast.fern), move_url(series.visit(4))
    away(cast.dr_cole, date(2027, 1, 28), date(2027, 2, 2))
    found = look(client, url, start="2027-02-02T15:00")
    assert "Nothing else moves." in found.text

    away(cast.dr_cole, date(2027, 2, 23), date(2027, 3, 2))
    found = look(client, move_url(series.visit(4)), start="2027-02-02T15:00")
    assert found.rows[2].startswith("Session 5 Tue 2 Mar, 15:00 stays before 21 now 28 normal")


def test_rather_late_than_moved(cast: Cast, as_: As, series: Series) -> None:
    """29 days between 4 and 5 are late by one: 5 is pulled, unless nobody minds."""
    client, url = as_(cast.fern), move_url(series.visit(4))
    found = look(client, url, start="2027-02-02T15:00")
    assert found.rows[2].startswith("Session 5 Tue 2 Mar, 15:00 stays")
    found = look(client, url, start="2027-02-03T15:00")
    assert "Nothing else moves." in found.text

    move = look(client, move_url(series.visit(5)), start="2027-03-04T15:00")
    press(client, move_url(series.visit(5)), move)
    found = look(client, url, start="2027-02-03T15:00")
    assert found.rows[2].startswith(
        "Session 5 from Thu 4 Mar, 15:00 to Wed 3 Mar, 15:00 29 days would be late; smallest legal"
    )
    assert "Rather late than moved" in found.text
    patient = look(client, url, start="2027-02-03T15:00", late=1)
    assert patient.rows[2].startswith("Session 5 Thu 4 Mar, 15:00 stays before 23 now 29 late")
    assert patient.button == "Move session 4 and tell Ada"


def test_dropped_on_a_person_or_a_room_the_visit_gets_them(
    cast: Cast, as_: As, series: Series
) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    asked = {"start": "2027-01-21T15:00", "resource": cast.nurse_nora.pk}
    found = look(client, url, **asked)
    assert found.rows[1] == (
        "Session 3 from Tue 19 Jan, 15:00 to Thu 21 Jan, 15:00 with Nurse Nora before 21 now 23 "
        "normal"
    )
    press(client, url, found)
    held = series.visit(3).reservations.order_by("need__position")
    assert [each.resource for each in held] == [cast.nurse_nora, cast.peel_room]

    found = look(client, url, start="2027-01-21T15:00", resource=cast.second_peel_room.pk)
    assert "with Peel room 2" in found.rows[1]


def test_only_the_person_may_change(cast: Cast, as_: As, series: Series) -> None:
    asked = {"start": "2027-01-19T15:00", "resource": cast.nurse_nora.pk}
    found = look(as_(cast.fern), move_url(series.visit(3)), **asked)
    assert found.rows[1].startswith(
        "Session 3 from Tue 19 Jan, 15:00 to Tue 19 Jan, 15:00 with Nurse Nora 21 normal"
    )
    assert found.button == "Move session 3 and tell Ada"


def test_without_notify_nobody_is_written_to(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    Message.objects.all().delete()
    found = look(client, url, start="2027-01-21T15:00", notify=["0"])
    assert found.button == "Move session 3"
    assert "Ada gets no e-mail about this." in found.text
    answer = shown(press(client, url, found, notify="0"))
    assert "Session 3 is on Thu 21 Jan, 15:00 now. Ada is not told." in answer.text
    assert Message.objects.filter(kind="moved").count() == 0
    assert starts(series)[2] == "Thu 21 Jan 15:00"


def test_a_ticked_box_counts_over_the_zero_before_it(cast: Cast, as_: As, series: Series) -> None:
    found = look(as_(cast.fern), move_url(series.visit(3)), start="2027-01-21T15:00", notify=[0, 1])
    assert found.button == "Move session 3 and tell Ada"


def test_whoever_gets_no_e_mail_is_to_be_called(cast: Cast, as_: As, series: Series) -> None:
    cast.ada.email_consent = "unknown"
    cast.ada.email_consent_at = cast.ada.email_consent_by = None
    cast.ada.save()
    found = look(as_(cast.fern), move_url(series.visit(3)), start="2027-01-21T15:00")
    assert "Ada gets no e-mail: no consent to e-mail. Call +44 20 7946 0123." in found.text
    assert found.button == "Move session 3"


# Against a rule ----------------------------------------------------------------------------------


def test_the_desk_is_told_who_may_move_below_the_minimum(
    cast: Cast, as_: As, series: Series
) -> None:
    found = look(as_(cast.fern), move_url(series.visit(3)), start="2027-01-08T15:00")
    assert found.no.startswith(
        "This needs a clinician’s reason Fri 8 Jan is 10 days after Tue 29 Dec; 14 are usual for "
        "Glycolic peel. A clinician may book it with a reason. Dr Cole can give it."
    )
    assert found.nearest == ["Tue 12 Jan, 14:45", "Tue 12 Jan, 15:00"]
    assert found.offer == ""


def test_a_clinician_moves_below_the_minimum_with_a_reason(
    cast: Cast, as_: As, series: Series
) -> None:
    client, url = as_(cast.cole), move_url(series.visit(3))
    found = look(client, url, start="2027-01-08T15:00")
    assert 'name="reason"' in found.html
    refused = press(client, url, found, query="?start=2027-01-08T15:00")
    assert refused.status_code == 409
    assert starts(series) == AS_BOOKED
    press(client, url, found, reason="Travels for two months")
    assert starts(series)[2:4] == ["Fri 8 Jan 15:00", "Fri 5 Feb 15:00"]
    assert series.visit(3).override_reason == "Travels for two months"


def test_a_clinician_keeps_a_pinned_session_with_a_reason(
    cast: Cast, as_: As, series: Series
) -> None:
    client, url = as_(cast.cole), move_url(series.visit(3))
    found = look(client, url, start="2027-01-28T15:00", pin=series.visit(4).pk)
    assert found.button == "Move session 3 and tell Ada"
    press(client, url, found, reason="Flies out on the 10th")
    assert starts(series)[2:] == ["Thu 28 Jan 15:00", *AS_BOOKED[3:]]


# What cannot be ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "sentence", "nearest"),
    [
        ("2027-01-21T15:07", "Visits start every 15 minutes; 15:07 is between.", "Thu 21 Jan"),
        ("2026-11-27T15:00", "Fri 27 Nov, 15:00 is in the past.", "Tue 12 Jan"),
        ("2027-01-23T15:00", "The clinic is closed then.", "Fri 22 Jan"),
        ("2027-01-21T20:00", "The clinic is closed then.", "Thu 21 Jan"),
        ("2029-01-22T15:00", "22 Jan 2029 is too far ahead to book.", "Tue 26 Jan"),
        ("2027-01-04T15:00", "Mon 4 Jan is 6 days after Tue 29 Dec.", "Tue 12 Jan"),
        ("2026-12-15T15:00", "Session 3 comes after session 2, on Tue 29 Dec.", "Tue 12 Jan"),
        ("2027-01-19T15:00", "It is there already.", "Tue 19 Jan"),
        ("tomorrow at ten", "Choose a day and a time of day, like", "Tue 19 Jan"),
        ("2199-12-31T23:45", "31 Dec 2199 is too far ahead to book.", "Tue 26 Jan"),
        ("9999-12-31T23:45", "Choose a day and a time of day, like", "Tue 19 Jan"),
        ("0001-01-01T00:00", "Choose a day and a time of day, like", "Tue 19 Jan"),
    ],
)
def test_an_impossible_time_is_answered_with_a_sentence_and_the_nearest(
    cast: Cast, as_: As, series: Series, start: str, sentence: str, nearest: str
) -> None:
    found = look(as_(cast.fern), move_url(series.visit(3)), start=start)
    assert found.status == 200
    assert sentence in found.no
    assert any(each.startswith(nearest) for each in found.nearest), found.nearest
    assert len(found.nearest) == 2
    assert found.offer == ""


def test_a_taken_time_names_who_is_taken(cast: Cast, as_: As, series: Series) -> None:
    away(cast.nurse_nora, date(2027, 1, 21), date(2027, 1, 22))
    ben = Claim(
        Service.objects.get(key="glycolic"),
        STARTS[2] + 2 * DAY,
        (cast.dr_cole.pk, cast.peel_room.pk),
    )
    booking.book(claim=ben, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW)
    client, url = as_(cast.fern), move_url(series.visit(3))
    found = look(client, url, start="2027-01-21T15:00")
    assert "Dr Cole and Nurse Nora are not free then." in found.no
    assert found.nearest == ["Thu 21 Jan, 14:30", "Thu 21 Jan, 15:30"]


def test_the_patients_other_visit_is_in_the_way(cast: Cast, as_: As, series: Series) -> None:
    other = Claim(
        Service.objects.get(key="assessment"),
        STARTS[2] + 2 * DAY,
        (cast.dr_cole.pk, cast.peel_room.pk),
    )
    booking.book(claim=other, patient=cast.ada, location=cast.harbour, by=cast.fern, now=NOW)
    found = look(as_(cast.fern), move_url(series.visit(3)), start="2027-01-21T15:00")
    assert "Ada Lindqvist has another visit then." in found.no


def test_an_unknown_resource_changes_nothing(cast: Cast, as_: As, series: Series) -> None:
    found = look(as_(cast.fern), move_url(series.visit(3)), start="2027-01-21T15:00", resource=9999)
    assert "There is no such person, room or device here." in found.no
    assert found.nearest == ["Thu 21 Jan, 14:45", "Thu 21 Jan, 15:00"]
    assert "resource=9999" not in found.html.split("ripple-nearest")[1]


def test_a_hour_that_the_clocks_jump_over_does_not_exist(
    cast: Cast, as_: As, series: Series
) -> None:
    found = look(as_(cast.fern), move_url(series.visit(5)), start="2027-03-28T01:30")
    assert "There is no 01:30 on that day: the clocks go forward." in found.no


def test_over_the_change_of_the_clocks_the_wall_time_stays(
    cast: Cast, as_: As, series: Series
) -> None:
    """Session 5 goes from winter into summer time: 15:00 on the wall, an hour earlier in UTC."""
    client, url = as_(cast.fern), move_url(series.visit(4))
    found = look(client, url, start="2027-03-01T15:00")
    assert found.rows[2].startswith("Session 5 from Tue 2 Mar, 15:00 to Mon 15 Mar, 15:00")
    press(client, url, found)
    client, url = as_(cast.fern), move_url(series.visit(5))
    found = look(client, url, start="2027-03-29T15:00")
    assert found.rows[1].startswith(
        "Session 5 from Mon 15 Mar, 15:00 to Mon 29 Mar, 15:00 before 14 now 28 normal"
    )
    press(client, url, found)
    assert series.visit(5).during.lower == datetime(2027, 3, 29, 14, tzinfo=UTC)


def test_a_visit_that_is_done_or_gone_cannot_be_moved(cast: Cast, as_: As, series: Series) -> None:
    first = series.visit(1)
    with time_machine.travel(STARTS[0], tick=False):
        receive(appointment=first, by=cast.fern, now=STARTS[0])
        found = look(as_(cast.fern), move_url(first), start="2026-12-10T15:00")
        assert "A visit that is arrived cannot be moved." in found.text
        assert found.offer == ""


# There and back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("offer", ["", "nonsense", "a:b:c"])
def test_an_offer_that_was_tampered_with_changes_nothing(
    cast: Cast, as_: As, series: Series, offer: str
) -> None:
    url = move_url(series.visit(3))
    answer = as_(cast.fern).post(url + "?start=2027-01-21T15:00", {"offer": offer}, headers=HTMX)
    assert answer.status_code == 400
    found = shown(answer)
    assert "The new times did not arrive as they were shown. Nothing was changed." in found.text
    assert found.button == "Move session 3 and tell Ada"
    assert starts(series) == AS_BOOKED


def test_an_offer_for_another_visit_is_not_taken(cast: Cast, as_: As, series: Series) -> None:
    client = as_(cast.fern)
    found = look(client, move_url(series.visit(3)), start="2027-01-21T15:00")
    assert press(client, move_url(series.visit(4)), found).status_code == 400
    assert starts(series) == AS_BOOKED


def test_an_offer_lapses_after_half_a_day(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    found = look(client, url, start="2027-01-21T15:00")
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        answer = press(as_(cast.fern), url, found)
    assert answer.status_code == 400
    assert "This was shown long ago." in shown(answer).text


def test_two_people_who_move_the_same_visit(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    slow = look(client, url, start="2027-01-21T15:00")
    press(client, url, look(client, url, start="2027-01-20T10:00"))

    answer = press(client, url, slow, query="?start=2027-01-21T15:00")
    assert answer.status_code == 409
    found = shown(answer)
    assert (
        "Nothing was changed The visit is on Wed 20 Jan, 10:00 by now: somebody changed it. "
        "Look at it again." in found.text
    )
    assert found.rows[1].startswith("Session 3 from Wed 20 Jan, 10:00 to Thu 21 Jan, 15:00")
    assert found.button == "Move session 3 and tell Ada"
    assert starts(series)[2] == "Wed 20 Jan 10:00"


def test_a_time_that_is_taken_meanwhile_is_refused_with_its_session(
    cast: Cast, as_: As, series: Series
) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    found = look(client, url, start="2027-01-28T15:00")
    eleventh = datetime(2027, 2, 11, 15, tzinfo=UTC)
    service = Service.objects.get(key="glycolic")
    claim = Claim(service, eleventh, (cast.dr_cole.pk, cast.peel_room.pk))
    booking.book(claim=claim, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW)

    answer = press(client, url, found, query="?start=2027-01-28T15:00")
    assert answer.status_code == 409
    again = shown(answer)
    assert "Session 4: Dr Cole is already booked then." in again.text
    assert again.rows[2].startswith("Session 4 from Tue 9 Feb, 15:00 to Thu 11 Feb, 14:30")
    assert starts(series) == AS_BOOKED


def test_the_same_press_twice_moves_once(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    found = look(client, url, start="2027-01-28T15:00")
    first, second = press(client, url, found), press(client, url, found)
    assert (first.status_code, second.status_code) == (200, 200)
    assert Rearrangement.objects.count() == 1
    assert RearrangedVisit.objects.count() == 2


def test_a_press_after_undo_says_that_it_was_taken_back(
    cast: Cast, as_: As, series: Series
) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    found = look(client, url, start="2027-01-28T15:00")
    press(client, url, found)
    made = Rearrangement.objects.get()
    client.post(reverse("rearrangement-undo", args=[made.pk]), headers=HTMX)
    answer = press(client, url, found)
    assert answer.status_code == 409
    assert "This was done before and taken back since." in shown(answer).text
    assert starts(series) == AS_BOOKED


# The page ----------------------------------------------------------------------------------------


def test_without_htmx_it_is_a_page_of_its_own(cast: Cast, as_: As, series: Series) -> None:
    client, url = as_(cast.fern), move_url(series.visit(3))
    page = shown(client.get(url, {"start": "2027-01-21T15:00"}))
    assert "<html" in page.html
    assert page.rows == look(client, url, start="2027-01-21T15:00").rows
    answer = client.post(url, {"offer": page.offer})
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("appointment-detail", args=[series.visit(3).pk]),
    )
    made = Rearrangement.objects.get()
    shown_next = client.get(answer["Location"]).content.decode()
    assert "Session 3 is on Thu 21 Jan, 15:00 now. Ada is told in 2 minutes." in words(shown_next)
    assert reverse("rearrangement-undo", args=[made.pk]) in shown_next


def test_a_visit_outside_a_course_moves_alone(cast: Cast, as_: As) -> None:
    claim = Claim(
        Service.objects.get(key="assessment"), STARTS[0], (cast.dr_cole.pk, cast.peel_room.pk)
    )
    visit = booking.book(
        claim=claim, patient=cast.ben, location=cast.harbour, by=cast.fern, now=NOW
    )
    client, url = as_(cast.fern), move_url(visit)
    found = look(client, url, start="2026-12-10T11:00")
    assert found.rows == [
        f"{visit.service.name} from Tue 8 Dec, 15:00 to Thu 10 Dec, 11:00",
    ]
    assert found.button == "Move the visit and tell Ben"
    answer = shown(press(client, url, found))
    assert "The visit is on Thu 10 Dec, 11:00 now. Ben is told in 2 minutes." in answer.text
    assert [each[:10] for each in look(client, url).days] == [
        "Mon 7 Dec ",
        "Tue 8 Dec ",
        "Wed 9 Dec ",
        "Thu 10 Dec",
        "Fri 11 Dec",
    ]


def test_opening_the_page_is_noted(cast: Cast, as_: As, series: Series) -> None:
    look(as_(cast.fern), move_url(series.visit(3)))
    noted = RecordAccess.objects.filter(action="read").values_list("record", "record_id")
    assert list(noted) == [("clinic.appointment", series.visit(3).pk)]


def test_an_unknown_visit_is_not_found(cast: Cast, as_: As) -> None:
    assert look(as_(cast.fern), "/appointments/99999/move/").status == 404


def test_queries_do_not_follow_the_number_of_sessions(cast: Cast, as_: As, series: Series) -> None:
    client = as_(cast.fern)

    def count(number: int, start: str) -> int:
        url = move_url(series.visit(number))
        with CaptureQueriesContext(connection) as caught:
            assert look(client, url, start=start).offer
        return len(caught)

    look(client, move_url(series.visit(3)))
    assert count(2, "2026-12-30T15:00") == count(4, "2027-02-10T15:00") == 17


def test_sessions_that_have_begun_never_move(cast: Cast, as_: As, series: Series) -> None:
    """Session 4 is done out of order, before 3: it stays, whatever 3 does."""
    Appointment.objects.filter(pk=series.visit(4).pk).update(status="in_room")
    found = look(as_(cast.fern), move_url(series.visit(3)), start="2027-01-28T15:00")
    assert found.rows[2].startswith("Session 4 Tue 9 Feb, 15:00 in room before 21 now 12 needs")
    assert f'value="{series.visit(4).pk}"' not in found.html
