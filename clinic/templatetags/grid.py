"""Places on the calendar grid: the classes that put things where they belong."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import template

from clinic.queries.board import Board, Column
from clinic.scheduling.intervals import Interval, intersect
from clinic.templatetags.desk import clock

register = template.Library()

ROW_MINUTES = 5
# the style sheet knows spans up to this many rows
LONGEST_SPAN = 144


class Entry(NamedTuple):
    """A thing in a column of the board: "gap", "block" or "away", and where it is drawn."""

    kind: str
    start: int
    classes: str
    thing: Any


@register.simple_tag
def place(start: int, end: int, board: Board) -> str:
    """Classes that put `[start, end)` on the grid; "" when none of it is shown."""
    shown = intersect((Interval(start, end),), (Interval(board.start, board.end),))
    return _classes(*shown[0]) if shown else ""


@register.simple_tag
def entries(column: Column, board: Board, shortest_gap: int | None) -> list[Entry]:
    """What stands in a column, in order of time, so that Tab goes through the day; with a number,
    also the free stretches of so many minutes."""
    found = [
        Entry("away", each.start, place(each.start, each.end, board), each) for each in column.away
    ]
    found += [
        Entry("block", each.main.start, place(each.main.start, each.main.end, board), each)
        for each in column.blocks
    ]
    if shortest_gap is not None:
        gaps = (gap for each in column.free for gap in _pressable(each, board, shortest_gap))
        found += [Entry("gap", each.start, place(*each, board), each) for each in gaps]
    return sorted((each for each in found if each.classes), key=lambda each: each.start)


def _pressable(free: Interval, board: Board, shortest: int) -> Iterator[Interval]:
    """A free stretch from the first start of the grid on, if it is high enough to be pressed."""
    start = -(-(free.start - board.phase) // board.step) * board.step + board.phase
    end = min(free.end, start + LONGEST_SPAN * ROW_MINUTES)
    if end - start >= shortest:
        yield Interval(start, end)


@register.simple_tag
def closed_places(column: Column, board: Board) -> list[str]:
    """Classes for each closed stretch of a column, in pieces that the style sheet can span."""
    shown = intersect(column.closed, (Interval(board.start, board.end),))
    step = LONGEST_SPAN * ROW_MINUTES
    return [
        _classes(start, min(start + step, interval.end))
        for interval in shown
        for start in range(interval.start, interval.end, step)
    ]


def _classes(start: int, end: int) -> str:
    row = start // ROW_MINUTES
    return f"row-{row} span-{max(1, -(-end // ROW_MINUTES) - row)}"


@register.filter
def frame(board: Board) -> str:
    """Classes for the first and the last row shown, and the number of columns."""
    half = " is-half" if board.start % 60 else ""
    first, last = board.start // ROW_MINUTES, board.end // ROW_MINUTES
    columns = len(board.columns) + bool(board.cancelled)
    freed = " has-freed" if board.cancelled and board.columns else ""
    return f"from-{first} until-{last} cols-{max(1, columns)}{half}{freed}"


@register.filter
def hours(board: Board) -> list[tuple[str, str]]:
    """Class and text of each full hour shown."""
    first = -(-board.start // 60) * 60
    return [(f"row-{at // ROW_MINUTES}", clock(at)) for at in range(first, board.end, 60)]


@register.filter
def now_row(board: Board) -> str:
    """The class that puts the line of the present time; "" when that is not shown."""
    if board.now is None or not board.start <= board.now < board.end:
        return ""
    return f"row-{board.now // ROW_MINUTES}"
