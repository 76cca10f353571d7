"""Send what is due without a broker: by hand, or as the fallback beside the workers."""

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from patients.actions import delivery, heartbeats, priority
from patients.queries import clock

EVERY_SECONDS: Final = 15
# the workers' clock ticks every 15 s: after so long without one, nobody sends
SILENCE: Final = timedelta(seconds=60)


class Command(BaseCommand):
    help = "Send the messages that are due. With --loop: whenever the workers are silent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop",
            action="store_true",
            help="stay, and send only while no worker gives a sign of life",
        )

    def handle(self, *args: Any, loop: bool, **options: Any) -> None:
        if not loop:
            self.stdout.write(f"{_send()} letters")
            return
        priority.behind_pages()
        while True:
            try:
                _stand_in()
            except DatabaseError as error:
                # the database comes back; so does the next round
                self.stderr.write(f"no round: {type(error).__name__}")
            close_old_connections()
            time.sleep(EVERY_SECONDS)


def _stand_in() -> None:
    """Do the workers' round if none of them did."""
    now = clock.now()
    heartbeats.beat(name=heartbeats.FALLBACK, now=now)
    if heartbeats.is_silent(name=heartbeats.DELIVER, now=now, longer_than=SILENCE):
        delivery.recover(now=now)
        _send()


def _send() -> int:
    letters = 0
    while handled := delivery.deliver_due(now=clock.now()):
        letters += handled
    return letters
