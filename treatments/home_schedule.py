"""When the letters about a retinoid at home are due: clinical fact base 5.4. Pure.

Day 0 is its first evening. How many evenings a week has follows from `treatments.regimen`: ladder,
changes, and pauses round treatments, of which the letters of those visits tell. The letter of a
week goes out on the morning of the first evening on which the retinoid is used in it; a week
without an evening has none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from patients.message_rules import QuietHours, Wanted
from treatments.message_timing import QUIET, in_order, message, offsets, on_day
from treatments.protocol_data.step import Step
from treatments.regimen import WEEK, Pause, Week, week_of

WEEKLY: Final = "regimen_week"
CHANGED: Final = "regimen_changed"
PREGNANCY: Final = "pregnancy"

SETTLES: Final = timedelta(hours=1)
"""A change is told of so long after it was made, so that one put right at once is told of once."""
TOLD_FOR: Final = timedelta(hours=48)
SAFETY_FOR: Final = timedelta(days=7)
"""A letter that says to stop is of use even if it comes late. All three: practice, unsourced."""


class Told(NamedTuple):
    """Something was changed, or answered, at this moment (aware); `pk` is that of its row."""

    pk: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What is known about one regimen.

    `weeks` are all of it, from `regimen.calendar`; `top` is the number of evenings at the end of
    the ladder. `agreed_at` is the moment from which it was wanted. `is_on` is false while its
    course is paused, stopped or finished, or the visit that begins it did not take place. `changes`
    are in the order in which they were made. `pregnancy` is the newest answer that says that a
    pregnancy is there, possible or planned. `conceives`: whether one can concern this person.
    """

    starts_on: date
    weeks: tuple[Week, ...]
    top: int
    agreed_at: datetime
    zone: ZoneInfo
    is_on: bool = True
    changes: tuple[Told, ...] = ()
    conceives: bool = False
    pregnancy: Told | None = None

    @property
    def told_of(self) -> Iterator[Week]:
        """The weeks up to the first that has every evening of the ladder's end, and those in which
        it is begun again after a pause."""
        is_climbing = True
        before: tuple[Pause, ...] = ()
        for week in self.weeks:
            pauses = (*before, *week.pauses)
            again = any(week.starts_on <= pause.again <= week.ends_on for pause in pauses)
            if week.nights and (is_climbing or again):
                yield week
            before = week.pauses
            is_climbing = is_climbing and not (week.planned >= self.top and week.is_full)


def home_timeline(
    steps: Iterable[Step], facts: HomeFacts, quiet: QuietHours = QUIET
) -> tuple[Wanted, ...]:
    """The messages one regimen should have, in order of their time.

    While the newest answer speaks of a pregnancy nothing asks to use the retinoid: the letter that
    says to leave it is the only one beside that of a change.
    """
    changed = list(_changed(facts, quiet))
    if not facts.is_on:
        return tuple(changed)
    if facts.pregnancy is not None:
        return in_order([*changed, _reported(facts.pregnancy, facts.zone, quiet)])
    days = list(_days(steps, facts))
    covered = {(kind, day.on) for day in days for kind in day.step.covers}
    planned = (
        message(day.step, day.occurrence, window, facts.zone, quiet)
        for day in days
        if (day.step.kind, day.on) not in covered
        for window in [on_day(day.step, day.on, facts.zone, facts.agreed_at)]
    )
    return in_order([*changed, *planned])


class _Day(NamedTuple):
    step: Step
    on: date
    occurrence: str


def _days(steps: Iterable[Step], facts: HomeFacts) -> Iterator[_Day]:
    for step in steps:
        if step.anchor != "regimen" or ("conceives" in step.only and not facts.conceives):
            continue
        yield from _weekly(step, facts) if step.kind == WEEKLY else _dated(step, facts)


def _weekly(step: Step, facts: HomeFacts) -> Iterator[_Day]:
    wanted = {day // WEEK + 1 for day in offsets(step, step.last_day)}
    for week in facts.told_of:
        if week.number in wanted:
            yield _Day(step, week.free[0], f"week-{week.number}")


def _dated(step: Step, facts: HomeFacts) -> Iterator[_Day]:
    """On days counted from the first evening; what goes with its use from week to week (sunscreen)
    is left out in a week without it."""
    for offset in offsets(step, step.last_day):
        day = facts.starts_on + timedelta(days=offset)
        week = week_of(facts.weeks, day)
        if step.every != WEEK or week is None or week.nights:
            yield _Day(step, day, f"{facts.starts_on}/{offset:+d}")


def _changed(facts: HomeFacts, quiet: QuietHours) -> Iterator[Wanted]:
    """Of several changes on one day the last is told of."""
    by_day = {each.at.astimezone(facts.zone).date(): each for each in facts.changes}
    for each in by_day.values():
        due = quiet.next_allowed(each.at + SETTLES, facts.zone)
        yield Wanted(CHANGED, f"change-{each.pk}", due, due + TOLD_FOR)


def _reported(told: Told, zone: ZoneInfo, quiet: QuietHours) -> Wanted:
    due = quiet.next_allowed(told.at, zone)
    return Wanted(PREGNANCY, f"answer-{told.pk}", due, due + SAFETY_FOR)
