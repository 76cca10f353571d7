"""Every page as each role: accessible by axe's rules, quiet in the console, within its policy."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from bench.pages import EVERYBODY, Page, pages
from clinic.accounts.models import User
from tests.e2e.conftest import Window
from treatments.demo import story
from treatments.demo.places import STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

SignIn = Callable[[User], Window]


def staff(role: str) -> User:
    return User.objects.get(email=next(each.email for each in STAFF if each.role == role))


def violations(window: Window) -> list[str]:
    """What axe found on the page as it stands: the rule and the first element that breaks it.

    A letter shown alone is an e-mail and no page: what axe's authors call good practice, landmarks
    above all, is not asked of it.
    """
    is_letter = window.page.url.endswith("/letter/")
    options = {"runOnly": WCAG if is_letter else [*WCAG, "best-practice"]}
    found: list[dict[str, Any]] = Axe().run(window.page, options=options).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def look(window: Window, page: Page) -> list[str]:
    """Everything that is wrong with one page."""
    status = window.open(page.path)
    wrong = [] if status == page.status else [f"answered {status}"]
    over = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wrong + violations(window) + ([f"{over} px too wide"] if over > 0 else [])


def test_every_page_is_accessible_and_quiet(window: Window, sign_in: SignIn) -> None:
    story.tell(timezone.now())
    wrong: list[str] = []
    listed = pages()
    for role in EVERYBODY:
        sign_in(staff(role))
        for page in listed:
            if role in page.roles:
                wrong += [f"{page.name} as {role}: {each}" for each in look(window, page)]
    sign_in(staff(EVERYBODY[0]))
    for name, opened in PANELS.items():
        opened(window)
        wrong += [f"{name}: {each}" for each in violations(window)]
    window.page.set_viewport_size(PHONE)
    for page in listed:
        if EVERYBODY[0] in page.roles:
            wrong += [f"{page.name} on a telephone: {each}" for each in look(window, page)]
    assert not wrong, "\n".join(wrong)
    assert window.complaints == []


def visit_panel(window: Window) -> None:
    window.open("/")
    window.page.locator("main a[href^='/appointments/']").first.click()
    window.page.locator("#panel .panel-head").wait_for()


def letter_panel(window: Window) -> None:
    window.open("/messages/")
    window.page.locator("main a[hx-target='#panel']").first.click()
    window.page.locator("#panel .panel-head").wait_for()


def search_list(window: Window) -> None:
    window.open("/")
    window.page.keyboard.press("/")
    window.page.keyboard.type("an")
    window.page.get_by_role("option").first.wait_for()


def list_of_keys(window: Window) -> None:
    window.open("/")
    window.page.keyboard.press("?")
    window.page.locator("dialog[open]").wait_for()


# what opens on a page without an address of its own
PANELS = {
    "the panel of a visit": visit_panel,
    "the panel of a letter": letter_panel,
    "the list under the search": search_list,
    "the list of keys": list_of_keys,
}


def test_the_door_is_accessible(window: Window) -> None:
    for path in ("/account/login/", "/account/password/reset/"):
        assert window.open(path) == 200
        assert violations(window) == []
    assert window.complaints == []


def test_whoever_has_no_role_is_told_so(window: Window, sign_in: SignIn) -> None:
    sign_in(User.objects.create_user("sam@clinic.example", name="Sam"))
    assert window.open("/") == 403
    assert violations(window) == []
    assert window.complaints == []
