"""Keeping a time for a patient on the telephone, and losing a race for one, on the real pages."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Appointment, Service
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.flows.running import next_tuesday, open_clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]


@pytest.fixture
def cast() -> Cast:
    return open_clinic()


def free_times(window: Window, cast: Cast) -> None:
    tuesday = next_tuesday(10).date()
    window.open(f"/patients/{cast.ada.pk}/visits/new/?earliest={tuesday}")


def ten(window: Window) -> str:
    """What the button for ten o'clock says to screen readers."""
    return f"10:00 {next_tuesday(10):%a %-d %b}"


def test_a_free_time_is_kept_and_then_booked(sign_in: SignIn, cast: Cast) -> None:
    window = sign_in(cast.fern)
    free_times(window, cast)
    page = window.page
    expect(page.get_by_role("radio", name="Book it")).to_be_checked()
    page.get_by_text("Hold it 10 min").click()
    expect(page.get_by_text("Kept while the patient decides")).to_be_visible()
    page.get_by_role("button", name=ten(window)).click()
    page.wait_for_url(re.compile(f"/patients/{cast.ada.pk}/$"))
    expect(page.get_by_text("Nobody else can have it for 10 minutes.")).to_be_visible()
    kept = Appointment.objects.get()
    assert kept.status == Appointment.Status.HELD
    page.get_by_role("button", name="Book it now").click()
    expect(page.get_by_text(re.compile(f"^Booked: {next_tuesday(10):%a}"))).to_be_visible()
    kept.refresh_from_db()
    assert kept.status == Appointment.Status.BOOKED
    assert window.complaints == []


def test_a_lost_race_leaves_the_page_and_brings_fresh_times(sign_in: SignIn, cast: Cast) -> None:
    window = sign_in(cast.fern)
    free_times(window, cast)
    page = window.page
    service = Service.objects.get(key="assessment")
    booking.book(
        claim=Claim(service, next_tuesday(10), (cast.dr_cole.pk, cast.peel_room.pk)),
        patient=cast.ben,
        location=cast.harbour,
        by=cast.fern,
        now=timezone.now(),
    )
    button = page.get_by_role("button", name=ten(window))
    button.click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("Dr Cole is already booked then.")
    expect(told).to_be_focused()
    # the times below are fetched anew, and the form above them was left alone
    expect(button).to_have_count(0)
    page.get_by_role("button", name=ten(window).replace("10:00", "11:00")).click()
    page.wait_for_url(re.compile(f"/patients/{cast.ada.pk}/$"))
    assert Appointment.objects.get(patient=cast.ada).starts_at.hour == 11
    assert window.complaints == []


def test_a_time_of_the_calendar_is_kept_in_its_panel(sign_in: SignIn, cast: Cast) -> None:
    window, start = sign_in(cast.fern), next_tuesday(10)
    page = window.page
    window.open(f"/calendar/?on={start:%Y-%m-%d}")
    address = f"/visits/new/?start={start:%Y-%m-%dT%H:%M}&patient={cast.ada.pk}"
    # as the board does it when a stretch of it is pressed
    page.evaluate(f"htmx.ajax('GET', '{address}', '#panel')")
    panel = page.locator("#panel")
    panel.get_by_role("button", name="Hold 10 min").click()
    expect(panel.get_by_text("Nobody else can have it for 10 minutes.")).to_be_visible()
    assert Appointment.objects.get().status == Appointment.Status.HELD
    panel.get_by_role("button", name="Give it back").click()
    expect(panel.get_by_text("The time is free again.")).to_be_visible()
    assert Appointment.objects.get().status == Appointment.Status.CANCELLED
    assert window.complaints == []
