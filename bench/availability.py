"""Queries for a month's availability, by size of the clinic and length of its history."""

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
    world.add_history(large, 20_000)
    later = _queries(large)
    name = "availability of a month: queries"
    return [
        Figure(f"{name}, 1 person and room", few, "<= 8", few <= 8),
        Figure(f"{name}, 20 people and rooms", many, "<= 8, the same", many == few, few),
        Figure(f"{name}, 20,000 past visits", later, "<= 8, the same", later == few, few),
    ]


def _search(made: world.World) -> None:
    view = snapshot(made.location, world.MONDAY, world.MONDAY + MONTH)
    assert feasible(view, shape_of(made.assessment))


def _queries(made: world.World) -> int:
    with CaptureQueriesContext(connection) as caught:
        _search(made)
    return len(caught)
