"""The buttons of a visit's panel that record health answers and consent."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.forms.readiness import AnswersForm, ScopeForm, SeenForm
from clinic.models import Appointment
from clinic.queries import appointments, consents
from clinic.views.appointment import answer
from clinic.views.today import Outcome
from patients.actions import readiness
from patients.actions.readiness import ReadinessRefusedError
from patients.actions.retry import TryAgain
from patients.models import Consent, Screening
from patients.queries.readiness import Readiness

Act = Callable[[Appointment], str]
"""Does it for the patient of this visit and answers what was done, with "%(name)s" in it."""


@requires("patients.add_screening")
@require_POST
def screening(request: StaffRequest, pk: int) -> HttpResponse:
    """The health questions were answered: all clear, or something to check."""

    def act(visit: Appointment) -> str:
        asked, now = _cleaned(AnswersForm(request.POST)), timezone.now()
        on = appointments.local_today(visit.location, now)
        readiness.record_screening(patient=visit.patient, on=on, by=request.user, now=now, **asked)
        if asked["outcome"] == Screening.Outcome.CLEAR:
            return _("The health answers of %(name)s are clear.")
        return _("Noted. A clinician looks at the health answers of %(name)s.")

    return _answered(request, pk, act)


@requires("patients.add_screening")
@require_POST
def undo_screening(request: StaffRequest, pk: int) -> HttpResponse:
    def act(visit: Appointment) -> str:
        found = _seen(request, visit.patient.screenings)
        readiness.take_back_screening(screening=found, by=request.user, now=timezone.now())
        return _("Undone: what was known of %(name)s before counts again.")

    return _answered(request, pk, act)


@requires("patients.clear_screening")
@require_POST
def clear_screening(request: StaffRequest, pk: int) -> HttpResponse:
    """A clinician has looked at what was to be checked."""

    def act(visit: Appointment) -> str:
        found, reason = _seen(request, visit.patient.screenings), request.POST.get("reason", "")
        now = timezone.now()
        readiness.clear_screening(screening=found, reason=reason, by=request.user, now=now)
        return _("%(name)s is cleared for treatment.")

    return _answered(request, pk, act)


@requires("patients.add_consent")
@require_POST
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    def act(visit: Appointment) -> str:
        asked, now = _cleaned(ScopeForm(request.POST)), timezone.now()
        if asked["scope"] not in {each.scope for each in consents.of_visit(visit, Readiness())}:
            raise ReadinessRefusedError(_("This button is not known here: reload the page."))
        readiness.record_consent(patient=visit.patient, by=request.user, now=now, **asked)
        return _("The consent of %(name)s on paper is noted.")

    return _answered(request, pk, act)


@requires("patients.change_consent")
@require_POST
def withdraw_consent(request: StaffRequest, pk: int) -> HttpResponse:
    def act(visit: Appointment) -> str:
        found: Consent = _seen(request, visit.patient.consents)
        is_mistake = request.POST.get("end") == Consent.End.MISTAKE
        readiness.withdraw_consent(
            consent=found, by=request.user, now=timezone.now(), is_mistake=is_mistake
        )
        return _("The consent of %(name)s no longer stands.")

    return _answered(request, pk, act)


def _answered(request: StaffRequest, pk: int, act: Act) -> HttpResponse:
    """Do it, or say why not, and show the visit again."""
    visits = Appointment.objects.select_related("patient", "location")
    visit = get_object_or_404(visits, pk=pk)
    try:
        said = act(visit) % {"name": visit.patient.full_name}
        outcome = Outcome(said, refused=False)
    except ReadinessRefusedError as refused:
        outcome = Outcome(_("%(why)s Nothing was changed.") % {"why": refused}, refused=True)
    except TryAgain as busy:
        outcome = Outcome(str(busy), refused=True)
    return answer(request, pk, outcome)


def _cleaned(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise ReadinessRefusedError(_("This button is not known here: reload the page."))
    return form.cleaned_data


def _seen(request: StaffRequest, rows: Any) -> Any:
    """The row of this patient that the page showed beside the button."""
    pk = _cleaned(SeenForm(request.POST))["seen"]
    return get_object_or_404(rows.select_related("patient"), pk=pk)
