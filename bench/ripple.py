"""The preview of a moved session in a course of ten: server time and queries of the request."""

import random
import time as clock
import uuid
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import world
from bench.results import Figure
from clinic.accounts.roles import FRONT_DESK
from clinic.models import Absence, Appointment, Reservation, Resource
from clinic.scheduling.clock import to_minute
from clinic.scheduling.slots import Slot
from patients.models import Patient
from treatments.actions import plans
from treatments.models import Course, Plan, Protocol, Session

PEOPLE = 5
WEEKS = 60
FULL = 0.6
GAP = timedelta(days=21)
SHORT, LONG = 4, 10
MOST_MS = 100


def measure() -> list[Figure]:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    made = world.build("ripple", people=PEOPLE, rooms=PEOPLE, patients=2)
    made.user.groups.add(Group.objects.get(name=FRONT_DESK))
    few = _course(made, SHORT, made.patients[0], hour=16)
    many = _course(made, LONG, made.patients[1], hour=15)
    _fill([*made.people, *made.rooms])
    client = Client()
    client.force_login(made.user)
    moved = _moved(client, many)
    few_queries, many_queries = _queries(client, _moved(client, few)), _queries(client, moved)
    name = f"move of a session, course of {LONG}, {PEOPLE} people, {PEOPLE} rooms, 60 % full"
    took = {
        "its ripple": _milliseconds(client, moved),
        "free times": _milliseconds(client, _asked(many)),
    }
    return [
        *(
            Figure(f"{name}: {what}", ms, f"<= {MOST_MS}", ms <= MOST_MS, unit="ms")
            for what, ms in took.items()
        ),
        Figure(
            f"{name}: queries",
            many_queries,
            f"= those of {SHORT} sessions",
            many_queries == few_queries,
            few_queries,
        ),
    ]


def _course(made: world.World, sessions: int, patient: Patient, hour: int) -> Course:
    """All of it booked with the first person in the first room, from Tuesday in a week on."""
    protocol = Protocol.objects.current().get(modality="glycolic")
    course = Course.objects.create(
        plan=Plan.objects.create(patient=patient, agreed_by=made.user),
        protocol=protocol,
        location=made.location,
    )
    Session.objects.bulk_create(Session(course=course, number=n + 1) for n in range(sessions))
    slots = []
    for n in range(sessions):
        start = to_minute(_tuesday(hour) + n * GAP)
        minutes = protocol.service_of(n + 1).minutes
        slots.append(Slot(start, start + minutes, (made.people[0].pk, made.rooms[0].pk)))
    key = uuid.uuid4()
    plans.book_series(course=course, slots=slots, by=made.user, now=timezone.now(), key=key)
    return course


def _tuesday(hour: int) -> datetime:
    today = timezone.now().date()
    day = today + timedelta(days=8 + (1 - today.weekday()) % 7)
    return datetime.combine(day, time(hour), UTC)


def _fill(resources: list[Resource]) -> None:
    """So much of the half hours of each that hold nothing yet, as single absences."""
    dice = random.Random(3)
    first = _tuesday(8) - timedelta(days=8)
    held = {
        (resource, to_minute(during.lower) // 30)
        for resource, during in Reservation.objects.filter(resource__in=resources).values_list(
            "resource", "during"
        )
    }
    taken = {(pk, half + more) for pk, half in held for more in (-1, 0, 1, 2)}
    rows = [
        Absence(
            resource=one, during=DateTimeTZRange(start, start + timedelta(minutes=30)), kind="leave"
        )
        for one in resources
        for day in range(WEEKS * 7)
        for half in range(20)
        if dice.random() < FULL
        and (start := first + timedelta(days=day, minutes=30 * half)).weekday() < 5
        and (one.pk, to_minute(start) // 30) not in taken
    ]
    made = Absence.objects.bulk_create(rows, batch_size=5000)
    Reservation.objects.bulk_create(
        (Reservation(resource=each.resource, absence=each, during=each.during) for each in made),
        batch_size=5000,
    )


def _third(course: Course) -> Appointment:
    rows = Appointment.objects.select_related("location")
    return rows.get(session__course=course, session__number=3)


def _asked(course: Course) -> str:
    return f"/appointments/{_third(course).pk}/move/"


def _moved(client: Client, course: Course) -> str:
    """To the first free time eight to twelve days later: the next session has to follow."""
    visit = _third(course)
    midnight = visit.starts_at.replace(hour=0, minute=0)
    for quarter in range(8 * 96 + 36, 12 * 96):
        wall = midnight + timedelta(minutes=15 * quarter)
        path = f"{_asked(course)}?start={wall:%Y-%m-%dT%H:%M}"
        if wall.weekday() < 5 and 9 <= wall.hour < 17 and "Move 2 sessions" in _get(client, path):
            return path
    raise RuntimeError("the clinic is too full to be measured")


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        _get(client, path)
    return len(caught)


def _milliseconds(client: Client, path: str) -> float:
    """The quickest of twenty requests, everything between the door and the page included."""
    return round(min(_seconds(client, path) for _ in range(20)) * 1000, 1)


def _seconds(client: Client, path: str) -> float:
    started = clock.perf_counter()
    _get(client, path)
    return clock.perf_counter() - started


def _get(client: Client, path: str) -> str:
    answer = client.get(path, headers={"HX-Request": "true"})
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer.content.decode()
