"""What guidance answers: six ways to treat in order, each with what speaks for and against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal

from treatments.protocol_data.model import Modality

GUIDE: Final = "guide"
Level = Literal["suggested", "possible", "cautioned", "blocked"]
TIERS: Final[Mapping[Level, int]] = {"suggested": 0, "possible": 1, "cautioned": 1, "blocked": 2}
"""What is suggested comes first and what is blocked last; between them the gentler goes first,
whether there is a caution or not."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that speaks for or against. `rule` is S1-S9, A1-A10, "2B" or "row n" of the
    screening matrix; `text` may name `values`, so that it can be translated first."""

    rule: str
    text: str
    source: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True, slots=True)
class Route:
    """What comes before any treatment. `holds`: nothing is suggested until it is done."""

    point: Point
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to treat. Every one of the six has a rank, from 1; blocked ones come last."""

    modality: Modality
    rank: int
    level: Level
    reasons: tuple[Point, ...] = ()
    cautions: tuple[Point, ...] = ()
    blocks: tuple[Point, ...] = ()
    notes: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Guidance:
    """`routes` come before the `suggestions`. `proposed` is what would usually be chosen: one way,
    or two as one plan; none where something else comes first. `education` for the patient;
    `observe`: to leave it alone is valid."""

    suggestions: tuple[Suggestion, ...]
    routes: tuple[Route, ...] = ()
    proposed: tuple[Modality, ...] = ()
    education: Point | None = None
    observe: Point | None = None

    @property
    def holds(self) -> bool:
        return any(route.holds for route in self.routes)

    @property
    def fingerprint(self) -> str:
        """Changes whenever anything that is said here does."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    def of(self, modality: Modality) -> Suggestion:
        return next(each for each in self.suggestions if each.modality == modality)
