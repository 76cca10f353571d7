"""What a log holds when it is opened: carried over from last time, or where the protocol begins.

Carried over are settings and materials. What is measured or seen at the visit is not: contact time,
endpoint, bleeding, plume extraction are entered anew each time.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from treatments.models import PeelRecord
from treatments.progress import NextStep
from treatments.visit_bounds import kind_of

CARRIED: Final[Mapping[str, tuple[str, ...]]] = {
    "peel": (
        "strength_percent",
        "ph",
        "buffered",
        "vehicle",
        "degreaser",
        "coats",
        "neutraliser",
        "skipped",
    ),
    "extraction": (
        "tool",
        "needle_gauge",
        "antiseptic",
        "anaesthesia",
        "numbing_agent",
        "dressing",
    ),
    "cryo": ("method", "freeze_seconds", "halo_mm", "cycles"),
    "laser": (
        "device_id",
        "serial",
        "mode",
        "power_watts",
        "pulse_ms",
        "rate_hz",
        "spot_mm",
        "energy_mj",
        "density_percent",
        "passes",
        "eye_shield",
        "anaesthesia",
        "anaesthetic",
        "cooling",
    ),
    "retinoid": ("agent", "strength_percent", "vehicle", "amount", "started_on"),
}
# clinical fact base 1.5: 3 to 5 seconds, a halo of 1 to 2 mm, one cycle
_FIRST: Final[Mapping[str, Mapping[str, Any]]] = {
    "cryo": {"freeze_seconds": Decimal(3), "halo_mm": Decimal(1), "cycles": 1},
}


def start_values(
    modality: str, last: Mapping[str, Any] | None, first: NextStep | None
) -> dict[str, Any]:
    """The columns of a new draft's typed table; `first` is the protocol's start, for peels."""
    kind = kind_of(modality)
    if last is not None:
        values = {name: last[name] for name in CARRIED[kind]}
    else:
        values = dict(_FIRST.get(kind, {}))
        if first is not None:
            values["strength_percent"] = first.strength
    if kind == "peel":
        agents = {"glycolic": PeelRecord.Agent.GLYCOLIC, "salicylic": PeelRecord.Agent.SALICYLIC}
        values["agent"] = agents[modality]
    return values
