"""`make run` as a person lives it: one run of the real thing, from start to Ctrl-C."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from clinic.local import ports
from clinic.local.places import ROOT, Places
from clinic.local.processes import LINUX, command_line, wait_until

COMMAND = [sys.executable, "-m", "clinic.local.supervisor"]
SECONDS = 120


class Run:
    """A supervisor with a folder and a port of its own, and what it said so far."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "var")
        self.output = folder / "output.txt"
        self.port = ports.remembered(folder / "port")
        own = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL", "MAKELEVEL", "SECRET_KEY")
        self.env = {name: value for name, value in os.environ.items() if name not in own}
        self.env |= {"CLINIC_VAR": str(self.places.base), "PORT": str(self.port)}
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        with self.output.open("wb") as output:
            return subprocess.Popen(
                COMMAND, cwd=ROOT, env=self.env, stdout=output, stderr=subprocess.STDOUT
            )

    def says(self, pattern: str) -> bool:
        """Whether it says so within SECONDS (not after it has ended)."""

        def said() -> bool:
            return (
                bool(re.search(pattern, self.output.read_text())) or self.process.poll() is not None
            )

        wait_until(said, seconds=SECONDS, every=0.1)
        return bool(re.search(pattern, self.output.read_text()))

    def again(self, **env: str) -> "subprocess.CompletedProcess[str]":
        """A second run beside this one; it is expected to end by itself."""
        return subprocess.run(
            COMMAND, cwd=ROOT, env=self.env | env, capture_output=True, text=True, timeout=SECONDS
        )

    def ready(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(self.url("/health/ready")) as page:
            return bool(page.status == 200)
        return False

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def processes(self) -> set[int]:
        """Everything that runs below this supervisor."""
        found, seen = {self.process.pid}, 0
        while len(found) > seen:
            seen = len(found)
            found |= {pid for pid, parent in parents() if parent in found}
        return found


def parents() -> Iterator[tuple[int, int]]:
    """Every process of this machine with the one that started it."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            yield int(status.parent.name), int(status.read_text().rpartition(")")[2].split()[1])


@pytest.fixture(scope="module")
def run(module_folder: Path) -> Iterator[Run]:
    found = Run(module_folder)
    assert found.says(r"Ready after"), found.output.read_text()
    yield found
    if found.process.poll() is None:
        found.process.terminate()
        found.process.wait(SECONDS)


def test_the_pages_answer_at_the_address_it_names(run: Run) -> None:
    assert run.says(re.escape(run.url("/")))
    assert run.ready()


def own_mail(run: Run) -> list[Path]:
    """What these tests sent; the demo clinic's worker sends its own letters meanwhile."""
    mails = run.places.mail.glob("*.eml")
    return [each for each in mails if b"Subject: hello" in each.read_bytes()]


def test_a_sent_message_becomes_a_file(run: Run) -> None:
    port = int((run.places.run / "mail-port").read_text())
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.sendmail("a@milia.example", ["b@patients.example"], "Subject: hello\r\n\r\nbody")
    assert len(own_mail(run)) == 1


def test_a_second_run_in_the_same_folder_is_refused_in_one_sentence(run: Run) -> None:
    second = run.again()
    assert second.returncode == 1
    assert second.stderr == (
        f"The clinic is already running from {run.places.base}: use that one, or stop it first.\n"
    )


def test_a_busy_port_is_one_sentence(run: Run, tmp_path: Path) -> None:
    second = run.again(CLINIC_VAR=str(tmp_path / "var"))
    assert second.returncode == 1
    assert second.stderr == (
        f"Port {run.port} on 127.0.0.1 is not free: stop what uses it, "
        f"or choose another one, for example: make run PORT={run.port + 1}\n"
    )


def test_a_port_that_is_no_number_is_one_sentence(run: Run) -> None:
    second = run.again(PORT="http")
    assert second.stderr == "PORT must be a number from 1 to 65535, not 'http'.\n"


def test_an_unreachable_database_is_one_sentence(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    nowhere = "postgresql://milia:x@127.0.0.1:9/milia"
    second = run.again(CLINIC_VAR=str(tmp_path / "v"), PORT=port, DATABASE_URL=nowhere)
    assert second.returncode == 1
    assert second.stderr.startswith("That failed: connection failed: ")
    assert second.stderr.count("\n") == 1


def test_a_killed_database_comes_back_and_is_told_in_one_sentence(run: Run) -> None:
    note = run.places.postgres / "data" / "postmaster.pid"
    os.kill(int(note.read_text().splitlines()[0]), signal.SIGKILL)
    assert run.says(r"The database ended \(killed by SIGKILL\); next try in 0.5 s")
    assert run.says(r"The database was started again\.")
    assert wait_until(run.ready, seconds=SECONDS, every=0.2)
    assert "Traceback" not in run.output.read_text()


@pytest.mark.skipif(not LINUX, reason="only Linux tells children of their starter's death")
def test_killing_the_supervisor_ends_everything_and_the_next_start_works(run: Run) -> None:
    processes = run.processes()
    run.process.kill()
    run.process.wait()
    assert wait_until(lambda: not any(map(command_line, processes)), seconds=SECONDS, every=0.2)
    run.process = run.start()
    assert run.says(r"Ready after"), run.output.read_text()


def test_ctrl_c_ends_everything_and_keeps_the_mail(run: Run) -> None:
    processes = run.processes()
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(SECONDS) == 0
    assert wait_until(lambda: not any(map(command_line, processes)), seconds=10, every=0.2)
    assert len(own_mail(run)) == 1
