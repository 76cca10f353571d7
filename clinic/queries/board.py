"""What a calendar draws: blocks, columns and boards, placed by the wall clock of the location.

Places are minutes on that clock, 0 to 1440, so a block at 15:30 stands at 15:30 on the days with 23
and 25 hours too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from clinic.models import Absence, Location, Reservation, Resource
from clinic.queries.appointments import Visit
from clinic.scheduling.clock import DAY_MINUTES, Minute, midnights, to_datetime, to_minute
from clinic.scheduling.intervals import Interval, Timeline, intersect, merge, subtract

ONE_DAY = timedelta(days=1)
# the style sheet knows so many side by side
MOST_LANES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a block: light while the room or device is held but nobody need be there."""

    start: int
    end: int
    is_light: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One resource held for one visit. `main` carries the words, `others` are the rest of it.

    `key` is unique on a board. `lead` is how many minutes after the start of the visit the resource
    is held, `minutes` for how long: what a move must know that takes hold of this block.
    """

    key: int
    visit: Visit
    main: Piece
    others: tuple[Piece, ...]
    lead: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Freed:
    """A cancelled visit. It holds nobody any more, so it stands beside the columns; those at one
    time share the width, `lane` of `lanes`, counted from 1."""

    visit: Visit
    start: int
    end: int
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Away:
    """Time taken by something that is no visit here: leave, maintenance, another location."""

    start: int
    end: int
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class Column:
    """One resource on one day."""

    resource: Resource
    on: date
    is_today: bool
    open: Timeline
    blocks: tuple[Block, ...]
    away: tuple[Away, ...]
    # open, not taken, and not past
    free: Timeline

    @property
    def closed(self) -> Timeline:
        """The rest of the day."""
        return subtract((Interval(0, DAY_MINUTES),), self.open)

    @property
    def is_used(self) -> bool:
        return bool(self.open or self.blocks)


@dataclass(frozen=True, slots=True)
class Board:
    """Columns side by side, cropped to `[start, end)` in minutes of the wall clock.

    `now` is the current minute if it is to be marked, `idle` the resources without a column because
    they neither work nor hold anything, `hidden` the columns somebody put away, `closure` why the
    location is closed, else "". Visits start every `step` minutes, counted from `phase`.
    """

    start: int
    end: int
    now: int | None
    columns: tuple[Column, ...]
    idle: tuple[Resource, ...]
    hidden: tuple[Column, ...]
    visits: tuple[Visit, ...]
    cancelled: tuple[Freed, ...]
    closure: str
    step: int
    phase: int


@dataclass(frozen=True, slots=True)
class DaySheet:
    """The day of one person on paper; of nobody for the visits that need none."""

    person: Resource | None
    open: Timeline
    away: tuple[Away, ...]
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of the whole location as a list."""

    on: date
    is_today: bool
    closure: str
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day on the wall of a location: `[start, end)` in minutes since the epoch."""

    on: date
    location: Location
    start: Minute
    end: Minute

    @classmethod
    def of(cls, on: date, location: Location) -> "LocalDay":
        start, end = midnights(on, on + ONE_DAY, location.zone)
        return cls(on, location, start, end)

    def touches(self, during: Any) -> bool:
        """Whether a range of moments has a part in this day."""
        return to_minute(during.lower) < self.end and to_minute(during.upper) > self.start

    def wall(self, minute: Minute) -> int:
        """Where the hands stand then, as minutes after 00:00; 1440 from the next midnight on."""
        if minute <= self.start:
            return 0
        if minute >= self.end:
            return DAY_MINUTES
        local = to_datetime(minute).astimezone(self.location.zone)
        return local.hour * 60 + local.minute

    def stretch(self, start: Minute, end: Minute) -> Interval:
        """From where to where to draw; five minutes at least, even over a repeated hour."""
        top = min(self.wall(start), DAY_MINUTES - 5)
        return Interval(top, max(self.wall(end), top + 5))

    def stretch_of(self, during: Any) -> Interval:
        return self.stretch(to_minute(during.lower), to_minute(during.upper))


def blocks_of(day: LocalDay, holds: Iterable[tuple[Reservation, Visit]]) -> Iterable[Block]:
    """The part of this day in what one resource is held for, each hold with its visit."""
    return (_block(day, held, visit) for held, visit in holds if day.touches(held.during))


def _block(day: LocalDay, held: Reservation, visit: Visit) -> Block:
    pieces = _pieces(day, held, visit)
    main = max(pieces, key=lambda piece: (not piece.is_light, piece.end - piece.start))
    return Block(
        key=held.pk,
        visit=visit,
        main=main,
        others=tuple(each for each in pieces if each is not main),
        lead=to_minute(held.during.lower) - to_minute(visit.appointment.during.lower),
        minutes=to_minute(held.during.upper) - to_minute(held.during.lower),
    )


def _pieces(day: LocalDay, held: Reservation, visit: Visit) -> list[Piece]:
    """Cut the hold of a room or device where a person joins and leaves."""
    whole = (day.stretch_of(held.during),)
    people = {person.pk for person in visit.people}
    attended = merge(
        day.stretch_of(each.during)
        for each in visit.appointment.reservations.all()
        if each.resource_id in people and day.touches(each.during)
    )
    full = [Piece(*each, is_light=False) for each in intersect(whole, attended)]
    return full + [Piece(*each, is_light=True) for each in subtract(whole, attended)]


def free(open_: Timeline, blocks: Iterable[Block], taken: Iterable[Away], since: int) -> Timeline:
    """What is left of the open time from the minute `since` on."""
    spans = [
        Interval(piece.start, piece.end) for each in blocks for piece in (each.main, *each.others)
    ] + [Interval(each.start, each.end) for each in taken]
    ahead = (Interval(since, DAY_MINUTES),) if since < DAY_MINUTES else ()
    return intersect(subtract(open_, merge(spans)), ahead)


def freed(day: LocalDay, visits: Iterable[Visit]) -> tuple[Freed, ...]:
    """The cancelled visits of a day, side by side where they overlap: three at most, the next then
    share a lane."""
    found: list[Freed] = []
    for together in _overlapping(day, visits):
        lanes = min(len(together), MOST_LANES)
        found += [
            Freed(visit, *span, lane=at % lanes + 1, lanes=lanes)
            for at, (span, visit) in enumerate(together)
        ]
    return tuple(found)


def _overlapping(day: LocalDay, visits: Iterable[Visit]) -> list[list[tuple[Interval, Visit]]]:
    """Groups of visits that overlap, directly or through others, in order of time."""
    groups: list[list[tuple[Interval, Visit]]] = []
    end = -1
    for visit in visits:
        span = day.stretch_of(visit.appointment.during)
        if span.start >= end:
            groups.append([])
        groups[-1].append((span, visit))
        end = max(end, span.end)
    return groups


def away(day: LocalDay, held: Reservation) -> Away:
    words, note = (
        (Absence.Kind(held.absence.kind).label, held.absence.note)
        if held.absence
        else (_("At %(location)s") % {"location": held.appointment.location}, "")  # type: ignore[union-attr]
    )
    return Away(*day.stretch_of(held.during), words=str(words), note=note)
