"""Assessments to read: all of a patient, and one as it was signed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.models import Patient
from patients.queries.record import RECORD
from patients.views.frame import frame
from treatments.models import Assessment
from treatments.queries import assessments
from treatments.views.assessment_editor import editor
from treatments.views.assessment_words import facts_of, summaries, summary_of


@requires("treatments.view_assessment")
@require_safe
def record(request: StaffRequest, pk: int) -> HttpResponse:
    """All assessments of a patient, open drafts on top."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    found = summaries(assessments.of_patient(patient))
    drafts = [each for each in found if not each.assessment.is_signed]
    context = {
        **frame(patient, "assessments", timezone.now()),
        "drafts": drafts,
        "own": any(each.assessment.started_by_id == request.user.pk for each in drafts),
        "signed": [each for each in found if each.assessment.is_signed],
        "now": timezone.localtime(timezone=patient.zone),
    }
    return render(request, "treatments/assessments.html", context)


@requires("treatments.view_assessment")
@require_safe
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One's own draft to go on with; anything else to read."""
    rows = assessments.with_findings().select_related("patient", "based_on")
    found = get_object_or_404(rows, pk=pk)
    note_access(request, RECORD, found.patient_id, RecordAccess.Action.READ)
    if _is_own_draft(request, found):
        return editor(request, found)
    before = assessments.with_findings().filter(followed_by=found).first()
    context = {
        **frame(found.patient, "assessments", timezone.now()),
        "assessment": found,
        "summary": summary_of(found, before),
        "facts": facts_of(found),
    }
    return render(request, "treatments/assessment.html", context)


def _is_own_draft(request: StaffRequest, found: Assessment) -> bool:
    own = found.started_by_id == request.user.pk and not found.is_signed
    return own and request.user.has_perm("treatments.add_assessment")
