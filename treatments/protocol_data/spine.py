"""Timeline rows that several protocols share (clinical fact base 5.1)."""

from typing import Final

from treatments.protocol_data.step import EVENING, Condition, Step

BASE: Final = "clinical fact base"
SUN: Final = frozenset({"sunscreen"})
AFTER_END: Final = 3 * 60


def screen_due(source: str, only: frozenset[Condition] = frozenset()) -> Step:
    return Step("screen_due", "session", -7, source, only=only)


def precare_3(source: str) -> Step:
    return Step("precare_3", "session", -3, source)


def tomorrow(source: str) -> Step:
    # Whoever books on the eve has just read the time in the confirmation.
    return Step("tomorrow", "session", -1, source, at=EVENING, expires_hours=12, catch_up=False)


def aftercare_day0(source: str) -> Step:
    return Step(
        "aftercare_day0",
        "session",
        0,
        source,
        at=None,
        after_minutes=AFTER_END,
        needs_attendance=True,
        covers=SUN,
        expires_hours=12,
    )


def after(kind: str, day: int, source: str, only: frozenset[Condition] = frozenset()) -> Step:
    """A letter on a morning after the session, sun protection included."""
    return Step(kind, "session", day, source, only=only, needs_attendance=True, covers=SUN)


REBOOK: Final = (
    Step(
        "rebook",
        "gone",
        1,
        f"{BASE} 5.7: after a missed visit, this letter alone; the morning after is practice, "
        "unsourced",
        only=frozenset({"missed"}),
    ),
    Step(
        "rebook",
        "gone",
        3,
        f"{BASE} 5.7 extended to cancelled visits: practice, unsourced",
        only=frozenset({"cancelled"}),
    ),
)
"""Asked to book again, while nothing is booked."""


def sunscreen(first: int, every: int, until: int, source: str, to_next: bool = False) -> Step:
    # A daily reminder is worth nothing on the day after; a weekly one still is.
    return Step(
        "sunscreen",
        "session",
        first,
        source,
        every=every,
        until_day=until,
        to_next=to_next,
        needs_attendance=True,
        expires_hours=12 if every == 1 else 48,
    )


STANDING_ALONE: Final = (tomorrow(f"{BASE} 5.1"), *REBOOK)
"""Around a visit at which nothing is treated: an assessment, a follow-up."""
