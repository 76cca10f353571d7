"""Registering a patient and correcting who they are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.actions import registration
from patients.actions.retry import TryAgain
from patients.forms.fields import known_ids
from patients.forms.registration import (
    DetailsForms,
    EmailConsentForm,
    RegistrationForm,
    prefilled,
)
from patients.models import Patient
from patients.queries import record
from patients.views.frame import frame
from patients.views.search import lines

CHANGED_MEANWHILE = gettext_lazy(
    "Somebody else saved these details while this page was open. Theirs stand, yours are not "
    "saved. Open the page again to see theirs, then change what is still to be changed."
)


@requires("patients.add_patient")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    """Register a patient; similar ones are shown first, and may then be passed over."""
    query = request.GET.get("q", "")
    form = RegistrationForm(request.POST or None, initial=prefilled(query))
    similar: list[Patient] = []
    status = 200
    if form.is_valid():
        try:
            patient = _register(request, form)
        except registration.PossiblyKnownError as found:
            similar = found.patients
        except registration.RegistrationRefusedError as refused:
            form.add_error(refused.field, refused.sentence)
        except TryAgain as busy:
            status = _busy(request, busy)
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": patient.full_name})
            return _onward(request, patient)
    similar_lines = lines(similar, timezone.localdate())
    context = {"form": form, "similar": similar_lines, "query": query, "section": "patients"}
    return render(request, "patients/register.html", context, status=status)


def _onward(request: StaffRequest, patient: Patient) -> HttpResponse:
    """To the new record, or back to the page of ours that sent here for somebody new."""
    asked = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not ours:
        return redirect("patient-detail", patient.pk)
    return redirect(f"{asked}{'&' if '?' in asked else '?'}patient={patient.pk}")


def _busy(request: StaffRequest, busy: TryAgain) -> int:
    """Say so above the page, which is shown again as it was filled in; the status for it."""
    messages.error(request, str(busy))
    return 409


def _register(request: StaffRequest, form: RegistrationForm) -> Patient:
    return registration.register(
        details=form.details(),
        email_consent=form.cleaned_data["email_consent"],
        known=known_ids(request.POST.getlist("known")),
        by=request.user,
        now=timezone.now(),
    )


@requires("patients.change_patient")
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: StaffRequest, pk: int) -> HttpResponse:
    """Show and correct who a patient is and how we reach them."""
    patient = get_object_or_404(Patient.objects.select_related("email_consent_by"), pk=pk)
    data = request.POST if request.method == "POST" else None
    forms = DetailsForms(patient, record.details(patient), data)
    if data is None:
        note_access(request, record.RECORD, pk, RecordAccess.Action.READ)
    elif forms.are_valid():
        try:
            if _correct(request, patient, forms):
                messages.success(request, _("The details are saved."))
                return redirect("patient-details", pk)
        except TryAgain as busy:
            return _details_page(request, patient, forms, _busy(request, busy))
    return _details_page(request, patient, forms)


def _details_page(
    request: StaffRequest, patient: Patient, forms: DetailsForms, status: int = 200
) -> HttpResponse:
    context = frame(patient, "details", timezone.now()) | {"forms": forms}
    return render(request, "patients/details.html", context, status=status)


def _correct(request: StaffRequest, patient: Patient, forms: DetailsForms) -> bool:
    try:
        registration.correct(
            patient=patient,
            details=forms.details(),
            seen=forms.person.cleaned_data["seen"],
            by=request.user,
            now=timezone.now(),
        )
    except registration.RegistrationRefusedError as refused:
        forms.person.add_error(refused.field, refused.sentence)
        return False
    except registration.ChangedMeanwhileError:
        forms.person.add_error(None, CHANGED_MEANWHILE)
        return False
    return True


@requires("patients.change_patient")
@require_POST
def email_consent(request: StaffRequest, pk: int) -> HttpResponse:
    """Record whether the patient wants e-mail."""
    patient = get_object_or_404(Patient, pk=pk)
    form = EmailConsentForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("Choose yes or no. Nothing was changed."), status=422)
    given, now = form.cleaned_data["given"], timezone.now()
    try:
        registration.record_email_consent(patient=patient, given=given, by=request.user, now=now)
    except TryAgain as busy:
        forms = DetailsForms(patient, record.details(patient), None)
        return _details_page(request, patient, forms, _busy(request, busy))
    messages.success(request, _("The answer about e-mail is recorded."))
    return redirect("patient-details", pk)
