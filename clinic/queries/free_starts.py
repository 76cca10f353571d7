"""When a visit could start, day by day, for calendars and other programs; two queries."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain

from django.utils.translation import gettext as _

from clinic.models import Resource
from clinic.queries.facts import Facts, Wanted, busy, facts
from clinic.scheduling.clock import to_minute_up, wall_times
from clinic.scheduling.free_starts import Stretches, free_starts
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.picks import Pool, narrowed
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
    ways = ways_to_serve(place, shape, asked.picks)
    booked = busy({one for way in ways for pool in way for one in pool}, place.window, now)
    return Answer(place, shape, dict(times(place, shape, ways, booked, asked.wishes, now)))


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


def ways_to_serve(place: Facts, shape: VisitShape, picks: Mapping[str, int]) -> list[list[Pool]]:
    """Need by need who may serve it, in every way in which the picked ones take part."""
    pools = [
        [each.id for each in place.resources if need.capability in each.capabilities]
        for need in shape.needs
    ]
    return narrowed(pools, picks.values())


def times(
    place: Facts,
    shape: VisitShape,
    ways: Sequence[Sequence[Pool]],
    booked: Mapping[int, Stretches],
    wishes: Wishes,
    now: datetime,
) -> Iterator[tuple[date, list[str]]]:
    """Each day that has free times, with what the clock on the wall shows at them; asks nothing."""
    taken = _taken(place, booked)
    found = [free_starts(shape, way, taken, place.window, place.step) for way in ways]
    starts = found[0] if len(found) == 1 else sorted(set(chain.from_iterable(found)))
    coming = starts[bisect_left(starts, to_minute_up(now)) :]
    marks = place.marks
    for number, (low, high) in wished_days(wishes, place.first, marks, shape.minutes, place.zone):
        chosen = coming[bisect_left(coming, low) : bisect_left(coming, high)]
        if chosen:
            day = place.first + timedelta(days=number)
            yield day, wall_times(chosen, marks[number], marks[number + 1], place.zone)


def _taken(place: Facts, booked: Mapping[int, Stretches]) -> dict[int, Stretches]:
    """When each resource is closed, booked or away."""
    taken = {one: [*closed, *booked.get(one, ())] for one, closed in place.not_open().items()}
    for away in place.away:
        taken[away.resource].append(away.during)
    return dict(taken)
