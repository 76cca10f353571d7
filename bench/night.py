"""The nightly job over ten thousand sessions: what it writes when nothing is wrong."""

import time
from typing import Any

from django.db import connection

from bench import letters_world
from bench.results import Figure

COURSES = 1667
"""Of six sessions each."""


def measure() -> list[Figure]:
    from treatments.actions import course_messages  # noqa: PLC0415 - models are there after setup

    letters_world.clinic(COURSES, name="night")
    first = course_messages.replan_all(now=letters_world.AT)
    if first < COURSES:
        raise RuntimeError(f"{first} courses planned, not {COURSES}")
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(sql)
        return execute(sql, params, many, context)

    started = time.perf_counter()
    with connection.execute_wrapper(note):
        healed = course_messages.replan_all(now=letters_world.AT)
    took = time.perf_counter() - started
    name = f"night over {6 * COURSES} sessions without a change"
    return [
        Figure(f"{name}: courses healed", healed, "= 0", healed == 0),
        Figure(f"{name}: statements that write", len(written), "= 0", not written),
        Figure(f"{name}: all of it", round(took, 1), "-", True, unit="s"),
    ]
