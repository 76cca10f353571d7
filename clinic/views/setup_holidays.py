"""Public holidays: whose they are, on which the clinic closes, and on which it works."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import hours, public_holidays
from clinic.forms.setup import CountryForm, HolidaysForm
from clinic.models import Location, OpenHoliday
from clinic.queries import public_holidays as known_holidays
from clinic.views import breaking
from clinic.views.breaking import Change
from clinic.views.location import current, no_location
from clinic.views.setup import posted, today_at


@requires("clinic.change_location")
@require_http_methods(["GET", "POST"])
def holidays(request: StaffRequest) -> HttpResponse:
    """Those not decided on yet: close on the ticked ones, or work on them."""
    location = current(request)
    if location is None:
        return no_location(request)
    today = today_at(location, timezone.now())
    proposed = known_holidays.undecided(location, today)
    form = HolidaysForm(posted(request), holidays=proposed)
    page = partial(_holidays_page, request, location, form)
    if not form.is_valid():
        return page(409 if form.is_bound else 200)
    if "open" in request.POST:
        return _kept_open(request, location, form.chosen())
    return _closed(request, location, form, page)


def _closed(
    request: StaffRequest,
    location: Location,
    form: HolidaysForm,
    page: Callable[[int], HttpResponse],
) -> HttpResponse:
    days, here = form.chosen(), reverse("setup-holidays")
    act = partial(
        hours.close_single_days, location=location, days=days, by=request.user, now=timezone.now()
    )
    words = {"place": location.name, "n": len(days)}
    what = _("Visits on public holidays of %(place)s") % words
    done = ngettext("%(n)d day is closed.", "%(n)d days are closed.", len(days)) % words
    change = Change(act, form, page, location, what, done, here, by_day=True)
    return breaking.save(request, change)


def _kept_open(request: StaffRequest, location: Location, days: dict[date, str]) -> HttpResponse:
    public_holidays.keep_open(location=location, days=days, by=request.user, now=timezone.now())
    done = ngettext(
        "%(place)s works on %(n)d public holiday.",
        "%(place)s works on %(n)d public holidays.",
        len(days),
    )
    messages.success(request, done % {"place": location.name, "n": len(days)})
    return redirect("setup-holidays")


@requires("clinic.change_location")
@require_POST
def country(request: StaffRequest) -> HttpResponse:
    """Whose holidays are proposed."""
    location = current(request)
    if location is None:
        return no_location(request)
    form = CountryForm(request.POST, location=location)
    if not form.is_valid():
        proposed = known_holidays.undecided(location, today_at(location, timezone.now()))
        return _holidays_page(request, location, HolidaysForm(holidays=proposed), 409, form)
    public_holidays.set_country(
        location=location, by=request.user, now=timezone.now(), **form.cleaned_data
    )
    return redirect("setup-holidays")


@requires("clinic.change_location")
@require_POST
def propose_again(request: StaffRequest, pk: int) -> HttpResponse:
    holiday = get_object_or_404(OpenHoliday, pk=pk)
    public_holidays.propose_again(holiday=holiday, by=request.user, now=timezone.now())
    return redirect("setup-holidays")


def _holidays_page(
    request: StaffRequest,
    location: Location,
    form: HolidaysForm,
    status: int,
    country_form: CountryForm | None = None,
) -> HttpResponse:
    context = {
        "section": "clinic",
        "location": location,
        "form": form,
        "country_form": country_form or CountryForm(location=location),
        "kept_open": known_holidays.kept_open(location, today_at(location, timezone.now())),
    }
    return render(request, "clinic/setup/holidays.html", context, status=status)
