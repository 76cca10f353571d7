"""New slots for all visits that an illness, a broken device or a closed day touches, at once.

Solved together, so that, in this order,

1. as many as possible get a slot (of equally many, those of the higher priority),
2. as few as possible on a day that people have to be warned of,
3. by as few days of displacement in all,
4. with as little change of the time of day and of the practitioner as possible.

No slot breaks a limit: who and what it needs is free, the patient has time, the day is legal, and
two visits of one course keep their distance from each other. `replan_options` finds everywhere that
each visit could go, `replan_search` who goes where.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.diagnosis import why_on_no_day
from clinic.scheduling.one_visit import Visit
from clinic.scheduling.refusals import Reason, short_day
from clinic.scheduling.replan_board import ANY_DAY, Board, Distance, Task
from clinic.scheduling.replan_options import (
    DAY,
    LATE,
    Choice,
    Choices,
    is_at,
    unsolved_price,
)
from clinic.scheduling.replan_request import Link, ReplanRequest, Touched
from clinic.scheduling.replan_search import best_plan
from clinic.scheduling.slots import Slot

__all__ = ["Link", "Outcome", "ReplanRequest", "Touched", "replan"]


@dataclass(frozen=True, slots=True)
class NoDayLeft:
    """The sessions before and after leave no day, or it has passed."""

    first: date
    last: date

    def __str__(self) -> str:
        if self.last < self.first:
            return "The sessions before and after it leave it no day"
        return f"The last day on which it is legal, {short_day(self.last)}, has passed"


@dataclass(frozen=True, slots=True)
class PinnedTaken:
    """The slot it was pinned to is not free any more."""

    def __str__(self) -> str:
        return "The time it was pinned to is not free any more"


@dataclass(frozen=True, slots=True)
class Outnumbered:
    """It has legal slots, but the touched visits with these keys need them all."""

    rivals: tuple[int, ...]

    def __str__(self) -> str:
        return "Every time that it could have goes to others of this list"


Why = Reason | NoDayLeft | PinnedTaken | Outnumbered


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one visit: a new slot, or None and the reasons.

    `days` and `effort` are what the slot changes: local days, and minutes of another time of day
    with `OTHER_PERSON` for another practitioner. `late` says that people have to be warned of it.
    `others` are more slots, the best of each of the nearest days, that it could have while
    everybody else keeps the new ones; of a visit that is `Outnumbered` those that the rivals have.
    """

    key: int
    before: Slot
    after: Slot | None
    days: int = 0
    effort: int = 0
    late: bool = False
    reasons: tuple[Why, ...] = ()
    others: tuple[Slot, ...] = ()


def replan(snapshot: Snapshot, request: ReplanRequest, others: int = 3) -> tuple[Outcome, ...]:
    """The outcome of every visit, in the order of the request, with up to so many `others`.

    In the snapshot what the touched visits hold counts as free, and the cause as busy or closed.
    """
    task, everywhere = task_of(snapshot, request)
    answer = _Answer(snapshot, request, everywhere, best_plan(task))
    return tuple(answer.outcome(at, others) for at in range(len(request.visits)))


def task_of(snapshot: Snapshot, request: ReplanRequest) -> tuple[Task, Sequence[Sequence[Choice]]]:
    """What the search is given, and by visit everywhere that it could go, pinned or not."""
    choices = Choices(snapshot, request)
    everywhere = [choices.of(visit) for visit in request.visits]
    task = Task(
        choices=[_kept(*each) for each in zip(request.visits, everywhere, strict=True)],
        unsolved=[unsolved_price(visit) for visit in request.visits],
        distances=_distances(request),
        cells=choices.cells,
    )
    return task, everywhere


def _kept(visit: Touched, choices: Sequence[Choice]) -> Sequence[Choice]:
    """The choices less those that a pinned visit may not have."""
    slot = visit.pinned
    return choices if slot is None else [one for one in choices if is_at(one, slot)]


def _distances(request: ReplanRequest) -> list[list[Distance]]:
    """By visit the days between it and those that it is linked with, told from both sides."""
    number = {visit.key: at for at, visit in enumerate(request.visits)}
    found: list[list[Distance]] = [[] for _ in request.visits]
    for link in request.links:
        a, b = number[link.earlier], number[link.later]
        longest = ANY_DAY if link.longest is None else link.longest
        found[b].append(Distance(a, link.shortest, longest))
        found[a].append(Distance(b, -longest, -link.shortest))
    return found


@dataclass(frozen=True)
class _Answer:
    """A plan in the terms of the request."""

    snapshot: Snapshot
    request: ReplanRequest
    everywhere: Sequence[Sequence[Choice]]
    board: Board

    def outcome(self, at: int, others: int) -> Outcome:
        visit, choice = self.request.visits[at], self.board.at.get(at)
        if choice is None:
            reasons, more = self._reasons(at), self._others(at, others)
            return Outcome(visit.key, visit.slot, None, reasons=reasons, others=more)
        return Outcome(
            key=visit.key,
            before=visit.slot,
            after=_slot(visit, choice),
            days=choice.price % LATE // DAY,
            effort=choice.price % DAY,
            late=choice.price >= LATE,
            others=self._others(at, others),
        )

    def _others(self, at: int, most: int) -> tuple[Slot, ...]:
        visit, now = self.request.visits[at], self.board.at.get(at)
        found: dict[int, Slot] = {}
        for choice in self.everywhere[at] if self._is_outnumbered(at) else self._free(at):
            if len(found) == most:
                break
            if now is None or choice.start != now.start:
                found.setdefault(choice.day, _slot(visit, choice))
        return tuple(found.values())

    def _free(self, at: int) -> Iterator[Choice]:
        """The choices that nobody is in the way of but, it may be, the visit itself."""
        return (choice for choice in self.everywhere[at] if not self.board.in_the_way(at, choice))

    # Reasons -------------------------------------------------------------------------------------

    def _reasons(self, at: int) -> tuple[Why, ...]:
        visit = self.request.visits[at]
        if self._is_outnumbered(at):
            return (Outnumbered(self._rivals(at)),)
        if self.everywhere[at]:
            return (PinnedTaken(),)
        return self._obstacles(visit) or (NoDayLeft(*visit.days),)

    def _is_outnumbered(self, at: int) -> bool:
        return at not in self.board.at and bool(self.board.task.choices[at])

    def _rivals(self, at: int) -> tuple[int, ...]:
        """The keys of those who have the places that the visit could have."""
        others = {
            other
            for choice in self.board.task.choices[at]
            for other in self.board.in_the_way(at, choice)
        }
        return tuple(self.request.visits[other].key for other in sorted(others))

    def _obstacles(self, visit: Touched) -> tuple[Why, ...]:
        """What stands in the way of a visit on all of its days."""
        request = self.request
        alone = Visit(
            self.snapshot,
            visit.shape,
            request.zone,
            request.earliest,
            request.step,
            busy=visit.busy,
            blocked=visit.blocked,
        )
        return why_on_no_day(alone, *visit.days)


def _slot(visit: Touched, choice: Choice) -> Slot:
    return Slot(choice.start, choice.start + visit.shape.minutes, choice.assignment)
