"""Deciding on a treatment for a signed assessment, and what was decided."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.actions.retry import TryAgain
from patients.queries.record import RECORD
from patients.views.frame import frame
from treatments.actions import decisions
from treatments.actions.decisions import DecisionRefused
from treatments.forms.decisions import DecisionForm
from treatments.models import Assessment, Decision
from treatments.queries import assessments, guidance
from treatments.queries import decisions as decided
from treatments.views.assessment_words import facts_of, summary_of

DECISION = "treatments.decision"


@requires("treatments.view_assessment")
@require_safe
def choose(request: StaffRequest, pk: int) -> HttpResponse:
    """What speaks for and against the six ways, to decide on; what was decided, once it was."""
    assessment = _signed(pk)
    note_access(request, RECORD, assessment.patient_id, RecordAccess.Action.READ)
    before = decided.newest_of(assessment)
    if before and "again" not in request.GET:
        return redirect("decision", before.pk)
    return _page(request, assessment, None)


@requires("treatments.decide")
@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign the decision; the plan follows if it is to treat."""
    assessment = _signed(pk)
    shown = guidance.advise(assessment, _today(assessment))
    form = DecisionForm(request.POST, guidance=shown.guidance)
    if form.is_valid():
        try:
            return _onward(request, _decide(request, assessment, form))
        except DecisionRefused as refused:
            form.refuse(str(refused), refused.modality)
        except TryAgain as busy:
            form.add_error(None, str(busy))
    return _page(request, assessment, form, status=422)


@requires("treatments.view_assessment")
@require_safe
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """A decision as it was signed, with all that guidance had shown."""
    decision = get_object_or_404(decided.with_advice(), pk=pk)
    note_access(request, RECORD, decision.patient_id, RecordAccess.Action.READ)
    context = {
        **frame(decision.patient, "plans", timezone.now()),
        "decision": decision,
        "plan": decided.plan_of(decision),
    }
    return render(request, "treatments/decision_detail.html", context)


def _signed(pk: int) -> Assessment:
    rows = assessments.with_findings().signed().select_related("patient", "appointment")
    return get_object_or_404(rows, pk=pk)


def _today(assessment: Assessment) -> Any:
    return timezone.localdate(timezone=assessment.patient.zone)


def _decide(request: StaffRequest, assessment: Assessment, form: DecisionForm) -> Decision:
    decision = decisions.decide(
        assessment=assessment,
        choice=form.choice(),
        by=request.user,
        now=timezone.now(),
        key=form.cleaned_data["key"],
    )
    note_access(request, DECISION, decision.pk, RecordAccess.Action.CHANGE)
    return decision


def _onward(request: StaffRequest, decision: Decision) -> HttpResponse:
    if decision.way == Decision.Way.TREAT:
        return redirect("plan-create", decision.pk)
    said = {
        Decision.Way.OBSERVE: _("Decided: to leave them alone and watch. Nothing is planned."),
        Decision.Way.REFER: _("Decided: biopsy or referral first. Nothing is planned."),
    }
    messages.success(request, said[Decision.Way(decision.way)])
    return redirect("decision", decision.pk)


def _page(
    request: StaffRequest, assessment: Assessment, form: DecisionForm | None, status: int = 200
) -> HttpResponse:
    shown = guidance.advise(assessment, _today(assessment))
    initial = {"key": uuid.uuid4()}
    before = assessments.with_findings().filter(followed_by=assessment).first()
    context = {
        **frame(assessment.patient, "assessments", timezone.now()),
        "assessment": assessment,
        "summary": summary_of(assessment, before),
        "facts": facts_of(assessment),
        "shown": shown,
        "form": form or DecisionForm(guidance=shown.guidance, initial=initial),
    }
    return render(request, "treatments/decision.html", context, status=status)
