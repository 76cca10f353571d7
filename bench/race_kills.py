"""T3 with workers of the web server killed while clients save series."""

import os
import random
import signal
import threading
import uuid
from pathlib import Path

from bench import servers, wires, world
from bench.race_requests import confirm, courses, dates
from bench.race_tally import FULL, Tally, all_at_once
from bench.results import Figure

KILLS = 20 if FULL else 5


def measure(made: world.World, cookie: str) -> list[Figure]:
    """While ten clients book series, workers of the web server are killed again and again."""
    clients, each = 10, 8
    saved = courses(made, clients * each)
    tally, lock, over = Tally(), threading.Lock(), threading.Event()

    def client(number: int, port: int) -> None:
        wire = wires.Wire(port)
        for n, course in enumerate(saved[number * each : number * each + each]):
            chosen = dates(made, 20 + n % 3, number + 10 * (n % 4), 10 + number, 10 + number, 0)
            request = confirm(cookie, course, chosen, uuid.uuid4())
            try:
                status, _body = wire.ask(request)
            except OSError:
                wire = wires.Wire(port)
                with lock:
                    tally.cut += 1
            else:
                with lock:
                    tally.statuses[status] += 1
        wire.close()

    with servers.serving(wires.PRODUCT, wires.MANY) as site:
        port = site.port
        killer = threading.Thread(target=_kill_workers, args=(port, over))
        killer.start()
        all_at_once([lambda n=n: client(n, port) for n in range(clients)])  # type: ignore[misc]
        over.set()
        killer.join()
    errors = sum(n for status, n in tally.statuses.items() if status >= 500)
    name = f"T3, up to {KILLS} workers killed while series are saved"
    return [
        Figure(f"{name}: requests cut off", tally.cut, "-", True),
        Figure(f"{name}: other errors", errors, "= 0", errors == 0),
    ]


def _kill_workers(port: int, over: threading.Event) -> None:
    dice = random.Random(3)
    for _ in range(KILLS):
        if over.wait(0.4):
            return
        if workers := _workers_on(port):
            os.kill(dice.choice(workers), signal.SIGKILL)


def _workers_on(port: int) -> list[int]:
    """The worker processes of the server that listens on this port: children of its master."""
    mark = f":{port}".encode()
    found = [
        int(each.parent.name)
        for each in Path("/proc").glob("[0-9]*/cmdline")
        if (line := _read(each)) and b"gunicorn" in line and mark in line
    ]
    return sorted(found)[1:]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
