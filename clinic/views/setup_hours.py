"""The weekly hours of one resource at one location."""

from functools import partial

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import weekly_hours
from clinic.forms.first_day import FirstDayField
from clinic.forms.week import ALL_DAYS, WORKDAYS, WeekForm, with_monday_on, with_more
from clinic.models import Location, Resource
from clinic.queries.weekly_hours import rows_of
from clinic.scheduling.week import changes_after, digest, week_on
from clinic.views import breaking
from clinic.views.breaking import Change
from clinic.views.setup import posted, today_at

_COPIES = {"workdays": WORKDAYS, "all": ALL_DAYS}


@requires("clinic.change_resource")
@require_http_methods(["GET", "POST"])
def week(request: StaffRequest, pk: int, location_pk: int) -> HttpResponse:
    """The whole week in one form. Copying Monday and another stretch only fill the form in."""
    resource = get_object_or_404(Resource, pk=pk)
    location = get_object_or_404(Location, pk=location_pk)
    form = _form(request, resource, location)
    page = partial(_page, request, resource, location, form)
    if request.method == "GET" or {"copy", "more"} & request.POST.keys():
        return page(200)
    if not form.is_valid():
        return page(409)
    asked = form.cleaned_data
    act = partial(
        weekly_hours.set_week,
        resource=resource,
        location=location,
        week=asked["week"],
        first=asked["first"],
        known=asked["known"],
        by=request.user,
        now=timezone.now(),
    )
    words = {"name": resource.name, "day": f"{asked['first']:%a %-d %b %Y}"}
    what = _("Visits outside the new hours of %(name)s, valid from %(day)s") % words
    done = _("The hours of %(name)s are saved, valid from %(day)s.") % words
    back = redirect("setup-resource", pk).url
    return breaking.save(request, Change(act, form, page, resource, what, done, back))


def _form(request: StaffRequest, resource: Resource, location: Location) -> WeekForm:
    """What was typed, or the hours of the day that the address names, of today unasked."""
    today = today_at(location, timezone.now())
    data: QueryDict | None = posted(request)
    if data and (days := _COPIES.get(data.get("copy", ""))):
        data = with_monday_on(days, data)
    elif data and "more" in data:
        data = with_more(data)
    first = FirstDayField.read(request.GET.get("first", ""), today)
    shown = week_on(rows_of(resource, location), first)
    return WeekForm(data, week=shown, first=first, today=today, grid=location.grid_minutes)


def _page(
    request: StaffRequest, resource: Resource, location: Location, form: WeekForm, status: int
) -> HttpResponse:
    today, rows = today_at(location, timezone.now()), rows_of(resource, location)
    # copying is no attempt to save: nothing is wrong yet
    is_draft = bool({"copy", "more", "again"} & request.POST.keys())
    context = {
        "section": "clinic",
        "resource": resource,
        "location": location,
        "form": form,
        "shows_errors": form.is_bound and not is_draft,
        "planned": changes_after(rows, today),
        # whoever was told that the hours are others by now may save theirs all the same
        "known": digest(rows)
        if not form.is_bound or form.non_field_errors()
        else form["known"].value(),
    }
    return render(request, "clinic/setup/hours.html", context, status=status)
