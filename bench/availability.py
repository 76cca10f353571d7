"""Queries and time of a month's availability, by size of the clinic and length of its history."""

import time
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import world
from bench.results import Figure
from clinic.queries.availability import shape_of, snapshot
from clinic.scheduling.availability import feasible

MONTH = timedelta(days=30)


def measure() -> list[Figure]:
    small = world.build("small", people=1, rooms=1, patients=1)
    large = world.build("large", people=20, rooms=20, patients=20)
    few, many = _queries(small), _queries(large)
    before = _seconds(large)
    world.add_history(large, 20_000)
    after_queries, after = _queries(large), _seconds(large)
    most = max(few, many, after_queries)
    return [
        Figure("availability of a month: queries, 1 person", few, "<= 8", few <= 8),
        Figure("availability of a month: queries, 20 people", many, "<= 8", many <= 8, few),
        Figure(
            "availability of a month: queries, 20,000 past visits",
            after_queries,
            "<= 8",
            most <= 8 and few == many == after_queries,
            few,
        ),
        Figure(
            "availability of a month: time with 20,000 past visits, to none",
            round(after * 1000, 1),
            "ratio <= 1.2",
            after <= 1.2 * before,
            round(before * 1000, 1),
            "ms",
        ),
    ]


def _search(made: world.World) -> None:
    view = snapshot(made.location, world.MONDAY, world.MONDAY + MONTH)
    assert feasible(view, shape_of(made.assessment))


def _queries(made: world.World) -> int:
    with CaptureQueriesContext(connection) as caught:
        _search(made)
    return len(caught)


def _seconds(made: world.World) -> float:
    """The best of several: the machine's other work can only add."""
    return min(_once(made) for _ in range(15))


def _once(made: world.World) -> float:
    started = time.perf_counter()
    _search(made)
    return time.perf_counter() - started
