"""Changing how often a retinoid is used at home."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from treatments.actions import regimens
from treatments.actions.regimens import RegimenRefused
from treatments.forms.course_life import StepForm
from treatments.models import Regimen, RegimenChange
from treatments.views.course_lines import COURSE


@requires("treatments.sign_visit")
@require_POST
def step(request: StaffRequest, pk: int) -> HttpResponse:
    """More evenings a week, fewer, or this many for a week longer."""
    regimen = get_object_or_404(Regimen.objects.select_related("course__plan"), pk=pk)
    form = StepForm(request.POST)
    try:
        if not form.is_valid():
            raise RegimenRefused(next(iter(form.errors.values()))[0])
        what = RegimenChange.What(form.cleaned_data["what"])
        regimens.step(
            regimen=regimen,
            what=what,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )
    except RegimenRefused as refused:
        messages.error(request, str(refused))
    else:
        note_access(request, COURSE, regimen.course_id, RecordAccess.Action.CHANGE)
        messages.success(request, _("Changed from this week on: %(what)s.") % {"what": what.label})
    return redirect("plan", regimen.course.plan_id)
