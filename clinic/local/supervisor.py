"""`make run`: starts the whole clinic on this machine, keeps it running, ends it in order.

Run as `python -m clinic.local.supervisor`. PORT (8000) and HOST (127.0.0.1) say where the pages
are; with DATABASE_URL, REDIS_URL or EMAIL_URL set, that service is used instead of an own one.
"""

import contextlib
import http.client
import os
import signal
import sys
import time
from pathlib import Path

from clinic.local import ports
from clinic.local.environment import address, local_environment, reachable, var_folder
from clinic.local.places import ROOT, Places
from clinic.local.processes import (
    LocalError,
    Part,
    Program,
    capital,
    end_with_parent,
    last_words,
    os_trouble,
    wait_until,
)
from clinic.local.services import servers_for
from clinic.local.watching import Watch, say, shown

READY_PATH = "/health/ready"
SLOW_SECONDS = 60
# what ends this often before the first page is not going to work
HOPELESS = 3
LONG_LOG_BYTES = 10_000_000
GUNICORN = [
    "--worker-class",
    "gthread",
    "--workers",
    "1",
    "--threads",
    "8",
    "--preload",
    "--no-control-socket",
]
WORKER = ["worker", "--concurrency", "2", "--without-mingle", "--without-gossip", "-l", "INFO"]
BEAT = ["beat", "--pidfile=", "-l", "WARNING"]


class Supervisor:
    """One run of the clinic, from the first folder to the last process."""

    def __init__(self, places: Places, host: str, port: int) -> None:
        self.places, self.host, self.port = places, host, port
        self.began = self.serving_since = time.monotonic()
        self.stopping = self.ready = self.warned = False
        self.env: dict[str, str] = {}
        self.watches: list[Watch] = []

    def run(self) -> None:
        """Start, watch until told to stop, end. Raises LocalError with one plain sentence."""
        self.places.prepare()
        with self.places.claim():
            self._listen_to_signals()
            self._check_port()
            self._shorten_logs()
            try:
                self._start()
                while not self.stopping:
                    self._look()
                    time.sleep(0.2)
            finally:
                self._end()

    def _listen_to_signals(self) -> None:
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # under nohup the end of the terminal is nothing to us
            if sig != signal.SIGHUP or signal.getsignal(sig) != signal.SIG_IGN:
                signal.signal(sig, self._on_signal)
        if "MAKELEVEL" in os.environ:
            end_with_parent()

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def _check_port(self) -> None:
        # what a killed run left may still be closing its doors
        if not wait_until(lambda: ports.is_free(self.port, self.host), seconds=2, every=0.2):
            raise LocalError(
                f"Port {self.port} on {self.host} is not free: stop what uses it, "
                f"or choose another one, for example: make run PORT={self.port + 1}"
            )

    def _shorten_logs(self) -> None:
        for log in self.places.log.glob("*.log"):
            if log.stat().st_size > LONG_LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))

    # Starting ------------------------------------------------------------------------------------

    def _start(self) -> None:
        addresses = {}
        for name, server in servers_for(self.places, os.environ).items():
            say(f"Starting {server.label}.")
            self._keep(server)
            addresses[name] = server.url
        mail_port = ports.remembered(self.places.run / "mail-port")
        addresses["EMAIL_URL"] = f"smtp://{ports.LOOPBACK}:{mail_port}"
        self.env = local_environment(self.places, addresses, host=self.host, port=self.port)
        self._publish()
        if not os.environ.get("EMAIL_URL"):
            say(f"Every e-mail becomes a file in {shown(self.places.mail)}.")
            self._keep(self._mail_catcher(mail_port))
        self._prepare()
        if not self.stopping:
            say("Starting the web server, the worker and its clock.")
            # filling an empty database takes longer than this: it is no trouble of the web server
            self.serving_since = time.monotonic()
            for part in (self._web(), self._worker(), self._beat()):
                self._keep(part)

    def _keep(self, part: Part) -> None:
        """Start `part` and watch it. It is listed first: a start that fails is ended as well."""
        self.watches.append(Watch(part))
        part.start()

    def _publish(self) -> None:
        names = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "BASE_URL")
        self.places.publish({name: self.env[name] for name in names})

    def _prepare(self) -> None:
        """Migrations and seeds. Raises LocalError with the reason when one of them fails."""
        step = self._program("the preparation", "prepare", "clinic.local.prepare")
        step.talks = True
        step.start()
        while (code := step.ended()) is None:
            if self.stopping:
                step.stop()
                return
            time.sleep(0.02)
        if code:
            log = shown(step.log)
            raise LocalError(f"That failed: {last_words(step.said())} (all of it: {log})")

    # The programs --------------------------------------------------------------------------------

    def _log(self, name: str) -> Path:
        return self.places.log / f"{name}.log"

    def _program(self, label: str, name: str, *command: str) -> Program:
        return Program(label, self._log(name), [sys.executable, "-m", *command], self.env, ROOT)

    def _mail_catcher(self, port: int) -> Program:
        catcher = ("clinic.local.mail_catcher", str(port), str(self.places.mail))
        return self._program("the mail catcher", "mail-catcher", *catcher)

    def _web(self) -> Program:
        heartbeat = "/dev/shm" if Path("/dev/shm").is_dir() else str(self.places.run)  # noqa: S108
        bind = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        options = [*GUNICORN, "--worker-tmp-dir", heartbeat, "--bind", bind]
        return self._program("the web server", "web", "gunicorn", *options, "clinic.wsgi")

    def _worker(self) -> Program:
        return self._program("the worker", "worker", "celery", "-A", "clinic", *WORKER)

    def _beat(self) -> Program:
        schedule = str(self.places.run / "beat")
        options = (*BEAT, "-s", schedule)
        return self._program("the worker's clock", "beat", "celery", "-A", "clinic", *options)

    # Running -------------------------------------------------------------------------------------

    def _look(self) -> None:
        for watch in self.watches:
            watch.look()
        if not self.ready:
            self._look_for_page()

    def _look_for_page(self) -> None:
        if answers(reachable(self.host), self.port):
            self.ready = True
            self._welcome()
            return
        for watch in self.watches:
            if watch.failures >= HOPELESS:
                reason = last_words(watch.part.said())
                raise LocalError(f"{capital(watch.part.label)} does not start: {reason}")
        if not self.warned and time.monotonic() - self.serving_since > SLOW_SECONDS:
            self.warned = True
            say(f"Still no page after {SLOW_SECONDS} s; {shown(self._log('web'))} may say why.")

    def _welcome(self) -> None:
        seconds = time.monotonic() - self.began
        say(f"\nReady after {seconds:.1f} s:  http://{address(self.host, self.port)}/\n")
        accounts = self.places.base / "demo-accounts.txt"
        if accounts.exists():
            say(accounts.read_text().rstrip() + "\n")
        say(f"Ctrl-C ends everything and keeps the data. Logs: {shown(self.places.log)}")

    def _end(self) -> None:
        """Last started, first ended: the database outlives all who write to it."""
        if self.watches:
            say("\nEnding.")
        for watch in reversed(self.watches):
            watch.part.stop()
        self.places.withdraw()


def answers(host: str, port: int) -> bool:
    """Whether the pages can be used: the readiness page answers 200."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", READY_PATH)
        return connection.getresponse().status == http.client.OK
    return False


def wanted_port() -> int:
    """PORT as a number. Raises LocalError when it is none."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LocalError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def main() -> int:
    """Run the clinic; trouble is one sentence and the exit code 1."""
    try:
        host = os.environ.get("HOST") or ports.LOOPBACK
        Supervisor(Places(var_folder()), host, wanted_port()).run()
    except LocalError as sentence:
        trouble = str(sentence)
    except OSError as refused:
        trouble = capital(os_trouble(refused))
    else:
        return 0
    print(trouble, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
