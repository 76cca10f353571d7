"""What the signed review of a retinoid says becomes so at home, and the patient is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.models import Patient
from treatments.actions import courses, regimens
from treatments.actions.regimens import RegimenRefused
from treatments.models import Course, Regimen, RegimenChange, Visit
from treatments.models.visit_records import RegimenRecord
from treatments.queries.visits import record_of

Step = RegimenRecord.Step
What = RegimenChange.What
CHANGES: Final[Mapping[str, What]] = {
    Step.UP: What.UP,
    Step.DOWN: What.DOWN,
    Step.PAUSE: What.PAUSE,
    Step.STOP: What.STOP,
}
"""Whoever leaves it as it is changes nothing: the ladder goes on."""


def follow(*, visit: Visit, by: User, now: datetime) -> None:
    """More or fewer evenings, a pause, an end, as the record of this visit has it.

    What cannot be changed (every evening already, not begun yet, no longer in use) and what was
    changed like this on the same day stay as they are: a record is signed all the same. The
    patient's row is locked.
    """
    record = record_of(visit)
    what = CHANGES.get(record.next_step) if isinstance(record, RegimenRecord) else None
    regimen = _in_use(visit.patient) if what else None
    if what is None or regimen is None or _is_so_already(regimen, what, now):
        return
    reason = _("At the review")
    if what == What.PAUSE:
        courses.pause(course=regimen.course, reason=reason, until=None, by=by, now=now)
    elif what == What.STOP:
        courses.stop(course=regimen.course, reason=reason, by=by, now=now)
    else:
        _step(regimen, what, reason, by, now)


def _step(regimen: Regimen, what: What, reason: str, by: User, now: datetime) -> None:
    try:
        regimens.step(regimen=regimen, what=what, reason=reason, by=by, now=now)
    except RegimenRefused:
        return


def _in_use(patient: Patient) -> Regimen | None:
    rows = Regimen.objects.filter(
        course__plan__patient=patient, course__status=Course.Status.ACTIVE
    )
    return rows.select_related("course__location", "course__plan").order_by("-pk").first()


def _is_so_already(regimen: Regimen, what: What, now: datetime) -> bool:
    today = now.astimezone(regimen.course.location.zone).date()
    return RegimenChange.objects.filter(regimen=regimen, what=what, on=today).exists()
