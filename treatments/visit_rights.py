"""Which treatments take a permission of their own. Pure.

Who has it is the clinic's to decide: the groups of `clinic.accounts.roles`, edited like any group.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from patients.marked_text import gettext_noop as _
from treatments.protocol_data.spine import BASE

STRONG_PEEL: Final = "treatments.perform_strong_peel"
CRYOTHERAPY: Final = "treatments.perform_cryotherapy"
LASER: Final = "treatments.perform_laser"
PRESCRIBE: Final = "treatments.prescribe_retinoid"
EYELIDS: Final = "treatments.treat_eyelids"

LID_SITES: Final = frozenset({"upper_eyelid", "medial_canthus", "lateral_canthus"})
"""Where a doctor extracts, and nobody else (clinical fact base 1.1)."""
SUPERFICIAL: Final = Decimal(30)
"""The most without a permission, where a protocol names nothing else."""


class Needed(NamedTuple):
    """A permission that this record takes, the field that makes it so, and a sentence."""

    permission: str
    field: str
    text: str
    source: str


def most_percent(of_protocol: Decimal | None) -> Decimal:
    """The strongest peel that takes no permission of its own."""
    return SUPERFICIAL if of_protocol is None else of_protocol


def needed(
    modality: str,
    record: Mapping[str, Any],
    last: Mapping[str, Any] | None,
    sites: frozenset[str],
    most: Decimal = SUPERFICIAL,
) -> Iterator[Needed]:
    """What must be allowed to whoever signs. `last` is the record of the last signed visit of this
    modality, `sites` are those of the lesions treated, `most` the strongest peel for everybody."""
    if modality in ("glycolic", "salicylic"):
        yield from _peel(record, most)
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


def _peel(record: Mapping[str, Any], most: Decimal) -> Iterator[Needed]:
    strength = record.get("strength_percent")
    if strength is not None and strength > most:
        text = _("A peel as strong as this is applied by a dermatologist.")
        source = f"{BASE} 1.2: trained nurse or esthetician for superficial strength"
        yield Needed(STRONG_PEEL, "strength_percent", text, source)


def _is_prescribed(record: Mapping[str, Any], last: Mapping[str, Any] | None) -> bool:
    """A nurse reviews what goes on unchanged; beginning it or changing it is a prescription."""
    if record.get("agent") != "tretinoin":
        return False
    names = ("agent", "strength_percent")
    return last is None or any(record.get(name) != last.get(name) for name in names)
