"""Sending what is due: claim, last look, one dialogue, record.

1. Claim (`leases`): due rows get a token and a lease. No transaction is open while a server talks.
2. Last look: facts, consent, address, wishes, quiet hours are read again directly before sending,
   for a few letters at a time; what was looked at half a second ago is looked at anew.
3. Record: one write a letter, committed before the next one is begun. It names the token: a worker
   that lost its lease changes nothing.
"""

import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError

from patients import subjects
from patients.actions import breaker, leases, letters, links, recording
from patients.actions.leases import TOO_LATE, claim, close, expire, put_back, recover, retry_or_fail
from patients.actions.letters import Section
from patients.actions.messages import quiet_hours
from patients.actions.transport import Outcome, Transport, Verdict
from patients.models import Message, Patient
from patients.queries import letter_texts, preferences
from patients.queries.letter_texts import OwnWords
from patients.queries.preferences import Refused
from patients.subjects import Broken, Facts, Hold, Stop

__all__ = ["TOO_LATE", "claim", "deliver", "deliver_due", "expire", "recover"]

log = logging.getLogger(__name__)

UNKNOWN_PAUSE: Final = timedelta(minutes=5)
DOWN_PAUSE: Final = timedelta(seconds=30)
# how many letters are looked at together, and for how long what was seen holds
AT_ONCE: Final = 100
FRESH_SECONDS: Final = 0.5

Status = Message.Status


def deliver_due(*, now: datetime, limit: int = AT_ONCE, seconds: float = 40) -> int:
    """Send what is due for up to `limit` patients; answer how many letters were handled.

    0 means that nothing is due (or all of it is being handled elsewhere). After `seconds` no
    further letter is begun: what was claimed is given back, so that a task ends in its own time.
    """
    expire(now=now)
    allowed = breaker.admit(letters=limit, now=now)
    tokens = claim(now=now, limit=allowed) if allowed else []
    clock = _Clock(now, seconds)
    with Transport() as post:
        return _send(tokens, clock, post) if tokens else 0


def _send(tokens: list[uuid.UUID], clock: "_Clock", post: Transport) -> int:
    """Letter by letter; answer how many were handled, 0 when the server is ill.

    Where the database goes away the letter in hand may be sent and not recorded: its lease keeps
    it. The others were not begun, and need not wait for that.
    """
    begun: list[uuid.UUID] = []
    try:
        return _one_by_one(tokens, begun, clock, post)
    except (OperationalError, InterfaceError):
        leases.release_patiently(tokens[len(begun) :], clock.now())
        raise


def _one_by_one(
    tokens: list[uuid.UUID], begun: list[uuid.UUID], clock: "_Clock", post: Transport
) -> int:
    answered = False
    for token, envelope in _looked_at(tokens, clock):
        if not clock.wait(breaker.seconds_to_wait(now=clock.exact())):
            leases.release(tokens[len(begun) :], clock.now(), timedelta())
            return len(begun)
        begun.append(token)
        verdict = _hand_over(token, envelope, clock.now(), post) if envelope else None
        if verdict is Verdict.DOWN:
            leases.release(tokens[len(begun) :], clock.now(), DOWN_PAUSE)
            return 0
        if verdict is not None and not answered:
            answered = True
            breaker.note_answer(now=clock.now())
    return len(begun)


class _Clock:
    """The time of one round: `now` and what has passed since."""

    def __init__(self, now: datetime, seconds: float) -> None:
        self._now, self._seconds, self._started = now, seconds, time.monotonic()

    @property
    def spent(self) -> float:
        return time.monotonic() - self._started

    def now(self) -> datetime:
        """In whole seconds since the round began."""
        return self._now + timedelta(seconds=int(self.spent))

    def exact(self) -> datetime:
        return self._now + timedelta(seconds=self.spent)

    def wait(self, seconds: float) -> bool:
        """Whether there is time to wait so long, having waited."""
        if self.spent + seconds > self._seconds:
            return False
        time.sleep(seconds)
        return True


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is about to be sent: to whom, what should still be said, the tokens of its links, and
    the clinic's own words."""

    patient: Patient
    sections: Sequence[Section]
    tokens: Mapping[links.Wanted, str]
    words: OwnWords


def _looked_at(
    tokens: Sequence[uuid.UUID], clock: _Clock
) -> Iterator[tuple[uuid.UUID, Envelope | None]]:
    """Each token with what is to be sent, None where nothing is; never seen longer ago than
    FRESH_SECONDS."""
    place, reach = 0, AT_ONCE
    while place < len(tokens):
        begun, some = place, tokens[place : place + reach]
        leases.renew(some, clock.now())
        seen, since = _look(some, clock.now()), clock.spent
        for token in some:
            if clock.spent - since > FRESH_SECONDS and token != some[0]:
                break
            yield token, seen.get(token)
            place += 1
        # a slow server takes few letters while a look is fresh: the next look goes no further
        reach = min(AT_ONCE, 2 * (place - begun))


def deliver(*, token: uuid.UUID, now: datetime, post: Transport) -> Verdict | None:
    """Send the letter of one claim and record what became of it; None when nothing was sent."""
    envelope = _look([token], now).get(token)
    return _hand_over(token, envelope, now, post) if envelope else None


def _hand_over(
    token: uuid.UUID, envelope: Envelope, now: datetime, post: Transport
) -> Verdict | None:
    rows = [section.message for section in envelope.sections]
    try:
        written = letters.compose(
            envelope.patient, envelope.sections, envelope.tokens, envelope.words
        )
    except Exception as error:
        # one bad row must not stop the others; what it is stays in the ledger for staff
        log.exception("letter cannot be written", extra={"message_id": rows[0].message_id})
        retry_or_fail(rows, now, f"cannot be written: {type(error).__name__}")
        return None
    outcome = post.send(written.mail)
    _record(rows, token, now, outcome, written)
    log.info("letter", extra={"message_id": rows[0].message_id, "outcome": outcome.verdict.value})
    return outcome.verdict


# The last look -----------------------------------------------------------------------------------


def _look(tokens: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, Envelope]:
    """What still should be said now, by token; every other row is put off or closed with its
    reason. The number of queries does not grow with that of the letters."""
    rows = list(leases.held(tokens).select_related("patient").order_by("pk"))
    sections = _sections(rows, now)
    wanted = (want for own in sections.values() for s in own for want in _wanted(s))
    if not sections:
        return {}
    made = links.make(wanted=wanted, now=now)
    words = letter_texts.in_use({row.kind for row in rows})
    return {
        token: Envelope(own[0].message.patient, own, made, words) for token, own in sections.items()
    }


def _wanted(section: Section) -> Iterable[links.Wanted]:
    return letters.links_of(section).values()


def _sections(rows: Sequence[Message], now: datetime) -> dict[uuid.UUID, list[Section]]:
    refused = preferences.refused({row.patient_id for row in rows})
    stopped = {row.pk: _why_not(row, refused[row.patient_id], now) for row in rows}
    seen = subjects.look_at([row for row in rows if stopped[row.pk] is None], now)
    found: defaultdict[uuid.UUID, list[Section]] = defaultdict(list)
    for row in rows:
        what = stopped[row.pk] or seen[row.pk]
        if isinstance(what, Facts) and row.claim_token is not None:
            found[row.claim_token].append(Section(row, what))
        else:
            _set_aside(row, what, now)
    for own in found.values():
        own.sort(key=lambda each: _place(each.message))
    return dict(found)


def _place(row: Message) -> tuple[bool, bool, datetime]:
    """Where it stands in the letter of its day: safety, then visits, then advice."""
    return not subjects.leads(row.kind), row.about_at is None, row.due_at


def _set_aside(row: Message, what: Facts | Hold | Stop | Broken, now: datetime) -> None:
    match what:
        case Hold():
            put_back(Message.objects.filter(pk=row.pk, claim_token=row.claim_token), what.until)
        case Stop():
            close(row, Status.SUPPRESSED, now, what.reason)
        case Broken():
            log.error(
                "no facts for a message",
                exc_info=what.error,
                extra={"message_id": row.message_id},
            )
            retry_or_fail([row], now, f"cannot be written: {type(what.error).__name__}")


def _why_not(row: Message, refused: Refused, now: datetime) -> Hold | Stop | None:
    patient = row.patient
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


# What became of it -------------------------------------------------------------------------------


def _record(
    rows: Sequence[Message],
    token: uuid.UUID,
    now: datetime,
    outcome: Outcome,
    written: letters.Written,
) -> None:
    match outcome.verdict:
        case Verdict.ACCEPTED:
            recording.sent(rows, token, now, outcome, written)
        case Verdict.REFUSED:
            for row in rows:
                close(row, Status.FAILED, now, "the mail server refused it", outcome.answer)
            if outcome.bad_address:
                _note_bad_address(rows[0].patient, outcome.answer, now)
        case Verdict.DOWN:
            breaker.note_failure(answer=outcome.answer, now=now)
            put_back(leases.held([token]), now + DOWN_PAUSE, outcome.answer)
        case Verdict.LATER:
            retry_or_fail(rows, now, outcome.answer)
        case Verdict.UNKNOWN:
            retry_or_fail(rows, now, outcome.answer, pause=UNKNOWN_PAUSE)


def _note_bad_address(patient: Patient, answer: str, now: datetime) -> None:
    """Nothing more goes to this address until somebody corrects it: the desk sees it."""
    Patient.objects.filter(pk=patient.pk, email=patient.email).update(
        email_refused=patient.email, email_refused_at=now, email_refused_answer=answer
    )
