"""What a clinic may write into its letters: words with placeholders such as {first_name}. Pure.

A placeholder is a name of lower-case letters and underscores between braces. Braces stand for
nothing else, so that a slip of the finger is seen where it is typed. Values are put in once and
are never looked at again: a patient whose name is "{clinic_phone}" is greeted by that name.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

SUBJECT_LENGTH: Final = 60
PASSAGE_LENGTH: Final = 600
SIGNATURE_LENGTH: Final = 200
SIGNATURE_LINES: Final = 5
NAME_LENGTH: Final = 60

Fault = Literal["unknown", "never_closed", "never_opened", "line_break", "too_long", "dose"]

_PIECE = re.compile(r"\{(?P<name>[^{}\n]*)\}|(?P<brace>[{}])|(?P<text>[^{}]+)")
_DOSE = re.compile(r"\b\d+(?:[.,]\d+)? ?(?:mg|mcg|µg|μg|g|ml|percent|%)(?!\w)", re.IGNORECASE)
# how much of what was typed is quoted back
_QUOTED = 30


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what was typed: plain words, the name of a placeholder, or a brace on its own."""

    what: Literal["text", "name", "brace"]
    text: str
    # what stands behind a lone brace, to be quoted
    after: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why words cannot be used; `quoted` is the part that is meant, `nearest` what was perhaps
    meant instead, `limit` how much there may be."""

    fault: Fault
    quoted: str = ""
    nearest: str = ""
    limit: int = 0


def pieces(text: str) -> Iterator[Piece]:
    """The text in its parts, none left out: joined again they are the text."""
    for found in _PIECE.finditer(text):
        if (name := found["name"]) is not None:
            yield Piece("name", name)
        elif found["brace"]:
            yield Piece("brace", found["brace"], text[found.end() : found.end() + _QUOTED])
        else:
            yield Piece("text", found["text"])


def problems(
    text: str, known: Collection[str], limit: int, *, is_line: bool = False
) -> list[Problem]:
    """All that speaks against these words, in the order of the text; none for words that can be
    used. `known` are the placeholders that this letter has; `is_line`: it must be one line. What is
    too long is not read any further."""
    if len(text) > limit:
        return [Problem("too_long", limit=limit)]
    found = [problem for piece in pieces(text) if (problem := _of_piece(piece, known))]
    if is_line and len(text.splitlines()) > 1:
        found.append(Problem("line_break"))
    if dose := _DOSE.search(text):
        found.append(Problem("dose", dose[0]))
    return found


def has_dose(text: str) -> bool:
    """Whether an amount of a medicine stands in it: no letter names one."""
    return _DOSE.search(text) is not None


def _of_piece(piece: Piece, known: Collection[str]) -> Problem | None:
    if piece.what == "brace":
        fault: Fault = "never_closed" if piece.text == "{" else "never_opened"
        return Problem(fault, piece.text + piece.after.partition("\n")[0])
    if piece.what == "name" and piece.text not in known:
        near = get_close_matches(piece.text.strip().lower(), known, n=1)
        return Problem("unknown", f"{{{piece.text[:_QUOTED]}}}", f"{{{near[0]}}}" if near else "")
    return None


def names(text: str) -> frozenset[str]:
    """The placeholders that stand in these words, known or not."""
    return frozenset(piece.text for piece in pieces(text) if piece.what == "name")


def expand(text: str, values: Mapping[str, str]) -> str | None:
    """The words with values in the places of their names.

    None when a value is missing or empty: half a sentence does not go out, the letter then says
    what it would say without these words.
    """
    if not all(values.get(name) for name in names(text)):
        return None
    return "".join(
        values[piece.text] if piece.what == "name" else piece.text for piece in pieces(text)
    )
