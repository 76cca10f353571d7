"""Booking one visit by pointing at a free stretch of the calendar."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions import holding, rearranging
from clinic.actions.claims import BookingRefused, Claim, KeyReused
from clinic.forms.quick_visit import QuickVisitForm
from clinic.forms.visit import TimeLost, chosen_time
from clinic.models import Location, Rearrangement, Service
from clinic.queries import free_times
from clinic.scheduling.clock import to_datetime
from clinic.views import quick_offer
from clinic.views.appointment import answer
from clinic.views.holds import hold_key, kept_words
from clinic.views.location import current, no_location
from clinic.views.quick_offer import Asked, pointed_at
from clinic.views.today import Outcome
from patients.actions.retry import TryAgain
from patients.models import Patient
from patients.queries import record, search
from patients.queries.header import header_of
from patients.views.search import lines

_IN_LIST = 8
_OFFER = "visit-offer"
# the buttons of an offer, by their names: tell the patient, do not, keep it
_HOW = ("time", "quiet", "hold")


@requires("clinic.add_appointment")
@require_http_methods(["GET", "POST"])
def book(request: StaffRequest) -> HttpResponse:
    """Who, for what and when; one press books it and tells the patient, another keeps it."""
    location = current(request)
    if location is None:
        return no_location(request)
    asked = request.POST if request.method == "POST" else request.GET
    form = QuickVisitForm(asked, services=free_times.services(), location=location)
    if request.method == "GET":
        return _page(request, form, location)
    try:
        return _pressed(request, form, location)
    except (TimeLost, KeyReused, TryAgain) as lost:
        return _page(request, form, location, [str(lost)])
    except BookingRefused as refused:
        return _page(request, form, location, [each.text for each in refused.objections])


@requires("clinic.add_appointment")
@require_GET
def patients(request: StaffRequest) -> HttpResponse:
    """The options under the field for the patient; pressing one leads back to the panel."""
    context = _choices(request) | {"in_panel": _in_panel(request)}
    return render(request, "clinic/_patient_choices.html", context)


def _choices(request: StaffRequest) -> dict[str, Any]:
    """Who matches what was typed, or was read last, each with the address of the panel then."""
    query = request.GET.get("q", "").replace("\x00", " ").strip()[:100]
    found = search.find(query, _IN_LIST) if query else record.recently_read(request.user)
    here = _address(request, without="q")
    register = reverse("patient-create") + "?" + urlencode({"q": query, "next": here})
    return {
        "query": query,
        "choices": [
            (line, f"{here}&patient={line.patient.pk}")
            for line in lines(found, timezone.localdate())
        ],
        "add_url": register if request.user.has_perm("patients.add_patient") else "",
    }


def _in_panel(request: StaffRequest) -> bool:
    """Whether htmx asks from a page beside whose content the panel stands."""
    page = request.htmx.current_url_abs_path or ""
    return bool(request.htmx) and not page.startswith(reverse("visit-new"))


def _address(request: StaffRequest, without: str) -> str:
    """The panel's address with what is chosen so far."""
    kept = request.GET.copy()
    for name in (without, "patient"):
        kept.pop(name, None)
    return f"{reverse('visit-new')}?{kept.urlencode()}"


def _pressed(request: StaffRequest, form: QuickVisitForm, location: Location) -> HttpResponse:
    """Do what the pressed button was made for: book, with or without a letter, or keep."""
    patient = get_object_or_404(Patient, pk=form.patient_pk)
    how = next((each for each in _HOW if each in request.POST), "time")
    service, key, slot = chosen_time(request.POST.get(how, ""), patient.pk, location.pk)
    known = get_object_or_404(Service, pk=service, stands_alone=True)
    claim = Claim(known, to_datetime(slot.start), slot.assignment)
    if how == "hold":
        return _kept(request, patient, location, claim, hold_key(key))
    # a decision that can be taken back
    (made,) = rearranging.rearrange(
        wanted=[rearranging.Wanted(patient, location, books=(claim,))],
        by=request.user,
        now=timezone.now(),
        key=key,
        notify=how == "time",
    )
    return _booked(request, made)


def _kept(
    request: StaffRequest, patient: Patient, location: Location, claim: Claim, key: uuid.UUID
) -> HttpResponse:
    """The visit that is kept now: its panel counts down and can book it or give it back."""
    kept = holding.hold(
        patient=patient,
        location=location,
        claims=[claim],
        by=request.user,
        now=timezone.now(),
        key=key,
    )
    return answer(request, kept.appointments.get().pk, Outcome(kept_words(), refused=False))


def _page(
    request: StaffRequest,
    form: QuickVisitForm,
    location: Location,
    reasons: list[str] | None = None,
) -> HttpResponse:
    """The panel to htmx, a page of its own otherwise; 409 with the reasons of a refusal."""
    now = timezone.now()
    context = _context(form, location, now)
    context |= {"reasons": reasons or [], "in_panel": _in_panel(request)}
    patient = context["patient"]
    if patient is None and request.GET.get("q"):
        # without scripts, or sent off without choosing one of the list
        context |= _choices(request)
    if patient and request.htmx.target != _OFFER:
        context["header"] = header_of(patient, now)
        note_access(request, record.RECORD, patient.pk, RecordAccess.Action.READ)
    template = "clinic/quick_book.html#panel" if request.htmx else "clinic/quick_book.html"
    return render(request, template, context, status=409 if reasons else 200)


def _context(form: QuickVisitForm, location: Location, now: datetime) -> dict[str, Any]:
    pk = form.patient_pk
    patient = get_object_or_404(Patient, pk=pk) if pk else None
    return {
        "section": "calendar",
        "form": form,
        "patient": patient,
        "offer": Asked(form, patient, location, now).offer() if patient else None,
        "day": form.day(now.astimezone(location.zone).date()),
        "wall": form.wall,
        "start": form["start"].value() or "",
        "resource": pointed_at(form.resource_pk),
        "hold_minutes": settings.HOLD_MINUTES,
    }


def _booked(request: StaffRequest, made: Rearrangement) -> HttpResponse:
    """What was done: in the panel beside the calendar, or above the day without scripts."""
    booked = made.visits.select_related(
        "appointment__location", "appointment__service", "appointment__patient"
    ).get()
    sentence = quick_offer.sentence(booked.appointment, made.notify)
    context = {
        "appointment": booked.appointment,
        "patient": booked.appointment.patient,
        "made": made,
        "sentence": sentence,
    }
    if request.htmx:
        response = render(request, "clinic/_quick_booked.html", context)
        response["HX-Trigger-After-Swap"] = "appointment-changed"
        return response
    undo_url = reverse("rearrangement-undo", args=[made.pk])
    messages.success(request, sentence, extra_tags=undo_url)
    return redirect(f"{reverse('calendar-day')}?on={booked.appointment.starts_at:%Y-%m-%d}")
