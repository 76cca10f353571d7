"""The plan and the aftercare sheet as PDF, made when they are asked for."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from clinic.models import Appointment
from patients.queries.record import RECORD
from patients.views.pdf import pdf_response
from treatments.actions import aftercare_sheet, plan_sheet
from treatments.actions.aftercare_sheet import Visited
from treatments.queries import courses, done


@requires("treatments.view_plan")
@require_safe
def plan(request: StaffRequest, pk: int) -> HttpResponse:
    course = get_object_or_404(courses.with_sessions(), pk=pk)
    note_access(request, RECORD, course.plan.patient_id, RecordAccess.Action.READ)
    made = plan_sheet.make(course, made_at=timezone.now())
    return pdf_response(made.content, plan_sheet.FILE_NAME)


@requires("treatments.view_plan")
@require_safe
def aftercare(request: StaffRequest, pk: int) -> HttpResponse:
    """Also before the visit: what is planned is what the sheet is about then."""
    visits = Appointment.objects.select_related("patient", "location")
    visit = get_object_or_404(visits, pk=pk)
    note_access(request, RECORD, visit.patient_id, RecordAccess.Action.READ)
    found = done.of_appointment(visit)
    if found is None:
        raise Http404
    visited = Visited(visit.patient, visit.location)
    made = aftercare_sheet.make(visited, found, made_at=timezone.now())
    return pdf_response(made.content, aftercare_sheet.FILE_NAME)
