"""Findings of an assessment that several tests of guidance use, and short questions to it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from treatments.contraindications import Flag
from treatments.guidance import Facts, Guidance, Spot, Tried, guide
from treatments.protocol_data.model import Modality

ONE = Spot("cheek")
BIG = Spot("forehead", size_mm=Decimal(3))
EYE = Spot("lower_eyelid")
BIG_EYE = replace(BIG, site="lower_eyelid")
DEEP, UNSURE = replace(ONE, depth="deep"), replace(ONE, depth="unsure")
PEELS = ("glycolic", "salicylic")
FAILED = (Tried("extraction", "none"),)


def many(n: int = 16, *sites: str) -> tuple[Spot, ...]:
    """So many milia over these sites."""
    chosen = sites or ("cheek", "forehead", "chin")
    first = Spot(chosen[0], count=n - len(chosen) + 1)
    return first, *(Spot(site) for site in chosen[1:])


def suggested(facts: Facts, **more: Any) -> list[str]:
    """The ways that are suggested, in order."""
    return [each.modality for each in guide(facts, **more).suggestions if each.level == "suggested"]


def rules(found: Guidance, modality: Modality) -> list[str]:
    return [point.rule for point in found.of(modality).reasons]


def block(row: int, level: Any = "B") -> Flag:
    return Flag(row, level, "Something.", "clinical fact base 3")
