"""Mail servers that say no, or say nothing (T11, T12)."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.faults.rig import Finding, Rig, drain, ledger


def smtp_answers(rig: Rig, _scale: float) -> Iterator[Finding]:
    """T11, T12: every way in which a mail server says no, or says nothing."""
    expected = {
        "greeting 421": ("planned", 0),
        "mail 530": ("planned", 0),
        "garbage": ("planned", 0),
        "rcpt 450": ("planned", 1),
        "rcpt 451": ("planned", 1),
        "rcpt 550": ("failed", 0),
        "rcpt 553": ("failed", 0),
        "text 452": ("planned", 1),
        "text 552": ("failed", 0),
        "text 554": ("failed", 0),
        "hangs up": ("planned", 1),
        "cut, kept": ("planned", 1),
        "cut, dropped": ("planned", 1),
    }
    from patients.models import Message, Patient  # noqa: PLC0415

    for mode, (status, attempts) in expected.items():
        rig.plan(1)
        rig.post.mode = mode
        now = datetime.now(UTC)
        drain(now, rounds=1)
        row = Message.objects.get()
        right = (row.status, row.attempts) == (status, attempts)
        yield Finding(f"T11 {mode}: state", f"{row.status}, {row.attempts}", f"D8: {status}", right)
        rig.post.mode = ""
        drain(now + timedelta(hours=1))
        if status == "planned":
            sent, extra = ledger().get("sent", 0), rig.post.extra_copies
            most = int(mode == "cut, kept")
            yield Finding(f"T11 {mode}: sent later", sent, "P8: 1", sent == 1)
            yield Finding(f"T12 {mode}: extra copies", extra, f"P9: <= {most}", extra <= most)
        elif mode.startswith("rcpt"):
            refused = Patient.objects.exclude(email_refused="").count()
            again = len(rig.post.journal)
            yield Finding(f"T11 {mode}: address set aside", refused, "P18: 1", refused == 1)
            yield Finding(f"T11 {mode}: further attempts", again, "P18: 0", again == 0)


@dataclass(frozen=True, slots=True)
class Unusable:
    """The mode of the server, seconds that it takes for a letter, how the clinic is set up, what
    the ledger then says, and whether the attempt counts."""

    mode: str
    pause: float
    settings: Mapping[str, object]
    said: str
    attempts: int


UNUSABLE: Final = {
    "535 to our password": Unusable(
        "auth 535", 0, {"EMAIL_HOST_USER": "us", "EMAIL_HOST_PASSWORD": "wrong"}, "535", 0
    ),
    "no TLS where it is demanded": Unusable("", 0, {"EMAIL_USE_TLS": True}, "STARTTLS", 0),
    "too slow to wait for": Unusable("", 3, {"EMAIL_TIMEOUT": 1}, "lost after the text", 1),
}


def unusable_server(rig: Rig, _scale: float) -> Iterator[Finding]:
    """T11: a server that the clinic cannot use, and one that takes longer than anybody waits. Both
    are put right later, and the letter goes."""
    from patients.models import Message  # noqa: PLC0415

    for name, each in UNUSABLE.items():
        rig.plan(1)
        rig.post.mode, rig.post.pause = each.mode, each.pause
        now, most = datetime.now(UTC), each.attempts
        with _set_up(each.settings):
            drain(now, rounds=1)
        time.sleep(each.pause)  # what it took is kept by then, though nobody heard of it
        row = Message.objects.get()
        right = (row.status, row.attempts) == ("planned", most) and each.said in row.server_answer
        yield Finding(f"T11 {name}: state", f"{row.status}, {row.attempts}", "D8: planned", right)
        rig.post.mode, rig.post.pause = "", 0.0
        drain(now + timedelta(hours=1))
        sent, extra = ledger().get("sent", 0), rig.post.extra_copies
        yield Finding(f"T11 {name}: sent later", sent, "P8: 1", sent == 1)
        yield Finding(f"T11 {name}: extra copies", extra, f"P9: <= {most}", extra <= most)


@contextlib.contextmanager
def _set_up(changed: Mapping[str, object]) -> Iterator[None]:
    from django.conf import settings  # noqa: PLC0415

    before = {name: getattr(settings, name) for name in changed}
    for name, value in changed.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def server_down_for_an_hour(rig: Rig, scale: float) -> Iterator[Finding]:
    """T11: nothing answers for an hour; then all goes with the next probe, at most half a minute
    later, and nothing was hammered meanwhile."""
    count = max(20, int(200 * scale))
    rig.plan(count)
    rig.post.mode = "greeting 421"
    now = datetime.now(UTC)
    from patients.models import MailService  # noqa: PLC0415

    tries = 0
    for tick in range(0, 3600, 15):
        before = MailService.objects.filter(pk=1).values_list("failures", flat=True).first() or 0
        drain(now + timedelta(seconds=tick), rounds=1)
        after = MailService.objects.get(pk=1).failures
        tries += after - before
    rig.post.mode = ""
    for tick in range(3600, 3600 + 31, 15):
        drain(now + timedelta(seconds=tick))
    sent = ledger().get("sent", 0)
    yield Finding("T11 down for 1 h: tries", tries, "D8: <= 125", tries <= 125)
    yield Finding(f"T11 down for 1 h: lost of {count}", count - sent, "P8: 0", sent == count)
    yield Finding(
        "T11 down for 1 h: extra copies", rig.post.extra_copies, "P9: 0", rig.post.extra_copies == 0
    )
