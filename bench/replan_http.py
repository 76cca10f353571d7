"""The whole request of a re-plan, over HTTP: 40 visits of a day, and the queries beside two."""

import random
import re
import time as clock
from datetime import UTC, datetime, time, timedelta

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from bench import world
from bench.results import Figure
from bench.servers import serving
from bench.wires import MANY, PRODUCT, Wire, get, signed_in
from clinic.models import Absence, Appointment, Booking, Reservation, Resource
from treatments.queries.replan import Situation
from treatments.queries.replan_causes import Cause, touched

FORTNIGHT = 14
FULL = 0.6
DAY = 40


def measure() -> list[Figure]:
    made = world.build("replan", people=5, rooms=3, patients=DAY)
    _fill(made)
    _add_visits(made, 0, 2)
    few = _queries(made)
    _add_visits(made, 2, DAY)
    many = _queries(made)
    took, page = _request(made)
    moved, unsolved = (len(re.findall(what, page)) for what in ('name="pin-', "Not decided"))
    name = f"re-plan of {DAY} visits in one request"
    return [
        Figure(f"{name}: with a new time", moved, f"= {DAY}", moved == DAY and not unsolved),
        Figure(f"{name}: all of it", round(took * 1000), "<= 2000", took <= 2, unit="ms"),
        Figure(f"{name}: queries of it, beside 2 visits", many, "the same", many == few, few),
    ]


def _fill(made: world.World) -> None:
    """Six tenths of everybody's half hours of the fortnight after the day are taken."""
    dice = random.Random(1)
    for day in range(1, FORTNIGHT):
        for person in made.people:
            for half in range(18):
                if dice.random() < FULL:
                    _take(person, _at(day, 9 * 60 + 30 * half), 30)


def _take(person: Resource, start: datetime, minutes: int) -> None:
    during = _span(start, minutes)
    absence = Absence.objects.create(resource=person, during=during, kind="leave")
    Reservation.objects.create(resource=person, absence=absence, during=during)


def _span(start: datetime, minutes: int) -> DateTimeTZRange:
    return DateTimeTZRange(start, start + timedelta(minutes=minutes))


def _at(day: int, minute: int) -> datetime:
    midnight = datetime.combine(world.MONDAY + timedelta(days=day), time.min, UTC)
    return midnight + timedelta(minutes=minute)


def _add_visits(made: world.World, first: int, until: int) -> None:
    """Assessments on the Monday, three at a time, a patient each."""
    service = made.assessment
    booking = Booking.objects.create(actor=made.user, content_hash="")
    needs = sorted(service.needs.all(), key=lambda need: need.position)
    for n in range(first, until):
        during = _span(_at(0, 9 * 60 + 30 * (n // 3)), service.minutes)
        row = Appointment.objects.create(
            booking=booking,
            patient=made.patients[n],
            service=service,
            location=made.location,
            during=during,
        )
        for need, resource in zip(needs, (made.people[n % 5], made.rooms[n % 3]), strict=True):
            Reservation.objects.create(resource=resource, need=need, appointment=row, during=during)


def _request(made: world.World) -> tuple[float, str]:
    """The shortest of five, and the page."""
    query = f"location={made.location.pk}&first={world.MONDAY}&last={world.MONDAY}"
    question = get(f"/replan/?{query}", signed_in(made.user, made.location))
    with serving(PRODUCT, MANY) as site:
        wire = Wire(site.port)
        answers = [_timed(wire, question) for _ in range(5)]
        wire.close()
    return min(took for took, _ in answers), answers[-1][1]


def _timed(wire: Wire, question: bytes) -> tuple[float, str]:
    started = clock.perf_counter()
    status, body = wire.ask(question)
    took = clock.perf_counter() - started
    assert status == 200, status
    return took, body.decode()


def _queries(made: world.World) -> int:
    cause = Cause(made.location, world.MONDAY, world.MONDAY)
    with CaptureQueriesContext(connection) as caught:
        assert Situation(cause, touched(cause, world.NOW), {}, world.NOW).outcomes
    return len(caught)
