"""`python -m bench.post_peer.send letters.json ROUNDS`: letters a second, one line a round.

The file holds a list of [address, subject, text, html].
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

import django


def main(file: str, rounds: str) -> None:
    logging.disable(logging.WARNING)  # it tells of every batch
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.post_peer.settings"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0)
    letters = json.loads(Path(file).read_text())
    for _ in range(int(rounds)):
        print(_send(letters), flush=True)


def _send(letters: list[list[str]]) -> float:
    from post_office import mail  # noqa: PLC0415 - after setup

    mail.send_many(
        [
            {
                "sender": "reception@milia.example",
                "recipients": [address],
                "subject": subject,
                "message": text,
                "html_message": html,
            }
            for address, subject, text, html in letters
        ]
    )
    started = time.perf_counter()
    sent = 0
    while handled := mail.send_queued()[0]:
        sent += handled
    took = time.perf_counter() - started
    if sent != len(letters):
        raise RuntimeError(f"{sent} letters sent, not {len(letters)}")
    return sent / took


if __name__ == "__main__":
    main(*sys.argv[1:])
