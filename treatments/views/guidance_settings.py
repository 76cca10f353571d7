"""The numbers behind guidance, for the manager."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, requires
from treatments.actions import guidance_settings
from treatments.forms.guidance_settings import GuidanceForm
from treatments.guidance.facts import Thresholds
from treatments.queries import guidance


@requires("treatments.change_protocol")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """See and change them; what was decided before keeps the numbers it was decided with."""
    settings = guidance.newest_settings()
    numbers = settings.as_thresholds() if settings else Thresholds()
    data = request.POST if request.method == "POST" else None
    form = GuidanceForm(data, numbers=numbers)
    if form.is_valid():
        try:
            made = guidance_settings.change(
                numbers=form.thresholds(), by=request.user, now=timezone.now()
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            same = _("Nothing was changed.")
            messages.success(request, _("Saved. They count from now on.") if made else same)
            return redirect("guidance-settings")
    context = {"section": "clinic", "form": form, "settings": settings}
    return render(request, "treatments/guidance.html", context, status=422 if data else 200)
