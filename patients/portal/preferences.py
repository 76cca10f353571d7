"""The page on which a patient chooses what to hear about, and the one click of mail programs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from patients.actions import links
from patients.actions import preferences as actions
from patients.models import Link
from patients.portal import doors
from patients.queries import preferences

PURPOSE = Link.Purpose.PREFERENCES


@login_not_required
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    return doors.arrive(purpose=PURPOSE, page="preferences", token=token)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The purposes with a tick each; saved by the button alone."""
    now = timezone.now()
    link = doors.found(request, PURPOSE, now)
    if link is None:
        return doors.over(request)
    saved = request.method == "POST"
    if saved:
        actions.choose(patient=link.patient, wanted=request.POST.getlist("wanted"), now=now)
    with translation.override(link.patient.letter_language):
        context = {"choices": preferences.choices(link.patient), "saved": saved}
        return render(request, "portal/preferences.html", context)


# RFC 8058: the mail program posts by itself, without our cookies or the page's token
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str, purposes: str) -> HttpResponse:
    """What a mail program's own button posts. Opened as a page it shows the choices instead."""
    now = timezone.now()
    if request.method != "POST":
        return doors.arrive(purpose=PURPOSE, page="preferences", token=token)
    link = links.opened(purpose=PURPOSE, text=token, now=now)
    if link is None:
        return doors.over(request)
    actions.refuse(patient=link.patient, purposes=purposes.split("+"), now=now)
    with translation.override(link.patient.letter_language):
        return HttpResponse(_("You will not get these any more."), content_type="text/plain")
