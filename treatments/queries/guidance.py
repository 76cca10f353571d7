"""Guidance for one signed assessment: its findings, the health answers, the clinic's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from patients.models import Screening
from patients.queries import screening as answers
from treatments import contraindications
from treatments.contraindications import Flag
from treatments.guidance import Facts, Guidance, Spot, Thresholds, Tried, eye_area, guide
from treatments.models import Assessment, GuidanceSettings
from treatments.protocol_data.model import Modality
from treatments.queries import assessments, visit_checks
from treatments.screening_matrix import MODALITIES


@dataclass(frozen=True, slots=True)
class Advised:
    """What a clinician decides on. `settings` is None while the shipped numbers count; `asking`
    the health answers that were looked at, None for a patient who was never asked in full."""

    facts: Facts
    guidance: Guidance
    numbers: Thresholds
    settings: GuidanceSettings | None
    asking: Screening | None


def advise(assessment: Assessment, on: date) -> Advised:
    """Guidance as it stands on this day; the assessment's patient comes loaded. Five queries."""
    settings = newest_settings()
    numbers = settings.as_thresholds() if settings else Thresholds()
    facts = facts_of(assessment, on)
    asking = answers.last_answered_of({assessment.patient_id}).get(assessment.patient_id)
    flags = {each: _flags(each, assessment, facts, asking, on) for each in MODALITIES}
    return Advised(facts, guide(facts, flags, numbers), numbers, settings, asking)


def newest_settings() -> GuidanceSettings | None:
    """The numbers that count; None while nobody has changed the shipped ones."""
    return GuidanceSettings.objects.select_related("changed_by").order_by("-pk").first()


def facts_of(assessment: Assessment, on: date) -> Facts:
    """The assessment as guidance takes it: what is still there, how it looks, what was tried."""
    found = (
        assessment.findings.filter(state__in=assessments.THERE)
        .select_related("lesion")
        .order_by("pk")
    )
    tried = assessment.previous_treatments.order_by("pk")
    return Facts(
        spots=tuple(Spot(each.lesion.site, each.count, each.size_mm, each.depth) for each in found),
        arrangement=assessment.arrangement,
        kind=assessment.kind,
        cause=assessment.cause,
        certain=assessment.diagnosis == Assessment.Diagnosis.CLEAR and not assessment.suspected,
        atypical=assessment.pigmented_or_atypical,
        age=assessment.patient.age_on(on),
        skin_type=assessment.skin_type,
        present_for_months=assessment.present_for_months,
        new_within_months=assessment.new_within_months,
        episodes_a_year=assessment.episodes_a_year,
        tried=tuple(
            Tried(cast(Modality, each.modality), each.result, each.finished) for each in tried
        ),
        triggers=frozenset(assessment.triggers),
        wants_prevention=assessment.wants_prevention,
        accepts_downtime=assessment.accepts_downtime,
        squeezes=assessment.squeezes,
        bothered=_bothered(assessment),
    )


def _bothered(assessment: Assessment) -> bool | None:
    if assessment.symptoms != Assessment.Symptoms.NONE:
        return True
    return None if assessment.concern is None else assessment.concern > 0


def _flags(
    modality: Modality, assessment: Assessment, facts: Facts, asking: Screening | None, on: date
) -> Sequence[Flag]:
    """What the health answers say; a block that was cleared is a caution that names who did."""
    own = contraindications.Facts(
        on,
        eye_area=eye_area(modality, facts),
        uncertain=assessment.diagnosis != Assessment.Diagnosis.CLEAR
        or assessment.pigmented_or_atypical
        or bool(assessment.suspected),
    )
    known = visit_checks.facts_of(assessment.patient, asking, own, on)
    known = replace(known, skin_type=assessment.skin_type or known.skin_type)
    check = visit_checks.check(modality, known, asking, asking)
    return [_as_cleared(each) for each in check.judged]


def _as_cleared(judged: visit_checks.Judged) -> Flag:
    flag, cleared = judged.flag, judged.clearance
    if cleared is None or not flag.stops:
        return flag
    text = f"{flag.text} Cleared by {cleared.cleared_by}: {cleared.reason}"
    return replace(flag, level="C", text=text)
