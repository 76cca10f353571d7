"""The panel of one visit, and the buttons that move it on."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions import answers, booking
from clinic.actions.claims import BookingRefused
from clinic.forms.appointment import CancelForm
from clinic.forms.readiness import ClearForm, ToCheckForm
from clinic.models import Appointment
from clinic.queries import appointments, consents, holds, lights, rearrangements
from clinic.views import today
from clinic.views.location import back, names_hidden
from clinic.views.today import Outcome
from clinic.views.words import said
from patients.actions import readiness
from patients.actions.retry import TryAgain
from patients.queries import readiness as ready
from patients.queries.header import header_of

# what every status verb of the booking door takes: appointment, by, now
Act = Callable[..., Appointment]

_RECORD = "clinic.appointment"


@requires("clinic.view_appointment")
@require_GET
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = get_object_or_404(appointments.with_history(), pk=pk)
    note_access(request, _RECORD, pk, RecordAccess.Action.READ)
    return _panel(request, appointment, CancelForm())


@requires("clinic.change_appointment")
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, answers.confirm_by_phone)


@requires("clinic.change_appointment")
@require_POST
def unconfirm(request: StaffRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, booking.unconfirm)


@requires("clinic.change_appointment")
@require_POST
def check_in(request: StaffRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, booking.check_in)


@requires("clinic.change_appointment")
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, booking.start)


@requires("clinic.change_appointment")
@require_POST
def complete(request: StaffRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, booking.complete)


@requires("clinic.change_appointment")
@require_POST
def no_show(request: StaffRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, booking.mark_no_show)


@requires("clinic.change_appointment")
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    return _advance(request, pk, partial(booking.undo_status, seen=request.POST.get("seen", "")))


@requires("clinic.cancel_appointment")
@require_POST
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = get_object_or_404(appointments.with_history(), pk=pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _panel(request, appointment, form)
    act = partial(booking.cancel, reason=form.cleaned_data["reason"])
    outcome = _tried(request, appointment, act)
    made = None if outcome.refused else rearrangements.last_of(appointment)
    undo_url = reverse("rearrangement-undo", args=[made.pk]) if made else ""
    return answer(request, pk, outcome._replace(undo_url=undo_url))


def _advance(request: StaffRequest, pk: int, act: Act) -> HttpResponse:
    appointment = get_object_or_404(Appointment.objects.select_related("patient"), pk=pk)
    return answer(request, pk, _tried(request, appointment, act))


def _tried(request: StaffRequest, appointment: Appointment, act: Act) -> Outcome:
    """Do it, or say why not; either way in a sentence."""
    try:
        changed = act(appointment=appointment, by=request.user, now=timezone.now())
    except BookingRefused as refused:
        reasons = " ".join(each.text for each in refused.objections)
        text = _("%(reasons)s Nothing was changed.") % {"reasons": reasons}
        return Outcome(text, True, "", *_way_out(refused, appointment))
    except TryAgain as busy:
        return Outcome(str(busy), refused=True)
    return Outcome(said(changed, changed.patient.full_name), refused=False)


def _way_out(refused: BookingRefused, appointment: Appointment) -> tuple[str, str]:
    """The page where the first objection that has one is put right, and the verb for that."""
    found = next((each for each in refused.objections if each.settled_at), None)
    if found is None:
        return "", ""
    return reverse(found.settled_at, args=[appointment.pk]), found.settle_label


def answer(request: StaffRequest, pk: int, outcome: Outcome) -> HttpResponse:
    """To a card of today's board: the board. To the panel: the panel. To a plain form: its page."""
    if request.htmx and "on" in request.POST:
        return today.fragment(request, outcome)
    if request.htmx:
        appointment = get_object_or_404(appointments.with_history(), pk=pk)
        response = _panel(request, appointment, CancelForm(), outcome)
        response["HX-Trigger-After-Swap"] = "appointment-changed"
        return response
    level = messages.ERROR if outcome.refused else messages.SUCCESS
    tags = outcome.undo_url or outcome.settle_url
    messages.add_message(request, level, outcome.text, extra_tags=tags)
    return back(request, reverse("appointment-detail", args=[pk]))


def _panel(
    request: StaffRequest,
    appointment: Appointment,
    cancel_form: CancelForm,
    outcome: Outcome | None = None,
) -> HttpResponse:
    now = timezone.now()
    visit = appointments.visit(appointment, now)
    is_held = appointment.status == Appointment.Status.HELD
    context = _ready(request, appointment) | {
        "section": "calendar",
        "appointment": appointment,
        "patient": appointment.patient,
        "header": header_of(appointment.patient, now),
        "names_hidden": names_hidden(request),
        "visit": visit,
        "held": (*visit.people, *visit.rooms, *visit.devices),
        "segments": appointments.segments(appointment),
        "history": appointments.history(appointment),
        "may_cancel": appointment.status in appointments.CANCELLABLE,
        "kept": holds.of_booking(appointment.booking_id, now) if is_held else None,
        "now": now,
        "cancel_form": cancel_form,
        "outcome": outcome,
    }
    template = "clinic/appointment.html#panel" if request.htmx else "clinic/appointment.html"
    return render(request, template, context)


def _ready(request: StaffRequest, appointment: Appointment) -> dict[str, Any]:
    """What is known of the patient's health answers and consent, and what may be done about it."""
    now, patient = timezone.now(), appointment.patient_id
    found = ready.of_patients([patient])[patient]
    screening, on = found.screening, appointment.starts_at.date()
    return {
        "ready": found,
        "consents": consents.of_visit(appointment, found),
        "lights": lights.of([appointment]).get(appointment.pk, ()),
        "holds": screening is not None and screening.holds_on(on),
        "may_undo": screening is not None and readiness.may_take_back(screening, request.user, now),
        "today": appointments.local_today(appointment.location, now),
        "to_check_form": ToCheckForm(),
        "clear_form": ClearForm(),
    }
