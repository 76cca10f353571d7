"""Writing the clinic's words in letters: drafts, publishing, and back to the product's words."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, NoReturn

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients import letter_colours, letter_kinds, letter_words
from patients.actions.retry import retry_on_contention
from patients.letter_kinds import LETTERHEAD, LetterKind
from patients.letter_words import Problem
from patients.models import LetterText
from patients.models.letter_text import OWN_PARTS, SHARED_PARTS

Parts = Mapping[str, str]
"""What was written, by the name of the part; a part that is left out is the product's."""

_LIMITS: Final = {
    "subject": letter_words.SUBJECT_LENGTH,
    "opening": letter_words.PASSAGE_LENGTH,
    "closing": letter_words.PASSAGE_LENGTH,
    "signature": letter_words.SIGNATURE_LENGTH,
    "clinic_name": letter_words.NAME_LENGTH,
}
_LINES: Final = {"subject", "clinic_name"}


class LetterTextRefused(Exception):
    """Nothing was written; the sentence says why."""


def _refuse(sentence: str) -> NoReturn:
    raise LetterTextRefused(sentence)


# What can be written -----------------------------------------------------------------------------


def parts_of(kind: LetterKind) -> tuple[str, ...]:
    return SHARED_PARTS if kind.kind == LETTERHEAD else OWN_PARTS


def faults(kind: LetterKind, part: str, text: str) -> list[str]:
    """Why this cannot stand in this part of such a letter, in sentences; none when it can."""
    if part == "accent":
        return list(_of_colour(text))
    known = () if part == "clinic_name" else kind.names
    limit = _LIMITS[part]
    problems = letter_words.problems(text, known, limit, is_line=part in _LINES)
    found = [_sentence(each, known) for each in problems]
    if part == "subject" and (word := letter_kinds.revealed(text)):
        found.append(
            _("A subject is seen by whoever looks at the screen: leave out “%(word)s”.")
            % {"word": word}
        )
    if part == "signature" and len(text.splitlines()) > letter_words.SIGNATURE_LINES:
        most = letter_words.SIGNATURE_LINES
        found.append(_("A signature has up to %(lines)d lines.") % {"lines": most})
    return found


def _sentence(problem: Problem, known: tuple[str, ...]) -> str:
    meant = {"quoted": problem.quoted, "limit": problem.limit, "nearest": problem.nearest}
    match problem.fault:
        case "unknown" if problem.nearest:
            words = _("“%(quoted)s” is no placeholder of this letter. Did you mean %(nearest)s?")
        case "unknown" if not known:
            words = _("“%(quoted)s”: placeholders cannot stand here.")
        case "unknown":
            words = _("“%(quoted)s” is no placeholder of this letter. Choose one from the list.")
        case "never_closed":
            words = _("The brace in “%(quoted)s” is never closed: write } behind the name.")
        case "never_opened":
            words = _("The brace in “%(quoted)s” was never opened: write { before the name.")
        case "line_break":
            words = _("This is one line: take the line break out.")
        case "too_long":
            words = _("This is too long: it has room for %(limit)d characters.")
        case "dose":
            words = _("“%(quoted)s” reads like a dose or a strength: letters name none.")
    return words % meant


def _of_colour(text: str) -> Iterator[str]:
    if not text:
        return
    if not letter_colours.is_colour(text):
        yield _("A colour is # and six digits or letters A to F, like #0E6B6B.")
    elif not letter_colours.can_be_read(text):
        yield _(
            "%(colour)s is too light to be read on white: contrast %(is)s, at least %(least)s is "
            "needed. Choose a darker shade."
        ) % {
            "colour": text,
            "is": f"{letter_colours.contrast(text, '#FFFFFF'):.1f}",
            "least": letter_colours.LEAST,
        }


# Versions ----------------------------------------------------------------------------------------


@retry_on_contention
@transaction.atomic
def save_draft(
    *,
    kind: str,
    language: str,
    parts: Parts,
    by: User,
    now: datetime,
    seen_at: datetime | None = None,
) -> LetterText:
    """Write the next version of a letter's words, or go on writing it.

    `seen_at` is when the draft was saved that the form showed, if it showed one. Raises
    LetterTextRefused for a letter nobody knows, words that cannot be used or change nothing, and a
    draft that somebody else has changed meanwhile.
    """
    checked = _checked(kind, parts)
    _lock()
    drafts = LetterText.objects.filter(kind=kind, language=language, published_at=None)
    draft = drafts.select_related("saved_by").first()
    _check_nobody_else_wrote(draft, by, seen_at)
    if checked == _in_use(kind, language):
        _refuse(_("These are the words that letters have today: there is nothing to save."))
    draft = draft or LetterText(kind=kind, language=language, version=_next(kind))
    _fill(draft, checked)
    draft.saved_at, draft.saved_by = now, by
    draft.save()
    return draft


def _checked(kind: str, parts: Parts) -> dict[str, str]:
    """All parts of this kind; refuses the first that cannot be used."""
    known = letter_kinds.of(kind)
    if known is None:
        _refuse(_("There is no letter of this name."))
    found = {name: parts.get(name, "") for name in parts_of(known)}
    for name, text in found.items():
        for sentence in faults(known, name, text):
            _refuse(sentence)
    return found


def _lock() -> None:
    """One writer at a time: versions are numbered without gaps, and nobody waits long for what is
    written once a month. Letters are read and sent all the same."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE patients_lettertext IN SHARE ROW EXCLUSIVE MODE")


def _in_use(kind: str, language: str) -> dict[str, str]:
    rows = LetterText.objects.newest_published().filter(kind=kind, language=language)
    found = rows.first() or LetterText(kind=kind)
    return found.parts


def _next(kind: str) -> int:
    newest = LetterText.objects.filter(kind=kind).aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def _fill(text: LetterText, parts: Parts) -> None:
    for name, words in parts.items():
        setattr(text, name, words)


def _check_nobody_else_wrote(draft: LetterText | None, by: User, seen_at: datetime | None) -> None:
    if draft and draft.saved_at != seen_at and draft.saved_by != by:
        _refuse(
            _("%(name)s has saved a draft of these words meanwhile. Open it, and put yours in.")
            % {"name": draft.saved_by}
        )


@retry_on_contention
@transaction.atomic
def publish(*, draft: LetterText, seen_at: datetime | None, by: User, now: datetime) -> LetterText:
    """From now on letters say this; it never changes again.

    `seen_at` is when the draft was saved that the button was pressed for: whoever publishes has
    seen exactly these words. Publishing again changes nothing.
    """
    _lock()
    found = LetterText.objects.filter(pk=draft.pk).first()
    if found is None:
        _refuse(_("This draft was thrown away meanwhile."))
    if not found.is_draft:
        return found
    if found.saved_at != seen_at:
        _refuse(_("The draft was changed meanwhile. Look at it again, then publish it."))
    # a placeholder may be gone since: what is published can be used
    _checked(found.kind, found.parts)
    published = LetterText.objects.published().filter(kind=found.kind)
    if published.filter(version__gt=found.version).exists():
        found.version = _next(found.kind)
    found.published_at, found.published_by = now, by
    found.save()
    return found


@retry_on_contention
@transaction.atomic
def back_to_product(*, kind: str, language: str, by: User, now: datetime) -> LetterText:
    """Say again what the product says: one more version, of no own words. A draft stays.

    Raises LetterTextRefused when the product's words are in use.
    """
    parts = _checked(kind, {})
    _lock()
    if parts == _in_use(kind, language):
        _refuse(_("Letters have the product’s words: nothing was changed."))
    return LetterText.objects.create(
        kind=kind,
        language=language,
        version=_next(kind),
        saved_at=now,
        saved_by=by,
        published_at=now,
        published_by=by,
    )


@transaction.atomic
def throw_away(*, draft: LetterText) -> bool:
    """Only a draft; False for what is published, which stays."""
    gone, _what = LetterText.objects.filter(pk=draft.pk, published_at=None).delete()
    return gone > 0
