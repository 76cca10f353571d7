"""Courses of Ada's that came far, counts of her milia, and how the results are judged."""

from datetime import datetime, timedelta
from typing import Any

from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.treatments.deciding import signed
from tests.treatments.test_series_search import start
from treatments.actions import outcomes
from treatments.actions.outcomes import Judgement
from treatments.models import Assessment, Course, Outcome

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def before(days: int) -> datetime:
    return NOW - days * DAY


def treated(
    cast: Cast,
    *days_ago: int,
    sessions: int = 6,
    modality: str = "glycolic",
    status: str = "active",
) -> Course:
    """A course of Ada's; the first of its sessions were done so many days ago."""
    course = start(cast, sessions, modality)
    for session, ago in zip(course.sessions.order_by("number"), days_ago, strict=False):
        session.appointment = AppointmentFactory(
            location=cast.harbour,
            patient=cast.ada,
            service=course.protocol.service_of(session.number),
            start=before(ago),
            status="done",
        )
        session.save()
    Course.objects.filter(pk=course.pk).update(status=status)
    return Course.objects.get(pk=course.pk)


def counted(cast: Cast, total: int, days_ago: int, **more: Any) -> Assessment:
    """So many milia on one cheek of Ada's, signed so many days ago."""
    made = signed(cast, ("cheek", max(1, total)), at=before(days_ago), **more)
    return made if total else _gone(cast, made)


def _gone(cast: Cast, made: Assessment) -> Assessment:
    """Another one of the same day, an hour later, that saw none."""
    at = (made.signed_at or NOW) + HOUR
    values = {"skin_type": 3, "kind": "primary", "arrangement": "discrete"}
    none = Assessment.objects.create(
        patient=cast.ada, started_at=at, started_by=cast.cole, saved_at=at, **values
    )
    Assessment.objects.filter(pk=none.pk).update(signed_at=at, signed_by=cast.cole)
    return none


def judged(cast: Cast, course: Course, at: datetime = NOW, **said: Any) -> Outcome:
    said = said or {"gais_clinician": 2}
    return outcomes.record(course=course, judgement=Judgement(**said), by=cast.cole, now=at)


def risen(cast: Cast) -> Course:
    """Four sessions done, and half as many again as before the first."""
    counted(cast, 10, 100)
    course = treated(cast, 90, 69, 48, 27)
    counted(cast, 15, 20)
    return course
