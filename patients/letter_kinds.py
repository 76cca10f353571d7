"""Which letters there are, and what a clinic may put into its own words in each.

The app that plans a kind registers it at start-up: its name for staff, the placeholders that its
facts can fill, and the facts of an example. Every letter has those of `COMMON`. Pure.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from patients.marked_text import gettext_noop as _

LETTERHEAD: Final = "letterhead"
"""The kind of the words that stand in every letter: name, colour, signature."""

Context = Mapping[str, object]
Example = Callable[[], Context]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that stands for a fact of the letter, with what it says and how that looks."""

    name: str
    says: str
    value: Callable[[Context], str]


def _of(name: str) -> Callable[[Context], str]:
    return lambda context: str(context.get(name) or "")


COMMON: Final = (
    Placeholder("first_name", _("the patient’s first name"), _of("patient_name")),
    Placeholder("clinic_name", _("the clinic’s name"), _of("clinic_name")),
    Placeholder("clinic_phone", _("the number to call"), _of("clinic_phone")),
)


@dataclass(frozen=True, slots=True)
class LetterKind:
    kind: str
    label: str
    group: str
    placeholders: tuple[Placeholder, ...]
    example: Example

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.placeholders)

    def values(self, context: Context) -> dict[str, str]:
        """What the placeholders stand for in a letter with this context."""
        return {each.name: each.value(context) for each in self.placeholders}


_EXAMPLE_OF_ALL: Final = {
    "patient_name": "Ada",
    "clinic_phone": "020 7946 0018",
    "location": {"name": "Harbour Street", "address": "12 Harbour Street, Bristol"},
}
_kinds: dict[str, LetterKind] = {
    LETTERHEAD: LetterKind(LETTERHEAD, _("In every letter"), "", COMMON, dict)
}
_revealing: list[re.Pattern[str]] = []


def register(
    group: str,
    labels: Mapping[str, str],
    placeholders: Iterable[Placeholder],
    example: Example,
) -> None:
    """Make kinds known whose words may be the clinic's; `group` is their heading for staff."""
    own = (*COMMON, *placeholders)
    for kind, label in labels.items():
        _kinds[kind] = LetterKind(kind, label, group, own, example)


def register_revealing(pattern: str) -> None:
    """Words that say in a subject what somebody is treated for, as a pattern of word beginnings."""
    _revealing.append(re.compile(rf"\b(?:{pattern})\w*", re.IGNORECASE))


def of(kind: str) -> LetterKind | None:
    return _kinds.get(kind)


def groups() -> dict[str, list[LetterKind]]:
    """All kinds of letters under their headings, in the order in which they were registered."""
    found: dict[str, list[LetterKind]] = {}
    for each in _kinds.values():
        if each.kind != LETTERHEAD:
            found.setdefault(each.group, []).append(each)
    return found


def example(kind: LetterKind) -> dict[str, object]:
    """Facts as a letter of this kind would have them, of nobody in particular."""
    return {**_EXAMPLE_OF_ALL, **kind.example()}


def revealed(line: str) -> str:
    """The first word of a subject that says too much; empty when none does."""
    found = (pattern.search(line) for pattern in _revealing)
    return next((match[0] for match in found if match), "")
