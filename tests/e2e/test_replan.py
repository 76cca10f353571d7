"""Planning anew in a real browser: choose another time, apply, take it back."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Appointment, Service
from patients.models import Patient
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.flows.running import next_tuesday, open_clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_sick_doctors_day_is_planned_anew_and_taken_back(
    window: Window, sign_in: Callable[[User], Window]
) -> None:
    cast = open_clinic()
    day = next_tuesday().date()
    book(cast, cast.ada, next_tuesday(10))
    book(cast, cast.ben, next_tuesday(11))
    page = sign_in(cast.fern).page
    window.open(f"/replan/?resource={cast.dr_cole.pk}&first={day}&last={day}")
    expect(page.get_by_text("2 visits are touched: 2 have a new time.")).to_be_visible()

    times = page.get_by_label("New time of Ben Okafor")
    other = times.locator("option").nth(1).inner_text()
    times.select_option(index=1)
    expect(page.get_by_label("Keep this time for Ben Okafor")).to_be_checked()
    expect(page.get_by_label("Keep this time for Ada Lindqvist")).not_to_be_checked()
    expect(times.locator("option:checked")).to_have_text(other)
    page.get_by_role("button", name="Solve again").click()
    expect(times.locator("option:checked")).to_have_text(other)

    page.get_by_role("button", name="Move 2 visits and tell the patients").click()
    expect(page.get_by_text("2 visits are moved.")).to_be_visible()
    expect(page.get_by_role("heading", name="No visit is touched")).to_be_visible()
    assert with_cole() == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: the visits of 2 patients")).to_be_visible()
    assert with_cole() == ["Ada", "Ben"]
    assert window.complaints == []


def book(cast: Cast, patient: Patient, at: datetime) -> None:
    """A peel with Dr Cole."""
    booking.book(
        claim=Claim(Service.objects.get(key="glycolic"), at, (cast.dr_cole.pk, cast.peel_room.pk)),
        patient=patient,
        location=cast.harbour,
        by=cast.fern,
        now=datetime.now(UTC),
    )


def with_cole() -> list[str]:
    """Whose visits Dr Cole holds."""
    rows = Appointment.objects.filter(reservations__resource__name="Dr Cole")
    return sorted(rows.values_list("patient__given_name", flat=True))
