"""What one visit asks of people, rooms and devices.

Each need has its own segment of the visit: numbing in the room from minute 0, the dermatologist
from 60 to 90, the laser from 65 to 85, the room until ten minutes after the patient has left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Need:
    """One resource with `capability`, from minute `starts` to minute `ends` of the visit.

    Minutes count from the patient's start; a negative one is preparation before it.
    `only` narrows the choice to these resource ids.
    Raises ValueError for a segment without length or an empty choice.
    """

    key: str
    capability: str
    starts: int
    ends: int
    only: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError(
                f"need {self.key!r} must end after minute {self.starts}, not {self.ends}"
            )
        if self.only is not None and not self.only:
            raise ValueError(f"need {self.key!r} leaves no resource to choose from")

    def overlaps(self, other: "Need") -> bool:
        """Whether the two segments share a minute, so that one resource cannot serve both."""
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class VisitShape:
    """The needs of one visit and the minutes the patient is asked to come for.

    The first need that a person can serve names the practitioner of the visit: list the clinician
    before those who help. Raises ValueError for no needs, a repeated key or no length.
    """

    needs: tuple[Need, ...]
    minutes: int

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise ValueError(f"a visit lasts at least a minute, not {self.minutes}")
        if not self.needs:
            raise ValueError("a visit needs at least one resource")
        if len({need.key for need in self.needs}) < len(self.needs):
            raise ValueError("the needs of a visit must have different keys")

    @property
    def starts(self) -> int:
        """The first minute that anybody or anything is held, never after 0."""
        return min(0, *(need.starts for need in self.needs))

    @property
    def ends(self) -> int:
        """The minute by which everything is free again, never before the patient leaves."""
        return max(self.minutes, *(need.ends for need in self.needs))

    def served_by(self, position: int, resource: int) -> "VisitShape":
        """The same visit with the need at `position` served by this resource and no other."""
        needs: Sequence[Need] = self.needs
        fixed = replace(needs[position], only=frozenset({resource}))
        return replace(self, needs=(*needs[:position], fixed, *needs[position + 1 :]))
