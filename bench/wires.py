"""A client for many threads that costs little: it shares the processors with the servers it asks.

Each thread keeps one connection and sends requests that were made beforehand.
"""

import socket
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.contrib.auth.models import Group
from django.test import Client

from clinic.accounts.models import User
from clinic.accounts.roles import FRONT_DESK
from clinic.local.ports import LOOPBACK
from clinic.models import Location
from clinic.queries.locations import SESSION_KEY

PRODUCT = "clinic.wsgi"
BARE, ROWS = "bench.bare_site:application()", "bench.rows_site:application()"
# how the servers are run that many ask at once: as in the Dockerfile
MANY = [
    "--worker-class",
    "gthread",
    "--workers",
    "2",
    "--threads",
    "8",
    "--preload",
    "--no-control-socket",
]


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


def post(
    path: str, cookie: str, form: Mapping[str, str | Sequence[str]], htmx: bool = False
) -> bytes:
    """A form as a browser sends it, or as htmx does."""
    body = urlencode(form, doseq=True)
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
