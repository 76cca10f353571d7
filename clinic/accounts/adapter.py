"""Accounts are made by the manager: nobody signs themselves up, and letters name this clinic."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User

log = logging.getLogger(__name__)


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        """The clinic's name comes from the settings: a request may claim any host."""
        return f"{settings.CLINIC_NAME}: {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a reset letter, below BASE_URL. `key` is the user's number and the token."""
        user, _hyphen, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user, "key": token})
        return f"{settings.BASE_URL}{path}"

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        # to the address of the account, never to what somebody typed that compares equal
        super().send_password_reset_mail(user, user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one letter. When no mail server takes it, this is logged and the page goes on:

        an error page for known addresses only would tell which ones are known.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # all of smtplib's errors are OSErrors; their texts name addresses
            log.error("%s was not sent: %s", template_prefix, type(error).__name__)
