"""PostgreSQL and Valkey together, for as long as a `with` block lasts."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from clinic.local.places import Places
from clinic.local.postgres import Postgres
from clinic.local.processes import Server
from clinic.local.valkey import Valkey

SCRATCH = "milia-scratch-"
MEMORY = Path("/dev/shm")  # noqa: S108
# containers give /dev/shm 64 MB, too little for a database
ROOMY_BYTES = 1 << 30


def servers_for(
    places: Places, given: Mapping[str, str], *, durable: bool = True
) -> dict[str, Server]:
    """The servers that `given` (an environment) has no address for, by the name of the address."""
    wanted: dict[str, Server] = {
        "DATABASE_URL": Postgres(places, durable=durable),
        "REDIS_URL": Valkey(places, durable=durable),
    }
    return {name: server for name, server in wanted.items() if not given.get(name)}


class Services:
    """Those servers, running while the block lasts."""

    def __init__(self, places: Places, given: Mapping[str, str], *, durable: bool = True) -> None:
        self.places = places
        self.servers = servers_for(places, given, durable=durable)

    def __enter__(self) -> "Services":
        try:
            for server in self.servers.values():
                server.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End them, the broker first."""
        for server in reversed(self.servers.values()):
            server.stop()

    def environment(self) -> dict[str, str]:
        """The addresses of what was started here."""
        return {name: server.url for name, server in self.servers.items()}


@contextlib.contextmanager
def scratch_places() -> Iterator[Places]:
    """A folder for one run, in memory where there is room, gone afterwards."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOMY_BYTES
    above = MEMORY if roomy else Path(tempfile.gettempdir())
    _sweep(above)
    base = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=above))
    places = Places(base)
    try:
        places.prepare()
        with places.claim():
            yield places
    finally:
        for folder in (base, places.outside):
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(above: Path) -> None:
    """Remove what runs killed by kill -9 left behind: our own folders that nobody holds."""
    for folder in above.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):
            found = folder.stat()
            # a folder this young may be about to be claimed
            if found.st_uid == os.geteuid() and time.time() - found.st_mtime > 60:
                with (folder / "run" / "lock").open() as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
