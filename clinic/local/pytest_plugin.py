"""pytest -p clinic.local.pytest_plugin: a PostgreSQL and a Valkey of its own for every run.

A `-p` plugin, not a conftest: pytest-django reads the settings before any conftest is loaded.
DATABASE_URL and REDIS_URL, when set, are used instead. Under pytest-xdist the controlling process
starts the servers and the workers inherit the addresses; pytest-django gives every worker its own
test database, and here every worker gets its own broker database (gw0 -> 1, gw1 -> 2, ...), so
that a Celery worker started by one test never takes another test's work.
"""

import contextlib
import os
import re
import sys
from collections.abc import Generator
from urllib.parse import urlsplit, urlunsplit

import pytest

from clinic.local.bootstrap import keep_bytecode
from clinic.local.processes import LocalError
from clinic.local.services import Services, scratch_places

# what a test run must not inherit from the shell it is started in
FIXED = {
    "LOCAL": "true",
    "SECRET_KEY": "only-for-tests-" + "0" * 50,
    "BASE_URL": "http://testserver",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    # nobody listens there: a message that gets past the test's mailbox is refused at once
    "EMAIL_URL": "smtp://127.0.0.1:9",
}

_running = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Wraps pytest-django's own hook, so the addresses are there when the settings are read."""
    os.environ.update(FIXED)
    keep_bytecode()
    if sys.pycache_prefix is None and (folder := os.environ.get("PYTHONPYCACHEPREFIX")):
        sys.pycache_prefix, sys.dont_write_bytecode = folder, False
    os.environ.pop("DEBUG", None)
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        number = int(re.sub(r"\D", "", worker)) + 1
        os.environ["REDIS_URL"] = with_broker_database(os.environ["REDIS_URL"], number)
    else:
        _start()
    return (yield)


def pytest_unconfigure() -> None:
    """End what was started; the folder goes with it."""
    _running.close()


def _start() -> None:
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    try:
        places = _running.enter_context(scratch_places())
        services = _running.enter_context(Services(places, os.environ, durable=False))
    except LocalError as sentence:
        _running.close()
        raise pytest.UsageError(str(sentence)) from None
    os.environ.update(services.environment())


def with_broker_database(url: str, number: int) -> str:
    """`url` with its Redis database replaced: by path over TCP, by virtual_host over a socket."""
    parts = urlsplit(url)
    if parts.scheme.endswith("+socket"):
        return f"{parts.scheme}://{parts.path}?virtual_host={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))
