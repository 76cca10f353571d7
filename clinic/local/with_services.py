"""Runs one command with a database and a broker: `... with_services [options] -- COMMAND`.

Without an option it is the clinic's own data in `var/` (of the running clinic, if it runs).
--scratch   an empty database and broker, in memory, gone afterwards
--durable   with --scratch: written to disk as carefully as in production, for measurements
Addresses that are already in the environment are used as they are.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from clinic.local.environment import local_environment, var_folder
from clinic.local.places import Places
from clinic.local.processes import LocalError, capital, die_with_parent, os_trouble
from clinic.local.services import Services, scratch_places

NOWHERE = "smtp://127.0.0.1:9"


@contextlib.contextmanager
def environment(*, scratch: bool, durable: bool) -> Iterator[dict[str, str]]:
    """The environment of the command, its services running meanwhile."""
    if scratch:
        with scratch_places() as places, Services(places, os.environ, durable=durable) as services:
            yield local_environment(places, services.environment() | {"EMAIL_URL": NOWHERE})
        return
    places = Places(var_folder())
    places.prepare()
    try:
        claim = places.claim()
    except LocalError:
        yield local_environment(places, places.published())
        return
    with claim, Services(places, os.environ) as services:
        addresses = services.environment() | {"EMAIL_URL": NOWHERE}
        places.publish(addresses)
        yield local_environment(places, addresses)
        places.withdraw()


def run(command: list[str], env: dict[str, str]) -> int:
    """Its exit code. Ctrl-C reaches the command from the terminal; here we wait for its answer."""
    process = subprocess.Popen(command, env=env, preexec_fn=die_with_parent(signal.SIGTERM))
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return process.wait()


def main(words: list[str]) -> int:
    """Run what follows `--`."""
    split = words.index("--") if "--" in words else 0
    options, command = words[:split], words[split + 1 :]
    if not command or not set(options) <= {"--scratch", "--durable"}:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with environment(scratch="--scratch" in options, durable="--durable" in options) as env:
            return run(command, env)
    except LocalError as sentence:
        trouble = str(sentence)
    except OSError as refused:
        trouble = capital(os_trouble(refused))
    print(trouble, file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
