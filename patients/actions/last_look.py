"""The last look before sending: what should still be said now, from facts that are read anew, and
the letter that says it.

Facts, consent, address, wishes and quiet hours of many letters are read together: the number of
queries does not grow with that of the letters.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from patients import subjects
from patients.actions import letters, links
from patients.actions.leases import TOO_LATE, close, held, put_back, retry_or_fail
from patients.actions.letters import Section, Written
from patients.actions.messages import quiet_hours
from patients.models import Message
from patients.queries import letter_texts, outlook, preferences
from patients.queries.letter_texts import OwnWords
from patients.queries.preferences import Refused
from patients.subjects import Broken, Facts, Hold, Stop

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter is to say, the most important section first, with the tokens of its links and
    the clinic's own words."""

    sections: Sequence[Section]
    tokens: Mapping[links.Wanted, str]
    words: OwnWords

    @property
    def rows(self) -> list[Message]:
        return [section.message for section in self.sections]


def look(tokens: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, Draft]:
    """What should be sent now, by token; every other row is put off or closed with its reason."""
    rows = list(held(tokens).select_related("patient").order_by("pk"))
    sections = _sections(rows, now)
    if not sections:
        return {}
    wanted = (want for own in sections.values() for s in own for want in _wanted(s))
    made = links.make(wanted=wanted, now=now)
    words = letter_texts.in_use({row.kind for row in rows})
    return {token: Draft(own, made, words) for token, own in sections.items()}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter that is about to be sent, and the rows that it is for. `content` is what goes over
    the wire; None while files are still to be made."""

    rows: Sequence[Message]
    written: Written
    content: bytes | None


def write(draft: Draft, now: datetime) -> Envelope | None:
    """The letter, all but files that take their time; None when it cannot be written."""
    patient = draft.sections[0].message.patient
    try:
        written = letters.compose(patient, draft.sections, draft.tokens, draft.words)
        content = None if written.files else letters.sealed(written)
    except Exception as error:
        _cannot_be_written(draft.rows, error, now)
        return None
    return Envelope(draft.rows, written, content)


def sealed(envelope: Envelope, now: datetime) -> bytes | None:
    """What goes over the wire, its files with it; None when they cannot be made."""
    try:
        return envelope.content or letters.sealed(envelope.written)
    except Exception as error:
        _cannot_be_written(envelope.rows, error, now)
        return None


def _cannot_be_written(rows: Sequence[Message], error: Exception, now: datetime) -> None:
    """One bad row must not stop the others; what it is stays in the ledger for staff."""
    log.error("letter cannot be written", exc_info=error, extra={"message_id": rows[0].message_id})
    retry_or_fail(rows, now, f"cannot be written: {type(error).__name__}")


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
            close(row, Message.Status.SUPPRESSED, now, what.reason)
        case Broken():
            _cannot_be_written([row], what.error, now)


def _why_not(row: Message, refused: Refused, now: datetime) -> Hold | Stop | None:
    patient = row.patient
    if why := outlook.against(row, refused):
        return Stop(why)
    if row.expires_at <= now:
        return Stop(TOO_LATE)
    quiet = quiet_hours()
    if not row.transactional and quiet.contains(now, patient.zone):
        return Hold(quiet.next_allowed(now, patient.zone), "quiet hours")
    return None
