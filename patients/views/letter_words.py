"""The rows of the pages on which a clinic writes its own words into letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from patients import letter_colours, letter_kinds
from patients.actions import letter_previews
from patients.consent_words import Line, changed, compare
from patients.forms.letter_texts import LABELS
from patients.letter_kinds import LETTERHEAD, LetterKind
from patients.models import LetterText, Message
from patients.queries.letter_texts import LANGUAGE, Standing, short

# letters exist in these languages, by the two letters that words are kept under
LANGUAGES: Final = {
    short(code): name for code, name in settings.LANGUAGES if code in settings.LETTER_LANGUAGES
}


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in the list: what its subject is today, and whose words it has."""

    kind: LetterKind
    label: str
    subject: str
    current: LetterText | None
    draft: LetterText | None
    language: str

    @property
    def url(self) -> str:
        version = self.current.version if self.current else 0
        return address(self.kind, version, self.language)

    @property
    def is_own(self) -> bool:
        return self.current is not None and not self.current.is_products


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a version: its words, or what the product says, and what it changes."""

    name: str
    label: str
    words: str
    shipped: str
    changes: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """A placeholder with what it looks like in the example."""

    name: str
    says: str
    example: str


def rows(kinds: Iterable[LetterKind], standing: Mapping[str, Standing], language: str) -> list[Row]:
    found = []
    for kind in kinds:
        own = standing.get(kind.kind, Standing(None, None))
        typed = own.current.subject if own.current else ""
        subject = typed or shipped_words(kind, language).get("subject", "")
        found.append(Row(kind, label_of(kind), subject, own.current, own.draft, language))
    return found


def address(kind: LetterKind, version: int, language: str) -> str:
    """The page of a version; kind and version name its language, but for the product's words."""
    url = reverse("letter-text", args=[kind.kind, version])
    return url if version or language == LANGUAGE else f"{url}?language={language}"


def label_of(kind: LetterKind) -> str:
    return _(kind.label)


def shipped_words(kind: LetterKind, language: str) -> dict[str, str]:
    """What the product says in every part of this kind."""
    if kind.kind != LETTERHEAD:
        return letter_previews.shipped_words(kind, language)
    name = settings.CLINIC_NAME
    with override(language):
        sign = _("Your team at %(clinic_name)s") % {"clinic_name": name}
    return {"clinic_name": name, "accent": letter_colours.ACCENT, "signature": sign}


def parts(text: LetterText, before: LetterText | None, shipped: Mapping[str, str]) -> list[Part]:
    """Part by part, against the version before; the first one against the product's words."""
    earlier = before.parts if before else dict.fromkeys(text.parts, "")
    return [
        Part(
            name,
            str(LABELS[name]),
            words,
            shipped.get(name, ""),
            _changes(earlier[name] or shipped.get(name, ""), words or shipped.get(name, "")),
        )
        for name, words in text.parts.items()
    ]


def _changes(before: str, after: str) -> tuple[Line, ...]:
    return () if before == after else changed(compare(before, after))


def hints(kind: LetterKind) -> list[Hint]:
    context = {"clinic_name": settings.CLINIC_NAME, **letter_kinds.example(kind)}
    values = kind.values(context)
    return [Hint(f"{{{each.name}}}", _(each.says), values[each.name]) for each in kind.placeholders]


def choices(messages: Iterable[Message], chosen: Message | None) -> list[dict[str, object]]:
    """Whose letter the words can be tried on."""
    shown = list(messages)
    if chosen and chosen not in shown:
        shown.insert(0, chosen)
    return [{"value": each.pk, "label": _whose(each), "selected": each == chosen} for each in shown]


def _whose(message: Message) -> str:
    day = message.due_at.astimezone(message.patient.zone)
    return f"{message.patient.full_name}, {day:%a %-d %b}"
