"""The consents of one patient: what stands, what ended, and the document of each signature."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.actions import readiness
from patients.actions.readiness import ReadinessRefusedError
from patients.actions.retry import TryAgain
from patients.models import Consent, ConsentDocument, Patient
from patients.queries import consents
from patients.queries.record import RECORD
from patients.views.frame import frame
from patients.views.pdf import pdf_response


@requires("patients.view_consent")
@require_safe
def of_patient(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    lines = consents.lines(patient)
    context = {
        "standing": [each for each in lines if each.consent],
        "unsigned": [each for each in lines if not each.consent],
        "ended": consents.ended(patient),
        **frame(patient, "consents", timezone.now()),
    }
    return render(request, "patients/consents/patient.html", context)


@requires("patients.view_consent")
@require_safe
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """What was signed, exactly as it was made then."""
    rows = ConsentDocument.objects.select_related("consent")
    found = get_object_or_404(rows, consent=pk)
    note_access(request, RECORD, found.consent.patient_id, RecordAccess.Action.READ)
    return pdf_response(bytes(found.pdf), f"consent-{pk}")


@requires("patients.add_consent")
@require_POST
def note_paper(request: StaffRequest, pk: int, scope: str) -> HttpResponse:
    """The patient has signed on paper, and the sheet is in the file."""
    patient = get_object_or_404(Patient, pk=pk)
    try:
        readiness.record_consent(patient=patient, scope=scope, by=request.user, now=timezone.now())
        messages.success(request, _("Noted: signed on paper."))
    except (ReadinessRefusedError, TryAgain) as refused:
        messages.error(request, str(refused))
    return redirect("patient-consents", pk)


@requires("patients.change_consent")
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """From the record: the patient no longer agrees, or paper was noted by mistake."""
    consent = get_object_or_404(Consent.objects.select_related("patient"), pk=pk)
    is_mistake = request.POST.get("end") == Consent.End.MISTAKE
    try:
        readiness.withdraw_consent(
            consent=consent, by=request.user, now=timezone.now(), is_mistake=is_mistake
        )
        messages.success(request, _("This consent no longer stands."))
    except (ReadinessRefusedError, TryAgain) as refused:
        messages.error(request, str(refused))
    return redirect("patient-consents", consent.patient_id)
