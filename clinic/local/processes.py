"""Child processes that never outlive the one who started them."""

import contextlib
import ctypes
import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1
NO_SPACE = "No space left on device"
# the line of a traceback, or of PostgreSQL's log, that a person can use
ERROR_LINE = re.compile(
    r"^(?:[\w.]*(?:Error|Exception|Refused): |.*\b(?:FATAL|PANIC): +(?!.*starting up))(.+)$",
    re.MULTILINE,
)


class LocalError(RuntimeError):
    """One plain sentence for the person at the terminal."""


def die_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends `sig` when the starter dies, even by kill -9 (Linux)."""
    if not LINUX:
        return None
    # looked up before the fork: nothing may be imported or allocated between fork and exec
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def end_with_parent() -> None:
    """From now on this process gets SIGTERM when its own starter dies (Linux)."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def command_line(pid: int) -> str:
    """What process `pid` was started with; empty when it has ended."""
    with contextlib.suppress(OSError):
        if LINUX:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        listing = ["ps", "-o", "args=", "-p", str(pid)]
        return subprocess.run(listing, capture_output=True, text=True, check=False).stdout
    return ""


def works_in(folder: Path) -> bool:
    """Whether a process has `folder` as its working directory (Linux; elsewhere always False)."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink() == folder.resolve():
                return True
    return False


def wait_until(done: Callable[[], bool], *, seconds: float, every: float = 0.03) -> bool:
    """Ask `done` until it says yes (True) or `seconds` have passed (False)."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def last_words(text: str) -> str:
    """The one line of a program's output that says what went wrong."""
    if NO_SPACE in text:
        return disk_full()
    if errors := ERROR_LINE.findall(text):
        return str(errors[-1]).strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def os_trouble(error: OSError) -> str:
    """The sentence for a refusal by the operating system."""
    if error.errno == errno.ENOSPC or NO_SPACE in str(error):
        return disk_full()
    return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)


def disk_full() -> str:
    """The sentence for a full disk, whoever noticed it."""
    return "the disk is full; free some space and start again"


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


class Part:
    """One long-running program of the whole: started, watched, stopped.

    `label` is what it is called in sentences; what it prints goes to `log`.
    """

    ending = signal.SIGTERM
    patience = 20.0
    # its standard output is for the person at the terminal, only its errors go to the log
    talks = False

    def __init__(self, label: str, log: Path) -> None:
        self.label = label
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def start(self) -> None:
        """Start it and return when it can be used. Raises LocalError."""
        raise NotImplementedError

    def ended(self) -> int | None:
        """Its exit code if it ended without being told to."""
        return None if self.process is None else self.process.poll()

    def stop(self) -> None:
        """Ask it to end, wait, insist."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(self.ending)
        try:
            process.wait(self.patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def said(self) -> str:
        """What it printed since it was last started."""
        with contextlib.suppress(OSError), self.log.open("rb") as lines:
            lines.seek(self._log_start)
            return lines.read()[-20_000:].decode(errors="replace")
        return ""

    def launch(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path | str,
        user: int | None = None,
        group: int | None = None,
        groups: list[int] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start `command` in its own session, so that Ctrl-C reaches it only through us."""
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=None if self.talks else log,
                stderr=log,
                env=env,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=die_with_parent(self.ending),
                user=user,
                group=group,
                extra_groups=groups,
            )
        return self.process


class Server(Part):
    """A part that others connect to."""

    @property
    def url(self) -> str:
        """The address the settings take for it."""
        raise NotImplementedError


class Program(Part):
    """A Python program of the project: web, worker, beat, mail catcher."""

    def __init__(
        self, label: str, log: Path, command: Sequence[str], env: Mapping[str, str], cwd: Path
    ) -> None:
        super().__init__(label, log)
        self.command, self.env, self.cwd = list(command), dict(env), cwd

    def start(self) -> None:
        """Start it; whether it is ready is for others to ask."""
        self.launch(self.command, env=self.env, cwd=self.cwd)
