"""Fifty clients over HTTP: single visits, whole series, the same press twice, and killed workers.

Reliability bar T1, T3 and T4. Set BENCH_FULL=1 for the full counts (50 clients x 200 rounds x 5
shapes = 50,000 attempts); without it there are a tenth.
"""

import threading
import time
import uuid
from collections.abc import Callable, Sequence

from django.db import connection

from bench import race_kills, servers, wires, world
from bench.double_booking import OVERLAPS, SHAPES
from bench.race_requests import SESSIONS, confirm, courses, dates, series, single
from bench.race_tally import DONE, FULL, Tally, all_at_once
from bench.results import Figure
from clinic.models import Booking

CLIENTS = 50
ROUNDS = 200 if FULL else 20  # of each shape
SERIES_CLIENTS, SERIES_ROUNDS = 20, 15
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


def measure() -> list[Figure]:
    made = world.build("http-races", people=CLIENTS, rooms=CLIENTS, patients=CLIENTS)
    cookie = wires.signed_in(made.user, made.location)
    with servers.serving(wires.PRODUCT, wires.MANY) as site:
        port = site.port
        singles = _together(port, CLIENTS, ROUNDS * len(SHAPES), single(made, cookie))
        asked = series(made, cookie, SERIES_CLIENTS, SERIES_ROUNDS)
        whole = _together(port, SERIES_CLIENTS, SERIES_ROUNDS, asked)
        repeats = _repeats(made, cookie, port)
    return [
        *_figures("T1", singles, [n for n in range(ROUNDS * 5) if SHAPES[n % 5] in CONTESTED]),
        *_figures("T3", whole, [n for n in range(SERIES_ROUNDS) if n % 2 == 0]),
        *repeats,
        *race_kills.measure(made, cookie),
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
                tally.winners[round_] += status in DONE
        wire.close()

    all_at_once([lambda mine=mine: client(mine) for mine in requests])  # type: ignore[misc]
    return tally


# The same press again ----------------------------------------------------------------------------


def _repeats(made: world.World, cookie: str, port: int) -> list[Figure]:
    """Twenty at once and twenty later with one key, then the key with another request."""
    (course,) = courses(made, 1)
    key = uuid.uuid4()
    same = confirm(cookie, course, dates(made, 10, 1, 9, 9, 0), key)
    other = confirm(cookie, course, dates(made, 10, 2, 9, 9, 0), key)
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


def _figures(test: str, tally: Tally, contested: Sequence[int]) -> list[Figure]:
    seconds = sorted(tally.seconds)
    p99, slowest = seconds[int(len(seconds) * 0.99)], seconds[-1]
    right = sum(tally.winners[n] == 1 for n in contested)
    errors = sum(n for status, n in tally.statuses.items() if status not in (*DONE, 409))
    name = f"{test}, {sum(tally.statuses.values())} attempts over HTTP"
    return [
        Figure(
            f"{name}: contested rounds with one winner",
            right,
            f"= {len(contested)}",
            right == len(contested),
            len(contested),
        ),
        Figure(f"{name}: answers other than 204, 302, 409", errors, "= 0", errors == 0),
        Figure(f"{name}: median", round(seconds[len(seconds) // 2], 3), "-", True, unit="s"),
        Figure(f"{name}: p99", round(p99, 3), "<= 1 s", p99 <= 1, unit="s"),
        Figure(f"{name}: slowest", round(slowest, 3), "<= 3 s", slowest <= 3, unit="s"),
    ]
