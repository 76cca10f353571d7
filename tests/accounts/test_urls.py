"""What of the account pages is open, and what an unlocked desk cannot be used for."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.accounts.urls import urlpatterns
from tests.conftest import PASSWORD, Cast

SignIn = Callable[[User], Client]


def test_exactly_these_account_pages_are_mounted() -> None:
    assert {each.name for each in urlpatterns} == {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }


@pytest.mark.parametrize("page", ["", "email/", "signup/", "confirm-email/", "reauthenticate/"])
def test_the_other_pages_of_accounts_are_closed(cast: Cast, as_: SignIn, page: str) -> None:
    assert as_(cast.fern).get(f"/account/{page}").status_code == 404


def test_an_unlocked_desk_does_not_give_the_account_away(cast: Cast, as_: SignIn) -> None:
    client, stranger = as_(cast.fern), "stranger@elsewhere.example"
    client.post("/account/email/", {"action_add": "", "email": stranger})
    client.post("/account/email/", {"action_primary": "", "email": stranger})
    cast.fern.refresh_from_db()
    assert cast.fern.email == "fern@clinic.example"


def test_a_new_password_asks_for_the_present_one(cast: Cast, as_: SignIn) -> None:
    new = {"password1": "an entirely other one", "password2": "an entirely other one"}
    client = as_(cast.fern)
    client.post(reverse("account_change_password"), new | {"oldpassword": "not this one"})
    cast.fern.refresh_from_db()
    assert cast.fern.check_password(PASSWORD)
    client.post(reverse("account_change_password"), new | {"oldpassword": PASSWORD})
    cast.fern.refresh_from_db()
    assert cast.fern.check_password("an entirely other one")


def test_an_account_without_a_password_gets_one_by_letter_only(cast: Cast, as_: SignIn) -> None:
    cast.fern.set_unusable_password()
    cast.fern.save()
    client = as_(cast.fern)
    first = client.get(reverse("account_change_password"))
    assert first["Location"] == "/account/password/set/"
    assert client.get(first["Location"])["Location"] == "/account/password/reset/"
