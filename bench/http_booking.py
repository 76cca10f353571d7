"""Booking over HTTP: how many a second beside two bare views, and a thousand races.

One bare view does one INSERT under an exclusion constraint; the other writes the very rows that a
booking writes, without a rule.

Different slots: twenty clients, each with people, rooms and patients of its own, book one visit
after the other. Races: twenty clients want the same time with overlapping starts and lengths; the
person is contested, the room, or both. After all of it the database is asked for overlapping pairs.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import connection

from bench import servers, wires, world
from bench.double_booking import OVERLAPS
from bench.results import Figure
from clinic.accounts.models import RecordAccess
from clinic.forms.visit import signed
from clinic.models import Appointment, Booking, Capability, Need, Reservation, Service
from clinic.scheduling.clock import to_minute
from clinic.scheduling.slots import Slot
from patients.models import Message

CLIENTS = 20
BOOKINGS = 15  # of each client in one turn
TURNS = 3
RACES = 1000
CONTESTED = ("both", "person", "room")
SHIFTS = (0, 15)
LENGTHS = (30, 45)
# what one booking writes to
WRITTEN = (Booking, Appointment, Reservation, RecordAccess, Message)


@dataclass
class Tally:
    """What the clients saw: answers by status, seconds of each, winners by race, words."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    winners: Counter[int] = field(default_factory=Counter)
    silent: int = 0  # losers who were not told why


def measure() -> list[Figure]:
    made = world.build("http", people=CLIENTS, rooms=CLIENTS, patients=CLIENTS * 16)
    cookie = wires.signed_in(made.user, made.location)
    services = {minutes: _service(minutes) for minutes in LENGTHS}
    with servers.serving(wires.PRODUCT, wires.MANY) as product:
        with (
            servers.serving(wires.BARE, wires.MANY) as bare,
            servers.serving(wires.ROWS, wires.MANY) as rows,
        ):
            speed = _speed(made, cookie, product.port, bare.port, rows.port)
        races = _races(made, cookie, product.port, services)
    return [*speed, *_judged(races)]


def _service(minutes: int) -> Service:
    """A visit of so many minutes that needs a person and a room, and may be booked by itself."""
    service = Service.objects.create(
        key=f"bench-{minutes}", name=f"Visit of {minutes}", minutes=minutes, stands_alone=True
    )
    for position, key in enumerate(("assess", "consult-room"), 1):
        capability = Capability.objects.get(key=key)
        Need.objects.create(
            service=service,
            position=position,
            label=key,
            capability=capability,
            ends=minutes,
        )
    return service


# Different slots ---------------------------------------------------------------------------------


def _speed(made: world.World, cookie: str, product: int, bare: int, rows: int) -> list[Figure]:
    with connection.cursor() as cursor:
        from bench.bare_site import TABLE  # noqa: PLC0415 - a project of its own

        cursor.execute(TABLE)
    service = Service.objects.prefetch_related("needs").get(key="bench-30")
    written, rates, refused = [], [], 0
    for turn in range(TURNS + 1):
        asked = (
            (bare, [_bare(n, turn) for n in range(CLIENTS)]),
            (rows, [_rows(made, service, n, turn) for n in range(CLIENTS)]),
            (product, [_own(made, cookie, service, n, turn) for n in range(CLIENTS)]),
        )
        rate = []
        for port, requests in asked:
            before = _written()
            tally, took = _at_once(port, requests)
            refused += tally.statuses.total() - tally.statuses[201] - tally.statuses[204]
            rate.append(CLIENTS * BOOKINGS / took)
            written.append(_written() - before)
        if turn:  # the first warms them up
            rates.append(rate)
    one, same, ours = (median(column) for column in zip(*rates, strict=True))
    # the second view does write what a booking writes
    assert written[1::3] == written[2::3], written
    name = f"booking over HTTP, {CLIENTS} clients, different slots"
    return [
        _beside(f"{name}: a second, beside one INSERT", ours, one, ">= 0.5 x bare insert"),
        _beside(f"{name}: a second, beside the same rows", ours, same, ">= 0.5 x same rows"),
        Figure(f"{name}: refused", refused, "= 0", refused == 0),
    ]


def _beside(name: str, ours: float, reference: float, goal: str) -> Figure:
    return Figure(name, round(ours, 1), goal, ours >= reference / 2, round(reference, 1))


def _written() -> Counter[str]:
    """Rows of every table of the product."""
    return Counter({each._meta.label: each._base_manager.count() for each in WRITTEN})


def _when(turn: int, at: int) -> datetime:
    """The `at`-th time of a turn: half hours from nine on, a week for each turn."""
    day, half = divmod(at, 16)
    monday = datetime.combine(world.MONDAY, datetime.min.time(), UTC)
    return monday + timedelta(days=7 * turn + day, hours=9, minutes=30 * half)


def _bare(client: int, turn: int) -> list[bytes]:
    starts = [_when(turn, at) for at in range(BOOKINGS)]
    return [
        wires.post(
            "/book",
            "",
            {
                "resource": str(client),
                "start": start.isoformat(),
                "end": (start + timedelta(minutes=30)).isoformat(),
            },
        )
        for start in starts
    ]


def _rows(made: world.World, service: Service, client: int, turn: int) -> list[bytes]:
    """The visits of `_own` a year later."""
    patients = made.patients[client * 16 : client * 16 + 16]
    held = [str(each.pk) for each in (made.people[client], made.rooms[client])]
    needs = [str(each.pk) for each in service.needs.all()]
    return [
        wires.post(
            "/book",
            "",
            {
                "actor": str(made.user.pk),
                "patient": str(patients[at].pk),
                "service": str(service.pk),
                "location": str(made.location.pk),
                "start": (_when(turn, at) + timedelta(weeks=52)).isoformat(),
                "minutes": str(service.minutes),
                "need": needs,
                "resource": held,
            },
        )
        for at in range(BOOKINGS)
    ]


def _own(made: world.World, cookie: str, service: Service, client: int, turn: int) -> list[bytes]:
    patients = made.patients[client * 16 : client * 16 + 16]
    return [
        _booking(made, cookie, service, patients[at].pk, _when(turn, at), client, client)
        for at in range(BOOKINGS)
    ]


def _booking(
    made: world.World,
    cookie: str,
    service: Service,
    patient: int,
    start: datetime,
    person: int,
    room: int,
) -> bytes:
    first = to_minute(start)
    ids = (made.people[person].pk, made.rooms[room].pk)
    slot = Slot(first, first + service.minutes, ids)
    value = signed(patient, made.location.pk, service.pk, uuid.uuid4(), slot)
    return wires.post(f"/patients/{patient}/visits/new/", cookie, {"time": value}, htmx=True)


def _at_once(port: int, requests: Sequence[list[bytes]]) -> tuple[Tally, float]:
    """Every client sends its own, one after the other; the answers, and seconds for all."""
    tally, lock = Tally(), threading.Lock()
    barrier = threading.Barrier(len(requests) + 1)

    def client(mine: list[bytes]) -> None:
        wire = wires.Wire(port)
        barrier.wait(60)
        statuses = [wire.ask(request)[0] for request in mine]
        wire.close()
        with lock:
            tally.statuses.update(statuses)

    threads = [threading.Thread(target=client, args=(mine,)) for mine in requests]
    for thread in threads:
        thread.start()
    barrier.wait(60)
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return tally, time.perf_counter() - started


# One slot ----------------------------------------------------------------------------------------


def _races(made: world.World, cookie: str, port: int, services: dict[int, Service]) -> Tally:
    tally, lock = Tally(), threading.Lock()
    barrier = threading.Barrier(CLIENTS)

    def client(number: int) -> None:
        wire = wires.Wire(port)
        mine = [_entry(made, cookie, services, number, race) for race in range(RACES)]
        for race, request in enumerate(mine):
            barrier.wait(120)
            started = time.perf_counter()
            status, body = wire.ask(request)
            took = time.perf_counter() - started
            with lock:
                tally.statuses[status] += 1
                tally.seconds.append(took)
                tally.winners[race] += status == 204
                tally.silent += status == 409 and b"already booked then" not in body
        wire.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _entry(
    made: world.World, cookie: str, services: dict[int, Service], number: int, race: int
) -> bytes:
    """What one client asks for in one race: any two of a race overlap on what is contested."""
    contested = CONTESTED[race % len(CONTESTED)]
    person = 0 if contested in ("both", "person") else number
    room = 0 if contested in ("both", "room") else number
    week, place = divmod(race, 40)
    monday = datetime.combine(world.MONDAY, datetime.min.time(), UTC)
    start = monday + timedelta(
        days=7 * (TURNS + 2 + week) + place % 5,
        hours=9 + place // 5,
        minutes=SHIFTS[number % 2],
    )
    service = services[LENGTHS[number // 2 % 2]]
    return _booking(made, cookie, service, made.patients[number].pk, start, person, room)


def _judged(tally: Tally) -> list[Figure]:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        overlaps = int(cursor.fetchone()[0])
    seconds = sorted(tally.seconds)
    p99, slowest = seconds[int(len(seconds) * 0.99)], seconds[-1]
    right = sum(tally.winners[race] == 1 for race in range(RACES))
    others = sum(n for status, n in tally.statuses.items() if status not in (204, 409))
    name = f"{CLIENTS} clients, {RACES} races for a person, a room or both"
    return [
        Figure(f"{name}: overlapping pairs", overlaps, "= 0", overlaps == 0),
        Figure(f"{name}: with one winner", right, f"= {RACES}", right == RACES),
        Figure(f"{name}: losers not told why", tally.silent, "= 0", tally.silent == 0),
        Figure(
            f"{name}: answers other than 204, 409 {dict(tally.statuses)}",
            others,
            "= 0",
            others == 0,
        ),
        Figure(f"{name}: p99", round(p99, 3), "<= 1 s", p99 <= 1, unit="s"),
        Figure(f"{name}: slowest", round(slowest, 3), "<= 3 s", slowest <= 3, unit="s"),
        Figure("visits booked in races", Appointment.objects.count(), "-", True),
    ]
