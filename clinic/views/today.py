"""The page the desk lives on: who is expected, who is here, who is done."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinic.accounts.access import StaffRequest, requires
from clinic.forms.appointment import DayForm
from clinic.models import Location
from clinic.queries import appointments
from clinic.views.location import current, names_hidden, no_location


class Outcome(NamedTuple):
    """What a press on a button led to, in a sentence, and where it can be undone."""

    text: str
    refused: bool
    undo_url: str = ""


@requires("clinic.view_appointment")
@require_GET
def today(request: StaffRequest) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    return render(request, "clinic/today.html", _context(request, location, request.GET))


def fragment(request: StaffRequest, outcome: Outcome) -> HttpResponse:
    """The lists again after a button was pressed in them, with what came of it."""
    location = current(request)
    if location is None:
        return no_location(request)
    context = _context(request, location, request.POST) | {"outcome": outcome}
    return render(request, "clinic/today.html#day", context)


def _context(
    request: StaffRequest, location: Location, params: Mapping[str, Any]
) -> dict[str, Any]:
    now = timezone.now()
    form = DayForm(params)
    current_day = appointments.local_today(location, now)
    on = form.day(current_day)
    visits = appointments.on_day(location, on, now)
    own = tuple(each for each in visits if each.is_with(request.user.pk))
    show = form.chosen("show", "mine" if own else "all")
    shown = own if show == "mine" else visits
    return {
        "section": "today",
        "location": location,
        "shown": shown,
        "counts": appointments.counts(shown),
        "sections": appointments.sections(shown, now),
        "show": show,
        "offers_mine": bool(own) or show == "mine",
        "names_hidden": names_hidden(request),
        "others": len(visits) - len(shown),
        **_days(on, current_day),
    }


def _days(on: date, current_day: date) -> dict[str, Any]:
    return {
        "on": on,
        "on_text": on.isoformat(),
        "current_day": current_day,
        "previous": on - timedelta(days=1),
        "following": on + timedelta(days=1),
        "is_today": on == current_day,
        "is_past": on < current_day,
    }
