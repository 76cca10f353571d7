"""What is wrong with pinned sessions themselves: taken meanwhile, or too near to each other."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from clinic.scheduling.candidates import Search
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.refusals import PinApart, PinOutside, PinTaken, PinTooSoon, Reason
from clinic.scheduling.slots import Slot
from clinic.scheduling.spans import limits_before


class Fixed(NamedTuple):
    """A session with its day; -1 for the one before the series, beyond the last for that after."""

    at: int
    day: int


def blamed_pins(search: Search) -> Sequence[Reason | None]:
    """For every session what speaks against its pin, taken with the fixed sessions next to it."""
    blamed: list[Reason | None] = [None] * len(search.request.shapes)
    for at, pin in enumerate(search.request.pinned):
        if isinstance(pin, Slot) and not search.is_free(search.request.shapes[at], pin):
            blamed[at] = _taken(search, pin)
        elif isinstance(pin, date) and search.calendar.index(pin) not in range(
            len(search.calendar)
        ):
            blamed[at] = PinOutside(pin)
    fixed = list(fixed_sessions(search))
    if fixed and 0 < fixed[0].at < len(blamed) and blamed[fixed[0].at] is None:
        blamed[fixed[0].at] = _too_soon(search, fixed[0])
    for before, after in pairwise(fixed):
        reason = _apart(search, before, after)
        at = after.at if after.at < len(blamed) else before.at
        if reason and at >= 0 and blamed[at] is None:
            blamed[at] = reason
    return blamed


def _too_soon(search: Search, first: Fixed) -> PinTooSoon | None:
    """Whether the first fixed session leaves no room for those of the series before it."""
    shortest = sum(search.gaps[at].shortest for at in range(1, first.at + 1))
    if shortest <= first.day:
        return None
    return PinTooSoon(search.calendar.date(first.day), search.request.first_number, shortest)


def _taken(search: Search, pin: Slot) -> PinTaken:
    start = to_datetime(pin.start).astimezone(search.request.zone)
    return PinTaken(start.date(), start.time())


def fixed_sessions(search: Search) -> Iterator[Fixed]:
    """Those whose day is not to be chosen, in order."""
    request, calendar = search.request, search.calendar
    if request.previous is not None:
        yield Fixed(-1, calendar.index(request.previous))
    for at, pin in enumerate(request.pinned):
        if pin is not None:
            day = calendar.day_of(pin.start) if isinstance(pin, Slot) else calendar.index(pin)
            yield Fixed(at, day)
    if request.following is not None:
        yield Fixed(len(request.shapes) + request.unplaced, calendar.index(request.following))


def _apart(search: Search, before: Fixed, after: Fixed) -> PinApart | None:
    """What the gaps between two fixed sessions say against their distance, one of them pinned."""
    request, days = search.request, after.day - before.day
    limits = [limits_before(request, at) for at in range(before.at + 1, after.at + 1)]
    shortest = sum(first for first, _ in limits)
    bounded = [last for _, last in limits if last is not None]
    longest = sum(bounded) if len(bounded) == len(limits) else None
    if shortest <= days and (longest is None or days <= longest):
        return None
    pinned = after if after.at < len(request.shapes) else before
    if not 0 <= pinned.at < len(request.shapes):
        return None
    return PinApart(
        day=search.calendar.date(pinned.day),
        days=days,
        before=request.first_number + before.at if pinned is after else None,
        shortest=shortest,
        longest=longest,
        lapsed=len(limits) == 1 and request.spacing_before(after.at).lapse == longest,
    )
