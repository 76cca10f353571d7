"""The page on which a patient answers an offer: opened by a link, without signing in."""

import json
import logging
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.actions import booking, offers
from clinic.logs import JsonLine
from clinic.models import Appointment, WaitlistOffer
from clinic.views.offers import COOKIE
from patients.actions import links
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.depth import looks
from tests.flows.waiting import TODAY_AT_THREE, World, world
from tests.treatments.test_series_views import words

PAGE = "/offers/"


@pytest.fixture
def clinic(cast: Cast) -> World:
    return world(cast)


@pytest.fixture
def offer(clinic: World) -> WaitlistOffer:
    return clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)


@pytest.fixture
def phone() -> Client:
    """A browser that sends what browsers send: its tokens are checked."""
    return Client(enforce_csrf_checks=True)


def link(offer: WaitlistOffer) -> str:
    return reverse("offer-link", args=[links.token(links.OFFER, offer.seed)])


def opened(phone: Client, offer: WaitlistOffer) -> str:
    answer = phone.get(link(offer), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    return answer.content.decode()


def press(phone: Client, page: str, choice: str, **more: str) -> tuple[int, str]:
    fields = dict(re.findall(r'name="(seen|csrfmiddlewaretoken)" value="([^"]*)"', page))
    answer = phone.post(PAGE, fields | {"answer": choice} | more)
    return answer.status_code, words(answer.content.decode())


def test_the_link_shows_the_time_and_what_would_move(phone: Client, offer: WaitlistOffer) -> None:
    text = words(opened(phone, offer))
    assert "An earlier time is free Monday 30 November 15:00" in text
    assert "45 minutes at Harbour Street 1 Harbour Street, London" in text
    assert "instead of Tue 8 Dec, 15:00" in text
    assert "One later visit would move Tue 29 Dec, 15:00 Mon 28 Dec, 15:00" in text
    assert "Kept for you until 11:00, Mon 30 Nov" in text
    assert "Call us: +44 20 7946 0000" in text
    assert not re.search("peel|glycol|Lindqvist", text, re.IGNORECASE)


def test_the_token_leaves_the_address_and_is_told_to_nobody(
    phone: Client, offer: WaitlistOffer
) -> None:
    first = phone.get(link(offer))
    assert (first.status_code, first["Location"]) == (302, PAGE)
    assert first["Referrer-Policy"] == "no-referrer"
    assert first["Cache-Control"] == "no-store, private"
    cookie = first.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (PAGE, True, "Lax")
    page = phone.get(PAGE).content.decode()
    assert links.token(links.OFFER, offer.seed) not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_what_a_log_keeps_of_a_link_is_not_the_token(offer: WaitlistOffer) -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Forbidden: %s", (link(offer),), None)
    assert json.loads(JsonLine().format(record))["text"] == "Forbidden: /offers/.../"


def test_many_looks_change_nothing(phone: Client, offer: WaitlistOffer) -> None:
    opened(phone, offer)
    before = _everything()
    with CaptureQueriesContext(connection) as caught:
        for _time in range(10):
            phone.get(PAGE)
            phone.head(PAGE)
        for _time in range(looks(490)):
            phone.get(link(offer))
            phone.head(link(offer))
    written = [
        each["sql"]
        for each in caught
        if each["sql"] and not each["sql"].lstrip().startswith(("SELECT", "WITH"))
    ]
    assert written == []
    assert _everything() == before


def _everything() -> list[object]:
    return [
        *WaitlistOffer.objects.values(),
        *Appointment.objects.order_by("pk").values(),
        *Message.objects.order_by("pk").values(),
    ]


def test_taking_it(phone: Client, offer: WaitlistOffer, clinic: World) -> None:
    page = opened(phone, offer)
    status, text = press(phone, page, "accept")
    assert status == 200
    assert "The time is yours Monday 30 November 15:00 Harbour Street" in text
    assert clinic.booked.visit(1).during.lower == TODAY_AT_THREE
    # pressed again: the same answer, nothing more
    assert press(phone, page, "accept") == (status, text)
    assert Message.objects.filter(kind="moved").count() == 1


def test_declining_it(phone: Client, offer: WaitlistOffer, clinic: World) -> None:
    status, text = press(phone, opened(phone, offer), "decline")
    assert (status, "Your visit on Tue 8 Dec, 15:00 stays as it is." in text) == (200, True)
    assert clinic.booked.visit(1).starts_at.day == 8


def test_only_a_button_of_ours_acts(phone: Client, offer: WaitlistOffer) -> None:
    page = opened(phone, offer)
    assert press(phone, page, "accept", csrfmiddlewaretoken="x" * 64)[0] == 403
    offer.refresh_from_db()
    assert offer.answered_at is None


def test_moves_other_than_those_shown_are_shown_again(
    phone: Client, offer: WaitlistOffer, clinic: World
) -> None:
    status, text = press(phone, opened(phone, offer), "accept", seen="0" * 16)
    assert status == 409
    assert "The times of your later visits are others by now. Nothing was changed" in text
    assert "Take this time" in text
    assert clinic.booked.visit(1).starts_at.day == 8


# Links that open nothing --------------------------------------------------------------------------


def closed(phone: Client, address: str) -> tuple[int, str]:
    answer = phone.get(address, follow=True)
    return answer.status_code, re.sub(r'name="csrf[^>]+>', "", answer.content.decode())


def test_links_that_are_over_and_links_that_never_were_answer_alike(
    phone: Client, clinic: World, offer: WaitlistOffer
) -> None:
    unknown = closed(phone, reverse("offer-link", args=["A" * 43]))
    assert unknown[0] == 410
    assert "There is nothing to answer here any more" in unknown[1]
    assert "Harbour Street: +44 20 7946 0000" in words(unknown[1])

    tampered = link(offer)[:-2] + ("A/" if link(offer)[-2] != "A" else "B/")
    assert closed(phone, tampered) == unknown
    other_purpose = links.token("photo", offer.seed)
    assert closed(phone, reverse("offer-link", args=[other_purpose])) == unknown
    press(phone, opened(phone, offer), "accept")
    assert closed(phone, link(offer)) == unknown
    friday = datetime(2027, 1, 15, 15, tzinfo=UTC)
    second = clinic.offer(clinic.wait(clinic.booked.visit(3)), friday)
    offers.withdraw(offer=second, by=clinic.cast.fern, now=NOW)
    assert closed(phone, link(second)) == unknown


def test_an_offer_that_ran_out_is_over_also_for_a_page_left_open(
    phone: Client, offer: WaitlistOffer
) -> None:
    page = opened(phone, offer)
    WaitlistOffer.objects.update(expires_at=NOW, created_at=NOW.replace(hour=6))
    assert press(phone, page, "accept")[0] == 410
    assert press(phone, page, "decline")[0] == 410


def test_without_the_cookie_there_is_nothing_to_answer(phone: Client, offer: WaitlistOffer) -> None:
    page = opened(phone, offer)
    del phone.cookies[COOKIE]
    assert press(phone, page, "accept")[0] == 410
    assert phone.get(PAGE).status_code == 410


def test_an_offer_for_a_visit_that_is_gone_is_over(
    phone: Client, offer: WaitlistOffer, clinic: World
) -> None:
    booking.cancel(appointment=clinic.booked.visit(1), reason="x", by=clinic.cast.fern, now=NOW)
    assert phone.get(link(offer), follow=True).status_code == 410


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(phone: Client, offer: WaitlistOffer, method: str) -> None:
    phone.get(link(offer))
    loose = Client()
    loose.cookies = phone.cookies
    assert getattr(loose, method)(PAGE).status_code == 405
    assert loose.post(link(offer)).status_code == 405
