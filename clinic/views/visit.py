"""Booking one visit outside a course: an assessment, a follow-up; or keeping its time a while."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import booking, holding
from clinic.actions.claims import BookingRefused, Claim, KeyReused
from clinic.forms.visit import TimeLost, VisitForm, chosen_time, signed
from clinic.models import Appointment, Location, Service
from clinic.queries import free_times
from clinic.queries.free_times import Search
from clinic.scheduling.clock import to_datetime
from clinic.views.holds import hold_key, kept_words
from clinic.views.location import current, led_to, no_location
from patients.actions.retry import TryAgain
from patients.models import Patient
from patients.queries.header import header_of

DAYS_SHOWN = 7


@requires("clinic.add_appointment")
@require_http_methods(["GET", "POST"])
def book(request: StaffRequest, pk: int) -> HttpResponse:
    """Free times for one visit; pressing one books it, or keeps it while the patient decides."""
    patient, location = get_object_or_404(Patient, pk=pk), current(request)
    if location is None:
        return no_location(request)
    if request.method == "GET":
        return _page(request, patient, location)
    try:
        said = _pressed(request, patient, location)
    except (TimeLost, KeyReused, TryAgain) as lost:
        return _refused(request, patient, location, [str(lost)])
    except BookingRefused as refused:
        reasons = [each.text for each in refused.objections]
        return _refused(request, patient, location, reasons)
    messages.success(request, said)
    return led_to(request, reverse("patient-detail", args=[pk]))


def _pressed(request: StaffRequest, patient: Patient, location: Location) -> str:
    """Book or keep the time that was pressed; what was done, in a sentence."""
    service, key, slot = chosen_time(request.POST.get("time", ""), patient.pk, location.pk)
    known = get_object_or_404(Service, pk=service, stands_alone=True)
    claim = Claim(known, to_datetime(slot.start), slot.assignment)
    by, now = request.user, timezone.now()
    if request.POST.get("then") == "hold":
        holding.hold(
            patient=patient, location=location, claims=[claim], key=hold_key(key), by=by, now=now
        )
        return kept_words()
    return _sentence(
        booking.book(patient=patient, location=location, claim=claim, key=key, by=by, now=now)
    )


def _refused(
    request: StaffRequest, patient: Patient, location: Location, reasons: list[str]
) -> HttpResponse:
    """The reasons, and in place of the old times a request for fresh ones: in a rush for one time
    nobody waits for a search, and htmx leaves the rest of the page as it stands."""
    if not request.htmx:
        return _page(request, patient, location, reasons)
    context = {"reasons": reasons, "search_again": f"{request.path}?{request.GET.urlencode()}"}
    return render(request, "clinic/book_visit.html#refused", context, status=409)


def _page(
    request: StaffRequest, patient: Patient, location: Location, reasons: list[str] | None = None
) -> HttpResponse:
    now, services = timezone.now(), free_times.services()
    form = VisitForm(
        request.GET,
        services=services,
        bookable=free_times.bookable(location, services),
        today=now.astimezone(location.zone).date(),
    )
    context = {
        "section": "patients",
        "patient": patient,
        "header": header_of(patient, now),
        "form": form,
        "days_shown": DAYS_SHOWN,
        "hold_minutes": settings.HOLD_MINUTES,
        "reasons": reasons or [],
    }
    if reasons:
        context["search_again"] = form.query() if form.is_valid() else ""
    elif form.is_valid():
        context |= _answer(_search(form, patient, location, services, now), form)
    return render(request, "clinic/book_visit.html", context, status=409 if reasons else 200)


def _search(
    form: VisitForm, patient: Patient, location: Location, services: list[Service], now: datetime
) -> Search:
    asked = form.cleaned_data
    return Search(
        patient=patient,
        location=location,
        service=next(each for each in services if each.pk == asked["service"]),
        first=asked["earliest"],
        days=DAYS_SHOWN,
        now=now,
        wishes=form.wishes(),
        picks=form.picks(),
    )


def _answer(search: Search, form: VisitForm) -> dict[str, Any]:
    """The free times as buttons, or why there are none and what could be done."""
    key, days = uuid.uuid4(), free_times.find(search)
    next_days = (search.first + timedelta(days=DAYS_SHOWN)).isoformat()
    shown = {
        "days": [
            {"day": each.day, "times": [(time, _value(search, key, time)) for time in each.times]}
            for each in days
        ],
        "later": form.query(earliest=next_days),
    }
    return shown if days else shown | _nothing(search, form, key)


def _nothing(search: Search, form: VisitForm, key: uuid.UUID) -> dict[str, Any]:
    found = free_times.explain(search)
    nearest = found.nearest
    return {
        "why": found.reasons,
        "nearest": nearest,
        "nearest_value": nearest and _value(search, key, nearest),
        "nearest_days": nearest and form.query(earliest=nearest.starts_at.date().isoformat()),
        "ways_out": [
            (_WITHOUT[way.wish], way.time, form.query(**dict.fromkeys(_FIELDS[way.wish], "")))
            for way in found.ways_out
        ],
    }


def _value(search: Search, key: uuid.UUID, time: free_times.FreeTime) -> str:
    return signed(search.patient.pk, search.location.pk, search.service.pk, key, time.slot)


# what is given up, in the words of a button, and the fields that ask for it
_WITHOUT = {
    "hours": gettext_lazy("At any time of day"),
    "weekdays": gettext_lazy("On any day"),
    "person": gettext_lazy("With anyone"),
    "room": gettext_lazy("In any room"),
    "device": gettext_lazy("With any device"),
}
_FIELDS = {each: (each,) for each in _WITHOUT} | {"hours": ("part", "opens", "closes")}


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
