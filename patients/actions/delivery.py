"""Sending what is due: claim, last look, one dialogue, record.

1. Claim: the patients of due rows are locked (others skip them), their due rows get a token and a
   lease, and the transaction ends. No transaction is open while a server talks.
2. Last look: facts, consent, address, quiet hours are read again directly before sending.
3. Record: every write names the token. A worker that lost its lease changes nothing (fencing).

A worker killed in between leaves claimed rows; `recover` plans them again after the lease, and
they go out under the same Message-ID.
"""

import logging
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from patients import subjects
from patients.actions import breaker, letters
from patients.actions.letters import Section
from patients.actions.messages import quiet_hours
from patients.actions.transport import Outcome, Transport, Verdict
from patients.models import Message, Patient
from patients.queries import preferences
from patients.subjects import Facts, Hold, Stop

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
# after the first, second, ... attempt; after the last one a message has failed
RETRY_MINUTES = (1, 5, 15, 30)
MOST_ATTEMPTS = len(RETRY_MINUTES) + 1
GIVEN_UP = "given up after five attempts"
TOO_LATE = "too late: it could not be sent in time"
UNKNOWN_PAUSE = timedelta(minutes=5)
DOWN_PAUSE = timedelta(seconds=30)
# tied to its hour: everything else may come earlier the same day, merged into one letter
NOT_BEFORE_ITS_HOUR = frozenset({"aftercare_day0"})

Status = Message.Status


def deliver_due(*, now: datetime, limit: int = 20, seconds: float = 40) -> int:
    """Send what is due for up to `limit` patients; answer how many letters were handled.

    0 means that nothing is due (or all of it is being handled elsewhere). After `seconds` no
    further letter is begun: what was claimed is given back, so that a task ends in its own time.
    """
    expire(now=now)
    allowed = breaker.admit(letters=limit, now=now)
    tokens = claim(now=now, limit=allowed) if allowed else []
    started = time.monotonic()
    answered = False
    with Transport() as post:
        for position, token in enumerate(tokens):
            wait = breaker.seconds_to_wait(now=now + timedelta(seconds=time.monotonic() - started))
            if time.monotonic() - started + wait > seconds:
                _release(tokens[position:], _after(now, started), timedelta())
                return position
            time.sleep(wait)
            moment = _after(now, started)
            _renew(token, moment)
            verdict = deliver(token=token, now=moment, post=post)
            if verdict is Verdict.DOWN:
                _release(tokens[position + 1 :], moment, DOWN_PAUSE)
                return 0
            if verdict is not None and not answered:
                answered = True
                breaker.note_answer(now=moment)
    return len(tokens)


def _after(now: datetime, started: float) -> datetime:
    """`now`, and the whole seconds since then."""
    return now + timedelta(seconds=int(time.monotonic() - started))


def _renew(token: uuid.UUID, now: datetime) -> None:
    """A fresh lease for the letter that is begun now."""
    Message.objects.filter(claim_token=token).update(lease_until=now + LEASE)


def expire(*, now: datetime) -> int:
    """Close what is too late to be of use. A late reminder is worse than none."""
    return Message.objects.filter(status=Status.PLANNED, expires_at__lte=now).update(
        status=Status.SUPPRESSED,
        reason=TOO_LATE,
        closed_at=now,
        try_after=None,
    )


def recover(*, now: datetime) -> int:
    """Plan again what dead workers had claimed; give up on a row that keeps killing them."""
    lost = Message.objects.filter(status=Status.CLAIMED, lease_until__lt=now)
    unclaimed = {"claim_token": None, "lease_until": None}
    lost.filter(attempts__gte=MOST_ATTEMPTS - 1).update(
        status=Status.FAILED, reason=GIVEN_UP, closed_at=now, **unclaimed
    )
    return lost.update(status=Status.PLANNED, attempts=F("attempts") + 1, **unclaimed)


@transaction.atomic
def claim(*, now: datetime, limit: int) -> list[uuid.UUID]:
    """Take due rows, nearest visits first; answer one token per letter.

    Patients are locked, not messages: two workers never write to one patient at once, and a
    patient whose booking is being changed is left until that is done.
    """
    due = Message.objects.filter(
        Q(try_after=None) | Q(try_after__lte=now),
        patient=OuterRef("pk"),
        status=Status.PLANNED,
        due_at__lte=now,
        expires_at__gt=now,
    )
    nearest = due.order_by(F("about_at").asc(nulls_last=True), "due_at").values("about_at")[:1]
    free = (
        Patient.objects.filter(Exists(due))
        .annotate(nearest=Subquery(nearest))
        .order_by(F("nearest").asc(nulls_last=True), "pk")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
    )
    return [token for patient in free[:limit] for token in _claim_for(patient, now)]


def _claim_for(patient: Patient, now: datetime) -> list[uuid.UUID]:
    """Each transactional row, and each that a person asked for, is a letter of its own; the rest of
    the day is one letter."""
    rows = Message.objects.filter(
        Q(try_after=None) | Q(try_after__lte=now),
        patient=patient,
        status=Status.PLANNED,
        due_at__lt=now + timedelta(days=1),
        expires_at__gt=now,
    )
    today = now.astimezone(patient.zone).date()
    due: list[list[Message]] = []
    day: list[Message] = []
    for row in rows.order_by(F("about_at").asc(nulls_last=True), "due_at", "pk"):
        if row.transactional or row.asked_by_id:
            due += [[row]] if row.due_at <= now else []
        elif row.due_at <= now or _may_come_now(row, patient, today):
            day.append(row)
    if any(row.due_at <= now for row in day):
        due.append(day)
    return [_lease(letter, now) for letter in due]


def _may_come_now(row: Message, patient: Patient, today: object) -> bool:
    same_day = row.due_at.astimezone(patient.zone).date() == today
    return same_day and row.kind not in NOT_BEFORE_ITS_HOUR


def _lease(rows: Sequence[Message], now: datetime) -> uuid.UUID:
    token = uuid.uuid4()
    Message.objects.filter(pk__in=[row.pk for row in rows], status=Status.PLANNED).update(
        status=Status.CLAIMED, claim_token=token, lease_until=now + LEASE, try_after=None
    )
    return token


def _release(tokens: Sequence[uuid.UUID], now: datetime, pause: timedelta) -> None:
    _put_back(Message.objects.filter(claim_token__in=tokens), until=now + pause)


def deliver(*, token: uuid.UUID, now: datetime, post: Transport) -> Verdict | None:
    """Send the letter of one claim and record what became of it; None when nothing was sent."""
    rows = list(Message.objects.filter(claim_token=token).select_related("patient").order_by("pk"))
    if not rows:
        return None
    patient = rows[0].patient
    sections = _last_look(rows, patient, preferences.refused(patient), now)
    if not sections:
        return None
    try:
        written = letters.compose(patient, sections, now)
    except Exception as error:
        # one bad row must not stop the others; what it is stays in the ledger for staff
        log.exception("letter cannot be written", extra={"message_id": rows[0].message_id})
        letter_rows = [section.message for section in sections]
        _retry_or_fail(letter_rows, now, f"cannot be written: {type(error).__name__}")
        return None
    outcome = post.send(written.mail)
    _record(sections, token, now, outcome, written.kept)
    log.info("letter", extra={"message_id": rows[0].message_id, "outcome": outcome.verdict.value})
    return outcome.verdict


def _last_look(
    rows: Iterable[Message], patient: Patient, refused: Mapping[str, str], now: datetime
) -> list[Section]:
    """What still should be said now; every other row is put off or closed with its reason."""
    sections = []
    for row in rows:
        try:
            seen = _why_not(row, patient, refused, now) or subjects.look(row, now)
        except Exception as error:
            log.exception("no facts for a message", extra={"message_id": row.message_id})
            _retry_or_fail([row], now, f"cannot be written: {type(error).__name__}")
            continue
        if isinstance(seen, Facts):
            sections.append(Section(row, seen))
        elif isinstance(seen, Hold):
            _put_back(Message.objects.filter(pk=row.pk, claim_token=row.claim_token), seen.until)
        else:
            _close(row, Status.SUPPRESSED, now, seen.reason)
    sections.sort(key=lambda section: (section.message.about_at is None, section.message.due_at))
    return sections


def _why_not(
    row: Message, patient: Patient, refused: Mapping[str, str], now: datetime
) -> Hold | Stop | None:
    if patient.why_not_emailed:
        return Stop(patient.why_not_emailed)
    if row.asked_by_id is None and (purpose := subjects.purpose(row.kind)) in refused:
        return Stop(f"does not want: {refused[purpose]}")
    if row.expires_at <= now:
        return Stop(TOO_LATE)
    quiet = quiet_hours()
    if not row.transactional and quiet.contains(now, patient.zone):
        return Hold(quiet.next_allowed(now, patient.zone), "quiet hours")
    return None


def _record(
    sections: Sequence[Section],
    token: uuid.UUID,
    now: datetime,
    outcome: Outcome,
    letter: letters.Letter,
) -> None:
    rows = [section.message for section in sections]
    match outcome.verdict:
        case Verdict.ACCEPTED:
            _sent(rows, token, now, outcome, letter)
        case Verdict.REFUSED:
            for row in rows:
                _close(row, Status.FAILED, now, "the mail server refused it", outcome.answer)
            if outcome.bad_address:
                _note_bad_address(rows[0].patient, outcome.answer, now)
        case Verdict.DOWN:
            breaker.note_failure(answer=outcome.answer, now=now)
            _put_back(Message.objects.filter(claim_token=token), now + DOWN_PAUSE, outcome.answer)
        case Verdict.LATER:
            _retry_or_fail(rows, now, outcome.answer)
        case Verdict.UNKNOWN:
            _retry_or_fail(rows, now, outcome.answer, pause=UNKNOWN_PAUSE)


def _note_bad_address(patient: Patient, answer: str, now: datetime) -> None:
    """Nothing more goes to this address until somebody corrects it: the desk sees it."""
    Patient.objects.filter(pk=patient.pk, email=patient.email).update(
        email_refused=patient.email, email_refused_at=now, email_refused_answer=answer
    )


@transaction.atomic
def _sent(
    rows: Sequence[Message],
    token: uuid.UUID,
    now: datetime,
    outcome: Outcome,
    letter: letters.Letter,
) -> None:
    lead, *merged = rows
    done = {
        "status": Status.SENT,
        "sent_at": now,
        "closed_at": now,
        "sent_to": lead.patient.email,
        "subject_line": letter.subject[:200],
        "server_answer": outcome.answer,
        "claim_token": None,
        "lease_until": None,
    }
    recorded = Message.objects.filter(pk=lead.pk, claim_token=token).update(
        sent_text=letter.text, sent_html=letter.page, **done
    )
    if not recorded:
        log.warning("sent, but the lease was lost", extra={"message_id": lead.message_id})
    if merged:
        Message.objects.filter(pk__in=[row.pk for row in merged], claim_token=token).update(
            sent_with=lead, **done
        )


def _close(row: Message, status: str, now: datetime, reason: str, answer: str = "") -> None:
    Message.objects.filter(pk=row.pk, claim_token=row.claim_token).update(
        status=status,
        reason=reason[:200],
        server_answer=answer,
        closed_at=now,
        claim_token=None,
        lease_until=None,
    )


def _put_back(rows: QuerySet[Message], until: datetime, answer: str = "") -> None:
    rows.update(
        status=Status.PLANNED,
        try_after=until,
        server_answer=answer,
        claim_token=None,
        lease_until=None,
    )


def _retry_or_fail(
    rows: Sequence[Message], now: datetime, answer: str, pause: timedelta | None = None
) -> None:
    for row in rows:
        mine = Message.objects.filter(pk=row.pk, claim_token=row.claim_token)
        if row.attempts + 1 >= MOST_ATTEMPTS:
            _close(row, Status.FAILED, now, GIVEN_UP, answer)
        else:
            mine.update(attempts=row.attempts + 1)
            _put_back(mine, now + (pause or timedelta(minutes=RETRY_MINUTES[row.attempts])), answer)
