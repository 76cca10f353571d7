"""What the clients of the races send: single visits, and series of six."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bench import wires, world
from bench.double_booking import SHAPES
from clinic.forms.visit import signed
from clinic.scheduling.clock import to_minute
from clinic.scheduling.slots import Slot
from treatments.forms.offers import Offer
from treatments.models import Course, Plan, Protocol, Session

SESSIONS = 6


def at_hour(week: int, place: int, shift: int = 0) -> datetime:
    """The `place`-th hour of a week, nine to five, and some minutes."""
    monday = datetime.combine(world.MONDAY, datetime.min.time(), UTC)
    return monday + timedelta(days=7 * week + place % 5, hours=9 + place // 5, minutes=shift)


def single(made: world.World, cookie: str) -> Callable[[int, int], bytes]:
    service = made.assessment

    def request(number: int, round_: int) -> bytes:
        dice = random.Random(f"{number}/{round_}")
        person, room, patient, shift = {
            "slot": (0, 0, number, 0),
            "person": (0, number, number, 0),
            "room": (number, 0, number, 0),
            "patient": (number, number, 0, 0),
            "mesh": (dice.randrange(8), dice.randrange(8), number, 15 * dice.randrange(3)),
        }[SHAPES[round_ % len(SHAPES)]]
        week, place = divmod(round_, 40)
        start = to_minute(at_hour(week, place, shift))
        slot = Slot(start, start + 30, (made.people[person].pk, made.rooms[room].pk))
        key, who = uuid.uuid4(), made.patients[patient].pk
        value = signed(who, made.location.pk, service.pk, key, slot)
        return wires.post(f"/patients/{who}/visits/new/", cookie, {"time": value}, htmx=True)

    return request


# Whole series ------------------------------------------------------------------------------------


def series(
    made: world.World, cookie: str, clients: int, rounds: int, first_week: int = 0
) -> Callable[[int, int], bytes]:
    """In even rounds all want the same six dates of one person and room; in odd ones each wants
    its own mesh of others and of starts."""
    asked = iter(courses(made, clients * rounds))

    def request(number: int, round_: int) -> bytes:
        course = next(asked)
        dice = random.Random(f"series/{number}/{round_}")
        chosen = (0, 0, 0)
        if round_ % 2:
            chosen = (1 + dice.randrange(4), 1 + dice.randrange(4), 15 * dice.randrange(3))
        return confirm(cookie, course, dates(made, first_week, round_, *chosen), uuid.uuid4())

    return request


def courses(made: world.World, count: int) -> list[Course]:
    """So many courses of six, each of a patient who has no other."""
    protocol = Protocol.objects.get(modality="glycolic")
    patients = world.patients_named(f"series{Plan.objects.count()}", count)
    plans = Plan.objects.bulk_create(Plan(patient=each, agreed_by=made.user) for each in patients)
    courses = Course.objects.bulk_create(
        Course(plan=each, protocol=protocol, location=made.location) for each in plans
    )
    Session.objects.bulk_create(
        Session(course=each, number=number) for each in courses for number in range(1, SESSIONS + 1)
    )
    return courses


def dates(
    made: world.World, first_week: int, place: int, person: int, room: int, shift: int
) -> tuple[Slot, ...]:
    """Six visits three weeks apart, the first 45 minutes long."""
    ids = (made.people[person].pk, made.rooms[room].pk)
    starts = [to_minute(at_hour(26 + first_week + 3 * n, place, shift)) for n in range(SESSIONS)]
    return tuple(Slot(start, start + (30 if n else 45), ids) for n, start in enumerate(starts))


def confirm(cookie: str, course: Course, slots: tuple[Slot, ...], key: uuid.UUID) -> bytes:
    offer = Offer(key, slots).signed(course)
    return wires.post(f"/courses/{course.pk}/book/confirm/", cookie, {"offer": offer})
