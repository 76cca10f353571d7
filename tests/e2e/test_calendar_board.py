"""The board in a real browser: drag, pick up and place, keyboard, finger, booking by pointing."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FloatRect, Locator, Page, Request, expect

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.models import Appointment, Resource, Service
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import violations
from tests.factories.clinic import (
    AppointmentFactory,
    ResourceFactory,
    ServiceFactory,
    WeeklyHoursFactory,
)
from tests.factories.patients import PatientFactory
from tests.flows.running import next_tuesday, open_clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]


class Board:
    """The calendar of a Tuesday with one visit of Ada with Dr Cole at 10:00, open in a window."""

    def __init__(self, window: Window, cast: Cast) -> None:
        self.window, self.page, self.cast = window, window.page, cast
        self.day = next_tuesday(10)
        self.visit: Appointment = AppointmentFactory(
            location=cast.harbour,
            patient=cast.ada,
            service=ServiceFactory(needs=[("peel", 0, 30), ("peel-room", 0, 40)]),
            start=self.day,
            holding=[cast.dr_cole, cast.peel_room],
        )
        self.asked: list[str] = []
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if "/move/" in request.url or "/visits/new/?start" in request.url:
            self.asked.append(request.url.removeprefix(self.window.base))

    def open(self, on: datetime | None = None, **query: Any) -> None:
        words = "".join(f"&{name}={value}" for name, value in query.items())
        self.window.open(f"/calendar/day/?on={on or self.day:%Y-%m-%d}{words}")

    @property
    def block(self) -> Locator:
        return self.page.locator(f".cal-block[data-place-visit='{self.visit.pk}']").first

    def column(self, resource: Resource) -> Locator:
        return self.page.locator(f".cal-col[data-resource='{resource.pk}']").first

    def point(self, resource: Resource, at: str) -> tuple[float, float]:
        """Where this time of this column is in the window, a little below its line."""
        column = self.column(resource)
        box, frame = box_of(column), self.page.locator(".cal")
        first, last = (float(frame.get_attribute(f"data-{name}") or 0) for name in FRAME)
        hour, minute = (int(each) for each in at.split(":"))
        share = (hour * 60 + minute + 2 - first) / (last - first)
        return box["x"] + box["width"] / 2, box["y"] + share * box["height"]

    def moved_to(self, day: datetime, resource: Resource, at: str) -> str:
        start = f"{day:%Y-%m-%d}T{at}"
        return f"/appointments/{self.visit.pk}/move/?start={start}&resource={resource.pk}"

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(start[0] + 8, start[1] + 8)
        self.page.mouse.move(*end, steps=4)

    def panel(self) -> Locator:
        shown = self.page.locator("#panel")
        expect(shown.locator(".panel-head")).to_be_visible()
        return shown


FRAME = ("first", "last")


def box_of(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


@pytest.fixture
def board(sign_in: SignIn, settings: Any) -> Board:
    settings.ROOT_URLCONF = "tests.e2e.calendar_urls"
    cast = open_clinic()
    made = Board(sign_in(cast.fern), cast)
    made.open()
    return made


def test_dragging_to_another_time_asks_for_exactly_that(board: Board) -> None:
    cole = board.cast.dr_cole
    # taken in its middle: it is not the pointer that counts but where the block begins
    board.drag(board.point(cole, "10:15"), board.point(cole, "11:30"))
    expect(board.page.locator(".cal-ghost")).to_have_text("11:15")
    expect(board.block).to_have_class(re.compile("is-lifted"))
    board.page.mouse.up()
    expect(board.panel()).to_contain_text("11:15")
    assert board.asked == [board.moved_to(board.day, cole, "11:15")]
    # nothing has moved, and no visit was opened by the click that ends a drag
    expect(board.block.locator("time")).to_have_text("10:00")
    expect(board.page.locator(".cal-ghost")).to_have_count(0)
    assert board.window.complaints == []


def test_dragging_to_another_column_asks_for_that_resource(board: Board) -> None:
    cole, nora = board.cast.dr_cole, board.cast.nurse_nora
    board.drag(board.point(cole, "10:00"), board.point(nora, "10:00"))
    board.page.mouse.up()
    board.panel()
    assert board.asked == [board.moved_to(board.day, nora, "10:00")]


def test_escape_and_a_drop_at_home_change_nothing(board: Board) -> None:
    cole = board.cast.dr_cole
    board.drag(board.point(cole, "10:00"), board.point(cole, "14:00"))
    board.page.keyboard.press("Escape")
    expect(board.page.locator(".cal-ghost")).to_have_count(0)
    board.page.mouse.up()
    board.drag(board.point(cole, "10:00"), board.point(cole, "10:05"))
    board.page.mouse.up()
    assert board.asked == []


def test_the_board_scrolls_when_a_visit_is_held_at_its_edge(board: Board) -> None:
    page, cole = board.page, board.cast.dr_cole
    page.set_viewport_size({"width": 1440, "height": 600})
    scroller = page.locator(".cal-scroll")
    scroller.evaluate("each => { each.scrollTop = 0 }")
    box = box_of(scroller)
    start = board.point(cole, "10:00")
    board.drag(start, (start[0], box["y"] + box["height"] - 4))
    # held there without moving on, it comes down to the last start of the day
    expect(page.locator(".cal-ghost")).to_have_text("18:15")
    assert scroller.evaluate("each => each.scrollTop") > 0
    page.mouse.up()
    board.panel()
    assert board.asked == [board.moved_to(board.day, cole, "18:15")]


def test_a_late_part_of_a_visit_asks_for_the_start_of_the_visit(board: Board) -> None:
    """The room of a laser visit is held from its start, the doctor an hour later."""
    cole, nora = board.cast.dr_cole, board.cast.nurse_nora
    laser = ServiceFactory(laser=True, needs=[("peel", 60, 90), ("consult-room", 0, 100)])
    board.visit = AppointmentFactory(
        location=board.cast.harbour,
        patient=board.cast.ben,
        service=laser,
        start=board.day + timedelta(hours=1),
        holding=[cole, board.cast.second_peel_room],
    )
    board.open()
    board.drag(board.point(cole, "12:00"), board.point(nora, "13:00"))
    expect(board.page.locator(".cal-ghost")).to_have_text("13:00")
    board.page.mouse.up()
    board.panel()
    assert board.asked == [board.moved_to(board.day, nora, "12:00")]


def test_a_visit_is_picked_up_and_placed_in_another_week(board: Board) -> None:
    page, nora = board.page, board.cast.nurse_nora
    board.block.click()
    board.panel().get_by_role("link", name="Pick up").click()
    bar = page.get_by_role("region", name="Visit being moved")
    when = f"{board.day:%a} {board.day.day} {board.day:%b}, 10:00"
    expect(bar).to_contain_text(f"Moving Ada L., {when}: choose a time")
    page.get_by_role("link", name=re.compile("^4 weeks ahead")).click()
    expect(bar).to_contain_text(f"Moving Ada L., {when}: choose a time")
    page.mouse.click(*board.point(nora, "14:30"))
    expect(board.panel()).to_contain_text("14:15")
    later = board.day + timedelta(weeks=4)
    assert board.asked == [board.moved_to(later, nora, "14:15")]
    assert violations(board.window) == []
    # only when the server has moved it the hand is empty
    expect(bar).to_be_visible()
    board.panel().get_by_role("button", name="Move").click()
    expect(board.panel()).to_contain_text("Moved")
    expect(bar).to_be_hidden()
    assert page.evaluate("sessionStorage.getItem('calendar-carry')") is None
    assert board.window.complaints == []


def test_what_is_carried_is_a_label_and_an_address_only(board: Board) -> None:
    board.block.focus()
    board.page.keyboard.press("x")
    kept = board.page.evaluate("JSON.parse(sessionStorage.getItem('calendar-carry'))")
    when = f"{board.day:%a} {board.day.day} {board.day:%b}, 10:00"
    assert kept == {
        "url": f"/appointments/{board.visit.pk}/move/",
        "visit": str(board.visit.pk),
        "name": "Ada L.",
        "when": when,
        "start": f"{board.day:%Y-%m-%d}T10:00",
        "minutes": 30,
        "lead": 0,
        "resource": str(board.cast.dr_cole.pk),
        "on": f"{board.day:%Y-%m-%d}",
        "minute": 600,
        "byKey": True,
        "asked": False,
    }
    board.page.get_by_role("button", name="Hide names").click()
    bar = board.page.get_by_role("region", name="Visit being moved")
    expect(bar).to_contain_text(f"Moving the visit of {when}: choose a time")


def test_a_visit_is_moved_by_keyboard_alone(board: Board) -> None:
    page, nora = board.page, board.cast.nurse_nora
    board.block.focus()
    page.keyboard.press("m")
    said = page.locator("#cal-said")
    expect(said).to_contain_text("is picked up")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(said).to_have_text("Move to 10:15, Nurse Nora")
    assert violations(board.window) == []
    with page.expect_navigation():
        page.keyboard.press("PageDown")
    expect(page.get_by_role("button", name="Move to 10:15, Nurse Nora")).to_be_focused()
    page.keyboard.press("Enter")
    board.panel()
    assert board.asked == [board.moved_to(board.day + timedelta(days=1), nora, "10:15")]
    # the first Escape closes the panel, the second puts the visit back
    page.keyboard.press("Escape")
    expect(page.locator("#panel > *")).to_have_count(0)
    expect(page.get_by_role("button", name="Move to 10:15, Nurse Nora")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#carry")).to_be_hidden()
    expect(said).to_have_text("Put back. Nothing was moved.")
    assert board.window.complaints == []


def test_a_visit_is_picked_up_from_any_page(board: Board) -> None:
    board.window.open(f"/?on={board.day:%Y-%m-%d}&show=all")
    board.page.locator("main a[id^='open-']").first.click()
    board.panel().get_by_role("link", name="Pick up").click()
    bar = board.page.get_by_role("region", name="Visit being moved")
    expect(bar).to_contain_text("Moving Ada L.,")
    expect(board.page.locator(".cal-ghost button")).to_be_focused()
    assert "#pick" not in board.page.url


def test_the_present_time_moves_on_and_the_day_is_read_again(
    window: Window, sign_in: SignIn
) -> None:
    cast = open_clinic()
    # a place where it is about noon, whatever the hour of the test
    cast.harbour.time_zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
    cast.harbour.save()
    for weekday in (5, 6):
        WeeklyHoursFactory(resource=cast.dr_cole, weekday=weekday)
    page = sign_in(cast.fern).page
    page.clock.install()
    window.open("/calendar/day/")
    line = page.locator(".cal-now span")
    hour, minute = (int(each) for each in line.inner_text().split(":"))
    later = hour * 60 + minute + 10
    page.clock.fast_forward("10:00")
    expect(line).to_have_text(f"{later // 60:02d}:{later % 60:02d}")
    expect(page.locator(f".cal-now.row-{later // 5}")).to_have_count(1)
    # nobody has touched anything for ten minutes: the screen asks for nothing and is signed out
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for("01:30")
    assert asked == []
    page.mouse.move(300, 300)
    page.mouse.move(310, 300)
    with page.expect_request("**/calendar/day/"):
        page.clock.run_for("01:30")
    assert window.complaints == []


def test_keys_lead_through_days_and_views(board: Board) -> None:
    page, day = board.page, board.day

    def press(key: str, address: str) -> None:
        with page.expect_navigation():
            page.keyboard.press(key)
        assert address in page.url

    press("j", f"on={day + timedelta(days=1):%Y-%m-%d}")
    press("k", f"on={day:%Y-%m-%d}")
    press("+", f"on={day + timedelta(weeks=4):%Y-%m-%d}")
    press("w", "/calendar/week/")
    press("d", "/calendar/day/")
    page.keyboard.press("n")
    expect(page.get_by_label("Who is it for?")).to_be_focused()


def test_a_stretch_is_chosen_and_booked(board: Board) -> None:
    page, cole = board.page, board.cast.dr_cole
    board.drag(board.point(cole, "14:00"), board.point(cole, "14:30"))
    expect(page.locator(".cal-ghost")).to_have_text("14:00–14:45")
    page.mouse.up()
    expect(page.get_by_label("Who is it for?")).to_be_focused()
    assert board.asked == [f"/visits/new/?start={board.day:%Y-%m-%d}T14:00&resource={cole.pk}"]
    page.keyboard.type("okaf")
    expect(page.get_by_role("option", name=re.compile("Ben Okafor"))).to_be_visible()
    assert violations(board.window) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    panel = board.panel()
    expect(panel).to_contain_text("14:00–14:30")
    expect(panel).to_contain_text("Dr Cole and Peel room 1")
    assert violations(board.window) == []
    # another service: only the answer changes, and the focus stays where it is
    panel.get_by_label("For").select_option(label="Follow-up, 15 min")
    expect(panel).to_contain_text("14:00–14:15")
    panel.get_by_role("button", name="Book and tell Ben").click()
    expect(panel).to_contain_text("Follow-up is booked for")
    expect(board.column(cole).get_by_role("link", name=re.compile("Ben Okafor"))).to_be_visible()
    made = Appointment.objects.get(patient=board.cast.ben)
    assert made.during.lower == board.day.replace(hour=14)
    assert violations(board.window) == []
    panel.get_by_role("button", name="Undo").click()
    expect(panel).to_contain_text("Taken back")
    expect(board.column(cole).get_by_role("link", name=re.compile("Ben Okafor"))).to_have_count(0)
    assert board.window.complaints == []


def test_a_press_means_the_time_under_it_and_enter_the_beginning(board: Board) -> None:
    page, cole = board.page, board.cast.dr_cole
    page.mouse.click(*board.point(cole, "14:30"))
    expect(board.panel()).to_contain_text("14:30")
    page.keyboard.press("Escape")
    gap = board.column(cole).get_by_role("link", name=re.compile("^Free 10:30–"))
    gap.focus()
    page.keyboard.press("Enter")
    expect(board.panel()).to_contain_text("10:30")


def test_a_refused_booking_says_why_and_what_is_free(board: Board) -> None:
    page, cast = board.page, board.cast
    assessment = Service.objects.get(key="assessment")
    page.mouse.click(*board.point(cast.dr_cole, "14:00"))
    page.get_by_label("Who is it for?").fill("okafor")
    page.get_by_role("option", name=re.compile("Ben Okafor")).click()
    panel = board.panel()
    expect(panel.get_by_role("button", name="Book and tell Ben")).to_be_visible()
    AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=assessment,
        start=board.day.replace(hour=14),
        holding=[cast.dr_cole, cast.peel_room],
    )
    panel.get_by_role("button", name="Book and tell Ben").click()
    expect(panel.get_by_role("alert")).to_contain_text("Dr Cole is already booked then.")
    expect(panel.get_by_role("heading", name="Free instead")).to_be_visible()
    assert violations(board.window) == []
    panel.get_by_role("link", name=re.compile(", 14:30$")).click()
    panel.get_by_role("button", name="Book and tell Ben").click()
    expect(panel).to_contain_text("is booked for")
    assert Appointment.objects.get(patient=cast.ben).during.lower.minute == 30


def test_a_short_visit_can_be_read_above_the_next_on_a_compact_board(board: Board) -> None:
    short, cast = ServiceFactory(minutes=15, needs=[("peel", 0, 15)]), board.cast
    for patient, minutes in ((cast.ben, 30), (PatientFactory(), 45)):
        AppointmentFactory(
            location=cast.harbour,
            patient=patient,
            service=short,
            start=board.day + timedelta(minutes=minutes),
            holding=[cast.dr_cole],
        )
    # a long day in a low window: the rows are as low as they become
    board.page.set_viewport_size({"width": 1440, "height": 600})
    board.open()
    board.page.locator("summary", has_text="View").click()
    board.page.get_by_role("button", name="Compact").click()
    expect(board.page.locator(".cal.is-compact")).to_be_visible()
    blocks = board.column(cast.dr_cole).locator(".cal-block")
    words, below = blocks.nth(1).locator(".cal-name"), blocks.nth(2)
    expect(words).to_have_text("Ben Okafor")
    assert box_of(words)["y"] + box_of(words)["height"] <= box_of(below)["y"] + 1


@pytest.mark.parametrize("zoom", ["Compact", "Roomy"])
def test_zoom_keeps_the_board_accessible(board: Board, zoom: str) -> None:
    page = board.page
    page.locator(".cal-menu > summary").click()
    assert violations(board.window) == []
    page.get_by_role("button", name=zoom).click()
    expect(page.locator(f".cal.is-{zoom.lower()}")).to_be_visible()
    assert violations(board.window) == []


def test_week_of_one_resource_moves_between_days(board: Board) -> None:
    cole = board.cast.dr_cole
    board.window.open(f"/calendar/week/?on={board.day:%Y-%m-%d}&resource={cole.pk}")
    thursday = board.day + timedelta(days=2)
    end = board.page.locator(f".cal-col[data-on='{thursday:%Y-%m-%d}']")
    board.block.scroll_into_view_if_needed()
    start, to = box_of(board.block), box_of(end)
    board.drag((start["x"] + 20, start["y"] + 4), (to["x"] + 20, start["y"] + 4))
    board.page.mouse.up()
    board.panel()
    assert board.asked == [board.moved_to(thursday, cole, "10:00")]


def test_an_entry_of_the_lists_is_dragged_onto_the_board(board: Board) -> None:
    page, nora = board.page, board.cast.nurse_nora
    entry = page.locator(".cal-rail [data-place-url]")
    entry.scroll_into_view_if_needed()
    box = box_of(entry)
    board.drag((box["x"] + 30, box["y"] + 10), board.point(nora, "12:30"))
    expect(page.locator(".cal-ghost")).to_have_class(re.compile("row-150 span-9"))
    page.mouse.up()
    board.panel()
    start = f"{board.day:%Y-%m-%d}T12:30&resource={nora.pk}"
    assert board.asked == [f"/appointments/7/move/?from=list&start={start}"]
    page.keyboard.press("Escape")
    # by keyboard it is picked up like a visit
    entry.get_by_role("link").focus()
    page.keyboard.press("x")
    bar = page.get_by_role("region", name="Visit being moved")
    expect(bar).to_contain_text("Moving Ben O., session 2 of 5: choose a time")
    assert violations(board.window) == []


class Finger:
    """Touches as a browser hears them from a screen."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def send(self, kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_column_of_cancelled_visits_is_wide_enough_for_its_name(board: Board) -> None:
    harbour = board.cast.harbour
    for _ in range(4):
        person = ResourceFactory(location=harbour, can=["peel"])
        WeeklyHoursFactory(resource=person, weekday=board.day.weekday())
    gone = AppointmentFactory(location=harbour, patient=board.cast.ben, start=board.day)
    booking.cancel(appointment=gone, by=board.cast.fern, now=timezone.now(), reason="has a cold")
    board.page.set_viewport_size({"width": 820, "height": 1180})
    board.open()
    head = board.page.locator(".cal-head", has=board.page.locator(".cal-freed-head"))
    expect(head).to_contain_text("Cancelled")
    cut = "one => [one, ...one.children].some(each => each.scrollWidth > each.clientWidth + 1)"
    assert not head.evaluate(cut)


def test_a_finger_presses_shortly_and_drags(browser: Browser, board: Board) -> None:
    cookies = [(each["name"], each["value"]) for each in board.page.context.cookies()]
    tablet = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    tablet.add_cookies(
        [{"name": name, "value": value, "url": board.window.base} for name, value in cookies]
    )
    window = Window(tablet.new_page(), board.window.base)
    board.window, board.page = window, window.page
    board.page.on("request", board._note)
    board.open()
    assert window.page.evaluate("document.documentElement.scrollWidth") == 1024
    finger, cole, nora = Finger(window.page), board.cast.dr_cole, board.cast.nurse_nora
    start, end = board.point(cole, "10:00"), board.point(nora, "11:00")
    # a quick stroke scrolls and takes nothing along
    finger.send("touchStart", *start)
    finger.send("touchMove", start[0], start[1] + 60)
    finger.send("touchEnd")
    assert board.asked == []
    board.open()
    start, end = board.point(cole, "10:00"), board.point(nora, "11:00")
    finger.send("touchStart", *start)
    expect(window.page.locator(".cal-ghost")).to_be_visible()
    finger.send("touchMove", *end)
    finger.send("touchEnd")
    board.panel()
    assert board.asked == [board.moved_to(board.day, nora, "11:00")]
    assert violations(window) == []
    assert window.complaints == []
    tablet.close()
