"""Whether messages go out: a page for staff, two words for a watching program."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, requires
from patients.queries import post_status


@requires("patients.view_message")
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    context = {"section": "messages", "post": post_status.status(timezone.now())}
    return render(request, "patients/post_status.html", context)


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """503 as long as somebody has to look; what it is stands on the page for staff."""
    well = not post_status.status(timezone.now()).troubles
    return JsonResponse({"messages": "well" if well else "ill"}, status=200 if well else 503)
