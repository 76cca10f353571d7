"""Letters a second: ours, from the due scan to the committed "sent", beside plain Django.

Plain Django renders the same letters from the same facts, which it has at hand, and sends them over
one kept connection to the same server, in turns with ours. What ours adds is the ledger: claim,
lease, the last look at live facts, and the record of what became of each letter.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import connections

from bench import letters_world
from bench.letters_world import AT
from bench.results import Figure
from clinic.local.ports import LOOPBACK, accepts, any_free
from clinic.local.processes import wait_until

LETTERS, ROUNDS = 200, 5
HERE = Path(__file__).resolve().parent


def measure() -> list[Figure]:
    with _sink() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        clinic = letters_world.clinic(LETTERS)
        ours, plain = [], []
        for _ in range(ROUNDS):
            plain.append(_plain(clinic))
            ours.append(_ours(clinic))
        one, two = _processes(clinic, port, 1), _processes(clinic, port, 2)
    mine, theirs = statistics.median(ours), statistics.median(plain)
    return [
        Figure(
            "letters a second, one process, beside plain Django on one connection",
            round(mine),
            ">= 0.85 x",
            mine >= 0.85 * theirs,
            round(theirs),
            "/s",
        ),
        Figure(
            "letters a second, two processes beside one",
            round(two),
            ">= 1.5 x",
            two >= 1.5 * one,
            round(one),
            "/s",
        ),
    ]


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    port = any_free()
    server = subprocess.Popen([sys.executable, str(HERE / "smtp_sink.py"), str(port)])
    try:
        if not wait_until(lambda: accepts(port), seconds=20):
            raise RuntimeError("the sink does not start")
        yield port
    finally:
        server.terminate()
        server.wait()


def _ours(sessions: list[Any]) -> float:
    from patients.actions import delivery  # noqa: PLC0415

    letters_world.plan(sessions)
    started = time.perf_counter()
    sent = 0
    while handled := delivery.deliver_due(now=AT):
        sent += handled
    took = time.perf_counter() - started
    _check(sent)
    return sent / took


def _check(sent: int) -> None:
    from patients.models import Message  # noqa: PLC0415

    stored = Message.objects.filter(status="sent").count()
    if (sent, stored) != (LETTERS, LETTERS):
        raise RuntimeError(f"{sent} letters sent, {stored} recorded, not {LETTERS}")


def _plain(sessions: list[Any]) -> float:
    from patients import subjects  # noqa: PLC0415
    from patients.actions import letters  # noqa: PLC0415
    from patients.actions.letters import Section  # noqa: PLC0415
    from patients.models import Message  # noqa: PLC0415
    from patients.queries.letter_texts import OwnWords  # noqa: PLC0415

    letters_world.plan(sessions)
    rows = list(Message.objects.select_related("patient"))
    facts: Any = subjects.look(rows[0], AT)
    url = {"preferences_url": "https://clinic.example/my/p/" + "x" * 43 + "/"}
    backend = EmailBackend()
    backend.open()
    started = time.perf_counter()
    for row in rows:
        letter = letters.render(row.patient, [Section(row, facts)], [url], OwnWords())
        mail = EmailMultiAlternatives(
            letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [row.patient.email]
        )
        mail.attach_alternative(letter.html, "text/html")
        backend.send_messages([mail])
    took = time.perf_counter() - started
    backend.close()
    return len(rows) / took


def _processes(sessions: list[Any], port: int, count: int) -> float:
    """Letters a second of so many processes of their own, from the moment that all are ready."""
    letters_world.plan(sessions)
    connections.close_all()
    environment = os.environ | {"EMAIL_URL": f"smtp://{LOOPBACK}:{port}"}
    command = [sys.executable, "-m", "bench.messages"]
    senders = [
        subprocess.Popen(
            command,
            cwd=HERE.parent,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    for each in senders:
        assert each.stdout is not None
        each.stdout.readline()
    started = time.perf_counter()
    for each in senders:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    sent = sum(int(each.communicate()[0]) for each in senders)
    took = time.perf_counter() - started
    _check(sent)
    return sent / took


def _send_as_told() -> None:
    """A sender of `_processes`: says that it is ready, waits for the word, answers how many."""
    import django  # noqa: PLC0415

    django.setup()
    from clinic import memory  # noqa: PLC0415
    from patients.actions import delivery  # noqa: PLC0415

    delivery.claim(now=AT - timedelta(days=30), limit=1)
    memory.settle()
    print("ready", flush=True)
    sys.stdin.readline()
    sent = 0
    while handled := delivery.deliver_due(now=AT):
        sent += handled
    print(sent, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    _send_as_told()
