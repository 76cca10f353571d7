"""When a visit could start, day by day, for calendars and other programs; two queries."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain

from django.utils.translation import gettext as _

from clinic.models import Resource
from clinic.queries.facts import Facts, Wanted, busy, facts
from clinic.scheduling.clock import Minute, to_minute_up, wall_times
from clinic.scheduling.free_starts import Stretches, free_starts
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.picks import narrowed
from clinic.scheduling.wishes import Wishes, wished_days


class NotAsked(Exception):
    """What was asked for does not exist at the place; the text says so to people."""


@dataclass(frozen=True, slots=True)
class Question:
    """One visit looked for: which service, on so many local days from `first`, and the wishes.

    `location` may be None for the first one. `picks` maps a kind of resource to the id of the one
    that is to take part.
    """

    location: int | None
    service: int
    first: date
    days: int
    wishes: Wishes = field(default_factory=Wishes)
    picks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """`free` holds the wall-clock times of each day that has any, in order: "09:15"."""

    place: Facts
    shape: VisitShape
    free: dict[date, list[str]]


def find(asked: Question, now: datetime) -> Answer:
    """Every free start on the grid from now on.

    Raises NotAsked for a service, person, room or device that is not known here, and
    Location.DoesNotExist in a clinic without locations.
    """
    until = asked.first + timedelta(days=asked.days)
    wanted = Wanted(serving=asked.service, named=tuple(asked.picks.values()))
    place = facts(asked.location, asked.first, until, wanted)
    shape = _known(asked, place)
    starts = _starts(place, shape, list(asked.picks.values()), now)
    return Answer(place, shape, dict(_by_day(starts, place, shape, asked.wishes)))


def _known(asked: Question, place: Facts) -> VisitShape:
    if place.shape is None:
        raise NotAsked(_("There is no such service."))
    kinds = {each.id: each.kind for each in place.resources}
    for kind, pick in asked.picks.items():
        if kinds.get(pick) != kind:
            raise NotAsked(_unknown(kind) % {"number": pick})
    return place.shape


def _unknown(kind: str) -> str:
    if kind == Resource.Kind.PERSON:
        return _("Nobody with the number %(number)s works here.")
    if kind == Resource.Kind.ROOM:
        return _("There is no room with the number %(number)s here.")
    return _("There is no device with the number %(number)s here.")


def _starts(place: Facts, shape: VisitShape, picks: list[int], now: datetime) -> list[Minute]:
    pools = [
        [each.id for each in place.resources if need.capability in each.capabilities]
        for need in shape.needs
    ]
    ways = narrowed(pools, picks)
    taken = _taken(place, {one for way in ways for pool in way for one in pool}, now)
    found = [free_starts(shape, way, taken, place.window, place.step) for way in ways]
    starts = found[0] if len(found) == 1 else sorted(set(chain.from_iterable(found)))
    return starts[bisect_left(starts, to_minute_up(now)) :]


def _taken(place: Facts, resources: set[int], now: datetime) -> dict[int, Stretches]:
    """When each of these is closed, booked or away."""
    closed, booked = place.not_open(), busy(resources, place.window, now)
    taken = {one: [*closed[one], *booked.get(one, ())] for one in resources}
    for away in place.away:
        if away.resource in taken:
            taken[away.resource].append(away.during)
    return dict(taken)


def _by_day(
    starts: Sequence[Minute], place: Facts, shape: VisitShape, wishes: Wishes
) -> Iterator[tuple[date, list[str]]]:
    """The wished starts as the clock on the wall shows them, for each day that has any."""
    marks = place.marks
    for number, (low, high) in wished_days(wishes, place.first, marks, shape.minutes, place.zone):
        found = starts[bisect_left(starts, low) : bisect_left(starts, high)]
        if found:
            day = place.first + timedelta(days=number)
            yield day, wall_times(found, marks[number], marks[number + 1], place.zone)
