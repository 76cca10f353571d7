"""What stands around the sections of a letter: the same in all that a clinic writes in one language
for one reason. It is rendered once, with slots for the words that are each letter's own.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.html import conditional_escape

from patients.letter_colours import Shades

SLOTS: Final = ("subject", "patient_name", "preferences_url")
"""What differs from letter to letter, beside the sections; the names of docs/messages.md."""

# frames that are kept: of some languages, places, kinds of letters and numbers of sections
_KEPT: Final = 256
# nobody who types a name or a signature can know it
_MARK: Final = secrets.token_hex(16)
_SLOT: Final = re.compile(rf"\[{_MARK}:(\w+)\]")


@dataclass(frozen=True, slots=True)
class Frame:
    """All that the frame can show beside its slots: what it is made of is what it is kept by."""

    language: str
    kind: str
    transactional: bool
    clinic_name: str
    clinic_phone: str
    location_name: str
    location_address: str
    signature: str
    shades: Shades


def page(frame: Frame, own: Mapping[str, object], sections: Sequence[str]) -> str:
    """The letter in HTML. `own` has the words of SLOTS: what is empty is left out, with the words
    that go with it. Sections are safe strings; all else is escaped."""
    return _filled("messages/letter.html", frame, own, sections, _escaped)


def text(frame: Frame, own: Mapping[str, object], sections: Sequence[str]) -> str:
    """The same in plain text, not wrapped yet."""
    return _filled("messages/letter.txt", frame, own, sections, str)


def _escaped(words: object) -> str:
    return conditional_escape(str(words))


def _filled(
    name: str,
    frame: Frame,
    own: Mapping[str, object],
    sections: Sequence[str],
    write: Callable[[object], str],
) -> str:
    """Pieces and words are joined once and never looked through again: a patient may have any
    name."""
    words = {slot: own[slot] for slot in SLOTS if own.get(slot)}
    words |= {f"section_{at}": each for at, each in enumerate(sections)}
    # a template that was edited is another template: its pieces are made anew
    pieces = _pieces(Engine.get_default().get_template(name), frame, tuple(words))
    return "".join(write(words[each]) if is_slot else each for is_slot, each in pieces)


@lru_cache(_KEPT)
def _pieces(template: Template, frame: Frame, slots: tuple[str, ...]) -> list[tuple[bool, str]]:
    """The rendered frame: words as they stand, and the names of slots (True) between them."""
    marks = {slot: f"[{_MARK}:{slot}]" for slot in slots}
    context = {
        "kind": frame.kind,
        "transactional": frame.transactional,
        "clinic_name": frame.clinic_name,
        "clinic_phone": frame.clinic_phone,
        "location": {"name": frame.location_name, "address": frame.location_address},
        "signature": frame.signature,
        "shades": frame.shades,
        "sections": [mark for slot, mark in marks.items() if slot not in SLOTS],
    }
    with translation.override(frame.language):
        rendered = template.render(Context(context | marks))
    return [(at % 2 == 1, each) for at, each in enumerate(_SLOT.split(rendered))]
