"""The panel of one visit: what it says, how it is moved on, how it is cancelled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Appointment, Reservation, Service
from clinic.queries import appointments
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory, ServiceFactory

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
Status = Appointment.Status
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def laser() -> Service:
    return ServiceFactory(laser=True, needs=[("laser", 60, 90), ("laser-room", 0, 100)])


@pytest.fixture
def ada_is_booked(cast: Cast, laser: Service) -> Appointment:
    return AppointmentFactory(
        location=cast.harbour,
        service=laser,
        patient=cast.ada,
        start=SOON,
        booking__actor=cast.fern,
        holding=[cast.dr_cole, cast.peel_room],
    )


def url(action: str, appointment: Appointment) -> str:
    return reverse(f"appointment-{action}", args=[appointment.pk])


def test_segments_are_in_order_of_time_on_the_clock_of_the_location(
    ada_is_booked: Appointment,
) -> None:
    found = appointments.segments(appointments.with_history().get())
    assert [(str(each.resource), each.label, f"{each.starts_at:%H:%M}") for each in found] == [
        ("Peel room 1", "laser-room", "09:45"),
        ("Dr Cole", "laser", "10:45"),
    ]


def test_panel_is_a_fragment_for_htmx_and_a_page_otherwise(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.fern)
    page = client.get(url("detail", ada_is_booked)).content.decode()
    panel = client.get(url("detail", ada_is_booked), headers=HTMX).content.decode()
    assert ("<html" in page, "<html" in panel) == (True, False)
    assert ("hx-post" in page, "hx-post" in panel) == (False, True)
    assert "Ada Lindqvist" in panel


def test_opening_a_visit_is_noted(cast: Cast, as_: SignIn, ada_is_booked: Appointment) -> None:
    as_(cast.fern).get(url("detail", ada_is_booked))
    noted = RecordAccess.objects.values_list("user", "record", "record_id", "action")
    assert list(noted) == [(cast.fern.pk, "clinic.appointment", ada_is_booked.pk, "read")]


def test_patient_goes_through_the_visit_and_one_step_back(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.fern)
    went = []
    for action in ("check-in", "start", "complete", "undo", "undo", "undo"):
        client.post(url(action, ada_is_booked))
        ada_is_booked.refresh_from_db()
        went.append(ada_is_booked.status)
    assert went == ["arrived", "in_room", "done", "in_room", "arrived", "booked"]


def test_no_show_is_recorded(cast: Cast, as_: SignIn, ada_is_booked: Appointment) -> None:
    client = as_(cast.fern)
    with time_machine.travel(ada_is_booked.during.lower, tick=False):
        answer = client.post(url("no-show", ada_is_booked), headers=HTMX)
    ada_is_booked.refresh_from_db()
    assert ada_is_booked.status == Status.NO_SHOW
    assert answer.context["outcome"].text == "Ada Lindqvist did not come."
    # nothing more is asked before a treatment that does not take place
    assert "Before the treatment" not in answer.content.decode()


def test_step_in_the_panel_reloads_the_page_behind_it(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    answer = as_(cast.fern).post(url("check-in", ada_is_booked), headers=HTMX)
    assert answer["HX-Trigger-After-Swap"] == "appointment-changed"
    assert answer.context["visit"].steps == ("start", "undo")


def test_refusal_in_the_panel_says_why_and_changes_nothing(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    answer = as_(cast.fern).post(url("undo", ada_is_booked), headers=HTMX)
    assert answer.context["outcome"][:2] == (
        "There is nothing to undo: it is booked. Nothing was changed.",
        True,
    )


def test_cancelling_needs_a_reason(cast: Cast, as_: SignIn, ada_is_booked: Appointment) -> None:
    answer = as_(cast.fern).post(url("cancel", ada_is_booked), {"reason": " "}, headers=HTMX)
    ada_is_booked.refresh_from_db()
    assert ada_is_booked.status == Status.BOOKED
    page = answer.content.decode()
    assert "Write a reason. The visit still stands." in page
    assert '<details class="cancel" open>' in page


def test_cancelling_frees_what_was_held_and_keeps_the_reason(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    answer = as_(cast.fern).post(
        url("cancel", ada_is_booked), {"reason": "has a cold"}, headers=HTMX
    )
    ada_is_booked.refresh_from_db()
    assert (ada_is_booked.status, ada_is_booked.cancelled_by, ada_is_booked.cancel_reason) == (
        Status.CANCELLED,
        cast.fern,
        "has a cold",
    )
    assert Reservation.objects.count() == 0
    page = answer.content.decode()
    assert "Cancelled (has a cold)" in page
    assert "Cancel this visit" not in page
    made = ada_is_booked.rearranged.get().rearrangement
    assert f'action="/rearrangements/{made.pk}/undo/" hx-post=' in page


def test_undo_without_scripts_leads_back_to_the_page_it_was_pressed_on(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client, own = as_(cast.fern), f"/appointments/{ada_is_booked.pk}/"
    page = client.post(url("cancel", ada_is_booked), {"reason": "has a cold"}, follow=True)
    made = ada_is_booked.rearranged.get().rearrangement
    assert f'<input type="hidden" name="next" value="{own}">' in page.content.decode()
    answer = client.post(f"/rearrangements/{made.pk}/undo/", {"next": own})
    assert answer.headers["Location"] == own


def test_a_cancelled_visit_is_brought_back_by_undo(cast: Cast, as_: SignIn) -> None:
    visit = booking.book(
        claim=Claim(
            Service.objects.get(key="glycolic"),
            NOW + timedelta(hours=1),
            (cast.dr_cole.pk, cast.peel_room.pk),
        ),
        patient=cast.ada,
        location=cast.harbour,
        by=cast.fern,
        now=NOW,
    )
    client = as_(cast.fern)
    client.post(url("cancel", visit), {"reason": "has a cold"}, headers=HTMX)
    made = visit.rearranged.get().rearrangement

    answer = client.post(f"/rearrangements/{made.pk}/undo/", headers=HTMX)

    assert answer.context["outcome"].text == (
        "Taken back: the visits of Ada Lindqvist stand as before."
    )
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED
    assert Message.objects.filter(subject_key=made.subject_key, status="planned").count() == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "Ada Lindqvist is told by e-mail, at ada@patient.example."),
        ({"email": ""}, "Ada Lindqvist is not told by e-mail (no e-mail address). Call +44"),
    ],
)
def test_cancel_form_tells_what_will_happen(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment, change: dict[str, Any], told: str
) -> None:
    type(cast.ada).objects.update(**change)
    page = as_(cast.fern).get(url("detail", ada_is_booked)).content.decode()
    assert "Dr Cole and Peel room 1 are free again at this time." in page
    assert told in page


@pytest.mark.parametrize("action", ["check-in", "start", "complete", "no-show", "undo", "cancel"])
def test_changes_are_posts_by_staff_who_may(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment, action: str
) -> None:
    assert as_(cast.fern).get(url(action, ada_is_booked)).status_code == 405
    stranger = User.objects.create_user("nobody@clinic.example", "x", name="Nobody")
    assert as_(stranger).post(url(action, ada_is_booked)).status_code == 403


def test_unknown_visit_is_not_found(cast: Cast, as_: SignIn) -> None:
    assert as_(cast.fern).get(reverse("appointment-detail", args=[999])).status_code == 404


def test_panel_takes_a_fixed_number_of_queries(
    cast: Cast,
    as_: SignIn,
    ada_is_booked: Appointment,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = as_(cast.fern)
    client.get(url("detail", ada_is_booked))
    with django_assert_num_queries(18):
        client.get(url("detail", ada_is_booked))
