"""The one way out to a patient: planned rows, kept true by reconciliation.

Nothing here sends. `reconcile` makes the ledger agree with what should exist, inside the
transaction that changed the facts; `patients.actions.delivery` sends what is due.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Least

from clinic.accounts.models import User
from patients import subjects
from patients.actions import nudge
from patients.message_rules import Changes, Existing, Move, QuietHours, Wanted
from patients.message_rules import reconcile as compare
from patients.models import Message, Patient
from patients.models.message import SKIPPED_BY
from patients.queries import outlook
from patients.subjects import Hold, Stop

# what a copy is numbered by, behind the occurrence of the first
COPY = "#"
COPY_LASTS = timedelta(hours=48)

Plans = Mapping[str, Sequence[Wanted]]


class MessageRefused(Exception):
    """The message is not in a state that allows this; the text says which."""


@transaction.atomic(savepoint=False)
def reconcile(
    *,
    patient: Patient,
    plans: Plans,
    now: datetime,
    reason: str = "",
    made: Collection[str] = (),
) -> list[Changes]:
    """Make the ledger of these subjects agree with their plans; answer what changed.

    `plans` maps a subject key to all messages that should exist for it (none: withdraw what is
    still planned). Sent, failed and suppressed rows stay. Queries do not grow with the number of
    subjects; running it twice changes nothing. `reason` is noted on withdrawn rows. `made` are
    subjects that came to be in this transaction: the ledger is not asked for rows about them.
    """
    rows = _rows_by_subject(plans.keys() - set(made))
    changes = {key: compare(rows[key], wanted, now) for key, wanted in plans.items()}
    withdrawn = [row for each in changes.values() for row in each.withdraw]
    _withdraw(withdrawn, now, reason or "no longer needed")
    _move(move for each in changes.values() for move in each.update)
    Message.objects.bulk_create(
        _new(patient, key, want) for key, each in changes.items() for want in each.insert
    )
    return list(changes.values())


def _rows_by_subject(keys: Collection[str]) -> dict[str, list[Existing]]:
    """Those of these subjects. One query, none without any."""
    rows: dict[str, list[Existing]] = defaultdict(list)
    known = Message.objects.filter(subject_key__in=keys, asked_by=None)
    known = known.exclude(status=Message.Status.WITHDRAWN)
    for row in known.order_by("pk"):
        rows[row.subject_key].append(
            Existing(
                id=row.pk,
                kind=row.kind,
                occurrence=row.occurrence,
                due_at=row.due_at,
                expires_at=row.expires_at,
                status=row.status,
                version=row.attempts,
                about_at=row.about_at,
            )
        )
    return rows


def _withdraw(rows: Sequence[Existing], now: datetime, reason: str) -> None:
    if rows:
        Message.objects.filter(
            pk__in=[int(row.id) for row in rows], status=Message.Status.PLANNED
        ).update(status=Message.Status.WITHDRAWN, reason=reason, closed_at=now)


def _move(moves: Iterable[Move]) -> None:
    # conditional on "planned": a row that a worker claimed meanwhile is left to its last look
    for row, to in moves:
        Message.objects.filter(pk=int(row.id), status=Message.Status.PLANNED).update(
            due_at=to.due_at, expires_at=to.expires_at, about_at=to.about_at
        )


def _new(patient: Patient, subject_key: str, want: Wanted) -> Message:
    return Message(
        patient=patient,
        kind=want.kind,
        subject_key=subject_key,
        occurrence=want.occurrence,
        transactional=want.transactional,
        due_at=want.due_at,
        expires_at=want.expires_at,
        about_at=want.about_at,
        message_id=new_message_id(),
    )


def quiet_hours() -> QuietHours:
    """The clinic's, for planning as for sending."""
    return QuietHours(*settings.QUIET_HOURS)


def new_message_id() -> str:
    """Fixed when the row is made, so that a second copy of a letter can be recognised."""
    return f"<{uuid.uuid4().hex}@{settings.MESSAGE_DOMAIN}>"


@transaction.atomic
def skip(*, message: Message, by: User, now: datetime) -> Message:
    """Take one planned message out, on purpose. It is not planned again."""
    changed = Message.objects.filter(pk=message.pk, status=Message.Status.PLANNED).update(
        status=Message.Status.SUPPRESSED, reason=f"{SKIPPED_BY}{by}"[:200], closed_at=now
    )
    return _changed_or_refused(message, changed, "Only a planned message can be skipped.")


@transaction.atomic
def unskip(*, message: Message, now: datetime) -> Message:
    """Undo `skip` while the message would still be in time and true."""
    _refuse_unless_true(message, now)
    changed = Message.objects.filter(
        pk=message.pk,
        status=Message.Status.SUPPRESSED,
        reason__startswith=SKIPPED_BY,
        expires_at__gt=now,
    ).update(status=Message.Status.PLANNED, reason="", closed_at=None)
    return _changed_or_refused(message, changed, "It is too late to send this message.")


@transaction.atomic
def send_now(*, message: Message, now: datetime) -> Message:
    """Bring a planned message forward: it goes as soon as a worker finds it.

    Raises MessageRefused when it is not planned, would not be sent, or waits for something. Quiet
    hours and the patient's wishes hold as ever: nobody is written to at night because a button was
    pressed.
    """
    _refuse_unless_true(message, now)
    if message.status == Message.Status.PLANNED and (why := _in_the_way(message, now)):
        raise MessageRefused(why)
    changed = Message.objects.filter(
        pk=message.pk, status=Message.Status.PLANNED, expires_at__gt=now
    ).update(due_at=Least("due_at", Value(now)), try_after=None)
    nudge.deliver_soon()
    return _changed_or_refused(message, changed, "Only a planned message can be sent now.")


@transaction.atomic
def send_again(*, message: Message, by: User, now: datetime) -> Message:
    """Plan one more copy of a letter that was sent, failed or was held back; answer the new row.

    It is written from the facts of now. Pressing twice plans one: the copies are numbered by those
    before them. Raises MessageRefused while the first still waits, and when it is no longer true.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=message.patient_id)
    if message.status in (Message.Status.PLANNED, Message.Status.CLAIMED):
        raise MessageRefused("This message is still on its way: send it now instead.")
    _refuse_unless_true(message, now)
    if message.patient.why_not_emailed:
        raise MessageRefused(f"Nothing can be e-mailed: {message.patient.why_not_emailed}.")
    copies = _copies_of(message)
    waiting = copies.filter(status__in=[Message.Status.PLANNED, Message.Status.CLAIMED]).first()
    if waiting is not None:
        return waiting
    first = message.occurrence.partition(COPY)[0]
    made = Message.objects.create(
        patient=message.patient,
        kind=message.kind,
        subject_key=message.subject_key,
        occurrence=f"{first}{COPY}{copies.count() + 1}",
        transactional=message.transactional,
        due_at=now,
        expires_at=now + COPY_LASTS,
        about_at=message.about_at,
        message_id=new_message_id(),
        asked_by=by,
    )
    nudge.deliver_soon()
    return made


def _in_the_way(message: Message, now: datetime) -> str:
    """Why it would not go although it is true: the sentence that the button answers."""
    if why := outlook.unwanted(message):
        return f"This message would not be sent: {why}."
    seen = subjects.look(message, now)
    if isinstance(seen, Hold):
        return f"This message waits, and goes by itself once that has changed: {seen.reason}."
    return ""


def _copies_of(message: Message) -> QuerySet[Message]:
    rows = Message.objects.filter(subject_key=message.subject_key, kind=message.kind)
    return rows.exclude(asked_by=None)


def _refuse_unless_true(message: Message, now: datetime) -> None:
    seen = subjects.look(message, now)
    if isinstance(seen, Stop):
        raise MessageRefused(f"This message would not be sent: {seen.reason}.")


def _changed_or_refused(message: Message, changed: int, refusal: str) -> Message:
    message.refresh_from_db()
    if not changed:
        raise MessageRefused(f"{refusal} This one is: {message.get_status_display().lower()}.")
    return message
