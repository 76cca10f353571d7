"""Signed visits: the list of a record, one of them, and what is added to it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.models import Patient
from patients.queries.header import header_of
from patients.queries.record import RECORD as PATIENT
from patients.views.frame import frame
from treatments.actions import visits as actions
from treatments.actions.visits import VisitRefused
from treatments.forms.visit_addendum import AddendumForm
from treatments.models import Visit
from treatments.queries import visits
from treatments.views import visit_lines
from treatments.views.visits import RECORD

PER_PAGE = 25


@requires("treatments.view_visit")
@require_safe
def of_patient(request: StaffRequest, pk: int) -> HttpResponse:
    """All visits of a patient that were logged, the newest first."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, PATIENT, pk, RecordAccess.Action.READ)
    rows = visits.with_parts().filter(patient=patient).order_by("-appointment__during", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = frame(patient, "visits", timezone.now()) | {
        "page": page,
        "entries": visit_lines.entries(list(page)),
    }
    return render(request, "treatments/visit_list.html", context)


@requires("treatments.view_visit")
@require_safe
def record(request: StaffRequest, pk: int) -> HttpResponse:
    """One signed visit with its addenda."""
    return _record(request, pk, AddendumForm())


@requires("treatments.sign_visit")
@require_POST
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """Add to a signed visit."""
    visit, form = get_object_or_404(Visit, pk=pk), AddendumForm(request.POST)
    if not form.is_valid():
        return _record(request, pk, form, 422)
    try:
        actions.add(
            visit=visit, text=form.cleaned_data["text"], by=request.user, now=timezone.now()
        )
    except VisitRefused as refused:
        form.add_error(None, str(refused))
        return _record(request, pk, form, 409)
    note_access(request, RECORD, pk, RecordAccess.Action.CHANGE)
    messages.success(request, _("Added. What was signed stays as it was."))
    return redirect("visit-record", pk)


def _record(request: StaffRequest, pk: int, form: AddendumForm, status: int = 200) -> HttpResponse:
    visit = get_object_or_404(visits.with_parts(), pk=pk)
    if not visit.is_signed:
        return redirect("visit-log", visit.appointment_id)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    context = {
        "section": "patients",
        "patient": visit.patient,
        "header": header_of(visit.patient, timezone.now()),
        "visit": visit,
        "line": visit_lines.line_of(visit),
        "facts": visit_lines.facts_of(visit),
        "form": form,
    }
    return render(request, "treatments/visit_record.html", context, status=status)
