"""The series search: the same optimum as brute force and as CP-SAT, and how long it takes."""

import random
import time as clock
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bench.results import Figure
from bench.series_cpsat import solve
from bench.series_kinds import best_series
from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.clock import midnights
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import Shift, opening
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.request import SeriesRequest, Weights
from clinic.scheduling.series import propose
from clinic.scheduling.spacing import Spacing

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2027, 3, 1)
PEEL = VisitShape((Need("who", "peel", 0, 30), Need("room", "room", 0, 40)), 30)
SMALL_CASES = 200
LARGE_CASES = 3


def clinic(days: int, people: int, rooms: int, full: float, hours: int, seed: int) -> Snapshot:
    """Open from 9 for so many hours on weekdays; `full` of each person's half hours taken."""
    dice = random.Random(seed)
    until = MONDAY + timedelta(days=days)
    shifts = [Shift(day, time(9), time(9 + hours)) for day in range(5)]
    open_ = opening(shifts, LONDON, MONDAY, until)
    resources = [Resource(n, f"Person {n}", "person", frozenset({"peel"})) for n in range(people)]
    resources += [Resource(100 + n, f"Room {n}", "room", frozenset({"room"})) for n in range(rooms)]
    halves = [
        Interval(minute, minute + 30)
        for stretch in open_
        for minute in range(stretch.start, stretch.end, 30)
    ]
    busy = {each.id: [half for half in halves if dice.random() < full] for each in resources}
    marks = midnights(MONDAY, until, LONDON)
    return Snapshot.build(
        Interval(marks[0], marks[-1]), resources, {each.id: open_ for each in resources}, busy
    )


def question(
    view: Snapshot, sessions: int, spacing: Spacing, step: int, **more: Any
) -> SeriesRequest:
    return SeriesRequest(
        shapes=(PEEL,) * sessions,
        spacing=spacing,
        zone=LONDON,
        earliest=view.window.start,
        horizon_until=view.window.end,
        preferred=frozenset({0}),
        step=step,
        **more,
    )


def windows(dice: random.Random, sessions: int) -> tuple[Spacing, ...]:
    """A window for each gap by itself."""
    found = []
    for _ in range(sessions):
        shortest = dice.randint(4, 7)
        longest = shortest + dice.randint(2, 7)
        found.append(Spacing(3, shortest, dice.randint(shortest, longest), longest, 30))
    return tuple(found)


def measure() -> list[Figure]:
    """The pure search; what it takes from the database and over HTTP is in `series_requests`."""
    same = sum(_same_as_brute_force(seed) for seed in range(SMALL_CASES))
    view = clinic(days=182, people=5, rooms=3, full=0.6, hours=9, seed=1)
    found = [_timed(view, sessions) for sessions in (6, 10)]
    return [
        Figure(
            f"series: small cases with the proposals of brute force, of {SMALL_CASES}",
            same,
            f"= {SMALL_CASES}",
            same == SMALL_CASES,
            SMALL_CASES,
        ),
        *(figure for figures in found for figure in figures),
        *_beside_cpsat(),
    ]


def _timed(view: Snapshot, sessions: int) -> list[Figure]:
    request = question(view, sessions, Spacing(10, 14, 21, 28, 42), 15)
    answer = propose(view, request)
    assert not isinstance(answer, Refusal)
    took = min(_timed_answer(propose, view, request)[1] for _ in range(5))
    name = f"series of {sessions} in 26 weeks, 5 people, 3 rooms, 60 % full"
    return [
        Figure(f"{name}: really different proposals", len(answer), ">= 4", len(answer) >= 4),
        Figure(f"{name}: search", round(took * 1000, 1), "-", True, unit="ms"),
    ]


def _same_as_brute_force(seed: int) -> bool:
    """Three sessions within 11 days, or two within 20, where there is room for sooner and later."""
    sessions, days = (3, 11) if seed % 2 else (2, 20)
    view = clinic(days=days, people=2, rooms=1, full=0.6, hours=2, seed=seed)
    window = Spacing(1, 2, 3, 4, 6) if seed % 2 else Spacing(1, 2, 10, 14, 16)
    request = question(view, sessions, window, 15)
    answer, expected = propose(view, request), best_series(view, request, Weights(), 4)
    found = [] if isinstance(answer, Refusal) else [each.cost for each in answer]
    return found == [each.cost for each in expected]


def _beside_cpsat() -> list[Figure]:
    """The same questions to the general solver, with one thread, building its model included."""
    small = [_both(*_random_question(seed)) for seed in range(SMALL_CASES)]
    large = [_both(*_large_question(seed)) for seed in range(LARGE_CASES)]
    equal = sum(each.equal for each in small)
    return [
        Figure(
            f"series: optimum equal to CP-SAT's, of {SMALL_CASES}",
            equal,
            f"= {SMALL_CASES}",
            equal == SMALL_CASES,
            SMALL_CASES,
        ),
        _faster(f"series: median of these {SMALL_CASES}, beside CP-SAT", small, least=1),
        _faster(
            f"series of 10, a window per gap: median of {LARGE_CASES}, beside CP-SAT",
            large,
            least=100,
        ),
    ]


class Beside(NamedTuple):
    """One question answered by both: the processor seconds, and whether the price is the same."""

    ours: float
    theirs: float
    equal: bool


def _both(view: Snapshot, request: SeriesRequest) -> Beside:
    answer, ours = _timed_answer(propose, view, request, 1)
    other, theirs = _timed_answer(solve, view, request, Weights())
    cost = None if isinstance(answer, Refusal) else answer.best.cost
    return Beside(ours, theirs, other.proven and other.cost == cost)


def _faster(name: str, found: Sequence[Beside], least: int) -> Figure:
    ours = 1000 * median(each.ours for each in found)
    theirs = 1000 * median(each.theirs for each in found)
    goal = f"<= 1/{least}, all equal" if least > 1 else "-"
    holds = least == 1 or (least * ours <= theirs and all(each.equal for each in found))
    return Figure(name, round(ours, 2), goal, holds, round(theirs, 1), "ms")


def _large_question(seed: int) -> tuple[Snapshot, SeriesRequest]:
    """Ten sessions in 26 weeks of a whole clinic, each gap with its own window."""
    dice = random.Random(seed)
    view = clinic(182, 5, 3, 0.6, 9, seed)
    usual = Spacing(10, 14, 18, 28, 42)
    rising = tuple(
        Spacing(10, 14 - dice.randint(0, 4), 18, 18 + dice.randint(0, 10), 42) for _ in range(10)
    )
    return view, question(view, 10, usual, 15, spacings=rising)


def _random_question(seed: int) -> tuple[Snapshot, SeriesRequest]:
    """Three to eight sessions in ten weeks, each gap with its own window, wishes now and then."""
    dice = random.Random(seed)
    view = clinic(70, dice.randint(2, 3), dice.randint(1, 2), 0.7, 4, seed)
    sessions = dice.randint(3, 8)
    more: dict[str, Any] = {"spacings": windows(dice, sessions)}
    if dice.random() < 0.3:
        more["weekdays"] = frozenset(dice.sample(range(5), 3))
    if dice.random() < 0.3:
        more["hours"] = (time(9), time(11))
    if dice.random() < 0.3:
        more["previous"] = MONDAY - timedelta(days=dice.randint(1, 6))
    return view, question(view, sessions, Spacing(3, 5, 8, 11, 20), 15, **more)


def _timed_answer(act: Callable[..., Any], *asked: object) -> tuple[Any, float]:
    """With the processor time of this process: a clock on the wall also counts the neighbours."""
    started = clock.process_time()
    answer = act(*asked)
    return answer, clock.process_time() - started
