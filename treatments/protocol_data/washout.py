"""How long the skin rests between two different treatments: clinical fact base, section 2D.

Days from one visit to the next on the same skin, counted like all gaps in local calendar days; the
app treats faces, so every visit counts. Two sessions of one treatment keep their protocol's own
gaps. A retinoid is used at home: what counts is the visit that starts it, and the days without it
before a treatment are the protocol's `retinoid_stop`, of which letters remind. Pure data.
"""

from dataclasses import dataclass
from typing import Final

from treatments.protocol_data.model import Modality
from treatments.protocol_data.spine import BASE

_PRACTICE: Final = f"{BASE} 2D: practice, unsourced"


@dataclass(frozen=True, slots=True)
class Rest:
    """At least so many days after `first` before `then`."""

    first: Modality
    then: Modality
    days: int
    source: str = _PRACTICE


RESTS: Final[tuple[Rest, ...]] = (
    Rest("extraction", "glycolic", 7),
    Rest("extraction", "salicylic", 7),
    Rest("extraction", "retinoid", 3),
    Rest("extraction", "cryo", 14),
    Rest("extraction", "laser", 14),
    Rest("glycolic", "extraction", 7),
    Rest("glycolic", "salicylic", 14),
    Rest("glycolic", "retinoid", 7, f"{BASE} 2D: actives again after 3-7 days; the longer one"),
    Rest("glycolic", "cryo", 14),
    Rest("glycolic", "laser", 21, f"{BASE} 2D: laser kept 21 days away from a peel"),
    Rest("salicylic", "extraction", 7),
    Rest("salicylic", "glycolic", 14),
    Rest("salicylic", "retinoid", 7, f"{BASE} 2D: actives again after 3-7 days; the longer one"),
    Rest("salicylic", "cryo", 14),
    Rest("salicylic", "laser", 21, f"{BASE} 2D: laser kept 21 days away from a peel"),
    Rest("cryo", "extraction", 21),
    Rest("cryo", "glycolic", 28),
    Rest("cryo", "salicylic", 28),
    Rest("cryo", "retinoid", 14, f"{BASE} 2D: when healed; practice, unsourced"),
    Rest("cryo", "laser", 28),
    Rest("laser", "extraction", 28),
    Rest("laser", "glycolic", 42, f"{BASE} 2D: sources say 14-28 before a peel; the clinic's 42"),
    Rest("laser", "salicylic", 42, f"{BASE} 2D: sources say 14-28 before a peel; the clinic's 42"),
    Rest("laser", "retinoid", 28),
    Rest("laser", "cryo", 28),
)

LONGEST: Final = max(rest.days for rest in RESTS)

_DAYS: Final[dict[tuple[str, str], int]] = {(rest.first, rest.then): rest.days for rest in RESTS}


def rest_days(first: str, then: str) -> int:
    """The least days from one treatment to another; 0 where none are asked for."""
    return _DAYS.get((first, then), 0)
