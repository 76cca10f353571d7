"""From a step of a timeline and its day to one message: due, known, useless. Pure.

What letters are about (a visit, a course, a retinoid at home) stands in the modules beside this.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from patients.message_rules import QuietHours, Wanted, at_local
from treatments.protocol_data.step import MORNING, Step

QUIET = QuietHours()


class Window(NamedTuple):
    """When a letter is due, when we first knew that it was wanted, and when it is useless."""

    due: datetime
    known_at: datetime
    expires: datetime
    about_at: datetime | None = None


def offsets(step: Step, last: int) -> Iterable[int]:
    """The days of a step, up to and including `last`."""
    return range(step.day, last + 1, step.every or max(1, last - step.day + 1))


def on_day(step: Step, day: date, zone: ZoneInfo, known_at: datetime) -> Window:
    """At the step's hour on this day of the patient's calendar."""
    due = at_local(day, step.at or MORNING, zone)
    return Window(due, known_at, due + timedelta(hours=step.expires_hours))


def message(
    step: Step, occurrence: str, window: Window, zone: ZoneInfo, quiet: QuietHours
) -> Wanted | None:
    """The message of a step on one of its days, or None when it can no longer be of use."""
    if window.due < window.known_at and not step.catch_up:
        return None
    due = quiet.next_allowed(max(window.due, window.known_at), zone)
    if due >= window.expires:
        return None
    return Wanted(step.kind, occurrence, due, window.expires, about_at=window.about_at)


def occurrence(step: Step, day0: date, day: int) -> str:
    """The day that the letter is about and the offset: "2027-01-12/-1"."""
    return f"{day0}/{day:+d}" if step.per_date else f"{day:+d}"


def in_order(planned: Iterable[Wanted | None]) -> tuple[Wanted, ...]:
    wanted = [each for each in planned if each is not None]
    return tuple(sorted(wanted, key=lambda each: each.due_at))
