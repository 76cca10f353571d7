"""One row of a protocol's timeline of letters. Pure data."""

from dataclasses import dataclass
from datetime import time
from typing import Literal, get_args

Anchor = Literal["session", "gone", "unbooked", "course_end", "regimen"]
Skin = Literal["all", "I-III", "IV-VI"]
Condition = Literal[
    "first",
    "not_first",
    "last",
    "not_last",
    "after_session_4",
    "priming",
    "antiviral",
    "retinoid",
    "unscreened",
    "missed",
    "cancelled",
    "conceives",
]
CONDITIONS: frozenset[str] = frozenset(get_args(Condition))

MORNING = time(9)
"""Advice goes out at one hour, so that all of a day's letters merge into one."""
EVENING = time(18)


def skin_group(fitzpatrick: int | None) -> Skin:
    """I-III or IV-VI; an unknown skin type gets the longer precautions of IV-VI."""
    return "I-III" if fitzpatrick in (1, 2, 3) else "IV-VI"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a timeline: a letter, its moment and its conditions.

    `anchor` is what day 0 means: the session itself; `gone`, the day on which a cancelled or missed
    session was known not to take place, while nothing is booked in its stead; `unbooked`, the last
    performed session of a course with no next one booked; `course_end`, the last session of a
    finished course; `regimen`, the first evening of a retinoid at home.
    `at` is the patient's wall-clock time on `day`; instead of it, `after_minutes` counts from the
    end of the session. `every` repeats the letter each so many days up to and including
    `until_day`; with `to_next` a booked next session takes the place of `until_day`. Repeats, and
    all letters after a session, end before the next session.
    `only` names conditions of `CONDITIONS`, all of which must hold. `covers` lists kinds whose
    advice this letter already gives: they are left out on its day. A step without `catch_up` is
    never sent late because of a late booking; any other is, until it expires.
    `source` says where the row comes from: the guide or the clinical fact base.
    """

    kind: str
    anchor: Anchor
    day: int
    source: str
    at: time | None = MORNING
    after_minutes: int | None = None
    every: int | None = None
    until_day: int | None = None
    to_next: bool = False
    only: frozenset[Condition] = frozenset()
    skin: Skin = "all"
    needs_attendance: bool = False
    covers: frozenset[str] = frozenset()
    expires_hours: int = 48
    catch_up: bool = True
    per_date: bool = True
    """False for a letter sent once however often its session moves."""

    def __post_init__(self) -> None:
        if (self.at is None) == (self.after_minutes is None):
            raise ValueError(f"{self.kind}: give a time of day or minutes after the session")
        if (self.every is None) != (self.until_day is None):
            raise ValueError(f"{self.kind}: repeats need both an interval and a last day")
        if self.every is not None and self.every < 1:
            raise ValueError(f"{self.kind}: repeats every {self.every} days")
        if self.expires_hours < 1:
            raise ValueError(f"{self.kind}: expires after {self.expires_hours} hours")
        if unknown := self.only - CONDITIONS:
            raise ValueError(f"{self.kind}: unknown conditions {sorted(unknown)}")

    @property
    def last_day(self) -> int:
        return self.day if self.until_day is None else self.until_day
