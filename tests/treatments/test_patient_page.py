"""The record of one patient at a glance."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import RecordAccess
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Appointment, Service
from patients.models import Allergy, Condition, Medication, Message, Patient
from tests.conftest import NOW, Cast
from tests.health import receive
from tests.treatments.test_series_search import book_session, start
from tests.treatments.test_series_views import cards, confirm_url, offer, words
from tests.treatments.test_series_views import url as series_url
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Protocol

As = Callable[[Any], Client]
DAY = timedelta(days=1)


def url(patient: Patient) -> str:
    return reverse("patient-detail", args=[patient.pk])


def look(client: Client, patient: Patient) -> tuple[Any, str]:
    """What the page was made from, and what a reader sees."""
    response = client.get(url(patient))
    assert response.status_code == 200
    return response.context["page"], words(response.content.decode())


def visit(cast: Cast, at: datetime, key: str = "follow-up", *, done: bool = False) -> Appointment:
    service = Service.objects.get(key=key)
    claim = Claim(service, at, (cast.dr_cole.pk, cast.peel_room.pk))
    made = booking.book(
        claim=claim, patient=cast.ada, location=cast.harbour, by=cast.fern, now=min(NOW, at)
    )
    if done:
        for step in (receive, booking.start, booking.complete):
            made = step(appointment=made, by=cast.fern, now=at)
    return made


# The header ---------------------------------------------------------------------------------------


def test_the_header_says_who_and_how_to_reach_them(cast: Cast, as_: As) -> None:
    Patient.objects.filter(pk=cast.ada.pk).update(sex="female", language="de")
    page, text = look(as_(cast.fern), cast.ada)
    assert page.header.facts == [
        "34, born 14 Mar 1992",
        "female",
        "skin type III",
        "+44 20 7946 0123",
        "may be e-mailed",
        "Deutsch",
    ]
    assert "No alerts on record" in text


def test_the_header_says_why_somebody_is_not_emailed(cast: Cast, as_: As) -> None:
    Patient.objects.filter(pk=cast.ada.pk).update(
        email_consent="refused", phone="", skin_type=None, sex="unknown"
    )
    page, text = look(as_(cast.fern), cast.ada)
    assert page.header.facts == ["34, born 14 Mar 1992", "skin type not known"]
    assert [(each.text, each.level) for each in page.header.alerts] == [
        ("No e-mail: no consent to e-mail", "info")
    ]
    assert "Nothing is e-mailed: no consent to e-mail." in text


def test_alerts_name_isotretinoin_and_allergies_the_gravest_first(cast: Cast, as_: As) -> None:
    Medication.objects.create(patient=cast.ada, text="ISOtretinoin 20 MG", status="active")
    for text, criticality in (("Latex", "low"), ("Salicylate", "high"), ("Dust", ""), ("Nuts", "")):
        Allergy.objects.create(
            patient=cast.ada, text=text, criticality=criticality, status="active"
        )
    Allergy.objects.create(patient=cast.ada, text="Taken back", status="entered-in-error")
    page, _text = look(as_(cast.fern), cast.ada)
    alerts = [(each.text, each.level) for each in page.header.alerts]
    assert alerts[:2] == [
        ("Isotretinoin on the medication list", "danger"),
        ("Allergy: Salicylate", "danger"),
    ]
    assert {level for _text, level in alerts[2:]} == {"warn"}
    assert alerts[-1] == ("1 more allergy", "warn")


def test_somebody_who_died_is_not_offered_a_course(cast: Cast, as_: As) -> None:
    start(cast)
    Patient.objects.filter(pk=cast.ada.pk).update(deceased=True)
    page, text = look(as_(cast.fern), cast.ada)
    assert [(each.text, each.level) for each in page.header.alerts] == [("Deceased", "danger")]
    assert page.header.facts[0] == "born 14 Mar 1992"
    assert "Start a course" not in text
    assert "Book all 5" not in text


# Courses ------------------------------------------------------------------------------------------


def test_a_new_patient_is_offered_a_first_course(cast: Cast, as_: As) -> None:
    page, text = look(as_(cast.fern), cast.ada)
    assert page.courses == []
    assert "No course yet Start one, and all of its sessions are booked in one go." in text
    assert "No visit is booked." in text


def test_a_course_begins_with_one_button_for_all_of_it(cast: Cast, as_: As) -> None:
    course = start(cast)
    _page, text = look(as_(cast.fern), cast.ada)
    assert "Session 1: to book" in text
    assert "0 of 5 done No session has a date yet Book all 5" in text
    assert series_url(course) in as_(cast.fern).get(url(cast.ada)).content.decode()


def test_a_course_says_what_comes_next_and_what_is_left_to_book(cast: Cast, as_: As) -> None:
    course = start(cast)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    book_session(course, 2, datetime(2026, 12, 8, 15, 30, tzinfo=UTC), cast, done=False)
    page, text = look(as_(cast.fern), cast.ada)
    assert (page.courses[0].done, page.courses[0].total, page.courses[0].verb) == (
        1,
        5,
        "Book the other 3",
    )
    assert (
        "1 of 5 done Session 2 Tue 8 Dec, 15:30 , 22 days after session 1 Book the other 3" in text
    )


def test_a_course_says_when_the_next_session_fits(cast: Cast, as_: As) -> None:
    course = start(cast)
    book_session(course, 1, datetime(2026, 11, 23, 15, 30, tzinfo=UTC), cast, done=True)
    _page, text = look(as_(cast.fern), cast.ada)
    assert "Session 2 fits best Mon 14 Dec , from Mon 7 Dec to Mon 21 Dec Book the other 4" in text


def later(client: Client, user: Any, days: int, patient: Patient) -> str:
    """The page as it stands some days on; nobody stays signed in so long."""
    client.logout()
    with time_machine.travel(NOW + days * DAY, tick=False):
        client.force_login(user)
        return look(client, patient)[1]


def test_a_course_says_when_it_is_late_and_when_it_has_lapsed(cast: Cast, as_: As) -> None:
    course = start(cast)
    book_session(course, 1, datetime(2026, 11, 23, 15, 30, tzinfo=UTC), cast, done=True)
    client = as_(cast.fern)
    assert "Session 2 fits best" in later(client, cast.fern, 21, cast.ada)
    late = later(client, cast.fern, 22, cast.ada)
    assert "Session 2 was due by Mon 21 Dec Book the other 4" in late
    lapsed = later(client, cast.fern, 36, cast.ada)
    assert "Lapsed on Mon 4 Jan: a new assessment comes first" in lapsed
    assert "Book the other 4" not in lapsed


def test_the_last_session_is_named_on_its_button(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    for number, day in ((1, 2), (2, 9 + 7), (3, 30)):
        at = datetime(2026, 11, day, 9, 0, tzinfo=UTC)
        book_session(course, number, at, cast, done=number < 3)
    page, _text = look(as_(cast.fern), cast.ada)
    assert page.courses[0].verb == "Book session 4"


def test_only_one_button_is_the_primary_one(cast: Cast, as_: As) -> None:
    start(cast)
    start(cast, 4, "salicylic")
    html = as_(cast.fern).get(url(cast.ada)).content.decode()
    assert (html.count("btn btn-primary"), html.count('data-key="b"')) == (1, 1)


def test_a_stopped_course_offers_nothing(cast: Cast, as_: As) -> None:
    start(cast)
    Course.objects.update(status="stopped", status_reason="moved away")
    page, text = look(as_(cast.fern), cast.ada)
    assert (page.courses[0].verb, page.courses[0].is_over) == ("", True)
    assert "0 of 5 done Stopped moved away Take it up again Coming visits" in text


# Visits, letters, history -------------------------------------------------------------------------


def test_visits_are_sorted_into_coming_and_earlier(cast: Cast, as_: As) -> None:
    course = start(cast)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    book_session(course, 2, datetime(2026, 12, 8, 15, 30, tzinfo=UTC), cast, done=False)
    visit(cast, datetime(2026, 12, 1, 10, tzinfo=UTC))
    gone = visit(cast, datetime(2026, 12, 3, 10, tzinfo=UTC))
    booking.cancel(appointment=gone, reason="ill", by=cast.fern, now=NOW)
    page, _text = look(as_(cast.fern), cast.ada)

    def rows(visits: list[Any]) -> list[tuple[str, str, str]]:
        return [
            (f"{each.appointment.starts_at:%-d %b %H:%M}", each.what, each.people)
            for each in visits
        ]

    assert rows(page.upcoming) == [
        ("1 Dec 10:00", "Follow-up", "Dr Cole"),
        ("8 Dec 15:30", "Glycolic peel, session 2 of 5", "Dr Cole"),
    ]
    assert rows(page.past) == [
        ("3 Dec 10:00", "Follow-up", ""),
        ("16 Nov 15:30", "Glycolic peel, session 1 of 5", "Dr Cole"),
    ]


def test_letters_are_the_last_sent_and_the_next_planned(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    chosen = offer(cards(client.get(series_url(course)))[0])
    client.post(confirm_url(course), {"offer": chosen})
    Message.objects.filter(kind="booked").update(status="sent", sent_at=NOW, closed_at=NOW)
    page, _text = look(client, cast.ada)
    assert page.sent == 1
    assert [(each.state, each.title, each.detail) for each in page.letters] == [
        ("sent", "Booked", ""),
        ("planned", "Day before", "session 1"),
        ("planned", "Why not to squeeze", ""),
        ("planned", "First-night care", "session 1"),
        ("planned", "Day after", "session 1"),
        ("planned", "Sunscreen", "session 1"),
    ]


def test_history_names_each_thing_once_the_newest_first(cast: Cast, as_: As) -> None:
    for days, text in ((900, "Acne"), (20, "Asthma"), (10, "Acne")):
        Condition.objects.create(
            patient=cast.ada, text=text, status="active", onset_at=NOW - days * DAY
        )
    Condition.objects.create(patient=cast.ada, text="Cold", status="resolved")
    Medication.objects.create(patient=cast.ada, text="Cetirizine", status="active")
    page, _text = look(as_(cast.fern), cast.ada)
    assert [(words, [each.text for each in items]) for words, items in page.history_groups] == [
        ("Conditions", ["Acne", "Asthma"]),
        ("Medication", ["Cetirizine"]),
    ]


def test_the_page_shows_nothing_of_anybody_else(cast: Cast, as_: As) -> None:
    course = start(cast)
    book_session(course, 1, datetime(2026, 12, 8, 15, 30, tzinfo=UTC), cast, done=False)
    Allergy.objects.create(patient=cast.ada, text="Salicylate", status="active")
    page, text = look(as_(cast.fern), cast.ben)
    assert (page.courses, page.upcoming, page.letters, page.history) == ([], [], [], [])
    assert "Salicylate" not in text
    assert "Lindqvist" not in text


# How much is asked of the database, and who may ---------------------------------------------------


def test_five_years_of_history_cost_no_more_than_eleven_queries(cast: Cast, as_: As) -> None:
    for number in range(60):
        at = NOW - (1 + 30 * number) * DAY
        weekday = at - timedelta(days=max(0, at.weekday() - 4))
        visit(cast, weekday.replace(hour=9 + number % 8), done=True)
        Condition.objects.create(patient=cast.ada, text=f"Condition {number}", onset_at=at)
        Medication.objects.create(patient=cast.ada, text=f"Medicine {number}", recorded_at=at)
    for modality in ("glycolic", "salicylic"):
        for _year in range(5):
            course = start(cast, 4, modality)
            Course.objects.filter(pk=course.pk).update(status="completed")
    running = start(cast, 6)
    client = as_(cast.fern)
    chosen = offer(cards(client.get(series_url(running)))[0])
    client.post(confirm_url(running), {"offer": chosen})
    with CaptureQueriesContext(connection) as caught:
        page, _text = look(client, cast.ada)
    assert (len(page.courses), len(page.upcoming), len(page.past)) == (11, 6, 60)
    assert len(caught) == 11


def test_opening_the_record_is_written_down(cast: Cast, as_: As) -> None:
    as_(cast.fern).get(url(cast.ada))
    assert list(RecordAccess.objects.values_list("user", "record", "record_id", "action")) == [
        (cast.fern.pk, "patients.patient", cast.ada.pk, "read")
    ]


def test_the_record_needs_the_right_to_see_it(cast: Cast, as_: As) -> None:
    cast.fern.groups.clear()
    assert as_(cast.fern).get(url(cast.ada)).status_code == 403


def test_a_record_of_nobody_is_not_found(cast: Cast, as_: As) -> None:
    assert as_(cast.fern).get(reverse("patient-detail", args=[999_999])).status_code == 404


def test_from_the_record_to_five_booked_sessions_in_four_steps(cast: Cast, as_: As) -> None:
    """Each step is one press: start, treatment chosen in the form, find dates, book."""
    client = as_(cast.fern)
    form_url = reverse("course-create", args=[cast.ada.pk])
    assert f'href="{form_url}"' in client.get(url(cast.ada)).content.decode()
    sent = {
        "protocol": Protocol.objects.get(modality="salicylic").pk,
        "location": cast.harbour.pk,
        **{f"sessions_{each.pk}": each.sessions_default for each in Protocol.objects.all()},
    }
    found = client.post(form_url, sent, follow=True)
    done = client.post(
        confirm_url(Course.objects.get()), {"offer": offer(cards(found)[0])}, follow=True
    )
    assert done.redirect_chain == [(url(cast.ada), 302)]
    assert len(done.context["page"].upcoming) == 5


def test_another_patients_course_stays_theirs(cast: Cast, as_: As) -> None:
    terms = CourseTerms(cast.glycolic, cast.harbour, 5)
    plans.start_course(patient=cast.ben, terms=terms, by=cast.fern, now=NOW)
    page, _text = look(as_(cast.fern), cast.ada)
    assert page.courses == []
