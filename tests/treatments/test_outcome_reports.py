"""How each treatment does at the clinic: what is counted, in which window, and who sees it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.models import Appointment, Location
from tests.conftest import NOW, Cast
from tests.treatments.resulting import before, counted, judged, treated
from tests.treatments.test_series_views import words
from treatments.actions import visits
from treatments.actions.visits import Entry, Seen
from treatments.models import Course, Visit
from treatments.queries import reports
from treatments.queries.reports import Change, Report

As = Callable[[Any], Client]
URL = "/reports/"
YEAR = timedelta(days=365)
PAGE_QUERIES = 10


def report(cast: Cast, modality: str = "glycolic", **more: Any) -> Report:
    found = reports.reports(
        **{"start": NOW - YEAR, "end": NOW, "locations": [cast.harbour.pk], "now": NOW} | more
    )
    return next(each for each in found if each.modality == modality)


def logged(cast: Cast, course: Course, number: int, pain: int, **more: Any) -> Visit:
    """The signed log of a session that was done, with an adverse event for `event`."""
    appointment = course.sessions.get(number=number).appointment
    assert appointment is not None
    row, at = Appointment.objects.filter(pk=appointment.pk), appointment.during.lower
    row.update(status="in_room")
    visit = visits.start(appointment=row.get(), by=cast.cole, now=at)
    event = more.pop("event", None)
    record = {
        "strength_percent": Decimal(20),
        "contact_seconds": 120,
        "endpoint": "pink",
        "neutraliser": "bicarbonate",
    }
    entry = Entry(visit={"pain": pain} | more, record=record)
    visit = visits.save(visit=visit, entry=entry, seen=Seen(visit.version), by=cast.cole, now=at)
    if event:
        visit.adverse_events.create(kind=event[0], severity=event[1])
    visit = visits.sign(visit=visit, version=visit.version, by=cast.cole, now=at)
    row.update(status="done")
    return visit


# What is counted ----------------------------------------------------------------------------------


def test_one_course_from_its_baseline_to_its_last_count(cast: Cast) -> None:
    counted(cast, 10, 101)
    course = treated(cast, 100, 79, 58, sessions=4)
    counted(cast, 8, 90)
    counted(cast, 6, 80)
    counted(cast, 3, 50)
    judged(cast, course, before(60), gais_clinician=4, satisfaction=2)
    judged(cast, course, before(49), gais_clinician=2, gais_patient=3, satisfaction=8)
    found = report(cast)
    assert (found.begun, found.completed, found.stopped, found.lapsed) == (1, 0, 0, 1)
    assert found.changes == [Change(1, 1, -40), Change(3, 1, -70)]
    assert found.categories == {"clear": 0, "good": 1, "partial": 0, "poor": 0}
    assert (found.gais_clinician, found.gais_patient) == ({2: 1}, {3: 1})
    assert (found.rated, found.mean_rating) == (1, 8.0)


def test_without_a_baseline_nothing_is_compared(cast: Cast) -> None:
    treated(cast, 100, 79)
    counted(cast, 3, 50)
    found = report(cast)
    assert (found.begun, found.counted, found.changes) == (1, 0, [])
    assert (found.mean_rating, found.per_hundred(0), found.median_pain) == (None, None, None)


def test_nothing_is_compared_with_nothing(cast: Cast) -> None:
    counted(cast, 0, 101)
    treated(cast, 100, 79)
    counted(cast, 3, 50)
    assert report(cast).counted == 0


@pytest.mark.parametrize(
    ("again", "glycolic", "salicylic"),
    [(170, "good", "clear"), (90, "clear", "clear")],
)
def test_each_course_has_its_own_counts(
    cast: Cast, again: int, glycolic: str, salicylic: str
) -> None:
    """The next treatment began within half a year, or after it: both as the patient's page says."""
    counted(cast, 20, 360)
    treated(cast, 350, 330, 310, 290, sessions=4, status="completed")
    counted(cast, 2, 280)
    counted(cast, 10, again)
    treated(cast, again - 1, sessions=4, modality="salicylic")
    counted(cast, 0, 20)
    for modality, expected in (("glycolic", glycolic), ("salicylic", salicylic)):
        categories = report(cast, modality).categories
        assert [name for name, n in categories.items() if n] == [expected]


def test_the_same_category_as_on_the_patients_page(cast: Cast, as_: As) -> None:
    """89.5 % is not 90."""
    counted(cast, 200, 101)
    treated(cast, 100)
    counted(cast, 21, 50)
    page = as_(cast.cole).get(reverse("patient-outcomes", args=[cast.ada.pk]))
    assert page.context["results"].courses[0].category == "Good, 50 to 89 %"
    assert page.context["results"].courses[0].change == "−89 %"
    assert report(cast).categories["good"] == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", (0, 0, 1)),
        ("completed", (1, 0, 0)),
        ("stopped", (0, 1, 0)),
        ("paused", (0, 0, 0)),
    ],
)
def test_how_courses_ended(cast: Cast, status: str, expected: tuple[int, int, int]) -> None:
    treated(cast, 100, sessions=4, status=status)
    found = report(cast)
    assert (found.completed, found.stopped, found.lapsed) == expected
    assert found.dropped == expected[1] + expected[2]


def test_sessions_as_they_were_logged(cast: Cast) -> None:
    course = treated(cast, 100, 79, 58, 37)
    logged(cast, course, 1, 2)
    logged(cast, course, 2, 5, event=("blister", "severe"))
    logged(cast, course, 3, 4, broken_off=True, broken_off_why="Stung")
    found = report(cast)
    assert (found.sessions, found.pain_noted, found.median_pain, found.broken_off) == (3, 3, 4, 1)
    assert found.events == [("blister", 1, 1)]
    assert found.per_hundred(1) == pytest.approx(33.33, abs=0.01)


def test_a_course_belongs_to_the_window_of_its_first_session(cast: Cast) -> None:
    treated(cast, 100, 79)
    day = timedelta(days=1)
    first = before(100)
    inside = {"start": first, "end": first + timedelta(minutes=1)}
    assert report(cast, **inside).begun == 1
    for start, end in ((first - day, first), (first + timedelta(minutes=1), NOW)):
        with pytest.raises(StopIteration):
            report(cast, start=start, end=end)
    with pytest.raises(StopIteration):
        report(cast, locations=[])


# The page -----------------------------------------------------------------------------------------


def test_the_manager_reads_it(cast: Cast, as_: As) -> None:
    counted(cast, 10, 101)
    course = treated(cast, 100, 79, 58)
    counted(cast, 3, 50)
    logged(cast, course, 1, 3, event=("blister", "mild"))
    judged(cast, course, before(49), gais_clinician=2, satisfaction=8)
    page = as_(cast.mina).get(URL)
    text = words(page.content.decode())
    assert "Glycolic peel 1 0 0 1 1 3 n 1 100.0 n 1" in text
    assert "3 −70 % 1" in text
    assert "Good, 50 to 89 % 1 100 %" in text
    assert "patients’ rating 8.0 of 10, n 1" in text
    assert "Much improved 1 0" in text
    assert "1 course few" in text
    assert "Lindqvist" not in text
    assert "style=" not in page.content.decode()


def test_a_rating_alone_is_not_nothing(cast: Cast, as_: As) -> None:
    judged(cast, treated(cast, 100), satisfaction=8)
    text = words(as_(cast.mina).get(URL).content.decode())
    assert "No step of the scale was recorded." in text


def test_nothing_began(cast: Cast, as_: As) -> None:
    text = words(as_(cast.mina).get(URL).content.decode())
    assert "No course began in this time" in text


@pytest.mark.parametrize(
    ("asked", "status", "problem"),
    [
        ("first=2026-03-01&last=2026-02-01", 422, "The last day lies before the first one."),
        ("first=2010-01-01&last=2026-02-01", 422, "Ten years at the most."),
        ("first=yesterday", 422, "Choose a day."),
        ("first=", 422, "Choose a day."),
        ("last=2026-02-30", 422, "Choose a day."),
        ("first=0001-01-01&last=0001-02-01", 422, "Choose a day of this century."),
        ("first=9999-12-01&last=9999-12-31", 422, "Choose a day of this century."),
        ("place=0", 422, "Choose a location from the list."),
        ("place=x", 422, "Choose a location from the list."),
        ("first=2000-01-01&last=2000-01-01", 200, "No course began in this time"),
        ("first=2099-12-31&last=2099-12-31", 200, "No course began in this time"),
    ],
)
def test_the_window_that_is_asked_for(
    cast: Cast, as_: As, asked: str, status: int, problem: str
) -> None:
    Location.objects.create(name="Mill Lane", time_zone="Europe/London")
    page = as_(cast.mina).get(f"{URL}?{asked}")
    assert page.status_code == status
    assert problem in words(page.content.decode())


def test_one_location_alone(cast: Cast, as_: As) -> None:
    other = Location.objects.create(name="Mill Lane", time_zone="Europe/London")
    treated(cast, 100)
    client = as_(cast.mina)
    for place, n in ((cast.harbour.pk, 1), (other.pk, 0), ("", 1)):
        assert len(client.get(f"{URL}?place={place}").context["parts"]) == n


@pytest.mark.parametrize(
    ("who", "status"), [("mina", 200), ("cole", 200), ("nora", 403), ("fern", 403)]
)
def test_who_reads_reports(cast: Cast, as_: As, who: str, status: int) -> None:
    client = as_(getattr(cast, who))
    assert client.get(URL).status_code == status
    assert ('href="/reports/"' in client.get("/patients/").content.decode()) is (status == 200)
    assert client.post(URL).status_code == (405 if status == 200 else 403)


@pytest.mark.parametrize("modalities", [1, 2])
def test_the_queries_do_not_grow_with_what_was_done(
    cast: Cast, as_: As, modalities: int, django_assert_num_queries: Any
) -> None:
    counted(cast, 10, 201)
    for days, modality in enumerate(("glycolic", "salicylic")[:modalities]):
        ago = (200 - days, 170 - days, 140 - days)
        course = treated(cast, *ago, sessions=4, modality=modality)
        judged(cast, course, before(20))
    counted(cast, 3, 50)
    client = as_(cast.mina)
    client.get("/patients/")
    with django_assert_num_queries(PAGE_QUERIES):
        page = client.get(URL)
    assert len(page.context["parts"]) == modalities
