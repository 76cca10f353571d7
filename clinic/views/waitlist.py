"""The wait list at the desk: who waits, putting somebody on it, taking them off."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import waitlist
from clinic.actions.waitlist import WaitRefused
from clinic.forms.waitlist import WaitForm, day_of, wishes_words
from clinic.models import Location, WaitlistEntry
from clinic.queries import appointments, free_times
from clinic.queries import waitlist as waits
from clinic.views.location import current, names_hidden, no_location
from patients.actions.retry import TryAgain
from patients.models import Patient
from patients.queries.header import header_of


class Line(NamedTuple):
    """One entry with its wishes in words."""

    entry: WaitlistEntry
    wishes: str


@requires("clinic.view_appointment")
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Offers that wait for an answer, then everybody who waits at this location."""
    location, now = current(request), timezone.now()
    if location is None:
        return no_location(request)
    offers = waits.open_offers(location, now)
    context = {
        "section": "waitlist",
        "location": location,
        "offers": offers,
        "lines": _lines(waits.still_waiting(now).filter(location=location)),
        "offered": {each.entry_id for each in offers},
        "now": now,
    }
    return render(request, "clinic/waitlist.html", context)


@requires("clinic.view_appointment")
@require_GET
def rail(request: StaffRequest) -> HttpResponse:
    """Who would come on one day: a part of the calendar's page, to be dragged onto the board."""
    location, now = current(request), timezone.now()
    if location is None:
        return HttpResponse()
    on = day_of(request.GET.get("on", ""), appointments.local_today(location, now))
    context = {
        "on": on,
        "lines": _lines(waits.of_day(location, on, now)),
        "names_hidden": names_hidden(request),
    }
    return render(request, "clinic/_waitlist_rail.html", context)


@requires("clinic.add_appointment")
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a patient on the list: for something earlier than a visit, or without one."""
    patient, location = get_object_or_404(Patient, pk=pk), current(request)
    if location is None:
        return no_location(request)
    form = _form(request, patient, location)
    if form.is_bound and form.is_valid():
        try:
            wishes = form.wishes(location)
            waitlist.add(patient=patient, wishes=wishes, by=request.user, now=timezone.now())
        except (WaitRefused, TryAgain) as refused:
            form.add_error(None, str(refused))
        else:
            text = _("%(name)s is on the wait list. A time that fits will name them.")
            messages.success(request, text % {"name": patient.full_name})
            return redirect("waitlist")
    context = {
        "section": "waitlist",
        "patient": patient,
        "header": header_of(patient, timezone.now()),
        "form": form,
    }
    return render(request, "clinic/waitlist_add.html", context, status=422 if form.errors else 200)


def _form(request: StaffRequest, patient: Patient, location: Location) -> WaitForm:
    known: dict[str, Any] = {
        "visits": waits.visits_to_come(patient, timezone.now()),
        "services": free_times.services(),
        "people": free_times.bookable(location, ())["person"],
    }
    if request.method == "POST":
        return WaitForm(request.POST, **known)
    return WaitForm(initial={"what": f"visit-{request.GET.get('visit', '')}"}, **known)


@requires("clinic.change_appointment")
@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(waits.with_details(), pk=pk)
    try:
        waitlist.close(entry=entry, by=request.user, now=timezone.now())
    except (WaitRefused, TryAgain) as refused:
        messages.error(request, str(refused))
    else:
        text = _("%(name)s is off the wait list.") % {"name": entry.patient.full_name}
        messages.success(request, text, extra_tags=reverse("waitlist-reopen", args=[pk]))
    return redirect("waitlist")


@requires("clinic.change_appointment")
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Put somebody back who was taken off by mistake."""
    entry = get_object_or_404(waits.with_details(), pk=pk)
    try:
        waitlist.reopen(entry=entry)
    except (WaitRefused, TryAgain) as refused:
        messages.error(request, str(refused))
    else:
        text = _("%(name)s is on the wait list as before.") % {"name": entry.patient.full_name}
        messages.success(request, text)
    return redirect("waitlist")


def _lines(entries: Any) -> list[Line]:
    return [Line(each, wishes_words(each)) for each in entries]
