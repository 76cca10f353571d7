"""Senders that die, and senders that come twice (T7, T13); letters that kill (T23)."""

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.faults.rig import Finding, Rig, drain, ledger

SECOND = timedelta(seconds=1)
# a lease, and a little: what a dead sender held may be taken by then
TAKEN_OVER = 125
AMBIGUOUS = {"after_text", "after_reply_before_commit"}


def killed_at_each_point(rig: Rig, scale: float) -> Iterator[Finding]:
    """T7: a sender dies at one point of its work; another takes over once the lease is over."""
    for point in (
        "after_claim",
        "before_mail_from",
        "before_text",
        "after_text",
        "after_reply_before_commit",
        "after_commit",
    ):
        count = max(5, int(30 * scale))
        rig.plan(count)
        struck = rig.sender(point, 1 if point == "after_claim" else 3)
        struck.process.wait(timeout=60)
        drain(datetime.now(UTC))
        early = ledger().get("claimed", 0)
        drain(datetime.now(UTC) + TAKEN_OVER * SECOND)
        lost = count - ledger().get("sent", 0)
        extra, most = rig.post.extra_copies, int(point in AMBIGUOUS)
        name = f"T7 kill -9 {point.replace('_', ' ')}"
        yield Finding(f"{name}: lost", lost, "P8: 0", lost == 0)
        yield Finding(f"{name}: extra copies", extra, f"P9: <= {most}", extra <= most)
        if point != "after_commit":
            yield Finding(f"{name}: held by its lease", early, "P9: >= 1", early >= 1)


def killed_at_random(rig: Rig, scale: float) -> Iterator[Finding]:
    """T7: two senders, one of them killed again and again in the middle of everything."""
    count, dice = max(100, int(2000 * scale)), random.Random(7)
    rig.plan(count)
    rig.post.pause = 0.002
    shift, lives = 0, max(6, int(60 * scale))
    for _life in range(lives):
        before = ledger().get("sent", 0)
        # each life is a lease later, so that what the dead held is taken over at once
        senders = [rig.sender("", 0, shift), rig.sender("", 0, shift)]
        for each in senders:
            each.wait_ready()
        # some of them live long enough to do something
        rig.wait_until_sent(before + dice.randrange(20), seconds=dice.uniform(0.3, 8))
        for each in senders:
            each.kill()
        shift += TAKEN_OVER
    kills = 2 * lives
    drain(datetime.now(UTC) + shift * SECOND)
    sent, extra = ledger().get("sent", 0), rig.post.extra_copies
    yield Finding(f"T7 {kills} random kills: lost of {count}", count - sent, "P8: 0", sent == count)
    yield Finding("T7 random kills: extra copies", extra, f"P9: <= {kills}", extra <= kills)
    rig.stop()


def two_clocks(rig: Rig, scale: float) -> Iterator[Finding]:
    """T13: every tick comes ten times, to four senders at once."""
    count = max(40, int(400 * scale))
    rig.plan(count)
    from django.db import connection  # noqa: PLC0415

    def tick() -> None:
        for _ in range(10):
            drain(datetime.now(UTC))
        connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    sent, extra = ledger().get("sent", 0), rig.post.extra_copies
    yield Finding(
        f"T13 ticks tenfold, four at once: lost of {count}", count - sent, "P8: 0", sent == count
    )
    yield Finding("T13 ticks tenfold: extra copies", extra, "P17: 0", extra == 0)


def poison(rig: Rig, scale: float) -> Iterator[Finding]:
    """T23: letters that cannot be written among many that can."""
    from patients.models import Message  # noqa: PLC0415

    count = max(60, int(2000 * scale))
    bad = max(6, count // 100)
    rig.plan(count)
    keys = list(Message.objects.order_by("pk").values_list("pk", flat=True)[:bad])
    Message.objects.filter(pk__in=keys).update(kind="no_such_letter")
    now = datetime.now(UTC)
    drain(now)
    sent = ledger().get("sent", 0)
    for minutes in (2, 8, 24, 55, 90):
        drain(now + timedelta(minutes=minutes))
    failed, attempts = ledger().get("failed", 0), Message.objects.filter(pk__in=keys)
    most = max(attempts.values_list("attempts", flat=True))
    yield Finding(
        f"T23 {bad} poisoned among {count}: others sent at once",
        sent,
        f"P16: {count - bad}",
        sent == count - bad,
    )
    yield Finding("T23 poisoned: failed for good", failed, f"P16: {bad}", failed == bad)
    yield Finding("T23 poisoned: attempts at most", most, "P16: <= 5", most <= 5)
