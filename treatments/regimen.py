"""A retinoid at home, week by week: how many evenings, and when it is left out.

Pure; days are local calendar days, a day stands for its evening. The ladder (evenings a week, week
by week) is the protocol's; a week that could not be used in full is used again before the next
rung. Round a treatment the retinoid is left out: stopped some days before (clinical fact base 1.2),
taken up again some days after (2D). Numbers without a source are practice, unsourced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from treatments.protocol_data.step import skin_group

RESTART_DAY: Final = 7
"""A retinoid is begun again this many days after a peel, if the skin is calm."""
FEW_NIGHTS: Final = 4
"""So few evenings between two pauses are not worth a new beginning."""
NARROW_GAP: Final = 21
STAY_WEEKS: Final = 2
"""After a step down the lower number is kept for so many weeks (clinical fact base 1.4)."""
LONG_PAUSE_WEEKS: Final = 4
"""After so many weeks without it, it begins one rung lower."""
WEEK: Final = 7
DAY: Final = timedelta(days=1)

STRENGTHS: Final = {
    "tretinoin": (Decimal("0.025"), Decimal("0.1")),
    "adapalene": (Decimal("0.1"), Decimal("0.1")),
    "retinol": (Decimal("0.025"), Decimal("1")),
}
"""Percent, least and most (clinical fact base 1.4)."""

What = Literal["up", "down", "hold", "pause", "resume", "stop"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something was changed on a day, in force from the week of that day. `to` is the rung, from 1;
    `until` the day on which a pause ends, None while it is open."""

    on: date
    what: What
    to: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """A visit round which the retinoid is left out: days before it, days after it."""

    on: date
    stop_days: int
    restart_days: int = RESTART_DAY


@dataclass(frozen=True, slots=True)
class Pause:
    """No retinoid from the evening of `first` on; again on the evening of `again`."""

    first: date
    again: date
    why: Literal["treatment", "series", "decided"] = "treatment"

    def covers(self, day: date) -> bool:
        return self.first <= day < self.again


@dataclass(frozen=True, slots=True)
class Week:
    """Seven evenings. `rung` counts from 1; `nights` is how many of the free evenings are used,
    fewer than `planned` where a pause leaves fewer."""

    number: int
    starts_on: date
    rung: int
    planned: int
    free: tuple[date, ...]
    pauses: tuple[Pause, ...] = ()

    @property
    def nights(self) -> int:
        return min(self.planned, len(self.free))

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=WEEK - 1)

    @property
    def is_full(self) -> bool:
        return self.nights == self.planned


def retinoid_stop_on(session_on: date, days: int) -> date:
    """The first day without a retinoid, `days` before the session (clinical fact base 1.2)."""
    return session_on - timedelta(days=days)


def pauses_retinoid(days_to_next: int, stop_days: int) -> bool:
    """Whether a retinoid is better left out until the next session: restarted a week after this
    one and stopped before the next, four nights or fewer would be left (clinical fact base 1.2)."""
    return days_to_next - stop_days - RESTART_DAY <= FEW_NIGHTS


def offers_series_pause(gap_days: int | None, skin_type: int | None) -> bool:
    """Whether to offer a pause for a whole series: sessions at most three weeks apart, or skin
    types IV to VI, unknown counted with them (clinical fact base 1.2)."""
    return (gap_days is not None and gap_days <= NARROW_GAP) or skin_group(skin_type) == "IV-VI"


def pauses(treatments: Iterable[Treatment], *, whole_series: bool = False) -> tuple[Pause, ...]:
    """When the retinoid is left out round these visits, in order and apart from each other. Visits
    between which few evenings would be left are one pause; so is a whole series if wanted."""
    single = sorted((_round(each) for each in treatments), key=lambda pause: pause.first)
    merged: list[Pause] = []
    for pause in single:
        before = merged[-1] if merged else None
        if before and (whole_series or (pause.first - before.again).days <= FEW_NIGHTS):
            why = "series" if whole_series else before.why
            merged[-1] = Pause(before.first, max(before.again, pause.again), why)
        else:
            merged.append(pause)
    return tuple(merged)


def _round(visit: Treatment) -> Pause:
    again = visit.on + timedelta(days=max(1, visit.restart_days))
    return Pause(retinoid_stop_on(visit.on, visit.stop_days), again)


def calendar(
    starts_on: date,
    ladder: Sequence[int],
    changes: Iterable[Change] = (),
    around: Iterable[Pause] = (),
    weeks: int = 24,
) -> tuple[Week, ...]:
    """So many weeks from the start, fewer when it is stopped; none without a ladder.

    `changes` in any order; of several in a week the last one counts. `around` are the pauses round
    treatments.
    """
    ordered = sorted(changes, key=lambda change: change.on)
    stopped_on = _stopped_on(ordered)
    left_out = (*around, *_decided(ordered))
    state, found = _State(len(ladder)), []
    for number in range(1, (weeks if ladder else 0) + 1):
        first = starts_on + timedelta(days=WEEK * (number - 1))
        if stopped_on is not None and first >= stopped_on:
            break
        state.begin([each for each in ordered if first <= each.on <= first + 6 * DAY])
        week = _week(number, first, state.rung, ladder, left_out, stopped_on)
        state.end(week)
        found.append(week)
    return tuple(found)


def _week(
    number: int,
    first: date,
    rung: int,
    ladder: Sequence[int],
    left_out: Sequence[Pause],
    stopped_on: date | None,
) -> Week:
    days = [first + n * DAY for n in range(WEEK)]
    there = [pause for pause in left_out if any(pause.covers(day) for day in days)]
    free = tuple(
        day
        for day in days
        if not any(pause.covers(day) for pause in there)
        and (stopped_on is None or day < stopped_on)
    )
    return Week(number, first, rung, ladder[rung - 1], free, tuple(there))


class _State:
    """Which rung the coming week has; `stay` counts the weeks for which it is kept, this one
    included, `idle` the last ones without an evening."""

    def __init__(self, rungs: int) -> None:
        self.rungs, self.rung, self.stay, self.idle = rungs, 1, 0, 0

    def begin(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.what == "up" and change.to is not None:
                self.rung, self.stay = min(max(change.to, self.rung), self.rungs), 0
            elif change.what == "down" and change.to is not None:
                self.rung, self.stay = max(1, min(change.to, self.rung)), STAY_WEEKS
            elif change.what == "hold":
                self.stay = max(self.stay, 1) + 1

    def end(self, week: Week) -> None:
        if week.nights == 0:
            self.idle += 1
            if self.idle == LONG_PAUSE_WEEKS:
                self.rung = max(1, self.rung - 1)
            return
        self.idle = 0
        self.stay = max(0, self.stay - 1)
        if self.stay == 0 and week.is_full:
            self.rung = min(self.rung + 1, self.rungs)


def _stopped_on(ordered: Sequence[Change]) -> date | None:
    """When it was stopped for good: it was not taken up again."""
    ends = [each for each in ordered if each.what in ("stop", "resume")]
    return ends[-1].on if ends and ends[-1].what == "stop" else None


def _decided(ordered: Sequence[Change]) -> tuple[Pause, ...]:
    """The pauses that somebody decided on: to their end, or to when it was taken up again. What was
    stopped and taken up again was a pause too."""
    found: list[Pause] = []
    steps = [each for each in ordered if each.what in ("pause", "resume", "stop")]
    for change, following in pairwise([*steps, None]):
        if change is None or change.what == "resume":
            continue
        ends = [day for day in (change.until, following and following.on) if day]
        found.append(Pause(change.on, min(ends, default=date.max), "decided"))
    return tuple(pause for pause in found if pause.first < pause.again)


def week_of(weeks: Iterable[Week], day: date) -> Week | None:
    """The week in which this day lies."""
    return next((week for week in weeks if week.starts_on <= day <= week.ends_on), None)
