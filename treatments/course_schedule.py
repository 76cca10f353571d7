"""When the letters about a course as a whole are due: to book on, and after its end. Pure.

Day 0 is the date of the last session done, in the zone of the clinic's location.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from patients.message_rules import QuietHours, Wanted
from treatments.message_timing import QUIET, in_order, message, occurrence, offsets, on_day
from treatments.protocol_data.step import Anchor, Step

CourseState = Literal["open", "complete", "stopped"]


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What is known about a course: sessions done of those planned, the start of the last one
    done, the start of the next one booked. `since` is the moment from which it has stood like
    this (visit signed, next session cancelled): letters that expired earlier are not planned."""

    done: int
    total: int
    last_done_at: datetime | None
    next_starts_at: datetime | None
    state: CourseState
    zone: ZoneInfo
    location_zone: ZoneInfo
    since: datetime | None = None

    @property
    def anchor(self) -> Anchor | None:
        """Which steps apply now; None for none."""
        if self.state == "stopped" or self.done == 0:
            return None
        if self.state == "complete" or self.done >= self.total:
            return "course_end"
        return "unbooked" if self.next_starts_at is None else None


def course_timeline(
    steps: Iterable[Step], facts: CourseFacts, quiet: QuietHours = QUIET
) -> tuple[Wanted, ...]:
    """The messages a course should have as a whole: while its next session is not booked, and
    after its end. Empty before the first session, and for a course that was stopped."""
    anchor, last = facts.anchor, facts.last_done_at
    if anchor is None or last is None:
        return ()
    day0 = last.astimezone(facts.location_zone).date()
    return in_order(
        message(step, occurrence(step, day0, day), window, facts.zone, quiet)
        for step in steps
        if step.anchor == anchor
        for day in offsets(step, step.last_day)
        for window in [on_day(step, day0 + timedelta(days=day), facts.zone, facts.since or last)]
    )
