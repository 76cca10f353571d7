"""Taking a decision about visits back."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import rearranging
from clinic.actions.claims import BookingRefused, KeyReused
from clinic.models import Rearrangement
from clinic.queries import rearrangements
from clinic.views.appointment import answer
from clinic.views.location import back
from clinic.views.today import Outcome
from patients.actions.retry import TryAgain


@requires("clinic.change_appointment")
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the visits back to where they were, for all patients of the decision or none."""
    made = get_object_or_404(Rearrangement.objects.select_related("patient"), pk=pk)
    outcome = _undone(request, made)
    if request.htmx:
        return answer(request, made.visits.values_list("appointment", flat=True)[0], outcome)
    level = messages.ERROR if outcome.refused else messages.SUCCESS
    messages.add_message(request, level, outcome.text)
    return back(request, reverse("today"))


def _undone(request: StaffRequest, made: Rearrangement) -> Outcome:
    together = rearrangements.decided_together(made)
    # the same press twice is one request
    key = uuid.uuid5(made.key, "undo")
    try:
        rearranging.undo(rearrangements=together, by=request.user, now=timezone.now(), key=key)
    except BookingRefused as refused:
        reasons = " ".join(each.text for each in refused.objections)
        return Outcome(_("%(reasons)s Nothing was changed.") % {"reasons": reasons}, refused=True)
    except (KeyReused, TryAgain) as refused:
        return Outcome(str(refused), refused=True)
    text = ngettext(
        "Taken back: the visits of %(name)s stand as before.",
        "Taken back: the visits of %(n)d patients stand as before.",
        len(together),
    )
    return Outcome(text % {"name": made.patient.full_name, "n": len(together)}, refused=False)
