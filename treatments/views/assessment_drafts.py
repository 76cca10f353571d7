"""Beginning, saving, signing and throwing away the draft of an assessment."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.actions.retry import TryAgain
from patients.models import Patient
from patients.queries.record import RECORD
from patients.views.frame import frame
from treatments.actions import assessments as act
from treatments.actions.assessments import NotReadyToSign
from treatments.actions.drafts import DraftOver, DraftRefused, DraftStale
from treatments.forms.assessments import AssessmentForms
from treatments.models import Assessment
from treatments.queries import assessments
from treatments.views.assessment_editor import editor


@requires("treatments.add_assessment")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin, or go on with one's own draft; who else is at it is said first."""
    patient = get_object_or_404(Patient, pk=pk)
    drafts = assessments.open_drafts(patient)
    own = next((each for each in drafts if each.started_by_id == request.user.pk), None)
    if own:
        return redirect("assessment", own.pk)
    if request.method == "POST":
        try:
            draft = act.start(patient=patient, by=request.user, now=timezone.now())
            return redirect("assessment", draft.pk)
        except (DraftRefused, TryAgain) as refused:
            messages.error(request, str(refused))
            return redirect("patient-assessments", pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    context = {"drafts": drafts, "latest": assessments.latest(patient)}
    context |= frame(patient, "assessments", timezone.now())
    return render(request, "treatments/assessment_new.html", context)


@requires("treatments.add_assessment")
@require_POST
def save(request: StaffRequest, pk: int) -> HttpResponse:
    """Save the draft; the page asks for it by itself, or its button without scripts."""
    draft = _draft(pk)
    forms = AssessmentForms(draft, request.POST)
    answer, status = _saved(request, draft, forms)
    if "X-Draft" in request.headers:
        return JsonResponse(answer, status=status)
    if status == 422:
        return editor(request, draft, forms, status=status)
    if status == 200:
        messages.success(request, _("The assessment is saved."))
    else:
        messages.error(request, str(answer["sentence"]))
    return redirect("assessment", pk)


def _saved(
    request: StaffRequest, draft: Assessment, forms: AssessmentForms
) -> tuple[dict[str, object], int]:
    """The answer as static/js/drafts.js takes it, and its status."""
    if not forms.are_valid():
        return _wrong(forms), 422
    try:
        saved = act.save(
            assessment=draft,
            seen=forms.seen,
            entered=forms.entered(),
            by=request.user,
            now=timezone.now(),
        )
    except DraftRefused as refused:
        forms.refuse(refused.name, str(refused))
        return {"sentence": str(refused), "errors": {refused.name: str(refused)}}, 422
    except (DraftStale, TryAgain) as stale:
        return {"sentence": str(stale)}, 503 if isinstance(stale, TryAgain) else 409
    except DraftOver as over:
        return {"sentence": str(over)}, 410
    rows = {row: [each.pk, each.number] for row, each in saved.rows.items()}
    return {"version": saved.draft.version, "rows": rows}, 200


def _wrong(forms: AssessmentForms) -> dict[str, object]:
    errors = forms.errors()
    first = next(iter(errors.values()), "")
    return {"sentence": _("Not saved yet: %(what)s") % {"what": first}, "errors": errors}


@requires("treatments.sign_assessment")
@require_POST
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Save what the page holds, then sign it."""
    draft = _draft(pk)
    forms = AssessmentForms(draft, request.POST)
    answer, status = _saved(request, draft, forms)
    if status in (409, 410, 503) or draft.started_by_id != request.user.pk:
        messages.error(request, str(answer["sentence"]))
        return redirect("assessment", pk)
    if status == 422:
        return editor(request, draft, forms, status=status)
    try:
        act.sign(assessment=draft, by=request.user, now=timezone.now())
    except NotReadyToSign as refused:
        return editor(request, _draft(pk), refusal=refused.sentences, status=422)
    messages.success(request, _("The assessment is signed."))
    return redirect("assessment", pk)


@requires("treatments.add_assessment")
@require_POST
def catch_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Take over what somebody else signed meanwhile."""
    try:
        act.catch_up(assessment=_draft(pk), by=request.user, now=timezone.now())
    except (DraftRefused, DraftOver, TryAgain) as refused:
        messages.error(request, str(refused))
    return redirect("assessment", pk)


@requires("treatments.add_assessment")
@require_POST
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw one's own draft away."""
    draft = _draft(pk)
    try:
        act.discard(assessment=draft, by=request.user, now=timezone.now())
    except (DraftRefused, DraftOver, TryAgain) as refused:
        messages.error(request, str(refused))
        return redirect("assessment", pk)
    messages.success(request, _("The draft is thrown away."))
    return redirect("patient-assessments", draft.patient_id)


def _draft(pk: int) -> Assessment:
    rows = assessments.with_findings().select_related("patient", "based_on")
    return get_object_or_404(rows, pk=pk)
