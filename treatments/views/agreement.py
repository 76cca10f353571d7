"""Agreeing the plan that a decision leads to."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.models import Appointment
from clinic.views.location import current
from patients.actions.retry import TryAgain
from patients.views.frame import frame
from treatments.actions import agreeing
from treatments.actions.agreeing import PlanRefused
from treatments.forms.agreement import PlanForm
from treatments.models import Decision, Plan
from treatments.queries import decisions, protocols

PLAN = "treatments.plan"


@requires("treatments.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: StaffRequest, pk: int) -> HttpResponse:
    """Agree all courses of a decision at once, filled in as they usually are."""
    decision = get_object_or_404(decisions.to_plan(), pk=pk)
    if made := decisions.plan_of(decision):
        return redirect("plan", made.pk)
    data = request.POST if request.method == "POST" else None
    form = _form(request, decision, data)
    if form.is_valid():
        try:
            return _agreed(request, decision, form)
        except PlanRefused as refused:
            form.add_error(None, str(refused))
        except TryAgain as busy:
            form.add_error(None, str(busy))
    context = {
        **frame(decision.patient, "plans", timezone.now()),
        "decision": decision,
        "form": form,
        "running": decisions.running(decision),
    }
    return render(request, "treatments/plan_form.html", context, status=422 if data else 200)


def _form(request: StaffRequest, decision: Decision, data: object) -> PlanForm:
    running = decisions.running(decision)
    chosen = {each.modality for each in decision.options.all()} - set(running)
    return PlanForm(
        data,
        decision=decision,
        protocols=protocols.of_modalities(chosen),
        here=current(request),
        today=_today(decision),
        visit=_visit(decision),
    )


def _today(decision: Decision) -> date:
    return timezone.localdate(timezone=decision.patient.zone)


def _visit(decision: Decision) -> Appointment | None:
    """The visit of the assessment, if it takes place and stands for no session yet."""
    visit = decision.assessment.appointment
    there = (Appointment.Status.ARRIVED, Appointment.Status.IN_ROOM, Appointment.Status.DONE)
    free = visit is not None and not hasattr(visit, "session") and visit.status in there
    return visit if free else None


def _agreed(request: StaffRequest, decision: Decision, form: PlanForm) -> HttpResponse:
    plan: Plan = agreeing.agree(
        patient=decision.patient, terms=form.terms(), by=request.user, now=timezone.now()
    )
    note_access(request, PLAN, plan.pk, RecordAccess.Action.CHANGE)
    messages.success(request, _("The plan is agreed. Now its dates."))
    return redirect("plan", plan.pk)
