"""Moving one session with what follows: how many clicks it takes, and without a mouse."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.accounts.models import User
from clinic.models import Appointment
from clinic.scheduling.clock import to_minute
from clinic.scheduling.slots import Slot
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_booking_story import Hand, tab_to
from tests.flows.running import next_tuesday, open_clinic
from tests.flows.series import start_course
from treatments.actions import plans
from treatments.models import Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# from the patient's page, or from the panel of the visit, to the moved session
MOST_CLICKS = 3
SHORTEST = timedelta(days=14)

SignIn = Callable[[User], Window]


@pytest.fixture
def cast() -> Cast:
    """Ada's five sessions are as near to each other as they may be: whoever moves one later moves
    those after it."""
    cast = open_clinic()
    now = timezone.now()
    course = start_course(cast, now=now)
    slots = []
    for n in range(5):
        start = to_minute(next_tuesday(11) + n * SHORTEST)
        minutes = course.protocol.service_of(n + 1).minutes
        slots.append(Slot(start, start + minutes, (cast.dr_cole.pk, cast.peel_room.pk)))
    plans.book_series(course=course, slots=slots, by=cast.fern, now=now, key=uuid.uuid4())
    return cast


def starts() -> list[datetime]:
    rows = Session.objects.order_by("number").values_list("appointment__during", flat=True)
    return [each.lower for each in rows]


def third() -> Appointment:
    return Appointment.objects.get(session__number=3)


def check_moved(page: Page, before: list[datetime]) -> None:
    """Sessions 3 to 5 lie later, and the page behind the panel says so too."""
    panel = page.locator("#panel")
    expect(
        panel.get_by_text(re.compile("^Session 3 is on .* now, sessions 4 and 5 moved"))
    ).to_be_visible()
    expect(panel.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    after = starts()
    assert after[:2] == before[:2]
    assert all(new > old for new, old in zip(after[2:], before[2:], strict=True))


def test_a_session_moves_with_its_ripple_in_three_clicks_from_the_record(
    sign_in: SignIn, cast: Cast
) -> None:
    window, before = sign_in(cast.fern), starts()
    window.open(f"/patients/{cast.ada.pk}/")
    page, hand = window.page, Hand()
    panel = page.locator("#panel")
    hand.click(page.get_by_role("row", name=re.compile("session 3 of 5")).get_by_text("Move"))
    hand.click(
        panel.locator(".ripple-day", has_text="move too").last.locator("a.btn-secondary").first
    )
    expect(panel.get_by_text("Sessions 4 and 5 move too.")).to_be_visible()
    expect(panel.get_by_text("Ada gets one e-mail with three new times.")).to_be_visible()
    hand.click(panel.get_by_role("button", name="Move 3 sessions and tell Ada"))
    check_moved(page, before)
    assert hand.clicks <= MOST_CLICKS
    shown = third().during.lower.strftime("%a %-d %b")
    row = page.locator("#overview").get_by_role("row", name=re.compile("session 3 of 5"))
    expect(row).to_contain_text(shown)
    assert window.complaints == []


def test_from_the_panel_of_the_visit_too_and_back(sign_in: SignIn, cast: Cast) -> None:
    window, before = sign_in(cast.fern), starts()
    window.open(f"/calendar/day/?on={third().during.lower:%Y-%m-%d}")
    page, hand = window.page, Hand()
    page.locator("a.cal-block").first.click()
    panel = page.locator("#panel")
    expect(panel.locator(".visit-course")).to_contain_text("3 of 5")
    hand.click(panel.get_by_role("link", name="Move", exact=True))
    hand.click(
        panel.locator(".ripple-day", has_text="move too").last.locator("a.btn-secondary").first
    )
    hand.click(panel.get_by_role("button", name="Move 3 sessions and tell Ada"))
    check_moved(page, before)
    assert hand.clicks <= MOST_CLICKS
    panel.get_by_role("button", name="Undo", exact=True).click()
    # where it was pressed: the calendar stays on its day, and shows the visit where it was
    panel.get_by_text("Taken back: the visits of Ada Lindqvist stand as before.").wait_for()
    expect(page).to_have_url(re.compile(r"/calendar/day/\?on="))
    expect(page.locator("a.cal-block").first).to_contain_text("11:00")
    assert starts() == before
    assert window.complaints == []


def test_a_move_without_a_mouse(sign_in: SignIn, cast: Cast) -> None:
    """A later session is told to stay, which cannot be; let go again, all of it is moved."""
    window, before = sign_in(cast.fern), starts()
    window.open(f"/patients/{cast.ada.pk}/")
    page = window.page
    panel = page.locator("#panel")
    row = page.get_by_role("row", name=re.compile("session 3 of 5"))
    tab_to(page, row.get_by_role("link", name=re.compile("^Move")))
    page.keyboard.press("Enter")
    expect(panel.locator(".ripple-times")).to_be_visible()
    tab_to(
        page,
        panel.locator(".ripple-day", has_text="move too").last.locator("a.btn-secondary").first,
    )
    page.keyboard.press("Enter")
    pin = panel.get_by_label("Keep Session 4 where it is")
    tab_to(page, pin)
    page.keyboard.press("Space")
    expect(panel.get_by_text("The rest of the course cannot follow")).to_be_visible()
    # the switch was drawn again and is still under the hand; htmx listens to it a moment later
    expect(pin).to_be_focused()
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)
    page.keyboard.press("Space")
    button = panel.get_by_role("button", name="Move 3 sessions and tell Ada")
    expect(button).to_be_visible()
    # drawn again as well: before htmx listens to it the browser would send it off by itself
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)
    tab_to(page, button)
    page.keyboard.press("Enter")
    check_moved(page, before)
    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    assert window.complaints == []


def test_an_unticked_box_counts_before_the_press(sign_in: SignIn, cast: Cast) -> None:
    window = sign_in(cast.fern)
    window.open(f"/patients/{cast.ada.pk}/")
    page = window.page
    panel = page.locator("#panel")
    page.get_by_role("row", name=re.compile("session 5 of 5")).get_by_text("Move").click()
    panel.locator(".free-times a.btn-secondary").last.click()
    panel.get_by_label("Tell Ada").uncheck()
    panel.get_by_role("button", name="Move session 5", exact=True).click()
    expect(panel.get_by_text(re.compile("Ada is not told"))).to_be_visible()
    assert window.complaints == []
