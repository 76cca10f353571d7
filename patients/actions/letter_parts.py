"""The clinic's own words put into one letter: placeholders filled, everything escaped."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from patients import letter_colours, letter_kinds, letter_words
from patients.models import LetterText, Message
from patients.queries.letter_texts import OwnWords

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Own:
    """The clinic's words for one section, ready to be read; empty where the product speaks."""

    subject: str = ""
    opening: str = ""
    closing: str = ""

    @property
    def shown(self) -> dict[str, bool]:
        """For the body, which leaves out what is said in other words."""
        return {"own_opening": bool(self.opening), "own_closing": bool(self.closing)}

    def in_text(self, body: str) -> str:
        return "\n\n".join(part for part in (self.opening, body, self.closing) if part)

    def in_html(self, body: SafeString) -> SafeString:
        return format_html("{}{}{}", _paragraphs(self.opening), body, _paragraphs(self.closing))


NOTHING: Final = Own()


@dataclass(frozen=True, slots=True)
class Versions:
    """Which versions of the clinic's words a letter has, by the keys of its messages; None where
    there is none."""

    of: Mapping[int, int | None]
    letterhead: int | None


REPEATED: Final = ("care_link", "alarm", "before_you_come")
"""What sections of one letter may have in common, by the names of its components."""


def said_once(
    sections: Sequence[SafeString], contexts: Sequence[Mapping[str, object]], form: str
) -> list[SafeString]:
    """The sections of one letter, each passage that several have word for word in the last of them
    alone. `form` is "txt" or "html"."""
    found = list(sections)
    for name in REPEATED if len(found) > 1 else ():
        kept: set[str] = set()
        for at in reversed(range(len(found))):
            passage = render_to_string(f"messages/components/{name}.{form}", dict(contexts[at]))
            if not passage.strip() or passage not in found[at]:
                continue
            if passage in kept:
                # what is left of a rendered section is as safe as it was
                found[at] = mark_safe(found[at].replace(passage, ""))  # noqa: S308
            kept.add(passage)
    return found


def own(kind: str, context: Mapping[str, object], words: OwnWords, language: str) -> Own:
    """The words of one kind with the facts of `context` in the places of their names."""
    text = words.of(kind, language)
    if text is None:
        return NOTHING
    return Own(**{name: _filled(text, part, context) for name, part in text.parts.items()})


def letterhead(
    context: Mapping[str, object], words: OwnWords, language: str
) -> tuple[str, letter_colours.Shades]:
    """What the frame of every letter shows of the clinic: signature (may be empty) and colours."""
    text = words.letterhead(language)
    if text is None:
        return "", letter_colours.SHIPPED
    return _filled(text, text.signature, context), letter_colours.shades(text.accent)


def clinic_name(words: OwnWords, language: str) -> str:
    text = words.letterhead(language)
    return (text.clinic_name if text else "") or settings.CLINIC_NAME


def versions(messages: Iterable[Message], words: OwnWords, language: str) -> Versions:
    used = {each.pk: _version(words.of(each.kind, language)) for each in messages}
    return Versions(used, _version(words.letterhead(language)))


def _version(text: LetterText | None) -> int | None:
    return text.version if text else None


def _filled(text: LetterText, part: str, context: Mapping[str, object]) -> str:
    """Empty where a fact is missing: the letter then says what the product says."""
    kind = letter_kinds.of(text.kind)
    if not part or kind is None:
        return ""
    filled = letter_words.expand(part, kind.values(context))
    if filled is None:
        log.warning("words left out of a letter: a fact is missing", extra={"words": str(text)})
    return filled or ""


def _paragraphs(text: str) -> SafeString:
    # linebreaks escapes what was typed and marks up the lines only
    return mark_safe(linebreaks(text, autoescape=True) if text else "")  # noqa: S308
