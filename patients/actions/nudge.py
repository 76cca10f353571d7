"""A best-effort hint to the workers, after the commit. Losing it costs seconds, not a message."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

# a name, not an import: tasks stand above actions
DELIVER = "patients.deliver_due_messages"


def deliver_soon() -> None:
    """Ask a worker to look at the ledger once this transaction is committed."""
    transaction.on_commit(partial(_publish, DELIVER), robust=True)


def _publish(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, expires=60, ignore_result=True)
    except Exception as error:
        # any broker trouble ends here: the row is planned and the next tick finds it
        log.warning("no nudge: %s", type(error).__name__)
