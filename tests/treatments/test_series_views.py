"""Booking a whole series from the screen: search, proposals, refusals, and the booking itself."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from html import escape, unescape
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import RecordAccess
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Appointment, Booking, Location, Resource, WeeklyHours
from clinic.scheduling.slots import Slot
from patients.models import Message, Patient
from tests.conftest import NOW, Cast
from tests.treatments.test_series_search import away, book_session, start
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.forms.offers import Offer
from treatments.forms.series import next_working_day
from treatments.models import Course

As = Callable[[Any], Client]
ALL_FIVE = [
    "Tue 1 Dec 09:00",
    "Tue 22 Dec 09:00",
    "Tue 12 Jan 09:00",
    "Tue 2 Feb 09:00",
    "Tue 23 Feb 09:00",
]


def url(course: Course) -> str:
    return reverse("series", args=[course.pk])


def confirm_url(course: Course) -> str:
    return reverse("series-book", args=[course.pk])


def words(html: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cards(page: Any) -> list[Any]:
    return list(page.context["cards"])


def dates(card: Any) -> list[str]:
    return [f"{each.start:%a %-d %b %H:%M}" for each in card.sessions]


def offer(card: Any) -> str:
    return str(card.fields[0]["value"])


def errors(page: Any) -> dict[str, list[str]]:
    """What stands at each field."""
    found = {
        name: words(text)
        for name, text in re.findall(
            r'class="field-error" id="error_(\w+)">([^<]*)<', page.content.decode()
        )
    }
    return {name: [text] for name, text in found.items() if text}


def test_next_working_day_passes_over_the_weekend() -> None:
    assert [next_working_day(date(2026, 12, day)).day for day in (3, 4, 5, 6, 7)] == [4, 7, 7, 7, 8]


# The search ---------------------------------------------------------------------------------------


def test_series_shows_proposals_at_once_with_the_usual_wishes(cast: Cast, as_: As) -> None:
    course = start(cast, practitioner=cast.dr_cole)
    page = as_(cast.fern).get(url(course))

    assert [(each.title, each.best, each.note, each.verb) for each in cards(page)] == [
        ("Best", True, "Dr Cole · Peel room 1 · ends Tue 23 Feb", "Book all 5"),
        ("Sooner", False, "Dr Cole · Peel room 1 · ends Tue 16 Feb", "Book all 5"),
        ("Always Wednesday", False, "Dr Cole · Peel room 1 · ends Wed 24 Feb", "Book all 5"),
        ("Afternoons", False, "Dr Cole · Peel room 1 · ends Thu 25 Feb", "Book all 5"),
    ]
    assert dates(cards(page)[0]) == ALL_FIVE
    assert [each.gap for each in cards(page)[0].sessions] == [None, 21, 21, 21, 21]
    text = words(page.content.decode())
    assert "Glycolic peel: book 5 sessions" in text
    assert "21 days apart (14–28) · 45 minutes, then 30 each · Harbour Street" in text
    assert "4 ways to do it · 26 weeks searched" in text
    assert (
        "1 Tue 1 Dec 09:00 Keep the date of session 1 and search the others around it "
        "21 days after the session before Session 2 Tue 22 Dec 09:00"
    ) in text


def test_series_says_when_the_record_was_opened(cast: Cast, as_: As) -> None:
    as_(cast.fern).get(url(start(cast)))
    assert list(RecordAccess.objects.values_list("user", "record", "record_id", "action")) == [
        (cast.fern.pk, "patients.patient", cast.ada.pk, "read")
    ]


def works_only(person: Resource, opens: time, closes: time, *days: date) -> None:
    """On weekdays between these hours, and from 15:00 to 18:00 on these days."""
    person.weekly_hours.all().delete()
    hours = partial(WeeklyHours, resource=person, location=person.location)
    usual = [hours(weekday=n, opens=opens, closes=closes) for n in range(5)]
    extra = [
        hours(
            weekday=day.weekday(),
            opens=time(15),
            closes=time(18),
            valid_from=day,
            valid_until=day,
        )
        for day in days
    ]
    WeeklyHours.objects.bulk_create([*usual, *extra])


AFTERNOONS = (date(2026, 12, 1), date(2026, 12, 22), date(2027, 1, 12), date(2027, 2, 2))


def test_series_names_what_each_proposal_gives_up(cast: Cast, as_: As) -> None:
    works_only(cast.dr_cole, time(9), time(12), *AFTERNOONS)
    works_only(cast.nurse_nora, time(9), time(12))
    asked = {"earliest": "2026-12-01", "weekdays": "1", "opens": "15:00", "closes": "18:00"}
    page = as_(cast.fern).get(url(start(cast, 4)), asked)
    assert [(each.title, each.note, dates(each)) for each in cards(page)] == [
        (
            "Best",
            "Dr Cole · Peel room 1 · ends Tue 2 Feb",
            ["Tue 1 Dec 15:00", "Tue 22 Dec 15:00", "Tue 12 Jan 15:00", "Tue 2 Feb 15:00"],
        ),
        (
            "Other times",
            "Dr Cole · Peel room 1 · ends Tue 23 Feb · session 4 outside 15:00–18:00",
            ["Tue 22 Dec 15:00", "Tue 12 Jan 15:00", "Tue 2 Feb 15:00", "Tue 23 Feb 11:30"],
        ),
        (
            "Other times",
            "Dr Cole · Peel room 1 · ends Tue 26 Jan · sessions 3 and 4 outside 15:00–18:00",
            ["Tue 1 Dec 15:00", "Tue 22 Dec 15:00", "Tue 5 Jan 11:30", "Tue 26 Jan 11:30"],
        ),
        (
            "Other times",
            "Dr Cole · Peel room 1 · ends Tue 9 Feb · sessions 3 and 4 outside 15:00–18:00",
            ["Tue 1 Dec 15:00", "Tue 22 Dec 15:00", "Tue 19 Jan 11:30", "Tue 9 Feb 11:30"],
        ),
    ]


def test_series_names_who_else_would_do_it(cast: Cast, as_: As) -> None:
    """Nurse Nora has four afternoons and no other hours long enough for a visit."""
    works_only(cast.nurse_nora, time(12), time(12, 5), *AFTERNOONS)
    asked = {"earliest": "2026-12-01", "person": f"only-{cast.nurse_nora.pk}"}
    page = as_(cast.fern).get(url(start(cast, 4)), asked)
    assert [(each.title, each.note) for each in cards(page)] == [
        ("Best", "Nurse Nora · Peel room 1 · ends Tue 2 Feb"),
        ("Somebody else", "Peel room 1 · ends Mon 1 Feb · sessions 3 and 4 not with Nurse Nora"),
        ("Somebody else", "Peel room 1 · ends Wed 3 Feb · sessions 3 and 4 not with Nurse Nora"),
        ("Somebody else", "Peel room 1 · ends Tue 2 Feb · sessions 1 and 2 not with Nurse Nora"),
    ]
    assert [each.person for each in cards(page)[1].sessions] == [
        "Nurse Nora",
        "Nurse Nora",
        "Dr Cole",
        "Dr Cole",
    ]


def test_series_for_htmx_answers_with_the_lower_part_only(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    asked = {"earliest": "2026-12-01", "opens": "15:00", "closes": "14:00"}
    part = client.get(url(course), asked, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert '<p id="error_closes" hx-swap-oob="innerHTML">This is not later than “from”.</p>' in part
    assert '<p id="error_opens" hx-swap-oob="innerHTML"></p>' in part
    assert words(part).endswith("This cannot be searched yet Until: This is not later than “from”.")
    assert RecordAccess.objects.count() == 0


def test_series_keeps_the_search_for_the_booking(cast: Cast, as_: As) -> None:
    page = as_(cast.fern).get(url(start(cast)), {"earliest": "2026-12-07", "weekdays": ["0", "3"]})
    assert "/book/confirm/?earliest=2026-12-07&amp;weekdays=0&amp;weekdays=3" in (
        page.content.decode()
    )


def test_series_may_take_fewer_sessions(cast: Cast, as_: As) -> None:
    page = as_(cast.fern).get(url(start(cast)), {"earliest": "2026-12-01", "sessions": "2"})
    assert [(each.verb, dates(each)) for each in cards(page)[:1]] == [
        ("Book these 2", ["Tue 1 Dec 09:00", "Tue 22 Dec 09:00"])
    ]


def test_series_shows_the_booked_session_it_counts_from(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 12, 7, 15, 30, tzinfo=UTC), cast, done=False)
    page = as_(cast.fern).get(url(course))
    first = cards(page)[0].sessions
    assert [(each.number, f"{each.start:%-d %b}", each.gap, each.taken) for each in first] == [
        (1, "7 Dec", None, True),
        (2, "28 Dec", 21, False),
        (3, "18 Jan", 21, False),
        (4, "8 Feb", 21, False),
    ]
    assert cards(page)[0].verb == "Book all 3"


# Input that cannot be searched --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"earliest": ""}, {"earliest": ["Write the first day that suits."]}),
        (
            {"earliest": "9" * 5000},
            {"earliest": ["This is not a date. Write it like 31/12/2026."]},
        ),
        (
            {"earliest": "2026-02-30"},
            {"earliest": ["This is not a date. Write it like 31/12/2026."]},
        ),
        (
            {"earliest": "2026-12-01T10:00+05:00"},
            {"earliest": ["This is not a date. Write it like 31/12/2026."]},
        ),
        (
            {"earliest": "2026-12-01\x00"},
            {"earliest": ["This is not a date. Write it like 31/12/2026."]},
        ),
        ({"earliest": "2026-11-29"}, {"earliest": ["This day is past."]}),
        ({"earliest": "2028-01-01"}, {"earliest": ["This is more than a year ahead."]}),
        ({"earliest": "9999-12-31"}, {"earliest": ["This is more than a year ahead."]}),
        ({"opens": "15:30+05:00"}, {"opens": ["Write a time of day like 15:30."]}),
        ({"opens": "25:00"}, {"opens": ["Write a time of day like 15:30."]}),
        ({"closes": "3" * 2000}, {"closes": ["Write a time of day like 15:30."]}),
        ({"opens": "15:00", "closes": "15:00"}, {"closes": ["This is not later than “from”."]}),
        ({"opens": "18:00", "closes": "09:00"}, {"closes": ["This is not later than “from”."]}),
        ({"weekdays": "8"}, {"weekdays": ["Choose among Monday to Sunday."]}),
        ({"person": "999999"}, {"person": ["This person cannot be chosen here. Choose another."]}),
        ({"person": "only-"}, {"person": ["This person cannot be chosen here. Choose another."]}),
        ({"sessions": "9"}, {"sessions": ["There are not so many sessions left to book."]}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_series_says_at_the_field_what_cannot_be_searched(
    asked: dict[str, str], said: dict[str, list[str]], cast: Cast, as_: As
) -> None:
    page = as_(cast.fern).get(url(start(cast)), {"earliest": "2026-12-01"} | asked)
    assert page.status_code == 200
    assert errors(page) == said
    assert "This cannot be searched yet" in words(page.content.decode())
    assert "cards" not in page.context


def test_series_takes_today_and_one_open_end_of_the_hours(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    late = client.get(url(course), {"earliest": "30/11/2026", "opens": "17:00"})
    assert dates(cards(late)[0])[:1] == ["Mon 30 Nov 17:00"]
    early = client.get(url(course), {"earliest": "2026-12-01", "closes": "10:00"})
    assert dates(cards(early)[0])[:1] == ["Tue 1 Dec 09:00"]


# Refusals -----------------------------------------------------------------------------------------


def test_series_says_for_every_session_what_stands_in_the_way(cast: Cast, as_: As) -> None:
    asked = {"earliest": "2026-12-01", "weekdays": "5", "person": f"only-{cast.dr_cole.pk}"}
    page = as_(cast.fern).get(url(start(cast, 4)), asked)
    said = [(each.number, each.reasons) for each in page.context["obstacles"]]
    assert [number for number, _reasons in said] == [1, 2, 3, 4]
    assert said[0][1] == (
        "Dr Cole is away on every Saturday between Tue 1 Dec and Mon 19 Apr.",
        "Peel room 1 and Peel room 2 are closed on every Saturday between "
        "Tue 1 Dec and Mon 19 Apr.",
    )
    near = page.context["obstacles"][0].alternatives
    assert [each.text for each in near] == ["Tue 1 Dec, 09:00", "Wed 2 Dec, 09:00"]
    assert [each.text for each in page.context["ways_out"]] == ["On any weekday", "With anyone"]
    assert "No dates keep all of these wishes" in words(page.content.decode())


def test_each_way_out_of_a_refusal_leads_to_proposals(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast, 4)
    page = client.get(url(course), {"earliest": "2026-12-01", "weekdays": "5"})
    ways = [*page.context["ways_out"], *page.context["obstacles"][0].alternatives]
    assert [each.text for each in ways] == [
        "On any weekday",
        "Tue 1 Dec, 09:00",
        "Wed 2 Dec, 09:00",
    ]
    found = [dates(cards(client.get(url(course) + each.url))[0])[0] for each in ways]
    assert found == ["Tue 1 Dec 09:00", "Tue 1 Dec 09:00", "Wed 2 Dec 09:00"]


def test_a_near_date_outside_the_wished_hours_leads_on_too(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast, 4)
    asked = {"earliest": "2026-12-01", "opens": "18:00", "closes": "20:00"}
    near = client.get(url(course), asked).context["obstacles"][0].alternatives[0]
    assert near.text == "Tue 1 Dec, 17:00"
    page = client.get(url(course) + near.url)
    # the others are still wished for the evening, when nobody is there
    assert [bool(each.reasons) for each in page.context["obstacles"]] == [False, True, True, True]
    assert dates(cards(page)[0]) == ["Tue 1 Dec 17:00"]


def test_a_course_longer_than_the_calendar_can_be_booked_in_part(
    cast: Cast, as_: As, settings: Any
) -> None:
    settings.SERIES_HORIZON_WEEKS = 6
    client, course = as_(cast.fern), start(cast)
    page = client.get(url(course))
    assert [each.reasons for each in page.context["obstacles"]] == [
        (),
        (),
        (),
        (
            "5 sessions with at least 14 days between them need 57 days; "
            "the calendar is searched for 42.",
        ),
        (
            "5 sessions with at least 14 days between them need 57 days; "
            "the calendar is searched for 42.",
        ),
    ]
    (way,) = page.context["ways_out"]
    assert way.text == "Only the next 3 sessions"
    assert len(dates(cards(client.get(url(course) + way.url))[0])) == 3


def test_a_month_that_is_booked_out_is_named_with_the_late_dates_after_it(
    cast: Cast, as_: As
) -> None:
    course = start(cast, 2 + 2)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    for person in (cast.dr_cole, cast.nurse_nora):
        away(person, date(2026, 12, 1), date(2026, 12, 22))
    page = as_(cast.fern).get(url(course))
    first = page.context["obstacles"][0]
    assert first.reasons == ("Dr Cole and Nurse Nora are away until Tue 22 Dec (leave).",)
    assert [(each.text, each.note) for each in first.alternatives] == [
        ("Tue 22 Dec, 09:00", "later than usual"),
        ("Wed 23 Dec, 09:00", "later than usual"),
    ]
    late = cards(as_(cast.fern).get(url(course) + first.alternatives[0].url))[0]
    assert [(f"{each.start:%-d %b}", each.gap, each.gap_note) for each in late.sessions] == [
        ("22 Dec", 36, "above 28, allowed to 42"),
        ("12 Jan", 21, ""),
        ("2 Feb", 21, ""),
    ]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("stopped", "This course is stopped. Nothing more is booked for it."),
        ("paused", "This course is paused. Nothing more is booked for it."),
    ],
)
def test_series_of_a_course_that_does_not_run_says_so(
    status: str, said: str, cast: Cast, as_: As
) -> None:
    course = start(cast)
    Course.objects.update(status=status)
    assert said in words(as_(cast.fern).get(url(course)).content.decode())


def test_series_of_somebody_who_died_says_so(cast: Cast, as_: As) -> None:
    course = start(cast)
    Patient.objects.filter(pk=cast.ada.pk).update(deceased=True)
    text = words(as_(cast.fern).get(url(course)).content.decode())
    assert "Ada Lindqvist is recorded as deceased." in text


# Booking ------------------------------------------------------------------------------------------


def propose(client: Client, course: Course, **asked: Any) -> str:
    return offer(cards(client.get(url(course), asked))[0])


def banners(page: Any) -> list[str]:
    return [str(each) for each in page.context["messages"]]


def test_confirm_books_all_sessions_and_names_them(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    page = client.post(confirm_url(course), {"offer": propose(client, course)}, follow=True)

    assert page.redirect_chain == [(reverse("patient-detail", args=[cast.ada.pk]), 302)]
    assert banners(page) == [
        "5 sessions are booked: Tue 1 Dec 09:00, Tue 22 Dec 09:00, Tue 12 Jan 09:00, "
        "Tue 2 Feb 09:00 and Tue 23 Feb 09:00. The confirmation goes to ada@patient.example."
    ]
    booked = [each.appointment for each in course.sessions.order_by("number")]
    assert [f"{each.starts_at:%a %-d %b %H:%M}" for each in booked if each] == ALL_FIVE
    assert Message.objects.filter(kind="booked").count() == 1
    accesses = RecordAccess.objects.values_list("record", "record_id", "action")
    assert ("treatments.course", course.pk, "change") in set(accesses)


def test_confirm_says_why_no_confirmation_goes_out(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    Patient.objects.filter(pk=cast.ada.pk).update(email_consent="refused")
    page = client.post(confirm_url(course), {"offer": propose(client, course)}, follow=True)
    assert banners(page)[0].endswith(
        " No confirmation is e-mailed: no consent to e-mail. "
        "Tell the dates by telephone, +44 20 7946 0123."
    )


def test_confirm_pressed_twice_books_once(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    text = propose(client, course)
    answers = [client.post(confirm_url(course), {"offer": text}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Booking.objects.count(), Appointment.objects.count()) == (1, 5)


def test_confirm_names_every_session_that_somebody_else_took(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    text = propose(client, course)
    for at, person, room in (
        ("2026-12-22T09:00", cast.dr_cole, cast.second_peel_room),
        ("2027-02-02T09:15", cast.dr_cole, cast.peel_room),
    ):
        claim = Claim(
            cast.glycolic.follow_up_service,
            datetime.fromisoformat(at).replace(tzinfo=UTC),
            (person.pk, room.pk),
        )
        booking.book(claim=claim, patient=cast.ben, location=cast.harbour, by=cast.mina, now=NOW)
    page = client.post(confirm_url(course), {"offer": text})

    assert page.status_code == 409
    assert page.context["reasons"] == [
        "Session 2, Tue 22 Dec, 09:00: Dr Cole is already booked then.",
        "Session 4, Tue 2 Feb, 09:00: Dr Cole is already booked then. "
        "Peel room 1 is already booked then.",
    ]
    assert "Nothing was booked" in words(page.content.decode())
    assert Appointment.objects.filter(patient=cast.ada).count() == 0
    fresh = cards(client.get(page.context["search_again"], headers={"HX-Request": "true"}))[0]
    assert client.post(confirm_url(course), {"offer": offer(fresh)}).status_code == 302


def test_a_refusal_asks_for_no_search_itself(cast: Cast, as_: As) -> None:
    """In a rush for one date everybody is answered at once; the page then asks what is free."""
    client, course = as_(cast.fern), start(cast)
    page = client.post(confirm_url(course) + "?earliest=2026-12-07", {"offer": "nonsense"})
    assert page.context["search_again"].startswith(
        f"/courses/{course.pk}/book/?earliest=2026-12-07"
    )
    assert "cards" not in page.context
    html = page.content.decode()
    assert f'hx-get="{escape(page.context["search_again"])}" hx-trigger="load"' in html


def test_confirm_after_somebody_else_booked_the_course_says_so(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    first, second = propose(client, course), propose(client, course)
    client.post(confirm_url(course), {"offer": first})
    page = client.post(confirm_url(course), {"offer": second})
    assert page.status_code == 409
    assert page.context["reasons"] == [
        "Some of these sessions were booked meanwhile. Reload the page."
    ]
    assert page.context["closed"] == "Every session of this course has its date."


LOST = "The dates did not arrive as they were shown. Nothing was booked: choose again."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "a:b:c",
        "\x00",
        "é" * 100,
        "x" * 100_000,
        signing.dumps([1, "no key", []], salt="another salt"),
    ],
    ids=["empty", "plain", "parts", "nul", "not ascii", "overlong", "signed for something else"],
)
def test_confirm_takes_nothing_that_was_not_offered(text: str, cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    page = client.post(confirm_url(course), {"offer": text})
    assert (page.status_code, page.context["reasons"]) == (400, [LOST])
    assert len(cards(client.get(page.context["search_again"], headers={"HX-Request": "true"}))) == 4


def test_confirm_takes_no_changed_offer(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    text = propose(client, course)
    at = len(text) // 3
    changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
    assert client.post(confirm_url(course), {"offer": changed}).status_code == 400


def test_confirm_takes_no_offer_of_another_course(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    terms = CourseTerms(cast.glycolic, cast.harbour, 5)
    other = plans.start_course(patient=cast.ben, terms=terms, by=cast.fern, now=NOW)
    page = client.post(confirm_url(other), {"offer": propose(client, course)})
    assert (page.status_code, page.context["reasons"]) == (400, [LOST])


def test_confirm_takes_no_offer_from_yesterday(cast: Cast, as_: As) -> None:
    course = start(cast)
    text = propose(as_(cast.fern), course)
    as_(cast.fern).logout()
    with time_machine.travel(NOW + timedelta(hours=12, minutes=1), tick=False):
        page = as_(cast.fern).post(confirm_url(course), {"offer": text})
    assert (page.status_code, page.context["reasons"]) == (
        400,
        ["These dates were shown long ago. Nothing was booked: here are fresh ones."],
    )


def test_confirm_refuses_times_that_are_past_by_now(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    text = propose(client, course, earliest="2026-11-30")
    client.logout()
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        page = as_(cast.fern).post(confirm_url(course), {"offer": text})
    assert (page.status_code, page.context["reasons"]) == (
        409,
        ["Session 1, Mon 30 Nov, 09:00: Mon 30 Nov, 09:00 is in the past."],
    )


def test_confirm_asks_the_door_even_about_an_offer_of_ours(cast: Cast, as_: As) -> None:
    """Signed slots that lie too close are refused by the same rule as everything else."""
    client, course = as_(cast.fern), start(cast)
    minute = int(datetime(2026, 12, 1, 9, tzinfo=UTC).timestamp()) // 60
    held = (cast.dr_cole.pk, cast.peel_room.pk)
    slots = (
        Slot(minute, minute + 45, held),
        Slot(minute + 6 * 1440, minute + 6 * 1440 + 30, held),
    )
    text = Offer(uuid.uuid4(), slots).signed(course)
    page = client.post(confirm_url(course), {"offer": text})
    assert page.status_code == 409
    assert page.context["reasons"] == [
        "Session 2, Mon 7 Dec, 09:00: Mon 7 Dec is 6 days after Tue 1 Dec. "
        "Glycolic peel needs at least 10 days.",
    ]


def test_series_is_booked_by_the_clock_of_its_own_location(cast: Cast, as_: As) -> None:
    """Nine in the morning in Lisbon and in Helsinki are different moments."""
    Location.objects.filter(pk=cast.harbour.pk).update(time_zone="Europe/Helsinki")
    client, course = as_(cast.fern), start(cast)
    client.post(confirm_url(course), {"offer": propose(client, course)})
    first = Appointment.objects.order_by("during")[0]
    assert first.during.lower == datetime(2026, 12, 1, 7, tzinfo=UTC)


# Who may, and how much is asked of the database ---------------------------------------------------


def test_series_is_for_staff_only(client: Client, cast: Cast) -> None:
    assert client.get(url(start(cast))).status_code == 302


def test_confirm_after_signing_in_again_leads_back_to_the_same_search(cast: Cast, as_: As) -> None:
    """Whoever was signed out while looking comes back by a GET; nothing is booked by it."""
    course = start(cast)
    page = as_(cast.fern).get(confirm_url(course), {"earliest": "2026-12-07"})
    assert (page.status_code, page.headers["Location"]) == (
        302,
        url(course) + "?earliest=2026-12-07",
    )
    assert Booking.objects.count() == 0


def test_confirm_needs_the_right_to_book(cast: Cast, as_: As) -> None:
    course = start(cast)
    cast.fern.groups.clear()
    client = as_(cast.fern)
    assert client.post(confirm_url(course), {"offer": ""}).status_code == 403
    assert client.get(url(course)).status_code == 403


def test_series_of_nobody_is_not_found(cast: Cast, as_: As) -> None:
    assert as_(cast.fern).get(reverse("series", args=[999_999])).status_code == 404


def test_series_page_asks_the_same_queries_for_two_sessions_and_for_six(
    cast: Cast, as_: As
) -> None:
    client = as_(cast.fern)
    two = start(cast, 6)
    two.sessions.filter(number__gt=2).delete()
    terms = CourseTerms(cast.glycolic, cast.harbour, 6)
    six = plans.start_course(patient=cast.ben, terms=terms, by=cast.fern, now=NOW)

    def asked(course: Course) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert len(cards(client.get(url(course)))) == 4
        return len(caught)

    asked(two)
    assert (asked(two), asked(six)) == (13, 13)


# Badges on the calendar ---------------------------------------------------------------------------


def test_badges_say_which_session_a_visit_is(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 23, 15, 30, tzinfo=UTC), cast, done=True)
    book_session(course, 2, datetime(2026, 12, 14, 15, 30, tzinfo=UTC), cast, done=False)
    pks = list(course.sessions.filter(number__lte=2).values_list("appointment", flat=True))
    page = as_(cast.fern).get(reverse("appointment-badges"), {"pk": pks}).content.decode()
    assert words(page) == "1 of 4 ●◐○○ 2 of 4 ●◐○○"
    assert f'hx-swap-oob="innerHTML:.badge-{pks[0]}"' in page


def test_badges_of_visits_without_a_course_or_of_nonsense_are_none(cast: Cast, as_: As) -> None:
    client, where = as_(cast.fern), reverse("appointment-badges")
    asked: list[dict[str, Any]] = [{}, {"pk": ["x", "-1", "9" * 30]}, {"pks": "1,,², 7"}]
    assert [words(client.get(where, each).content.decode()) for each in asked] == ["", "", ""]


def test_badges_of_a_whole_page_ask_a_fixed_number_of_queries(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    course = start(cast, 6)
    client.post(confirm_url(course), {"offer": propose(client, course)})
    pks = list(course.sessions.values_list("appointment", flat=True))

    def asked(*wanted: int | None) -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("appointment-badges"), {"pks": ",".join(map(str, wanted))})
        return len(caught)

    assert asked(pks[0]) == asked(*pks) == asked(*pks, *range(1, 5000)) == 6
