"""From ledger rows and their facts to one letter: subject, text, HTML, attachments."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from patients import subjects
from patients.actions import letter_frame, letter_parts, links
from patients.actions.letter_frame import Frame
from patients.actions.wire_form import wire_form
from patients.message_rules import plain_text
from patients.models import Link, Message, Patient
from patients.queries import letter_texts
from patients.queries.letter_texts import OwnWords
from patients.subjects import Facts, Hold, MakeFile, Stop

# what stands in a kept or shown letter instead of a secret
DOTS = "..."
# the link of every letter: choose what to hear about
PREFERENCES = Link.Purpose.PREFERENCES.value
PREFERENCES_LAST = timedelta(days=400)


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


@dataclass(frozen=True, slots=True)
class Written:
    """A letter on its way: the mail that carries it, the letter as it may be kept, which versions
    of the clinic's words it has, and the files that are still to be made (`sealed`)."""

    mail: EmailMultiAlternatives
    kept: Letter
    versions: letter_parts.Versions
    language: str
    files: tuple[MakeFile, ...]


def render(
    patient: Patient,
    sections: Sequence[Section],
    urls: Sequence[Mapping[str, str]],
    words: OwnWords,
) -> Letter:
    """The letter in the patient's language, if there is one, and on the patient's clock.

    `urls` are the addresses of each section, by their names in the context. The subject is the
    first section's: sections come most important first. `words` are the clinic's own.
    """
    language = patient.letter_language
    with translation.override(language), timezone.override(patient.zone):
        contexts = [
            _context(patient, section, words) | dict(own)
            for section, own in zip(sections, urls, strict=True)
        ]
        own_words = [
            letter_parts.own(str(each["kind"]), each, words, language) for each in contexts
        ]
        subject = " ".join((own_words[0].subject or _part("subject.txt", contexts[0])).split())
        texts, pages = (_bodies(contexts, own_words, form) for form in ("txt", "html"))
        text = [own.in_text(body) for own, body in zip(own_words, texts, strict=True)]
        html = [own.in_html(body) for own, body in zip(own_words, pages, strict=True)]
        frame, own_part = _frame(contexts[0], words, language), contexts[0] | {"subject": subject}
        page = letter_frame.page(frame, own_part, html)
        return Letter(
            subject=subject,
            text=plain_text(letter_frame.text(frame, own_part, text)),
            html=css_inline.inline(page, load_remote_stylesheets=False),
            page=page,
        )


def _bodies(
    contexts: Sequence[dict[str, object]], own_words: Sequence[letter_parts.Own], form: str
) -> list[SafeString]:
    both = zip(contexts, own_words, strict=True)
    bodies = [_part(f"body.{form}", context | own.shown) for context, own in both]
    return letter_parts.said_once(bodies, contexts, form)


def _frame(context: Mapping[str, Any], words: OwnWords, language: str) -> Frame:
    location = context.get("location") or {}
    signature, shades = letter_parts.letterhead(context, words, language)
    return Frame(
        language=language,
        kind=context["kind"],
        transactional=context["transactional"],
        clinic_name=context["clinic_name"],
        clinic_phone=context.get("clinic_phone", ""),
        location_name=location.get("name", ""),
        location_address=location.get("address", ""),
        signature=signature,
        shades=shades,
    )


def _part(name: str, context: dict[str, object]) -> SafeString:
    return render_to_string(f"messages/{context['kind']}/{name}", context)


def _context(patient: Patient, section: Section, words: OwnWords) -> dict[str, object]:
    own = {
        "kind": section.message.kind,
        "patient_name": patient.given_name or patient.full_name,
        "clinic_name": letter_parts.clinic_name(words, patient.letter_language),
        "transactional": section.message.transactional,
    }
    return own | dict(section.facts.context)


def preview(
    message: Message, now: datetime, words: OwnWords | None = None, language: str = ""
) -> Letter | str:
    """The letter as it would go out, with dots for its links; a sentence when it would not.

    One that is still to come is written for its hour: what it says may depend on the day. `words`
    are those to try out, in place of those in use; `language` is one of LETTER_LANGUAGES in place
    of the patient's.
    """
    if message.status == Message.Status.PLANNED:
        now = max(now, message.due_at)
    if language:
        message = copy(message)
        message.patient = copy(message.patient)
        message.patient.language = language
    seen = subjects.look(message, now)
    facts = seen.facts if isinstance(seen, Hold) else seen
    if isinstance(facts, Facts):
        return with_dots(Section(message, facts), words or letter_texts.in_use({message.kind}))
    return seen.reason if isinstance(seen, Hold | Stop) else "nothing to show"


def with_dots(section: Section, words: OwnWords) -> Letter:
    """A letter to be looked at, whose links lead nowhere."""
    urls = {name: _url(name, section, DOTS) for name in links_of(section)}
    letter = render(section.message.patient, [section], [urls], words)
    return without_secrets(letter, section.facts.secrets)


def without_secrets(letter: Letter, secrets: Iterable[str]) -> Letter:
    """The letter as it may be kept and shown: a link that answers for the patient is theirs."""
    for secret in secrets:
        letter = replace(
            letter,
            text=letter.text.replace(secret, DOTS),
            html=letter.html.replace(secret, DOTS),
            page=letter.page.replace(secret, DOTS),
        )
    return letter


def links_of(section: Section) -> dict[str, links.Wanted]:
    """The links of one section by their names in its context; the way to the preferences is in
    each."""
    patient = section.message.patient_id
    found = {
        name: links.Wanted(patient, want.purpose, want.subject_key, want.expires_at, want.version)
        for name, want in section.facts.links.items()
    }
    return found | {"preferences_url": _to_preferences(section.message)}


def _to_preferences(message: Message) -> links.Wanted:
    # a day, so that the letters of a year do not each move the end of the one link
    until = message.due_at.replace(hour=0, minute=0, second=0, microsecond=0) + PREFERENCES_LAST
    key = f"patient:{message.patient_id}"
    return links.Wanted(message.patient_id, PREFERENCES, key, until)


def compose(
    patient: Patient,
    sections: Sequence[Section],
    tokens: Mapping[links.Wanted, str],
    words: OwnWords,
) -> Written:
    """The mail under the first message's fixed Message-ID, with the links of these tokens and the
    clinic's own words. No query, and nothing that takes long: files are made by `sealed`."""
    urls = [
        {name: _url(name, section, tokens[want]) for name, want in links_of(section).items()}
        for section in sections
    ]
    letter = render(patient, sections, urls, words)
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[patient.email],
        headers=_headers(sections, tokens[_to_preferences(sections[0].message)]),
    )
    mail.attach_alternative(letter.html, "text/html")
    for attachment in (each for section in sections for each in section.facts.attachments):
        mail.attach(attachment.name, attachment.content, attachment.mimetype)
    secrets = {tokens[want] for section in sections for want in links_of(section).values()}
    secrets |= {each for section in sections for each in section.facts.secrets}
    return Written(
        mail,
        without_secrets(letter, secrets),
        letter_parts.versions([each.message for each in sections], words, patient.letter_language),
        patient.letter_language,
        tuple(make for section in sections for make in section.facts.files),
    )


def sealed(written: Written) -> bytes:
    """The mail as it goes over the wire, with the files that go with it, those that can be made."""
    with translation.override(written.language):
        for made in filter(None, (make() for make in written.files)):
            written.mail.attach(made.name, made.content, made.mimetype)
    return wire_form(written.mail)


def _url(name: str, section: Section, token: str) -> str:
    want = section.facts.links.get(name)
    route = want.route if want else "link-preferences"
    return settings.BASE_URL + reverse(route, args=[token])


def _headers(sections: Sequence[Section], token: str) -> dict[str, str]:
    """Fixed identity; and where the patient may do without such a letter, one click to say so."""
    lead = sections[0].message
    headers = {"Message-ID": lead.message_id, "Auto-Submitted": "auto-generated"}
    kinds = [section.message.kind for section in sections]
    refusable = sorted({purpose for kind in kinds if (purpose := subjects.purpose(kind))})
    if refusable:
        stop = reverse("link-stop", args=[token, "+".join(refusable)])
        headers["List-Unsubscribe"] = f"<{settings.BASE_URL}{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
