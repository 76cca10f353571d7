"""The desk has seen to what a patient answered by a link."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, requires
from clinic.actions import answers
from clinic.models import VisitAnswer


@requires("clinic.change_appointment")
@require_POST
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    answer = get_object_or_404(VisitAnswer.objects.select_related("appointment__patient"), pk=pk)
    answers.settle(answer=answer, by=request.user, now=timezone.now())
    said = {"name": answer.appointment.patient.full_name}
    messages.success(request, _("Seen to: %(name)s. The visit stands as it is.") % said)
    return redirect("worklist")
