"""The plan and the aftercare sheet: what stands on them, who may open them, and the mail."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from clinic.models import Service
from patients import documents, subjects
from patients.actions import letters, links
from patients.actions.letters import Section
from patients.documents import DocumentFailed
from patients.models import Message
from patients.queries.letter_texts import OwnWords
from patients.subjects import Facts
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from treatments.actions import aftercare_sheet, plan_sheet, plans
from treatments.actions.aftercare_sheet import Visited
from treatments.actions.plans import CourseTerms
from treatments.aftercare import Done
from treatments.models import (
    Assessment,
    Course,
    Lesion,
    LesionTreatment,
    PeelRecord,
    Protocol,
    Session,
    Visit,
)
from treatments.queries import courses, done

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
SOON = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)


@pytest.fixture
def course(cast: Cast) -> Course:
    """Four glycolic sessions, the first two with a day: today and in three weeks."""
    terms = CourseTerms(cast.glycolic, cast.harbour, 4, uses_retinoid=True)
    made = plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=NOW)
    for number, session in enumerate(made.sessions.order_by("number")[:2]):
        session.appointment = AppointmentFactory(
            location=cast.harbour,
            patient=cast.ada,
            service=cast.glycolic.service_of(session.number),
            start=SOON + timedelta(days=21 * number),
        )
        session.save()
    return courses.with_sessions().get(pk=made.pk)


def first(course: Course) -> Session:
    return course.sessions.order_by("number")[0]


def test_a_visit_without_a_record_is_told_from_its_course(cast: Cast, course: Course) -> None:
    appointment = first(course).appointment
    assert appointment is not None
    assert done.of_appointment(appointment) == Done(
        modality="glycolic",
        on=date(2026, 11, 30),
        skin_type=3,
        uses_retinoid=True,
        next_on=date(2026, 12, 21),
        retinoid_stop_on=date(2026, 12, 18),
    )


def test_with_a_record_it_is_told_from_what_was_done(cast: Cast, course: Course) -> None:
    appointment = first(course).appointment
    assert appointment is not None
    visit = Visit.objects.create(
        patient=cast.ada,
        appointment=appointment,
        protocol=cast.glycolic,
        author=cast.cole,
        started_at=NOW,
        saved_at=NOW,
    )
    PeelRecord.objects.create(visit=visit, agent="glycolic", strength_percent=35)
    lesion = Lesion.objects.create(patient=cast.ada, number=1, site="lower_eyelid", side="left")
    LesionTreatment.objects.create(visit=visit, lesion=lesion, result="cleared")
    found = done.of_appointment(appointment)
    assert found is not None
    assert (found.what, found.eye_area) == ("Glycolic acid, 35\N{NO-BREAK SPACE}%", True)
    assert Assessment.objects.count() == 0


def test_the_sheet_names_days_and_the_telephone(cast: Cast, course: Course) -> None:
    appointment = first(course).appointment
    assert appointment is not None
    found = done.of_appointment(appointment)
    assert found is not None
    page = aftercare_sheet.page(Visited(cast.ada, cast.harbour), found)
    assert page["done"] == "Glycolic peel, Mon 30 Nov 2026"
    assert [(each["when"], each["days"]) for each in page["stretches"]] == [
        ("The first 3 days", "30 Nov – 2 Dec"),
        ("Days 3 to 6", "3 – 6 Dec"),
        ("Days 7 to 21", "7 – 21 Dec"),
    ]
    assert page["dates"] == [
        ["No direct sun until", "Mon 14 Dec 2026"],
        ["Retinoid rests from", "Fri 18 Dec 2026"],
        ["Your next visit", "Mon 21 Dec 2026"],
    ]
    assert page["phone"] == cast.harbour.phone


@pytest.mark.parametrize("modality", Protocol.Modality.values)
def test_every_sheet_is_one_page(cast: Cast, modality: Any) -> None:
    cast.ada.given_name = "Maximiliana-Theodora Alexandrina"
    most = Done(
        modality,
        date(2026, 11, 30),
        what="A substance with a long name, 12.5 %",
        eye_area=True,
        uses_retinoid=True,
        antiviral=True,
        dressing=True,
        blister=True,
        broken_off=True,
        next_on=date(2026, 12, 21),
        retinoid_stop_on=date(2026, 12, 14),
    )
    made = aftercare_sheet.make(Visited(cast.ada, cast.harbour), most, made_at=NOW)
    assert made.is_accessible
    assert b"/Count 1" in made.content


def test_the_plan_lists_sessions_and_what_to_do(cast: Cast, course: Course) -> None:
    page = plan_sheet.page(course, NOW)
    (shown,) = page["courses"]
    assert shown["summary"] == "4 sessions, 14 to 28 days apart, best 21"
    assert [each["when"] for each in shown["sessions"]] == [
        "Mon 30 Nov 2026, 15:30",
        "Mon 21 Dec 2026, 15:30",
        "still to be booked",
        "still to be booked",
    ]
    assert shown["before"][0] == "Retinoid: rests from 3 days before each session."
    assert plan_sheet.make(course, made_at=NOW).is_accessible


def test_a_retinoid_course_has_its_ladder(cast: Cast) -> None:
    protocol = Protocol.objects.get(modality="retinoid")
    terms = CourseTerms(protocol, cast.harbour, 1)
    made = plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=NOW)
    page = plan_sheet.page(courses.with_sessions().get(pk=made.pk), NOW)
    assert page["courses"][0]["ladder"]["weeks"] == [
        ["1", "2"],
        ["2", "3"],
        ["3", "4"],
        ["4", "5"],
        ["5", "6"],
        ["6", "7"],
    ]
    assert "after 6, 12 and 24 weeks" in page["courses"][0]["ladder"]["more"][-1]


def test_both_open_for_staff_and_are_written_down(cast: Cast, as_: SignIn, course: Course) -> None:
    appointment = first(course).appointment
    assert appointment is not None
    client = as_(cast.nora)
    for url, name in (
        (reverse("course-plan", args=[course.pk]), "your-plan"),
        (reverse("visit-aftercare", args=[appointment.pk]), "care-after-your-visit"),
    ):
        answer = client.get(url)
        assert answer.content.startswith(b"%PDF-")
        assert answer["Content-Disposition"] == f'inline; filename="{name}.pdf"'
        assert answer["Cache-Control"] == "private, no-store"
    noted = RecordAccess.objects.filter(user=cast.nora, record_id=cast.ada.pk, action="read")
    assert noted.count() == 2


def test_neither_opens_without_a_role(cast: Cast, as_: SignIn, course: Course) -> None:
    sam = User.objects.create_user("sam@clinic.example", name="Sam")
    assert as_(sam).get(reverse("course-plan", args=[course.pk])).status_code == 403


def test_a_visit_that_treats_nothing_has_no_sheet(cast: Cast, as_: SignIn) -> None:
    visit = AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=Service.objects.get(key="assessment"),
        start=SOON,
    )
    assert as_(cast.nora).get(reverse("visit-aftercare", args=[visit.pk])).status_code == 404


# The mail of the first evening --------------------------------------------------------------------


def evening(course: Course) -> Section:
    session = first(course)
    assert session.appointment is not None
    session.appointment.status = "done"
    session.appointment.save()
    message = Message(
        patient=course.plan.patient,
        kind="aftercare_day0",
        subject_key=session.subject_key,
        occurrence="2026-11-30/0",
        due_at=NOW,
    )
    facts = subjects.look(message, NOW)
    assert isinstance(facts, Facts)
    return Section(message, facts)


def composed(cast: Cast, course: Course) -> letters.Written:
    section = evening(course)
    tokens = links.make(wanted=letters.links_of(section).values(), now=NOW)
    written = letters.compose(cast.ada, [section], tokens, OwnWords())
    letters.sealed(written)
    return written


def test_the_sheet_goes_out_with_the_letter_of_the_first_evening(
    cast: Cast, course: Course
) -> None:
    (attached,) = composed(cast, course).mail.attachments
    assert attached[0] == "care-after-your-visit.pdf"
    assert attached[1].startswith(b"%PDF-")
    assert attached[2] == "application/pdf"


def test_a_letter_that_is_only_looked_at_makes_no_sheet(
    cast: Cast, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(documents, "make", fail)
    assert evening(course).facts.files


def test_without_a_sheet_the_letter_still_goes(
    cast: Cast, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise DocumentFailed("no")

    monkeypatch.setattr(documents, "make", fail)
    written = composed(cast, course)
    assert written.mail.attachments == []
    assert "first evening" in written.kept.text
