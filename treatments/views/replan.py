"""Planning anew what an illness, a broken device or a closed day touches: one page, one press."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions.claims import BookingRefused, KeyReused
from clinic.models import Location
from clinic.queries import rearrangements
from clinic.views.location import current, no_location
from patients.actions.retry import TryAgain
from treatments.actions import replan as actions
from treatments.actions.replan import Decision, Done, Recording
from treatments.forms.replan import (
    CauseForm,
    Offered,
    PlanLost,
    chosen,
    offered_from,
    slots_chosen,
)
from treatments.queries import replan_causes as causes
from treatments.queries.replan import MOST, Situation
from treatments.queries.replan_causes import Cause
from treatments.views import replan_words as words
from treatments.views.replan_rows import plan_of


@requires("clinic.change_appointment")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """The touched visits with their new times. A form with `do` applies it or solves it again."""
    location = _location(request)
    if location is None:
        return no_location(request)
    form = _form(request, location)
    if not form.is_bound or not form.is_valid():
        return _answer(request, location, form)
    cause, now = form.cause(), timezone.now()
    if request.method == "GET":
        return _shown(request, form, cause, now)
    try:
        offered = offered_from(request.POST.get("plan", ""), cause)
    except PlanLost as lost:
        return _shown(request, form, cause, now, reasons=[str(lost)], status=409)
    if request.POST.get("do") == "apply":
        return _apply(request, form, cause, now, offered)
    return _shown(request, form, cause, now, offered)


def _apply(
    request: StaffRequest, form: CauseForm, cause: Cause, now: datetime, offered: Offered
) -> HttpResponse:
    """Carry out what was offered and chosen: all of it, or nothing and why, with a fresh plan."""
    try:
        done = _carried_out(request, cause, now, offered)
    except BookingRefused as refused:
        reasons = list(dict.fromkeys(each.text for each in refused.objections))
        return _shown(request, form, cause, now, reasons=reasons, status=409)
    except (KeyReused, TryAgain) as refused:
        return _shown(request, form, cause, now, reasons=[str(refused)], status=409)
    messages.success(request, words.done(done), extra_tags=words.undo_url(done, request))
    return redirect(request.get_full_path())


def _carried_out(request: StaffRequest, cause: Cause, now: datetime, offered: Offered) -> Done:
    slots = slots_chosen(request.POST, offered)
    visits = causes.by_number(cause, slots)
    return actions.carry_out(
        cause=cause,
        decisions=[
            Decision(visits[pk], slot, offered.visits[pk][0])
            for pk, slot in slots.items()
            if pk in visits
        ],
        words=words.cause_words(cause),
        recording=_recording(request, cause),
        by=request.user,
        now=now,
        key=offered.key,
    )


def _recording(request: StaffRequest, cause: Cause) -> Recording | None:
    if "record" not in request.POST or not _may_record(request, cause):
        return None
    return Recording(request.POST.get("kind", ""), request.POST.get("reason", ""))


def _may_record(request: StaffRequest, cause: Cause) -> bool:
    permission = "clinic.change_resource" if cause.resource else "clinic.change_location"
    return request.user.has_perm(permission)


# The page ----------------------------------------------------------------------------------------


def _location(request: StaffRequest) -> Location | None:
    """That of the address: `location`, or where its resource is; else where this browser works."""
    place, resource = (_number(request, name) for name in ("location", "resource"))
    found = Location.objects.filter(pk=place).first()
    owners = Location.objects.filter(resources=resource)
    return found or (owners.first() if resource else None) or current(request)


def _number(request: StaffRequest, name: str) -> int:
    """A number of the address; 0, which nothing has, for none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _form(request: StaffRequest, location: Location) -> CauseForm:
    today = timezone.now().astimezone(location.zone).date()
    asked = request.GET if "first" in request.GET else None
    resources = causes.resources_of(location)
    return CauseForm(asked, location=location, resources=resources, today=today)


def _shown(
    request: StaffRequest,
    form: CauseForm,
    cause: Cause,
    now: datetime,
    offered: Offered | None = None,
    *,
    reasons: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The plan; solved around what was decided when it was offered before."""
    visits = causes.touched(cause, now)
    context: dict[str, Any] = {"cause": cause, "reasons": reasons, "visits": visits, "most": MOST}
    if 0 < len(visits) <= MOST:
        keep_all = request.POST.get("do") == "keep"
        choices = chosen(request.POST, offered, keep_all=keep_all) if offered else {}
        context["plan"] = plan_of(Situation(cause, visits, choices, now), offered)
        context["may_record"] = _may_record(request, cause) and not causes.is_recorded(cause)
        context["kinds"] = words.kinds(cause)
    return _answer(request, cause.location, form, context, status)


def _answer(
    request: StaffRequest,
    location: Location,
    form: CauseForm,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    known = {"section": "worklist", "location": location, "form": form, "posted": request.POST}
    template = "treatments/replan.html#plan" if request.htmx else "treatments/replan.html"
    return render(request, template, known | (context or {}), status=status)


# The way back ------------------------------------------------------------------------------------


@requires("clinic.change_appointment")
@require_POST
def undo(request: StaffRequest, token: str) -> HttpResponse:
    """Take a re-plan back, and what was recorded with it: for all patients or none."""
    found = words.undo_from(token)
    together = rearrangements.decided_together(found.made) if found else []
    if found is None or not together:
        messages.error(request, _("This cannot be undone from here any more. Nothing was changed."))
        return redirect("replan")
    try:
        actions.take_back(
            rearrangements=together,
            absence=found.absence,
            closure=found.closure,
            by=request.user,
            now=timezone.now(),
            key=found.key,
        )
    except BookingRefused as refused:
        reasons = " ".join(each.text for each in refused.objections)
        messages.error(request, _("%(reasons)s Nothing was changed.") % {"reasons": reasons})
    except (KeyReused, TryAgain) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words.taken_back(together))
    return redirect(found.page)
