"""A wire to the database that breaks while a booking is committed: nobody behind it can know
whether the COMMIT arrived."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from clinic.local.ports import LOOPBACK

BOOKS = b"clinic_appointment"
COMMIT = b"COMMIT"


@dataclass
class Cutter:
    """`armed` breaks the next commit of a booking: "kept" after the database has taken it, "lost"
    before it saw it. `cuts` counts both."""

    port: int
    armed: str = ""
    cuts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Of the database, through this wire."""
        found = connection.settings_dict
        name = f"{found['USER']}:{found['PASSWORD']}@{LOOPBACK}:{self.port}/{found['NAME']}"
        return f"postgres://{name}?sslmode=disable"

    def disarm(self) -> str:
        """What this commit is to come to; the next one is left alone."""
        with self.lock:
            found, self.armed = self.armed, ""
            self.cuts += bool(found)
            return found


@contextlib.contextmanager
def cutter() -> Iterator[Cutter]:
    """One between anybody who connects to its port and the rig's database."""
    listening = socket.create_server((LOOPBACK, 0))
    made = Cutter(listening.getsockname()[1])
    threading.Thread(target=_accept, args=(listening, made), daemon=True).start()
    try:
        yield made
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _accept(listening: socket.socket, made: Cutter) -> None:
    while True:
        try:
            client, _address = listening.accept()
        except OSError:
            return
        server = _to_database()
        threading.Thread(target=_answers, args=(server, client), daemon=True).start()
        threading.Thread(target=_questions, args=(client, server, made), daemon=True).start()


def _to_database() -> socket.socket:
    found = connection.settings_dict
    host, port = str(found["HOST"]), int(found["PORT"] or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    made = socket.socket(socket.AF_UNIX)
    made.connect(f"{host}/.s.PGSQL.{port}")
    return made


def _answers(server: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := server.recv(65536):
            client.sendall(part)
    _close(client, server)


def _questions(client: socket.socket, server: socket.socket, made: Cutter) -> None:
    books = False
    with contextlib.suppress(OSError):
        while part := client.recv(65536):
            books = books or (BOOKS in part and b"INSERT" in part)
            fate = made.disarm() if books and COMMIT in part else ""
            if fate:
                # the answer is not passed on: the client's side is closed first
                client.shutdown(socket.SHUT_RDWR)
            if fate != "lost":
                server.sendall(part)
            if fate:
                break
            books = books and COMMIT not in part
    _close(client, server)


def _close(*ends: socket.socket) -> None:
    for each in ends:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
