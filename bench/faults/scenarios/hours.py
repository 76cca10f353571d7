"""Letters by the clock: a backlog, an outage, the night, an ordinary day (T18 to T22)."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as wall

from django.db import connection

from bench.faults import bookings
from bench.faults.bookings import Answers, Desk
from bench.faults.rig import Finding, Rig, drain, ledger
from patients.actions.delivery import AT_ONCE


def backlog(rig: Rig, scale: float) -> Iterator[Finding]:
    """T18: everything is due at once, while the desk books; the nearest visits first."""
    count = min(len(rig.sessions), max(200, int(100_000 * scale)))
    rig.plan(count)
    near = _visits_at_random(rig.at)
    with bookings.desk() as desk:
        usual = _usually(desk, seconds=max(15, 60 * scale))
        started = time.monotonic()
        senders = [rig.sender(), rig.sender()]
        for each in senders:
            each.wait_ready()
        rig.wait_until_sent(count // 20, seconds=900)
        before = sum(each.megabytes for each in senders)
        with desk.booking(1800) as meanwhile:
            done = rig.wait_until_sent(count, seconds=1800)
    took = time.monotonic() - started
    grown = round(sum(each.megabytes for each in senders) - before)
    rig.stop()
    order = [near[message_id] for message_id, _to, _at in rig.post.journal]
    place = {about: at for at, about in enumerate(sorted(order))}
    # each sender holds a round of letters: within that any order is right
    room = 2 * AT_ONCE * len(senders)
    late = sum(at > place[about] + room for at, about in enumerate(order))
    rate = round(count / took)
    name = f"T18 backlog of {count}, two senders"
    yield Finding(f"{name}: letters a second", rate, "P15: >= 56", done and rate >= 56)
    yield Finding("T18 backlog: out of order", late, "P15: 0", late == 0)
    yield Finding("T18 backlog: memory grown, MB", grown, "P15: <= 100", grown <= 100)
    yield from _booked(usual, meanwhile)


def _usually(desk: Desk, seconds: float) -> Answers:
    """Bookings while no letter goes out; the first ones warm the server up."""
    with desk.booking(10):
        time.sleep(3)
    with desk.booking(2 * seconds) as usual:
        time.sleep(seconds)
    return usual


def _booked(usual: Answers, meanwhile: Answers) -> Iterator[Finding]:
    name = f"T18 booking p95 meanwhile, ms (usually {usual.p95:.0f})"
    ratio = meanwhile.p95 / usual.p95
    yield Finding(name, meanwhile.p95, "P15: <= 2x", ratio <= 2)
    tried, failed = meanwhile.statuses.total(), meanwhile.failed + usual.failed
    yield Finding(f"T18 bookings meanwhile: failed of {tried}", failed, "P15: 0", failed == 0)


def _visits_at_random(first: datetime) -> dict[str, datetime]:
    """Give each letter a visit of its own within a week; answers when, by Message-ID."""
    from patients.models import Message  # noqa: PLC0415

    with connection.cursor() as cursor:
        # 7919 is prime: neighbours in the table are far apart in time
        cursor.execute(
            "UPDATE patients_message"
            " SET about_at = %s + (id * 7919 %% 604800) * interval '1 second'",
            [first],
        )
    rows = Message.objects.exclude(about_at=None)
    return {key: about for key, about in rows.values_list("message_id", "about_at") if about}


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
    settings.QUIET_HOURS = (datetime.min.time(), datetime.min.time())
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
    began = datetime.now(UTC) + timedelta(seconds=2)
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
