"""Days on which a location is closed."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import hours
from clinic.actions.claims import BookingRefused
from clinic.forms.away import ClosureForm
from clinic.models import Closure, Location
from clinic.views import breaking
from clinic.views.breaking import Change
from clinic.views.location import current, no_location
from clinic.views.setup import days_words, gone, offer_to_put_back, posted, today_at


@requires("clinic.change_location")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    location = current(request)
    if location is None:
        return no_location(request)
    return _answer(request, location, None, partial(hours.close_days, location=location))


@requires("clinic.change_location")
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    closure = _closure(pk)
    if closure is None:
        return gone(request)
    act = partial(hours.change_closure, closure=closure)
    return _answer(request, closure.location, closure, act)


@requires("clinic.change_location")
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """One press; the overview then offers to put it back."""
    closure, now = _closure(pk), timezone.now()
    if closure is None:
        return gone(request)
    try:
        hours.take_back_closure(closure=closure, by=request.user, now=now)
    except BookingRefused as refused:
        messages.error(request, str(refused))
        return redirect("setup")
    first = max(closure.starts_on, today_at(closure.location, now))
    said = _("%(span)s is open again.") % {"span": days_words(first, closure.ends_on)}
    fields = {"first": first, "last": closure.ends_on, "reason": closure.reason}
    offer_to_put_back(request, said, reverse("setup-closure-new"), fields)
    return redirect("setup")


def _answer(
    request: StaffRequest, location: Location, closure: Closure | None, act: Callable[..., object]
) -> HttpResponse:
    today = today_at(location, timezone.now())
    form = ClosureForm(posted(request), closure=closure, today=today)

    def page(status: int) -> HttpResponse:
        context = {"section": "clinic", "location": location, "closure": closure, "form": form}
        return render(request, "clinic/setup/closure.html", context, status=status)

    if not form.is_valid():
        return page(409 if form.is_bound else 200)
    act = partial(act, by=request.user, now=timezone.now(), **form.cleaned_data)
    words = {"place": location.name}
    words["span"] = days_words(form.cleaned_data["first"], form.cleaned_data["last"])
    what = _("Visits while %(place)s is closed, %(span)s") % words
    done = _("%(place)s is closed, %(span)s.") % words
    return breaking.save(request, Change(act, form, page, location, what, done, reverse("setup")))


def _closure(pk: int) -> Closure | None:
    return Closure.objects.select_related("location").filter(pk=pk).first()
