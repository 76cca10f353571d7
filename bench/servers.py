"""Web servers to measure, under gunicorn with the same workers, and a client that costs little.

The client keeps one connection per thread and sends requests that were made beforehand, so that it
takes as little as possible of the processors it shares with the servers.
"""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.auth.models import Group
from django.test import Client

from clinic.accounts.models import User
from clinic.accounts.roles import FRONT_DESK
from clinic.local.ports import LOOPBACK, accepts
from clinic.local.processes import wait_until
from clinic.models import Location
from clinic.queries.locations import SESSION_KEY

ROOT = Path(__file__).resolve().parent.parent
PRODUCT, BARE = "clinic.wsgi", "bench.bare_site:application()"
WORKERS = ["--worker-class", "gthread", "--workers", "2", "--threads", "16"]


@contextlib.contextmanager
def serving(application: str, **environment: str) -> Iterator[int]:
    """The port of a running server; it ends with the block."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "error"]
    command += [*WORKERS, "--backlog", "2048", "--keep-alive", "75"]
    process = subprocess.Popen(
        [*command, "--bind", f"{LOOPBACK}:{port}", application],
        cwd=ROOT,
        env=os.environ | {"LOG_LEVEL": "ERROR"} | environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        if not wait_until(lambda: accepts(port), seconds=60):
            raise RuntimeError(f"{application} does not start")
        yield port
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind((LOOPBACK, 0))
        return int(any_port.getsockname()[1])


class Wire:
    """One connection. Not for several threads at once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._connect()

    def _connect(self) -> None:
        self.socket = socket.create_connection((LOOPBACK, self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.is_over = b"", False

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Answers come with their length or in chunks."""
        if self.is_over:
            self.close()
            self._connect()
        self.socket.sendall(request)
        head = self._until(b"\r\n\r\n")
        status = int(head[9:12])
        lower = head.lower()
        self.is_over = b"connection: close" in lower
        if b"transfer-encoding: chunked" in lower:
            return status, self._chunks()
        length = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        return status, self._exactly(length)

    def close(self) -> None:
        self.socket.close()

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._until(b"\r\n"), 16):
            body += self._exactly(size + 2)[:-2]
        self._exactly(2)
        return body

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(mark)
        return head + mark if mark == b"\r\n\r\n" else head

    def _exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self._more()
        body, self.buffer = self.buffer[:count], self.buffer[count:]
        return body

    def _more(self) -> None:
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.buffer += part


def signed_in(user: User, location: Location) -> str:
    """The Cookie header of this member of staff at the desk of a location, with a token against
    forgery."""
    user.groups.add(Group.objects.get(name=FRONT_DESK))
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_KEY] = location.pk
    session.save()
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"


TOKEN = "b" * 32


def get(path: str, cookie: str) -> bytes:
    """A request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nCookie: {cookie}\r\n\r\n".encode()


def post(path: str, cookie: str, form: Mapping[str, str], htmx: bool = False) -> bytes:
    """A form as a browser sends it, or as htmx does."""
    body = urlencode(form)
    heads = {
        "Host": LOOPBACK,
        "Cookie": cookie,
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **({"HX-Request": "true"} if htmx else {}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in heads.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n{body}".encode()
