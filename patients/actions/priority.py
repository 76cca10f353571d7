"""Who gets the machine first: whoever waits for a page.

A backlog of letters keeps every worker busy for minutes, and with them the database they write to.
On a machine that also serves pages each page would wait for its turn behind letters.
"""

import os
import time
from typing import Final

from patients.queries.served import pages_lately

BEHIND_PAGES: Final = 10
# how long a look at the pages holds
LOOK_EVERY: Final = 0.5
# a worker leaves so many parts of the time for each part in which it uses the processor itself:
# about half of them for the database and the mail server, which work for it at no lower priority
LEFT_TO_PAGES: Final = 3


def behind_pages() -> None:
    """Let this process, and those it starts, work when no page wants the processor.

    Asking twice changes nothing.
    """
    os.setpriority(os.PRIO_PROCESS, 0, BEHIND_PAGES)


class Courtesy:
    """What one round of work owes to pages that are being served meanwhile."""

    def __init__(self) -> None:
        self._used = time.process_time()
        self._looked = float("-inf")
        self._asked_for = False

    def seconds(self) -> float:
        """How long to pause now, for the processor time used since the last call; 0.0 while nobody
        asks for a page."""
        used, self._used = time.process_time() - self._used, time.process_time()
        return LEFT_TO_PAGES * used if self._pages_are_served() else 0.0

    def _pages_are_served(self) -> bool:
        if time.monotonic() - self._looked > LOOK_EVERY:
            self._asked_for = pages_lately()
            self._looked = time.monotonic()
        return self._asked_for
