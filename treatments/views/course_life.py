"""Pausing, stopping and finishing a course, and taking it up again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.views.location import back
from treatments.actions import courses
from treatments.actions.courses import CourseRefused
from treatments.forms.course_life import PauseForm
from treatments.models import Course
from treatments.views.course_lines import COURSE

_Act = Callable[[StaffRequest, Course], str]


@requires("treatments.change_plan")
@require_POST
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop it for the reason given; with `pause` interrupt it, with `again` go on, with `finish`
    end what is used at home."""
    course = get_object_or_404(Course.objects.select_related("plan", "protocol"), pk=pk)
    asked = next((act for name, act in _ACTS.items() if request.POST.get(name)), _stop)
    try:
        said = asked(request, course)
    except CourseRefused as refused:
        messages.error(request, str(refused))
    else:
        note_access(request, COURSE, pk, RecordAccess.Action.CHANGE)
        messages.success(request, said % {"name": course.protocol.name})
    return back(request, resolve_url("patient-detail", course.plan.patient_id))


def _stop(request: StaffRequest, course: Course) -> str:
    reason = request.POST.get("reason", "")
    courses.stop(course=course, reason=reason, by=request.user, now=timezone.now())
    return _("The course of %(name)s is stopped. Its booked visits stand until cancelled.")


def _pause(request: StaffRequest, course: Course) -> str:
    form = PauseForm(request.POST)
    if not form.is_valid():
        raise CourseRefused(next(iter(form.errors.values()))[0])
    courses.pause(course=course, by=request.user, now=timezone.now(), **form.cleaned_data)
    return _("The course of %(name)s is paused: no letters. Booked visits stand until cancelled.")


def _again(request: StaffRequest, course: Course) -> str:
    courses.take_up(course=course, by=request.user, now=timezone.now())
    return _("The course of %(name)s goes on.")


def _finish(request: StaffRequest, course: Course) -> str:
    courses.finish(course=course, by=request.user, now=timezone.now())
    return _("The course of %(name)s is finished.")


_ACTS: dict[str, _Act] = {"again": _again, "pause": _pause, "finish": _finish}
