"""The page of an offered time on a telephone, and times that are kept while somebody looks on."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from clinic.accounts.models import User
from clinic.actions import holding, matching, offers, waitlist
from clinic.actions.claims import Claim
from clinic.actions.waitlist import Wishes
from clinic.models import Service, WaitlistOffer
from patients.actions import links
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.e2e.test_every_page import PHONE, too_wide, violations
from tests.flows.running import next_tuesday, open_clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], Window]
# thumbs need this much
LEAST_TARGET = 44


def offered(cast: Cast) -> WaitlistOffer:
    """Ben waits and is offered next Tuesday at ten."""
    now, service = timezone.now(), Service.objects.get(key="follow-up")
    entry = waitlist.add(
        patient=cast.ben, wishes=Wishes(service, cast.harbour), by=cast.fern, now=now
    )
    gap = matching.gap_at(cast.harbour, next_tuesday(), 30, frozenset())
    (taking,) = matching.matches(gap, now).takings
    return offers.offer(who=entry, claim=taking.claim, by=cast.fern, now=now)


@pytest.fixture
def phone(window: Window) -> Window:
    window.page.set_viewport_size(PHONE)
    return window


def test_an_offer_is_taken_with_a_thumb(phone: Window) -> None:
    offer, page = offered(open_clinic()), phone.page
    token = links.token(links.OFFER, offer.seed)
    assert phone.open(reverse("offer-link", args=[token])) == 200
    assert token not in page.url
    assert (violations(phone), too_wide(phone)) == ([], 0)
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= LEAST_TARGET

    page.get_by_role("button", name="Take this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The time is yours")
    assert (violations(phone), too_wide(phone)) == ([], 0)
    offer.refresh_from_db()
    assert offer.outcome == "accepted"

    assert phone.open(reverse("offer-link", args=[token])) == 410
    assert violations(phone) == []
    assert phone.complaints == []


def test_the_time_to_answer_runs_out_before_ones_eyes(phone: Window) -> None:
    offer, page = offered(open_clinic()), phone.page
    page.clock.install(time=timezone.now())
    phone.open(reverse("offer-link", args=[links.token(links.OFFER, offer.seed)]))
    expect(page.locator("[data-kept-left]")).to_have_text(re.compile(r"^\d.* left$"))
    page.clock.fast_forward(timedelta(days=2) // timedelta(milliseconds=1))
    expect(page.get_by_text("The time to answer is over.").first).to_be_visible()
    expect(page.get_by_role("button", name="Take this time")).to_be_hidden()


def test_a_kept_time_is_counted_down_and_ends(window: Window, sign_in: SignIn) -> None:
    cast = open_clinic()
    service = Service.objects.get(key="follow-up")
    claim = Claim(service, next_tuesday(), (cast.dr_cole.pk, cast.peel_room.pk))
    now = timezone.now()
    holding.hold(patient=cast.ada, location=cast.harbour, claims=[claim], by=cast.fern, now=now)
    sign_in(cast.fern)
    page = window.page
    page.clock.install(time=now)
    window.open(f"/patients/{cast.ada.pk}/")
    expect(page.locator("[data-kept-left]")).to_have_text(re.compile(r"^(9|10):\d\d left$"))
    voice = page.locator("[data-kept-said]")
    expect(voice).to_have_text("")
    page.clock.fast_forward("09:30")
    expect(voice).to_have_text("Kept for one more minute.")
    page.clock.fast_forward("01:00")
    expect(voice).to_contain_text("The time is over")
    expect(page.get_by_role("button", name="Book it now")).to_be_hidden()
    assert violations(window) == []
