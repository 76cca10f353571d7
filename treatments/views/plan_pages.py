"""Plans to read, to print and to act on."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess, User
from patients.models import Patient
from patients.queries.record import RECORD
from patients.views.frame import frame
from treatments.models import Course, Plan
from treatments.queries import decisions, outcomes, plans
from treatments.views.course_lines import course_line
from treatments.views.outcome_words import Milia, milia_of
from treatments.views.plan_words import planned


@requires("treatments.view_plan")
@require_safe
def record(request: StaffRequest, pk: int) -> HttpResponse:
    """All plans of a patient, those that run on top; what waits for a decision."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    now = timezone.now()
    found = [
        (plan, [course_line(each, now) for each in plan.courses.all()])
        for plan in plans.of_patient(patient)
    ]
    context = {
        **frame(patient, "plans", now),
        "running": [(plan, lines) for plan, lines in found if _runs(lines)],
        "earlier": [(plan, lines) for plan, lines in found if not _runs(lines)],
        "decisions": decisions.without_plan(patient),
        "undecided": decisions.undecided(patient),
    }
    return render(request, "treatments/plans.html", context)


@requires("treatments.view_plan")
@require_safe
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One plan: sessions and evenings, reviews, what stops it; made to be printed."""
    plan = get_object_or_404(plans.with_courses(), pk=pk)
    note_access(request, RECORD, plan.patient_id, RecordAccess.Action.READ)
    now = timezone.now()
    context = {
        **frame(plan.patient, "plans", now),
        "plan": plan,
        "courses": planned(plan, now),
        "today": timezone.localdate(timezone=plan.patient.zone),
        "milia": _milia(request.user, plan),
    }
    return render(request, "treatments/plan.html", context)


def _milia(user: User, plan: Plan) -> Milia | None:
    """What was counted, with the sessions of this plan; one query."""
    if not user.has_perm("treatments.view_assessment"):
        return None
    return milia_of(plan.courses.all(), outcomes.counted(plan.patient))


def _runs(lines: object) -> bool:
    over = (Course.Status.STOPPED, Course.Status.COMPLETED)
    return any(line.course.status not in over for line in cast(list, lines))  # type: ignore[type-arg]
