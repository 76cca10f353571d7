"""What a consent text is made of, and what a new version changes.

Texts are written the way people write plain e-mails: a line that begins with "## " is a heading,
lines that begin with "- " are a list, everything else is a paragraph; an empty line parts them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal

HEADING: Final = "## "
ITEM: Final = "- "

Kind = Literal["heading", "list", "paragraph"]
Fate = Literal["same", "gone", "new", "skipped"]


@dataclass(frozen=True, slots=True)
class ConsentData:
    """A consent text as shipped. `sources` says for each part where its facts come from; they are
    kept beside the text and never shown to the patient."""

    scope: str
    title: str
    body: str
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a text. `lines` are the entries of a list, or the one text of anything else."""

    kind: Kind
    lines: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        return " ".join(self.lines)


def blocks(body: str) -> tuple[Block, ...]:
    """The parts of a text in order; lines of a paragraph that follow each other are one."""
    return tuple(_blocks(line.strip() for line in body.splitlines()))


def _blocks(lines: Iterator[str]) -> Iterator[Block]:
    for kind, group in groupby(lines, _kind):
        found = list(group)
        if kind == "heading":
            yield from (Block("heading", (line.removeprefix(HEADING).strip(),)) for line in found)
        elif kind == "list":
            yield Block("list", tuple(line.removeprefix(ITEM).strip() for line in found))
        elif kind == "paragraph":
            yield Block("paragraph", (" ".join(found),))


def _kind(line: str) -> Kind | None:
    if not line:
        return None
    if line.startswith(HEADING):
        return "heading"
    return "list" if line.startswith(ITEM) else "paragraph"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of two versions laid over each other; or so many lines as they were, left out."""

    fate: Fate
    text: str
    count: int = 1


def compare(before: str, after: str) -> tuple[Line, ...]:
    """Every line of both versions in reading order; what was replaced stands before its
    replacement."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found += [Line("same", text) for text in old[a:b]]
        else:
            found += [Line("gone", text) for text in old[a:b]]
            found += [Line("new", text) for text in new[c:d]]
    return tuple(found)


def changed(lines: Sequence[Line], around: int = 1) -> tuple[Line, ...]:
    """What differs, with so many lines of the text around it; the rest is only counted."""
    shown = [line for line in lines if line.text]
    near = {
        place + step
        for place, line in enumerate(shown)
        if line.fate != "same"
        for step in range(-around, around + 1)
    }
    found: list[Line] = []
    for is_near, group in groupby(enumerate(shown), lambda each: each[0] in near):
        kept = [line for _place, line in group]
        found += kept if is_near else [Line("skipped", "", len(kept))]
    return tuple(found)
