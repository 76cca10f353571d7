"""What Celery may call here: each task is one action, and rows are the queue."""

import socket
import time

from celery import shared_task
from django.utils import timezone

from patients.actions import delivery, heartbeats, photo_sweep
from patients.queries import clock

# a run ends well before the task's time limit; the next tick goes on
BUDGET_SECONDS = 40


@shared_task(name="patients.deliver_due_messages")
def deliver_due_messages() -> int:
    """Send until nothing is due or the budget is spent."""
    letters, ends = 0, time.monotonic() + BUDGET_SECONDS
    while (left := ends - time.monotonic()) > 0:
        handled = delivery.deliver_due(now=clock.now(), seconds=left)
        if not handled:
            break
        letters += handled
    for name in (heartbeats.DELIVER, heartbeats.WORKER + socket.gethostname()):
        heartbeats.beat(name=name, now=clock.now(), note=f"{letters} letters" if letters else "")
    return letters


@shared_task(name="patients.recover_messages")
def recover_messages() -> int:
    now = clock.now()
    heartbeats.beat(name=heartbeats.RECOVER, now=now)
    return delivery.recover(now=now)


@shared_task(name="patients.sweep_photos")
def sweep_photos() -> int:
    """Files without a row go, rows without a file are told of in the log."""
    # beside the times of files, which are this machine's
    return photo_sweep.sweep(now=timezone.now()).removed
