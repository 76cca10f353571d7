"""How deep a run looks: an ordinary one, or a thorough one (`make thorough`).

What must always hold is also tested by exact cases, so an ordinary run tries fewer random ones;
they differ from run to run.
"""

import os
from typing import Final

THOROUGH: Final = os.environ.get("THOROUGH") == "1"


def often(number: int) -> int:
    """How many times something is tried: a third of `number` in an ordinary run, five times as
    many as `number` in a thorough one."""
    return number * 5 if THOROUGH else -(-number // 3)


def looks(number: int) -> int:
    """How many times something is asked that must answer alike each time: `number` in a thorough
    run, a twentieth in an ordinary one."""
    return number if THOROUGH else -(-number // 20)
