"""The way back in after a session ended, and answers that say something."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from tests.conftest import NOW, PASSWORD, Cast

SignIn = Callable[[User], Client]
CALENDAR = "/calendar/day/?on=2026-12-01"
SIGNED_OUT = "You were signed out; nothing was changed. Sign in and do it again."


def after_sign_in(response: HttpResponse) -> str:
    """Where a sign-in page leads afterwards."""
    page = urlsplit(response.headers.get("Location") or response.headers["HX-Redirect"])
    assert page.path == "/account/login/"
    return parse_qs(page.query)["next"][0]


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        (f"http://testserver{CALENDAR}", CALENDAR),
        (None, "/"),
        ("http://elsewhere.example/calendar/day/", "/"),
        ("http://[bad", "/"),
        ("http://testserver//elsewhere.example/x", "/elsewhere.example/x"),
    ],
)
def test_a_button_pressed_too_late_leads_back_to_its_page(
    cast: Cast, client: Client, referer: str | None, expected: str
) -> None:
    headers = {"Referer": referer} if referer else {}
    response = client.post(reverse("calendar-names"), headers=headers)
    assert after_sign_in(response) == expected


def test_after_an_idle_sign_out_the_page_opens_and_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    client.get(reverse("calendar-day"))
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        late = client.post(
            reverse("calendar-names"), headers={"Referer": f"http://testserver{CALENDAR}"}
        )
        sign_in = client.get(late["Location"])
        assert SIGNED_OUT in sign_in.content.decode()
        known = {"login": "fern@clinic.example", "password": PASSWORD, "next": CALENDAR}
        back = client.post(reverse("account_login"), known, follow=True)
    assert (back.status_code, back.redirect_chain) == (200, [(CALENDAR, 302)])
    assert "names_hidden" not in client.session


def test_a_button_of_a_part_of_a_page_says_it_too(cast: Cast, client: Client) -> None:
    here = f"http://testserver{CALENDAR}"
    response = client.post(
        reverse("calendar-names"), headers={"HX-Request": "true", "HX-Current-URL": here}
    )
    assert (response.status_code, after_sign_in(response)) == (204, CALENDAR)
    assert SIGNED_OUT in client.get(response["HX-Redirect"]).content.decode()


def test_reading_says_nothing_about_changes(cast: Cast, client: Client) -> None:
    response = client.get(CALENDAR)
    assert after_sign_in(response) == CALENDAR
    assert SIGNED_OUT not in client.get(response["Location"]).content.decode()


def test_a_broken_address_of_the_page_leads_to_the_first_one(cast: Cast, client: Client) -> None:
    response = client.get(
        reverse("message-list"), headers={"HX-Request": "true", "HX-Current-URL": "http://[bad"}
    )
    assert (response.status_code, after_sign_in(response)) == (204, "/")


def test_opening_the_address_of_a_button_is_answered_in_words(cast: Cast, as_: SignIn) -> None:
    response = as_(cast.fern).get(reverse("calendar-names"))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address cannot be opened" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_who_has_no_role_can_sign_out_where_they_are_refused(cast: Cast, as_: SignIn) -> None:
    cast.fern.groups.clear()
    response = as_(cast.fern).get("/")
    assert response.status_code == 403
    assert f'action="{reverse("account_logout")}"' in response.content.decode()


@pytest.mark.parametrize("page", ["account_login", "today"])
def test_pages_for_staff_are_in_one_language(cast: Cast, as_: SignIn, page: str) -> None:
    client = Client() if page == "account_login" else as_(cast.fern)
    asked, plain = (
        client.get(reverse(page), headers={"Accept-Language": tag}) for tag in ("de", "en")
    )
    assert '<html lang="en-gb">' in asked.content.decode()
    assert "Content-Language" not in asked.headers
    assert _without_tokens(asked) == _without_tokens(plain)


def _without_tokens(response: HttpResponse) -> list[str]:
    return [each for each in response.content.decode().splitlines() if "csrf" not in each.lower()]


@pytest.mark.parametrize("page", ["account_login", "account_reset_password"])
def test_an_address_is_called_e_mail(cast: Cast, client: Client, page: str) -> None:
    text = client.get(reverse(page)).content.decode()
    assert "E-mail" in text
    assert "Email" not in text
