"""Changing how often a retinoid is used at home."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.models import Patient
from treatments.actions import course_messages
from treatments.models import Course, Regimen, RegimenChange
from treatments.queries import courses, regimens

What = RegimenChange.What
STEPS = (What.UP, What.DOWN, What.HOLD)


class RegimenRefused(Exception):
    """This change cannot be made; the text says why."""


@transaction.atomic
def step(
    *, regimen: Regimen, what: RegimenChange.What, reason: str, by: User, now: datetime
) -> RegimenChange:
    """One rung up or down, or this rung for a week longer, from this week on; the patient is told.

    Raises RegimenRefused at the ends of the ladder, outside of its weeks, for a course that is not
    active, and for fewer evenings without a reason.
    """
    patient = regimen.course.plan.patient_id
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient)
    regimen = Regimen.objects.select_related("course__protocol", "course__plan__patient").get(
        pk=regimen.pk
    )
    today = now.astimezone(regimen.course.location.zone).date()
    laid = regimens.laid_out(regimen, today)
    rung = _current_rung(regimen, laid)
    to = {What.UP: rung + 1, What.DOWN: rung - 1}.get(what)
    _may_step(what, to, len(laid.rungs), reason)
    made = RegimenChange.objects.create(
        regimen=regimen,
        on=today,
        what=what,
        from_rung=rung if to is not None else None,
        to_rung=to,
        reason=reason.strip(),
        changed_at=now,
        changed_by=by,
    )
    course = courses.with_sessions().get(pk=regimen.course_id)
    course_messages.replan(course=course, now=now, reason="evenings changed")
    return made


def _current_rung(regimen: Regimen, laid: regimens.LaidOut) -> int:
    if regimen.course.status != Course.Status.ACTIVE:
        state = regimen.course.get_status_display().lower()
        raise RegimenRefused(
            _("This course is %(state)s. Take it up again first.") % {"state": state}
        )
    if laid.current is None:
        raise RegimenRefused(_("It has not begun yet, or its weeks are over."))
    return laid.current.rung


def _may_step(what: RegimenChange.What, to: int | None, rungs: int, reason: str) -> None:
    if what not in STEPS:
        raise RegimenRefused(_("Choose more evenings, fewer, or one week longer as it is."))
    if to is not None and to > rungs:
        raise RegimenRefused(_("It is used every evening already."))
    if to is not None and to < 1:
        raise RegimenRefused(_("Fewer evenings are not on the ladder. Pause it instead."))
    if what == What.DOWN and not reason.strip():
        raise RegimenRefused(_("Say why there are fewer evenings."))
