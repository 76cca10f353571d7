"""The page with the care after a visit on a telephone, in every language, light and dark."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from clinic.models import Appointment
from patients.actions import links
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import PHONE, too_wide, violations
from tests.factories.clinic import AppointmentFactory
from tests.flows.running import open_clinic
from treatments.actions import aftercare_links

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLES = {
    "en-gb": "After your treatment",
    "de": "Nach Ihrer Behandlung",
    "es": "Después de su tratamiento",
}


def address(cast: Cast, language: str) -> str:
    """The link of a letter to Ada, who was here yesterday."""
    cast.ada.language = language
    cast.ada.save()
    made = AppointmentFactory(
        patient=cast.ada,
        location=cast.harbour,
        service=cast.glycolic.service_of(1),
        start=timezone.now() - timedelta(days=1),
        status="done",
    )
    visit = Appointment.objects.get(pk=made.pk)
    (want,) = aftercare_links.of_visit(visit, "glycolic").values()
    wish = links.Wanted(cast.ada.pk, want.purpose, want.subject_key, want.expires_at)
    token = links.make(wanted=[wish], now=timezone.now())[wish]
    return reverse(want.route, args=[token])


@pytest.mark.parametrize("language", sorted(TITLES))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_care_is_read_on_a_telephone(window: Window, language: str, scheme: str) -> None:
    page = window.page
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    link = address(open_clinic(), language)
    assert window.open(link) == 200
    assert page.url.endswith("/my/aftercare/")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[language])
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("[aria-current=date]")).to_have_count(1)
    assert (violations(window), too_wide(window)) == ([], 0)
    call = page.locator("a[href^='tel:']")
    box = call.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert window.complaints == []


def test_on_paper_the_number_stands_where_the_button_was(window: Window) -> None:
    cast, page = open_clinic(), window.page
    window.open(address(cast, "en-gb"))
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("a[href^='tel:']")).to_be_hidden()
    expect(page.get_by_text(f"Telephone: {cast.harbour.phone}")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    assert not re.search("/my/a/", page.content())
