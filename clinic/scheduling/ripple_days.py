"""The days on which a session that moves could be booked, and its best slot on each of them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

from clinic.scheduling.availability import feasible
from clinic.scheduling.candidates import NOBODY, Search
from clinic.scheduling.clock import Minute, to_datetime
from clinic.scheduling.intervals import intersect
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.request import Wish
from clinic.scheduling.slots import Slot, assign, on_grid

# another practitioner is as bad as so many minutes of another time of day: the rate at which
# `Weights` exchanges a handover for quarters of an hour outside the wished ones
OTHER_PERSON = 75


class Opening(NamedTuple):
    """A start of a visit with a practitioner; `effort` is what that changes, in minutes."""

    effort: int
    start: Minute
    person: int


class Openings:
    """Where one visit fits, the `dropped` wishes not kept. Days are ordinals."""

    def __init__(self, search: Search, shape: VisitShape, dropped: frozenset[Wish]) -> None:
        self._search = search
        self._shape = shape
        self._dropped = dropped

    @cached_property
    def days(self) -> tuple[int, ...]:
        """In order. Who is free on them is not looked at before somebody asks for one."""
        view = self._search.snapshot
        return tuple(
            day
            for day in self._ranges
            if any(assign(view, self._shape, start) for start in self._starts_on(day))
        )

    def best_on(self, day: int, before: Slot) -> Opening:
        """The opening on one of the `days` that differs least from the slot before the change.

        Counted in minutes on the wall, with `OTHER_PERSON` for a practitioner who had no part in
        it. Of several the earliest, then the one of the first practitioner by id.
        """
        best: Opening | None = None
        zone = self._search.request.zone
        for off, start in sorted(
            (_off(start, before.start, zone), start) for start in self._starts_on(day)
        ):
            if best is not None and off > best.effort:
                break  # from here on the time alone is worse
            best = min(filter(None, [best, *self._openings(start, off, before)]), default=None)
        return cast("Opening", best)

    def slot_on(self, day: int, before: Slot) -> Slot:
        """That opening as a slot, with as many of the same resources as can be had."""
        _, start, person = self.best_on(day, before)
        led = self._search.led_by(self._shape, person)
        assignment = assign(self._search.snapshot, led, start, frozenset(before.assignment))
        return Slot(start, start + self._shape.minutes, cast("tuple[int, ...]", assignment))

    def _openings(self, start: Minute, off: int, before: Slot) -> Iterator[Opening]:
        for person, led in self._led.items():
            if assign(self._search.snapshot, led, start) is not None:
                is_other = person not in (NOBODY, *before.assignment)
                yield Opening(off + OTHER_PERSON * is_other, start, person)

    @cached_property
    def _led(self) -> dict[int, VisitShape]:
        """The visit with each of its practitioners."""
        people = self._search.practitioners(self._shape, self._dropped)
        return {person: self._search.led_by(self._shape, person) for person in people}

    def _starts_on(self, day: int) -> Iterator[Minute]:
        return chain.from_iterable(self._ranges[day])

    @cached_property
    def _ranges(self) -> dict[int, list[range]]:
        """By day the starts on the grid at which each need taken alone has somebody free."""
        search, step = self._search, self._search.request.step
        calendar, free = search.calendar, feasible(search.snapshot, self._shape)
        every_day = search.wished(self._shape, range(len(calendar)), self._dropped)
        starts = intersect(search.rested(every_day), search.patient_starts(self._shape))
        ranges: defaultdict[int, list[range]] = defaultdict(list)
        for first, until in intersect(starts, free):
            day = calendar.first + bisect_right(calendar.starts, first) - 1
            ranges[day].append(range(on_grid(first, step), until, step))
        return ranges


def _off(start: Minute, before: Minute, zone: ZoneInfo) -> int:
    """How many minutes lie between two times of the day, as the clocks on the wall show them."""
    return abs(_time_of_day(start, zone) - _time_of_day(before, zone))


def _time_of_day(minute: Minute, zone: ZoneInfo) -> int:
    moment = to_datetime(minute).astimezone(zone)
    return moment.hour * 60 + moment.minute
