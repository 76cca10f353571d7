"""Starts what ended again, and says so in one sentence."""

import signal
import time
from pathlib import Path

from clinic.local.places import ROOT
from clinic.local.processes import NO_SPACE, LocalError, Part, capital, disk_full

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
# who ran this long before it ended is not caught in a loop
STEADY_SECONDS = 30.0


def say(sentence: str) -> None:
    """One line for the person at the terminal."""
    print(sentence, flush=True)


def shown(path: Path) -> str:
    """`path` as one would type it in the checkout."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


class Watch:
    """One part and its fate. `failures` counts ends shortly after a start."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.failures = 0
        self._retry_at: float | None = None
        self._started_at = time.monotonic()

    def look(self) -> None:
        """Notice an end; start again when the pause is over."""
        if self._retry_at is None:
            code = self.part.ended()
            if code is not None:
                self._wait(f"{capital(self.part.label)} ended ({why(code)})")
        elif time.monotonic() >= self._retry_at:
            self._restart()

    def _restart(self) -> None:
        self._started_at = time.monotonic()
        try:
            self.part.start()
        except LocalError as sentence:
            self._wait(str(sentence).rstrip("."))
        else:
            self._retry_at = None
            say(f"{capital(self.part.label)} was started again.")

    def _wait(self, happened: str) -> None:
        now = time.monotonic()
        self.failures = 1 if now - self._started_at > STEADY_SECONDS else self.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
        self._retry_at = now + pause
        if NO_SPACE in self.part.said() and disk_full() not in happened:
            happened += f": {disk_full()}"
        say(f"{happened}; next try in {pause:g} s, see {shown(self.part.log)}.")


def why(code: int) -> str:
    """A child's exit code in words: "killed by SIGKILL", "exit code 3"."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
