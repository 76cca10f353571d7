"""A signed review changes the evenings at home, and the letters follow."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from patients.models import Message
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.treatments import visit_logs
from tests.treatments.test_agreement import What, at_home, evenings, regimen_of, step
from treatments.actions import visits as actions
from treatments.actions.visits import Entry, Seen
from treatments.models import Course, RegimenChange, Visit

REVIEW = {
    "agent": "tretinoin",
    "strength_percent": Decimal("0.025"),
    "dryness": 2,
    "redness": 1,
    "peeling": 0,
    "stinging": 0,
    "nights_per_week": 4,
}
LATER = NOW + timedelta(days=15)


def reviewed(cast: Cast, says: str, at: Any = LATER, **more: Any) -> Visit:
    """A review in the third week, signed by Dr Cole."""
    agree(cast.ada, cast.cole, "retinoid")
    made = visit_logs.appointment(cast, "retinoid", at=at)
    visit = actions.start(appointment=made, by=cast.cole, now=at)
    entry = Entry(visit={"range_reason": "told"}, record=REVIEW | {"next_step": says} | more)
    saved = actions.save(visit=visit, entry=entry, seen=Seen(1), by=cast.cole, now=at)
    return actions.sign(visit=saved, version=saved.version, by=cast.cole, now=at)


def changes(course: Course) -> list[tuple[str, str]]:
    rows = RegimenChange.objects.filter(regimen=regimen_of(course))
    return list(rows.values_list("what", "reason"))


def told(course: Course) -> list[Any]:
    rows = Message.objects.filter(
        kind="regimen_changed", subject_key=regimen_of(course).subject_key
    )
    return [row.due_at for row in rows]


@pytest.mark.parametrize(
    ("says", "left"), [("down", [2, 3, 3, 3, 4, 5]), ("up", [2, 3, 5, 6, 7, 7])]
)
def test_fewer_or_more_evenings_are_fewer_or_more_at_home(
    cast: Cast, now: Any, says: str, left: list[int]
) -> None:
    course = at_home(cast)
    reviewed(cast, says)
    assert changes(course) == [(says, "At the review")]
    assert evenings(course) == left
    assert told(course) == [LATER + timedelta(hours=1)]


def test_as_it_is_changes_nothing(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    reviewed(cast, "hold")
    assert (changes(course), told(course)) == ([], [])


@pytest.mark.parametrize(("says", "status"), [("pause", "paused"), ("stop", "stopped")])
def test_a_pause_or_an_end_ends_the_weekly_letters(
    cast: Cast, now: Any, says: str, status: str
) -> None:
    course = at_home(cast)
    reviewed(cast, says)
    course.refresh_from_db()
    assert (course.status, changes(course)) == (status, [(says, "At the review")])
    waiting = Message.objects.filter(status="planned", subject_key=regimen_of(course).subject_key)
    assert {row.kind for row in waiting} == {"regimen_changed"}


def test_what_was_changed_by_hand_that_day_is_not_changed_twice(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    step(course, cast, What.DOWN, 15)
    reviewed(cast, "down")
    assert changes(course) == [("down", "dry")]


def test_what_cannot_be_changed_is_signed_all_the_same(cast: Cast, now: Any) -> None:
    course = at_home(cast)
    assert reviewed(cast, "up", at=NOW + timedelta(days=60)).signed_at is not None
    assert changes(course) == []


def test_without_anything_in_use_a_review_is_only_a_record(cast: Cast, now: Any) -> None:
    assert reviewed(cast, "down").signed_at is not None
    assert not RegimenChange.objects.exists()


def test_the_log_says_that_it_holds_at_home(cast: Cast, now: Any, as_: Any) -> None:
    visit = visit_logs.begun(cast, "retinoid")
    page = as_(cast.cole).get(reverse("visit-log", args=[visit.appointment_id]))
    assert "Once signed it holds at home, and the patient is told." in page.content.decode()
