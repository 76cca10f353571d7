"""The clinic's words in letters: those that letters have today, and every version there is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from patients.letter_kinds import LETTERHEAD
from patients.models import LetterText, Message

LANGUAGE: Final = "en"
# letters of real patients to try words on: looked for among so many rows, so many are shown
_RECENT: Final = 5_000
_SHOWN: Final = 8


def short(language: str) -> str:
    """The two letters that words are kept under: "en" of "en-gb"."""
    return language.partition("-")[0]


def full(language: str) -> str:
    """The language of letters that words in "en" are for: "en-gb"."""
    return next(each for each in settings.LETTER_LANGUAGES if short(each) == language)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The words in use, by kind and language. Words in another language than the letter's are not
    used: it then says what the product says in that language."""

    texts: Mapping[tuple[str, str], LetterText] = field(default_factory=dict)

    def of(self, kind: str, language: str) -> LetterText | None:
        return self.texts.get((kind, short(language)))

    def letterhead(self, language: str) -> LetterText | None:
        return self.of(LETTERHEAD, language)

    def with_one(self, text: LetterText) -> "OwnWords":
        """With this version in place of the one in use: to see what it would change."""
        return OwnWords({**self.texts, (text.kind, text.language): text})


def in_use(kinds: Collection[str]) -> OwnWords:
    """What letters of these kinds say today, with what stands in all of them. One query."""
    rows = LetterText.objects.newest_published().filter(kind__in={*kinds, LETTERHEAD})
    return OwnWords({(row.kind, row.language): row for row in rows})


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of one kind in one language."""

    current: LetterText | None
    draft: LetterText | None


def standing(language: str = LANGUAGE) -> dict[str, Standing]:
    """By kind, what is in use and what is being written, in two queries."""
    own = LetterText.objects.filter(language=language)
    related = ("saved_by", "published_by")
    current = {row.kind: row for row in own.newest_published().select_related(*related)}
    drafts = {row.kind: row for row in own.filter(published_at=None).select_related(*related)}
    return {kind: Standing(current.get(kind), drafts.get(kind)) for kind in current.keys() | drafts}


def versions(kind: str, language: str) -> list[LetterText]:
    """Published ones, the newest first."""
    rows = LetterText.objects.published().filter(kind=kind, language=language)
    return list(rows.select_related("published_by").order_by("-version"))


def before(text: LetterText, published: Iterable[LetterText]) -> LetterText | None:
    """The version that this one follows; None for the first, which follows the product's words."""
    return next((each for each in published if each.version < text.version), None)


def to_try_on(kind: str) -> list[Message]:
    """Letters of this kind to real patients, one each: what goes out next comes first, then what
    was sent last. Two queries, over the newest rows of the ledger alone."""
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    states = [Message.Status.PLANNED, Message.Status.CLAIMED, Message.Status.SENT]
    recent = Message.objects.filter(pk__gt=newest - _RECENT, kind=kind, status__in=states)
    rows = list(recent.select_related("patient").order_by("-due_at", "-pk")[: _SHOWN * 20])
    planned = [each for each in reversed(rows) if each.status != Message.Status.SENT]
    sent = [each for each in rows if each.status == Message.Status.SENT]
    by_patient: dict[int, Message] = {}
    for each in planned + sent:
        by_patient.setdefault(each.patient_id, each)
    return list(by_patient.values())[:_SHOWN]
