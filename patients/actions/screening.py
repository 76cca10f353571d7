"""Write down the answers to the health questions.

The patient's row is locked, as the booking door does, so that nobody is received while the answers
change. A form sent twice writes once, by its key.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from clinic.accounts.models import User
from patients.actions.readiness import lock, note_change, refuse
from patients.actions.retry import retry_on_contention
from patients.models import Clearance, Patient, Screening, ScreeningAnswer
from patients.queries import readiness
from patients.queries import screening as queries
from patients.questionnaire import QUESTIONS, Answer
from patients.screening_rules import asked, feeding, holds_until, objections

_Outcome = Screening.Outcome


class AnswersRefusedError(Exception):
    """Nothing was written: these answers are missing or cannot be, by the key of the question."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = sentences


@retry_on_contention
@transaction.atomic
def record_answers(
    *,
    patient: Patient,
    answers: Mapping[str, Answer],
    taken_over: Iterable[str] = (),
    seen: int | None = None,
    note: str = "",
    key: UUID | None = None,
    on: date,
    by: User,
    now: datetime,
) -> Screening:
    """The health questions were answered in full on this local day.

    `taken_over` are those of which the patient said that nothing has changed since the asking
    `seen`. A `note` is something that no question asks about: a clinician looks at it. Answers to
    questions that these answers do not lead to are left out. Raises AnswersRefusedError if one is
    missing or cannot be, ReadinessRefusedError if others were recorded meanwhile.
    """
    lock(patient)
    if key and (done := Screening.objects.filter(key=key, patient=patient).first()):
        return done
    person = queries.person(patient)
    if wrong := objections(answers, person, on):
        raise AnswersRefusedError(wrong)
    last, unchanged = queries.last_answered(patient.pk), set(taken_over)
    if unchanged and (last is None or last.pk != seen):
        refuse("Other answers were recorded meanwhile. The page was older than that.")
    before = {each.question: each for each in last.answers.all()} if last else {}
    rows = [
        _row(key_of, answers[key_of], before.get(key_of) if key_of in unchanged else None, on)
        for key_of in (question.key for question in asked(answers, person, on))
    ]
    made = _create(patient, rows, note, key, by, now)
    _carry_clearances(last, made, rows)
    note_change(patient, by, now)
    return made


def _row(key: str, answer: Answer, before: ScreeningAnswer | None, on: date) -> ScreeningAnswer:
    """What was confirmed for good holds as long as it did; all else from today."""
    question = QUESTIONS[key]
    until = holds_until(question, answer, on, settings.SCREENING_VALID_DAYS)
    if before and question.lifelong and before.holds_until >= on:
        until = before.holds_until
    return ScreeningAnswer(
        question=key,
        value=answer.value,
        on=answer.on,
        detail=answer.detail.strip()[:200],
        holds_until=until,
        taken_over=before is not None,
    )


def _create(
    patient: Patient,
    rows: list[ScreeningAnswer],
    note: str,
    key: UUID | None,
    by: User,
    now: datetime,
) -> Screening:
    """What the desk noted and nobody has cleared goes on standing beside the answers."""
    notes = [_standing_note(patient), note.strip()]
    said = "; ".join(dict.fromkeys(each for each in notes if each))[:200]
    made = Screening.objects.create(
        patient=patient,
        outcome=_Outcome.TO_CHECK if said else _Outcome.ANSWERED,
        note=said,
        valid_until=min(row.holds_until for row in rows),
        key=key,
        recorded_at=now,
        recorded_by=by,
    )
    for row in rows:
        row.screening = made
    ScreeningAnswer.objects.bulk_create(rows)
    return made


def _standing_note(patient: Patient) -> str:
    newest = readiness.newest_screening(patient.pk)
    return newest.note if newest and newest.stops else ""


def _carry_clearances(last: Screening | None, made: Screening, rows: list[ScreeningAnswer]) -> None:
    """What was cleared stays cleared where the answers behind it hold for good and are the same."""
    if last is None:
        return
    now_said = {row.question: row.as_answer for row in rows}
    before = {row.question: row.as_answer for row in last.answers.all()}
    kept = [each for each in last.clearances.all() if _is_same(each.row, before, now_said)]
    Clearance.objects.bulk_create(
        Clearance(
            screening=made,
            row=each.row,
            modality=each.modality,
            level=each.level,
            reason=each.reason,
            cleared_at=each.cleared_at,
            cleared_by_id=each.cleared_by_id,
            carried=each,
        )
        for each in kept
    )


def _is_same(row: int, before: Mapping[str, Answer], now_said: Mapping[str, Answer]) -> bool:
    questions = feeding(row)
    return bool(questions) and all(
        question.lifelong and before.get(question.key) == now_said.get(question.key)
        for question in questions
    )


@retry_on_contention
@transaction.atomic
def clear(
    *,
    screening: Screening,
    modality: str,
    rows: Iterable[int],
    level: str,
    reason: str = "",
    by: User,
    now: datetime,
) -> None:
    """These rows of the matrix were looked at for one treatment. Pressed twice, the first stays.

    What the rows say is judged by the app that knows the treatments (`treatments.actions`), which
    calls this under its own rules. Raises ReadinessRefusedError for a block without a reason, and
    when other answers were recorded meanwhile.
    """
    lock(screening.patient)
    if level == Clearance.Level.BLOCK and not reason.strip():
        refuse("Write why it is safe.")
    if queries.last_answered(screening.patient_id) != screening:
        refuse("Other answers were recorded meanwhile. The page was older than that.")
    made = [
        Clearance(
            screening=screening,
            row=row,
            modality=modality,
            level=level,
            reason=reason.strip()[:200],
            cleared_at=now,
            cleared_by=by,
        )
        for row in rows
    ]
    Clearance.objects.bulk_create(made, ignore_conflicts=True)
    note_change(screening.patient, by, now)
