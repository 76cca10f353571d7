"""How far apart the sessions of a course may lie (clinical fact base 0)."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What a gap between two sessions asks of the people who book it."""

    REFUSED = "refused"
    NEEDS_REASON = "needs_reason"
    NORMAL = "normal"
    LATE = "late"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Spacing:
    """Days between two sessions of a course, counted in local calendar days.

    Below `floor` nobody may book; from there to `min` a clinician gives a reason; `min` to `max` is
    normal and `ideal` the day to propose; above `max` is late; above `lapse` the course has lapsed
    and needs a new assessment. `max` and `lapse` may be absent. Raises ValueError when they are out
    of order.
    """

    floor: int
    min: int
    ideal: int
    max: int | None = None
    lapse: int | None = None

    def __post_init__(self) -> None:
        days = [self.floor, self.min, self.ideal, self.max, self.lapse]
        given = [day for day in days if day is not None]
        if self.floor < 1 or given != sorted(given):
            raise ValueError(
                f"floor, min, ideal, max and lapse must rise from 1 day up, not {days}"
            )

    def times(self, gaps: int) -> "Spacing":
        """For a distance that has to leave room for so many gaps."""
        longest = [None if days is None else days * gaps for days in (self.max, self.lapse)]
        return Spacing(self.floor * gaps, self.min * gaps, self.ideal * gaps, *longest)

    def judge(self, gap: int) -> Verdict:
        """What to say to a gap of so many days; one rule for the search and for every booking."""
        if gap < self.floor:
            return Verdict.REFUSED
        if gap < self.min:
            return Verdict.NEEDS_REASON
        if self.lapse is not None and gap > self.lapse:
            return Verdict.LAPSED
        if self.max is not None and gap > self.max:
            return Verdict.LATE
        return Verdict.NORMAL
