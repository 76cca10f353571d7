"""The shape of a row of the matrix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from treatments.protocol_data.model import Modality
from treatments.protocol_data.step import skin_group

Level = Literal["B", "C", "i"]
Days = tuple[int, int]

MODALITIES: Final[tuple[Modality, ...]] = (
    "extraction",
    "glycolic",
    "salicylic",
    "retinoid",
    "cryo",
    "laser",
)
PEELS: Final[tuple[Modality, ...]] = ("glycolic", "salicylic")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the item, its level for each treatment (none where it does not matter), the
    questions whose answers bring it up, and where it comes from. `window` is the number of days
    after the last time, `windows` that of single treatments; `whys` likewise."""

    number: int
    name: str
    levels: Mapping[Modality, Level]
    source: str
    keys: tuple[str, ...] = ()
    why: str = ""
    whys: Mapping[Modality, str] = field(default_factory=dict)
    window: Days = (0, 0)
    windows: Mapping[Modality, Days] = field(default_factory=dict)

    def days(self, modality: Modality, skin_type: int | None) -> int:
        """The window; an unknown skin type counts as IV-VI."""
        light, dark = self.windows.get(modality, self.window)
        return light if skin_group(skin_type) == "I-III" else dark

    def why_of(self, modality: Modality) -> str:
        return self.whys.get(modality, self.why)


def levels(letters: str) -> dict[Modality, Level]:
    """Six letters in the order of the fact base: EXT GLY SAL RET CRYO CO2, a dash for none."""
    given = zip(MODALITIES, letters, strict=True)
    return {modality: letter for modality, letter in given if letter != "-"}  # type: ignore[misc]


PRACTICE: Final = "practice, unsourced"


def same(days: int) -> Days:
    """The window whatever the skin type."""
    return days, days
