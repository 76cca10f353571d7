"""The health questions: asked, and what the answers mean for each treatment."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions import booking
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment
from clinic.queries.appointments import local_today
from clinic.views.location import current
from clinic.views.words import said
from patients.actions import readiness
from patients.actions.readiness import ReadinessRefusedError
from patients.actions.retry import TryAgain
from patients.forms.screening import HealthForm
from patients.models import Patient, Screening
from patients.queries import screening as queries
from patients.queries.record import RECORD
from patients.views.frame import frame
from treatments.actions import screening as actions
from treatments.forms.screening import CautionsForm, ClearBlockForm, ClearNoteForm, VisitForm
from treatments.queries import visit_checks
from treatments.views.screening_page import context_of


@requires("patients.add_screening")
@require_safe
def of_visit(request: StaffRequest, pk: int) -> HttpResponse:
    """To the questions where they must be asked, else to what the answers mean."""
    visit = get_object_or_404(Appointment.objects.select_related("patient", "location"), pk=pk)
    state = visit_checks.of_visits([visit])[pk].state
    to_ask = state in ("unasked", "expired")
    name = "patient-screening-ask" if to_ask else "patient-screening"
    query = {"visit": pk, "arrive": 1} if to_ask else {"visit": pk}
    return redirect(f"{reverse(name, args=[visit.patient_id])}?{urlencode(query)}")


@requires("patients.add_screening")
@require_safe
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """What was answered, what speaks against which treatment, and who has cleared it."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    now, visit = timezone.now(), _visit(request, patient)
    day = visit.starts_at.date() if visit else _today(request, visit)
    context = frame(patient, "screening", now) | context_of(patient, visit, day, now)
    return render(request, "treatments/screening.html", context)


@requires("patients.add_screening")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: StaffRequest, pk: int) -> HttpResponse:
    """The questions. Answered in full, they are saved, and whoever stands at the desk arrives."""
    patient = get_object_or_404(Patient, pk=pk)
    visit = _visit(request, patient)
    on = _today(request, visit)
    known = queries.background(patient, on)
    form = HealthForm(request.POST or None, background=known, on=on)
    if request.method != "POST":
        note_access(request, RECORD, pk, RecordAccess.Action.READ)
    elif form.is_valid() and (made := _recorded(request, patient, form)):
        return _onward(request, patient, visit, made)
    context = frame(patient, "screening", timezone.now())
    context |= {"form": form, "visit": visit, "arrives": _arrives(request, visit), "on": on}
    return render(request, "treatments/screening_ask.html", context)


def _recorded(request: StaffRequest, patient: Patient, form: HealthForm) -> Screening | None:
    """Save the answers, or say on the form why not."""
    values = form.cleaned_data
    try:
        return actions.record(
            patient=patient,
            answers=form.answers,
            taken_over=form.taken_over,
            seen=values["unchanged"],
            note=values["note"],
            key=values["key"],
            on=form.on,
            by=request.user,
            now=timezone.now(),
        )
    except (ReadinessRefusedError, TryAgain) as refused:
        form.add_error(None, str(refused))
    return None


def _onward(
    request: StaffRequest, patient: Patient, visit: Appointment | None, made: Screening
) -> HttpResponse:
    """Back to the board when nothing stands in the way, else to what does."""
    if visit is None or not _arrives(request, visit):
        messages.success(request, _("The health answers are saved."))
        return redirect(_page(patient.pk, visit))
    try:
        visit = booking.check_in(appointment=visit, by=request.user, now=timezone.now())
    except (BookingRefused, TryAgain) as refused:
        text = _("The health answers are saved. %(why)s") % {"why": refused}
        messages.warning(request, text)
        return redirect(_page(patient.pk, visit))
    messages.success(request, said(visit, patient.full_name))
    return redirect(f"{reverse('today')}?on={visit.starts_at:%Y-%m-%d}")


@requires("patients.clear_screening")
@require_POST
def clear(request: StaffRequest, pk: int) -> HttpResponse:
    """A clinician finds one treatment safe in spite of one row."""
    form = ClearBlockForm(request.POST)

    def act(patient: Patient, visit: Appointment | None) -> str:
        values = _cleaned(form)
        actions.clear_block(
            asking=_seen(patient, values["seen"]),
            modality=values["modality"],
            row=values["row"][0],
            reason=values["reason"],
            on=_day(request, visit),
            by=request.user,
            now=timezone.now(),
        )
        return _("Cleared. Your name and the reason stay on the record.")

    return _acted(request, pk, act)


@requires("patients.acknowledge_caution")
@require_POST
def cautions(request: StaffRequest, pk: int) -> HttpResponse:
    """Whoever treats has read the cautions of one treatment."""
    form = CautionsForm(request.POST)

    def act(patient: Patient, visit: Appointment | None) -> str:
        values = _cleaned(form)
        actions.take_note(
            asking=_seen(patient, values["seen"]),
            modality=values["modality"],
            rows=values["row"],
            on=_day(request, visit),
            by=request.user,
            now=timezone.now(),
        )
        return _("Noted that you have read the cautions.")

    return _acted(request, pk, act)


@requires("patients.clear_screening")
@require_POST
def note(request: StaffRequest, pk: int) -> HttpResponse:
    """A clinician has looked at what was written down to be checked."""
    form = ClearNoteForm(request.POST)

    def act(patient: Patient, _visit: Appointment | None) -> str:
        values, now = _cleaned(form), timezone.now()
        found = _seen(patient, values["seen"])
        readiness.clear_screening(
            screening=found, reason=values["reason"], by=request.user, now=now
        )
        return _("Cleared. Your name and the reason stay on the record.")

    return _acted(request, pk, act)


def _acted(
    request: StaffRequest, pk: int, act: Callable[[Patient, Appointment | None], str]
) -> HttpResponse:
    """Do it, or say why not, and show the page again."""
    patient = get_object_or_404(Patient, pk=pk)
    visit = _visit(request, patient)
    try:
        messages.success(request, act(patient, visit))
    except ReadinessRefusedError as refused:
        messages.error(request, _("%(why)s Nothing was changed.") % {"why": refused})
    except TryAgain as busy:
        messages.error(request, str(busy))
    return redirect(_page(pk, visit))


def _cleaned(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        reason = form.errors.get("reason", [_("This button is not known here: reload the page.")])
        raise ReadinessRefusedError(reason[0])
    values: dict[str, Any] = form.cleaned_data
    return values


def _seen(patient: Patient, pk: int) -> Screening:
    """The asking of this patient that the page showed beside the button."""
    return get_object_or_404(patient.screenings.select_related("patient"), pk=pk)


def _visit(request: StaffRequest, patient: Patient) -> Appointment | None:
    """The visit that somebody came from; one of another patient is none."""
    form = VisitForm(request.POST if "visit" in request.POST else request.GET)
    pk = form.cleaned_data.get("visit") if form.is_valid() else None
    rows = Appointment.objects.select_related("location", "service", "patient")
    return rows.filter(pk=pk, patient=patient).first() if pk else None


def _arrives(request: StaffRequest, visit: Appointment | None) -> bool:
    form = VisitForm(request.POST if request.method == "POST" else request.GET)
    asked = form.is_valid() and form.cleaned_data["arrive"]
    now = timezone.now()
    return bool(asked and visit and visit.may_become(Appointment.Status.ARRIVED, now))


def _today(request: StaffRequest, visit: Appointment | None) -> Any:
    """The local day at the visit's location, else where this browser works."""
    place = visit.location if visit else current(request)
    now = timezone.now()
    return local_today(place, now) if place else timezone.localdate(now)


def _day(request: StaffRequest, visit: Appointment | None) -> Any:
    return visit.starts_at.date() if visit else _today(request, visit)


def _page(pk: int, visit: Appointment | None) -> str:
    url = reverse("patient-screening", args=[pk])
    return f"{url}?visit={visit.pk}" if visit else url
