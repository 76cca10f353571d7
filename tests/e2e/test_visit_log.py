"""Logging a visit in a real browser: a routine peel in a few presses, and nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session as SignIn_
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.accounts.models import User
from clinic.models import Appointment
from tests.agreed import agree
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import violations
from tests.factories.clinic import AppointmentFactory
from tests.flows.running import open_clinic
from treatments.actions import visits as actions
from treatments.actions.visits import Entry, Seen
from treatments.models import Assessment, Finding, Lesion, Protocol, Visit
from treatments.queries.visits import record_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return open_clinic()


def visit(cast: Cast, modality: str = "glycolic", days_ago: int = 0) -> Appointment:
    at: datetime = timezone.now() - days_ago * DAY
    agree(cast.ada, cast.fern, modality)
    made: Appointment = AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=Protocol.objects.get(modality=modality).follow_up_service,
        start=at,
        status="arrived",
    )
    return made


def last_time(cast: Cast) -> Visit:
    """A peel three weeks ago, 20 % for two minutes, well borne."""
    at = timezone.now() - 21 * DAY
    made = actions.start(appointment=visit(cast, days_ago=21), by=cast.cole, now=at)
    record = {
        "strength_percent": Decimal(20),
        "contact_seconds": 120,
        "endpoint": "pink",
        "neutraliser": "bicarbonate",
    }
    product = {"name": "Glycolic acid 20 %", "lot": "G20-264", "expires_on": at.date() + 400 * DAY}
    entry = Entry({"pain": 2}, record, products=[product])
    made = actions.save(visit=made, entry=entry, seen=Seen(1), by=cast.cole, now=at)
    return actions.sign(visit=made, version=made.version, by=cast.cole, now=at)


class Hand:
    """Presses and counts: a click or a key is one input, a value typed into a field is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.inputs = page, 0

    def press(self, role: Any, name: str | re.Pattern[str]) -> None:
        self.inputs += 1
        self.page.get_by_role(role, name=name).first.click()

    def pick(self, field: str, words: str) -> None:
        self.inputs += 1
        self.page.locator(f"#div_id_{field} label", has_text=re.compile(f"^{words}$")).click()

    def key(self, name: str) -> None:
        self.inputs += 1
        self.page.keyboard.press(name)


def test_a_routine_peel_takes_twelve_inputs_at_the_most(
    cast: Cast, window: Window, sign_in: SignIn
) -> None:
    last_time(cast)
    appointment = visit(cast)
    sign_in(cast.cole)
    page, hand = window.page, Hand(window.page)
    page.clock.install()
    window.open("/?show=all")
    hand.press("link", re.compile("^Log"))
    hand.press("button", "Start the log")
    expect(page.get_by_text("Proposed: 35 %, 2:00.")).to_be_visible()
    hand.press("button", "Use 35 %")
    expect(page.locator("#id_strength_percent")).to_have_value("35")
    expect(page.locator("#div_id_strength_percent")).to_have_class(re.compile("is-different"))
    page.locator("main").focus()
    hand.key("Space")
    page.clock.fast_forward("02:00")
    expect(page.locator("[data-stopwatch]")).to_have_attribute("data-over", "")
    hand.key("Space")
    expect(page.locator("#id_contact_seconds")).to_have_value(re.compile("^2:0[0-5]$"))
    hand.pick("endpoint", "Pink")
    hand.pick("pain", "3")
    hand.press("button", re.compile("G20-264"))
    expect(page.locator("[data-draft-words]")).to_have_text(re.compile("^Saved"))
    hand.press("button", "Sign visit")
    expect(page.get_by_text("Signed by Dr Cole")).to_be_visible()
    made = Visit.objects.get(appointment=appointment)
    assert made.signed_by == cast.cole
    assert (record_of(made).strength_percent, made.pain) == (35, 3)
    assert [each.lot for each in made.products.all()] == ["G20-264"]
    appointment.refresh_from_db()
    assert appointment.status == "done"
    assert hand.inputs <= 12
    assert window.complaints == []


def begun(cast: Cast, modality: str = "glycolic") -> Visit:
    return actions.start(appointment=visit(cast, modality), by=cast.cole, now=timezone.now())


def test_a_running_stopwatch_survives_a_reload(cast: Cast, window: Window, sign_in: SignIn) -> None:
    made = begun(cast)
    sign_in(cast.cole)
    page = window.page
    page.clock.install()
    window.open(f"/appointments/{made.appointment_id}/log/")
    page.get_by_role("button", name=re.compile("Start")).click()
    page.clock.fast_forward("01:30")
    page.reload()
    expect(page.locator("[data-stopwatch-time]")).to_have_text(re.compile("^1:3"))
    page.get_by_role("button", name=re.compile("Stop")).click()
    expect(page.locator("#id_contact_seconds")).to_have_value(re.compile("^1:3"))
    # typed over it, the typed value counts
    page.locator("#id_contact_seconds").fill("150")
    expect(page.locator("[data-draft-words]")).to_have_text(re.compile("^Saved"))
    made.refresh_from_db()
    assert record_of(made).contact_seconds == 150


def test_a_closed_tab_loses_nothing(cast: Cast, window: Window, sign_in: SignIn) -> None:
    made = begun(cast)
    sign_in(cast.cole)
    address = f"/appointments/{made.appointment_id}/log/"
    window.open(address)
    context = window.page.context
    context.set_offline(True)
    window.page.locator("#id_note").fill("The forehead first")
    window.page.locator("#id_strength_percent").fill("abc")
    expect(window.page.locator("[data-draft-words]")).to_contain_text("No connection")
    window.page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(window.base + address)
    expect(again.locator("#id_note")).to_have_value("The forehead first")
    # what cannot be saved stays in its field, with a sentence
    expect(again.locator("#id_strength_percent")).to_have_value("abc")
    expect(again.locator("#error_strength_percent")).to_contain_text("Write a number.")
    made.refresh_from_db()
    assert made.note == "The forehead first"


def test_an_expired_sign_in_loses_nothing(cast: Cast, window: Window, sign_in: SignIn) -> None:
    made = begun(cast)
    sign_in(cast.cole)
    address = f"/appointments/{made.appointment_id}/log/"
    window.open(address)
    SignIn_.objects.all().delete()
    window.page.locator("#id_note").fill("Typed after the sign-in ran out")
    expect(window.page.locator("[data-draft-words]")).to_contain_text("You were signed out")
    made.refresh_from_db()
    assert made.note == ""
    sign_in(cast.cole)
    window.open(address)
    expect(window.page.locator("#id_note")).to_have_value("Typed after the sign-in ran out")
    expect(window.page.locator("[data-draft-words]")).to_have_text(re.compile("^Saved"))
    made.refresh_from_db()
    assert made.note == "Typed after the sign-in ran out"


def test_lesions_are_ticked_on_the_face(cast: Cast, window: Window, sign_in: SignIn) -> None:
    examined = Assessment.objects.create(
        patient=cast.ada,
        skin_type=3,
        kind="primary",
        arrangement="discrete",
        started_at=timezone.now() - DAY,
        started_by=cast.cole,
        saved_at=timezone.now() - DAY,
    )
    for n, (site, side, x, y) in enumerate(
        (("cheek", "left", 640, 560), ("chin", "middle", 500, 880)), 1
    ):
        lesion = Lesion.objects.create(patient=cast.ada, number=n, site=site, side=side)
        Finding.objects.create(assessment=examined, lesion=lesion, x=x, y=y)
    Assessment.objects.update(signed_at=timezone.now() - DAY, signed_by=cast.cole)
    made = begun(cast, "extraction")
    sign_in(cast.cole)
    window.open(f"/appointments/{made.appointment_id}/log/")
    page, hand = window.page, Hand(window.page)
    first, second = Lesion.objects.order_by("number")
    page.locator(f"[data-mark='{first.pk}']").first.click()
    page.locator(f"#lesion-{second.pk}").check()
    page.get_by_label("Lesion 2").select_option("partly")
    hand.pick("tool", "Lancet")
    hand.pick("antiseptic", "Chlorhexidine")
    expect(page.locator("[data-draft-words]")).to_have_text(re.compile("^Saved"))
    assert violations(window) == []
    hand.press("button", "Sign visit")
    expect(page.get_by_text("Signed by Dr Cole")).to_be_visible()
    rows = made.lesion_treatments.order_by("lesion__number").values_list("lesion__number", "result")
    assert list(rows) == [(1, "cleared"), (2, "partly")]
    assert window.complaints == []
