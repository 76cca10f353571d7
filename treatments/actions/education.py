"""The letter on why milia are not squeezed: planned when milia are found, or a course is agreed."""

import logging
from datetime import datetime

from django.db import transaction

from patients.actions import messages
from patients.actions.messages import quiet_hours
from patients.models import Patient
from treatments.message_schedule import EDUCATION_LASTS, education_timeline
from treatments.queries import education

log = logging.getLogger(__name__)


@transaction.atomic(savepoint=False)
def plan(*, patient: Patient, now: datetime) -> bool:
    """Make the ledger agree; answer whether it changed. Once sent, refused or skipped, the letter
    is never planned again. The patient's row is locked by the action that calls this."""
    wanted = education_timeline(education.since(patient), patient.zone, quiet_hours())
    plans = {education.subject_key(patient.pk): wanted}
    return any(messages.reconcile(patient=patient, plans=plans, now=now))


def plan_all(*, now: datetime) -> int:
    """Plan what an event that was lost left unplanned; answer how many letters that were."""
    missed = education.not_planned(after=now - EDUCATION_LASTS)
    return sum(_plan_one(pk, now) for pk in missed.values_list("pk", flat=True))


def _plan_one(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            return plan(patient=patient, now=now)
    except Exception:
        log.exception("a letter could not be planned")
        return False
