"""A clinic to measure: as many people and rooms as asked for, all open on weekdays 9 to 18."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clinic.accounts.models import User
from clinic.models import (
    Appointment,
    Booking,
    Capability,
    Location,
    Reservation,
    Resource,
    Service,
    WeeklyHours,
)
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
    return Patient.objects.bulk_create(
        Patient(given_name=f"P{n}", family_name=name, birth_date=date(1990, 1, 1))
        for n in range(count)
    )


def _resource(location: Location, kind: str, name: str) -> Resource:
    can = ("assess", "peel") if kind == "person" else ("consult-room", "peel-room")
    made = Resource.objects.create(location=location, kind=kind, name=name)
    made.capabilities.set(Capability.objects.filter(key__in=can))
    WeeklyHours.objects.bulk_create(
        WeeklyHours(resource=made, location=location, weekday=day, opens=time(9), closes=time(18))
        for day in range(5)
    )
    return made


def add_history(world: World, appointments: int) -> None:
    """So many past appointments, each with its two reservations, spread over weekdays."""
    booking = Booking.objects.create(actor=world.user, content_hash="")
    service = world.assessment
    needs = list(service.needs.all())
    pairs = min(len(world.people), len(world.rooms), len(world.patients))
    rows, holds = [], []
    for n in range(appointments):
        slot, lane = divmod(n, pairs)
        day, quarter = divmod(slot, 16)
        start = datetime(2026, 12, 31, 9, tzinfo=UTC) - timedelta(days=day)
        during = DateTimeTZRange(
            start + timedelta(minutes=30 * quarter), start + timedelta(minutes=30 * quarter + 30)
        )
        rows.append(
            Appointment(
                booking=booking,
                patient=world.patients[lane],
                service=service,
                location=world.location,
                during=during,
                status=Appointment.Status.DONE,
            )
        )
        holds.append((world.people[lane], needs[0], during))
        holds.append((world.rooms[lane], needs[1], during))
    Appointment.objects.bulk_create(rows, batch_size=2000)
    Reservation.objects.bulk_create(
        (
            Reservation(resource=who, need=need, during=during, appointment=rows[n // 2])
            for n, (who, need, during) in enumerate(holds)
        ),
        batch_size=2000,
    )
