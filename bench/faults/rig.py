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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import letters_world
from bench.faults import post as posts
from bench.faults import whole
from bench.faults.post import Post
from clinic.local.ports import LOOPBACK
from clinic.local.processes import Server
from clinic.local.services import Services

ROOT = Path(__file__).resolve().parent.parent.parent
FAMILY = "faults"
"""Of all patients who get the rig's letters."""


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
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def megabytes(self) -> float:
        """Of memory that it holds."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        (held,) = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
        return int(held) / 1024


@dataclass
class Rig:
    """A clinic of patients who each have a letter to get, and what stands between."""

    post: Post
    port: int
    sessions: Sequence[Any]
    services: Services | None = None
    senders: list[Sender] = field(default_factory=list)

    def plan(self, count: int, **fields: Any) -> None:
        """So many letters, due now; the journal is emptied."""
        self.post.journal.clear()
        self.post.mode, self.post.pause = "", 0.0
        letters_world.plan(list(self.sessions[:count]), at=self.at, **fields)
        _heal()

    @property
    def at(self) -> datetime:
        """When the letters are due: the last ten in the morning, on everybody's clock."""
        return _last_ten()

    def sender(self, *words: object) -> Sender:
        return self._started("bench.faults.sender", words)

    def sender_with_wrong_clock(self, ahead: float, every: float = 0) -> Sender:
        """So many seconds ahead; see `wrong_clock`."""
        return self._started("bench.faults.wrong_clock", (ahead, every))

    def _started(self, module: str, words: Sequence[object]) -> Sender:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, words)],
            cwd=ROOT,
            env=os.environ | self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        made = Sender(process)
        self.senders.append(made)
        return made

    @property
    def _environment(self) -> dict[str, str]:
        # quiet hours have a scenario of their own; the others run at any time of day
        return {"EMAIL_URL": f"smtp://{LOOPBACK}:{self.port}", "QUIET_HOURS": "00:00-00:00"}

    def running(self, *names: str) -> contextlib.AbstractContextManager[None]:
        """The clinic's own programs of these names (`whole.running`)."""
        assert self.services is not None
        return whole.running(self.services.places.log, self._environment, *names)

    @property
    def _broker(self) -> Server:
        assert self.services is not None
        return self.services.servers["REDIS_URL"]

    def empty_broker(self) -> None:
        from clinic.celery import app  # noqa: PLC0415

        with app.connection_for_write() as broker:
            broker.default_channel.client.flushall()

    def kill_broker(self) -> None:
        _end(self._broker, signal.SIGKILL)

    def start_broker(self) -> None:
        self._broker.start()

    def hang_broker(self) -> None:
        """Connections are taken, nothing is answered: a black hole."""
        self._signal_broker(signal.SIGSTOP)

    def wake_broker(self) -> None:
        self._signal_broker(signal.SIGCONT)

    def _signal_broker(self, what: signal.Signals) -> None:
        assert self._broker.process is not None
        self._broker.process.send_signal(what)

    def restart_database(self) -> None:
        """At once, as after a crash: sessions are cut, what was committed stays."""
        assert self.services is not None
        server = self.services.servers["DATABASE_URL"]
        _end(server, signal.SIGQUIT)
        server.start()

    def stop(self) -> None:
        for each in self.senders:
            each.kill()
        self.senders.clear()

    def wait_until_sent(self, count: int, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ledger().get("sent", 0) >= count:
                return True
            # to count many takes a while: the senders need the database more
            time.sleep(0.1 if count < 10_000 else 1)
        return False


def _end(server: Server, how: signal.Signals) -> None:
    process, server.process = server.process, None
    assert process is not None
    process.send_signal(how)
    process.wait()


def _heal() -> None:
    from patients.models import MailService, Patient  # noqa: PLC0415

    MailService.objects.all().delete()
    Patient.objects.exclude(email_refused="").update(
        email_refused="", email_refused_at=None, email_refused_answer=""
    )


def ledger() -> dict[str, int]:
    """How many of the rig's letters are in which state."""
    from django.db.models import Count  # noqa: PLC0415

    from patients.models import Message  # noqa: PLC0415

    own = Message.objects.filter(patient__family_name=FAMILY)
    rows = own.order_by().values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows}


def drain(now: datetime, rounds: int = 1000) -> None:
    """Send what is due at this moment, in this process."""
    from patients.actions import delivery  # noqa: PLC0415

    for _ in range(rounds):
        delivery.recover(now=now)
        if not delivery.deliver_due(now=now):
            return


@contextlib.contextmanager
def rig(letters: int, services: Services | None = None) -> Iterator[Rig]:
    """`services` are those that scenarios about a broker or a database may break."""
    from django.conf import settings  # noqa: PLC0415

    post = Post()
    server, port = posts.serve(post)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, port
    # quiet hours have a scenario of their own; the others run at any time of day
    settings.QUIET_HOURS = (datetime.min.time(), datetime.min.time())
    sessions = letters_world.clinic(letters, at=_last_ten(), name=FAMILY)
    made = Rig(post, port, sessions, services)
    try:
        yield made
    finally:
        made.stop()
        server.shutdown()
        server.server_close()


def _last_ten() -> datetime:
    now = datetime.now(UTC)
    ten = now.replace(hour=10, minute=0, second=0, microsecond=0)
    return ten if ten <= now else ten - timedelta(days=1)
