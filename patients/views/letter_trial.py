"""Which version of a letter's words is looked at, and on whose letter it is tried."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from clinic.accounts.access import StaffRequest, note_access
from clinic.accounts.models import RecordAccess
from patients import letter_kinds
from patients.actions import letter_previews, letters
from patients.actions.letters import Letter
from patients.letter_kinds import LETTERHEAD, LetterKind
from patients.models import LetterText, Message
from patients.queries import letter_texts
from patients.queries.record import RECORD
from patients.views import letter_words as words


@dataclass(frozen=True, slots=True)
class Shown:
    """A version on the page, and the letter that it is tried on: an example's or a patient's."""

    kind: LetterKind
    text: LetterText
    message: Message | None

    @property
    def tried_on(self) -> LetterKind:
        """What stands in every letter is shown in the first kind there is."""
        return self.kind if self.kind.kind != LETTERHEAD else next(_all_kinds())

    def letter(self) -> Letter | str:
        """With these words in place of those in use; a sentence when it would not go out."""
        now, kind = timezone.now(), self.tried_on
        own = letter_texts.in_use({kind.kind}).with_one(self.text)
        if self.message is not None:
            return letters.preview(self.message, now, own, letter_texts.full(self.text.language))
        return letter_previews.of_example(kind, own, self.text.language, now)


def _all_kinds() -> Iterator[LetterKind]:
    return (kind for group in letter_kinds.groups().values() for kind in group)


def kind_of(name: str) -> LetterKind:
    kind = letter_kinds.of(name)
    if kind is None:
        raise Http404
    return kind


def shown_by(request: StaffRequest, name: str, version: int) -> Shown:
    """What the address means; whose letter is looked at is noted in their record."""
    kind = kind_of(name)
    rows = LetterText.objects.select_related("saved_by", "published_by")
    text = LetterText(kind=name, version=0, language=language_of(request))
    if version:
        text = get_object_or_404(rows, kind=name, version=version)
    shown = Shown(kind, text, None)
    asked = request.POST.get("of", "") or request.GET.get("of", "")
    if not (asked.isdecimal() and len(asked) < 19):
        return shown
    letters_of_kind = Message.objects.select_related("patient").filter(kind=shown.tried_on.kind)
    message = get_object_or_404(letters_of_kind, pk=int(asked))
    note_access(request, RECORD, message.patient_id, RecordAccess.Action.READ)
    return Shown(kind, text, message)


def language_of(request: StaffRequest) -> str:
    asked = request.POST.get("language", "") or request.GET.get("language", "")
    return asked if asked in words.LANGUAGES else letter_texts.LANGUAGE


def version_context(shown: Shown) -> dict[str, Any]:
    """What there is of the kind, and what this version of it changes."""
    text, kind = shown.text, shown.kind
    published = letter_texts.versions(kind.kind, text.language)
    newest = published[0] if published else None
    drafts = LetterText.objects.filter(kind=kind.kind, language=text.language, published_at=None)
    before = letter_texts.before(text, published)
    return {
        "kind": kind,
        "label": words.label_of(kind),
        "text": text,
        "parts": words.parts(text, before, words.shipped_words(kind, text.language)),
        "before": before,
        "versions": published,
        "draft": drafts.first(),
        "is_current": text == newest if newest else text.version == 0,
        "languages": _languages(kind),
        "has_own": newest is not None and not newest.is_products,
    }


def _languages(kind: LetterKind) -> list[dict[str, str]]:
    """Every language with the address of the words that are in use in it."""
    rows = LetterText.objects.newest_published().filter(kind=kind.kind)
    versions = dict(rows.values_list("language", "version"))
    return [
        {"code": code, "name": name, "url": words.address(kind, versions.get(code, 0), code)}
        for code, name in words.LANGUAGES.items()
    ]


def trial_context(shown: Shown) -> dict[str, Any]:
    """The letter that the words make, and whose it could be."""
    letter = shown.letter()
    return {
        "of": shown.message,
        "choices": words.choices(letter_texts.to_try_on(shown.tried_on.kind), shown.message),
        "letter": letter if isinstance(letter, Letter) else None,
        "why_no_letter": letter if isinstance(letter, str) else "",
    }
