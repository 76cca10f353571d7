"""A clinic to measure: as many people and rooms as asked for, all open on weekdays 9 to 18."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from clinic.accounts.models import User
from clinic.models import Capability, Location, Resource, Service, WeeklyHours
from patients.models import Patient
from treatments.actions import protocols

# a Monday well in the future: nothing measured here depends on the day it is measured
MONDAY = date(2027, 3, 1)
NOW = datetime(2027, 2, 26, 9, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    location: Location
    people: list[Resource]
    rooms: list[Resource]
    patients: list[Patient]
    user: User

    @property
    def assessment(self) -> Service:
        return Service.objects.prefetch_related("needs__capability").get(key="assessment")


def build(name: str, *, people: int, rooms: int, patients: int) -> World:
    protocols.install()
    location = Location.objects.create(name=name, time_zone="Europe/London", phone="1")
    user = User.objects.create(email=f"{name}@bench.example", name=name)
    return World(
        location,
        [_resource(location, "person", f"Person {n}") for n in range(people)],
        [_resource(location, "room", f"Room {n}") for n in range(rooms)],
        patients_named(name, patients),
        user,
    )


def patients_named(name: str, count: int) -> list[Patient]:
    """So many new patients of this family name."""
    made = [
        Patient(given_name=f"P{n}", family_name=name, birth_date=date(1990, 1, 1))
        for n in range(count)
    ]
    # a statement has at most 65,535 values
    return Patient.objects.bulk_create(made, batch_size=1000)


def _resource(location: Location, kind: str, name: str) -> Resource:
    can = ("assess", "peel") if kind == "person" else ("consult-room", "peel-room")
    made = Resource.objects.create(location=location, kind=kind, name=name)
    made.capabilities.set(Capability.objects.filter(key__in=can))
    WeeklyHours.objects.bulk_create(
        WeeklyHours(resource=made, location=location, weekday=day, opens=time(9), closes=time(18))
        for day in range(5)
    )
    return made
