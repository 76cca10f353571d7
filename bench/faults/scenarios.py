"""The faults, one function each; every one answers what it saw beside what is promised.

Numbers (T7, P9, ...) are those of the clinic's list of promises. `scale` is 1 for the whole run and
less for the quick one.
"""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from typing import Any

from bench.faults.rig import NEVER_QUIET, Finding, Rig, drain, ledger

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


def server_down_for_an_hour(rig: Rig, scale: float) -> Iterator[Finding]:
    """T11: nothing answers for an hour; then all goes, and nothing was hammered meanwhile."""
    count = max(20, int(200 * scale))
    rig.plan(count)
    rig.post.mode = "greeting 421"
    now = datetime.now(UTC)
    from patients.models import MailService  # noqa: PLC0415

    tries = 0
    for tick in range(0, 3600, 15):
        before = MailService.objects.filter(pk=1).values_list("failures", flat=True).first() or 0
        drain(now + tick * SECOND, rounds=1)
        after = MailService.objects.get(pk=1).failures
        tries += after - before
    rig.post.mode = ""
    drain(now + timedelta(hours=1))
    sent = ledger().get("sent", 0)
    yield Finding("T11 down for 1 h: tries", tries, "D8: <= 125", tries <= 125)
    yield Finding(f"T11 down for 1 h: lost of {count}", count - sent, "P8: 0", sent == count)
    yield Finding(
        "T11 down for 1 h: extra copies", rig.post.extra_copies, "P9: 0", rig.post.extra_copies == 0
    )


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


def changed_at_the_last_moment(rig: Rig, scale: float) -> Iterator[Finding]:
    """T14 to T17: cancelled, moved, opted out, address changed while letters go out."""
    count = max(40, int(1000 * scale))
    for name, change in CHANGES.items():
        rig.plan(count)
        rig.post.pause = 0.005
        committed: dict[str, float] = {}
        sender = rig.sender()
        sender.wait_ready()
        dice = random.Random(name)
        chosen = dice.sample(range(count), count // 4)
        for place in chosen:
            patient = rig.sessions[place].appointment.patient
            change(rig.sessions[place])
            committed[patient.email] = time.time()
        end = time.monotonic() + 120
        while ledger().get("planned", 0) + ledger().get("claimed", 0) and time.monotonic() < end:
            time.sleep(0.1)
        rig.stop()
        wrong = sum(
            1 for _id, to, at in rig.post.journal if to in committed and at > committed[to] + 2
        )
        caught = sum(1 for to in committed if to not in {to for _id, to, _at in rig.post.journal})
        label = f"{name}: wrong of {len(committed)} ({caught} caught in time)"
        yield Finding(label, wrong, "P10: 0", wrong == 0)
        _put_right(rig, chosen)


def _cancel(session: Any) -> None:
    from clinic.models import Appointment  # noqa: PLC0415

    Appointment.objects.filter(pk=session.appointment_id).update(status="no_show")


def _move(session: Any) -> None:
    from clinic.models import Appointment  # noqa: PLC0415

    found = Appointment.objects.get(pk=session.appointment_id)
    found.during = (found.during.lower - timedelta(days=3), found.during.upper - timedelta(days=3))
    found.version += 1
    found.save()


def _opt_out(session: Any) -> None:
    from patients.models import Patient  # noqa: PLC0415

    Patient.objects.filter(pk=session.appointment.patient_id).update(email_consent="refused")


def _new_address(session: Any) -> None:
    from patients.models import Patient  # noqa: PLC0415

    patient = Patient.objects.get(pk=session.appointment.patient_id)
    Patient.objects.filter(pk=patient.pk).update(email=f"new-{patient.email}")


CHANGES = {
    "T14 not attended": _cancel,
    "T15 moved": _move,
    "T16 opted out": _opt_out,
    "T17 new address": _new_address,
}


def _put_right(rig: Rig, chosen: list[int]) -> None:
    from clinic.models import Appointment  # noqa: PLC0415
    from patients.models import Patient  # noqa: PLC0415

    for place in chosen:
        visit = rig.sessions[place].appointment
        Patient.objects.filter(pk=visit.patient_id).update(
            email=visit.patient.email, email_consent="given"
        )
        Appointment.objects.filter(pk=visit.pk).update(status="done", during=visit.during)


def backlog(rig: Rig, scale: float) -> Iterator[Finding]:
    """T18: everything is due at once; the nearest visits first."""
    count = min(len(rig.sessions), max(200, int(10_000 * scale)))
    rig.plan(count)
    from patients.models import Message  # noqa: PLC0415

    dice = random.Random(18)
    rows = list(Message.objects.all())
    for row in rows:
        row.about_at = rig.at + timedelta(minutes=dice.randrange(10_000))
    Message.objects.bulk_update(rows, ["about_at"], batch_size=2000)
    started = time.monotonic()
    senders = [rig.sender(), rig.sender()]
    done = rig.wait_until_sent(count, seconds=900)
    took = time.monotonic() - started
    rig.stop()
    near = {row.message_id: row.about_at for row in rows if row.about_at}
    order = [near[message_id] for message_id, _to, _at in rig.post.journal]
    place = {about: at for at, about in enumerate(sorted(order))}
    # two senders each hold a round of letters: within that any order is right
    room = 2 * 40 * len(senders)
    late = sum(at > place[about] + room for at, about in enumerate(order))
    rate = round(count / took)
    yield Finding(
        f"T18 backlog of {count}: letters a second, two senders",
        rate,
        "P15: >= 56",
        done and rate >= 56,
    )
    yield Finding("T18 backlog: out of order", late, "P15: 0", late == 0)


def outage_longer_than_use(rig: Rig, scale: float) -> Iterator[Finding]:
    """T19: nobody sent for longer than the letters were of use."""
    count = max(20, int(200 * scale))
    rig.plan(count, expires_at=rig.at + timedelta(hours=12))
    drain(rig.at + timedelta(hours=26))
    state = ledger()
    late = len(rig.post.journal)
    yield Finding("T19 26 h late: sent", late, "P11: 0", late == 0)
    told = state.get("suppressed", 0)
    yield Finding("T19 26 h late: closed with a reason", told, f"P11: {count}", told == count)


def quiet_hours(rig: Rig, scale: float) -> Iterator[Finding]:
    """T20: due at every quarter of an hour of a day, in three zones."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415

    from patients.models import Message, Patient  # noqa: PLC0415

    quiet = (wall(20), wall(8))
    settings.QUIET_HOURS = quiet
    count = 96
    rig.plan(count)
    zones = ("Europe/London", "Pacific/Auckland", "America/New_York")
    for place, row in enumerate(Message.objects.order_by("pk")):
        Patient.objects.filter(pk=row.patient_id).update(time_zone=zones[place % 3])
        due = rig.at + timedelta(minutes=15 * place)
        Message.objects.filter(pk=row.pk).update(due_at=due, expires_at=due + timedelta(days=2))
    for quarter in range(4 * 48):
        drain(rig.at + timedelta(minutes=15 * quarter))
    at_night = 0
    for row in Message.objects.select_related("patient").filter(status="sent"):
        assert row.sent_at is not None
        local = row.sent_at.astimezone(ZoneInfo(row.patient.time_zone)).time()
        at_night += local >= quiet[0] or local < quiet[1]
    sent = ledger().get("sent", 0)
    Patient.objects.update(time_zone="Europe/London")
    settings.QUIET_HOURS = NEVER_QUIET
    yield Finding(
        f"T20 quiet hours, 3 zones: sent at night of {sent}", at_night, "P11: 0", at_night == 0
    )
    yield Finding("T20 quiet hours: lost", count - sent, "P8: 0", sent == count)


def steady(rig: Rig, scale: float) -> Iterator[Finding]:
    """T22: letters come due one after the other; how late does each go?"""
    from patients.models import Message  # noqa: PLC0415

    seconds = 1800 if scale == 1 else 45
    count = min(len(rig.sessions), max(30, seconds * 2000 // 3600))
    rig.plan(count)
    began = datetime.now(UTC) + 2 * SECOND
    rows = list(Message.objects.all())
    for place, row in enumerate(rows):
        row.due_at = began + timedelta(seconds=seconds * place / count)
        row.expires_at = row.due_at + timedelta(days=1)
    Message.objects.bulk_update(rows, ["due_at", "expires_at"], batch_size=2000)
    rig.sender()
    rig.wait_until_sent(count, seconds=seconds + 60)
    rig.stop()
    due = {row.message_id: row.due_at.timestamp() for row in rows}
    late = sorted(at - due[message_id] for message_id, _to, at in rig.post.journal)
    p99 = round(late[int(len(late) * 0.99)], 2) if late else -1.0
    yield Finding(
        f"T22 steady, {count} in {seconds} s: sent", len(late), f"P8: {count}", len(late) == count
    )
    yield Finding("T22 steady: p99 of lateness, s", p99, "P12: <= 60", 0 <= p99 <= 60)


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


ALL = (
    killed_at_each_point,
    killed_at_random,
    smtp_answers,
    server_down_for_an_hour,
    two_clocks,
    changed_at_the_last_moment,
    backlog,
    outage_longer_than_use,
    quiet_hours,
    steady,
    poison,
)
