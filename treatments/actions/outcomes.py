"""Recording what came of a course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.actions.retry import retry_on_contention
from patients.models import Patient
from treatments.models import Assessment, Course, Outcome

# the same words again within this time are one press too many
AGAIN = timedelta(minutes=2)


class OutcomeRefused(Exception):
    """It cannot be recorded like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """GAIS in steps of 1 to 5 (1 is best), satisfaction 0 to 10; None where nobody said."""

    gais_clinician: int | None = None
    gais_patient: int | None = None
    satisfaction: int | None = None
    late_effects: Sequence[str] = ()
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return self.gais_clinician is self.gais_patient is self.satisfaction is None


@retry_on_contention
@transaction.atomic
def record(*, course: Course, judgement: Judgement, by: User, now: datetime) -> Outcome:
    """Write it down beside the last signed assessment; a repeated press answers the same row.

    Raises OutcomeRefused when none of the three judgements is given, for a patient who has died,
    or before any session is done.
    """
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(
        pk=course.plan.patient_id
    )
    if judgement.is_empty:
        raise OutcomeRefused(_("Record at least one of the three judgements."))
    if patient.deceased:
        raise OutcomeRefused(_("%(name)s is recorded as deceased.") % {"name": patient.full_name})
    if not course.sessions.filter(appointment__status="done").exists():
        raise OutcomeRefused(_("No session of this course is done yet: there is no result."))
    values = {
        "gais_clinician": judgement.gais_clinician,
        "gais_patient": judgement.gais_patient,
        "satisfaction": judgement.satisfaction,
        "late_effects": sorted(judgement.late_effects),
        "note": judgement.note,
    }
    same = Outcome.objects.filter(
        course=course, recorded_by=by, recorded_at__gt=now - AGAIN, **values
    ).first()
    if same is not None:
        return same
    last = Assessment.objects.signed().filter(patient=patient).order_by("-signed_at").first()
    return Outcome.objects.create(
        course=course, assessment=last, recorded_at=now, recorded_by=by, **values
    )
