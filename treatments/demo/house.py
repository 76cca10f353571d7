"""Sets up the demo clinic: places, accounts, people who treat, rooms, devices, hours, holidays."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from clinic.accounts.models import User
from clinic.actions import hours
from clinic.models import Absence, Capability, Location, Resource, Service, WeeklyHours
from clinic.queries.availability import shape_of
from clinic.scheduling.clock import local_minute_or_next, to_datetime
from clinic.scheduling.needs import VisitShape
from treatments.actions import protocols
from treatments.demo import places
from treatments.demo.diary import Diary
from treatments.demo.places import HARBOUR, Hours, wall
from treatments.models import Protocol
from treatments.queries import protocols as known_protocols

# the diaries reach from before the first visit of the oldest course to after the last of the newest
BACK_DAYS, AHEAD_DAYS = 330, 170


@dataclass
class House:
    """The clinic once it is set up, by name. `now` is the moment at which the demo is made."""

    now: datetime
    locations: dict[str, Location] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    resources: dict[tuple[str, str], Resource] = field(default_factory=dict)
    protocols: dict[str, Protocol] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    diaries: dict[str, Diary] = field(default_factory=dict)
    shapes: dict[int, VisitShape] = field(default_factory=dict)

    def today(self, place: str) -> date:
        return self.now.astimezone(self.locations[place].zone).date()

    def at(self, place: str, day: date, clock: str) -> datetime:
        """A wall-clock time of the place as an instant."""
        zone = self.locations[place].zone
        return to_datetime(local_minute_or_next(day, wall(clock), zone))

    def shape(self, service: Service) -> VisitShape:
        if service.pk not in self.shapes:
            self.shapes[service.pk] = shape_of(service)
        return self.shapes[service.pk]


def build(now: datetime) -> House:
    """Everything but patients and visits; diaries are opened last, absences included."""
    protocols.install()
    house = House(now)
    for place in places.PLACES:
        house.locations[place.name] = Location.objects.create(
            name=place.name,
            time_zone=place.time_zone,
            address=place.address,
            phone=place.phone,
            email=place.email,
            country=place.country,
            subdivision=place.subdivision,
        )
    _staff(house)
    for thing in places.ROOMS_AND_DEVICES:
        _resource(
            house, thing.kind, thing.name, thing.place, thing.can, places.OPENING[thing.place]
        )
    _holidays(house)
    _absences(house)
    house.protocols = {each.modality: each for each in known_protocols.to_choose_from()}
    services = Service.objects.prefetch_related("needs__capability")
    house.services = {each.key: each for each in services}
    for name, location in house.locations.items():
        today = house.today(name)
        span = today - timedelta(days=BACK_DAYS), today + timedelta(days=AHEAD_DAYS)
        house.diaries[name] = Diary(location, *span)
    return house


def _staff(house: House) -> None:
    # hashing is slow on purpose; one hash will do for a password that is written in the open
    password = make_password(places.PASSWORD)
    joined = house.now - timedelta(days=BACK_DAYS)
    for person in places.STAFF:
        user = User.objects.create(
            email=person.email, name=person.name, password=password, joined_at=joined
        )
        user.groups.add(Group.objects.get(name=person.role))
        house.users[person.name] = user
        if person.can:
            _resource(house, "person", person.name, person.place, person.can, person.hours, user)


def _resource(
    house: House,
    kind: str,
    name: str,
    place: str,
    can: tuple[str, ...],
    week: Hours,
    user: User | None = None,
) -> None:
    location = house.locations[place]
    made = Resource.objects.create(kind=kind, name=name, location=location, user=user)
    made.capabilities.set(Capability.objects.filter(key__in=can))
    WeeklyHours.objects.bulk_create(
        WeeklyHours(resource=made, location=location, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in _shifts(week)
    )
    house.resources[place, name] = made


def _shifts(week: Hours) -> list[tuple[int, time, time]]:
    return [
        (int(day), wall(opens), wall(closes))
        for days, stretches in week
        for day in days
        for opens, closes in (stretch.split("-") for stretch in stretches)
    ]


def _holidays(house: House) -> None:
    """This year's and next year's, but for one that is today: a demo opens on every day."""
    for place, month, day, days, reason in places.HOLIDAYS:
        today = house.today(place)
        for year in (today.year - 1, today.year, today.year + 1):
            first = date(year, month, day)
            last = first + timedelta(days=days - 1)
            if not first <= today <= last:
                hours.close_days(
                    location=house.locations[place],
                    first=first,
                    last=last,
                    reason=reason,
                    by=house.users[places.MINA],
                    now=house.now - timedelta(days=BACK_DAYS),
                )


def _absences(house: House) -> None:
    """Leave, an illness that is over, and two devices' yearly maintenance."""
    for name, place, day, until, clock, kind, note in (
        (places.NWOSU, HARBOUR, 23, 28, "8:00-19:00", "leave", "Annual leave"),
        (places.NORA, HARBOUR, -9, -8, "8:00-18:00", "sick", ""),
        (places.LUCIA, places.HUDSON, 16, 16, "9:00-14:00", "leave", "Training day"),
        ("CO₂ laser", HARBOUR, 12, 12, "8:30-13:00", "maintenance", "Yearly service"),
        ("Liquid nitrogen", HARBOUR, 5, 5, "8:30-10:00", "maintenance", "Delivery and refill"),
    ):
        opens, closes = clock.split("-")
        today = house.today(place)
        hours.record_absence(
            resource=house.resources[place, name],
            start=house.at(place, today + timedelta(days=day), opens),
            end=house.at(place, today + timedelta(days=until), closes),
            kind=Absence.Kind(kind),
            note=note,
            by=house.users[places.MINA],
            now=house.now - timedelta(days=20),
        )
