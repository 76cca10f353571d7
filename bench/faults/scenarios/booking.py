"""Bookings while the database does not answer (T5), and while what letters need is away (T6)."""

import time
from collections.abc import Callable, Iterator

from bench.faults import bookings, cutting
from bench.faults.bookings import Answers
from bench.faults.rig import Finding, Rig
from patients.actions.nudge import LEFT_ALONE_SECONDS

MORE_MS, MOST_MS = 200, 2000
"""What a booking may take longer than usual (p95), and the longest at all (P5)."""


def commits_cut_off(_rig: Rig, scale: float) -> Iterator[Finding]:
    """T5: the wire breaks at the COMMIT of a booking, every other one before the database saw it.
    Whoever booked presses again."""
    count = max(10, int(100 * scale))
    with cutting.cutter() as wire, bookings.desk(letters=True, DATABASE_URL=wire.url) as desk:
        wrong, errors = 0, 0
        for number in range(count):
            before, wire.armed = desk.visits(), "kept" if number % 2 else "lost"
            statuses = desk.insist()
            errors += len(statuses) - 1
            wrong += statuses[-1] != 204 or desk.visits() != before + 1
        cuts, letters = wire.cuts, desk.letters()
    yield Finding(f"T5 commits cut off of {count}", cuts, f"T5: {count}", cuts == count)
    yield Finding("T5 pressed again", errors, "-", True)
    yield Finding(f"T5 {count} commits cut off: wrong outcomes", wrong, "P4: 0", wrong == 0)
    yield Finding("T5 letters planned for them", letters, f"P4: {count}", letters == count)


def booking_without_broker(rig: Rig, scale: float) -> Iterator[Finding]:
    """T6: the broker is dead, then hangs without an answer; no mail server is asked either way.
    Every visit is booked, and its letter stands in the ledger."""
    count = max(50, int(500 * scale))
    with bookings.desk(letters=True) as desk:
        desk.book(20)  # warm
        usual = desk.book(count)
        ills: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "dead": (rig.kill_broker, rig.start_broker),
            "hanging": (rig.hang_broker, rig.wake_broker),
        }
        for ill, (begin, end) in ills.items():
            time.sleep(LEFT_ALONE_SECONDS)  # so that the web server asks this broker too
            begin()
            try:
                answers = desk.book(count)
            finally:
                end()
            yield from _judged(f"T6 broker {ill}", answers, usual)
        planned, booked = desk.letters(), desk.booked
    yield Finding(
        f"T6 letters planned for {booked} bookings", planned, "P5: all", planned == booked
    )


def _judged(name: str, answers: Answers, usual: Answers) -> Iterator[Finding]:
    tried, failed = answers.statuses.total(), answers.failed
    yield Finding(f"{name}: failed of {tried} bookings", failed, "P5: 0", failed == 0)
    slower = answers.p95 - usual.p95
    label = f"{name}: p95 longer than {usual.p95:.0f} ms by, ms"
    yield Finding(label, slower, f"P5: <= {MORE_MS}", slower <= MORE_MS)
    longest = answers.longest
    yield Finding(f"{name}: longest, ms", longest, f"P5: <= {MOST_MS}", longest <= MOST_MS)
