"""Plans with their courses, regimens and the decision behind them."""

from django.db.models import Prefetch, QuerySet

from patients.models import Patient
from treatments.models import Course, DecisionOption, Plan, Session


def with_courses() -> QuerySet[Plan]:
    """Plans with patient, decision and courses in order; each course with protocol, regimen and
    sessions with their visits. Three queries beside the plans' own."""
    sessions = Session.objects.select_related("appointment__location").order_by("number")
    courses = Course.objects.select_related(
        "protocol__first_service",
        "protocol__follow_up_service",
        "location",
        "practitioner",
        "plan__patient",
        "regimen",
    ).prefetch_related(Prefetch("sessions", sessions))
    related = ("patient", "agreed_by", "decision__signed_by", "decision__assessment")
    return Plan.objects.select_related(*related).prefetch_related(
        Prefetch("courses", courses.order_by("pk")),
        Prefetch("decision__options", DecisionOption.objects.filter(chosen=True).order_by("rank")),
    )


def of_patient(patient: Patient) -> list[Plan]:
    """The newest first."""
    return list(with_courses().filter(patient=patient).order_by("-agreed_at", "-pk"))
