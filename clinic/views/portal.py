"""The page on which a patient answers a visit by the link of a letter (see `patients.portal`)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from clinic.actions import answers
from clinic.actions.answers import MAY_ANSWER, AnswerOver
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment
from clinic.queries import answers as given
from patients.actions.retry import TryAgain
from patients.models import Link
from patients.portal import doors

PURPOSE = Link.Purpose.VISIT


@login_not_required
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    return doors.arrive(purpose=PURPOSE, page="my-visit", token=token)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """The visit with its two buttons; what came of pressing one."""
    link = doors.found(request, PURPOSE, timezone.now())
    visit = _visit_of(link) if link else None
    if link is None or visit is None:
        return doors.over(request)
    with translation.override(visit.patient.letter_language):
        return _answered(request, visit, link.version)


def _answered(request: HttpRequest, visit: Appointment, version: int) -> HttpResponse:
    if request.method != "POST":
        return _page(request, visit)
    try:
        _act(request, visit, version)
    except (AnswerOver, BookingRefused):
        return doors.over(request)
    except TryAgain as busy:
        return _page(request, visit, str(busy))
    return _page(request, visit)


def _act(request: HttpRequest, visit: Appointment, version: int) -> None:
    now = timezone.now()
    if request.POST.get("answer") == "confirm":
        answers.confirm(appointment=visit, version=version, now=now)
    elif request.POST.get("answer") == "cannot_come":
        words = request.POST.get("words", "")
        answers.cannot_come(appointment=visit, version=version, words=words, now=now)


def _visit_of(link: Link) -> Appointment | None:
    """The visit that the link is about, while it has the time it was sent for."""
    rows = Appointment.objects.with_details().filter(
        pk=link.subject_key.partition(":")[2], version=link.version, status__in=MAY_ANSWER
    )
    return rows.first()


def _page(request: HttpRequest, visit: Appointment, problem: str = "") -> HttpResponse:
    answered = given.of_visits([visit]).get(visit.pk)
    context: dict[str, Any] = {"visit": visit, "answered": answered, "problem": problem}
    return render(request, "portal/visit.html", context, status=409 if problem else 200)
