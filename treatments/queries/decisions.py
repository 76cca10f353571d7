"""What was decided about a patient."""

from django.db.models import Prefetch, QuerySet

from patients.models import Patient
from treatments.models import Assessment, Course, Decision, DecisionAdvice, DecisionOption, Plan


def with_advice() -> QuerySet[Decision]:
    """Decisions with patient, assessment, options in their order and every sentence; three more
    queries."""
    advice = DecisionAdvice.objects.order_by("pk")
    options = DecisionOption.objects.order_by("rank")
    related = ("patient", "signed_by", "assessment__signed_by", "numbers")
    return Decision.objects.select_related(*related).prefetch_related(
        Prefetch("options", options.prefetch_related(Prefetch("advice", advice))),
        Prefetch("advice", advice.filter(option=None), to_attr="general"),
    )


def newest_of(assessment: Assessment) -> Decision | None:
    return Decision.objects.filter(assessment=assessment).newest_first().first()


def plan_of(decision: Decision) -> Plan | None:
    return Plan.objects.filter(decision=decision).select_related("agreed_by").first()


def undecided(patient: Patient) -> Assessment | None:
    """The newest signed assessment if nothing was decided on it. One query."""
    rows = Assessment.objects.signed().filter(patient=patient).order_by("-signed_at", "-pk")
    newest = rows.select_related("signed_by").prefetch_related("decisions").first()
    return newest if newest and not newest.decisions.all() else None


def without_plan(patient: Patient) -> list[Decision]:
    """Decisions that led to no plan: to watch, to refer, or not planned yet. Two queries."""
    rows = Decision.objects.filter(patient=patient, plan=None).select_related("signed_by")
    chosen = DecisionOption.objects.filter(chosen=True).order_by("rank")
    return list(rows.prefetch_related(Prefetch("options", chosen)).newest_first())


def to_plan() -> QuerySet[Decision]:
    """Signed decisions to treat, with patient, assessment, its visit, and the chosen ways."""
    chosen = DecisionOption.objects.filter(chosen=True).order_by("rank")
    related = ("patient", "signed_by", "assessment__appointment__session")
    rows = Decision.objects.filter(way=Decision.Way.TREAT, signed_at__isnull=False)
    return rows.select_related(*related).prefetch_related(Prefetch("options", chosen))


def running(decision: Decision) -> list[str]:
    """The modalities of which the patient has a running course already, by name. One query."""
    rows = Course.objects.filter(
        plan__patient=decision.patient_id,
        status__in=[Course.Status.ACTIVE, Course.Status.PAUSED],
    )
    return sorted(rows.values_list("protocol__modality", flat=True).distinct())
