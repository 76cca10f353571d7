"""What the record of a visit must say before it is signed. Pure.

A draft may be as empty as it likes. A session that was broken off needs its reason, and of the rest
only what says what was put on the skin.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from patients.marked_text import gettext_noop as _
from treatments.visit_bounds import kind_of


class Missing(NamedTuple):
    """A field that is empty and must not be, and what to do about it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is there: the columns of the visit and of the typed table, the lesions treated, and
    whether one of them belongs to the eye area."""

    modality: str
    visit: Mapping[str, Any]
    record: Mapping[str, Any]
    treated: int = 0
    near_eye: bool = False


_ALWAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "peel": {
        "strength_percent": _("Say which strength was applied."),
        "contact_seconds": _("Say how long it stayed on; 0 if it was not applied."),
    },
    "cryo": {
        "method": _("Say how it was frozen."),
        "freeze_seconds": _("Say for how many seconds."),
    },
    "laser": {
        "mode": _("Say in which mode."),
        "power_watts": _("Say with which power."),
        "eye_shield": _("Say how the eyes were protected."),
    },
    "extraction": {"tool": _("Say with which tool.")},
    "retinoid": {"agent": _("Say which agent."), "strength_percent": _("Say which strength.")},
}
_IF_FINISHED: Final[Mapping[str, Mapping[str, str]]] = {
    "peel": {"endpoint": _("Say how the skin looked at the end.")},
    "cryo": {"cycles": _("Say how many cycles.")},
    "laser": {"passes": _("Say how many passes.")},
    "extraction": {"antiseptic": _("Say which antiseptic.")},
    "retinoid": {
        "nights_per_week": _("Say on how many nights a week it was used."),
        "dryness": _("Ask about dryness."),
        "redness": _("Ask about redness."),
        "peeling": _("Ask about peeling."),
        "stinging": _("Ask about stinging."),
        "next_step": _("Say how it goes on."),
    },
}
_METAL: Final = ("metal_external", "corneal")


def missing(said: Said) -> tuple[Missing, ...]:
    """Everything that keeps this record from being signed, in the order of the screen."""
    return tuple(_missing(said))


def _missing(said: Said) -> Iterator[Missing]:
    kind, off = kind_of(said.modality), bool(said.visit.get("broken_off"))
    yield from _empty(said, _ALWAYS[kind])
    yield from _removed(said)
    if not off:
        yield from _empty(said, _IF_FINISHED[kind])
    if kind in ("extraction", "cryo", "laser") and not off and not said.treated:
        yield Missing("uncharted", _("Tick the lesions that were treated, or say how many."))
    if kind == "laser" and said.near_eye and said.record.get("eye_shield") not in _METAL:
        yield Missing("eye_shield", _("Near the eye only metal shields protect it."))
    if off and not said.visit.get("broken_off_why"):
        yield Missing("broken_off_why", _("Say why it was broken off."))


def _empty(said: Said, wanted: Mapping[str, str]) -> Iterator[Missing]:
    for name, text in wanted.items():
        if said.record.get(name) in (None, ""):
            yield Missing(name, text)


def _removed(said: Said) -> Iterator[Missing]:
    """Glycolic acid is neutralised, salicylic acid rinsed off, also when it was broken off."""
    if said.record.get("contact_seconds") == 0:
        return
    if said.modality == "glycolic" and not said.record.get("neutraliser"):
        yield Missing("neutraliser", _("Glycolic acid is neutralised: say with what."))
    if said.modality == "salicylic" and said.record.get("rinse_seconds") is None:
        yield Missing("rinse_seconds", _("Salicylic acid is rinsed off: say for how long."))
