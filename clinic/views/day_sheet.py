"""The day on paper: a page for each person, to be carried along."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinic.accounts.access import StaffRequest, requires
from clinic.forms.appointment import DayForm
from clinic.queries import appointments, calendar
from clinic.views.location import current, names_hidden, no_location


@requires("clinic.view_appointment")
@require_GET
def sheet(request: StaffRequest) -> HttpResponse:
    """Everybody's visits of a day with boxes to tick; without names while these are hidden."""
    location = current(request)
    if location is None:
        return no_location(request)
    now = timezone.now()
    on = DayForm(request.GET).day(appointments.local_today(location, now))
    context = {
        "section": "calendar",
        "location": location,
        "on": on,
        "now": now,
        "sheets": calendar.day_sheets(location, on, now),
        "names_hidden": names_hidden(request),
    }
    return render(request, "clinic/day_sheet.html", context)
