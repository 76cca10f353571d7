"""Signing a consent on the screen, and handing the tablet back."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.forms.consents import SignForm
from clinic.models import Appointment, Location
from clinic.queries import consents
from clinic.views.location import current, no_location
from patients.actions import consents as act
from patients.actions.consents import Place
from patients.actions.readiness import ReadinessRefusedError
from patients.actions.retry import TryAgain
from patients.consent_words import blocks
from patients.models import Consent, ConsentText, Patient
from patients.queries import consent_texts
from patients.queries.record import RECORD


class _Scene(NamedTuple):
    """Who signs what, where, and whereto one comes back."""

    patient: Patient
    scope: str
    location: Location
    visit: Appointment | None
    back_url: str


@requires("patients.add_consent")
@require_http_methods(["GET", "POST"])
def sign_for_visit(request: StaffRequest, pk: int) -> HttpResponse:
    """What this visit waits for, unless the address names something else."""
    visits = Appointment.objects.select_related("patient", "location")
    visit = get_object_or_404(visits, pk=pk)
    scope = request.GET.get("scope") or _posted(request) or consents.to_sign(visit)
    back = reverse("appointment-detail", args=[pk])
    return _page(request, _Scene(visit.patient, scope, visit.location, visit, back))


def _posted(request: StaffRequest) -> str:
    """What the form was about: sent twice, it is still about that, though it is signed by now."""
    pk = request.POST.get("text", "")
    known = ConsentText.objects.filter(pk=int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    return (known and known.values_list("scope", flat=True).first()) or ""


@requires("patients.add_consent")
@require_http_methods(["GET", "POST"])
def sign(request: StaffRequest, pk: int, scope: str) -> HttpResponse:
    """Outside of a visit: from the patient's record."""
    patient, location = get_object_or_404(Patient, pk=pk), current(request)
    if location is None:
        return no_location(request)
    back = reverse("patient-consents", args=[pk])
    return _page(request, _Scene(patient, scope, location, None, back))


def _page(request: StaffRequest, scene: _Scene) -> HttpResponse:
    note_access(request, RECORD, scene.patient.pk, RecordAccess.Action.READ)
    text = consent_texts.current(scene.patient.language).get(scene.scope)
    if text is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = SignForm(
        posted, patient_name=scene.patient.full_name, initial=_initial(request, scene, text)
    )
    if form.is_valid() and (made := _signed(request, form, scene)):
        visit = f"?visit={scene.visit.pk}" if scene.visit else ""
        return redirect(f"{reverse('consent-signed', args=[made.pk])}{visit}")
    status = 409 if form.errors else 200
    return render(request, "clinic/consent_sign.html", _context(scene, text, form), status=status)


def _initial(request: StaffRequest, scene: _Scene, text: ConsentText) -> dict[str, Any]:
    explains = consents.explainers().filter(pk=request.user.pk).first()
    return {
        "text": text.pk,
        "explained_by": explains or (scene.visit and consents.who_treats(scene.visit)),
    }


def _signed(request: StaffRequest, form: SignForm, scene: _Scene) -> Consent | None:
    """None when it was refused; the form then says why, and the signature is still in it."""
    data, where = form.cleaned_data, scene.location
    own = ConsentText.objects.filter(scope=scene.scope)
    try:
        return act.sign(
            patient=scene.patient,
            text=get_object_or_404(own, pk=data["text"]),
            signature=form.signature,
            explained_by=data["explained_by"],
            questions_answered=data["questions"],
            place=Place(settings.CLINIC_NAME, where.name, where.address, where.zone),
            key=data["key"],
            by=request.user,
            now=timezone.now(),
        )
    except (ReadinessRefusedError, TryAgain) as refused:
        form.add_error(None, str(refused))
        # the text may be another one by now: it is shown, and signed next time
        form.data = {**request.POST.dict(), "text": str(_newest(scene).pk)}
        return None


def _newest(scene: _Scene) -> ConsentText:
    return consent_texts.current(scene.patient.language)[scene.scope]


def _context(scene: _Scene, text: ConsentText, form: SignForm) -> dict[str, Any]:
    before = consents.standing(scene.patient, scene.scope)
    return {
        "patient": scene.patient,
        "text": text,
        "blocks": blocks(text.body),
        "form": form,
        "visit": scene.visit,
        "location": scene.location,
        "back_url": scene.back_url,
        "now": timezone.now(),
        "signed_before": before if before and before.text_id == text.pk else None,
    }


@requires("patients.view_consent")
@require_safe
def signed(request: StaffRequest, pk: int) -> HttpResponse:
    """For the patient: it is done, hand the tablet back. Nothing else stands here."""
    consent = get_object_or_404(Consent.objects.select_related("patient", "text"), pk=pk)
    note_access(request, RECORD, consent.patient_id, RecordAccess.Action.READ)
    asked = request.GET.get("visit", "")
    own = Appointment.objects.filter(patient=consent.patient_id)
    visit = own.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    context = {"consent": consent, "patient": consent.patient, "visit": visit}
    return render(request, "clinic/consent_signed.html", context)
