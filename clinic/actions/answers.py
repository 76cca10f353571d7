"""A patient answers a letter about a visit: will be there, or cannot come."""

from datetime import datetime
from typing import NoReturn

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import booking, claiming
from clinic.models import Appointment, VisitAnswer
from patients.actions.retry import retry_on_contention
from patients.one_line import one_line

Answer = VisitAnswer.Answer
LONGEST_WORDS = 300
MAY_ANSWER = (Appointment.Status.BOOKED, Appointment.Status.CONFIRMED)


class AnswerOver(Exception):
    """The visit is another one by now, or over: there is nothing to answer."""


@retry_on_contention
@transaction.atomic
def confirm(*, appointment: Appointment, version: int, now: datetime) -> None:
    """The patient will be there. What is written of it names whoever booked the visit; that the
    patient said so is the answer's own row. Saying so again changes nothing."""
    found = _answerable(appointment, version, now)
    _note(found, Answer.CONFIRMS, "", now)
    booking.confirm(appointment=found, by=found.booking.actor, now=now)


@retry_on_contention
@transaction.atomic
def cannot_come(*, appointment: Appointment, version: int, words: str, now: datetime) -> None:
    """The patient cannot come. Nothing is cancelled by a link: the desk calls, and finds another
    time. Until then no reminder speaks of the visit. Saying so again adds the later words."""
    found = _answerable(appointment, version, now)
    _note(found, Answer.CANNOT_COME, one_line(words)[:LONGEST_WORDS], now)
    booking.unconfirm(appointment=found, by=found.booking.actor, now=now)


@retry_on_contention
@transaction.atomic
def confirm_by_phone(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """The desk has asked, and the patient will be there: whoever had said otherwise by a link is
    seen to with that."""
    confirmed = booking.confirm(appointment=appointment, by=by, now=now)
    otherwise = VisitAnswer.objects.filter(
        appointment=confirmed, version=confirmed.version, answer=Answer.CANNOT_COME
    )
    otherwise.filter(settled_at=None).update(settled_at=now, settled_by=by)
    return confirmed


@transaction.atomic
def settle(*, answer: VisitAnswer, by: User, now: datetime) -> None:
    """The desk has seen to it, whatever came of it."""
    VisitAnswer.objects.filter(pk=answer.pk, settled_at=None).update(settled_at=now, settled_by=by)


def _answerable(appointment: Appointment, version: int, now: datetime) -> Appointment:
    claiming.lock_patient(appointment.patient)
    found = claiming.locked(appointment)
    if found.version != version or found.status not in MAY_ANSWER or found.during.lower <= now:
        _over()
    return found


def _over() -> NoReturn:
    raise AnswerOver


def _note(appointment: Appointment, answer: str, words: str, now: datetime) -> None:
    """The same answer again keeps its time and whether the desk has seen to it."""
    own = VisitAnswer.objects.filter(appointment=appointment, version=appointment.version)
    known = own.first()
    if known is None:
        VisitAnswer.objects.create(
            appointment=appointment,
            version=appointment.version,
            answer=answer,
            words=words,
            answered_at=now,
        )
    elif known.answer != answer or (words and words != known.words):
        own.update(answer=answer, words=words, answered_at=now, settled_at=None, settled_by=None)
