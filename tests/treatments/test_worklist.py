"""What the desk has to see to: which items, in which order, with which words and buttons."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import Appointment, Resource
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.treatments.test_series_views import words
from tests.treatments.versions import newer
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Protocol
from treatments.queries.worklist import Item, Kind, is_too_close, to_place, worklist

As = Callable[[Any], Client]
URL = "/worklist/"


def seen(html: str) -> str:
    """What a reader sees; no space is seen before a comma or a colon."""
    return words(html).replace(" ,", ",").replace(" :", ":")


def course(
    cast: Cast,
    *days: int,
    patient: Patient | None = None,
    sessions: int = 4,
    modality: str = "glycolic",
    practitioner: Resource | None = None,
    **last: Any,
) -> Course:
    """Sessions so many days from today, those before today done; `last` changes the last one."""
    protocol = Protocol.objects.current().get(modality=modality)
    terms = CourseTerms(protocol, cast.harbour, sessions, practitioner)
    made = plans.start_course(
        patient=patient or PatientFactory(), terms=terms, by=cast.fern, now=NOW - timedelta(days=3)
    )
    rows = list(made.sessions.order_by("number"))
    for at, day in enumerate(days):
        how: dict[str, Any] = {"done": True} if day < 0 else {}
        rows[at].appointment = AppointmentFactory(
            patient=made.plan.patient,
            location=cast.harbour,
            service=protocol.service_of(rows[at].number),
            start=NOW + timedelta(days=day, hours=1),
            **(last if at == len(days) - 1 and last else how),
        )
        rows[at].save()
    return made


def visit(cast: Cast, day: int, **how: Any) -> Appointment:
    start = NOW + timedelta(days=day, hours=1)
    return AppointmentFactory(location=cast.harbour, start=start, **how)


def only(cast: Cast, kind: Kind) -> Item:
    """The one item there is, which must be of this kind."""
    found = worklist(cast.harbour, NOW)
    assert {each: len(items) for each, items in found.items() if items} == {kind: 1}
    return found[kind][0]


# Which items -------------------------------------------------------------------------------------


def test_an_empty_clinic_has_nothing_to_see_to(cast: Cast) -> None:
    assert not any(worklist(cast.harbour, NOW).values())


def test_a_new_course_is_to_be_booked(cast: Cast) -> None:
    item = only_of(cast, course(cast), Kind.TO_BOOK)
    assert (item.session.number, item.due, item.days) == (1, None, 3)


def only_of(cast: Cast, made: Course, kind: Kind) -> Any:
    item = only(cast, kind)
    assert (item.course, item.patient) == (made, made.plan.patient)
    return item


@pytest.mark.parametrize(
    ("last_done", "kind", "days"),
    [
        (-7, Kind.TO_BOOK, -14),  # the ideal day is in two weeks
        (-20, Kind.TO_BOOK, -1),
        (-21, Kind.PASSING, 7),  # glycolic: 28 days at most
        (-28, Kind.PASSING, 0),
        (-29, Kind.PASSING, -1),
        (-42, Kind.PASSING, -14),  # and lapsed after 42
    ],
)
def test_the_longest_gap_decides_what_a_course_waits_for(
    cast: Cast, last_done: int, kind: Kind, days: int
) -> None:
    item = only_of(cast, course(cast, last_done), kind)
    assert (item.session.number, item.days, item.is_lapsed) == (2, days, False)


def test_a_lapsed_course_is_told_apart_and_comes_last(cast: Cast) -> None:
    lapsed, new = course(cast, -43), course(cast)
    found = worklist(cast.harbour, NOW)[Kind.TO_BOOK]
    assert [(each.course, each.is_lapsed) for each in found] == [(new, False), (lapsed, True)]
    assert lapsed not in [each.course for each in to_place(cast.harbour, NOW)]


def test_a_protocol_without_a_longest_gap_never_passes_it(cast: Cast) -> None:
    newer("glycolic", gap_max=None, gap_lapse=None)
    item = only_of(cast, course(cast, -200), Kind.TO_BOOK)
    assert (item.days, item.is_lapsed) == (179, False)


def test_the_next_session_counts_from_the_one_that_is_booked(cast: Cast) -> None:
    item = only_of(cast, course(cast, -14, 7), Kind.TO_BOOK)
    assert (item.session.number, item.days) == (3, -28)


def test_a_course_with_all_its_dates_is_not_on_the_list(cast: Cast) -> None:
    course(cast, -21, 0, 21, 42)
    assert not any(worklist(cast.harbour, NOW).values())


@pytest.mark.parametrize("status", ["paused", "stopped", "completed"])
def test_only_running_courses_wait(cast: Cast, status: str) -> None:
    made = course(cast, -30)
    Course.objects.filter(pk=made.pk).update(status=status)
    assert not any(worklist(cast.harbour, NOW).values())


def test_nobody_is_called_who_died(cast: Cast) -> None:
    made = course(cast, -30)
    Patient.objects.filter(pk=made.plan.patient_id).update(deceased=True)
    assert not any(worklist(cast.harbour, NOW).values())


@pytest.mark.parametrize(("gap", "too_close"), [(13, True), (29, False)])
def test_a_booked_gap_that_is_none(cast: Cast, gap: int, too_close: bool) -> None:
    made = course(cast, -5, gap - 5, gap + 16, gap + 37)
    item = only_of(cast, made, Kind.OUT)
    assert (item.session.number, item.days, is_too_close(item)) == (2, gap, too_close)


def test_a_gap_between_visits_of_the_past_cannot_be_helped(cast: Cast) -> None:
    made = course(cast, -40, -31, -10, 11)
    assert made
    assert not any(worklist(cast.harbour, NOW).values())


def test_a_missed_session_waits_as_missed(cast: Cast) -> None:
    item = only_of(cast, course(cast, -14, -1, missed=True), Kind.MISSED)
    assert (item.session.number, item.days, item.due.ideal) == (
        2,
        1,
        NOW.date() + timedelta(days=7),
    )


def test_a_missed_session_about_to_pass_the_gap_is_told_there(cast: Cast) -> None:
    item = only_of(cast, course(cast, -25, -4, missed=True), Kind.PASSING)
    assert (item.days, item.session.state) == (3, "missed")


def test_a_missed_visit_outside_a_course_waits_until_something_is_booked(cast: Cast) -> None:
    missed = visit(cast, -3, missed=True)
    item = only(cast, Kind.MISSED)
    assert (item.appointment, item.course, item.days) == (missed, None, 3)
    later = visit(cast, 5, patient=missed.patient)
    assert not any(worklist(cast.harbour, NOW).values())
    later.status = "cancelled"
    later.cancelled_at, later.cancelled_by = NOW, cast.fern
    later.save()
    assert only(cast, Kind.MISSED).appointment == missed


@pytest.mark.parametrize("how", ["confirmed", "arrived", "in_room"])
def test_a_visit_of_the_past_that_nobody_closed(cast: Cast, how: str) -> None:
    left = visit(cast, -2, **{how: True})
    item = only(cast, Kind.UNCLOSED)
    assert (item.appointment, item.days) == (left, 2)


def test_an_unclosed_session_brings_its_dots(cast: Cast) -> None:
    made = course(cast, -21, -1, 20, 41, sessions=4)
    last = made.sessions.get(number=2).appointment
    Appointment.objects.filter(pk=last.pk).update(status="booked")
    item = only(cast, Kind.UNCLOSED)
    assert (item.course, [dot.state for dot in item.dots]) == (
        made,
        ["done", "booked", "booked", "booked"],
    )


def test_visits_leave_the_list_after_three_months(cast: Cast) -> None:
    visit(cast, -91)
    visit(cast, -91, missed=True)
    assert not any(worklist(cast.harbour, NOW).values())


def test_todays_visit_is_not_over_before_its_end(cast: Cast) -> None:
    visit(cast, 0)
    assert not any(worklist(cast.harbour, NOW).values())


# Order and filters -------------------------------------------------------------------------------


def test_the_most_urgent_come_first(cast: Cast) -> None:
    soon, passed, later = (course(cast, day) for day in (-22, -33, -25))
    found = worklist(cast.harbour, NOW)[Kind.PASSING]
    assert [each.course for each in found] == [passed, later, soon]


def test_each_location_and_practitioner_has_a_list_of_its_own(cast: Cast) -> None:
    own = course(cast, -22, practitioner=cast.dr_cole)
    course(cast, -22, practitioner=cast.nurse_nora)
    AppointmentFactory(start=NOW - timedelta(days=1))  # at another location
    found = worklist(cast.harbour, NOW, cast.dr_cole.pk)
    assert [each.course for each in found[Kind.PASSING]] == [own]
    assert len(worklist(cast.harbour, NOW)[Kind.PASSING]) == 2
    assert not found[Kind.UNCLOSED]


def test_a_practitioners_unclosed_visits_are_those_that_hold_the_person(cast: Cast) -> None:
    service = cast.glycolic.first_service
    start = NOW - timedelta(days=1)
    AppointmentFactory(
        location=cast.harbour,
        service=service,
        start=start,
        holding=[cast.dr_cole, cast.peel_room],
    )
    assert len(worklist(cast.harbour, NOW, cast.dr_cole.pk)[Kind.UNCLOSED]) == 1
    assert not worklist(cast.harbour, NOW, cast.nurse_nora.pk)[Kind.UNCLOSED]


def test_the_list_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            worklist(cast.harbour, NOW)
        return len(caught)

    course(cast, -22, -1)
    visit(cast, -1)
    few = queries()
    for day in range(1, 8):
        course(cast, -22 - day, -day)
        visit(cast, -1 - day, missed=True)
    assert queries() == few == 3


# The page ----------------------------------------------------------------------------------------


def test_the_page_says_what_to_do_about_each(cast: Cast, as_: As) -> None:
    ada = course(cast, -22, patient=cast.ada)
    course(cast, patient=cast.ben)
    missed = visit(cast, -3, missed=True)
    left = visit(cast, -2)
    response = as_(cast.fern).get(URL)
    html = response.content.decode()
    text = seen(html)
    assert "Session 2 by Sun 6 Dec, 6 days left" in text
    assert "Book the other 3: Ada Lindqvist" in text
    assert f'href="{reverse("series", args=[ada.pk])}"' in html
    assert "No session has a date yet, agreed 3 days ago" in text
    assert "Book all 4: Ben Okafor" in text
    assert f'href="{reverse("visit-book", args=[missed.patient_id])}"' in html
    assert f'hx-get="{reverse("appointment-detail", args=[left.pk])}"' in html
    assert [part.total for part in response.context["sections"]] == [1, 1, 0, 1, 0, 1]
    assert '<a href="/worklist/" data-key="l" aria-current="page">' in html


def test_the_words_of_the_other_items(cast: Cast, as_: As) -> None:
    course(cast, -29)
    course(cast, -28)
    course(cast, -43)
    course(cast, -5, 8, 29, 50)
    course(cast, -5, 30, 51, 72)
    course(cast, -10)
    newer("salicylic", gap_max=None, gap_lapse=None)
    course(cast, -30, modality="salicylic")
    text = seen(as_(cast.fern).get(URL).content.decode())
    assert "Session 2 was due by Sun 29 Nov, lapses after Sun 13 Dec" in text
    assert "Today is the last day of session 2" in text
    assert "Lapsed after Sun 29 Nov: a new assessment comes first" in text
    assert "13 days after the one before, not 14" in text
    assert "35 days after the one before, above 28" in text
    assert "Session 2, best Fri 11 Dec, from Fri 4 Dec to Fri 18 Dec" in text
    assert "9 days past the best day" in text


def test_an_empty_page_says_so(cast: Cast, as_: As) -> None:
    text = seen(as_(cast.fern).get(URL).content.decode())
    assert "Nothing to see to Every running course has its dates" in text
    nobody = as_(cast.fern).get(URL, {"resource": cast.nurse_nora.pk})
    assert "Nothing to see to for this practitioner" in words(nobody.content.decode())


@pytest.mark.parametrize("nonsense", ["abc", "-1", "9" * 40, "1 OR 1=1"])
def test_a_practitioner_that_is_none_is_everyone(cast: Cast, as_: As, nonsense: str) -> None:
    visit(cast, -1)
    response = as_(cast.fern).get(URL, {"resource": nonsense})
    assert response.context["total"] in (0, 1)


def test_the_rail_lists_what_can_be_placed(cast: Cast, as_: As) -> None:
    made = course(cast, -22, patient=cast.ada)
    course(cast, -43)
    html = as_(cast.fern).get(reverse("worklist-rail")).content.decode()
    session = made.sessions.get(number=2)
    assert f'data-place-url="/sessions/{session.pk}/place/"' in html
    assert 'data-place-first="2026-11-22" data-place-last="2026-12-06"' in html
    assert "To be booked 1 Worklist Ada Lindqvist" in words(html)
    assert datetime(2026, 12, 6, tzinfo=UTC).date() == NOW.date() + timedelta(days=6)


def test_the_rail_hides_names_from_passers_by(cast: Cast, as_: As) -> None:
    course(cast, -22, patient=cast.ada)
    client = as_(cast.fern)
    client.post(reverse("calendar-names"))
    html = client.get(reverse("worklist-rail")).content.decode()
    assert "A. L." in html
    assert "Lindqvist" not in html
