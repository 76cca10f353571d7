"""A worker on a machine whose clock is wrong: `python -m bench.faults.wrong_clock SECONDS [EVERY]`.

It runs the very tasks that beat asks for, over and over, while everything in this process that asks
for the time of day gets it so many seconds ahead. Given EVERY, the clock jumps to as much behind
and back again every so many seconds, also in the middle of a letter.
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import time_machine


def main(words: list[str]) -> None:
    ahead, every = float(words[0]), float((*words, "0")[1])
    wrong = datetime.now(UTC) + timedelta(seconds=ahead)
    with time_machine.travel(wrong, tick=True) as clock:
        if every:
            threading.Thread(target=_jump, args=(clock, ahead, every), daemon=True).start()
        _work()


def _jump(clock: time_machine.Traveller, ahead: float, every: float) -> None:
    while True:
        for step in (-2 * ahead, 2 * ahead):
            time.sleep(every)
            clock.shift(step)


def _work() -> None:
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    from patients import tasks  # noqa: PLC0415

    print("ready", flush=True)
    while True:
        tasks.recover_messages()
        if not tasks.deliver_due_messages():
            time.sleep(0.2)


if __name__ == "__main__":
    main(sys.argv[1:])
