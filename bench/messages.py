"""Letters a second: ours, from the due scan to the committed "sent", beside plain Django.

Plain Django renders the same templates from the same facts, which it has at hand, each letter by
itself, and sends them over one kept connection to the same server, in turns with ours. What ours
adds is the ledger: claim, lease, the last look at live facts, and the record of what became of each
letter. django-post_office sends the same letters ready-made, beside plain Django that does: over
one connection, and over the five that it has by default.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.db import connections
from django.template.loader import render_to_string
from django.utils import timezone, translation

from bench import letters_world, post_office
from bench.letters_world import AT
from bench.results import Figure
from clinic.local.ports import LOOPBACK, accepts, any_free
from clinic.local.processes import wait_until
from patients import letter_colours
from patients.message_rules import plain_text

LETTERS, ROUNDS = 200, 5
# for processes of their own, so that their first letters, which load templates, do not count much
MANY, ROUNDS_OF_PROCESSES = 1000, 3
HERE = Path(__file__).resolve().parent


def measure() -> list[Figure]:
    with _sink() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        clinic = letters_world.clinic(MANY)
        ours, plain = [], []
        for _ in range(ROUNDS):
            plain.append(_plain(clinic[:LETTERS]))
            ours.append(_ours(clinic[:LETTERS]))
        ready = _ready_made(clinic[:LETTERS])
        kept = statistics.median(_plain_ready_made(ready) for _ in range(ROUNDS))
        office = post_office.letters_a_second(ready, port, ROUNDS, connections=1)
        office_of_five = post_office.letters_a_second(ready, port, ROUNDS, connections=5)
        alone, together = [], []
        for _ in range(ROUNDS_OF_PROCESSES):
            alone.append(_processes(clinic, port, 1))
            together.append(_processes(clinic, port, 2))
    one, two = statistics.median(alone), statistics.median(together)
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
            "letters a second, part of plain Django's: ours, beside django-post_office's",
            round(mine / theirs, 2),
            ">= 1 x",
            mine / theirs >= office / kept,
            round(office / kept, 2),
        ),
        Figure(
            "letters a second, part of plain Django's: django-post_office's on five connections",
            round(office_of_five / kept, 2),
            "-",
            holds=True,
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
    _check(sent, len(sessions))
    return sent / took


def _check(sent: int, planned: int) -> None:
    from patients.models import Message  # noqa: PLC0415

    stored = Message.objects.filter(status="sent").count()
    if (sent, stored) != (planned, planned):
        raise RuntimeError(f"{sent} letters sent, {stored} recorded, not {planned}")


def _plain(sessions: list[Any]) -> float:
    return _by_django(_facts(sessions), lambda it: [it[0].patient.email, *_plain_letter(*it)])


def _plain_ready_made(letters: list[list[str]]) -> float:
    return _by_django(letters, lambda letter: letter)


def _ready_made(sessions: list[Any]) -> list[list[str]]:
    """(address, subject, text, html) of each."""
    return [[row.patient.email, *_plain_letter(row, seen)] for row, seen in _facts(sessions)]


def _facts(sessions: list[Any]) -> list[tuple[Any, Any]]:
    """The rows of a letter to each, and what it tells: the same for all."""
    from patients import subjects  # noqa: PLC0415
    from patients.models import Message  # noqa: PLC0415

    letters_world.plan(sessions)
    rows = list(Message.objects.select_related("patient"))
    facts = subjects.look(rows[0], AT)
    return [(row, facts) for row in rows]


def _by_django(letters: Sequence[Any], write: Callable[[Any], list[str]]) -> float:
    """Letters a second, each written and sent over one connection."""
    backend = EmailBackend()
    backend.open()
    started = time.perf_counter()
    for each in letters:
        address, subject, text, html = write(each)
        mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [address])
        mail.attach_alternative(html, "text/html")
        backend.send_messages([mail])
    took = time.perf_counter() - started
    backend.close()
    return len(letters) / took


def _plain_letter(row: Any, facts: Any) -> tuple[str, str, str]:
    """Subject, text and HTML of one letter, as Django renders templates."""
    context = dict(facts.context) | {
        "kind": row.kind,
        "patient_name": row.patient.given_name,
        "clinic_name": settings.CLINIC_NAME,
        "transactional": row.transactional,
        "shades": letter_colours.SHIPPED,
        "preferences_url": "https://clinic.example/my/p/" + "x" * 43 + "/",
        "aftercare_url": "https://clinic.example/my/a/" + "x" * 43 + "/",
    }
    with translation.override(row.patient.letter_language), timezone.override(row.patient.zone):
        subject, text, html = (
            render_to_string(f"messages/{row.kind}/{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        frame = context | {"subject": subject.strip()}
        text = render_to_string("messages/letter.txt", frame | {"sections": [text]})
        page = render_to_string("messages/letter.html", frame | {"sections": [html]})
    return subject.strip(), plain_text(text), css_inline.inline(page)


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
    _check(sent, len(sessions))
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
