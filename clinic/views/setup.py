"""The manager's page of a location: who and what works when, what is closed, what is amiss."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clinic.accounts.access import StaffRequest, requires
from clinic.models import Location
from clinic.queries import setup
from clinic.views.location import current, no_location

_PUT_BACK = "put_back"


@requires("clinic.change_resource")
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    context = {
        "section": "clinic",
        "location": location,
        "overview": setup.overview(location, timezone.now()),
        "put_back": request.session.pop(_PUT_BACK, None),
    }
    return render(request, "clinic/setup/overview.html", context)


def offer_to_put_back(request: StaffRequest, said: str, url: str, fields: dict[str, Any]) -> None:
    """Say on the overview what was taken back, with a button that posts it again."""
    typed = {name: _typed(value) for name, value in fields.items() if value is not None}
    request.session[_PUT_BACK] = {"said": said, "url": url, "fields": typed}


def gone(request: StaffRequest) -> HttpResponse:
    """What another window took back is no dead end: the overview shows what there is."""
    messages.error(request, _("This was taken back meanwhile. Nothing was changed."))
    return redirect("setup")


def _typed(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def today_at(location: Location, now: datetime) -> date:
    return now.astimezone(location.zone).date()


def days_words(first: date, last: date) -> str:
    """ "Tue 1 Dec", "Tue 1 Dec – Thu 3 Dec"."""
    days = f"{first:%a %-d %b}"
    return days if first == last else f"{days} – {last:%a %-d %b}"


def posted(request: StaffRequest) -> QueryDict | None:
    """What a form was filled in with; None when it is only looked at."""
    return request.POST if request.method == "POST" else None
