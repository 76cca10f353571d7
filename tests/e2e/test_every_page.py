"""Every page as each role: accessible by axe's rules, quiet in the console, within its policy.

The pages of the clinical record are in a file of their own, so that both are looked at at once.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils import timezone
from playwright.sync_api import ViewportSize

from bench.page import EVERYBODY, Page
from bench.pages import desk_pages
from clinic.accounts.models import User
from clinic.accounts.roles import MANAGER
from clinic.models import Resource
from patients.models import Patient
from tests.e2e.conftest import Window
from tests.flows.running import open_clinic
from treatments.demo import story
from treatments.demo.places import COLE, STAFF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHORT = " is-tight"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# the elements and classes of the bar and of what stands below it: equal ones need one look
SHAPES = """
() => ["header.bar", "main, body:not(:has(main))"].map((part) =>
  [...document.querySelectorAll(`:is(${part}) *`)]
    .map((each) => each.localName + "." + each.getAttribute("class"))
    .join(),
)
"""

ASK_AXE = "options => axe.run(options).then(answer => answer.violations)"

SignIn = Callable[[User], Window]


def staff(role: str) -> User:
    return User.objects.get(email=next(each.email for each in STAFF if each.role == role))


def violations(window: Window) -> list[str]:
    """What axe found on the page as it stands: the rule and the first element that breaks it.

    A letter shown alone is an e-mail and no page: what axe's authors call good practice, landmarks
    above all, is not asked of it. How tall a short visit is on the grid of the calendar is its
    time, which is essential (WCAG 2.5.8); the list beside the grid has it in full size.
    """
    is_letter = window.page.url.endswith("/letter/")
    rules = WCAG if is_letter else [*WCAG, "best-practice"]
    if not window.page.evaluate("'axe' in window"):
        window.page.evaluate(AXE_SCRIPT)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = window.page.evaluate(ASK_AXE, options)
    nodes = [(each["id"], node["html"][:160]) for each in found for node in each["nodes"]]
    return [f"{rule}: {html}" for rule, html in nodes if rule != "target-size" or SHORT not in html]


def too_wide(window: Window) -> int:
    """By how many pixels the page is wider than its window."""
    return int(window.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


class Eye:
    """Looks at pages; axe sees each shape of a page once, wide and on a telephone."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def look(self, page: Page, role: str) -> None:
        """Everything that is wrong with one page."""
        status = self.window.open(page.path)
        if status != page.status:
            self.wrong.append(f"{page.name} as {role}: answered {status}")
        shapes = set(self.window.page.evaluate(SHAPES))
        if not shapes <= self.seen:
            self.seen |= shapes
            for size in (PHONE, DESK):
                self.window.page.set_viewport_size(size)
                self.judge(f"{page.name} as {role}, {size['width']} px wide")

    def look_at_all(self, listed: Sequence[Page], sign_in: SignIn) -> None:
        for role in EVERYBODY:
            sign_in(staff(role))
            for page in listed:
                if role in page.roles:
                    self.look(page, role)

    def judge(self, name: str) -> None:
        over = too_wide(self.window)
        found = violations(self.window) + ([f"{over} px too wide"] if over > 0 else [])
        self.wrong += [f"{name}: {each}" for each in found]


def test_every_page_is_accessible_and_quiet(window: Window, sign_in: SignIn) -> None:
    story.tell(timezone.now())
    eye = Eye(window)
    eye.look_at_all(desk_pages(), sign_in)
    sign_in(staff(EVERYBODY[0]))
    for name, opened in OPENED.items():
        opened(window)
        eye.judge(name)
    sign_in(staff(MANAGER))
    for name, opened in OPENED_BY_THE_MANAGER.items():
        opened(window)
        for size in (PHONE, DESK):
            window.page.set_viewport_size(size)
            eye.judge(f"{name}, {size['width']} px wide")
    assert not eye.wrong, "\n".join(eye.wrong)
    assert window.complaints == []


def visit_panel(window: Window) -> None:
    window.open("/")
    window.page.locator("main a[href^='/appointments/']").first.click()
    window.page.locator("#panel .panel-head").wait_for()


def booking_panel(window: Window) -> None:
    window.open("/calendar/day/")
    window.page.keyboard.press("n")
    window.page.get_by_label("Who is it for?").fill("lindq")
    window.page.get_by_role("option", name=re.compile("Lindqvist")).click()
    window.page.locator("#visit-offer").wait_for()


def view_menu(window: Window) -> None:
    window.open("/calendar/day/")
    window.page.locator(".cal-menu > summary").click()


def move_panel(window: Window) -> None:
    ada = Patient.objects.get(family_name="Lindqvist")
    window.open(f"/patients/{ada.pk}/")
    window.page.get_by_role("link", name=re.compile("^Move")).first.click()
    window.page.locator("#panel .ripple-times").wait_for()


def preview_panel(window: Window) -> None:
    move_panel(window)
    window.page.locator("#panel .free-times a").first.click()
    window.page.locator("#panel table.moves").wait_for()


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


def stop_of_a_course(window: Window) -> None:
    ada = Patient.objects.get(family_name="Lindqvist")
    window.open(f"/patients/{ada.pk}/")
    window.page.locator(".course-more > summary").first.click()
    window.page.locator(".course-more[open]").get_by_label("Why?").fill("Moves abroad")


def stopped_course(window: Window) -> None:
    stop_of_a_course(window)
    window.page.locator(".course-more[open]").get_by_role("button", name="Stop the course").click()
    window.page.get_by_role("button", name="Take it up again").wait_for()
    window.page.get_by_text("is stopped. Its booked visits").wait_for()


# what opens on a page without an address of its own; the last of them changes the record
OPENED = {
    "the panel of a visit": visit_panel,
    "the booking panel of the calendar": booking_panel,
    "the menu of the view": view_menu,
    "the panel of a move": move_panel,
    "the preview of a move": preview_panel,
    "the panel of a letter": letter_panel,
    "the list under the search": search_list,
    "the list of keys": list_of_keys,
    "the stop of a course": stop_of_a_course,
    "a course just stopped": stopped_course,
}


def visits_in_the_way(window: Window) -> None:
    cole = Resource.objects.get(name=COLE)
    window.open(f"/clinic/resources/{cole.pk}/")
    window.page.get_by_role("button", name=f"Book {COLE} no more").click()
    window.page.get_by_role("button", name="Save now, re-plan after").wait_for()


def visits_kept(window: Window) -> None:
    visits_in_the_way(window)
    window.page.get_by_role("button", name="Save now, re-plan after").click()
    window.page.get_by_text("is not booked any more").wait_for()
    window.open("/clinic/")
    window.page.get_by_text("cannot take place as booked").wait_for()


def closure_taken_back(window: Window) -> None:
    window.open("/clinic/")
    window.page.get_by_role("button", name="Take back Christmas").first.click()
    window.page.get_by_role("button", name="Put it back").wait_for()


def wrong_hours(window: Window) -> None:
    cole = Resource.objects.get(name=COLE)
    window.open(f"/clinic/resources/{cole.pk}/hours/{cole.location_id}/")
    window.page.get_by_label("Monday, stretch 1, until").fill("08:00")
    window.page.get_by_role("button", name="Save the hours").click()
    window.page.get_by_text("Not saved yet").wait_for()


OPENED_BY_THE_MANAGER = {
    "visits in the way": visits_in_the_way,
    "visits kept": visits_kept,
    "a closure taken back": closure_taken_back,
    "hours in the wrong order": wrong_hours,
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


def test_a_name_without_spaces_fits_on_a_telephone(window: Window, sign_in: SignIn) -> None:
    cast = open_clinic()
    cast.ada.family_name = "Lindqvist" * 9
    cast.ada.save()
    sign_in(cast.fern)
    window.page.set_viewport_size(PHONE)
    record = f"/patients/{cast.ada.pk}/"
    for path in (record, f"{record}details/", f"{record}courses/new/", "/patients/?q=lindqvist"):
        assert window.open(path) == 200
        assert too_wide(window) <= 0, path
