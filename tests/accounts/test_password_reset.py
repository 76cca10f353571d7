"""A new password by letter: the same answer to everybody, and a letter that nobody can bend."""

import logging
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.smtp import Postbox, free_port

DONE = "/account/password/reset/done/"
KNOWN, UNKNOWN = "fern@clinic.example", "stranger@elsewhere.example"


def ask(client: Client, email: str, **headers: str) -> tuple[int, str]:
    response = client.post(reverse("account_reset_password"), {"email": email}, headers=headers)
    return response.status_code, response.get("Location", "")


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_without_a_mail_server_the_answer_is_the_same(
    cast: Cast, client: Client, settings: Any, email: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert ask(client, email) == (302, DONE)


def test_a_letter_that_could_not_be_sent_is_logged_without_its_address(
    cast: Cast, client: Client, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    postbox.refuse["RCPT"] = "550 no such mailbox"
    assert ask(client, KNOWN) == (302, DONE)
    logged = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [each.getMessage() for each in logged] == [
        "account/email/password_reset_key was not sent: SMTPRecipientsRefused"
    ]


def test_a_stranger_gets_no_letter(cast: Cast, client: Client, postbox: Postbox) -> None:
    assert ask(client, UNKNOWN) == (302, DONE)
    assert postbox.mails == []


def test_the_letter_names_the_clinic_and_its_address_whatever_the_request_claims(
    cast: Cast, client: Client, postbox: Postbox, settings: Any
) -> None:
    settings.BASE_URL, settings.CLINIC_NAME = "https://clinic.example", "Harbour Clinic"
    settings.ALLOWED_HOSTS = ["*"]
    assert ask(client, "Fern@Clinic.Example", Host="evil.example") == (302, DONE)
    (mail,) = postbox.mails
    text = mail.get_content()
    assert mail["To"] == KNOWN
    assert mail["Subject"] == "Harbour Clinic: choose a new password"
    assert "at Harbour Clinic" in text
    assert "evil" not in mail.as_string()
    assert re.findall(r"https?://[^/\s]*", text) == ["https://clinic.example"]


def test_the_link_sets_a_new_password_once(cast: Cast, client: Client, postbox: Postbox) -> None:
    ask(client, KNOWN)
    (path,) = re.findall(r"https?://[^/\s]*(/\S*)", postbox.mails[0].get_content())
    form = client.get(path)["Location"]
    new = {"password1": "an entirely other one", "password2": "an entirely other one"}
    response = client.post(form, new)
    assert response["Location"] == reverse("account_reset_password_from_key_done")
    cast.fern.refresh_from_db()
    assert cast.fern.check_password("an entirely other one")
    assert "This link has been used up" in client.get(path).content.decode()


def test_an_address_planted_beside_the_account_gets_no_letter(
    cast: Cast, client: Client, postbox: Postbox
) -> None:
    EmailAddress.objects.create(user=cast.fern, email=UNKNOWN, verified=True, primary=True)
    assert ask(client, UNKNOWN) == (302, DONE)
    assert postbox.mails == []
