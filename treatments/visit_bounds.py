"""What a value of a visit may be at all. Pure.

`HARD` repeats, field by field, the ranges that the database holds, with a sentence for each:
outside of them nothing is saved. Minutes and seconds are whole seconds; strengths are percent.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from patients.marked_text import gettext_noop as _

# Seconds ------------------------------------------------------------------------------------------

_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d)")
_SECONDS: Final = re.compile(r"(-?\d{1,5})\s*(?:s|sec|seconds)?")
_MINUTES: Final = re.compile(r"(\d{1,3})\s*(?:min|m|′|')(?:\s*(\d{1,2})\s*(?:s|sec|″|\"|'')?)?")


def parse_seconds(text: str) -> int | None:
    """ "2:30", "150", "2 min", "2m30s" as seconds; below zero for "-3"; None for anything else."""
    asked = text.strip().lower()
    if found := _CLOCK.fullmatch(asked):
        return int(found[1]) * 60 + int(found[2])
    if found := _MINUTES.fullmatch(asked):
        return int(found[1]) * 60 + int(found[2] or 0)
    if found := _SECONDS.fullmatch(asked):
        return int(found[1])
    return None


def clock_of(seconds: int) -> str:
    """ "2:30"."""
    return f"{seconds // 60}:{seconds % 60:02d}"


# What can be at all -------------------------------------------------------------------------------


class Bounds(NamedTuple):
    """Least and most, both allowed, and the sentence for whoever is outside; so many decimals."""

    low: Decimal
    high: Decimal
    sentence: str
    decimals: int = 0

    def holds(self, value: Decimal | int) -> bool:
        return self.low <= value <= self.high


def _bounds(low: str, high: str, sentence: str, decimals: int = 0) -> Bounds:
    return Bounds(Decimal(low), Decimal(high), sentence, decimals)


_TO_THREE: Final = _bounds("0", "3", _("Irritation runs from 0 to 3."))

HARD: Final[Mapping[str, Mapping[str, Bounds]]] = {
    "visit": {"pain": _bounds("0", "10", _("Pain runs from 0 to 10."))},
    "peel": {
        "strength_percent": _bounds("1", "70", _("A peel has between 1 and 70 %."), 1),
        "ph": _bounds("0", "7", _("The pH of a peel lies between 0 and 7."), 1),
        "contact_seconds": _bounds("0", "1200", _("A peel stays on for 0 to 20 minutes.")),
        "coats": _bounds("1", "10", _("A peel has between 1 and 10 coats.")),
        "rinse_seconds": _bounds("0", "1200", _("Rinsing takes 0 to 20 minutes.")),
    },
    "extraction": {
        "needle_gauge": _bounds("16", "34", _("Needles run from 16 to 34 G.")),
        "numbing_minutes": _bounds("1", "180", _("Numbing cream stays on for 1 to 180 minutes.")),
        "infiltration_ml": _bounds("0", "20", _("Infiltration takes 0 to 20 ml."), 1),
        "hyfrecator_watts": _bounds("0", "35", _("A hyfrecator has 0 to 35 W."), 1),
        "hyfrecator_seconds": _bounds("0", "60", _("Hyfrecation takes 0 to 60 seconds."), 1),
        "uncharted": _bounds("0", "200", _("Between 0 and 200 lesions.")),
    },
    "cryo": {
        "freeze_seconds": _bounds("1", "60", _("Freezing takes 1 to 60 seconds."), 1),
        "halo_mm": _bounds("0", "10", _("The halo measures 0 to 10 mm."), 1),
        "cycles": _bounds("1", "5", _("Between 1 and 5 cycles.")),
        "thaw_seconds": _bounds("0", "600", _("Thawing takes 0 to 10 minutes.")),
        "uncharted": _bounds("0", "200", _("Between 0 and 200 lesions.")),
    },
    "laser": {
        "power_watts": _bounds("0.1", "60", _("The laser has 0.1 to 60 W."), 1),
        "pulse_ms": _bounds("0.01", "1000", _("A pulse lasts 0.01 to 1000 ms."), 2),
        "rate_hz": _bounds("0.1", "999", _("The rate is 0.1 to 999 Hz."), 1),
        "spot_mm": _bounds("0.1", "9.9", _("The spot measures 0.1 to 9.9 mm."), 1),
        "energy_mj": _bounds("0.1", "999", _("The energy is 0.1 to 999 mJ."), 1),
        "density_percent": _bounds("0.1", "100", _("The density is 0.1 to 100 %."), 1),
        "passes": _bounds("1", "10", _("Between 1 and 10 passes.")),
        "numbing_minutes": _bounds("1", "180", _("Numbing cream stays on for 1 to 180 minutes.")),
        "infiltration_ml": _bounds("0", "20", _("Infiltration takes 0 to 20 ml."), 1),
        "uncharted": _bounds("0", "200", _("Between 0 and 200 lesions.")),
    },
    "retinoid": {
        "strength_percent": _bounds("0.01", "2", _("A retinoid has between 0.01 and 2 %."), 3),
        "nights_per_week": _bounds("0", "7", _("A week has seven nights.")),
        "missed_nights": _bounds("0", "200", _("Between 0 and 200 nights.")),
        "dryness": _TO_THREE,
        "redness": _TO_THREE,
        "peeling": _TO_THREE,
        "stinging": _TO_THREE,
    },
}


def kind_of(modality: str) -> str:
    """Which of the typed tables, as `HARD` names them, a modality is noted in."""
    return "peel" if modality in ("glycolic", "salicylic") else modality
