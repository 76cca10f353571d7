"""The clinic's own programs on the rig's database and broker, as `make run` starts them."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from clinic.local.processes import Program
from clinic.local.supervisor import BEAT, WORKER

ROOT = Path(__file__).resolve().parent.parent.parent


@contextlib.contextmanager
def running(folder: Path, environment: Mapping[str, str], *names: str) -> Iterator[None]:
    """The programs of these names, out of "worker", "beat" and "fallback", for as long as the
    block lasts. What they print goes to files in `folder`."""
    schedule = ("-s", str(folder / "beat"))
    commands = {
        "worker": ("-m", "celery", "-A", "clinic", *WORKER),
        "beat": ("-m", "celery", "-A", "clinic", *BEAT, *schedule),
        "fallback": ("manage.py", "send_due", "--loop"),
    }
    env = os.environ | environment
    programs = [
        Program(name, folder / f"{name}.log", [sys.executable, *commands[name]], env, ROOT)
        for name in names
    ]
    try:
        for each in programs:
            each.start()
        yield
    finally:
        for each in reversed(programs):
            each.stop()
