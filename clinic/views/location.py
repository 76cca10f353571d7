"""Where this browser works: which location, and whether names are shown there."""

from typing import cast

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.middleware import PlacedRequest
from clinic.models import Location
from clinic.queries import locations

NAMES_HIDDEN = "names_hidden"


def current(request: StaffRequest) -> Location | None:
    """The chosen location; None in a clinic that has none yet."""
    return cast(PlacedRequest, request).place.chosen


def names_hidden(request: StaffRequest) -> bool:
    return bool(request.session.get(NAMES_HIDDEN, False))


def no_location(request: StaffRequest) -> HttpResponse:
    return render(request, "clinic/no_location.html")


def back(request: StaffRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page of ours that the form names in `next`, else to this one."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(asked if ours else resolve_url(otherwise))


@requires("clinic.view_appointment")
@require_POST
def choose(request: StaffRequest) -> HttpResponse:
    """Work at another location from now on; today's page shows it."""
    asked = request.POST.get("location", "")
    if asked in {str(each.pk) for each in locations.all_known()}:
        request.session[locations.SESSION_KEY] = int(asked)
    return redirect("today")


def led_to(request: StaffRequest, url: str) -> HttpResponse:
    """Another page, for the whole window: htmx would put a redirect into a part of this one."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
