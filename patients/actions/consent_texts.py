"""Writing what patients are asked to agree to: drafts, publishing, and the texts as shipped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.actions.retry import retry_on_contention
from patients.consent_words import ConsentData
from patients.models import ConsentText

LANGUAGE: Final = "en"
# the day on which the wording was finished: a text stands for as long as it was there to be read
SHIPPED_AT: Final = datetime(2026, 1, 2, 9, tzinfo=UTC)


class ConsentTextRefused(Exception):
    """Nothing was written; the sentence says why."""


def _refuse(sentence: str) -> NoReturn:
    raise ConsentTextRefused(sentence)


@dataclass(frozen=True, slots=True)
class Words:
    """What the manager writes of a version."""

    title: str
    body: str
    sources: str = ""
    ends_earlier: bool = False


@transaction.atomic
def install(texts: Iterable[ConsentData]) -> list[ConsentText]:
    """Add the first version of every shipped text whose scope has none; answer those added."""
    known = set(ConsentText.objects.values_list("scope", flat=True).distinct())
    return ConsentText.objects.bulk_create(
        ConsentText(
            scope=text.scope,
            version=1,
            language=LANGUAGE,
            title=text.title,
            body=text.body.strip(),
            sources="\n".join(f"{part}: {source}" for part, source in text.sources.items()),
            is_shipped=True,
            saved_at=SHIPPED_AT,
            published_at=SHIPPED_AT,
        )
        for text in texts
        if text.scope not in known
    )


@retry_on_contention
@transaction.atomic
def save_draft(
    *,
    scope: str,
    language: str,
    words: Words,
    by: User,
    now: datetime,
    seen_at: datetime | None = None,
) -> ConsentText:
    """Write the next version of a text, or go on writing it.

    A language that lacks the newest version gets that one, so that a translation has the number of
    what it translates; otherwise the number goes up. `seen_at` is when the draft was saved that the
    form showed, if it showed one. Raises ConsentTextRefused for a scope nobody knows, words that
    change nothing, and a draft that somebody else has changed meanwhile.
    """
    published = _lock_scope(scope)
    _check_nobody_else_wrote(scope, language, by, seen_at)
    own = [each for each in published if each.language == language]
    _check_says_something_new(own, words)
    newest = max(each.version for each in published)
    has_newest = any(each.version == newest for each in own)
    number = newest + 1 if has_newest else newest
    fields = {
        "title": words.title,
        "body": words.body,
        "sources": words.sources,
        "ends_earlier": words.ends_earlier,
        "saved_at": now,
        "saved_by": by,
    }
    draft, _is_new = ConsentText.objects.update_or_create(
        scope=scope,
        language=language,
        published_at=None,
        defaults=fields,
        create_defaults=fields | {"version": number},
    )
    return draft


def _lock_scope(scope: str) -> list[ConsentText]:
    """The published versions of a scope; two drafts or two version 2 of it never meet."""
    rows = ConsentText.objects.published().filter(scope=scope).order_by("version", "pk")
    found = list(rows.select_for_update(of=("self",), no_key=True))
    if not found:
        _refuse(_("There is no text of this name."))
    return found


def _check_nobody_else_wrote(scope: str, language: str, by: User, seen_at: datetime | None) -> None:
    drafts = ConsentText.objects.filter(scope=scope, language=language, published_at=None)
    found = drafts.select_related("saved_by").first()
    if found and found.saved_at != seen_at and found.saved_by != by:
        _refuse(
            _("%(name)s has saved a draft of this text meanwhile. Open it, and put yours into it.")
            % {"name": found.saved_by}
        )


def _check_says_something_new(own: list[ConsentText], words: Words) -> None:
    newest = max(own, key=lambda each: each.version, default=None)
    if newest and (newest.title, newest.body) == (words.title, words.body):
        _refuse(_("Nothing was changed in the words yet: there is nothing to save."))


@retry_on_contention
@transaction.atomic
def publish(
    *, draft: ConsentText, seen_at: datetime | None, by: User, now: datetime
) -> ConsentText:
    """From now on this version is what patients sign; it never changes again.

    `seen_at` is when the draft was saved that the button was pressed for: whoever publishes has
    read exactly these words. Publishing again changes nothing.
    """
    published = _lock_scope(draft.scope)
    found = ConsentText.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if found is None:
        _refuse(_("This draft was thrown away meanwhile."))
    if not found.is_draft:
        return found
    if found.saved_at != seen_at:
        _refuse(_("The draft was changed meanwhile. Read it again, then publish it."))
    if any(each.version > found.version for each in published):
        found.version = _next_version(found, published)
    found.published_at, found.published_by = now, by
    found.save()
    return found


def _next_version(draft: ConsentText, published: list[ConsentText]) -> int:
    """The number a draft gets when others were published while it was written."""
    newest = max(each.version for each in published)
    taken = any((each.version, each.language) == (newest, draft.language) for each in published)
    return newest + 1 if taken else newest


@transaction.atomic
def throw_away(*, draft: ConsentText) -> bool:
    """Only a draft; False for what is published, which stays."""
    gone, _what = ConsentText.objects.filter(pk=draft.pk, published_at=None).delete()
    return gone > 0
