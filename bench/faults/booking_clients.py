"""The desk's browsers, in a process of their own: the rig's is also the mail server, and whoever
waits for its interpreter is no slower at the clinic."""

import multiprocessing
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

import django


class Clients:
    """Send these requests to a port, so many a second, until `stop`."""

    def __init__(self, port: int, requests: Sequence[bytes], a_second: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(port, requests, a_second, theirs))
        self._process.start()
        self._ours.recv()  # they are ready

    def stop(self) -> list[tuple[float, int]]:
        """Seconds from the moment at which each was due to its answer, and its status."""
        self._ours.send("over")
        answers: list[tuple[float, int]] = self._ours.recv()
        self._process.join()
        return answers


def _run(port: int, requests: Sequence[bytes], a_second: int, rig: Connection) -> None:
    django.setup()
    from bench import wires  # noqa: PLC0415 - models are there only after setup

    answers: list[tuple[float, int]] = []
    over = threading.Event()
    rig.send("ready")
    began = time.perf_counter()

    def work(place: int) -> None:
        wire = wires.Wire(port)
        for at in range(place, len(requests), a_second):
            due = began + at / a_second
            if over.wait(max(0.0, due - time.perf_counter())):
                break
            status, _body = wire.ask(requests[at])
            answers.append((time.perf_counter() - due, status))
        wire.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(a_second)]
    for each in threads:
        each.start()
    rig.recv()
    over.set()
    for each in threads:
        each.join()
    rig.send(answers)
