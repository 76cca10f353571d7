"""The clinic that availability is measured on: P people with two rooms each, 60 % booked.

Monday to Friday 9 to 12 and 13 to 17, a visit of 30 minutes, its room held for 10 minutes more to
be cleaned. Whether a half hour is booked follows from a hash of person, day and half hour: the
calendar is the same in every run. Rows are written by SQL, as many as one likes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from clinic.accounts.models import User
from clinic.models import Booking, Capability, Location, Need, Resource, Service, WeeklyHours
from patients.models import Patient

DAYS = 90
SHIFTS = ((time(9), time(12)), (time(13), time(17)))
HALF_HOURS_A_WEEK = 5 * 14
BOOKED_OF_1000 = 600


@dataclass(frozen=True)
class Workload:
    """One clinic by its ids. The person at position n has the patients of position n and the rooms
    2n and 2n + 1, by turns."""

    location: int
    service: int
    first: date
    people: list[int]
    rooms: list[int]
    patients: list[int]


def monday() -> date:
    """The first day of every search: a Monday, one to two weeks ahead."""
    today = timezone.now().date()
    return today + timedelta(days=14 - today.weekday())


def build(people: int) -> Workload:
    """A clinic of so many people, booked for 90 days from `monday`."""
    location = Location.objects.create(
        name=f"{people} people", time_zone="Europe/London", phone="1"
    )
    patients = Patient.objects.bulk_create(
        Patient(given_name=f"P{n}", family_name=location.name, birth_date=date(1990, 1, 1))
        for n in range(people)
    )
    made = Workload(
        location.pk,
        _service().pk,
        monday(),
        _resources(location, "person", people, "load-treats"),
        _resources(location, "room", 2 * people, "load-room"),
        [each.pk for each in patients],
    )
    write([_values(made, made.first, DAYS, "booked", BOOKED_OF_1000)])
    return made


def past(clinics: Sequence[Workload], appointments: int, earlier: int = 0) -> list[dict[str, Any]]:
    """At least so many past visits, one after the other up to some weeks ago, and before so many
    `earlier` ones of another call: what `VISITS` is told for each clinic."""
    recent, weeks = _weeks(clinics, earlier), _weeks(clinics, appointments)
    return [
        _values(each, each.first - timedelta(weeks=weeks + recent + 8), 7 * weeks, "done", 1000)
        for each in clinics
    ]


def _weeks(clinics: Sequence[Workload], appointments: int) -> int:
    """In how many weeks without a free half hour all people have so many visits."""
    lanes = sum(len(each.people) for each in clinics)
    return -(-appointments // (lanes * HALF_HOURS_A_WEEK))


def write(values: Iterable[dict[str, Any]]) -> None:
    """Run `VISITS` on the database of this process."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for each in values:
            cursor.execute(VISITS, each)
    # the planner sees the rows, and the index alone is enough to read them
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE clinic_appointment, clinic_reservation")


def _service() -> Service:
    """A treatment of half an hour: a person, and a room that is cleaned afterwards."""
    made, new = Service.objects.get_or_create(
        key="load-visit", defaults={"name": "Visit", "patient_name": "Visit", "minutes": 30}
    )
    for position, (key, ends) in enumerate({"load-treats": 30, "load-room": 40}.items(), 1):
        if new:
            capability = Capability.objects.create(key=key, name=key)
            Need.objects.create(
                service=made, position=position, label=key, capability=capability, ends=ends
            )
    return made


def _resources(location: Location, kind: str, number: int, can: str) -> list[int]:
    made = Resource.objects.bulk_create(
        Resource(location=location, kind=kind, name=f"{kind} {n}") for n in range(number)
    )
    Capability.objects.get(key=can).resources.add(*made)
    WeeklyHours.objects.bulk_create(
        WeeklyHours(resource=each, location=location, weekday=day, opens=opens, closes=closes)
        for each in made
        for day in range(5)
        for opens, closes in SHIFTS
    )
    return [each.pk for each in made]


VISITS = """
WITH lane AS (
  SELECT * FROM unnest(%(people)s::bigint[], %(patients)s::bigint[], %(even)s::bigint[],
                       %(odd)s::bigint[]) WITH ORDINALITY AS t (person, patient, even, odd, n)),
visit AS (
  SELECT patient, (day + half * interval '30 minutes') AT TIME ZONE 'Europe/London' AS start
  FROM lane, generate_series(18, 33) half,
       generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') day
  WHERE extract(isodow FROM day) < 6 AND half NOT IN (24, 25)
    AND abs(hashtext(n || ' ' || day::date || ' ' || half)) %% 1000 < %(per_mille)s),
made AS (
  INSERT INTO clinic_appointment
    (booking_id, patient_id, service_id, location_id, during, status, version, note,
     override_reason, cancel_reason, timed_at, status_at, created_at)
  SELECT %(booking)s, patient, %(service)s, %(location)s,
         tstzrange(start, start + interval '30 minutes'), %(status)s, 1, '', '', '',
         now(), now(), now()
  FROM visit RETURNING id, patient_id, lower(during) AS start),
held AS (
  SELECT id, start, person,
         CASE WHEN extract(minute FROM start) = 0 THEN even ELSE odd END AS room
  FROM made JOIN lane ON patient = patient_id)
INSERT INTO clinic_reservation (appointment_id, resource_id, need_id, during)
SELECT id, person, %(treats)s, tstzrange(start, start + interval '30 minutes') FROM held
UNION ALL
SELECT id, room, %(cleaned)s, tstzrange(start, start + interval '40 minutes') FROM held
"""


def _values(
    clinic: Workload, first: date, days: int, status: str, per_mille: int
) -> dict[str, Any]:
    """Visits of so many days from `first`, in so many of a thousand half hours."""
    actor, _new = User.objects.get_or_create(email="load@bench.example", name="Load")
    treats, cleaned = Need.objects.filter(service=clinic.service).order_by("position")
    return {
        "people": clinic.people,
        "patients": clinic.patients,
        "even": clinic.rooms[::2],
        "odd": clinic.rooms[1::2],
        "first": first,
        "last": first + timedelta(days=days - 1),
        "per_mille": per_mille,
        "booking": Booking.objects.create(actor=actor, content_hash="").pk,
        "service": clinic.service,
        "location": clinic.location,
        "status": status,
        "treats": treats.pk,
        "cleaned": cleaned.pk,
    }
