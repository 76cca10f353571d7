"""A sender that dies where it is told: `python -m bench.faults.sender [POINT N] [SHIFT_SECONDS]`.

It runs the product's own round, over and over, on a clock that may be ahead. A failpoint kills the
process at the n-th passage; the points are wrapped round the product from here, none is in it.
"""

import os
import signal
import smtplib
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any


def main(words: list[str]) -> None:
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from patients.actions import delivery, priority  # noqa: PLC0415

    priority.behind_pages()  # as a worker does
    point, count, shift = (words + ["", "0", "0"][len(words) :])[:3]
    if point:
        _arm(point, int(count))
    print("ready", flush=True)
    while True:
        now = timezone.now() + timedelta(seconds=float(shift))
        delivery.recover(now=now)
        if not delivery.deliver_due(now=now):
            time.sleep(0.2)


def _arm(point: str, count: int) -> None:
    from patients.actions import delivery  # noqa: PLC0415
    from patients.actions.transport import Transport  # noqa: PLC0415

    where: dict[str, tuple[Any, str, bool]] = {
        "after_claim": (delivery, "claim", True),
        "before_mail_from": (Transport, "send", False),
        "before_text": (Transport, "_hand_over", False),
        "after_text": (smtplib.SMTP, "getreply", False),
        "after_reply_before_commit": (delivery, "_record", False),
        "after_commit": (delivery, "_record", True),
    }
    owner, name, afterwards = where[point]
    passages = count * 4 if point == "after_text" else count  # four answers a letter
    setattr(owner, name, _dying(getattr(owner, name), passages, afterwards))


def _dying(real: Callable[..., Any], count: int, afterwards: bool) -> Callable[..., Any]:
    left = [count]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] <= 0 and not afterwards:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **kwargs)
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return wrapped


if __name__ == "__main__":
    main(sys.argv[1:])
