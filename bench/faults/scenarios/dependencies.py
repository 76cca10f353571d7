"""A broker that is emptied or gone, a database that is restarted (T8, T9, T10).

The clinic's own worker and clock do the work here, and nobody helps them up.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from django.db import DatabaseError, connections

from bench import race_requests, servers, wires, world
from bench.faults.rig import Finding, Rig, ledger
from bench.race_tally import DONE

T = TypeVar("T")

RESUMED = 60
"""Seconds within which work goes on once what it needs answers again (P14)."""


def broker_emptied(rig: Rig, scale: float) -> Iterator[Finding]:
    """T8: everything in the broker is deleted at three moments while letters go out."""
    count = _due_now(rig, max(60, int(5000 * scale)))
    waits = []
    with rig.running("worker", "beat"):
        for share in (0.0, 0.3, 0.6):
            rig.wait_until_sent(int(share * count), seconds=300)
            rig.empty_broker()
            waits.append(_seconds_until(_one_more(), 300))
        rig.wait_until_sent(count, seconds=600)
    yield from _all_sent(rig, "T8 broker emptied 3 times", count, most_extra=0)
    yield _resumed("T8 broker emptied", waits)


def broker_gone(rig: Rig, scale: float) -> Iterator[Finding]:
    """T9: the broker dies and comes back, five times shortly and once for a minute."""
    rounds, long = (5, 60.0) if scale == 1 else (2, 5.0)
    count = _due_now(rig, max(60, int(2000 * scale)))
    with rig.running("worker", "beat"):
        rig.wait_until_sent(1, seconds=120)
        for _ in range(rounds):
            rig.kill_broker()
            time.sleep(10 / rounds)
            rig.start_broker()
        rig.kill_broker()
        time.sleep(long)
        rig.start_broker()
        rig.wait_until_sent(count, seconds=600)
        # what was under way could end by itself: this letter needs a worker that listens again
        fresh = _due_now(rig, 1)
        wait = _seconds_until(lambda: ledger().get("sent", 0) == fresh, 300)
    yield _resumed(f"T9 broker killed {rounds + 1} times: next letter", [wait])
    yield from _fallback(rig)


def _fallback(rig: Rig) -> Iterator[Finding]:
    """Without any broker the fallback sends, within the five minutes that are promised."""
    rig.kill_broker()
    count = _due_now(rig, 20)
    with rig.running("fallback"):
        wait = _seconds_until(lambda: ledger().get("sent", 0) == count, 300)
    rig.start_broker()
    yield Finding("T9 no broker, the fallback alone: late by, s", wait, "P14: <= 300", wait <= 300)


def database_restarted(rig: Rig, scale: float) -> Iterator[Finding]:
    """T10: the database drops everybody in the middle of letters and of series being booked."""
    restarts = max(2, int(10 * scale))
    # so many that there is work left after the last restart
    count = _due_now(rig, 1000 * restarts)
    rig.post.pause = 0.01
    made = world.build(f"restarts{time.time()}", people=4, rooms=4, patients=1)
    cookie = wires.signed_in(made.user, made.location)
    dice, waits, over = random.Random(10), list[float](), threading.Event()
    asked = _Asked()
    with rig.running("worker", "beat"), servers.serving(wires.PRODUCT, wires.MANY) as site:
        work = _book_until(over, site.port, _series(made, cookie, restarts), asked)
        client = threading.Thread(target=work)
        client.start()
        rig.wait_until_sent(1, seconds=120)
        for _ in range(restarts):
            time.sleep(dice.uniform(0.5, 4))
            rig.restart_database()
            waits.append(_seconds_until(_one_more(), 300))
        over.set()
        client.join()
        # what was in hand at a restart is held by its lease
        rig.wait_until_sent(count, seconds=600)
    name = f"T10 database restarted {restarts} times"
    yield from _all_sent(rig, name, count, most_extra=2 * restarts)
    yield _resumed(name, waits)
    yield Finding(f"{name}: series booked of {asked.tried}", asked.statuses[302], "-", True)
    yield Finding(f"{name}: series in part", _in_part(made), "P2: 0", _in_part(made) == 0)
    yield Finding(f"{name}: longest 5xx, s", asked.longest, "P14: <= 60", asked.longest <= 60)
    yield Finding(f"{name}: traces shown", asked.traces, "P30: 0", asked.traces == 0)


def _in_part(made: world.World) -> int:
    """Courses of this clinic with some, not all, of their sessions booked."""
    from django.db.models import Count  # noqa: PLC0415

    from treatments.models import Course  # noqa: PLC0415

    rows = Course.objects.filter(location=made.location).annotate(n=Count("sessions__appointment"))
    return rows.exclude(n__in=(0, race_requests.SESSIONS)).count()


class _Asked:
    """What the client of the web server saw."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.traces, self.longest = 0, 0.0
        self._ill_since: float | None = None

    @property
    def tried(self) -> int:
        return self.statuses.total()

    def saw(self, status: int, body: bytes) -> None:
        """0 is a connection that was cut."""
        self.statuses[status] += 1
        self.traces += b"Traceback" in body or b"psycopg" in body
        if status not in DONE and status != 409:
            self._ill_since = self._ill_since or time.monotonic()
            self.longest = round(max(self.longest, time.monotonic() - self._ill_since), 1)
        else:
            self._ill_since = None


def _series(made: world.World, cookie: str, restarts: int) -> Iterator[bytes]:
    """Series of six that do not contend with each other."""
    for number, course in enumerate(race_requests.courses(made, 40 * restarts)):
        place, other = divmod(number, 4)
        week, hour = divmod(place, 40)
        chosen = race_requests.dates(made, 20 * week, hour, other, other, 0)
        yield race_requests.confirm(cookie, course, chosen, uuid4())


def _book_until(
    over: threading.Event, port: int, requests: Iterator[bytes], asked: _Asked
) -> Callable[[], None]:
    prepared = list(requests)

    def work() -> None:
        wire = wires.Wire(port)
        for request in prepared:
            if over.wait(0.05):
                break
            try:
                asked.saw(*wire.ask(request))
            except OSError:
                asked.saw(0, b"")
                wire = wires.Wire(port)
        wire.close()

    return work


# What all of them ask -----------------------------------------------------------------------------


def _due_now(rig: Rig, count: int) -> int:
    rig.plan(count, due_at=datetime.now(UTC) - timedelta(minutes=1))
    return count


def _one_more() -> Callable[[], bool]:
    """Whether a letter more than now has been sent, or none is left."""
    before = _patiently(ledger).get("sent", 0)

    def more() -> bool:
        state = ledger()
        return state.get("sent", 0) > before or not state.get("planned", 0)

    return more


def _seconds_until(what: Callable[[], bool], most: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < most:
        if _patiently(what):
            break
        time.sleep(0.1)
    return round(time.monotonic() - began, 1)


def _patiently(ask: Callable[[], T]) -> T:
    """Its answer, asked again on a new connection while the database is away."""
    while True:
        try:
            return ask()
        except DatabaseError:
            connections.close_all()
            time.sleep(0.1)


def _resumed(name: str, waits: list[float]) -> Finding:
    most = max(waits)
    return Finding(f"{name}: longest until work goes on, s", most, "P14: <= 60", most <= RESUMED)


def _all_sent(rig: Rig, name: str, count: int, most_extra: int) -> Iterator[Finding]:
    sent, extra = _patiently(ledger).get("sent", 0), rig.post.extra_copies
    yield Finding(f"{name}: lost of {count}", count - sent, "P8: 0", sent == count)
    yield Finding(f"{name}: extra copies", extra, f"P9: <= {most_extra}", extra <= most_extra)
