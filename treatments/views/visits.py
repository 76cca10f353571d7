"""The log of one visit: opened, written, taken over, thrown away, signed."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment
from patients.actions.retry import TryAgain
from patients.queries.header import header_of
from treatments.actions import visits as actions
from treatments.actions.visits import DraftIsOver, NotReady, Seen, VisitRefused
from treatments.forms.visits import LogForm
from treatments.models import Visit
from treatments.queries import visits
from treatments.queries.visits import Log
from treatments.views import visit_pages

RECORD = "treatments.visit"
_ROWS = Appointment.objects.select_related("location", "service", "patient")


@requires("treatments.view_visit")
@require_safe
def log(request: StaffRequest, pk: int) -> HttpResponse:
    """The log to write in, or to begin; what somebody else writes is shown to read."""
    appointment = get_object_or_404(_ROWS, pk=pk)
    found = visits.log_of(appointment)
    if found and found.visit:
        note_access(request, RECORD, found.visit.pk, RecordAccess.Action.READ)
        if found.visit.is_signed:
            return redirect("visit-record", found.visit.pk)
    return _page(request, appointment, found)


@requires("treatments.add_visit")
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """The patient comes into the room and the log is opened: one press."""
    appointment = get_object_or_404(_ROWS, pk=pk)
    try:
        made = actions.start(appointment=appointment, by=request.user, now=timezone.now())
    except (BookingRefused, VisitRefused, TryAgain) as refused:
        words = {"reason": str(refused)}
        messages.error(request, _("%(reason)s The log is not begun.") % words)
    else:
        note_access(request, RECORD, made.pk, RecordAccess.Action.CHANGE)
    return redirect("visit-log", pk)


@requires("treatments.add_visit")
@require_POST
def save(request: StaffRequest, pk: int) -> HttpResponse:
    """What was typed: to a page that saves itself in JSON, to a plain form its page."""
    found = _log(pk)
    form, answer = _saved(request, found)
    if request.headers.get("X-Draft"):
        return answer
    if answer.status_code == 422:
        return _page(request, found.appointment, found.again(), form, 422)
    return _back(request, pk, answer)


@requires("treatments.sign_visit")
@require_POST
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """Save what stands in the form, then sign it; refused, the page says where."""
    found = _log(pk)
    draft = found.visit
    if draft is not None and draft.is_signed and draft.signed_by_id == request.user.pk:
        return redirect("visit-record", draft.pk)
    form, answer = _saved(request, found)
    if answer.status_code == 422:
        return _page(request, found.appointment, found.again(), form, 422)
    if draft is None or answer.status_code != 200:
        return _back(request, pk, answer)
    try:
        signed = _sign(request, draft, json.loads(answer.content)["version"])
    except (NotReady, BookingRefused, VisitRefused, TryAgain) as refused:
        return _not_signed(request, pk, form, refused)
    messages.success(request, _("Signed. The visit is done, and its aftercare is on its way."))
    return redirect("visit-record", signed.pk)


def _sign(request: StaffRequest, draft: Visit, version: int) -> Visit:
    signed = actions.sign(visit=draft, version=version, by=request.user, now=timezone.now())
    note_access(request, RECORD, signed.pk, RecordAccess.Action.CHANGE)
    return signed


@requires("treatments.add_visit")
@require_POST
def take_over(request: StaffRequest, pk: int) -> HttpResponse:
    """Go on writing what somebody else began."""
    found = _log(pk)
    if found.visit is not None:
        try:
            actions.take_over(visit=found.visit, by=request.user, now=timezone.now())
        except VisitRefused as refused:
            messages.error(request, str(refused))
        else:
            note_access(request, RECORD, found.visit.pk, RecordAccess.Action.CHANGE)
    return redirect("visit-log", pk)


@requires("treatments.add_visit")
@require_POST
def throw_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove an own draft that was opened for the wrong visit."""
    found = _log(pk)
    if found.visit is not None:
        try:
            actions.throw_away(visit=found.visit, by=request.user, now=timezone.now())
        except VisitRefused as refused:
            messages.error(request, str(refused))
            return redirect("visit-log", pk)
    messages.success(request, _("The draft is thrown away. The visit itself stands as it was."))
    return redirect("appointment-detail", pk)


# One call each ------------------------------------------------------------------------------------


def _log(pk: int) -> Log:
    appointment = get_object_or_404(_ROWS, pk=pk)
    found = visits.log_of(appointment)
    if found is None:
        raise Http404("no treatment, no log")
    return found


def _saved(request: StaffRequest, found: Log) -> tuple[LogForm | None, HttpResponse]:
    """Save what can be; the answer as drafts.js reads it."""
    draft = found.visit
    if draft is None:
        return None, _refusal(410, _("This draft was thrown away. Nothing more is saved here."))
    form = visit_pages.form_of(found, draft, request.POST)
    form.is_valid()
    version = request.POST.get("version", "")
    seen = Seen(
        int(version) if version.isdecimal() and len(version) < 10 else 0,
        request.POST.get("tab", "")[:40],
    )
    try:
        made = actions.save(
            visit=draft, entry=form.entry(), seen=seen, by=request.user, now=timezone.now()
        )
    except DraftIsOver as over:
        return form, _refusal(410, str(over))
    except VisitRefused as refused:
        return form, _refusal(409, str(refused))
    except TryAgain as busy:
        # the page tries again by itself
        return form, _refusal(503, str(busy))
    return form, _said(request, found, made, form)


def _refusal(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)


def _said(request: StaffRequest, found: Log, made: Visit, form: LogForm) -> JsonResponse:
    """What the page shows after a save: the new version, and what is to be said of the values."""
    says = visit_pages.says_of(found.again(), request.user)
    html = render_to_string("treatments/visit_says.html", {"says": says}, request)
    body: dict[str, Any] = {"version": made.version, "says": html}
    if not form.errors:
        return JsonResponse(body)
    body["errors"] = {name: str(texts[0]) for name, texts in form.errors.items()}
    body["sentence"] = _("Saved, but for what is marked.")
    return JsonResponse(body, status=422)


def _back(request: StaffRequest, pk: int, answer: HttpResponse) -> HttpResponse:
    """To the log as it is saved; with the sentence of a refusal. What was entered on a page that is
    older is not filled in there: the browser kept it and offers it."""
    if sentence := json.loads(answer.content).get("sentence"):
        messages.error(request, sentence)
    return redirect("visit-log", pk)


def _not_signed(
    request: StaffRequest, pk: int, form: LogForm | None, refused: Exception
) -> HttpResponse:
    """The page again: what was typed is saved, and what keeps it from being signed is marked."""
    errors = refused.errors if isinstance(refused, NotReady) else {"": str(refused)}
    for name, text in errors.items():
        known = form is not None and name in form.fields
        if form is not None:
            form.add_error(name if known else None, text)
    found = _log(pk)
    return _page(request, found.appointment, found, form, 422)


def _page(
    request: StaffRequest,
    appointment: Appointment,
    found: Log | None,
    form: LogForm | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = found.visit if found else None
    own = draft is not None and draft.author_id == request.user.pk and not draft.is_signed
    may = own and request.user.has_perm("treatments.add_visit")
    context: dict[str, Any] = {
        "section": "today",
        "appointment": appointment,
        "patient": appointment.patient,
        "header": header_of(appointment.patient, timezone.now()),
        "log": found,
        "visit": draft,
        "saved_at": draft and draft.saved_at.astimezone(appointment.location.zone),
    }
    if found is None or draft is None or not may:
        return render(request, "treatments/visit_start.html", context, status=status)
    shown = form or visit_pages.form_of(found, draft)
    context |= visit_pages.context_of(found, shown, request.user)
    return render(request, "treatments/visit_log.html", context, status=status)
