"""A best-effort hint to the workers, after the commit. Losing it costs seconds, not a message.

Somebody waits for the page meanwhile, so a broker that is away must cost next to nothing: it is
asked once, for a fifth of a second at most, and then left alone until the next tick is over.
"""

import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from celery import current_app
from django.db import transaction
from kombu.pools import producers

log = logging.getLogger(__name__)

# a name, not an import: tasks stand above actions
DELIVER = "patients.deliver_due_messages"
# without max_retries kombu goes on for six seconds, whatever `retry` says
HASTY: Final = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "max_retries": 0}
# the workers look by themselves as often
LEFT_ALONE_SECONDS: Final = 15


class _Broker:
    """What this process last saw of it."""

    away_until: float = 0.0


def deliver_soon() -> None:
    """Ask a worker to look at the ledger once this transaction is committed."""
    run_soon(DELIVER, lasts=60)


def run_soon(task: str, *keys: int, lasts: int) -> None:
    """Ask a worker for this task once this transaction is committed; whoever finds it later than
    `lasts` seconds leaves it. What it would do must come about by itself as well."""
    transaction.on_commit(partial(_publish, task, keys, lasts), robust=True)


def _publish(task: str, keys: Sequence[int], lasts: int) -> None:
    if time.monotonic() < _Broker.away_until:
        return
    try:
        broker = current_app.connection_for_write(transport_options=HASTY)
        with producers[broker].acquire(block=True, timeout=0.2) as producer:
            current_app.send_task(
                task, keys, producer=producer, retry=False, expires=lasts, ignore_result=True
            )
    except Exception as error:
        # any broker trouble ends here: the row is planned and the next tick finds it
        _Broker.away_until = time.monotonic() + LEFT_ALONE_SECONDS
        log.warning("no nudge: %s", type(error).__name__)
