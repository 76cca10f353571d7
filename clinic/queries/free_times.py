"""When one visit fits: the free times of a few days, with who and what each would hold.

Where nothing fits: what stands in the way, the nearest free time afterwards, and which one of the
wishes would have to be given up.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Q
from django.utils.translation import gettext as _

from clinic.models import Location, Need, Resource, Service, load_needs
from clinic.queries.availability import patient_busy, seen, shape_of
from clinic.queries.facts import Facts, Wanted, facts
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import to_datetime, to_minute_up
from clinic.scheduling.intervals import Interval, merge
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.picks import narrowed
from clinic.scheduling.refusals import NoSuchWeekday, VisitTooLong, When
from clinic.scheduling.slots import Slot, slots
from clinic.scheduling.why_not import Blocked, why_not
from clinic.scheduling.wishes import Wishes, wished_days
from patients.models import Patient

# how far after the days shown a free time is looked for
FURTHER = 92


@dataclass(frozen=True, slots=True)
class FreeTime:
    """One start that is free; `names` are the people and rooms it would hold, in order of need."""

    slot: Slot
    starts_at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    times: tuple[FreeTime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One visit looked for on so many local days from `first`.

    `picks` maps a kind of resource to the id of the one that is to take part.
    """

    patient: Patient
    location: Location
    service: Service
    first: date
    days: int
    now: datetime
    wishes: Wishes = field(default_factory=Wishes)
    picks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WayOut:
    """A wish that could be given up: its name, and the first free time without it."""

    wish: str
    time: FreeTime


@dataclass(frozen=True, slots=True)
class Nothing:
    """No free time on the days looked at. `nearest` is the first afterwards, None within months."""

    reasons: tuple[str, ...]
    nearest: FreeTime | None
    ways_out: tuple[WayOut, ...]


def find(search: Search) -> list[FreeDay]:
    """The free starts of the days, days without any left out. Four queries, whatever the size of
    the clinic."""
    found: dict[date, list[FreeTime]] = {}
    for time in _View.of(search).times():
        found.setdefault(time.starts_at.date(), []).append(time)
    return [FreeDay(day, tuple(times)) for day, times in found.items()]


def explain(search: Search) -> Nothing:
    """Why `find` came back empty, and what could be done."""
    view = _View.of(search)
    later = replace(search, first=search.first + timedelta(days=search.days), days=FURTHER)
    return Nothing(
        reasons=tuple(f"{reason}." for reason in view.reasons()),
        nearest=_View.of(later).first(),
        ways_out=tuple(_ways_out(view)),
    )


def _ways_out(view: "_View") -> Iterator[WayOut]:
    for wish, search in _without_one_wish(view.search):
        time = _View(search, view.place, view.snapshot, view.busy).first()
        if time is not None:
            yield WayOut(wish, time)


def _without_one_wish(search: Search) -> Iterator[tuple[str, Search]]:
    """Every way to give up one wish, under the name of its field."""
    if search.wishes.hours:
        yield "hours", replace(search, wishes=replace(search.wishes, hours=None))
    if search.wishes.weekdays:
        yield "weekdays", replace(search, wishes=replace(search.wishes, weekdays=frozenset()))
    for kind in search.picks:
        rest = {other: pick for other, pick in search.picks.items() if other != kind}
        yield kind, replace(search, picks=rest)


@dataclass(frozen=True, slots=True)
class _View:
    """A search with all that the database knows about it."""

    search: Search
    place: Facts
    snapshot: Snapshot
    busy: tuple[Interval, ...]

    @classmethod
    def of(cls, search: Search) -> "_View":
        load_needs([search.service])
        until = search.first + timedelta(days=search.days)
        wanted = Wanted(serving=search.service.pk, named=tuple(search.picks.values()))
        place = facts(search.location.pk, search.first, until, wanted)
        busy = patient_busy(search.patient, place.window)
        return cls(search, place, seen(place, search.now), busy)

    @property
    def shapes(self) -> Iterator[VisitShape]:
        """The visit with the picked ones, in every way they can take part."""
        shape = shape_of(self.search.service)
        pools = [tuple(one.id for one in self.snapshot.pool(need)) for need in shape.needs]
        for way in narrowed(pools, self.search.picks.values()):
            fixed = shape
            for at, (pool, kept) in enumerate(zip(pools, way, strict=True)):
                if kept != pool:
                    fixed = fixed.served_by(at, kept[0])
            yield fixed

    def wished(self) -> list[tuple[date, Interval]]:
        """The days with their starts that keep the wishes, from now on."""
        now = to_minute_up(self.search.now)
        return [
            (self.place.first + timedelta(days=number), Interval(max(low, now), high))
            for number, (low, high) in self._wished_days()
            if high > now
        ]

    def _wished_days(self) -> Iterator[tuple[int, Interval]]:
        place, minutes = self.place, self.search.service.minutes
        return wished_days(self.search.wishes, place.first, place.marks, minutes, place.zone)

    def times(self) -> Iterator[FreeTime]:
        """Every free time in order, each start once."""
        for slot in sorted(self._slots().values(), key=lambda slot: slot.start):
            yield self._described(slot)

    def first(self) -> FreeTime | None:
        """The earliest free time."""
        found = min(self._slots(1).values(), key=lambda slot: slot.start, default=None)
        return None if found is None else self._described(found)

    def _slots(self, limit: int | None = None) -> dict[int, Slot]:
        """By start; with a limit, so many for each way in which the picked ones can take part."""
        within = merge(starts for _, starts in self.wished())
        step = self.place.step
        found: dict[int, Slot] = {}
        for shape in self.shapes:
            options = slots(self.snapshot, shape, step, self.busy, within=within)
            for slot in islice(options, limit):
                found.setdefault(slot.start, slot)
        return found

    def _described(self, slot: Slot) -> FreeTime:
        by_id = {each.id: each.name for each in self.snapshot.resources}
        starts_at = to_datetime(slot.start).astimezone(self.place.zone)
        return FreeTime(slot, starts_at, tuple(by_id[each] for each in slot.assignment))

    def reasons(self) -> list[str]:
        """What stands in the way of a view without free times, as sentences without their end."""
        shape, days = next(self.shapes, None), self.wished()
        if shape is None:
            return [self._cannot_take_part()]
        if not days:
            return [self._no_such_time()]
        return [str(reason) for reason in why_not(self._blocked(shape, days))]

    def _blocked(self, shape: VisitShape, days: list[tuple[date, Interval]]) -> Blocked:
        place, wishes = self.place, self.search.wishes
        return Blocked(
            snapshot=self.snapshot,
            shape=shape,
            days=days,
            away=place.away,
            shut=place.shut,
            planned=place.open(closures=False),
            place=self.search.location.name,
            zone=place.zone,
            step=place.step,
            weekdays=tuple(sorted(wishes.weekdays)),
            hours=wishes.hours,
        )

    def _cannot_take_part(self) -> str:
        by_id = {each.id: each.name for each in self.place.resources}
        names = [by_id[pick] for pick in self.search.picks.values() if pick in by_id]
        words = {"names": ", ".join(names), "service": self.search.service.name}
        if len(names) > 1:
            return _("%(names)s cannot take part in “%(service)s” together") % words
        return _("%(names)s cannot take part in “%(service)s”") % words

    def _no_such_time(self) -> str:
        """No day keeps the wishes: what is left of today, the weekdays, or hours that are short."""
        search, wishes = self.search, self.search.wishes
        last = search.first + timedelta(days=search.days - 1)
        when = When(search.first, last, tuple(sorted(wishes.weekdays)), wishes.hours)
        dates = (search.first + timedelta(days=n) for n in range(search.days))
        if wishes.weekdays and wishes.weekdays.isdisjoint(day.weekday() for day in dates):
            return str(NoSuchWeekday(when))
        if any(self._wished_days()):
            return _("The wished times of these days are past")
        return str(VisitTooLong(search.service.minutes, when))


def bookable(location: Location, services: Iterable[Service]) -> dict[str, list[Resource]]:
    """Who works at a location, and its rooms and devices that one of the services can use; by kind
    and name."""
    works = Resource.objects.filter(active=True, weekly_hours__location=location)
    needed = Need.objects.filter(service__in=list(services)).values("capability")
    useful = Q(kind=Resource.Kind.PERSON) | Q(capabilities__in=needed)
    found: dict[str, list[Resource]] = {kind: [] for kind in Resource.Kind.values}
    for each in works.filter(useful).distinct().order_by("name"):
        found[each.kind].append(each)
    return found


def services() -> list[Service]:
    """What may be booked by itself, by name."""
    return list(Service.objects.filter(active=True, stands_alone=True).order_by("name"))
