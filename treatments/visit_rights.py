"""Which treatments take a permission of their own. Pure.

Who has it is the clinic's to decide: the groups of `clinic.accounts.roles`, edited like any group.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from patients.marked_text import gettext_noop as _
from treatments.protocol_data import PROTOCOLS
from treatments.protocol_data.spine import BASE

STRONG_PEEL: Final = "treatments.perform_strong_peel"
CRYOTHERAPY: Final = "treatments.perform_cryotherapy"
LASER: Final = "treatments.perform_laser"
PRESCRIBE: Final = "treatments.prescribe_retinoid"
EYELIDS: Final = "treatments.treat_eyelids"

LID_SITES: Final = frozenset({"upper_eyelid", "medial_canthus", "lateral_canthus"})
"""Where a doctor extracts, and nobody else (clinical fact base 1.1)."""
SUPERFICIAL: Final = Decimal(30)
_MOST: Final = {each.modality: each.max_percent for each in PROTOCOLS}


class Needed(NamedTuple):
    """A permission that this record takes, the field that makes it so, and a sentence."""

    permission: str
    field: str
    text: str
    source: str


def most_percent(modality: str) -> Decimal:
    """The strongest peel that takes no permission of its own."""
    return Decimal(_MOST.get(modality) or SUPERFICIAL)


def needed(
    modality: str,
    record: Mapping[str, Any],
    last: Mapping[str, Any] | None,
    sites: frozenset[str],
) -> Iterator[Needed]:
    """What must be allowed to whoever signs. `last` is the record of the last signed visit of this
    modality, `sites` are those of the lesions treated."""
    if modality in ("glycolic", "salicylic"):
        yield from _peel(modality, record)
    elif modality == "cryo":
        text = _("Freezing is done by a dermatologist.")
        yield Needed(CRYOTHERAPY, "", text, f"{BASE} 1.5; guide: professionals only")
    elif modality == "laser":
        text = _("The laser is used by a dermatologist with training in it.")
        yield Needed(LASER, "", text, f"{BASE} 1.6")
    elif modality == "retinoid" and _is_prescribed(record, last):
        text = _("Tretinoin is begun and changed by a prescriber.")
        yield Needed(PRESCRIBE, "agent", text, f"{BASE} 0 and 1.4: tretinoin, prescriber only")
    elif modality == "extraction" and sites & LID_SITES:
        text = _("On the lids and the corners of the eye a doctor extracts.")
        yield Needed(EYELIDS, "", text, f"{BASE} 1.1 and 8 row 14")


def _peel(modality: str, record: Mapping[str, Any]) -> Iterator[Needed]:
    strength, most = record.get("strength_percent"), most_percent(modality)
    if strength is not None and strength > most:
        text = _("Above 30 % a peel is applied by a dermatologist.")
        source = f"{BASE} 1.2: trained nurse or esthetician for superficial strength"
        yield Needed(STRONG_PEEL, "strength_percent", text, source)


def _is_prescribed(record: Mapping[str, Any], last: Mapping[str, Any] | None) -> bool:
    """A nurse reviews what goes on unchanged; beginning it or changing it is a prescription."""
    if record.get("agent") != "tretinoin":
        return False
    names = ("agent", "strength_percent")
    return last is None or any(record.get(name) != last.get(name) for name in names)
