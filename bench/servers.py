"""Web servers to be measured beside each other, all with the product's own worker settings."""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clinic.local.ports import LOOPBACK, accepts, any_free
from clinic.local.processes import wait_until
from clinic.local.supervisor import GUNICORN

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Site:
    """One server and a kept-open connection to it; `headers` go with every request."""

    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[bytes, float]:
        """The body and the milliseconds until it was read. Raises RuntimeError unless 200."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=60)
        started = time.perf_counter()
        self._connection.request("GET", path, headers=dict(self.headers))
        answer = self._connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
        return body, took


@contextlib.contextmanager
def serving(
    application: str, options: Sequence[str] = GUNICORN, **environment: str
) -> Iterator[Site]:
    """A server of this WSGI application, its environment completed by these.

    By default with one worker, so that all requests meet the same warm process.
    """
    port = any_free()
    command = [sys.executable, "-m", "gunicorn", *options, "--keep-alive", "60"]
    server = subprocess.Popen(
        [*command, "--bind", f"{LOOPBACK}:{port}", application],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if not wait_until(lambda: accepts(port), seconds=60):
            raise RuntimeError(f"{application} does not start")
        yield Site(port)
    finally:
        server.terminate()
        server.wait()


def medians(asked: Sequence[tuple[Site, str]], rounds: int) -> list[float]:
    """Milliseconds for each request: the median of so many rounds, in turns, the first few not
    counted."""
    for site, path in [*asked] * min(3, rounds // 3):
        site.get(path)
    times = [[site.get(path)[1] for site, path in asked] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]
