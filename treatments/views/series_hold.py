"""Keeping a proposed series for some minutes, beside booking it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.actions.claims import BookingRefused, KeyReused
from clinic.views.holds import hold_key, kept_words
from patients.actions.retry import TryAgain
from treatments.actions import holds
from treatments.forms.offers import ProposalLost, offer_from
from treatments.queries import courses
from treatments.views.course_lines import COURSE


@requires("clinic.add_appointment")
@require_POST
def hold(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep all dates of one proposal, or none and why; either way the search is shown again."""
    course = get_object_or_404(courses.with_sessions(), pk=pk)
    try:
        offer = offer_from(request.POST.get("offer", ""), course)
        holds.hold_series(
            course=course,
            slots=offer.slots,
            by=request.user,
            now=timezone.now(),
            key=hold_key(offer.key),
        )
    except (ProposalLost, BookingRefused, KeyReused, TryAgain) as refused:
        messages.error(request, _("%(reasons)s Nothing is kept.") % {"reasons": refused})
    else:
        note_access(request, COURSE, course.pk, RecordAccess.Action.CHANGE)
        messages.success(request, kept_words())
    return redirect(f"{reverse('series', args=[pk])}?{request.GET.urlencode()}")
