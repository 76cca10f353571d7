"""Photographs in a real browser: sent at once, taken over the baseline, compared by keyboard."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.accounts.models import User
from patients.models import Photo
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import violations
from tests.flows.running import open_clinic
from tests.patients.photo_corpus import exif, jpeg, png
from tests.patients.photo_story import agree, shot, stored

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]
DAY = timedelta(days=1)


@pytest.fixture
def agreed(db: None) -> Cast:
    """Ada agreed to photos and has a frontal and a left oblique one from before."""
    cast = open_clinic()
    cast_now = cast.ada.created_at
    agree(cast.ada, cast.fern, cast_now)
    for number, (pose, colour) in enumerate((("frontal", "pink"), ("left_oblique", "tan"))):
        at = cast_now - (20 + number) * DAY
        stored(cast.ada, cast.cole, colour, pose, taken_at=at)
    return cast


def file(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def slot(page: Page, pose: str) -> Any:
    return page.locator(f"[data-shot={pose}]")


def look_at(window: Window, sizes: bool = True) -> None:
    """Nothing that axe or the browser complains about, wide and on a telephone."""
    for width in (390, 1440) if sizes else (1440,):
        window.page.set_viewport_size({"width": width, "height": 900})
        assert violations(window) == []
        over = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0
    assert window.complaints == []


def test_each_photo_is_stored_as_soon_as_it_is_chosen(agreed: Cast, sign_in: SignIn) -> None:
    window = sign_in(agreed.cole)
    window.open(f"/patients/{agreed.ada.pk}/photos/new/?for=visit:12")
    page = window.page
    page.set_input_files("#file-frontal", file("front.jpg", jpeg(exif=exif(6))))
    expect(slot(page, "frontal").locator("img")).to_have_count(1)
    page.set_input_files("#file-left_lateral", file("notes.pdf", b"%PDF-1.7"))
    expect(slot(page, "left_lateral").locator(".shot-no")).to_contain_text(
        "notes.pdf: This is not a JPEG, PNG or WebP photo."
    )
    page.set_input_files("#file-close_up", [file("a.png", png()), file("b.jpg", shot("navy"))])
    expect(slot(page, "close_up").locator("img")).to_have_count(2)
    expect(page.locator("[data-said]")).to_have_text("Close-up is stored")
    look_at(window)
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("1 of 5 poses").first).to_be_visible()
    new = Photo.objects.filter(subject_key="visit:12").order_by("pk")
    assert [each.pose for each in new] == ["frontal", "close_up", "close_up"]
    look_at(window)


def test_several_dropped_at_once_are_sorted_before_they_are_stored(
    agreed: Cast, sign_in: SignIn
) -> None:
    window = sign_in(agreed.nora)
    window.open(f"/patients/{agreed.ada.pk}/photos/new/")
    page = window.page
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose several").click()
    files = [
        file(f"{number}.jpg", shot(each)) for number, each in enumerate(("red", "blue", "lime"))
    ]
    chooser.value.set_files(files)
    picks = page.locator("[data-staged] select")
    expect(picks).to_have_count(3)
    assert [picks.nth(n).input_value() for n in range(3)] == [
        "frontal",
        "left_oblique",
        "right_oblique",
    ]
    look_at(window)
    picks.nth(1).select_option("right_lateral")
    picks.nth(2).select_option(label="Leave it out")
    page.get_by_role("button", name="Store them").click()
    expect(page.locator(".shot.is-done")).to_have_count(2)
    assert set(Photo.objects.order_by("-pk").values_list("pose", flat=True)[:2]) == {
        "frontal",
        "right_lateral",
    }


def test_a_broken_connection_loses_no_photo(agreed: Cast, sign_in: SignIn) -> None:
    window = sign_in(agreed.cole)
    window.open(f"/patients/{agreed.ada.pk}/photos/new/")
    page = window.page
    page.context.set_offline(True)
    page.set_input_files("#file-frontal", file("front.jpg", shot("red")))
    again = slot(page, "frontal").get_by_role("button", name="Send it again")
    expect(again).to_be_visible()
    expect(slot(page, "frontal")).to_contain_text("The photo is kept here.")
    page.context.set_offline(False)
    again.click()
    expect(slot(page, "frontal").locator("img")).to_have_count(1)
    assert Photo.objects.count() == 3


def test_the_camera_shows_the_baseline_and_goes_from_pose_to_pose(
    agreed: Cast, sign_in: SignIn
) -> None:
    window = sign_in(agreed.cole)
    window.open(f"/patients/{agreed.ada.pk}/photos/new/")
    page = window.page
    page.get_by_role("button", name="Use the camera").click()
    dialog = page.get_by_role("dialog", name="Frontal")
    expect(dialog).to_be_visible()
    expect(dialog.locator("video")).to_have_js_property("paused", False)
    page.wait_for_function("document.querySelector('[data-camera-video]').videoWidth > 0")
    ghost = dialog.locator("[data-camera-ghost]")
    expect(ghost).to_be_visible()
    assert ghost.evaluate("each => each.naturalWidth") == 160
    level = dialog.get_by_label("Baseline")
    level.focus()
    page.keyboard.press("Home")
    expect(ghost).to_have_css("opacity", "0")
    page.keyboard.press("End")
    expect(ghost).to_have_css("opacity", "0.9")
    dialog.get_by_label("Grid").uncheck()
    expect(dialog.locator("[data-camera-grid]")).to_be_hidden()
    look_at(window)
    dialog.get_by_role("button", name="Take the photo").press("Enter")
    page.keyboard.press("Enter")
    # the next pose, with its own baseline; then one that has none yet
    expect(page.get_by_role("dialog", name="Left oblique")).to_be_visible()
    page.get_by_role("button", name="Skip this pose").click()
    expect(page.get_by_role("dialog", name="Right oblique")).to_be_visible()
    expect(ghost).to_be_hidden()
    page.keyboard.press("Escape")
    expect(slot(page, "frontal").locator("img")).to_have_count(1)
    taken = Photo.objects.latest("pk")
    # as wide and high as the baseline, 160 by 200
    assert taken.pose == "frontal"
    assert abs(taken.width_px / taken.height_px - 0.8) < 0.01
    assert page.evaluate("document.querySelector('[data-camera-video]').srcObject.active") is False


def test_two_photos_are_compared_by_keyboard(agreed: Cast, sign_in: SignIn) -> None:
    stored(agreed.ada, agreed.cole, "navy", taken_at=agreed.ada.created_at - DAY)
    window = sign_in(agreed.cole)
    window.open(f"/patients/{agreed.ada.pk}/photos/")
    page = window.page
    page.keyboard.press("v")
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    slider = page.get_by_role("slider")
    slider.focus()
    later = page.locator(".is-after [data-compare-view]")
    expect(later).to_have_css("clip-path", "inset(0px 0px 0px 50%)")
    for _press in range(3):
        page.keyboard.press("ArrowRight")
    expect(later).to_have_css("clip-path", "inset(0px 0px 0px 53%)")
    page.keyboard.press("End")
    expect(later).to_have_css("clip-path", "inset(0px 0px 0px 100%)")
    look_at(window)
    page.get_by_role("button", name="Side by side").press("Enter")
    expect(later).to_have_css("clip-path", "none")
    views = page.locator("[data-compare-view]")
    views.first.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-zoom-now]")).to_have_text("156 %")
    moved = [views.nth(n).locator("img").evaluate("each => each.style.transform") for n in (0, 1)]
    assert moved[0] == moved[1] == "translate(10%, 0%) scale(1.5625)"
    look_at(window)
    page.keyboard.press("0")
    expect(page.locator("[data-zoom-now]")).to_have_text("100 %")


def test_without_scripts_photos_are_stored_and_compared(
    agreed: Cast, browser: Browser, live_server: Any, sign_in: SignIn
) -> None:
    cookies = sign_in(agreed.cole).page.context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[arg-type] # what the browser itself gave
    page = context.new_page()
    page.goto(f"{live_server.url}/patients/{agreed.ada.pk}/photos/new/")
    page.set_input_files("#file-frontal", file("a.jpg", shot("red")))
    page.set_input_files("#file-left_oblique", file("b.jpg", shot("blue")))
    page.get_by_role("button", name="Store the photos").click()
    expect(page.get_by_text("2 photos are stored.")).to_be_visible()
    page.get_by_role("link", name="Compare").click()
    expect(page.locator(".compare-view img")).to_have_count(2)
    page.get_by_label("After").select_option(index=0)
    page.get_by_role("button", name="Show these").click()
    expect(page.locator(".compare-view img").first).to_be_visible()
    context.close()
