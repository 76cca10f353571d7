"""Agreeing a course with a patient."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.views.location import current
from patients.models import Patient
from patients.queries.header import header_of
from treatments.actions import plans
from treatments.actions.plans import PlanRefused
from treatments.forms.plans import CourseForm
from treatments.models import Course
from treatments.views.course_lines import COURSE


@requires("treatments.add_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: StaffRequest, pk: int) -> HttpResponse:
    """Start a course; its dates are searched on the next page."""
    patient = get_object_or_404(Patient, pk=pk)
    data = request.POST if request.method == "POST" else None
    form = CourseForm(data, patient=patient, here=current(request))
    if form.is_valid():
        try:
            course = _start(request, patient, form)
        except PlanRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _started(course))
            return redirect("series", course.pk)
    header = header_of(patient, timezone.now())
    context = {"section": "patients", "patient": patient, "header": header, "form": form}
    return render(request, "treatments/course_form.html", context, status=422 if data else 200)


def _start(request: StaffRequest, patient: Patient, form: CourseForm) -> Course:
    course = plans.start_course(
        patient=patient, terms=form.terms(), by=request.user, now=timezone.now()
    )
    note_access(request, COURSE, course.pk, RecordAccess.Action.CHANGE)
    return course


def _started(course: Course) -> str:
    return _("%(name)s: the course is started. Now its dates.") % {"name": course.protocol.name}
