"""Who gets in, for how long, and what a browser may keep."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.accounts.roles import ROLES
from tests.conftest import NOW, PASSWORD, Cast

SignIn = Callable[[User], Client]


def test_every_page_is_closed_by_default(cast: Cast, client: Client) -> None:
    response = client.get(reverse("today"))
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/")


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(cast: Cast, client: Client) -> None:
    response = client.get(
        reverse("message-list"),
        headers={"HX-Request": "true", "HX-Current-URL": "https://clinic.example/messages/?page=2"},
    )
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/account/login/?next=%2Fmessages%2F%3Fpage%3D2"


def test_sign_in_is_by_address_whatever_its_case(cast: Cast, client: Client) -> None:
    response = client.post(
        reverse("account_login"), {"login": "Fern@Clinic.Example", "password": PASSWORD}
    )
    assert (response.status_code, response["Location"]) == (302, "/")


def test_guessing_is_throttled(cast: Cast, client: Client) -> None:
    wrong = {"login": "fern@clinic.example", "password": "not this one"}
    for _ in range(5):
        client.post(reverse("account_login"), wrong)
    right = {"login": "fern@clinic.example", "password": PASSWORD}
    response = client.post(reverse("account_login"), right)
    assert response.status_code == 200
    assert "Too many failed login attempts" in response.content.decode()


def test_nobody_signs_themselves_up(cast: Cast, client: Client) -> None:
    response = client.post(
        "/account/signup/",
        {"email": "new@clinic.example", "password1": "another long password"},
    )
    assert response.status_code == 404
    assert not User.objects.filter(email="new@clinic.example").exists()


def test_an_address_belongs_to_one_person_whatever_its_case(cast: Cast) -> None:
    with (
        pytest.raises(IntegrityError, match="accounts_user_email_unique"),
        transaction.atomic(),
    ):
        User.objects.create_user("FERN@clinic.example", PASSWORD, name="Another")


def test_an_idle_session_ends(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    assert client.get(reverse("message-list")).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=14), tick=False):
        assert client.get(reverse("message-list")).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        assert client.get(reverse("message-list")).status_code == 302


def test_a_deactivated_account_is_out_at_once(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    User.objects.filter(pk=cast.fern.pk).update(is_active=False)
    assert client.get(reverse("message-list")).status_code == 302


def test_without_a_role_nothing_is_shown(cast: Cast, as_: SignIn) -> None:
    cast.fern.groups.clear()
    assert as_(cast.fern).get(reverse("message-list")).status_code == 403


def test_every_role_has_exactly_its_permissions(cast: Cast) -> None:
    for role, wanted in ROLES.items():
        group = Group.objects.get(name=role)
        granted = {
            f"{each.content_type.app_label}.{each.codename}"
            for each in group.permissions.select_related("content_type")
        }
        assert granted == wanted


@pytest.mark.parametrize("page", ["account_login", "message-list"])
def test_headers_keep_pages_private_and_scripts_out(cast: Cast, as_: SignIn, page: str) -> None:
    client = as_(cast.fern) if page == "message-list" else Client()
    headers = client.get(reverse(page)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_health_tells_without_signing_in(db: None, client: Client) -> None:
    assert client.get("/health/live").json() == {"live": True}
    assert client.get("/health/ready").json() == {"ready": True}


def test_an_address_given_in_capitals_signs_in(cast: Cast, client: Client) -> None:
    User.objects.create_user("NEW@Clinic.Example", PASSWORD, name="New")
    answer = client.post(
        reverse("account_login"), {"login": "New@clinic.example", "password": PASSWORD}
    )
    assert answer.status_code == 302
