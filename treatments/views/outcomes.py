"""A patient's results over time, and recording how clinician and patient judge them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.models import Patient
from patients.queries.record import RECORD
from patients.views.frame import frame
from treatments.actions import outcomes
from treatments.actions.outcomes import OutcomeRefused
from treatments.forms.outcomes import OutcomeForm
from treatments.views.outcome_words import results_of


@requires("treatments.view_assessment")
@require_safe
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Counts, sessions and judgements of one patient."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    return _page(request, patient)


@requires("treatments.add_outcome")
@require_POST
def record(request: StaffRequest, pk: int) -> HttpResponse:
    """Write one look at the result down."""
    patient = get_object_or_404(Patient, pk=pk)
    form = OutcomeForm(request.POST, courses=results_of(patient).to_judge)
    if not form.is_valid():
        return _page(request, patient, form, status=422)
    try:
        outcomes.record(
            course=form.chosen(), judgement=form.judgement(), by=request.user, now=timezone.now()
        )
    except OutcomeRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, patient, form, status=422)
    note_access(request, RECORD, pk, RecordAccess.Action.CHANGE)
    messages.success(request, _("The result is recorded."))
    return redirect("patient-outcomes", pk)


def _page(
    request: StaffRequest, patient: Patient, form: OutcomeForm | None = None, status: int = 200
) -> HttpResponse:
    results = results_of(patient)
    context = {
        **frame(patient, "outcomes", timezone.now()),
        "results": results,
        "form": form or OutcomeForm(courses=results.to_judge),
    }
    return render(request, "treatments/outcomes.html", context, status=status)
