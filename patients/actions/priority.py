"""Who gets the processor first: whoever waits for a page."""

import os
from typing import Final

BEHIND_PAGES: Final = 10


def behind_pages() -> None:
    """Let this process, and those it starts, work when no page wants the processor.

    A backlog of letters keeps every worker busy for minutes: on a machine that also serves the
    pages, each of them would wait for its turn behind letters. Asking twice changes nothing.
    """
    os.setpriority(os.PRIO_PROCESS, 0, BEHIND_PAGES)
