"""Fifty clients over HTTP: single visits, whole series, the same press twice, and killed workers.

Reliability bar T1, T3 and T4. Set BENCH_FULL=1 for the full counts (50 clients x 200 rounds x 5
shapes = 50,000 attempts); without it there are a tenth.
"""

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection

from bench import servers, wires, world
from bench.double_booking import OVERLAPS, SHAPES
from bench.results import Figure
from clinic.forms.visit import signed
from clinic.models import Booking
from clinic.scheduling.clock import to_minute
from clinic.scheduling.slots import Slot
from treatments.forms.offers import Offer
from treatments.models import Course, Plan, Protocol, Session

FULL = bool(os.environ.get("BENCH_FULL"))
CLIENTS = 50
ROUNDS = 200 if FULL else 20  # of each shape
SERIES_CLIENTS, SERIES_ROUNDS, SESSIONS = 20, 15, 6
KILLS = 20 if FULL else 5
# shapes of which exactly one client can win
CONTESTED = ("slot", "person", "room", "patient")

PARTIAL = """
SELECT count(*) FROM (
  SELECT c.id, count(s.appointment_id) AS booked FROM treatments_course c
  JOIN treatments_session s ON s.course_id = c.id
  JOIN clinic_location l ON l.id = c.location_id AND l.name = 'http-races'
  GROUP BY c.id) AS courses
WHERE booked NOT IN (0, %s)
"""
LOOSE = """
SELECT count(*) FROM clinic_appointment a JOIN clinic_service v ON v.id = a.service_id
LEFT JOIN treatments_session s ON s.appointment_id = a.id
JOIN clinic_location l ON l.id = a.location_id AND l.name = 'http-races'
WHERE v.key LIKE 'glycolic%%' AND s.id IS NULL
"""


@dataclass
class Tally:
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    winners: Counter[int] = field(default_factory=Counter)
    cut: int = 0  # requests whose server was killed under them


def measure() -> list[Figure]:
    made = world.build("http-races", people=CLIENTS, rooms=CLIENTS, patients=CLIENTS)
    cookie = wires.signed_in(made.user, made.location)
    with servers.serving(wires.PRODUCT, wires.MANY) as site:
        port = site.port
        single = _together(port, CLIENTS, ROUNDS * len(SHAPES), _single(made, cookie))
        series = _together(port, SERIES_CLIENTS, SERIES_ROUNDS, _series(made, cookie, 0))
        repeats = _repeats(made, cookie, port)
    return [
        *_figures("T1", single, [n for n in range(ROUNDS * 5) if SHAPES[n % 5] in CONTESTED]),
        *_figures("T3", series, [n for n in range(SERIES_ROUNDS) if n % 2 == 0]),
        *repeats,
        *_killed(made, cookie),
        _count("overlapping pairs after all of it", OVERLAPS),
        _count("partial series after all of it", PARTIAL % SESSIONS),
        _count("visits of a series without their session", LOOSE.replace("%%", "%")),
    ]


def _count(name: str, question: str) -> Figure:
    with connection.cursor() as cursor:
        cursor.execute(question)
        found = int(cursor.fetchone()[0])
    return Figure(f"races over HTTP: {name}", found, "= 0", found == 0)


def _together(port: int, clients: int, rounds: int, request: Callable[[int, int], bytes]) -> Tally:
    """Every client asks in every round, all of a round at once."""
    tally, lock, barrier = Tally(), threading.Lock(), threading.Barrier(clients)
    requests = [[request(number, each) for each in range(rounds)] for number in range(clients)]

    def client(mine: list[bytes]) -> None:
        wire = wires.Wire(port)
        for round_, each in enumerate(mine):
            barrier.wait(300)
            started = time.perf_counter()
            status, _body = wire.ask(each)
            took = time.perf_counter() - started
            with lock:
                tally.statuses[status] += 1
                tally.seconds.append(took)
                tally.winners[round_] += status == 302
        wire.close()

    _all([lambda mine=mine: client(mine) for mine in requests])  # type: ignore[misc]
    return tally


def _all(works: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _at(week: int, place: int, shift: int = 0) -> datetime:
    """The `place`-th hour of a week, nine to five, and some minutes."""
    monday = datetime.combine(world.MONDAY, datetime.min.time(), UTC)
    return monday + timedelta(days=7 * week + place % 5, hours=9 + place // 5, minutes=shift)


def _single(made: world.World, cookie: str) -> Callable[[int, int], bytes]:
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
        start = to_minute(_at(week, place, shift))
        slot = Slot(start, start + 30, (made.people[person].pk, made.rooms[room].pk))
        key, who = uuid.uuid4(), made.patients[patient].pk
        value = signed(who, made.location.pk, service.pk, key, slot)
        return wires.post(f"/patients/{who}/visits/new/", cookie, {"time": value})

    return request


# Whole series ------------------------------------------------------------------------------------


def _series(made: world.World, cookie: str, first_week: int) -> Callable[[int, int], bytes]:
    """In even rounds all want the same six dates of one person and room; in odd ones each wants
    its own mesh of others and of starts."""
    courses = iter(_courses(made, SERIES_CLIENTS * SERIES_ROUNDS))

    def request(number: int, round_: int) -> bytes:
        course = next(courses)
        dice = random.Random(f"series/{number}/{round_}")
        chosen = (0, 0, 0)
        if round_ % 2:
            chosen = (1 + dice.randrange(4), 1 + dice.randrange(4), 15 * dice.randrange(3))
        return _confirm(cookie, course, _dates(made, first_week, round_, *chosen), uuid.uuid4())

    return request


def _courses(made: world.World, count: int) -> list[Course]:
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


def _dates(
    made: world.World, first_week: int, place: int, person: int, room: int, shift: int
) -> tuple[Slot, ...]:
    """Six visits three weeks apart, the first 45 minutes long."""
    ids = (made.people[person].pk, made.rooms[room].pk)
    starts = [to_minute(_at(26 + first_week + 3 * n, place, shift)) for n in range(SESSIONS)]
    return tuple(Slot(start, start + (30 if n else 45), ids) for n, start in enumerate(starts))


def _confirm(cookie: str, course: Course, slots: tuple[Slot, ...], key: uuid.UUID) -> bytes:
    offer = Offer(key, slots).signed(course)
    return wires.post(f"/courses/{course.pk}/book/confirm/", cookie, {"offer": offer})


# The same press again ----------------------------------------------------------------------------


def _repeats(made: world.World, cookie: str, port: int) -> list[Figure]:
    """Twenty at once and twenty later with one key, then the key with another request."""
    (course,) = _courses(made, 1)
    key = uuid.uuid4()
    same = _confirm(cookie, course, _dates(made, 10, 1, 9, 9, 0), key)
    other = _confirm(cookie, course, _dates(made, 10, 2, 9, 9, 0), key)
    before = Booking.objects.count()
    at_once = _together(port, 20, 1, lambda _number, _round: same)
    later = _together(port, 1, 20, lambda _number, _round: same)
    changed = _together(port, 1, 1, lambda _number, _round: other)
    same_answer = at_once.statuses[302] + later.statuses[302]
    made_once = Booking.objects.count() - before
    name = "T4, one key 20 times at once and 20 times later"
    return [
        Figure(f"{name}: bookings", made_once, "= 1", made_once == 1),
        Figure(f"{name}: with the same answer", same_answer, "= 40", same_answer == 40),
        Figure(
            "T4, the key with another request: status",
            next(iter(changed.statuses)),
            "= 409",
            changed.statuses[409] == 1,
        ),
    ]


# Killed workers ----------------------------------------------------------------------------------


def _killed(made: world.World, cookie: str) -> list[Figure]:
    """While ten clients book series, workers of the web server are killed again and again."""
    clients, each = 10, 8
    courses = _courses(made, clients * each)
    tally, lock, over = Tally(), threading.Lock(), threading.Event()

    def client(number: int, port: int) -> None:
        wire = wires.Wire(port)
        for n, course in enumerate(courses[number * each : number * each + each]):
            dates = _dates(made, 20 + n % 3, number + 10 * (n % 4), 10 + number, 10 + number, 0)
            request = _confirm(cookie, course, dates, uuid.uuid4())
            try:
                status, _body = wire.ask(request)
            except OSError:
                wire = wires.Wire(port)
                with lock:
                    tally.cut += 1
            else:
                with lock:
                    tally.statuses[status] += 1
        wire.close()

    with servers.serving(wires.PRODUCT, wires.MANY) as site:
        port = site.port
        killer = threading.Thread(target=_kill_workers, args=(port, over))
        killer.start()
        _all([lambda n=n: client(n, port) for n in range(clients)])  # type: ignore[misc]
        over.set()
        killer.join()
    errors = sum(n for status, n in tally.statuses.items() if status >= 500)
    name = f"T3, up to {KILLS} workers killed while series are saved"
    return [
        Figure(f"{name}: requests cut off", tally.cut, "-", True),
        Figure(f"{name}: other errors", errors, "= 0", errors == 0),
    ]


def _kill_workers(port: int, over: threading.Event) -> None:
    dice = random.Random(3)
    for _ in range(KILLS):
        if over.wait(0.4):
            return
        if workers := _workers_on(port):
            os.kill(dice.choice(workers), signal.SIGKILL)


def _workers_on(port: int) -> list[int]:
    """The worker processes of the server that listens on this port: children of its master."""
    mark = f":{port}".encode()
    found = [
        int(each.parent.name)
        for each in Path("/proc").glob("[0-9]*/cmdline")
        if (line := _read(each)) and b"gunicorn" in line and mark in line
    ]
    return sorted(found)[1:]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _figures(test: str, tally: Tally, contested: Sequence[int]) -> list[Figure]:
    seconds = sorted(tally.seconds)
    p99, slowest = seconds[int(len(seconds) * 0.99)], seconds[-1]
    right = sum(tally.winners[n] == 1 for n in contested)
    errors = sum(n for status, n in tally.statuses.items() if status not in (302, 409))
    name = f"{test}, {sum(tally.statuses.values())} attempts over HTTP"
    return [
        Figure(
            f"{name}: contested rounds with one winner",
            right,
            f"= {len(contested)}",
            right == len(contested),
            len(contested),
        ),
        Figure(f"{name}: answers other than 302, 409", errors, "= 0", errors == 0),
        Figure(f"{name}: median", round(seconds[len(seconds) // 2], 3), "-", True, unit="s"),
        Figure(f"{name}: p99", round(p99, 3), "<= 1 s", p99 <= 1, unit="s"),
        Figure(f"{name}: slowest", round(slowest, 3), "<= 3 s", slowest <= 3, unit="s"),
    ]
