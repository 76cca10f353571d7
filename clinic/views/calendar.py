"""The calendar of a location: a day in columns, a week of one resource or of all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.forms.appointment import DayForm
from clinic.forms.calendar_view import CalendarView, ViewForm
from clinic.models import Location, Resource
from clinic.queries import appointments, calendar
from clinic.queries.appointments import Visit
from clinic.queries.board import Board
from clinic.views.location import NAMES_HIDDEN, back, current, names_hidden, no_location

CALENDAR_VIEW = "calendar_view"
ONE_WEEK = timedelta(weeks=1)
# how far the jump buttons go: the next visit, a usual gap, half a year; the weekday stays
JUMP_WEEKS: Final = (1, 4, 27)
# the next patients named beside the board
NEXT_EXPECTED = 6


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
    view = _kept_view(request, by=form.chosen("by", None))
    context = _context(request, location, form, view)
    on, now = context["on"], context["now"]
    board = calendar.day_board(
        location, on, view.by, now, hidden=view.hidden, cancelled=view.cancelled
    )
    context |= {
        "by": view.by,
        "board": board,
        "columns_known": sorted((*board.columns, *board.hidden), key=str),
        "previous": on - timedelta(days=1),
        "following": on + timedelta(days=1),
        "following_text": (on + timedelta(days=1)).isoformat(),
        "arrivals": _arrivals(board),
    }
    return render(request, "clinic/calendar_day.html", context)


@requires("clinic.view_appointment")
@require_GET
def week(request: StaffRequest) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    form = DayForm(request.GET)
    context = _context(request, location, form, _kept_view(request))
    monday = context["on"] - timedelta(days=context["on"].weekday())
    context |= {
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "previous": context["on"] - ONE_WEEK,
        "following": context["on"] + ONE_WEEK,
        "is_current": monday <= context["current_day"] < monday + ONE_WEEK,
    }
    context |= _week(location, context, form.chosen("resource", None))
    return render(request, "clinic/calendar_week.html", context)


@requires("clinic.view_appointment")
@require_POST
def switch_names(request: StaffRequest) -> HttpResponse:
    """Hide the names from passers-by, or show them again; kept while signed in."""
    request.session[NAMES_HIDDEN] = not names_hidden(request)
    return back(request, "calendar-day")


@requires("clinic.view_appointment")
@require_POST
def change_view(request: StaffRequest) -> HttpResponse:
    """Zoom, columns put away, cancelled visits, the rail; kept while signed in."""
    known = {each.pk: each.name for each in Resource.objects.all()}
    form = ViewForm(request.POST, resources=known)
    view = CalendarView.of(request.session.get(CALENDAR_VIEW, {}))
    request.session[CALENDAR_VIEW] = form.applied_to(view).kept()
    return back(request, "calendar-day")


def _kept_view(request: StaffRequest, by: str | None = None) -> CalendarView:
    """The view as it was left, with the kind of columns that the address asks for."""
    view = CalendarView.of(request.session.get(CALENDAR_VIEW, {}))
    if by and by != view.by:
        view = replace(view, by=by)
        request.session[CALENDAR_VIEW] = view.kept()
    return view


def _arrivals(board: Board) -> dict[str, Any]:
    """Who is waiting and who comes next, while the board shows today."""
    if board.now is None:
        return {}
    of: dict[str, list[Visit]] = {"waiting": [], "expected": []}
    for each in board.visits:
        if each.appointment.status in appointments.EXPECTED:
            of["expected"].append(each)
        elif each.waiting_minutes or each.appointment.status == "arrived":
            of["waiting"].append(each)
    return of | {"more": max(0, len(of["expected"]) - NEXT_EXPECTED), "shown": NEXT_EXPECTED}


def _week(location: Location, context: dict[str, Any], asked: int | None) -> dict[str, Any]:
    """A grid for one resource, lists for the whole location."""
    resources = calendar.bookable(location)
    resource = next((each for each in resources if each.pk == asked), None)
    known = {"resources": resources, "resource": resource}
    monday, now = context["monday"], context["now"]
    if resource is None:
        days = calendar.week_list(location, monday, now, cancelled=context["view"].cancelled)
        return known | {"keep": "", "days": days}
    board = calendar.week_board(location, monday, resource, now)
    return known | {"keep": f"&resource={resource.pk}", "board": board}


def _context(
    request: StaffRequest, location: Location, form: DayForm, view: CalendarView
) -> dict[str, Any]:
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
        "view": view,
        "jumps": [(weeks, on + weeks * ONE_WEEK) for weeks in JUMP_WEEKS],
    }
