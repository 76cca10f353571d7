"""Write down health answers, and clear what they say against one treatment."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clinic.accounts.models import User
from patients.actions import screening
from patients.actions.readiness import lock, refuse
from patients.actions.retry import retry_on_contention
from patients.models import Clearance, Patient, Screening
from treatments.actions import course_messages
from treatments.protocol_data.model import Modality
from treatments.queries import visit_checks


@retry_on_contention
@transaction.atomic
def record(*, patient: Patient, now: datetime, **given: Any) -> Screening:
    """As `patients.actions.screening.record_answers`; whoever has answered is not reminded to."""
    made = screening.record_answers(patient=patient, now=now, **given)
    course_messages.replan_of(patient, now)
    return made


@retry_on_contention
@transaction.atomic
def clear_block(
    *,
    asking: Screening,
    modality: Modality,
    row: int,
    reason: str,
    on: date,
    by: User,
    now: datetime,
) -> None:
    """A clinician finds the treatment safe on this day in spite of one row of the matrix.

    Raises ReadinessRefusedError without a reason, and when the row no longer stops the treatment.
    """
    level = Clearance.Level.BLOCK
    _clear(asking, modality, [row], level, reason, on, by, now)


@retry_on_contention
@transaction.atomic
def take_note(
    *, asking: Screening, modality: Modality, rows: Iterable[int], on: date, by: User, now: datetime
) -> None:
    """Whoever treats has read these cautions."""
    _clear(asking, modality, list(rows), Clearance.Level.CAUTION, "", on, by, now)


def _clear(
    asking: Screening,
    modality: Modality,
    rows: list[int],
    level: Clearance.Level,
    reason: str,
    on: date,
    by: User,
    now: datetime,
) -> None:
    lock(asking.patient)
    judged = visit_checks.of_patient(asking.patient, [modality], on)[modality].judged
    known = {each.flag.row: each for each in judged if each.flag.level == level}
    if not rows or not known.keys() >= set(rows):
        refuse("That no longer stands in the answers. The page was older than that.")
    if all(not known[row].is_open for row in rows):
        return
    screening.clear(
        screening=asking, modality=modality, rows=rows, level=level, reason=reason, by=by, now=now
    )
