"""A week of opening hours as somebody writes it down, and what changes when another takes over.

Wall-clock times throughout: what they are in real time is for `opening` to say.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

ONE_DAY = timedelta(days=1)
NOON = time(12)


class Stretch(NamedTuple):
    """Open on one weekday (Monday is 0) from `opens` to `closes`."""

    weekday: int
    opens: time
    closes: time


class Fault(StrEnum):
    """What can be wrong with a stretch."""

    REVERSED = "Closing time must be after opening time."
    OFF_GRID = "Hours begin and end on the grid on which visits start."
    OVERLAPS = "Two stretches of one day overlap."


def faults(stretches: Sequence[Stretch], grid: int) -> dict[int, Fault]:
    """What is wrong, by position in `stretches`; an overlap is the later one's fault.

    `grid` is in minutes.
    """
    found = {n: fault for n, each in enumerate(stretches) for fault in _own(each, grid)}
    sound = [(each, n) for n, each in enumerate(stretches) if n not in found]
    last: Stretch | None = None
    for each, n in sorted(sound):
        if last is not None and last.weekday == each.weekday and each.opens < last.closes:
            found[n] = Fault.OVERLAPS
        if last is None or (last.weekday, last.closes) < (each.weekday, each.closes):
            last = each
    return found


def _own(stretch: Stretch, grid: int) -> Iterator[Fault]:
    if stretch.closes <= stretch.opens:
        yield Fault.REVERSED
    elif any(each.minute % grid or each.second for each in stretch[1:]):
        yield Fault.OFF_GRID


class Row(NamedTuple):
    """A stretch as it is stored: valid on the days from and until, both included, None for ever."""

    pk: int
    stretch: Stretch
    valid_from: date | None
    valid_until: date | None

    def runs_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Handover:
    """How one week follows another on a day: rows, by pk, that last until the day before, that go
    on for ever, that never begin; and stretches that begin that day."""

    ends: tuple[int, ...]
    goes_on: tuple[int, ...]
    never_begins: tuple[int, ...]
    begins: tuple[Stretch, ...]


def hand_over(rows: Sequence[Row], week: Collection[Stretch], first: date) -> Handover:
    """The fewest changes that make `week` the hours of every day from `first` on.

    What was true before `first` stays true: such rows are cut or continued, never altered. Changes
    planned for later are part of what is replaced.
    """
    eve = first - ONE_DAY
    before = [each for each in rows if each.runs_on(eve)]
    later = [each for each in rows if not each.runs_on(eve) and _reaches(each, first)]
    wanted = set(week)
    going_on = [each.pk for each in before if each.stretch in wanted]
    wanted -= {each.stretch for each in before}
    kept: list[int] = []
    for each in later:
        if each.valid_from == first and each.stretch in wanted:
            kept.append(each.pk)
            wanted.discard(each.stretch)
    return Handover(
        ends=tuple(each.pk for each in before if each.pk not in going_on),
        goes_on=(*going_on, *kept),
        never_begins=tuple(each.pk for each in later if each.pk not in kept),
        begins=tuple(sorted(wanted)),
    )


def _reaches(row: Row, day: date) -> bool:
    return row.valid_until is None or row.valid_until >= day


def digest(rows: Sequence[Row]) -> str:
    """The same for the same hours, however they are stored: tells whether they have changed."""
    content = sorted(str(each[1:]) for each in rows)
    return sha256("\n".join(content).encode()).hexdigest()[:16]


def week_on(rows: Sequence[Row], day: date) -> tuple[Stretch, ...]:
    """The whole week as it is written down on one day, in order."""
    return tuple(sorted(each.stretch for each in rows if each.runs_on(day)))


def changes_after(rows: Sequence[Row], day: date) -> tuple[date, ...]:
    """The days after `day` on which another week takes over, in order."""
    starts = {each.valid_from for each in rows if each.valid_from}
    starts |= {each.valid_until + ONE_DAY for each in rows if each.valid_until}
    return tuple(sorted(each for each in starts if each > day))


def middle(stretches: Sequence[Stretch], grid: int) -> time:
    """Where the morning ends on a day with these hours: at its first break, or half way through.

    Half way is taken down to the grid, in minutes; a day without hours parts at noon.
    """
    if len(stretches) > 1:
        return min(each.closes for each in stretches)
    if not stretches:
        return NOON
    opens, closes = (each.hour * 60 + each.minute for each in stretches[0][1:])
    half = (opens + closes) // 2 // grid * grid
    return time(half // 60, half % 60)
