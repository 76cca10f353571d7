"""What many clients at once saw, and how they are started."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

FULL = bool(os.environ.get("BENCH_FULL"))
# a page that is left, by a plain form or by htmx: what was asked for is done
DONE = (204, 302)


@dataclass
class Tally:
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    winners: Counter[int] = field(default_factory=Counter)
    cut: int = 0  # requests whose server was killed under them


def all_at_once(works: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
