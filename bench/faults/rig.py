"""What scenarios share: a clinic, a mail server that breaks, senders that die, and the oracle.

Every scenario ends with the same question to the ledger: has each letter come to exactly one end,
and how many copies did the mail server take?
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import letters_world
from bench.faults import post as posts
from bench.faults.post import Post
from clinic.local.ports import LOOPBACK

ROOT = Path(__file__).resolve().parent.parent.parent
# quiet hours have a scenario of their own; the others run at any time of day
NEVER_QUIET = (datetime.min.time(), datetime.min.time())


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table: what was seen, the promise it is held against, whether it holds."""

    name: str
    figure: float | str
    promise: str
    holds: bool


@dataclass
class Sender:
    """A process that sends, with its own end."""

    process: subprocess.Popen[str]

    def wait_ready(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def kill(self) -> None:
        """Also of one that is dead already: what it said is closed."""
        self.process.kill()
        self.process.communicate()

    @property
    def is_dead(self) -> bool:
        return self.process.poll() is not None


@dataclass
class Rig:
    """A clinic of patients who each have a letter to get, and what stands between."""

    post: Post
    port: int
    sessions: Sequence[Any]
    senders: list[Sender] = field(default_factory=list)

    def plan(self, count: int, **fields: Any) -> None:
        """So many letters, due now; the journal is emptied."""
        self.post.journal.clear()
        self.post.mode, self.post.pause = "", 0.0
        letters_world.plan(list(self.sessions[:count]), at=self.at, **fields)
        _heal()

    @property
    def at(self) -> datetime:
        """When the letters are due: ten in the morning today, on everybody's clock."""
        return datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)

    def sender(self, *words: object) -> Sender:
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.faults.sender", *map(str, words)],
            cwd=ROOT,
            env=os.environ | {"EMAIL_URL": f"smtp://{LOOPBACK}:{self.port}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        made = Sender(process)
        self.senders.append(made)
        return made

    def stop(self) -> None:
        for each in self.senders:
            each.kill()
        self.senders.clear()

    def wait_until_sent(self, count: int, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ledger().get("sent", 0) >= count:
                return True
            time.sleep(0.1)
        return False


def _heal() -> None:
    from patients.models import MailService, Patient  # noqa: PLC0415

    MailService.objects.all().delete()
    Patient.objects.exclude(email_refused="").update(
        email_refused="", email_refused_at=None, email_refused_answer=""
    )


def ledger() -> dict[str, int]:
    """How many letters are in which state."""
    from django.db.models import Count  # noqa: PLC0415

    from patients.models import Message  # noqa: PLC0415

    rows = Message.objects.order_by().values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows}


def drain(now: datetime, rounds: int = 1000) -> None:
    """Send what is due at this moment, in this process."""
    from patients.actions import delivery  # noqa: PLC0415

    for _ in range(rounds):
        delivery.recover(now=now)
        if not delivery.deliver_due(now=now):
            return


@contextlib.contextmanager
def rig(letters: int) -> Iterator[Rig]:
    from django.conf import settings  # noqa: PLC0415

    post = Post()
    server, port = posts.serve(post)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, port
    settings.QUIET_HOURS = NEVER_QUIET
    made = Rig(post, port, letters_world.clinic(letters, at=_today(), name="faults"))
    try:
        yield made
    finally:
        made.stop()
        server.shutdown()
        server.server_close()


def _today() -> datetime:
    return datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0)


def kill_group(process: subprocess.Popen[Any]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
