"""Booking one visit outside a course: an assessment, a follow-up."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import booking
from clinic.actions.claims import BookingRefused, Claim, KeyReused
from clinic.forms.visit import TimeLost, VisitForm, chosen_time, signed
from clinic.models import Appointment, Location, Service
from clinic.queries import free_times
from clinic.scheduling.clock import to_datetime
from clinic.views.location import current, no_location
from patients.actions.retry import TryAgain
from patients.models import Patient
from patients.queries.header import header_of

DAYS_SHOWN = 7


@requires("clinic.add_appointment")
@require_http_methods(["GET", "POST"])
def book(request: StaffRequest, pk: int) -> HttpResponse:
    """Free times for one visit; pressing one books it."""
    patient, location = get_object_or_404(Patient, pk=pk), current(request)
    if location is None:
        return no_location(request)
    if request.method == "GET":
        return _page(request, patient, location)
    try:
        booked = _book(request, patient, location)
    except (TimeLost, KeyReused, TryAgain) as lost:
        return _page(request, patient, location, [str(lost)])
    except BookingRefused as refused:
        return _page(request, patient, location, [each.text for each in refused.objections])
    messages.success(request, _sentence(booked))
    return redirect("patient-detail", pk)


def _book(request: StaffRequest, patient: Patient, location: Location) -> Appointment:
    service, key, slot = chosen_time(request.POST.get("time", ""), patient.pk, location.pk)
    known = get_object_or_404(Service, pk=service, stands_alone=True)
    return booking.book(
        claim=Claim(known, to_datetime(slot.start), slot.assignment),
        patient=patient,
        location=location,
        by=request.user,
        now=timezone.now(),
        key=key,
    )


def _page(
    request: StaffRequest, patient: Patient, location: Location, reasons: list[str] | None = None
) -> HttpResponse:
    now, services = timezone.now(), free_times.services()
    form = VisitForm(
        request.GET,
        services=services,
        people=free_times.people(location),
        today=now.astimezone(location.zone).date(),
    )
    context = {
        "section": "patients",
        "patient": patient,
        "header": header_of(patient, now),
        "form": form,
        "days": _offers(patient, location, services, form) if form.is_valid() else [],
        "days_shown": DAYS_SHOWN,
        "later": _later(request, form),
        "reasons": reasons or [],
    }
    return render(request, "clinic/book_visit.html", context, status=409 if reasons else 200)


def _later(request: StaffRequest, form: VisitForm) -> str:
    """The query of the next days, empty when the present ones cannot be searched."""
    if not form.is_valid():
        return ""
    asked = request.GET.copy()
    asked["earliest"] = (form.cleaned_data["earliest"] + timedelta(days=DAYS_SHOWN)).isoformat()
    return asked.urlencode()


def _offers(
    patient: Patient, location: Location, services: list[Service], form: VisitForm
) -> list[dict[str, Any]]:
    asked, key = form.cleaned_data, uuid.uuid4()
    service = next(each for each in services if each.pk == asked["service"])
    days = free_times.find(
        patient=patient,
        location=location,
        service=service,
        first=asked["earliest"],
        days=DAYS_SHOWN,
        now=timezone.now(),
        person=asked["person"],
    )
    return [
        {
            "day": each.day,
            "times": [
                (time, signed(patient.pk, location.pk, service.pk, key, time.slot))
                for time in each.times
            ],
        }
        for each in days
    ]


def _sentence(booked: Appointment) -> str:
    words = {
        "what": booked.service.name,
        "when": f"{booked.starts_at:%a %-d %b, %H:%M}",
        "email": booked.patient.email,
        "why": booked.patient.why_not_emailed,
    }
    if booked.patient.may_be_emailed:
        text = _("%(what)s is booked for %(when)s. The confirmation goes to %(email)s.")
    else:
        text = _("%(what)s is booked for %(when)s. No e-mail goes out: %(why)s.")
    return text % words
