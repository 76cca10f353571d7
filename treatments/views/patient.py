"""The record of one patient at a glance: the page that knows all three apps."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.models import Patient
from patients.queries.record import RECORD
from patients.views.frame import tabs_of
from treatments.views.overview import overview_of


@requires("treatments.view_plan")
@require_safe
def overview(request: StaffRequest, pk: int) -> HttpResponse:
    """Alerts, courses, visits, letters and history of one patient."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    page = overview_of(patient, timezone.now())
    context = {
        "section": "patients",
        "patient": patient,
        "page": page,
        "header": page.header,
        "tabs": tabs_of(pk, "detail"),
    }
    return render(request, "treatments/patient.html", context)
