"""A private Valkey: no TCP, a socket in a 0700 folder, nothing ever evicted."""

import contextlib
import os
import socket

from clinic.local.places import Places
from clinic.local.processes import LocalError, Server, last_words, wait_until
from clinic.local.programs import valkey_server

START_SECONDS = 20


class Valkey(Server):
    """The broker's server."""

    def __init__(self, places: Places, *, durable: bool = True) -> None:
        super().__init__("the broker", places.log / "valkey.log")
        self.places, self.durable = places, durable
        self.socket = places.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """REDIS_URL as Celery writes it; database number N is `?virtual_host=N`."""
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        """Serve; a server left over by a killed starter is ended first. Raises LocalError."""
        self.places.account.own_folder(self.places.sockets)
        self._end_leftover()
        server = self.launch(self._command(), env=dict(os.environ), cwd=self.places.valkey)
        wait_until(lambda: self._answers() or server.poll() is not None, seconds=START_SECONDS)
        if server.poll() is not None or not self._answers():
            raise LocalError(f"The broker did not start: {last_words(self.said())}")

    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.places.valkey),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [str(valkey_server()), *words]

    def _ask(self, question: bytes) -> bytes:
        """By hand: a Redis client would retry a missing server for seconds."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(str(self.socket))
            line.sendall(question + b"\r\n")
            return line.recv(64)
        return b""

    def _answers(self) -> bool:
        return self._ask(b"PING").startswith(b"+PONG")

    def _end_leftover(self) -> None:
        if self._answers():
            self._ask(b"SHUTDOWN")
            wait_until(lambda: not self._answers(), seconds=self.patience)
        self.socket.unlink(missing_ok=True)
