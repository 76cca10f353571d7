"""Which consent texts there are, and how many signatures each version has."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from patients.models import ConsentText

FALLBACK = "en"


def current(language: str = FALLBACK) -> dict[str, ConsentText]:
    """By scope, the newest text in this language ("de", also "de-ch"), in English where there is
    none. One query."""
    language = language.partition("-")[0]
    rows = ConsentText.objects.current().filter(language__in={language, FALLBACK})
    found: dict[str, ConsentText] = {}
    for text in sorted(rows, key=lambda each: each.language == language):
        found[text.scope] = text
    return found


@dataclass(slots=True)
class Chapter:
    """All that there is of one scope: what is signed today, drafts, and what was before."""

    scope: str
    current: list[ConsentText] = field(default_factory=list)
    drafts: list[ConsentText] = field(default_factory=list)
    earlier: list[ConsentText] = field(default_factory=list)

    @property
    def title(self) -> str:
        shown = [*(each for each in self.current if each.language == FALLBACK), *self.current]
        return shown[0].title if shown else self.scope

    def draft_in(self, language: str) -> ConsentText | None:
        return next((each for each in self.drafts if each.language == language), None)


def chapters() -> list[Chapter]:
    """Every scope with its versions, by title, in one query; texts know how many
    `standing_signatures` they have."""
    standing = Count("signatures", filter=Q(signatures__withdrawn_at=None))
    rows = ConsentText.objects.select_related("published_by")
    found: dict[str, Chapter] = {}
    for text in rows.annotate(standing_signatures=standing).order_by("-version", "language"):
        chapter = found.setdefault(text.scope, Chapter(text.scope))
        _place(chapter, text)
    return sorted(found.values(), key=lambda each: each.title)


def _place(chapter: Chapter, text: ConsentText) -> None:
    if text.is_draft:
        chapter.drafts.append(text)
    elif any(each.language == text.language for each in chapter.current):
        chapter.earlier.append(text)
    else:
        chapter.current.append(text)


def before(text: ConsentText) -> ConsentText | None:
    """The version that this one follows, in the same language; for a first translation, the
    English of the same number."""
    published = ConsentText.objects.published().filter(scope=text.scope).exclude(pk=text.pk)
    own = published.filter(language=text.language, version__lt=text.version)
    same = published.filter(language=FALLBACK, version__lte=text.version)
    return own.order_by("-version").first() or same.order_by("-version").first()
