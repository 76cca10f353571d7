"""The issue's story: from signing in to five booked sessions, their letters, and one cancelled."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from clinic.accounts.models import User
from clinic.models import Appointment
from patients.models import Message
from tests.conftest import PASSWORD, Cast
from tests.e2e.conftest import Window
from tests.flows.running import eventually, mail_server, open_clinic, worker
from tests.flows.series import calendars_of, events_of
from tests.smtp import Postbox
from treatments.models import Course

pytestmark = [
    pytest.mark.browser,
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
]

# from the patient's page to the whole series booked
MOST_CLICKS = 4
CONFIRMED = "Your 5 visits are booked"


class Hand:
    """Clicks, and counts them."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def pick(self, target: Locator, label: str) -> None:
        """Choosing from a list is a click too."""
        target.select_option(label=label)
        self.clicks += 1


def arrive(page: Page, heading: str) -> None:
    """Wait for the page with this heading, and for its scripts: no person is quicker."""
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    page.wait_for_load_state()


def next_monday() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=7 - today.weekday())


def start_course(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("link", name="Start a course"))
    arrive(page, "Start a course")
    # setting its number of sessions means this treatment
    hand.pick(page.get_by_label("Sessions of Glycolic peel"), "5 sessions")
    expect(page.get_by_role("radio", name="Glycolic peel")).to_be_checked()
    hand.click(page.get_by_role("button", name="Start and find dates"))
    arrive(page, "Glycolic peel: book 5 sessions")


def visits(cast: Cast) -> list[Appointment]:
    return list(cast.ada.appointments.select_related("location").order_by("during"))


def planned_for(number: int) -> set[str]:
    course = Course.objects.get()
    session = course.sessions.get(number=number)
    rows = Message.objects.filter(subject_key=session.subject_key)
    return set(rows.values_list("status", flat=True))


def test_the_desk_books_a_series_and_cancels_one_visit(window: Window, settings: Any) -> None:
    settings.UNDO_SECONDS = 0  # nobody waits here for the time to take a cancellation back
    cast, postbox, page = open_clinic(), Postbox(), window.page
    with mail_server(postbox) as port, worker(port):
        sign_in_by_the_form(window)
        find_ada(page)
        hand = Hand()
        start_course(page, hand)
        wish(page)
        read_proposals(page)
        hand.click(page.locator(".proposal.is-best").get_by_role("button", name="Book all 5"))
        expect(page.get_by_text("5 sessions are booked:")).to_be_visible()
        assert hand.clicks <= MOST_CLICKS

        check_appointments(cast)
        check_confirmation(cast, arrived(postbox, CONFIRMED))
        see_planned_messages(page)
        cancel_third(page, cast)
        check_cancelled(page, cast, arrived(postbox, cancelled_subject(cast)))
    assert window.complaints == []


def sign_in_by_the_form(window: Window) -> None:
    page = window.page
    window.open("/")
    page.get_by_label(re.compile("E-?mail")).fill("fern@clinic.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    arrive(page, "Today")


def find_ada(page: Page) -> None:
    type_name(page)
    page.get_by_role("option", name=re.compile("Ada Lindqvist")).click()
    arrive(page, "Ada Lindqvist")


def type_name(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Find a patient")).to_be_focused()
    page.keyboard.type("lindq")


def wish(page: Page) -> None:
    """Tuesday or Thursday, after 15:00, with Dr Cole, from next week."""
    page.get_by_label("Not before").fill(next_monday().isoformat())
    for day in ("Tue", "Thu"):
        page.get_by_text(day, exact=True).click()
    page.get_by_label("From", exact=True).fill("15:00")
    page.get_by_label("With", exact=True).select_option("Dr Cole")
    # the address changes together with the answer to the last of the wishes
    expect(page).to_have_url(re.compile(r"[?&]person=\d"))


def read_proposals(page: Page) -> None:
    """The best and at least two that are different, each gap written out."""
    proposals = page.locator(".proposal")
    expect(proposals.first.get_by_role("heading")).to_have_text("Best")
    expect(proposals.first).to_contain_text("15:")
    shown = [
        tuple(time.get_attribute("datetime") for time in each.locator("time").all())
        for each in proposals.all()
    ]
    assert len(shown) >= 3
    assert len(set(shown)) == len(shown)
    for each in proposals.all():
        gaps = [int(text.split()[0]) for text in each.locator(".proposal-gap").all_inner_texts()]
        assert len(gaps) == 4
        assert all(14 <= gap <= 28 for gap in gaps)


def check_appointments(cast: Cast) -> None:
    booked = visits(cast)
    assert len(booked) == 5
    for each in booked:
        assert each.starts_at.date() >= next_monday()
        assert each.starts_at.weekday() in (1, 3)
        assert each.starts_at.time() >= time(15)
        held = [hold.resource for hold in each.reservations.order_by("need__position")]
        assert held[0] == cast.dr_cole
        assert held[1] in (cast.peel_room, cast.second_peel_room)


def arrived(postbox: Postbox, subject: str) -> EmailMessage:
    """The one letter with this subject; advice already due may come beside it, by day."""

    def found() -> list[EmailMessage]:
        return [mail for mail in postbox.mails if mail["Subject"] == subject]

    eventually(lambda: len(found()) == 1, f"“{subject}” arrives")
    return found()[0]


def cancelled_subject(cast: Cast) -> str:
    third = visits(cast)[2]
    words = f"{third.starts_at:%a} {third.starts_at.day} {third.starts_at:%b}"
    return f"Your visit on {words} is cancelled"


def check_confirmation(cast: Cast, mail: EmailMessage) -> None:
    assert mail["To"] == "ada@patient.example"
    events = events_of(mail)
    assert [each["DTSTART"].dt for each in events] == [each.during.lower for each in visits(cast)]


def see_planned_messages(page: Page) -> None:
    page.get_by_role("link", name="Messages").last.click()
    page.get_by_role("link", name="Overview").wait_for()
    for number in range(1, 6):
        expect(page.get_by_role("heading", name=f"Glycolic peel, session {number}")).to_be_visible()
    assert page.get_by_text("Planned").count() > 20


def cancel_third(page: Page, cast: Cast) -> None:
    assert planned_for(3) == {"planned"}
    page.get_by_role("link", name="Overview").click()
    arrive(page, "Coming visits")
    third = page.get_by_role("row", name=re.compile("session 3 of 5"))
    third.get_by_role("link").first.click()
    panel = page.locator("#panel")
    panel.get_by_text("Cancel this visit").click()
    panel.get_by_label("Why is it cancelled?").fill("On holiday")
    panel.get_by_role("button", name="Cancel and tell Ada").click()
    expect(panel.get_by_text("Cancelled", exact=True).first).to_be_visible()
    assert visits(cast)[2].status == "cancelled"


def check_cancelled(page: Page, cast: Cast, mail: EmailMessage) -> None:
    assert planned_for(3) == {"withdrawn"}
    assert [each["METHOD"] for each in calendars_of(mail)] == ["CANCEL"]
    assert not visits(cast)[2].reservations.exists()
    page.goto(page.url.split("?")[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lindqvist")


def test_the_whole_booking_works_without_a_mouse(
    sign_in: Callable[[User], Window], window: Window
) -> None:
    cast = open_clinic()
    page = sign_in(cast.fern).page
    window.open("/")
    type_name(page)
    expect(page.get_by_role("option", name=re.compile("Ada Lindqvist"))).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrive(page, "Ada Lindqvist")
    page.keyboard.press("n")
    arrive(page, "Start a course")
    tab_to(page, page.get_by_label("Sessions of Glycolic peel"))
    page.keyboard.type("5")
    tab_to(page, page.get_by_role("button", name="Start and find dates"))
    page.keyboard.press("Enter")
    arrive(page, "Glycolic peel: book 5 sessions")
    expect(page.locator(".proposal.is-best")).to_be_visible()
    tab_to(page, page.locator(".proposal.is-best").get_by_role("button", name="Book all 5"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("5 sessions are booked:")).to_be_visible()
    assert len(visits(cast)) == 5
    assert window.complaints == []


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and see that the focus is always visible."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"the keyboard does not reach {target}")


def test_a_choice_made_before_the_script_arrives_counts(
    sign_in: Callable[[User], Window], window: Window
) -> None:
    cast = open_clinic()
    page = sign_in(cast.fern).page
    held: list[Route] = []
    page.route("**/js/series*.js", lambda route: held.append(route))
    address = f"{window.base}/patients/{cast.ada.pk}/courses/new/"
    page.goto(address, wait_until="commit")
    # as for a person, who sees nothing before the page has its styles
    styles = "[...document.querySelectorAll('link[rel=stylesheet]')]"
    while not page.evaluate(f"document.forms.length > 0 && {styles}.every((link) => link.sheet)"):
        page.wait_for_timeout(20)
    page.get_by_label("Sessions of Glycolic peel").select_option(label="5 sessions")
    glycolic = page.get_by_role("radio", name="Glycolic peel")
    expect(glycolic).not_to_be_checked()
    held[0].continue_()
    expect(glycolic).to_be_checked()
    assert window.complaints == []
