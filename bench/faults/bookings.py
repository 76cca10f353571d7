"""The front desk at its ordinary work: visits booked over HTTP at a steady rate, on a clinic of its
own, by somebody who does not wait for the answer before the next is due."""

import contextlib
import math
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import letters_world, race_requests, servers, wires, world
from bench.faults.booking_clients import Clients
from clinic.forms.visit import signed
from clinic.models import Appointment, Service
from clinic.scheduling.clock import to_minute
from clinic.scheduling.slots import Slot
from patients.models import Message

A_SECOND = 5
"""Bookings, all of them together."""
PEOPLE = 8
# as many places as a week has hours, eight people, and a year from `race_requests.at_hour`
MOST = 40 * PEOPLE * 52


@dataclass
class Answers:
    """Seconds from the moment at which each was due to its answer; answers by status."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def p95(self) -> float:
        """In milliseconds."""
        place = math.ceil(len(self.seconds) * 0.95) - 1
        return round(sorted(self.seconds)[place] * 1000) if self.seconds else -1

    @property
    def longest(self) -> float:
        """In milliseconds."""
        return round(max(self.seconds) * 1000)

    @property
    def failed(self) -> int:
        return self.statuses.total() - self.statuses[204]


@dataclass
class Desk:
    """Books on the web server at `port`; each visit has a time, people and a patient of its own."""

    port: int
    made: world.World
    cookie: str
    service: Service
    booked: int = 0

    @contextlib.contextmanager
    def booking(self, seconds: float) -> Iterator[Answers]:
        """Five a second for as long as the block lasts, and no longer than this."""
        answers = Answers()
        requests = [self._next() for _ in range(int(seconds * A_SECOND))]
        clients = Clients(self.port, requests, A_SECOND)
        try:
            yield answers
        finally:
            for took, status in clients.stop():
                answers.seconds.append(took)
                answers.statuses[status] += 1

    def book(self, count: int) -> Answers:
        """So many, one after the other."""
        answers, wire = Answers(), wires.Wire(self.port)
        for _ in range(count):
            request, began = self._next(), time.perf_counter()
            status, _body = wire.ask(request)
            answers.seconds.append(time.perf_counter() - began)
            answers.statuses[status] += 1
        wire.close()
        return answers

    def insist(self) -> list[int]:
        """One booking, pressed again until it is answered for; the statuses, 0 for a cut."""
        request, statuses = self._next(), list[int]()
        while not statuses or (statuses[-1] != 204 and len(statuses) < 4):
            wire = wires.Wire(self.port)
            try:
                statuses.append(wire.ask(request)[0])
            except OSError:
                statuses.append(0)
            wire.close()
        return statuses

    def visits(self) -> int:
        """That stand in its clinic."""
        return Appointment.objects.filter(location=self.made.location).count()

    def letters(self) -> int:
        """That tell its patients of a booking, and wait."""
        rows = Message.objects.filter(patient__in=self.made.patients, kind="booked")
        return rows.filter(status=Message.Status.PLANNED).count()

    def _next(self) -> bytes:
        hour, person = divmod(self.booked % MOST, PEOPLE)
        week, place = divmod(hour, 40)
        # one visit a week each
        patient = self.made.patients[self.booked % len(self.made.patients)].pk
        self.booked += 1
        start = to_minute(race_requests.at_hour(week, place))
        held = (self.made.people[person].pk, self.made.rooms[person].pk)
        slot = Slot(start, start + self.service.minutes, held)
        value = signed(patient, self.made.location.pk, self.service.pk, uuid.uuid4(), slot)
        return wires.post(
            f"/patients/{patient}/visits/new/", self.cookie, {"time": value}, htmx=True
        )


@contextlib.contextmanager
def desk(letters: bool = False, **environment: str) -> Iterator[Desk]:
    """A web server as in production, its environment completed by this, and a clinic to book in;
    with `letters` its patients have an address and agreed to be written to."""
    made = world.build(f"desk{time.time()}", people=PEOPLE, rooms=PEOPLE, patients=PEOPLE * 40)
    if letters:
        letters_world.writable(made, "desk", world.NOW)
    cookie = wires.signed_in(made.user, made.location)
    with servers.serving(wires.PRODUCT, wires.MANY, **environment) as site:
        yield Desk(site.port, made, cookie, made.assessment)
