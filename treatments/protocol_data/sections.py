"""What a clinic edits of a protocol, in sections, and the text that says where its numbers come
from: lines of "key: source", one per field or part of one ("gaps.min"). Pure data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from patients.marked_text import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Section:
    """Fields of a protocol that share a source. `keys` are those of the shipped sources; the first
    is the section's own, which its inputs and its anchor on pages are named after."""

    name: str
    fields: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.keys[0]

    def owns(self, key: str) -> bool:
        return key.partition(".")[0] in self.keys


SESSIONS: Final = Section(
    _("Sessions"), ("sessions_min", "sessions_default", "sessions_max"), ("sessions",)
)
GAPS: Final = Section(
    _("Days between sessions"),
    ("gap_floor", "gap_min", "gap_ideal", "gap_max", "gap_lapse"),
    ("gaps",),
)
RETINOID: Final = Section(
    _("Retinoid stop"), ("retinoid_stop_days_light", "retinoid_stop_days_dark"), ("retinoid_stop",)
)
STRENGTHS: Final = Section(
    _("Strengths"), ("strengths", "max_percent_assistant"), ("strengths", "max_percent")
)
CONTACT: Final = Section(
    _("Contact time"), ("contact_seconds_min", "contact_seconds_max"), ("contact_seconds",)
)
NIGHTS: Final = Section(_("Nights per week"), ("nights_per_week",), ("nights_per_week",))
REVIEW: Final = Section(_("Review"), ("review_after_session",), ("review_after_session",))
REVIEW_DAYS: Final = Section(_("Review days"), ("review_days",), ("review_days",))
EYE: Final = Section(_("Eye area"), ("eye_area",), ("eye_area",))
LESIONS: Final = Section(_("Lesions per session"), ("max_lesions",), ("max_lesions",))

_PEEL: Final = (SESSIONS, GAPS, RETINOID, STRENGTHS, CONTACT, REVIEW, EYE)
_LESION_BY_LESION: Final = (SESSIONS, GAPS, RETINOID, LESIONS, EYE)
SECTIONS: Final[Mapping[str, tuple[Section, ...]]] = {
    "extraction": _LESION_BY_LESION,
    "glycolic": _PEEL,
    "salicylic": _PEEL,
    "retinoid": (NIGHTS, REVIEW_DAYS, EYE),
    # never near the eye (guide): nothing to choose
    "cryo": (SESSIONS, GAPS, RETINOID, LESIONS),
    "laser": _LESION_BY_LESION,
}


def lines_of(source: str) -> list[tuple[str, str]]:
    """(key, text) of every line; a line without a key has an empty one."""
    found = []
    for line in filter(None, map(str.strip, source.splitlines())):
        key, colon, text = line.partition(": ")
        is_key = bool(colon) and key.replace(".", "_").isidentifier()
        found.append((key, text) if is_key else ("", line))
    return found


def source_of(source: str, section: Section) -> str:
    """What the section's numbers rest on, in one line: "min: fact base 1.2; max: fact base 1.3"."""
    owned = [(key, text) for key, text in lines_of(source) if section.owns(key)]
    return "; ".join(
        text if key in section.keys and len(owned) == 1 else f"{_part(key)}: {text}"
        for key, text in owned
    )


def with_source(source: str, section: Section, text: str) -> str:
    """The same lines with one of this text in the place of the section's own; as it was when the
    text is."""
    said = " ".join(text.split())
    if said == source_of(source, section):
        return source
    kept = [(key, line) for key, line in lines_of(source) if not section.owns(key)]
    lines = [f"{key}: {line}" if key else line for key, line in kept]
    return "\n".join([*lines, f"{section.keys[0]}: {said}"] if said else lines)


def _part(key: str) -> str:
    return key.partition(".")[2] or key
