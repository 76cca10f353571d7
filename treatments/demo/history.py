"""What the demo's ledger says of the past: no e-mail leaves, and the rows say so.

Letters of the last days go the product's own way, from claim to record, but are handed to
`Nowhere` instead of a mail server. Older ones are closed at the moment they were due, without
their text: rendering a year of letters would take longer than anybody waits for a demo.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F

from patients.actions import delivery, leases
from patients.actions.transport import Outcome, Transport, Verdict
from patients.models import Message, Patient

Status = Message.Status

ANSWER: Final = "250 demo clinic: recorded, no e-mail was sent"
REFUSAL: Final = "550 5.1.1 demo clinic: no such mailbox"
BUSY: Final = "451 4.7.1 demo clinic: greylisted, try again later"
# letters due since then are rendered and kept as they would have been sent
WITH_TEXT: Final = timedelta(days=2)
# what became due within this time is left to the worker: the first letters in the mail catcher
LEFT_TO_THE_WORKER: Final = timedelta(minutes=2)


class Nowhere(Transport):
    """Answers like a mail server and sends nothing. Some mailboxes are full of trouble."""

    def __init__(self, unknown: str, busy: str) -> None:
        super().__init__()
        self.unknown, self.busy = unknown, busy

    def send(self, to: str, content: bytes) -> Outcome:
        if to == self.unknown:
            return Outcome(Verdict.REFUSED, REFUSAL, bad_address=True)
        if to == self.busy:
            return Outcome(Verdict.LATER, BUSY)
        return Outcome(Verdict.ACCEPTED, ANSWER)


def settle(patient: Patient, until: datetime) -> None:
    """Close what this patient should have had by then. Called before a visit is cancelled, moved
    or missed: what went out before cannot be withdrawn any more."""
    rows = Message.objects.filter(patient=patient, status=Status.PLANNED, due_at__lte=until)
    if why_not := patient.why_not_emailed:
        rows.update(status=Status.SUPPRESSED, reason=why_not, closed_at=F("due_at"))
    else:
        rows.update(
            status=Status.SENT,
            sent_at=F("due_at"),
            closed_at=F("due_at"),
            sent_to=patient.email,
            server_answer=ANSWER,
        )


def close(now: datetime, *, unknown: str, busy: str) -> None:
    """Bring the whole ledger to `now`; `unknown` and `busy` are addresses that answer so."""
    for patient in Patient.objects.order_by("pk"):
        settle(patient, now - WITH_TEXT)
    _merge()
    with _quietly():
        _send_nowhere(now, Nowhere(unknown, busy))


def _send_nowhere(now: datetime, post: Nowhere) -> None:
    """The product's own way, from claim to record, at each moment at which something was due."""
    last = now - LEFT_TO_THE_WORKER
    due = Message.objects.filter(status=Status.PLANNED, due_at__lte=last)
    for moment in due.order_by("due_at").values_list("due_at", flat=True).distinct():
        delivery.expire(now=moment)
        for token in delivery.claim(now=moment, limit=1000):
            delivery.deliver(token=token, now=moment, post=post)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without a line in the log for each letter that was never sent."""
    log, level = delivery.log, delivery.log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)


def _merge() -> None:
    """Of one patient's letters on one day, the first carried the others."""
    days: defaultdict[tuple[int, date], list[Message]] = defaultdict(list)
    sent = Message.objects.filter(status=Status.SENT, transactional=False)
    for row in sent.select_related("patient").order_by("sent_at", "pk"):
        days[row.patient_id, row.sent_at.astimezone(row.patient.zone).date()].append(row)  # type: ignore[union-attr]
    Message.objects.bulk_update(_carried(days.values()), ["sent_with", "sent_at", "closed_at"])


def _carried(days: Iterable[list[Message]]) -> list[Message]:
    found = []
    for lead, *others in days:
        for row in others:
            if row.kind not in leases.NOT_BEFORE_ITS_HOUR:
                row.sent_with, row.sent_at, row.closed_at = lead, lead.sent_at, lead.sent_at
                found.append(row)
    return found
