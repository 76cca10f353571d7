"""Agreeing a plan of several courses, and what becomes of what is used at home."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from patients.models import Message
from tests.conftest import NOW, Cast
from tests.treatments.deciding import MANY, decided, signed
from treatments.actions import agreeing, courses, regimens
from treatments.actions.agreeing import CourseTerms, PlanRefused, PlanTerms, RegimenTerms
from treatments.actions.courses import CourseRefused
from treatments.actions.regimens import RegimenRefused
from treatments.models import Course, Decision, Plan, Protocol, Regimen, RegimenChange
from treatments.queries import regimens as laid

As = Callable[[Any], Client]
START = date(2026, 11, 30)
What = RegimenChange.What


def retinoid() -> Protocol:
    return Protocol.objects.get(modality="retinoid")


def home(starts_on: date = START, **more: Any) -> RegimenTerms:
    return RegimenTerms("tretinoin", Decimal("0.025"), "cream", "Pea-sized", starts_on, **more)


def at_home(cast: Cast, starts_on: date = START) -> Course:
    terms = CourseTerms(retinoid(), cast.harbour, 1, regimen=home(starts_on))
    plan = agreeing.agree(patient=cast.ada, terms=PlanTerms([terms]), by=cast.cole, now=NOW)
    return plan.courses.get()


def both(cast: Cast, decision: Decision | None = None) -> Plan:
    peel = CourseTerms(cast.glycolic, cast.harbour, 5, uses_retinoid=True)
    cream = CourseTerms(retinoid(), cast.harbour, 1, regimen=home())
    terms = PlanTerms([peel, cream], decision, goal=" Smooth skin ", note="calm")
    return agreeing.agree(patient=cast.ada, terms=terms, by=cast.cole, now=NOW)


def regimen_of(course: Course) -> Regimen:
    return Regimen.objects.select_related("course__plan", "course__protocol").get(course=course)


def evenings(course: Course, weeks: int = 6, today: date = START) -> list[int]:
    found = laid.of_course(course)
    assert found is not None
    return [week.nights for week in laid.laid_out(found, today).weeks[:weeks]]


def test_peels_and_a_retinoid_are_one_plan(cast: Cast, now: Any) -> None:
    decision = decided(cast, signed(cast, *MANY, episodes_a_year=2), "glycolic", "retinoid")
    plan = both(cast, decision)
    assert (plan.decision, plan.goal, plan.note) == (decision, "Smooth skin", "calm")
    assert (plan.agreed_at, plan.agreed_by) == (NOW, cast.cole)
    peel, cream = plan.courses.order_by("pk")
    assert (peel.sessions.count(), peel.uses_retinoid) == (5, True)
    assert cream.sessions.count() == 1
    assert str(cream.regimen) == "tretinoin 0.025 %"
    assert evenings(cream) == [2, 3, 4, 5, 6, 7]


def test_a_decision_leads_to_one_plan(cast: Cast, now: Any) -> None:
    decision = decided(cast, signed(cast), "glycolic")
    both(cast, decision)
    with pytest.raises(PlanRefused, match="This decision has its plan already"):
        both(cast, decision)


def test_nothing_of_a_plan_is_kept_when_one_course_is_refused(cast: Cast, now: Any) -> None:
    wrong = CourseTerms(cast.glycolic, cast.harbour, 9)
    cream = CourseTerms(retinoid(), cast.harbour, 1, regimen=home())
    with pytest.raises(PlanRefused, match="Glycolic peel takes 4 to 6 sessions"):
        agreeing.agree(patient=cast.ada, terms=PlanTerms([cream, wrong]), by=cast.cole, now=NOW)
    assert not Plan.objects.exists()


def test_a_plan_has_a_course(cast: Cast, now: Any) -> None:
    with pytest.raises(PlanRefused, match="at least one course"):
        agreeing.agree(patient=cast.ada, terms=PlanTerms([]), by=cast.cole, now=NOW)


# Steps ------------------------------------------------------------------------------------------


def step(course: Course, cast: Cast, what: Any, days: int, reason: str = "dry") -> RegimenChange:
    return regimens.step(
        regimen=regimen_of(course),
        what=what,
        reason=reason,
        by=cast.nora,
        now=NOW + timedelta(days=days),
    )


def test_fewer_evenings_for_two_weeks(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    made = step(course, cast, What.DOWN, 15)
    assert (made.from_rung, made.to_rung, made.reason, made.changed_by) == (3, 2, "dry", cast.nora)
    assert evenings(course) == [2, 3, 3, 3, 4, 5]


def test_more_evenings_and_a_week_longer(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    step(course, cast, What.UP, 1)
    step(course, cast, What.HOLD, 8)
    assert evenings(course) == [3, 4, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("what", "days", "reason", "said"),
    [
        (What.DOWN, 1, "dry", "Fewer evenings are not on the ladder"),
        (What.UP, 50, "", "used every evening already"),
        (What.DOWN, 15, "  ", "Say why there are fewer"),
        (What.UP, -1, "", "It has not begun yet"),
        (What.UP, 200, "", "its weeks are over"),
        (What.STOP, 8, "x", "Choose more evenings, fewer"),
    ],
)
def test_steps_that_are_refused(
    cast: Cast, now: Any, what: Any, days: int, reason: str, said: str
) -> None:
    with pytest.raises(RegimenRefused, match=said):
        step(at_home(cast), cast, what, days, reason)
    assert not RegimenChange.objects.exists()


# Pause, stop, finish ----------------------------------------------------------------------------


def test_a_pause_stops_evenings_and_letters_until_it_goes_on(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    courses.pause(
        course=course,
        reason="skiing",
        until=START + timedelta(days=21),
        by=cast.cole,
        now=NOW + timedelta(days=14),
    )
    course.refresh_from_db()
    assert (course.status, course.status_reason) == ("paused", "skiing (Dr Cole)")
    assert course.paused_until == START + timedelta(days=21)
    assert evenings(course) == [2, 3, 0, 4, 5, 6]
    courses.take_up(course=course, by=cast.cole, now=NOW + timedelta(days=17))
    course.refresh_from_db()
    assert (course.status, course.status_reason, course.paused_until) == ("active", "", None)
    assert list(RegimenChange.objects.values_list("what", flat=True)) == ["pause", "resume"]


@pytest.mark.parametrize(
    ("reason", "until", "said"),
    [
        ("  ", None, "Say why the course is paused"),
        ("sun", START, "A pause ends on a later day"),
        ("sun", START - timedelta(days=3), "A pause ends on a later day"),
    ],
)
def test_a_pause_that_is_refused(
    cast: Cast, now: Any, reason: str, until: date | None, said: str
) -> None:
    with pytest.raises(CourseRefused, match=said):
        courses.pause(course=at_home(cast), reason=reason, until=until, by=cast.cole, now=NOW)


def test_nobody_steps_while_it_is_paused(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    courses.pause(course=course, reason="sun", until=None, by=cast.cole, now=NOW)
    with pytest.raises(RegimenRefused, match="This course is paused"):
        step(course, cast, What.UP, 8)


def test_what_is_used_at_home_is_finished_by_hand(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    courses.finish(course=course, by=cast.cole, now=NOW + timedelta(days=14))
    course.refresh_from_db()
    assert course.status == "completed"
    assert evenings(course) == [2, 3]
    with pytest.raises(CourseRefused, match="is completed already"):
        courses.finish(course=course, by=cast.cole, now=NOW)


def test_a_series_is_not_finished_by_hand(cast: Cast, now: Any) -> None:
    peel = both(cast).courses.order_by("pk")[0]
    with pytest.raises(CourseRefused, match="completes by itself"):
        courses.finish(course=peel, by=cast.cole, now=NOW)


def test_stopped_and_taken_up_again_is_a_pause(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    courses.stop(course=course, reason="red", by=cast.cole, now=NOW + timedelta(days=14))
    assert evenings(course) == [2, 3]
    courses.take_up(course=course, by=cast.cole, now=NOW + timedelta(days=21))
    assert evenings(course) == [2, 3, 0, 4, 5, 6]


def test_a_paused_series_sends_nothing(cast: Cast, now: Any) -> None:
    peel = both(cast).courses.order_by("pk")[0]
    courses.pause(course=peel, reason="travels", until=None, by=cast.cole, now=NOW)
    assert not Message.objects.filter(status="planned", subject_key__startswith="course:").exists()


# What the database holds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("treatments_regimenchange_one_way", {"what": "up", "from_rung": 3, "to_rung": 2}),
        ("treatments_regimenchange_one_way", {"what": "up", "to_rung": 2}),
        ("treatments_regimenchange_one_way", {"what": "hold", "from_rung": 2, "to_rung": 2}),
        (
            "treatments_regimenchange_one_way",
            {"what": "down", "from_rung": 1, "to_rung": 0, "reason": "dry"},
        ),
        ("treatments_regimenchange_says_why", {"what": "pause"}),
        (
            "treatments_regimenchange_pause_ends_after_it_began",
            {"what": "pause", "reason": "sun", "until": START},
        ),
        (
            "treatments_regimenchange_pause_ends_after_it_began",
            {"what": "resume", "until": START + timedelta(days=3)},
        ),
    ],
)
def test_changes_that_the_database_refuses(
    cast: Cast, now: Any, name: str, fields: dict[str, Any]
) -> None:
    regimen = regimen_of(at_home(cast))
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RegimenChange.objects.create(
            regimen=regimen, on=START, changed_at=NOW, changed_by=cast.cole, **fields
        )


def test_a_change_stays(cast: Cast, now: Any) -> None:
    made = step(at_home(cast), cast, What.HOLD, 8)
    with pytest.raises(IntegrityError, match="no longer changes"), transaction.atomic():
        RegimenChange.objects.filter(pk=made.pk).update(reason="other")


def test_an_unbelievable_strength(cast: Cast, now: Any) -> None:
    name = "treatments_regimen_strength_believable"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Regimen.objects.filter(pk=regimen_of(at_home(cast)).pk).update(strength_percent=5)


def test_only_a_paused_course_has_an_end_of_its_pause(cast: Cast, now: Any) -> None:
    name = "treatments_course_paused_until_while_paused"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Course.objects.filter(pk=at_home(cast).pk).update(paused_until=START)


# From the screen --------------------------------------------------------------------------------


def test_who_may_step(cast: Cast, as_: As) -> None:
    regimen = regimen_of(at_home(cast))
    url = reverse("regimen-step", args=[regimen.pk])
    assert as_(cast.fern).post(url, {"what": "hold"}).status_code == 403
    assert as_(cast.mina).post(url, {"what": "hold"}).status_code == 403
    assert as_(cast.nora).post(url, {"what": "hold"}).status_code == 302
    assert RegimenChange.objects.get().what == "hold"
    as_(cast.nora).post(url, {"what": "explode", "reason": "x" * 300})
    assert RegimenChange.objects.count() == 1


def test_a_course_is_paused_from_the_plan(cast: Cast, as_: As) -> None:
    course = at_home(cast)
    url, plan = reverse("course-life", args=[course.pk]), reverse("plan", args=[course.plan_id])
    sent = {"reason": "sun", "until": "2026-12-20", "pause": "1", "next": plan}
    assert as_(cast.fern).post(url, sent).headers["Location"] == plan
    course.refresh_from_db()
    assert (course.status, str(course.paused_until)) == ("paused", "2026-12-20")
    page = as_(cast.fern).get(plan).content.decode()
    assert "until Sun 20 Dec" in page
    as_(cast.fern).post(url, {"again": "1", "next": "https://elsewhere.example/"})
    course.refresh_from_db()
    assert course.status == "active"


def test_a_pause_that_ends_on_no_day_is_refused(cast: Cast, as_: As) -> None:
    course = at_home(cast)
    url = reverse("course-life", args=[course.pk])
    page = as_(cast.fern).post(url, {"reason": "sun", "until": "31/31", "pause": "1"}, follow=True)
    assert "Choose the day on which it goes on." in page.content.decode()
    course.refresh_from_db()
    assert course.status == "active"
