"""What stories need that run in more than one process: a clinic by today's clock, and workers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE
from clinic.celery import app
from clinic.local.processes import die_with_parent
from clinic.models import Location
from tests.conftest import Cast, patient, resource, staff
from tests.smtp import Postbox, free_port
from treatments.actions import protocols

# how long a story waits for another process: far more than it takes, so that a slow machine passes
PATIENCE = 60.0


def open_clinic() -> Cast:
    """The cast, committed, by today's clock: other processes read it."""
    protocols.install()
    harbour = Location.objects.create(
        name="Harbour Street",
        time_zone="Europe/London",
        address="1 Harbour Street, London",
        phone="+44 20 7946 0000",
    )
    fern = staff("fern@clinic.example", "Fern", FRONT_DESK)
    can = ("assess", "peel", "prescribe", "extract")
    return Cast(
        fern=fern,
        cole=staff("cole@clinic.example", "Dr Cole", CLINICIAN),
        mina=staff("mina@clinic.example", "Mina", MANAGER),
        nora=staff("nora@clinic.example", "Nora", NURSE),
        harbour=harbour,
        dr_cole=resource(harbour, "person", "Dr Cole", *can),
        nurse_nora=resource(harbour, "person", "Nurse Nora", "peel"),
        peel_room=resource(harbour, "room", "Peel room 1", "peel-room", "consult-room"),
        second_peel_room=resource(harbour, "room", "Peel room 2", "peel-room"),
        ada=patient("Ada", "Lindqvist", date(1992, 3, 14), "ada@patient.example", fern),
        ben=patient("Ben", "Okafor", date(1988, 7, 1), "ben@patient.example", fern),
    )


def next_tuesday(hour: int = 10) -> datetime:
    """A Tuesday at least a week ahead, so that nobody is on holiday and no reminder is due."""
    today = datetime.now(UTC).date()
    day = today + timedelta(days=8 + (1 - today.weekday()) % 7)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def eventually(what: Callable[[], bool], sentence: str) -> None:
    """Wait until it is true; fail with the sentence when it never becomes so."""
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            pytest.fail(f"not within {PATIENCE:.0f} s: {sentence}")
        time.sleep(0.05)


def database_url() -> str:
    """The test database of this process, as another process is told of it."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


class Worker:
    """A real Celery worker with its children; `kill` is what a power cut does to it."""

    def __init__(self, smtp_port: int) -> None:
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "REDIS_URL": settings.CELERY_BROKER_URL,
        }
        options = ["--concurrency", "1", "--without-mingle", "--without-gossip", "-l", "WARNING"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "clinic", "worker", *options],
            cwd=settings.BASE_DIR,
            env=env,
            # a group of its own: the children end with it
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )

    @property
    def priority(self) -> int:
        """How far it stands back for others; its children inherit that."""
        return os.getpriority(os.PRIO_PROCESS, self._process.pid)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """In order; and without mercy where that takes long: the next test empties the tables."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=15)
        self.kill()

    def _signal(self, sig: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, sig)
        except ProcessLookupError:
            return
        if sig == signal.SIGKILL:
            self._process.wait()


@contextmanager
def worker(smtp_port: int) -> Iterator[Worker]:
    """A worker on this test's own database and broker, its queue emptied first."""
    app.control.purge()
    started = Worker(smtp_port)
    try:
        yield started
    finally:
        started.stop()


@contextmanager
def mail_server(postbox: Postbox) -> Iterator[int]:
    """A real SMTP server that hands its mail to `postbox`; its port."""
    controller = Controller(postbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()
