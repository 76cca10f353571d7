"""Deciding what follows from a signed assessment."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from patients.actions.retry import retry_on_contention
from patients.models import Patient
from treatments.guidance import Guidance, Point, Suggestion
from treatments.models import Assessment, Decision, DecisionAdvice, DecisionOption
from treatments.protocol_data.model import Modality
from treatments.queries import guidance
from treatments.queries.guidance import Advised

Way, Kind = Decision.Way, DecisionAdvice.Kind
DECIDE = "treatments.decide"


class DecisionRefused(Exception):
    """Not decided; the text says why. `modality` is the way that it is about, if one."""

    def __init__(self, sentence: str, modality: str = "") -> None:
        super().__init__(sentence)
        self.modality = modality


@dataclass(frozen=True, slots=True)
class Choice:
    """What a clinician chose: one or more ways to treat with the reasons for those that are
    blocked, or none. `seen` is the fingerprint of the guidance that was on the screen."""

    way: Decision.Way
    chosen: tuple[Modality, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    educated: bool = False
    seen: str = ""


@retry_on_contention
@transaction.atomic
def decide(
    *, assessment: Assessment, choice: Choice, by: User, now: datetime, key: uuid.UUID
) -> Decision:
    """Sign the choice, and freeze with it what guidance showed.

    Raises DecisionRefused for an assessment that is a draft or not the newest, when guidance says
    something else by now, when nothing is chosen, or a block has no reason. A repeated `key` gets
    the first decision back.
    """
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(
        pk=assessment.patient_id
    )
    before = Decision.objects.filter(key=key).first()
    if before is not None:
        return _the_same(before, assessment, by)
    _may_be_decided(assessment, patient)
    advised = guidance.advise(assessment, now.astimezone(patient.zone).date())
    _is_sound(choice, advised.guidance)
    decision = Decision.objects.create(
        patient=patient,
        assessment=assessment,
        numbers=advised.settings,
        way=choice.way,
        note=choice.note.strip(),
        educated=choice.educated,
        key=key,
    )
    _freeze(decision, choice, advised)
    decision.signed_at, decision.signed_by = now, by
    decision.save(update_fields=["signed_at", "signed_by"])
    return decision


def _the_same(before: Decision, assessment: Assessment, by: User) -> Decision:
    if (before.assessment_id, before.signed_by_id) != (assessment.pk, by.pk):
        raise DecisionRefused(_("This form was used for another decision. Reload the page."))
    return before


def _may_be_decided(assessment: Assessment, patient: Patient) -> None:
    if patient.deceased:
        words = {"name": patient.full_name}
        raise DecisionRefused(_("%(name)s is recorded as deceased.") % words)
    if not assessment.is_signed:
        raise DecisionRefused(_("The assessment is a draft. Sign it first, then decide."))
    newest = Assessment.objects.signed().filter(patient=patient).order_by("-signed_at", "-pk")
    if newest.values_list("pk", flat=True)[0] != assessment.pk:
        raise DecisionRefused(_("A newer assessment is signed by now. Decide on that one."))


def _is_sound(choice: Choice, shown: Guidance) -> None:
    if choice.seen and choice.seen != shown.fingerprint:
        text = _("What speaks for and against has changed since this page was opened. Look again.")
        raise DecisionRefused(text)
    if choice.way != Way.TREAT:
        return
    if not choice.chosen:
        raise DecisionRefused(_("Choose a treatment, or leave the skin alone, or refer."))
    for modality in choice.chosen:
        blocked = shown.of(modality).level == "blocked"
        if blocked and not choice.reasons.get(modality, "").strip():
            raise DecisionRefused(_("Write why it is done in spite of the block."), modality)


def _freeze(decision: Decision, choice: Choice, advised: Advised) -> None:
    """Six options and every sentence that was shown with them."""
    shown = advised.guidance
    rows = [_option(decision, choice, each) for each in shown.suggestions]
    options = DecisionOption.objects.bulk_create(rows)
    advice = [*_general(decision, shown)]
    for option, suggestion in zip(options, shown.suggestions, strict=True):
        advice += _about(decision, option, suggestion)
    DecisionAdvice.objects.bulk_create(advice)


def _option(decision: Decision, choice: Choice, each: Suggestion) -> DecisionOption:
    chosen = choice.way == Way.TREAT and each.modality in choice.chosen
    overrides = chosen and each.level == "blocked"
    return DecisionOption(
        decision=decision,
        modality=each.modality,
        rank=each.rank,
        level=each.level,
        chosen=chosen,
        override_reason=choice.reasons.get(each.modality, "").strip() if overrides else "",
    )


def _general(decision: Decision, shown: Guidance) -> Iterator[DecisionAdvice]:
    for route in shown.routes:
        yield _advice(decision, None, Kind.FIRST, route.point)
    if shown.observe:
        yield _advice(decision, None, Kind.OBSERVE, shown.observe)
    if shown.education:
        yield _advice(decision, None, Kind.EDUCATION, shown.education)


def _about(
    decision: Decision, option: DecisionOption, each: Suggestion
) -> Iterator[DecisionAdvice]:
    kinds = (
        (Kind.REASON, each.reasons),
        (Kind.CAUTION, each.cautions),
        (Kind.BLOCK, each.blocks),
        (Kind.NOTE, each.notes),
    )
    for kind, points in kinds:
        for point in points:
            yield _advice(decision, option, kind, point)


def _advice(
    decision: Decision, option: DecisionOption | None, kind: DecisionAdvice.Kind, point: Point
) -> DecisionAdvice:
    text = _(point.text) % point.values if point.values else _(point.text)
    return DecisionAdvice(
        decision=decision,
        option=option,
        kind=kind,
        rule=point.rule,
        text=text[:500],
        source=point.source[:300],
    )
