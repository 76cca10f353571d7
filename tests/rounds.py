"""Rounds of letters whose records are compared with the clock."""

import time
from datetime import datetime, timedelta

from patients.actions import delivery


def send_due(now: datetime) -> tuple[int, datetime]:
    """How many letters were handled, and when the round ended: a letter of it was sent between
    `now` and then, which is a second later where templates are loaded first."""
    started = time.monotonic()
    handled = delivery.deliver_due(now=now)
    return handled, now + timedelta(seconds=time.monotonic() - started)
