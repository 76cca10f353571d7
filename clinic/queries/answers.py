"""What patients answered by a link, as the desk sees it."""

from collections.abc import Iterable, Mapping

from django.db.models import F, QuerySet

from clinic.models import Appointment, Location, VisitAnswer


def waiting(location: Location) -> QuerySet[VisitAnswer]:
    """Who cannot come and was not seen to yet, the nearest visit first. An answer to a time that
    the visit no longer has is settled by itself."""
    rows = VisitAnswer.objects.filter(
        answer=VisitAnswer.Answer.CANNOT_COME,
        settled_at=None,
        version=F("appointment__version"),
        appointment__location=location,
        appointment__status__in=[Appointment.Status.BOOKED, Appointment.Status.CONFIRMED],
    )
    related = ("appointment__patient", "appointment__service", "appointment__location")
    return rows.select_related(*related).order_by("appointment__during", "pk")


def of_visits(appointments: Iterable[Appointment]) -> Mapping[int, VisitAnswer]:
    """What was answered to the present time of each of these visits; one query."""
    rows = VisitAnswer.objects.filter(
        appointment__in=[each.pk for each in appointments], version=F("appointment__version")
    )
    return {row.appointment_id: row for row in rows}


def cannot_come(appointment: Appointment) -> bool:
    """Whether the patient said so of the time that the visit has now."""
    answer = of_visits([appointment]).get(appointment.pk)
    return answer is not None and answer.answer == VisitAnswer.Answer.CANNOT_COME
