"""A snapshot with visits out of the way."""

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.freed import rearranged
from clinic.scheduling.intervals import Interval

COLE = Resource(1, "Dr Cole", "person", frozenset({"peel"}))
ROOM = Resource(2, "Room", "room", frozenset({"room"}))
VIEW = Snapshot.build(
    Interval(0, 600),
    [COLE, ROOM],
    {1: [Interval(100, 500)], 2: [Interval(0, 600)]},
    {1: [Interval(200, 300)], 2: [Interval(200, 310)]},
)


def test_what_is_freed_is_free_where_it_is_open() -> None:
    view = rearranged(VIEW, {1: [Interval(200, 300), Interval(490, 550)]}, {})
    assert view.free[1] == (Interval(100, 500),)
    assert view.free[2] == VIEW.free[2]


def test_what_is_taken_is_not_and_the_rest_stays() -> None:
    view = rearranged(
        VIEW, {1: [Interval(200, 300)]}, {1: [Interval(120, 150)], 2: [Interval(0, 9)]}
    )
    assert view.free[1] == (Interval(100, 120), Interval(150, 500))
    assert view.free[2] == (Interval(9, 200), Interval(310, 600))
    assert VIEW.free[1] == (Interval(100, 200), Interval(300, 500))


def test_what_the_snapshot_does_not_know_is_passed_over() -> None:
    assert rearranged(VIEW, {7: [Interval(0, 1)]}, {8: [Interval(0, 1)]}) == VIEW
