"""An assessment as a dermatologist enters it: by mouse, by keyboard, through trouble."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from clinic.accounts.models import User
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import PHONE, too_wide, violations
from tests.flows.running import open_clinic
from tests.treatments.assessing import entry, signed
from treatments.models import Assessment, Finding, Lesion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]

# ten lesions of a face: where in the front view they are, in parts of its width and height
TEN = (
    (0.28, 0.56), (0.33, 0.60), (0.30, 0.50), (0.72, 0.56), (0.67, 0.62),
    (0.38, 0.45), (0.62, 0.45), (0.50, 0.26), (0.45, 0.24), (0.50, 0.80),
)  # fmt: skip


class Hand:
    """Presses and counts: a press of the mouse or of a key is one input."""

    def __init__(self, page: Page) -> None:
        self.page, self.inputs = page, 0

    def click(self, what: Any, **at: Any) -> None:
        what.click(**at)
        self.inputs += 1

    def face(self, x: float, y: float, view: str = "front") -> None:
        drawing = self.page.locator(f"[data-view={view}]")
        box = drawing.bounding_box()
        assert box
        self.click(drawing, position={"x": box["width"] * x, "y": box["height"] * y}, force=True)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.inputs += 1


@pytest.fixture
def clinic(window: Window) -> Cast:
    return open_clinic()


def begin(window: Window, cast: Cast) -> Hand:
    window.open(f"/patients/{cast.ada.pk}/assessments/")
    window.page.get_by_role("button", name="Start an assessment").click()
    window.page.locator("html.has-script").wait_for()
    return Hand(window.page)


def saved(page: Page) -> None:
    expect(page.locator("form[data-draft]")).to_have_attribute("data-draft-state", "saved")


def rows() -> list[tuple[int, str, str, int]]:
    found = Finding.objects.order_by("lesion__number")
    return list(found.values_list("lesion__number", "lesion__site", "lesion__side", "count"))


def test_ten_lesions_take_ten_presses(window: Window, sign_in: SignIn, clinic: Cast) -> None:
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    for x, y in TEN:
        hand.face(x, y)
    hand.face(*TEN[-1])  # the last one is chosen: pressed again, it is two
    hand.click(window.page.locator("[data-size='1.5']"))
    saved(window.page)
    assert hand.inputs == 12  # at most 25 are allowed
    assert rows() == [
        (1, "cheek", "right", 1),
        (2, "cheek", "right", 1),
        (3, "cheek", "right", 1),
        (4, "cheek", "left", 1),
        (5, "cheek", "left", 1),
        (6, "lower_eyelid", "right", 1),
        (7, "lower_eyelid", "left", 1),
        (8, "forehead", "middle", 1),
        (9, "forehead", "middle", 1),
        (10, "chin", "middle", 2),
    ]
    expect(window.page.locator("[data-total]")).to_have_text("11")
    hand.click(window.page.get_by_role("button", name="Undo"))
    hand.click(window.page.get_by_role("button", name="Undo"))
    hand.click(window.page.get_by_role("button", name="Undo"))
    saved(window.page)
    assert len(rows()) == 9
    window.page.get_by_label("Type of milia").select_option("primary")
    window.page.get_by_label("Arrangement").select_option("discrete")
    window.page.get_by_role("button", name="Sign assessment").click()
    expect(window.page.get_by_text("It no longer changes.")).to_be_visible()
    assert Assessment.objects.get().signed_by == clinic.cole
    assert violations(window) == []
    assert window.complaints == []


def test_the_keyboard_does_the_same(window: Window, sign_in: SignIn, clinic: Cast) -> None:
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    page = window.page
    place = page.locator("[data-add-place]")
    place.focus()
    # the list: letters choose the place, Enter adds; again Enter, one more beside it
    hand.press("c", "h", "e", *["Enter"] * 5)
    place.select_option("chin:middle")
    hand.inputs += 3  # c, h, i
    hand.press(*["Enter"] * 5)
    saved(page)
    assert hand.inputs == 16
    assert [each[1:3] for each in rows()] == [("cheek", "right")] * 5 + [("chin", "middle")] * 5
    # the face: arrows, Enter, plus, the view, undo
    page.locator("[data-face]").focus()
    hand.press(*["ArrowDown"] * 4, "Enter", "+", "+")
    expect(page.locator("[data-strip-count]")).to_have_text("3")
    saved(page)
    assert rows()[-1] == (11, "nose_tip", "middle", 3)
    hand.press("1", "2")
    saved(page)
    assert rows()[-1] == (11, "nose_tip", "middle", 12)
    hand.press("Delete")
    saved(page)
    assert len(rows()) == 10
    assert window.complaints == []


def test_a_dot_is_dragged_and_a_signed_one_stays_on_its_place(
    window: Window, sign_in: SignIn, clinic: Cast
) -> None:
    signed(clinic, datetime.now(UTC), entry("chin:middle"))
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    page = window.page
    drawing = page.locator("[data-view=front]")
    hand.face(0.28, 0.56)
    box = drawing.bounding_box()
    assert box
    drag(page, box, (0.28, 0.56), (0.72, 0.56))
    saved(page)
    assert rows()[-1] == (2, "cheek", "left", 1)
    known = Finding.objects.select_related("lesion").get(
        lesion__number=1, assessment__signed_at=None
    )
    drag(page, box, (known.x / 1000, known.y / 1000), (0.5, 0.26))
    expect(page.locator("[data-under]")).to_contain_text("Lesion 1 stays where it was signed")
    page.get_by_role("button", name="The rest is gone").click()
    saved(page)
    assert Finding.objects.get(pk=known.pk).state == "resolved"
    assert Lesion.objects.get(number=1).site == "chin"
    assert window.complaints == []


def drag(page: Page, box: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    def at(spot: tuple[float, float]) -> tuple[float, float]:
        return box["x"] + box["width"] * spot[0], box["y"] + box["height"] * spot[1]

    page.mouse.move(*at(start))
    page.mouse.down()
    page.mouse.move(*at(end), steps=4)
    page.mouse.up()


def test_a_dropped_connection_loses_nothing(window: Window, sign_in: SignIn, clinic: Cast) -> None:
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    page = window.page

    page.context.set_offline(True)
    hand.face(0.28, 0.56)
    page.get_by_label("Note", exact=True).last.fill("Firm")
    expect(page.locator("form[data-draft]")).to_have_attribute("data-draft-state", "offline")
    assert rows() == []
    # the page is closed without a connection and opened again with one
    address = page.url
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(address)
    saved(page)
    assert rows() == [(1, "cheek", "right", 1)]
    expect(page.locator("[data-mark]")).to_have_count(1)


def test_an_expired_sign_in_loses_nothing(window: Window, sign_in: SignIn, clinic: Cast) -> None:
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    page = window.page
    Session.objects.all().delete()
    page.context.clear_cookies()
    hand.face(0.28, 0.56)
    expect(page.locator("form[data-draft]")).to_have_attribute("data-draft-state", "signed-out")
    assert rows() == []
    sign_in(clinic.cole)
    page.evaluate("dispatchEvent(new Event('focus'))")
    saved(page)
    assert rows() == [(1, "cheek", "right", 1)]


def test_the_older_of_two_windows_is_told(window: Window, sign_in: SignIn, clinic: Cast) -> None:
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    page = window.page
    other = page.context.new_page()
    other.goto(page.url)
    Hand(other).face(0.72, 0.56)
    saved(other)
    hand.face(0.28, 0.56)
    form = page.locator("form[data-draft]")
    expect(form).to_have_attribute("data-draft-state", "stale")
    assert [each[2] for each in rows()] == ["left"]
    # opened again it shows the newer one, and offers what was entered here
    page.get_by_role("link", name="Open it again").click()
    page.get_by_role("button", name="Put back what I entered").click()
    saved(page)
    assert "right" in [each[2] for each in rows()]


def test_a_wrong_size_is_told_at_its_field(window: Window, sign_in: SignIn, clinic: Cast) -> None:
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    page = window.page
    hand.face(0.28, 0.56)
    size = page.get_by_role("spinbutton", name="Size, mm").last
    size.fill("99")
    size.press("Tab")
    expect(page.locator("form[data-draft]")).to_have_attribute("data-draft-state", "refused")
    expect(page.locator("[data-draft-words]")).to_contain_text("between 0.5 and 20 mm")
    expect(size).to_have_attribute("aria-invalid", "true")
    size.fill("2")
    size.press("Tab")
    saved(page)
    expect(size).not_to_have_attribute("aria-invalid", "true")


def test_it_is_accessible_wide_and_on_a_telephone(
    window: Window, sign_in: SignIn, clinic: Cast
) -> None:
    signed(clinic, datetime.now(UTC), entry("chin:middle"), entry("cheek:left", 1, count=4))
    sign_in(clinic.cole)
    hand = begin(window, clinic)
    hand.face(0.28, 0.56)
    saved(window.page)
    assert violations(window) == []
    window.page.set_viewport_size(PHONE)
    assert violations(window) == []
    assert too_wide(window) <= 0
