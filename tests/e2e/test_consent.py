"""A patient signs on the tablet, by hand and by name, and the treatment begins."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect

from clinic.accounts.models import User
from clinic.models import Appointment
from patients import signatures
from patients.models import Consent
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import violations
from tests.factories.clinic import AppointmentFactory
from tests.flows.running import open_clinic
from tests.health import receive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]
TABLET: ViewportSize = {"width": 1024, "height": 768}


def arrived(cast: Cast) -> Appointment:
    """Ada sits in the waiting room, for a peel that she has not agreed to yet."""
    now = timezone.now()
    visit = AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=cast.glycolic.first_service,
        start=now + timedelta(minutes=5),
    )
    return receive(appointment=visit, by=cast.fern, now=now)


def to_the_signature(window: Window, visit: Appointment) -> None:
    """From the refused start to the page that is handed over."""
    page = window.page
    page.set_viewport_size(TABLET)
    window.open(f"/appointments/{visit.pk}/")
    page.get_by_role("button", name="In room").click()
    expect(page.get_by_text("Sign the consent for Glycolic peel first.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Put it right|Sign the consent")).first.click()
    expect(page.get_by_role("heading", level=1, name="Glycolic acid peel")).to_be_visible()
    page.get_by_label("Who explained it?").select_option(label="Dr Cole")
    page.get_by_label("I have read the text").check()
    page.get_by_label("My questions were answered").check()


def draw(window: Window, *, points: int) -> None:
    pad = window.page.locator("[data-sign-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    mouse = window.page.mouse
    mouse.move(box["x"] + 60, box["y"] + 100)
    mouse.down()
    for step in range(points):
        mouse.move(box["x"] + 60 + 14 * step, box["y"] + (70 if step % 2 else 130))
    mouse.up()


def sign(window: Window) -> None:
    window.page.get_by_role("button", name="Sign the consent").click()


def test_signed_by_hand_the_treatment_begins(window: Window, sign_in: SignIn) -> None:
    cast = open_clinic()
    visit = arrived(cast)
    sign_in(cast.fern)
    page = window.page
    to_the_signature(window, visit)
    assert violations(window) == []
    expect(page.get_by_label("Full name of whoever signs")).to_be_hidden()

    draw(window, points=2)
    sign(window)
    expect(page.get_by_text("That is too little for a signature.").first).to_be_visible()
    assert violations(window) == []
    page.get_by_role("button", name="Clear the field").click()
    expect(page.locator("[data-sign-path]")).to_have_value("")

    draw(window, points=24)
    sign(window)
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()
    assert violations(window) == []
    made = Consent.objects.get()
    strokes = signatures.read(made.strokes)
    assert strokes is not None
    assert signatures.is_a_signature(strokes)
    assert (made.way, made.signer_name) == ("drawn", "Ada Lindqvist")

    page.get_by_role("link", name="Staff: back to the visit").click()
    page.get_by_role("button", name="In room").click()
    expect(page.get_by_text("is in the room")).to_be_visible()
    assert window.complaints == []


def test_signed_by_name_with_the_keyboard(window: Window, sign_in: SignIn) -> None:
    cast = open_clinic()
    visit = arrived(cast)
    sign_in(cast.fern)
    page = window.page
    to_the_signature(window, visit)
    page.get_by_role("radio", name="By hand").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-sign-pad]")).to_be_hidden()
    page.get_by_label("Full name of whoever signs").fill("Ben Okafor")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The name typed is not the patient’s").first).to_be_visible()
    expect(page.get_by_label("Full name of whoever signs")).to_have_value("Ben Okafor")
    assert violations(window) == []
    page.get_by_label("Full name of whoever signs").fill("ada lindqvist")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you, Ada")).to_be_visible()
    assert Consent.objects.get().way == "typed"
    assert window.complaints == []
