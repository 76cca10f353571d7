"""Leave and illness of people, maintenance and breakdowns of rooms and devices."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import hours
from clinic.actions.claims import BookingRefused
from clinic.forms.away import AbsenceForm, as_typed
from clinic.models import Absence, Resource
from clinic.queries.weekly_hours import rows_of
from clinic.views import breaking
from clinic.views.breaking import Change
from clinic.views.setup import days_words, gone, offer_to_put_back, posted, today_at


@requires("clinic.change_resource")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, pk: int) -> HttpResponse:
    resource = get_object_or_404(Resource.objects.select_related("location"), pk=pk)
    return _answer(request, resource, None, partial(hours.record_absence, resource=resource))


@requires("clinic.change_resource")
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    absence = _absence(pk)
    if absence is None:
        return gone(request)
    act = partial(hours.change_absence, absence=absence)
    return _answer(request, absence.resource, absence, act)


@requires("clinic.change_resource")
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """One press; the overview then offers to put it back."""
    absence, now = _absence(pk), timezone.now()
    if absence is None:
        return gone(request)
    try:
        hours.take_back_absence(absence=absence, by=request.user, now=now)
    except BookingRefused as refused:
        messages.error(request, str(refused))
        return redirect("setup")
    said = _("%(name)s is available again.") % {"name": absence.resource.name}
    since = max(absence.during.lower, now.replace(second=0, microsecond=0))
    absence.during = DateTimeTZRange(since, absence.during.upper)
    url = reverse("setup-absence-new", args=[absence.resource_id])
    offer_to_put_back(request, said, url, as_typed(absence, absence.resource.location.zone))
    return redirect("setup")


def _answer(
    request: StaffRequest,
    resource: Resource,
    absence: Absence | None,
    act: Callable[..., object],
) -> HttpResponse:
    form = AbsenceForm(
        posted(request),
        resource=resource,
        rows=rows_of(resource, resource.location),
        absence=absence,
        today=today_at(resource.location, timezone.now()),
    )
    page = partial(_page, request, resource, absence, form)
    if not form.is_valid():
        return page(409 if form.is_bound else 200)
    asked = {name: form.cleaned_data[name] for name in ("start", "end", "kind", "note")}
    act = partial(act, by=request.user, now=timezone.now(), **asked)
    words = {"name": resource.name, "span": _span(form)}
    what = _("Visits while %(name)s is away, %(span)s") % words
    done = _("%(name)s is away, %(span)s.") % words
    return breaking.save(request, Change(act, form, page, resource, what, done, reverse("setup")))


def _page(
    request: StaffRequest,
    resource: Resource,
    absence: Absence | None,
    form: AbsenceForm,
    status: int,
) -> HttpResponse:
    context = {"section": "clinic", "resource": resource, "absence": absence, "form": form}
    return render(request, "clinic/setup/absence.html", context, status=status)


def _span(form: AbsenceForm) -> str:
    """ "Tue 1 Dec – Thu 3 Dec", with the times unless it is whole days."""
    start, end = form.local_span()
    if form.is_whole_days:
        return days_words(start.date(), (end - timedelta(minutes=1)).date())
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%a %-d %b, %H:%M}"
    return f"{start:%a %-d %b, %H:%M} – {until}"


def _absence(pk: int) -> Absence | None:
    return Absence.objects.select_related("resource__location").filter(pk=pk).first()
