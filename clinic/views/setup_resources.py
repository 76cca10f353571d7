"""Adding, changing and giving up people, rooms and devices."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import resources
from clinic.actions.claims import BookingRefused
from clinic.forms.setup import ResourceForm
from clinic.models import Location, Resource
from clinic.queries import broken, setup
from clinic.views import breaking
from clinic.views.breaking import Change
from clinic.views.location import current, no_location
from clinic.views.setup import posted, today_at


@requires("clinic.change_resource")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, kind: str) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    if kind not in Resource.Kind.values:
        raise Http404
    form = ResourceForm(posted(request), kind=kind)
    made = _added(request, form, location, kind) if form.is_valid() else None
    if made is None:
        context = {"section": "clinic", "form": form, "kind": kind, "location": location}
        status = 409 if form.errors else 200
        return render(request, "clinic/setup/resource_new.html", context, status=status)
    messages.success(request, _("%(name)s is added. Now say when.") % {"name": made.name})
    return redirect("setup-hours", made.pk, location.pk)


def _added(
    request: StaffRequest, form: ResourceForm, location: Location, kind: str
) -> Resource | None:
    """None when it was refused; the form then says why."""
    try:
        return resources.add_resource(
            location=location, kind=kind, by=request.user, now=timezone.now(), **form.cleaned_data
        )
    except BookingRefused as refused:
        form.add_error("name", str(refused))
        return None


@requires("clinic.change_resource")
@require_http_methods(["GET", "POST"])
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Name and capabilities, the hours at each location, and when it is away."""
    resource = _resource(pk)
    form = ResourceForm(posted(request), kind=resource.kind, resource=resource)
    page = partial(_page, request, resource, form)
    if not form.is_valid():
        return page(409 if form.is_bound else 200)
    act = partial(
        resources.change_resource,
        # an own copy: a refused name does not become the heading of the page
        resource=_resource(pk),
        by=request.user,
        now=timezone.now(),
        **form.cleaned_data,
    )
    what = _("Visits that need what %(name)s could do so far") % {"name": resource.name}
    done = _("%(name)s is saved.") % {"name": form.cleaned_data["name"]}
    back = redirect("setup-resource", pk).url
    return breaking.save(request, Change(act, form, page, resource, what, done, back))


@requires("clinic.change_resource")
@require_POST
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    resource, form = _resource(pk), forms.Form(request.POST)
    act = partial(resources.deactivate, resource=resource, by=request.user, now=timezone.now())

    def page(_status: int) -> HttpResponse:
        for each in form.non_field_errors():
            messages.error(request, str(each))
        return redirect("setup-resource", pk)

    what = _("Visits that %(name)s is booked for") % {"name": resource.name}
    done = _("%(name)s is not booked any more.") % {"name": resource.name}
    back = redirect("setup-resource", pk).url
    return breaking.save(request, Change(act, form, page, resource, what, done, back))


@requires("clinic.change_resource")
@require_POST
def reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    resource = _resource(pk)
    resources.reactivate(resource=resource, by=request.user, now=timezone.now())
    messages.success(request, _("%(name)s can be booked again.") % {"name": resource.name})
    return redirect("setup-resource", pk)


def _page(
    request: StaffRequest, resource: Resource, form: ResourceForm, status: int
) -> HttpResponse:
    now = timezone.now()
    coming = broken.with_resource(resource, now)
    context = {
        "section": "clinic",
        "resource": resource,
        "form": form,
        "hours": _hours(request, resource),
        "away": setup.away([resource], now, coming),
        "coming": len(coming),
    }
    return render(request, "clinic/setup/resource.html", context, status=status)


def _hours(request: StaffRequest, resource: Resource) -> list[dict[str, Any]]:
    """The weeks at its own location, at the chosen one, and wherever else it works."""
    works_at = Location.objects.filter(pk__in=resource.weekly_hours.values("location"))
    places = {each.pk: each for each in (resource.location, current(request), *works_at) if each}
    now = timezone.now()
    return [
        {"location": each, "weeks": setup.weeks(resource, each, today_at(each, now))}
        for each in places.values()
    ]


def _resource(pk: int) -> Resource:
    return get_object_or_404(Resource.objects.select_related("location"), pk=pk)
