"""The board the desk keeps open all day: who is expected, who is here, who is through."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinic.accounts.access import StaffRequest, poll, requires
from clinic.forms.appointment import DayForm
from clinic.models import Location
from clinic.queries import appointments, arrivals
from clinic.views.location import current, names_hidden, no_location


class Outcome(NamedTuple):
    """What a press on a button led to, in a sentence, and where it can be undone; after a refusal,
    where it can be put right, and the verb for that."""

    text: str
    refused: bool
    undo_url: str = ""
    settle_url: str = ""
    settle_label: str = ""


class _Day(NamedTuple):
    """Which board is asked for; `show` is "mine", "all" or "" for whatever suits the person."""

    location: Location
    on: date
    show: str
    now: datetime

    @property
    def today(self) -> date:
        return appointments.local_today(self.location, self.now)


@requires("clinic.view_appointment")
@require_GET
def today(request: StaffRequest) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    day = _asked(location, request.GET)
    ahead = arrivals.to_confirm(location, day.today) if day.on == day.today else None
    context = _context(request, day) | {"to_confirm": ahead}
    return render(request, "clinic/today.html", context)


@poll
@requires("clinic.view_appointment")
@require_GET
def changes(request: StaffRequest) -> HttpResponse:
    """The board again if it is no longer the one that the page has `seen`; 204 while it is."""
    location = current(request)
    if location is None or request.GET.get("at") != str(location.pk):
        # another window of this browser went to work somewhere else
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    day = _asked(location, request.GET)
    if request.GET.get("seen") == _version(request, day):
        return HttpResponse(status=204)
    return render(request, "clinic/today.html#day", _context(request, day))


def fragment(request: StaffRequest, outcome: Outcome) -> HttpResponse:
    """The board again after a button was pressed on it, with what came of it."""
    location = current(request)
    if location is None:
        return no_location(request)
    context = _context(request, _asked(location, request.POST))
    return render(request, "clinic/today.html#answer", context | {"outcome": outcome})


def _asked(location: Location, params: Mapping[str, Any]) -> _Day:
    now, form = timezone.now(), DayForm(params)
    on = form.day(appointments.local_today(location, now))
    return _Day(location, on, form.chosen("show", ""), now)


def _version(request: StaffRequest, day: _Day) -> str:
    """Another text as soon as the board would look different. On the present day the clock changes
    it too: every minute somebody is later, or has waited longer."""
    rows = arrivals.version(day.location, day.on)
    minute = f"{day.now:%H%M}" if day.on == day.today else ""
    return f"{rows}.{minute}.{names_hidden(request):d}"


def _context(request: StaffRequest, day: _Day) -> dict[str, Any]:
    # before the visits are read: what is written in between is then shown by the next look
    version = _version(request, day)
    visits = appointments.on_day(day.location, day.on, day.now)
    own = tuple(each for each in visits if each.is_with(request.user.pk))
    show = day.show or ("mine" if own else "all")
    shown = own if show == "mine" else visits
    return {
        "section": "today",
        "location": day.location,
        "version": version,
        "rows": version.partition(".")[0],
        "shown": shown,
        "lanes": arrivals.lanes(shown, day.now),
        "show": show,
        "offers_mine": bool(own) or show == "mine",
        "names_hidden": names_hidden(request),
        "others": len(visits) - len(shown),
        **_around(day.on, day.today),
    }


def _around(on: date, current_day: date) -> dict[str, Any]:
    return {
        "on": on,
        "on_text": on.isoformat(),
        "current_day": current_day,
        "previous": on - timedelta(days=1),
        "following": on + timedelta(days=1),
        "is_today": on == current_day,
        "is_past": on < current_day,
        "is_ahead": on > current_day,
    }
