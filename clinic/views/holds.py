"""Times kept while a patient decides: book what is kept, or give it back."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import holding
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment, Booking
from clinic.scheduling.refusals import listed
from clinic.views.appointment import answer
from clinic.views.location import back
from clinic.views.today import Outcome
from patients.actions.retry import TryAgain


def hold_key(key: uuid.UUID) -> uuid.UUID:
    """The key of holding what an offered form would book with `key`: two requests, two keys."""
    return uuid.uuid5(key, "hold")


def kept_words() -> str:
    text = _("Nobody else can have it for %(n)d minutes. The patient is told once it is booked.")
    return text % {"n": settings.HOLD_MINUTES}


@requires("clinic.add_appointment")
@require_POST
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Book what is kept."""
    kept = get_object_or_404(Booking.objects.filter(appointments__isnull=False).distinct(), pk=pk)
    try:
        visits = holding.confirm(booking=kept, by=request.user, now=timezone.now())
    except (BookingRefused, TryAgain) as refused:
        text = _("%(reasons)s Nothing was booked.") % {"reasons": refused}
        return _told(request, kept, Outcome(text, refused=True))
    return _told(request, kept, Outcome(booked_words(visits), refused=False))


@requires("clinic.add_appointment")
@require_POST
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """Give back what is kept; pressing it too late is no mistake."""
    kept = get_object_or_404(Booking.objects.filter(appointments__isnull=False).distinct(), pk=pk)
    try:
        holding.release(booking=kept, by=request.user, now=timezone.now())
    except TryAgain as busy:
        return _told(request, kept, Outcome(str(busy), refused=True))
    return _told(request, kept, Outcome(_("The time is free again."), refused=False))


def _told(request: StaffRequest, kept: Booking, outcome: Outcome) -> HttpResponse:
    """Into the panel of its first visit, or as a banner on the page it was pressed on."""
    first = kept.appointments.order_by("during")[0]
    if request.htmx:
        return answer(request, first.pk, outcome)
    level = messages.ERROR if outcome.refused else messages.SUCCESS
    messages.add_message(request, level, outcome.text)
    return back(request, reverse("patient-detail", args=[first.patient_id]))


def booked_words(visits: list[Appointment]) -> str:
    """ "Booked: Tue 1 Dec 15:30 and Tue 22 Dec 15:30. The confirmation goes to ada@…" """
    patient = visits[0].patient
    dates = listed(f"{date_format(v.starts_at, 'D j M')} {v.starts_at:%H:%M}" for v in visits)
    if patient.may_be_emailed:
        told = _("The confirmation goes to %(email)s.") % {"email": patient.email}
    else:
        told = _("No e-mail goes out: %(why)s.") % {"why": patient.why_not_emailed}
    return _("Booked: %(dates)s.") % {"dates": dates} + f" {told}"
