"""What an assessment says, as guidance takes it. Pure; the words are those of the models."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from treatments.face_map import EYE_AREA
from treatments.protocol_data.model import Modality

WHOLE_FACE: Final = "face"
NO_EFFECT: Final = frozenset({"none", "worse"})
DRUGS: Final = frozenset({"steroid", "isotretinoin", "braf", "imiquimod"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A milium or a counted cluster that is there. `site` is a key of the face map, `size_mm` of
    the largest, None when not measured; `depth` superficial, deep or unsure."""

    site: str
    count: int = 1
    size_mm: Decimal | None = None
    depth: str = "superficial"

    @property
    def near_eye(self) -> bool:
        return self.site in EYE_AREA


@dataclass(frozen=True, slots=True)
class Tried:
    """A treatment before: the whole series or not; cleared, partly, none, worse or unknown."""

    modality: Modality
    result: str
    finished: bool = True

    @property
    def failed(self) -> bool:
        """Less than half cleared by the whole of it."""
        return self.finished and self.result in NO_EFFECT


@dataclass(frozen=True, slots=True)
class Facts:
    """One assessment. `age` in completed years, `skin_type` Fitzpatrick 1-6; None is not known.
    `bothered` is False when the patient says 0 of 10 and feels nothing, None when not asked.
    `certain`: clinically milia and nothing else suspected; `atypical`: pigmented, bleeding or
    otherwise odd. Months are counted back from the assessment."""

    spots: tuple[Spot, ...] = ()
    arrangement: str = "discrete"
    kind: str = "primary"
    cause: str = ""
    certain: bool = True
    atypical: bool = False
    age: int | None = None
    skin_type: int | None = None
    present_for_months: int | None = None
    new_within_months: int | None = None
    episodes_a_year: int | None = None
    tried: tuple[Tried, ...] = ()
    triggers: frozenset[str] = frozenset()
    wants_prevention: bool = False
    accepts_downtime: bool = True
    squeezes: bool = False
    bothered: bool | None = None

    @property
    def count(self) -> int:
        return count(self.spots)

    @property
    def regions(self) -> int:
        """Sites with milia; left and right are one."""
        return len({spot.site for spot in self.spots})

    @property
    def near_eye(self) -> tuple[Spot, ...]:
        return tuple(spot for spot in self.spots if spot.near_eye)

    @property
    def elsewhere(self) -> tuple[Spot, ...]:
        return tuple(spot for spot in self.spots if not spot.near_eye)

    @property
    def largest_mm(self) -> Decimal | None:
        return max((spot.size_mm for spot in self.spots if spot.size_mm), default=None)

    @property
    def deep(self) -> tuple[Spot, ...]:
        return tuple(spot for spot in self.spots if spot.depth == "deep")

    @property
    def failed(self) -> tuple[Tried, ...]:
        return tuple(each for each in self.tried if each.failed)

    @property
    def drugs(self) -> frozenset[str]:
        return self.triggers & DRUGS


def count(spots: Iterable[Spot]) -> int:
    return sum(spot.count for spot in spots)


RuleName = Literal["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10"]
SECOND_LAYER: Final[tuple[RuleName, ...]] = (
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10",
)  # fmt: skip
"""The rules of the clinical fact base 2C. A7 speaks against S2 of the guide: off until a clinic
turns it on."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers behind the words of the guide (clinical fact base 2B: none of them is published,
    a clinic sets its own), and which rules of the second layer speak."""

    small_max: int = 5
    moderate_max: int = 15
    broad_regions: int = 3
    large_mm: Decimal = Decimal(3)
    stubborn_months: int = 12
    recurrent_months: int = 6
    recurrent_episodes: int = 2
    second_layer: frozenset[str] = frozenset(SECOND_LAYER) - {"A7"}

    def few(self, spots: Iterable[Spot]) -> bool:
        return 1 <= count(spots) <= self.small_max

    def many(self, facts: Facts) -> bool:
        return facts.count > self.moderate_max

    def small_to_moderate(self, facts: Facts) -> bool:
        return 1 <= facts.count <= self.moderate_max

    def broad(self, facts: Facts) -> bool:
        whole = any(spot.site == WHOLE_FACE for spot in facts.spots)
        return whole or facts.regions >= self.broad_regions

    def large(self, spot: Spot) -> bool:
        return spot.size_mm is not None and spot.size_mm >= self.large_mm

    def long_there(self, facts: Facts) -> bool:
        months = facts.present_for_months
        return months is not None and months > self.stubborn_months

    def recurrent(self, facts: Facts) -> bool:
        new, often = facts.new_within_months, facts.episodes_a_year
        return (new is not None and new <= self.recurrent_months) or (
            often is not None and often >= self.recurrent_episodes
        )
