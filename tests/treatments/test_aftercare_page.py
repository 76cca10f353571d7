"""The page behind the link of a letter after a visit: what it says, until when, and to whom."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import Appointment
from patients import subjects
from patients.actions import letters, links
from patients.actions.letters import Section
from patients.models import Link, Message
from patients.portal import doors
from patients.subjects import Facts
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.treatments.test_series_views import words
from treatments import aftercare, aftercare_words
from treatments.actions import aftercare_links, plans
from treatments.actions.plans import CourseTerms
from treatments.models import Lesion, LesionTreatment, PeelRecord, Protocol, Session, Visit
from treatments.queries import done
from treatments.views import portal

pytestmark = pytest.mark.django_db

PAGE = "/my/aftercare/"
# the visit: Monday 30 November 2026, 15:30
VISITED = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 30, 19, tzinfo=UTC)


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    """Done today, and the next one three weeks on."""
    terms = CourseTerms(cast.glycolic, cast.harbour, 4, uses_retinoid=True)
    course = plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=NOW)
    for number, session in enumerate(course.sessions.order_by("number")[:2]):
        session.appointment = AppointmentFactory(
            location=cast.harbour,
            patient=cast.ada,
            service=cast.glycolic.service_of(session.number),
            start=VISITED + timedelta(days=21 * number),
            status="booked" if number else "done",
        )
        session.save()
    first = course.sessions.order_by("number")[0]
    return Appointment.objects.select_related("patient", "location").get(pk=first.appointment_id)


@pytest.fixture
def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def link(visit: Appointment, modality: str = "glycolic") -> str:
    (want,) = aftercare_links.of_visit(visit, modality).values()
    wish = links.Wanted(
        visit.patient_id, want.purpose, want.subject_key, want.expires_at, want.version
    )
    return reverse(want.route, args=[links.make(wanted=[wish], now=NOW)[wish]])


def seen(phone: Client, at: datetime = EVENING) -> tuple[int, str]:
    with time_machine.travel(at, tick=False):
        answer = phone.get(PAGE)
    return answer.status_code, words(answer.content.decode())


def opened(phone: Client, visit: Appointment, at: datetime = EVENING) -> tuple[int, str]:
    with time_machine.travel(at, tick=False):
        phone.get(link(visit))
    return seen(phone, at)


def recorded(cast: Cast, visit: Appointment, signed: bool) -> None:
    record = Visit.objects.create(
        patient=cast.ada,
        appointment=visit,
        protocol=cast.glycolic,
        author=cast.cole,
        started_at=NOW,
        saved_at=NOW,
    )
    PeelRecord.objects.create(visit=record, agent="glycolic", strength_percent=35)
    if signed:
        Visit.objects.filter(pk=record.pk).update(signed_at=NOW, signed_by=cast.cole)


# What it says ------------------------------------------------------------------------------------


def test_care_day_by_day_with_the_sun_the_next_visit_and_the_telephone(
    cast: Cast, visit: Appointment, phone: Client
) -> None:
    status, text = opened(phone, visit)
    assert status == 200
    assert "Hello Ada, this is what to expect and what to do now." in text
    assert "What was done Glycolic peel, Mon 30 Nov 2026" in text
    assert "Your visit was today The first 3 days 30 Nov – 2 Dec now" in text
    assert "Days 3 to 6 3 – 6 Dec Light flaking for some days." in text
    assert "Days 7 to 21 7 – 21 Dec" in text
    assert "Sunscreen, SPF 30 or higher, every day from tomorrow on" in text
    assert "again every 2 hours outdoors" in text
    assert "No direct sun until Mon 14 Dec 2026" in text
    assert "Your next visit Monday 21 December 15:30" in text
    assert text.count("Your next visit") == 1
    assert "Call us the same day if you notice blisters, raw or weeping skin" in text
    assert f"Call us: {cast.harbour.phone}" in text


@pytest.mark.parametrize(
    ("day", "head", "now"),
    [
        (date(2026, 12, 1), "Today is day 1 after your visit", "30 Nov – 2 Dec now"),
        (date(2026, 12, 3), "Today is day 3 after your visit", "3 – 6 Dec now"),
        (date(2026, 12, 21), "Today is day 21 after your visit", "7 – 21 Dec now"),
    ],
)
def test_the_days_of_today_are_marked(
    visit: Appointment, phone: Client, day: date, head: str, now: str
) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    _status, text = opened(phone, visit, at)
    assert head in text
    assert re.findall(r"\S+ (?:\w{3} )?– \d+ \w{3} now", text) == [now]


def test_after_the_last_day_nothing_is_marked(visit: Appointment, phone: Client) -> None:
    _status, text = opened(phone, visit, datetime(2026, 12, 22, 12, tzinfo=UTC))
    assert " now Calm" not in text
    assert "Today is day 22" in text


def test_what_was_done_is_told_once_it_is_signed(
    cast: Cast, visit: Appointment, phone: Client
) -> None:
    recorded(cast, visit, signed=False)
    _status, text = opened(phone, visit)
    assert "What was done Glycolic peel, Mon 30 Nov 2026 We are still writing down" in text
    Visit.objects.all().delete()
    recorded(cast, visit, signed=True)
    _status, text = seen(phone)
    assert "What was done Glycolic peel (Glycolic acid, 35 %), Mon 30 Nov 2026 Your" in text
    with time_machine.travel(EVENING, tick=False):
        page = phone.get(PAGE).content.decode()
    assert "35\N{NO-BREAK SPACE}%" in page  # the sign stays on the line of its number


@pytest.mark.parametrize("modality", Protocol.Modality.values)
def test_its_words_are_those_of_the_sheet(cast: Cast, visit: Appointment, modality: Any) -> None:
    found = done.of_appointment(visit)
    assert found is not None
    found = replace(found, modality=modality, eye_area=True)
    shown = portal.page(visit, found, found.on)["sheet"]
    first = shown["stretches"][0]
    assert first["normal"] == aftercare_words.DAYS[found.modality][0][2]
    assert aftercare_words.EYE_CARE in first["care"]
    assert shown["calls"] == list(aftercare_words.CALLS[found.modality])
    assert [each["is_now"] for each in shown["stretches"]].count(True) == 1


SPOKEN = {
    "de": ["Ihr Termin war heute", "Glykolsäurepeeling (Glykolsäure, 35 %)", "Anrufen: +44"],
    "es": [
        "Su cita fue hoy",
        "Peeling de ácido glicólico (Ácido glicólico, 35 %)",
        "Llámenos: +44",
    ],
}
NEXT = {"de": "Montag, 21. Dezember 15:30", "es": "lunes 21 de diciembre 15:30"}


@pytest.mark.parametrize("language", ["de", "es"])
def test_it_is_in_the_language_of_the_patient(
    cast: Cast, visit: Appointment, phone: Client, language: str
) -> None:
    cast.ada.language = language
    cast.ada.save()
    recorded(cast, visit, signed=True)
    _status, text = opened(phone, visit)
    assert [said for said in [*SPOKEN[language], NEXT[language]] if said not in text] == []
    assert not re.search(r"\b(the|and|your|with)\b", text, re.IGNORECASE)


# Who gets in, and until when ---------------------------------------------------------------------


def test_the_token_goes_out_of_the_address_and_the_page_stays_out_of_every_index(
    visit: Appointment, phone: Client
) -> None:
    address = link(visit)
    with time_machine.travel(EVENING, tick=False):
        answer = phone.get(address)
        page = phone.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.cookies[doors.cookie("aftercare")]["path"] == PAGE
    source = page.content.decode()
    assert 'content="noindex, nofollow"' in source
    assert "no-store" in page["Cache-Control"]
    assert not re.search(r"https?://", re.sub(r"<svg.*?</svg>", "", source, flags=re.DOTALL))
    row = Link.objects.get()
    assert address.split("/")[-2] not in str(Link.objects.values())
    assert (row.purpose, row.subject_key) == ("aftercare", f"appointment:{visit.pk}")


@pytest.mark.parametrize(
    ("modality", "days"),
    [("extraction", 60), ("glycolic", 60), ("retinoid", 60), ("cryo", 60), ("laser", 180)],
)
def test_it_opens_as_long_as_the_care_has_something_to_say(
    visit: Appointment, modality: Any, days: int
) -> None:
    (want,) = aftercare_links.of_visit(visit, modality).values()
    assert want.expires_at == visit.during.upper + timedelta(days=days)
    assert aftercare.days_of_care(modality) <= days


def test_a_link_that_is_over_says_so_kindly_with_the_telephone(
    cast: Cast, visit: Appointment, phone: Client
) -> None:
    assert opened(phone, visit)[0] == 200
    last = Link.objects.get().expires_at
    status, text = seen(phone, last)
    assert status == 410
    assert "This page cannot be opened any more" in text
    assert f"Call us, we help Harbour Street: {cast.harbour.phone}" in text
    assert seen(phone, last - timedelta(seconds=1))[0] == 200


def test_revoked_unknown_and_foreign_links_are_answered_alike(
    cast: Cast, visit: Appointment, phone: Client
) -> None:
    opened(phone, visit)
    token = link(visit).split("/")[-2]
    links.revoke(subject_key=f"appointment:{visit.pk}", now=NOW)
    over = seen(phone)
    assert over[0] == 410
    want = links.Wanted(cast.ada.pk, Link.Purpose.VISIT, f"appointment:{visit.pk}", EVENING)
    other = links.make(wanted=[want], now=NOW)[want]
    for text in (token, "A" * 43, other):
        phone.cookies[doors.cookie("aftercare")] = text
        assert seen(phone) == over


def test_a_visit_that_did_not_take_place_after_all_has_no_care(
    visit: Appointment, phone: Client
) -> None:
    assert opened(phone, visit)[0] == 200
    Appointment.objects.filter(pk=visit.pk).update(status="booked")
    assert seen(phone)[0] == 410


def test_nothing_can_be_posted(visit: Appointment) -> None:
    phone = Client()
    opened(phone, visit)
    assert phone.post(PAGE).status_code == 405
    assert phone.post(link(visit)).status_code == 405


def test_a_thousand_looks_change_nothing(visit: Appointment, phone: Client) -> None:
    address = link(visit)
    with time_machine.travel(EVENING, tick=False):
        phone.get(address)
        with CaptureQueriesContext(connection) as caught:
            for _time in range(250):
                phone.get(address)
                phone.head(address)
                phone.get(PAGE)
                phone.head(PAGE)
    written = [each["sql"] for each in caught if not each["sql"].startswith("SELECT")]
    assert written == []


def test_it_takes_as_many_queries_whatever_is_recorded(
    cast: Cast, visit: Appointment, phone: Client, django_assert_num_queries: Any
) -> None:
    opened(phone, visit)
    recorded(cast, visit, signed=False)
    for number in (1, 2):
        with django_assert_num_queries(6):
            assert seen(phone)[0] == 200
        lesion = Lesion.objects.create(patient=cast.ada, number=number, site="cheek", side="left")
        LesionTreatment.objects.create(visit=Visit.objects.get(), lesion=lesion, result="cleared")


# In the letters ----------------------------------------------------------------------------------


def section(visit: Appointment, kind: str) -> Section:
    session = Session.objects.get(appointment=visit)
    message = Message(
        patient=visit.patient,
        kind=kind,
        subject_key=session.subject_key,
        occurrence="2026-11-30/0",
        due_at=NOW,
    )
    facts = subjects.look(message, EVENING)
    assert isinstance(facts, Facts)
    return Section(message, facts)


def after_letters() -> list[str]:
    from treatments.protocol_data import PROTOCOLS  # noqa: PLC0415

    (steps,) = [each.steps for each in PROTOCOLS if each.modality == "glycolic"]
    return sorted({step.kind for step in steps if step.needs_attendance})


def test_every_letter_after_a_visit_has_the_same_link_and_those_before_it_none(
    visit: Appointment,
) -> None:
    kinds = after_letters()
    assert "aftercare_day0" in kinds
    assert len(kinds) > 3
    wanted = {kind: letters.links_of(section(visit, kind)).get("aftercare_url") for kind in kinds}
    assert len(set(wanted.values())) == 1
    assert None not in wanted.values()
    shown = letters.with_dots(section(visit, "check_1"), letters.OwnWords())
    assert "Your care, day by day:\nhttp" in shown.text
    assert "/my/a/.../" in shown.text
    assert shown.html.count("/my/a/.../") == 1


def test_a_visit_that_nobody_came_to_has_no_link(visit: Appointment) -> None:
    visit.status = "booked"
    assert aftercare_links.of_visit(visit, "glycolic") == {}
