"""The calendar of a location: a day in columns, a week of one resource or of all."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.forms.appointment import DayForm
from clinic.models import Location, Resource
from clinic.queries import appointments, calendar
from clinic.views.location import NAMES_HIDDEN, back, current, names_hidden, no_location


@requires("clinic.view_appointment")
@require_GET
def redirect_to_day(_request: StaffRequest) -> HttpResponse:
    return redirect("calendar-day")


@requires("clinic.view_appointment")
@require_GET
def day(request: StaffRequest) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    form = DayForm(request.GET)
    context = _context(request, location, form)
    by = form.chosen("by", Resource.Kind.PERSON)
    context |= {
        "by": by,
        "board": calendar.day_board(location, context["on"], by, context["now"]),
        "previous": context["on"] - timedelta(days=1),
        "following": context["on"] + timedelta(days=1),
        "following_text": (context["on"] + timedelta(days=1)).isoformat(),
    }
    return render(request, "clinic/calendar_day.html", context)


@requires("clinic.view_appointment")
@require_GET
def week(request: StaffRequest) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    form = DayForm(request.GET)
    context = _context(request, location, form)
    monday = context["on"] - timedelta(days=context["on"].weekday())
    context |= {
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "previous": monday - timedelta(days=7),
        "following": monday + timedelta(days=7),
        "is_current": monday <= context["current_day"] < monday + timedelta(days=7),
    }
    context |= _week(location, context, form.chosen("resource", None))
    return render(request, "clinic/calendar_week.html", context)


@requires("clinic.view_appointment")
@require_POST
def switch_names(request: StaffRequest) -> HttpResponse:
    """Hide the names from passers-by, or show them again; kept while signed in."""
    request.session[NAMES_HIDDEN] = not names_hidden(request)
    return back(request, "calendar-day")


def _week(location: Location, context: dict[str, Any], asked: int | None) -> dict[str, Any]:
    """A grid for one resource, lists for the whole location."""
    resources = calendar.bookable(location)
    resource = next((each for each in resources if each.pk == asked), None)
    known = {"resources": resources, "resource": resource}
    monday, now = context["monday"], context["now"]
    if resource is None:
        return known | {"keep": "", "days": calendar.week_list(location, monday, now)}
    board = calendar.week_board(location, monday, resource, now)
    return known | {"keep": f"&resource={resource.pk}", "board": board}


def _context(request: StaffRequest, location: Location, form: DayForm) -> dict[str, Any]:
    now = timezone.now()
    current_day = appointments.local_today(location, now)
    on = form.day(current_day)
    return {
        "section": "calendar",
        "location": location,
        "now": now,
        "on": on,
        "on_text": on.isoformat(),
        "current_day": current_day,
        "names_hidden": names_hidden(request),
        "kinds": Resource.Kind,
    }
