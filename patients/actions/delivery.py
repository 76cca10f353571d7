"""Sending what is due: claim, last look, one dialogue, record.

1. Claim (`leases`): due rows get a token and a lease. No transaction is open while a server talks.
2. Last look (`last_look`): facts, consent, address, wishes, quiet hours are read again directly
   before sending, of many letters together; what was read half a second ago is read anew.
3. Record: one write a letter, committed before the next one is begun. It names the token: a worker
   that lost its lease changes nothing.
"""

import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError

from patients.actions import breaker, last_look, leases, priority, recording
from patients.actions.last_look import Draft, Envelope
from patients.actions.leases import TOO_LATE, claim, close, expire, put_back, recover, retry_or_fail
from patients.actions.letters import Written
from patients.actions.transport import Outcome, Transport, Verdict
from patients.models import Message, Patient

__all__ = ["TOO_LATE", "claim", "deliver", "deliver_due", "expire", "recover"]

log = logging.getLogger(__name__)

UNKNOWN_PAUSE: Final = timedelta(minutes=5)
DOWN_PAUSE: Final = timedelta(seconds=30)
# how many letters are looked at together, and for how long what was seen holds
AT_ONCE: Final = 100
FRESH_SECONDS: Final = 0.5
WRITTEN_AHEAD: Final = 50

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
    for token, envelope in _looked_at(tokens, clock, post):
        begun.append(token)
        verdict = _hand_over(token, envelope, clock.now(), post) if envelope else None
        if verdict is Verdict.DOWN:
            leases.release(tokens[len(begun) :], clock.now(), DOWN_PAUSE)
            return 0
        if verdict is not None and not answered:
            answered = True
            breaker.note_answer(now=clock.now())
    if len(begun) < len(tokens):
        leases.release(tokens[len(begun) :], clock.now(), timedelta())
    return len(begun)


class _Clock:
    """The time of one round: `now`, what has passed since, and when the next letter may go."""

    def __init__(self, now: datetime, seconds: float) -> None:
        self._now, self._seconds, self._started = now, seconds, time.monotonic()
        self._courtesy = priority.Courtesy()
        self._longest, self._begun = 0.0, self._seconds

    @property
    def spent(self) -> float:
        return time.monotonic() - self._started

    def now(self) -> datetime:
        """In whole seconds since the round began."""
        return self._now + timedelta(seconds=int(self.spent))

    def turn(self) -> bool:
        """Wait until the next letter may be begun, by the pages and by the provider; whether there
        is time for that, and for a letter that takes as long as the longest before it."""
        self._longest = max(self._longest, self.spent - self._begun)
        exact = self._now + timedelta(seconds=self.spent)
        pause = max(self._courtesy.seconds(), breaker.seconds_to_wait(now=exact))
        if self.spent + pause + self._longest > self._seconds:
            return False
        if pause:  # even a sleep of nothing waits for the system's timer
            time.sleep(pause)
        self._begun = self.spent
        return True


def _looked_at(
    tokens: Sequence[uuid.UUID], clock: _Clock, post: Transport
) -> Iterator[tuple[uuid.UUID, Envelope | None]]:
    """Each token when its turn has come, with what is to be sent, None where nothing is; from facts
    that were looked at no longer ago than FRESH_SECONDS. It ends before a letter for which there is
    no time."""
    place, reach, has_turn = 0, AT_ONCE, False
    # the wait comes first: what was seen before a long one would be old news
    while place < len(tokens) and (has_turn or (has_turn := clock.turn())):
        begun, some = place, tokens[place : place + reach]
        if place:  # the first were claimed just now
            leases.renew(some, clock.now())
        drafts, since = last_look.look(some, clock.now()), clock.spent
        for token, envelope in _written(some, drafts, clock):
            if not has_turn and not (has_turn := clock.turn()):
                return
            # a slow server takes seconds to let one in, and then the look is repeated
            waited = post.connect() if envelope else False
            if clock.spent - since > FRESH_SECONDS and (waited or token != some[0]):
                break
            yield token, envelope
            place, has_turn = place + 1, False
        if place > begun:
            # a slow server takes few letters while a look is fresh: the next look goes no further
            reach = min(AT_ONCE, 2 * (place - begun))


def _written(
    tokens: Sequence[uuid.UUID], drafts: Mapping[uuid.UUID, Draft], clock: _Clock
) -> Iterator[tuple[uuid.UUID, Envelope | None]]:
    """A few at a time: letters in a row are written faster than one by one between two answers of
    the server."""
    for first in range(0, len(tokens), WRITTEN_AHEAD):
        few = tokens[first : first + WRITTEN_AHEAD]
        yield from [(token, _write(drafts.get(token), clock.now())) for token in few]


def _write(draft: Draft | None, now: datetime) -> Envelope | None:
    return last_look.write(draft, now) if draft else None


def deliver(*, token: uuid.UUID, now: datetime, post: Transport) -> Verdict | None:
    """Send the letter of one claim and record what became of it; None when nothing was sent."""
    envelope = _write(last_look.look([token], now).get(token), now)
    return _hand_over(token, envelope, now, post) if envelope else None


def _hand_over(
    token: uuid.UUID, envelope: Envelope, now: datetime, post: Transport
) -> Verdict | None:
    rows, written = envelope.rows, envelope.written
    content = last_look.sealed(envelope, now)
    if content is None:
        return None
    outcome = post.send(written.mail.to[0], content)
    _record(rows, token, now, outcome, written)
    log.info("letter", extra={"message_id": rows[0].message_id, "outcome": outcome.verdict.value})
    return outcome.verdict


# What became of it -------------------------------------------------------------------------------


def _record(
    rows: Sequence[Message],
    token: uuid.UUID,
    now: datetime,
    outcome: Outcome,
    written: Written,
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
