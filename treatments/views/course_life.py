"""Stopping a course, and taking it up again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from treatments.actions import courses
from treatments.models import Course
from treatments.views.course_lines import COURSE


@requires("treatments.change_plan")
@require_POST
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop it for the reason given, or with `again` go on with it."""
    course = get_object_or_404(Course.objects.select_related("plan", "protocol"), pk=pk)
    words = {"name": course.protocol.name}
    try:
        if request.POST.get("again"):
            courses.take_up(course=course, now=timezone.now())
            text = _("The course of %(name)s goes on.")
        else:
            reason = request.POST.get("reason", "")
            courses.stop(course=course, reason=reason, by=request.user, now=timezone.now())
            text = _("The course of %(name)s is stopped. Its booked visits stand until cancelled.")
    except courses.CourseRefused as refused:
        messages.error(request, str(refused))
    else:
        note_access(request, COURSE, pk, RecordAccess.Action.CHANGE)
        messages.success(request, text % words)
    return redirect("patient-detail", course.plan.patient_id)
