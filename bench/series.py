"""The series search: the same optimum as brute force, and what a real question takes."""

import random
import time as clock
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bench.results import Figure
from bench.series_reference import best_series
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


def question(view: Snapshot, sessions: int, spacing: Spacing, step: int) -> SeriesRequest:
    return SeriesRequest(
        shapes=(PEEL,) * sessions,
        spacing=spacing,
        zone=LONDON,
        earliest=view.window.start,
        horizon_until=view.window.end,
        preferred=frozenset({0}),
        step=step,
    )


def measure() -> list[Figure]:
    same = sum(_same_as_brute_force(seed) for seed in range(SMALL_CASES))
    view = clinic(days=182, people=5, rooms=3, full=0.6, hours=9, seed=1)
    request = question(view, 6, Spacing(10, 14, 21, 28, 42), 15)
    answer = propose(view, request)
    assert not isinstance(answer, Refusal)
    took = min(_seconds(view, request) for _ in range(5))
    name = "series of 6 in 26 weeks, 5 people, 3 rooms, 60 % full"
    return [
        Figure(
            f"series: small cases with the optimum of brute force, of {SMALL_CASES}",
            same,
            f"= {SMALL_CASES}",
            same == SMALL_CASES,
            SMALL_CASES,
        ),
        Figure(f"{name}: really different proposals", len(answer), ">= 3", len(answer) >= 3),
        Figure(f"{name}: search", round(took * 1000, 1), "-", True, unit="ms"),
    ]


def _same_as_brute_force(seed: int) -> bool:
    view = clinic(days=11, people=2, rooms=1, full=0.6, hours=2, seed=seed)
    request = question(view, 3, Spacing(1, 2, 3, 4, 6), 15)
    answer, expected = propose(view, request), best_series(view, request, Weights(), 3)
    found = [] if isinstance(answer, Refusal) else [each.cost for each in answer]
    return found == [each.cost for each in expected]


def _seconds(view: Snapshot, request: SeriesRequest) -> float:
    started = clock.perf_counter()
    propose(view, request)
    return clock.perf_counter() - started
