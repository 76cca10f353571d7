"""Where the numbers of a protocol and its letters contradict each other. Pure.

Nothing here forbids anything: whoever approves a version sees it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from treatments.protocol_data.step import Step

Kind = Literal["stop_told_late", "progress_elsewhere", "due_elsewhere", "lapse_elsewhere"]

TOLD_BEFORE: Final = 2
"""Days between the letter and the first day without a retinoid (clinical fact base 1.2)."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Those of a protocol that letters speak of; None for none."""

    stop_light: int
    stop_dark: int
    gap_max: int | None = None
    gap_lapse: int | None = None
    review_after_session: int | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """`day` is the letter's, `expected` the one that would fit."""

    kind: Kind
    day: int
    expected: int
    skin: str = "all"


def clashes(numbers: Numbers, steps: Iterable[Step]) -> tuple[Clash, ...]:
    """Letters that come on another day than the numbers say; `steps` are those that are sent."""
    return tuple(clash for step in steps for clash in _of(step, numbers))


def _of(step: Step, numbers: Numbers) -> Iterator[Clash]:
    if step.kind == "stop_retinoid":
        yield from _stop(step, numbers)
    elif step.kind == "progress" and numbers.review_after_session not in (None, 4):
        # the letter's condition is "after session 4"
        yield Clash("progress_elsewhere", 4, numbers.review_after_session or 0)
    elif step.kind == "overdue" and numbers.gap_max not in (None, step.day):
        yield Clash("due_elsewhere", step.day, numbers.gap_max or 0)
    elif step.kind == "lapsed" and numbers.gap_lapse not in (None, step.day):
        yield Clash("lapse_elsewhere", step.day, numbers.gap_lapse or 0)


def _stop(step: Step, numbers: Numbers) -> Iterator[Clash]:
    """The letter goes out before the stop, for whichever skin it is meant."""
    stops = {"I-III": numbers.stop_light, "IV-VI": numbers.stop_dark}
    meant = stops.values() if step.skin == "all" else [stops[step.skin]]
    longest = max(meant)
    if longest and -step.day < longest + TOLD_BEFORE:
        yield Clash("stop_told_late", step.day, -(longest + TOLD_BEFORE), step.skin)
