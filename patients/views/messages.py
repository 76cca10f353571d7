"""The message ledger: per patient, for the whole clinic, one letter as it goes out."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages as banners
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess, User
from patients.actions import addresses, letters, messages
from patients.actions import preferences as choosing
from patients.models import Message, Patient
from patients.queries import ledger, post_status, preferences
from patients.queries.record import RECORD
from patients.views.frame import frame
from patients.views.letter_page import letter_page

PER_PAGE = 50
CHOICES = (("next", "Next"), ("sent", "Sent"), ("not-sent", "Not sent"), ("failed", "Failed"))


@requires("patients.view_message")
@require_safe
def message_list(request: StaffRequest) -> HttpResponse:
    """Everything planned, sent or held back, for the whole clinic."""
    view = request.GET.get("show", "next")
    view = view if view in ledger.VIEWS else "next"
    now = timezone.now()
    page = Paginator(ledger.clinic_wide(view, now), PER_PAGE).get_page(request.GET.get("page"))
    counts = ledger.counts(now)
    context = {
        "section": "messages",
        "page_obj": page,
        "entries": ledger.entries(page.object_list, now),
        "view": view,
        "page_query": f"show={view}&",
        "troubles": post_status.status(now).troubles,
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
    now = timezone.now()
    entries = ledger.entries(ledger.of_patient(patient), now)
    shown = [each for each in entries if each.state != Message.Status.WITHDRAWN]
    chapters = ledger.chapters(shown)
    context = {
        "chapters": [each for each in chapters if not each.over],
        "earlier": [each for each in chapters if each.over],
        "withdrawn": ledger.chapters(
            each for each in entries if each.state == Message.Status.WITHDRAWN
        ),
        **frame(patient, "messages", now),
        "whereto": _whereto(patient),
        "wishes": preferences.choices(patient),
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
    sent, now = message.sent_with or message, timezone.now()
    language = _language_of(request, message)
    letter = None
    if not sent.sent_text:
        letter = letters.preview(message, now, language=language)
    context = {
        "section": "messages",
        "entry": ledger.entries([message], now)[0],
        "patient": message.patient,
        "sent": sent,
        "language": language,
        "languages": [each for each in settings.LANGUAGES if each[0] in settings.LETTER_LANGUAGES],
        "letter": letter if isinstance(letter, letters.Letter) else None,
        "why_no_letter": letter if isinstance(letter, str) else "",
    }
    page = "#panel" if request.htmx else ""
    return render(request, f"patients/message.html{page}", context)


def _language_of(request: StaffRequest, message: Message) -> str:
    """The patient's, unless somebody would like to see the letter in another one."""
    asked = request.GET.get("language", "")
    return asked if asked in settings.LETTER_LANGUAGES else message.patient.letter_language


@requires("patients.view_message")
@require_safe
@xframe_options_sameorigin
def message_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter's own page, for a frame."""
    message = get_object_or_404(Message.objects.select_related("patient", "sent_with"), pk=pk)
    note_access(request, RECORD, message.patient_id, RecordAccess.Action.READ)
    html = (message.sent_with or message).sent_html
    html = html or _as_it_would_go(message, _language_of(request, message))
    return letter_page(html)


def _as_it_would_go(message: Message, language: str) -> str:
    letter = letters.preview(message, timezone.now(), language=language)
    return letter.page if isinstance(letter, letters.Letter) else letter


Act = Callable[[Message, User, datetime], str]
"""Does it, or raises MessageRefused; answers what was done."""


def _skip(message: Message, by: User, now: datetime) -> str:
    messages.skip(message=message, by=by, now=now)
    return _("The message will not be sent.")


def _unskip(message: Message, by: User, now: datetime) -> str:
    messages.unskip(message=message, now=now)
    return _("The message is planned again.")


def _send_now(message: Message, by: User, now: datetime) -> str:
    messages.send_now(message=message, now=now)
    if not message.transactional and messages.quiet_hours().contains(now, message.patient.zone):
        return _("It goes as soon as the quiet hours of the patient are over.")
    return _("It goes within the minute.")


def _send_again(message: Message, by: User, now: datetime) -> str:
    messages.send_again(message=message, by=by, now=now)
    return _("One more copy is on its way, written from what is known now.")


ACTS: dict[str, Act] = {
    "skip": _skip,
    "unskip": _unskip,
    "now": _send_now,
    "again": _send_again,
}


@requires("patients.change_message")
@require_POST
def message_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """Skip one planned message, put it back, send it now, or send it again."""
    message = get_object_or_404(Message.objects.select_related("patient"), pk=pk)
    if act not in ACTS:
        raise Http404
    try:
        banners.success(request, ACTS[act](message, request.user, timezone.now()))
    except messages.MessageRefused as refused:
        banners.error(request, str(refused))
    return redirect("patient-messages", message.patient_id)


@requires("patients.change_patient")
@require_POST
def patient_wishes(request: StaffRequest, pk: int) -> HttpResponse:
    """What the patient says on the telephone: which letters they want."""
    patient = get_object_or_404(Patient, pk=pk)
    wanted = request.POST.getlist("wanted")
    choosing.choose(patient=patient, wanted=wanted, by=request.user, now=timezone.now())
    banners.success(request, _("Noted what the patient wants to hear about."))
    return redirect("patient-messages", pk)


@requires("patients.change_patient")
@require_POST
def patient_address_again(request: StaffRequest, pk: int) -> HttpResponse:
    """The address that was refused may be tried again: the patient says that it is right."""
    patient = get_object_or_404(Patient, pk=pk)
    addresses.try_again(patient=patient, by=request.user, now=timezone.now())
    banners.success(request, _("The next letter is sent there again."))
    return redirect("patient-messages", pk)
