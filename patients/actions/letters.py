"""From ledger rows and their facts to one letter: subject, text, HTML, attachments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from patients import subjects
from patients.message_rules import plain_text
from patients.models import Message, Patient
from patients.subjects import Attachment, Facts, Hold, Stop

# what stands in a kept or shown letter instead of a secret
DOTS = "..."


@dataclass(frozen=True, slots=True)
class Section:
    """One message of a letter with its facts. A letter of several sections is a merged day."""

    message: Message
    facts: Facts


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str
    page: str  # the HTML before its style rules were put on the elements


def render(patient: Patient, sections: Sequence[Section]) -> Letter:
    """The letter in the patient's language, if there is one, and on the patient's clock.

    The subject is the first section's: sections come most important first.
    """
    with translation.override(_language(patient)), timezone.override(patient.zone):
        contexts = [_context(patient, section) for section in sections]
        kinds = [section.message.kind for section in sections]
        subject = _part(kinds[0], "subject.txt", contexts[0])
        frame = contexts[0] | {"subject": " ".join(subject.split())}
        text = [_part(kind, "body.txt", c) for kind, c in zip(kinds, contexts, strict=True)]
        html = [_part(kind, "body.html", c) for kind, c in zip(kinds, contexts, strict=True)]
        page = render_to_string("messages/letter.html", frame | {"sections": html})
        return Letter(
            subject=str(frame["subject"]),
            text=plain_text(render_to_string("messages/letter.txt", frame | {"sections": text})),
            html=css_inline.inline(page, load_remote_stylesheets=False),
            page=page,
        )


def _language(patient: Patient) -> str:
    """The patient's, where the letters exist in it: a letter is in one language, dates and all."""
    known = patient.language in settings.LETTER_LANGUAGES
    return patient.language if known else settings.LANGUAGE_CODE


def _part(kind: str, name: str, context: dict[str, object]) -> str:
    return render_to_string(f"messages/{kind}/{name}", context)


def _context(patient: Patient, section: Section) -> dict[str, object]:
    own = {
        "kind": section.message.kind,
        "patient_name": patient.given_name or patient.full_name,
        "clinic_name": settings.CLINIC_NAME,
        "transactional": section.message.transactional,
    }
    return own | dict(section.facts.context)


def preview(message: Message, now: datetime) -> Letter | str:
    """The letter as it would go out now; a sentence when it would not."""
    seen = subjects.look(message, now)
    facts = seen.facts if isinstance(seen, Hold) else seen
    if isinstance(facts, Facts):
        sections = [Section(message, facts)]
        return without_secrets(render(message.patient, sections), sections)
    return seen.reason if isinstance(seen, Hold | Stop) else "nothing to show"


def without_secrets(letter: Letter, sections: Sequence[Section]) -> Letter:
    """The letter as it may be kept and shown: a link that answers for the patient is theirs."""
    for secret in (each for section in sections for each in section.facts.secrets):
        letter = replace(
            letter,
            text=letter.text.replace(secret, DOTS),
            html=letter.html.replace(secret, DOTS),
            page=letter.page.replace(secret, DOTS),
        )
    return letter


def compose(patient: Patient, sections: Sequence[Section]) -> tuple[Letter, EmailMultiAlternatives]:
    """The letter and the mail that carries it, under the first message's fixed Message-ID."""
    letter = render(patient, sections)
    lead = sections[0].message
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[patient.email],
        headers=_headers(lead),
    )
    mail.attach_alternative(letter.html, "text/html")
    for attachment in _attachments(sections):
        mail.attach(attachment.name, attachment.content, attachment.mimetype)
    return letter, mail


def _attachments(sections: Sequence[Section]) -> Iterator[Attachment]:
    for section in sections:
        yield from section.facts.attachments
        yield from filter(None, (make() for make in section.facts.files))


def _headers(lead: Message) -> dict[str, str]:
    headers = {"Message-ID": lead.message_id, "Auto-Submitted": "auto-generated"}
    if not lead.transactional:
        wish = f"mailto:{settings.RECEPTION_ADDRESS}?subject=No%20more%20advice%20please"
        headers["List-Unsubscribe"] = f"<{wish}>"
    return headers
