"""The message ledger: per patient, for the whole clinic, one letter as it goes out."""

import base64
import hashlib
import re

from csp.constants import NONE, SELF
from django.contrib import messages as banners
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.actions import letters, messages
from patients.models import Message, Patient
from patients.queries import ledger
from patients.queries.record import RECORD
from patients.views.frame import frame

PER_PAGE = 50
CHOICES = (("next", "Next"), ("sent", "Sent"), ("not-sent", "Not sent"), ("failed", "Failed"))


@requires("patients.view_message")
@require_safe
def message_list(request: StaffRequest) -> HttpResponse:
    """Everything planned, sent or held back, for the whole clinic."""
    view = request.GET.get("show", "next")
    view = view if view in ledger.VIEWS else "next"
    page = Paginator(ledger.clinic_wide(view), PER_PAGE).get_page(request.GET.get("page"))
    counts = ledger.counts()
    context = {
        "section": "messages",
        "page_obj": page,
        "entries": ledger.entries(page.object_list),
        "view": view,
        "page_query": f"show={view}&",
        "choices": [
            {
                "url": f"?show={name}",
                "label": f"{label} ({counts[name.replace('-', '_')]})",
                "current": name == view,
            }
            for name, label in CHOICES
        ],
    }
    return render(request, "patients/messages.html", context)


@requires("patients.view_message")
@require_safe
def patient_messages(request: StaffRequest, pk: int) -> HttpResponse:
    """One patient's ledger as a line through time."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    entries = ledger.entries(ledger.of_patient(patient))
    shown = [each for each in entries if each.state != Message.Status.WITHDRAWN]
    chapters = ledger.chapters(shown)
    context = {
        "chapters": [each for each in chapters if not each.over],
        "earlier": [each for each in chapters if each.over],
        "withdrawn": ledger.chapters(
            each for each in entries if each.state == Message.Status.WITHDRAWN
        ),
        **frame(patient, "messages", timezone.now()),
        "whereto": _whereto(patient),
    }
    return render(request, "patients/patient_messages.html", context)


def _whereto(patient: Patient) -> str:
    if patient.why_not_emailed:
        return f"Nothing is sent: {patient.why_not_emailed}"
    return f"To {patient.email}, on the clock of {patient.time_zone.replace('_', ' ')}"


@requires("patients.view_message")
@require_safe
def message_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """One message with its letter; into the side panel when htmx asks."""
    message = get_object_or_404(Message.objects.select_related("patient", "sent_with"), pk=pk)
    note_access(request, RECORD, message.patient_id, RecordAccess.Action.READ)
    sent = message.sent_with or message
    letter = None if sent.sent_text else letters.preview(message, timezone.now())
    context = {
        "section": "messages",
        "entry": ledger.entries([message])[0],
        "patient": message.patient,
        "sent": sent,
        "letter": letter if isinstance(letter, letters.Letter) else None,
        "why_no_letter": letter if isinstance(letter, str) else "",
    }
    page = "#panel" if request.htmx else ""
    return render(request, f"patients/message.html{page}", context)


@requires("patients.view_message")
@require_safe
@xframe_options_sameorigin
def message_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter's own page, for a frame: only its one style block may act, by its hash."""
    message = get_object_or_404(Message.objects.select_related("patient"), pk=pk)
    note_access(request, RECORD, message.patient_id, RecordAccess.Action.READ)
    letter = letters.preview(message, timezone.now())
    html = letter.page if isinstance(letter, letters.Letter) else letter
    response = HttpResponse(html)
    blocks = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    # how django-csp takes a policy of one response's own
    response._csp_config = {  # type: ignore[attr-defined]
        "default-src": [NONE],
        "style-src": [_hash_source(css) for css in blocks] or [NONE],
        "frame-ancestors": [SELF],
    }
    return response


def _hash_source(css: str) -> str:
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@requires("patients.change_message")
@require_POST
def message_skip(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one planned message out, or put it back."""
    message = get_object_or_404(Message.objects.select_related("patient"), pk=pk)
    now = timezone.now()
    try:
        if request.POST.get("undo"):
            messages.unskip(message=message, now=now)
            banners.success(request, "The message is planned again.")
        else:
            messages.skip(message=message, by=request.user, now=now)
            banners.success(request, "The message will not be sent.")
    except messages.MessageRefused as refused:
        banners.error(request, str(refused))
    return redirect("patient-messages", message.patient_id)
