"""From nothing to a clinic in the middle of a working day."""

import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from clinic.accounts.models import User
from patients import documents
from patients.actions import messages, nudge
from patients.models import Message
from treatments.demo import (
    courses,
    days,
    decided,
    examined,
    history,
    house,
    photos,
    places,
    ready,
    results,
    signed,
    versions,
    visits,
    waiting,
    words,
)
from treatments.demo.desk import Desk, address_of
from treatments.demo.people import STATEMENTS, everybody
from treatments.demo.tales import BUSY_MAILBOX, UNKNOWN_MAILBOX

# the account by which a second run knows that the first was there
MARK: Final = next(each.email for each in places.STAFF if each.name == places.MINA)


def is_told() -> bool:
    return User.objects.filter(email__iexact=MARK).exists()


@transaction.atomic
def tell(now: datetime) -> Desk:
    """Make the demo clinic, all of it or nothing."""
    with documents.one_press():
        return _tell(now)


def _tell(now: datetime) -> Desk:
    desk = Desk(house.build(now))
    people = everybody()
    for number, person in enumerate(people):
        desk.register(number, person)
    for statement in STATEMENTS:
        desk.note(*statement)
    courses.play(desk)
    days.fill(desk)
    days.live_today(desk)
    signed.later(desk)
    ready.play(desk)
    photos.take(desk)
    examined.play(desk)
    decided.play(desk)
    visits.play(desk)
    versions.play(desk)
    words.play(desk)
    results.play(desk)
    for person in people:
        if person.deceased:
            courses.bury(desk, desk.patients[person.family])
    history.close(
        now,
        unknown=address_of(desk.people[UNKNOWN_MAILBOX]),
        busy=address_of(desk.people[BUSY_MAILBOX]),
    )
    _skip_one(desk)
    waiting.put_on_the_list(desk)
    # every booking asked for a worker's attention: once is enough
    connection.run_on_commit.clear()
    nudge.deliver_soon()
    return desk


def _skip_one(desk: Desk) -> None:
    """One planned letter taken out by hand."""
    planned = Message.objects.filter(
        patient=desk.patients["Lindqvist"], status=Message.Status.PLANNED, due_at__gt=desk.now
    )
    if message := planned.order_by("-due_at").first():
        messages.skip(message=message, by=desk.fern, now=desk.now)


def accounts() -> str:
    """One line per role: role, e-mail address and password, parted by tabs."""
    shown = [each for name in places.SHOWN for each in places.STAFF if each.name == name]
    return "".join(f"{each.role}\t{each.email}\t{places.PASSWORD}\n" for each in shown)


def write_accounts() -> Path:
    """Where `make run` looks for them; readable by the owner alone."""
    folder = Path(os.environ.get("CLINIC_VAR") or settings.BASE_DIR / "var")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "demo-accounts.txt"
    path.touch(stat.S_IRUSR | stat.S_IWUSR)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_text(accounts())
    return path
