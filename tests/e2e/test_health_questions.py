"""The health questions at the desk, by keyboard, and a cold sore that a clinician clears."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.accounts.models import User
from clinic.models import Appointment
from patients.models import Screening
from patients.questionnaire import YES, Answer
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.factories.clinic import AppointmentFactory
from tests.flows.running import open_clinic
from tests.health import asked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]


@pytest.fixture
def cast() -> Cast:
    return open_clinic()


def noon_visit(cast: Cast) -> Appointment:
    today = timezone.now().astimezone(cast.harbour.zone).date()
    return AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=cast.glycolic.first_service,
        start=datetime.combine(today, time(12), cast.harbour.zone),
    )


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)
            self.pressed += 1


def refused_arrival(page: Page, keys: Keys) -> None:
    """The next one has arrived (a), is refused, and the refusal leads to the questions (q)."""
    keys.press("a")
    expect(page.get_by_role("alert").get_by_role("link", name="Health questions")).to_be_visible()
    page.wait_for_load_state("networkidle")
    keys.press("q")
    page.wait_for_url("**/screening/ask/**")
    page.wait_for_load_state("networkidle")


def status(visit: Appointment) -> str:
    visit.refresh_from_db()
    return visit.status


def test_a_first_asking_by_keyboard(cast: Cast, sign_in: SignIn) -> None:
    """No to everything: five ticks and the way between them, then Enter."""
    ada = noon_visit(cast)
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    keys = Keys(page)
    refused_arrival(page, keys)
    on_the_way = keys.pressed
    ticks = page.get_by_role("checkbox", name="No to all of these")
    expect(ticks).to_have_count(5)
    for number in range(5):
        expect(ticks.nth(number)).to_be_focused()
        keys.press("Space")
        if number < 4:
            keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**/?on=*")
    assert status(ada) == "arrived"
    assert (on_the_way, keys.pressed) == (2, 12)
    assert window.complaints == []


def test_nothing_has_changed_by_keyboard(cast: Cast, sign_in: SignIn) -> None:
    ada = noon_visit(cast)
    before = timezone.now() - timedelta(days=21)
    asked(cast.ada, cast.fern, before.date(), now=before, keloid=Answer("no"))
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    keys = Keys(page)
    refused_arrival(page, keys)
    expect(page.get_by_role("button", name="Nothing has changed")).to_be_focused()
    keys.press("Enter")
    page.wait_for_url("**/?on=*")
    assert status(ada) == "arrived"
    assert keys.pressed == 3
    assert window.complaints == []


def test_a_yes_unfolds_what_follows_and_stays_when_the_rest_is_no(
    cast: Cast, sign_in: SignIn
) -> None:
    window = sign_in(cast.fern)
    window.open(f"/patients/{cast.ada.pk}/screening/ask/")
    page = window.page
    medicines = page.get_by_role("group", name="Medicines and health")
    day = page.get_by_role("group", name="When was the last capsule?")
    expect(day).to_be_hidden()
    capsules = page.get_by_role("group", name="Do you take isotretinoin capsules")
    capsules.get_by_text("Yes", exact=True).click()
    expect(day).to_be_visible()
    medicines.get_by_role("checkbox", name="No to all of these").check()
    expect(day).to_be_visible()
    expect(page.get_by_text("Do you take a blood thinner?")).to_be_hidden()
    page.get_by_role("button", name="Save the answers").click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(capsules.get_by_role("radio", name="Yes")).to_be_checked()
    assert Screening.objects.count() == 0
    assert window.complaints == []


def test_a_cold_sore_stops_the_arrival_until_a_clinician_clears_it(
    cast: Cast, sign_in: SignIn
) -> None:
    ada = noon_visit(cast)
    today = timezone.now().astimezone(cast.harbour.zone).date()
    asked(cast.ada, cast.fern, today, now=timezone.now(), cold_sore=Answer(YES))
    desk = sign_in(cast.fern)
    desk.open("/")
    desk.page.keyboard.press("a")
    alert = desk.page.get_by_role("alert")
    expect(alert.get_by_text("A clinician clears it first.")).to_be_visible()
    alert.get_by_role("link", name="Health questions").click()
    expect(desk.page.get_by_text("A clinician clears it with a reason").first).to_be_visible()
    assert status(ada) == "booked"

    doctor = sign_in(cast.cole)
    doctor.open(f"/patients/{cast.ada.pk}/screening/?visit={ada.pk}")
    page = doctor.page
    page.locator("#why-glycolic-7").fill("Crusted over, far from the field")
    page.get_by_role("button", name="Clear for Glycolic peel").click()
    expect(page.get_by_text("Cleared by Dr Cole").first).to_be_visible()
    doctor.open("/?show=all")
    page.locator(f"#check-in-{ada.pk}").click()
    expect(page.locator("#lane-arrived .arrival-name")).to_have_text("Ada Lindqvist")
    assert status(ada) == "arrived"
    assert doctor.complaints == []
