"""Fifty clients at once, a hundred rounds, through the booking door.

Each round has one of five shapes: all want the same person and room; only the person is
contested; only the room; only the patient; or a mesh of everything with shifted starts. After all
rounds the database itself is asked for overlapping pairs.
"""

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.db import connection, connections

from bench.results import Figure

CLIENTS, ROUNDS, PROCESSES = 50, 100, 5
SHAPES = ("slot", "person", "room", "patient", "mesh")
# shapes of which exactly one client can win
CONTESTED = {"slot", "person", "room", "patient"}


@dataclass
class Tally:
    """What one process saw: seconds of each attempt, winners by round, errors by class."""

    seconds: list[float] = field(default_factory=list)
    winners: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


def measure() -> list[Figure]:
    from bench import world  # noqa: PLC0415 - models are there only after setup

    made = world.build("race", people=CLIENTS, rooms=CLIENTS, patients=CLIENTS)
    ids = {
        "location": made.location.pk,
        "user": made.user.pk,
        "people": [each.pk for each in made.people],
        "rooms": [each.pk for each in made.rooms],
        "patients": [each.pk for each in made.patients],
    }
    deadlocks = _deadlocks()
    connections.close_all()
    tally = _race(ids)
    return _figures(tally, _deadlocks() - deadlocks)


def _race(ids: dict[str, Any]) -> Tally:
    context = multiprocessing.get_context("spawn")
    barrier, queue = context.Barrier(CLIENTS), context.Queue()
    each = CLIENTS // PROCESSES
    processes = [
        context.Process(
            target=_clients, args=(ids, range(n * each, (n + 1) * each), barrier, queue)
        )
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    total = Tally()
    for _ in processes:
        part = queue.get(timeout=1800)
        total.seconds += part.seconds
        total.winners += part.winners
        total.errors += part.errors
    for process in processes:
        process.join()
    return total


def _clients(ids: dict[str, Any], numbers: range, barrier: Barrier, queue: Any) -> None:
    django.setup()
    tally, lock = Tally(), threading.Lock()
    threads = [
        threading.Thread(target=_client, args=(ids, number, barrier, tally, lock))
        for number in numbers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put(tally)


def _client(ids: dict[str, Any], number: int, barrier: Barrier, tally: Tally, lock: Any) -> None:
    from clinic.actions.claims import BookingRefused  # noqa: PLC0415 - after setup

    attempts = [_attempt(ids, number, round_) for round_ in range(ROUNDS)]
    for round_, attempt in enumerate(attempts):
        barrier.wait(timeout=300)
        started, outcome = time.perf_counter(), "won"
        try:
            attempt()
        except BookingRefused:
            outcome = "refused"
        except Exception as error:
            outcome = type(error).__name__
        took = time.perf_counter() - started
        with lock:
            tally.seconds.append(took)
            if outcome == "won":
                tally.winners[round_] += 1
            elif outcome != "refused":
                tally.errors[outcome] += 1
    connection.close()


def _attempt(ids: dict[str, Any], number: int, round_: int) -> Callable[[], Any]:
    from bench import world  # noqa: PLC0415 - after setup
    from clinic.accounts.models import User  # noqa: PLC0415
    from clinic.actions import booking  # noqa: PLC0415
    from clinic.actions.claims import Claim  # noqa: PLC0415
    from clinic.models import Location, Service  # noqa: PLC0415
    from patients.models import Patient  # noqa: PLC0415

    service = Service.objects.prefetch_related("needs__capability").get(key="assessment")
    shape = SHAPES[round_ % len(SHAPES)]
    dice = random.Random(f"{number}/{round_}")
    person, room, patient, shift = {
        "slot": (0, 0, number, 0),
        "person": (0, number, number, 0),
        "room": (number, 0, number, 0),
        "patient": (number, number, 0, 0),
        "mesh": (dice.randrange(8), dice.randrange(8), number, 15 * dice.randrange(3)),
    }[shape]
    day, half = divmod(round_, 8)
    monday = datetime.combine(world.MONDAY, datetime.min.time(), UTC)
    start = monday + timedelta(days=day % 5 + 7 * (day // 5), hours=9 + half, minutes=shift)
    request: dict[str, Any] = {
        "claim": Claim(service, start, (ids["people"][person], ids["rooms"][room])),
        "patient": Patient(pk=ids["patients"][patient]),
        "location": Location.objects.get(pk=ids["location"]),
        "by": User.objects.get(pk=ids["user"]),
        "now": world.NOW,
    }
    return lambda: booking.book(**request)


def _deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


OVERLAPS = """
SELECT (SELECT count(*) FROM clinic_reservation a JOIN clinic_reservation b
        ON a.id < b.id AND a.resource_id = b.resource_id AND a.during && b.during)
     + (SELECT count(*) FROM clinic_appointment a JOIN clinic_appointment b
        ON a.id < b.id AND a.patient_id = b.patient_id AND a.during && b.during
        WHERE a.blocks_time AND b.blocks_time)
"""


def _figures(tally: Tally, deadlocks: int) -> list[Figure]:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        overlaps = int(cursor.fetchone()[0])
    seconds = sorted(tally.seconds)
    p99 = seconds[int(len(seconds) * 0.99)]
    contested = [n for n in range(ROUNDS) if SHAPES[n % len(SHAPES)] in CONTESTED]
    right = sum(tally.winners[n] == 1 for n in contested)
    errors = sum(tally.errors.values())
    name = f"double booking, {CLIENTS} clients x {ROUNDS} rounds"
    return [
        Figure(f"{name}: overlapping pairs", overlaps, "= 0", overlaps == 0),
        Figure(f"{name}: deadlocks", deadlocks, "= 0", deadlocks == 0),
        Figure(f"{name}: other errors {dict(tally.errors) or ''}", errors, "= 0", errors == 0),
        Figure(
            f"{name}: contested rounds with one winner",
            right,
            f"= {len(contested)}",
            right == len(contested),
            reference=len(contested),
        ),
        Figure(f"{name}: median", round(seconds[len(seconds) // 2], 3), "-", True, unit="s"),
        Figure(f"{name}: p99", round(p99, 3), "<= 1 s", p99 <= 1, unit="s"),
        Figure(f"{name}: slowest", round(seconds[-1], 3), "<= 3 s", seconds[-1] <= 3, unit="s"),
    ]
