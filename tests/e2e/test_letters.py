"""A manager puts a letter into the clinic's own words, sees it, and publishes it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from clinic.accounts.models import User
from patients.models import LetterText
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]


def test_words_are_written_refused_mended_seen_and_published(cast: Cast, sign_in: SignIn) -> None:
    window = sign_in(cast.mina)
    page = window.page
    window.open("/letters/")
    page.get_by_role("link", name="Write Day before").click()
    page.wait_for_load_state()  # until then nothing listens to the placeholders
    page.get_by_label("Subject").fill("See you on {visit_dya}")
    page.get_by_label("Opening").fill("Welcome, ")
    page.get_by_role("button", name="{first_name}").click()
    expect(page.get_by_label("Opening")).to_have_value("Welcome, {first_name}")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("link", name="Did you mean {visit_day}?")).to_be_visible()
    assert violations(window) == []

    page.get_by_label("Subject").fill("See you on {visit_day}")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Welcome, Ada")).to_be_visible()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Published.")).to_be_visible()
    assert LetterText.objects.get().published_by == cast.mina
    assert window.complaints == []
