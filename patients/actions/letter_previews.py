"""A letter to be looked at before anybody gets it: of an example, of a real patient, on trial."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from clinic.accounts.models import User
from patients import letter_kinds
from patients.actions import letters
from patients.actions.letters import Letter, Section
from patients.actions.messages import new_message_id
from patients.actions.transport import Outcome, Transport
from patients.actions.wire_form import wire_form
from patients.letter_kinds import LetterKind
from patients.message_rules import plain_text
from patients.models import Message, Patient
from patients.queries.letter_texts import OwnWords, full
from patients.subjects import Facts

EXAMPLE: Final = "Ada"


def of_example(kind: LetterKind, words: OwnWords, language: str, now: datetime) -> Letter:
    """The letter to nobody in particular, from the facts of an example."""
    nobody = Patient(given_name=EXAMPLE, language=full(language), time_zone=settings.TIME_ZONE)
    message = Message(
        patient=nobody, kind=kind.kind, due_at=now, expires_at=now + timedelta(days=1)
    )
    return letters.with_dots(Section(message, Facts(letter_kinds.example(kind))), words)


def shipped(kind: LetterKind, part: str, context: Mapping[str, object]) -> str:
    """The passage of the product that a clinic's own takes the place of; empty where it has none,
    and own words are one passage more."""
    try:
        return plain_text(render_to_string(f"messages/{kind.kind}/{part}.txt", context)).strip()
    except TemplateDoesNotExist:
        return ""


def shipped_words(kind: LetterKind, language: str) -> dict[str, str]:
    """What the product says in the parts that can be written anew, of the example."""
    context = letter_kinds.example(kind) | {"clinic_name": settings.CLINIC_NAME}
    with override(language):
        return {part: shipped(kind, part, context) for part in ("subject", "opening", "closing")}


def send_on_trial(*, letter: Letter, to: User) -> Outcome:
    """Hand the letter to the mail server, marked as a test, for a member of staff.

    It is no letter to a patient: the ledger does not know it, its links lead nowhere, and it brings
    no files.
    """
    mail = EmailMultiAlternatives(
        subject=_("[Test] %(subject)s") % {"subject": letter.subject},
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to.email],
        headers={"Message-ID": new_message_id(), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(letter.html, "text/html")
    with Transport() as post:
        return post.send(to.email, wire_form(mail))
