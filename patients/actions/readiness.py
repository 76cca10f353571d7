"""Write down at the desk what a treatment needs: the health answers, and what was agreed to.

The patient's row is locked, as the booking door does, so that nobody is received while the answers
change. Pressing twice writes once.
"""

from datetime import date, datetime, timedelta
from typing import NoReturn

from django.conf import settings
from django.db import transaction

from clinic.accounts.models import RecordAccess, User
from patients.actions.retry import retry_on_contention
from patients.models import Consent, Patient, Screening
from patients.queries import readiness
from patients.queries.record import RECORD

_Outcome = Screening.Outcome
# how long whoever wrote down something to check may say that it was the wrong patient
MISTAKE_SEEN_WITHIN = timedelta(minutes=15)


class ReadinessRefusedError(Exception):
    """Nothing was written; the sentence says why."""


def refuse(sentence: str) -> NoReturn:
    """Write nothing, for this reason."""
    raise ReadinessRefusedError(sentence)


@retry_on_contention
@transaction.atomic
def record_screening(
    *, patient: Patient, outcome: str, note: str = "", on: date, by: User, now: datetime
) -> Screening:
    """The health questions were answered on this local day: "clear", or "to_check" with a note.

    The answers hold for SCREENING_VALID_DAYS days. Raises ReadinessRefusedError without a note, and
    for "clear" while other answers hold that nobody has cleared.
    """
    lock(patient)
    note = note.strip()[:200] if outcome == _Outcome.TO_CHECK else ""
    if outcome == _Outcome.TO_CHECK and not note:
        refuse("Write what is to be checked.")
    until = on + timedelta(days=settings.SCREENING_VALID_DAYS)
    newest = readiness.newest_screening(patient.pk)
    if newest and _is_same(newest, outcome, note, until):
        return newest
    if newest and newest.stops and newest.holds_on(on) and outcome == _Outcome.CLEAR:
        refuse(f"There is something to check: {newest.note}. A clinician clears it first.")
    made = Screening.objects.create(
        patient=patient,
        outcome=_Outcome(outcome),
        note=note,
        valid_until=until,
        recorded_at=now,
        recorded_by=by,
    )
    note_change(patient, by, now)
    return made


def _is_same(found: Screening, outcome: str, note: str, until: date) -> bool:
    said = (found.outcome, found.note, found.valid_until)
    return said == (outcome, note, until) and found.cleared_at is None


@retry_on_contention
@transaction.atomic
def take_back_screening(*, screening: Screening, by: User, now: datetime) -> None:
    """These answers were recorded by mistake: what stood before them counts again.

    Something to check is only taken back by whoever wrote it down, and soon: after that a clinician
    clears it, or nobody would have to.
    """
    lock(screening.patient)
    if Screening.objects.filter(takes_back=screening).exists():
        return
    _check_newest(screening)
    if not may_take_back(screening, by, now):
        refuse("This is no longer undone: a clinician clears it.")
    Screening.objects.create(
        patient=screening.patient,
        outcome=_Outcome.TAKEN_BACK,
        takes_back=screening,
        recorded_at=now,
        recorded_by=by,
    )
    note_change(screening.patient, by, now)


def may_take_back(screening: Screening, by: User, now: datetime) -> bool:
    own = screening.recorded_by_id == by.pk
    return not screening.stops or (own and now <= screening.recorded_at + MISTAKE_SEEN_WITHIN)


@retry_on_contention
@transaction.atomic
def clear_screening(*, screening: Screening, reason: str, by: User, now: datetime) -> None:
    """Somebody who may has looked at the answers: the patient may be treated. The name stays."""
    lock(screening.patient)
    if not reason.strip():
        refuse("Write why it is safe.")
    _check_newest(screening)
    if screening.outcome != _Outcome.TO_CHECK:
        refuse("There is nothing to check.")
    rows = Screening.objects.filter(pk=screening.pk, cleared_at=None)
    if rows.update(cleared_at=now, cleared_by=by, clear_reason=reason.strip()[:200]):
        note_change(screening.patient, by, now)


@retry_on_contention
@transaction.atomic
def record_consent(*, patient: Patient, scope: str, by: User, now: datetime) -> Consent:
    """The patient has signed on paper; answer the consent that stands. One that no longer counts,
    because its text was replaced, gives way."""
    lock(patient)
    standing = Consent.objects.standing().select_related("text")
    found = standing.filter(patient=patient, scope=scope).first()
    if found and found.counts:
        return found
    if found:
        end_consent(found, Consent.End.RENEWED, by, now)
    note_change(patient, by, now)
    return Consent.objects.create(patient=patient, scope=scope, given_at=now, recorded_by=by)


@retry_on_contention
@transaction.atomic
def withdraw_consent(
    *, consent: Consent, by: User, now: datetime, is_mistake: bool = False
) -> None:
    """The patient no longer agrees; or it was noted by mistake, which only happens on paper. The
    row stays."""
    lock(consent.patient)
    if is_mistake and consent.is_signed_here:
        refuse("It was signed on the screen: it can be withdrawn, not undone.")
    end = Consent.End.MISTAKE if is_mistake else Consent.End.WITHDRAWN
    if end_consent(consent, end, by, now):
        note_change(consent.patient, by, now)


def end_consent(consent: Consent, end: str, by: User, now: datetime) -> bool:
    """Under the patient's lock; False when it had ended before."""
    rows = Consent.objects.filter(pk=consent.pk, withdrawn_at=None)
    return bool(rows.update(withdrawn_at=now, withdrawn_by=by, end=end))


def lock(patient: Patient) -> None:
    """What every change of answers and consents begins with."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


def _check_newest(screening: Screening) -> None:
    """Refuse what was pressed on a page that is older than the answers."""
    if readiness.newest_screening(screening.patient_id) != screening:
        refuse("Other answers were recorded meanwhile. The page was older than that.")


def note_change(patient: Patient, by: User, now: datetime) -> None:
    """On the list of who touched the record."""
    RecordAccess.objects.create(
        user=by,
        record=RECORD,
        record_id=patient.pk,
        action=RecordAccess.Action.CHANGE,
        at=now,
    )
