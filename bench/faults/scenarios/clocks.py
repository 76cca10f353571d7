"""A worker whose clock is wrong (T24)."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.faults.rig import Finding, Rig, ledger

HOUR = timedelta(hours=1)
TWO_HOURS = 2 * 3600
# a letter takes so long that both senders hold some at any moment
PAUSE = 0.02
# what it is wrong by, every how many seconds it jumps, whether a worker with the right time helps
WRONG = {
    "2 h ahead": (TWO_HOURS, 0.0, True),
    "2 h behind": (-TWO_HOURS, 0.0, True),
    "2 h behind, alone": (-TWO_HOURS, 0.0, False),
    "to and fro": (TWO_HOURS, 0.3, True),
}


def wrong_clock(rig: Rig, scale: float) -> Iterator[Finding]:
    """T24: one worker's clock is two hours wrong, or jumps. A third of the letters are due, a
    third are of no use an hour from now, a third are due in an hour."""
    count = max(20, int(200 * scale))
    for name, (ahead, every, helped) in WRONG.items():
        early = _planned(rig, count)
        rig.post.pause = PAUSE
        began = time.time()
        struck = rig.sender_with_wrong_clock(ahead, every)
        for each in (struck, *([rig.sender()] if helped else ())):
            each.wait_ready()
        sent = rig.wait_until_sent(2 * count, seconds=60)
        took = round(time.time() - began, 1)
        time.sleep(2)  # what is wrong would go out now, or once more
        rig.stop()
        yield from _judged(rig, f"T24 clock {name}", early, count)
        label = f"T24 clock {name}: {2 * count} due sent after, s"
        yield Finding(label, took, "P12: <= 60", sent)


def _planned(rig: Rig, count: int) -> set[str]:
    """Three times so many letters; answers the Message-IDs of those that are not due."""
    from patients.models import Message  # noqa: PLC0415

    rig.plan(3 * count)
    now = datetime.now(UTC)
    rows = list(Message.objects.order_by("pk"))
    for row in rows:
        row.due_at, row.expires_at = now - timedelta(minutes=1), now + 48 * HOUR
    for row in rows[count : 2 * count]:
        row.expires_at = now + HOUR
    for row in rows[2 * count :]:
        row.due_at = now + HOUR
    Message.objects.bulk_update(rows, ["due_at", "expires_at"])
    return {row.message_id for row in rows[2 * count :]}


def _judged(rig: Rig, name: str, not_due: set[str], count: int) -> Iterator[Finding]:
    state, copies = ledger(), rig.post.copies()
    early = sum(copies[each] for each in not_due)
    yield Finding(f"{name}: sent an hour early", early, "P11: 0", early == 0)
    closed = state.get("suppressed", 0)
    yield Finding(f"{name}: closed as too late", closed, "P11: 0", closed == 0)
    extra = rig.post.extra_copies
    yield Finding(f"{name}: extra copies", extra, "P9: 0", extra == 0)
    waiting = state.get("planned", 0)
    yield Finding(f"{name}: still planned", waiting, f"P8: {count}", waiting == count)
