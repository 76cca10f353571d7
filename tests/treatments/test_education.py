"""Why milia are not squeezed: told once, to whom it concerns, who may refuse it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patients import subjects
from patients.actions import delivery, preferences
from patients.models import Message
from patients.subjects import Facts, Stop
from tests.conftest import NOW, Cast
from tests.smtp import Postbox
from tests.treatments import assessing
from treatments.actions import assessments as act
from treatments.actions import education, plans
from treatments.actions.plans import CourseTerms
from treatments.message_schedule import education_timeline
from treatments.models import Course, Plan

LONDON = ZoneInfo("Europe/London")
TOMORROW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def told(cast: Cast) -> list[Message]:
    return list(Message.objects.filter(patient=cast.ada, kind="education"))


def course(cast: Cast, now: datetime = NOW) -> Course:
    terms = CourseTerms(cast.glycolic, cast.harbour, 4)
    return plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=now)


# Pure --------------------------------------------------------------------------------------------


def test_it_is_due_the_morning_after_on_the_patients_clock() -> None:
    (wanted,) = education_timeline(NOW, LONDON)
    assert (wanted.kind, wanted.occurrence, wanted.transactional) == ("education", "", False)
    assert (wanted.due_at, wanted.expires_at) == (TOMORROW, TOMORROW + timedelta(days=14))
    (abroad,) = education_timeline(NOW, ZoneInfo("America/New_York"))
    assert abroad.due_at == datetime(2026, 12, 1, 14, tzinfo=UTC)


def test_without_a_reason_there_is_none() -> None:
    assert education_timeline(None, LONDON) == ()


# Planned -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_signed_assessment_plans_it(cast: Cast) -> None:
    assessing.signed(cast, NOW, assessing.entry())
    (planned,) = told(cast)
    assert planned.subject_key == f"patient:{cast.ada.pk}"
    assert (planned.status, planned.due_at) == ("planned", TOMORROW)


@pytest.mark.django_db
def test_the_first_course_plans_it_and_nothing_plans_it_twice(cast: Cast) -> None:
    course(cast)
    assessing.signed(cast, NOW + timedelta(days=3), assessing.entry())
    (planned,) = told(cast)
    assert planned.due_at == TOMORROW
    assert not education.plan(patient=cast.ada, now=NOW + timedelta(days=3))


@pytest.mark.django_db
def test_an_uncertain_face_may_be_something_else(cast: Cast) -> None:
    draft = assessing.start(cast, NOW)
    said = {"kind": "primary", "arrangement": "discrete", "diagnosis": "uncertain", "skin_type": 3}
    assessing.save(draft, assessing.entry(), by=cast.cole, now=NOW, **said)
    act.sign(assessment=draft, by=cast.cole, now=NOW)
    assert told(cast) == []
    assert not education.plan(patient=cast.ada, now=NOW)
    assert education.plan_all(now=NOW) == 0


@pytest.mark.django_db
def test_who_has_been_here_for_long_is_not_told_now(cast: Cast) -> None:
    course(cast)
    Message.objects.all().delete()
    Plan.objects.update(agreed_at=NOW - timedelta(days=30))
    assert not education.plan(patient=cast.ada, now=NOW)
    assert education.plan_all(now=NOW) == 0


@pytest.mark.django_db
def test_the_night_heals_what_was_lost(cast: Cast) -> None:
    course(cast)
    Message.objects.all().delete()
    assert education.plan_all(now=NOW + timedelta(hours=3)) == 1
    assert education.plan_all(now=NOW + timedelta(hours=3)) == 0
    assert len(told(cast)) == 1


# Sent --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_is_sent_once_with_one_click_to_stop(cast: Cast, postbox: Postbox) -> None:
    course(cast)
    delivery.deliver_due(now=TOMORROW)
    (mail,) = postbox.mails
    assert mail["Subject"] == "Good to know: why hands off is best"
    assert "education" in mail["List-Unsubscribe"]
    part = mail.get_body(("plain",))
    assert part is not None
    said = " ".join(part.get_content().split())
    assert "push the keratin deeper" in said
    assert "If anything worries you, call us: +44 20 7946 0000" in said
    assessing.signed(cast, TOMORROW, assessing.entry())
    assert [each.status for each in told(cast)] == ["sent"]


@pytest.mark.django_db
def test_who_does_not_want_tips_does_not_get_it(cast: Cast, postbox: Postbox) -> None:
    course(cast)
    preferences.refuse(patient=cast.ada, purposes=["education"], now=NOW)
    delivery.deliver_due(now=TOMORROW)
    (row,) = told(cast)
    assert (row.status, row.reason) == ("suppressed", "does not want: Tips about the skin")
    assert postbox.raw == []


@pytest.mark.django_db
def test_facts_of_this_moment_or_why_there_are_none(cast: Cast) -> None:
    message = Message(kind="education", patient=cast.ada, subject_key=f"patient:{cast.ada.pk}")
    assert isinstance(subjects.look(message, NOW), Stop)
    course(cast)
    facts: Any = subjects.look(message, NOW)
    assert isinstance(facts, Facts)
    assert facts.context["clinic_phone"] == "+44 20 7946 0000"
    assert subjects.describe([message.subject_key]) == {message.subject_key: "About the skin"}
