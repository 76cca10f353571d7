"""The arrivals board as two people see it who work at the same desk, in two real windows."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, Request, expect

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.models import Appointment
from patients.actions import readiness
from patients.models import Patient
from tests.agreed import agree
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.factories.clinic import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.flows.running import open_clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]
# a look comes every five seconds
SOON = 12_000
DAY = 24 * 60


@pytest.fixture
def cast() -> Cast:
    return open_clinic()


def noon(cast: Cast) -> datetime:
    today = timezone.now().astimezone(cast.harbour.zone).date()
    return datetime.combine(today, time(12), cast.harbour.zone)


def visit(
    cast: Cast, patient: Patient, minutes: int = 0, is_clear: bool = True, **more: Any
) -> Appointment:
    """Of somebody who has agreed and whose health answers are clear, unless said."""
    start = noon(cast) + timedelta(minutes=minutes)
    service = cast.glycolic.first_service
    if is_clear:
        terms = {"on": start.date(), "by": cast.fern, "now": timezone.now()}
        readiness.record_screening(patient=patient, outcome="clear", **terms)
        agree(patient, cast.fern)
    return AppointmentFactory(
        location=cast.harbour, patient=patient, service=service, start=start, **more
    )


@pytest.fixture
def other(browser: Browser, live_server: Any, cast: Cast) -> Iterator[Window]:
    """A second window, in which Nora is signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(20_000)
    client = Client()
    client.force_login(cast.nora)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    window = Window(context.new_page(), live_server.url)
    window.open("/?show=all")
    yield window
    context.close()


def lane(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=re.compile(f"^{name}"))


def card(page: Page, lane_name: str, patient: str) -> Locator:
    return lane(page, lane_name).get_by_role("listitem").filter(has_text=patient)


def top_of(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box is not None
    return box["y"]


def status(appointment: Appointment) -> str:
    appointment.refresh_from_db()
    return appointment.status


def test_one_press_here_shows_there_without_a_reload(
    cast: Cast, sign_in: SignIn, other: Window
) -> None:
    appointment = visit(cast, cast.ada)
    mine = sign_in(cast.fern)
    mine.open("/")
    expect(card(other.page, "Expected", "Ada Lindqvist")).to_be_visible(timeout=SOON)
    other.page.evaluate("window.neverReloaded = true")
    clicks = 0
    card(mine.page, "Expected", "Ada").get_by_role("button", name="Arrived").click()
    clicks += 1
    expect(card(mine.page, "Arrived", "Ada Lindqvist")).to_be_visible()
    assert (clicks, status(appointment)) == (1, "arrived")
    expect(card(other.page, "Arrived", "Ada Lindqvist")).to_be_visible(timeout=SOON)
    expect(other.page.locator("#said")).to_have_text("Ada Lindqvist has arrived.")
    expect(card(other.page, "Expected", "Ada")).to_have_count(0)

    card(other.page, "Arrived", "Ada").get_by_role("button", name="In room").click()
    expect(card(mine.page, "In room", "Ada Lindqvist")).to_be_visible(timeout=SOON)
    card(mine.page, "In room", "Ada").get_by_role("button", name="Undo").click()
    expect(card(mine.page, "Arrived", "Ada Lindqvist")).to_be_visible()
    expect(card(other.page, "Arrived", "Ada Lindqvist")).to_be_visible(timeout=SOON)
    assert status(appointment) == "arrived"
    assert other.page.evaluate("window.neverReloaded")
    assert mine.complaints + other.complaints == []


def test_what_changes_elsewhere_takes_neither_focus_nor_panel_nor_scroll(
    cast: Cast, sign_in: SignIn
) -> None:
    # of yesterday, and left open: whatever the hour, all of them are cards
    ada = visit(cast, cast.ada, -DAY)
    ben = visit(cast, cast.ben, 30 - DAY)
    late = [visit(cast, PatientFactory(), 60 + 5 * n - DAY) for n in range(60)]
    # the lane is there before, so that no other has to make room for it
    visit(cast, PatientFactory(), -DAY, arrived=True)
    window = sign_in(cast.fern)
    window.open(f"/?on={ada.starts_at:%Y-%m-%d}")
    page = window.page
    page.locator(f"#open-{ada.pk}").click()
    expect(page.locator("#panel").get_by_text("Before the treatment")).to_be_visible()
    # what comes into the panel a moment later moves what is below it
    page.wait_for_load_state("networkidle")
    page.locator("#panel summary", has_text="Something to check").click()
    field = page.locator("#panel").get_by_label("What is to be checked?")
    field.fill("Cold so")
    body = page.locator("#lane-expected-body")
    looked_at = page.locator(f"#visit-{late[30].pk}")
    looked_at.evaluate("each => each.scrollIntoView({ block: 'center' })")
    before = top_of(looked_at)

    # a whole row of the lane, so that the others keep their places beside each other
    with transaction.atomic():
        for each in (ben, ada, late[0]):
            booking.check_in(appointment=each, by=cast.nora, now=timezone.now())
    expect(card(page, "Arrived", "Ben Okafor")).to_be_visible(timeout=SOON)
    expect(page.locator("#said")).to_have_text("Several visits have changed.")
    expect(field).to_be_focused()
    expect(field).to_have_value("Cold so")
    # the row above is gone, and what was looked at has not moved
    assert abs(top_of(looked_at) - before) < 1
    assert body.evaluate("each => each.scrollTop") > 500
    # the card from which the panel was opened is another one by now
    page.keyboard.press("Escape")
    expect(page.locator(f"#open-{ada.pk}")).to_be_focused()
    assert window.complaints == []


def test_the_focus_stays_with_the_visit_that_moves_on(cast: Cast, sign_in: SignIn) -> None:
    ada = visit(cast, cast.ada)
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    page.locator(f"#check-in-{ada.pk}").focus()
    page.keyboard.press("Enter")
    expect(card(page, "Arrived", "Ada")).to_be_visible()
    expect(page.locator(f"#open-{ada.pk}")).to_be_focused()
    assert window.complaints == []


def test_a_tablet_shows_whole_names(cast: Cast, sign_in: SignIn) -> None:
    confirmed = Appointment.Status.CONFIRMED
    names = ("Lakshmi Venkataraman", "José María Echeverría", "Chloé Fontaine-Mbeki")
    for minutes, name in enumerate(names):
        given, family = name.rsplit(" ", 1)
        patient = PatientFactory.create(given_name=given, family_name=family)
        visit(cast, patient, minutes * 60, is_clear=False, status=confirmed)
    window = sign_in(cast.fern)
    window.page.set_viewport_size({"width": 820, "height": 1180})
    window.open("/")
    shown = lane(window.page, "Expected").locator(".arrival-name")
    assert shown.all_inner_texts() == list(names)
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    assert shown.evaluate_all(cut) == []


def test_a_means_the_next_expected_or_the_one_in_focus(cast: Cast, sign_in: SignIn) -> None:
    first, second, third = (
        visit(cast, PatientFactory(given_name=name), 10 * n)
        for n, name in enumerate(("Anna", "Bea", "Cleo"))
    )
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    page.locator(f"#open-{third.pk}").focus()
    page.keyboard.press("a")
    expect(card(page, "Arrived", "Cleo")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    expect(card(page, "Arrived", "Anna")).to_be_visible()
    assert [status(each) for each in (first, second, third)] == ["arrived", "booked", "arrived"]
    fourth = visit(cast, PatientFactory(given_name="Dora"), 30)
    page.reload()
    page.locator(f"#open-{fourth.pk}").click()
    expect(page.locator("#panel").get_by_role("heading", name="Dora")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("a")
    expect(card(page, "Arrived", "Dora")).to_be_visible()
    assert status(second) == "booked"
    assert window.complaints == []


def test_a_double_click_moves_one_visit_on(cast: Cast, sign_in: SignIn) -> None:
    first, second = (visit(cast, PatientFactory(), 10 * n) for n in range(2))
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    box = page.locator(f"#check-in-{first.pk}").bounding_box()
    assert box is not None
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # however long the server takes here, both presses are one double click to the page
    page.evaluate("() => { const start = performance.now(); performance.now = () => start; }")
    page.mouse.click(*at)
    page.wait_for_function("pk => !document.getElementById(`check-in-${pk}`)", arg=first.pk)
    page.mouse.click(*at)
    expect(page.locator(".htmx-request")).to_have_count(0)
    assert [status(first), status(second)] == ["arrived", "booked"]
    # whoever means the next one presses again
    page.evaluate("() => { const later = performance.now() + 600; performance.now = () => later; }")
    page.mouse.click(*at)
    expect(page.locator(f"#start-{second.pk}")).to_be_visible()
    assert window.complaints == []


def test_an_outdated_press_is_refused_and_the_board_shows_the_truth(
    cast: Cast, sign_in: SignIn
) -> None:
    ada = visit(cast, cast.ada)
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    # nothing is asked meanwhile: as on a page that was asleep
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    booking.check_in(appointment=ada, by=cast.nora, now=timezone.now())
    booking.start(appointment=ada, by=cast.nora, now=timezone.now())
    page.locator(f"#check-in-{ada.pk}").click()
    expect(page.get_by_role("alert").get_by_text("It is in the room by now")).to_be_visible()
    expect(card(page, "In room", "Ada")).to_be_visible()
    assert status(ada) == "in_room"
    assert window.complaints == []


def test_a_hidden_page_asks_nothing_and_looks_as_soon_as_it_is_seen(
    cast: Cast, sign_in: SignIn
) -> None:
    ada = visit(cast, cast.ada)
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    asked: list[Request] = []
    page.on("request", lambda each: asked.append(each) if "/today/" in each.url else None)
    page.evaluate(
        "window.away = true;Object.defineProperty(document, 'hidden', { get: () => window.away })"
    )
    booking.check_in(appointment=ada, by=cast.nora, now=timezone.now())
    page.wait_for_timeout(6_000)
    assert asked == []
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(card(page, "Arrived", "Ada")).to_be_visible()
    assert window.complaints == []


def test_only_a_touched_page_says_that_somebody_is_there(cast: Cast, sign_in: SignIn) -> None:
    visit(cast, cast.ada)
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    with page.expect_request("**/today/changes/**") as alone:
        pass
    assert "active=" not in alone.value.url
    page.mouse.move(300, 300)
    with page.expect_request("**/today/changes/**") as touched:
        pass
    assert "active=1" in touched.value.url


def test_a_lost_connection_is_said_and_forgotten(cast: Cast, sign_in: SignIn) -> None:
    visit(cast, cast.ada)
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    page.route("**/today/changes/**", lambda route: route.abort())
    notice = page.get_by_text("No connection since")
    expect(notice).to_be_visible(timeout=SOON)
    page.unroute("**/today/changes/**")
    expect(notice).to_be_hidden(timeout=SOON)


def test_health_answers_and_consent_in_two_clicks(cast: Cast, sign_in: SignIn) -> None:
    ada = visit(cast, cast.ada, is_clear=False)
    window = sign_in(cast.fern)
    window.open("/")
    page = window.page
    page.locator(f"#open-{ada.pk}").click()
    page.get_by_role("button", name="By telephone: all clear").click()
    expect(page.locator("#panel").get_by_text("Screening clear")).to_be_visible()
    page.get_by_role("button", name="Signed on paper consent: Glycolic acid peel").click()
    expect(page.locator("#panel").get_by_text("Consent on paper")).to_be_visible()
    # the board behind the panel knows at once
    expect(page.locator(f"#visit-{ada.pk} .light.is-warn")).to_have_count(0)
    assert window.complaints == []
