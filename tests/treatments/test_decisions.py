"""Deciding on a treatment: what is signed, what is frozen with it, what is refused."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.treatments.deciding import FAILED_EXTRACTION, MANY, decided, signed
from treatments.actions import decisions, guidance_settings
from treatments.actions.decisions import Choice, DecisionRefused
from treatments.guidance import Thresholds
from treatments.models import (
    Assessment,
    Decision,
    DecisionAdvice,
    DecisionOption,
    Finding,
)
from treatments.queries import guidance

TREAT, OBSERVE, REFER = Decision.Way.TREAT, Decision.Way.OBSERVE, Decision.Way.REFER


def decide(cast: Cast, made: Assessment, choice: Choice, key: uuid.UUID | None = None) -> Decision:
    return decisions.decide(
        assessment=made, choice=choice, by=cast.cole, now=NOW, key=key or uuid.uuid4()
    )


def test_what_was_chosen_and_what_was_shown_is_kept(cast: Cast, now: Any) -> None:
    made = signed(cast, *MANY, episodes_a_year=3, squeezes=True)
    decision = decided(cast, made, "glycolic", "retinoid", note="as agreed", educated=True)
    assert (decision.signed_at, decision.signed_by, decision.way) == (NOW, cast.cole, "treat")
    assert (decision.note, decision.educated, decision.numbers) == ("as agreed", True, None)
    options = DecisionOption.objects.filter(decision=decision).order_by("rank")
    assert [(each.rank, each.modality, each.level, each.chosen) for each in options] == [
        (1, "glycolic", "suggested", True),
        (2, "retinoid", "suggested", True),
        (3, "salicylic", "suggested", False),
        (4, "extraction", "cautioned", False),
        (5, "cryo", "possible", False),
        (6, "laser", "possible", False),
    ]
    told = DecisionAdvice.objects.get(decision=decision, option=None)
    assert (told.kind, told.rule) == ("education", "S7")
    first = DecisionAdvice.objects.filter(decision=decision, option__rank=1)
    assert [(each.kind, each.rule, each.text) for each in first] == [
        (
            "reason",
            "S3",
            "19 milia over 3 regions: a series of peels treats the whole area.",
        )
    ]
    assert first[0].source == "guide: Chemical Peels; clinical fact base 2A S3"


def test_a_block_is_overridden_with_a_reason_only(cast: Cast, now: Any) -> None:
    made = signed(cast, ("lower_eyelid", 1), tried=FAILED_EXTRACTION, size_mm="4.0")
    with pytest.raises(DecisionRefused, match="Write why it is done in spite") as refused:
        decided(cast, made, "cryo", reasons={"cryo": "   "})
    assert refused.value.modality == "cryo"
    assert not Decision.objects.exists()
    decision = decided(cast, made, "cryo", reasons={"cryo": "Shielded, by the oculoplastic unit"})
    option = DecisionOption.objects.get(decision=decision, modality="cryo")
    assert (option.level, option.override_reason) == (
        "blocked",
        "Shielded, by the oculoplastic unit",
    )
    block = DecisionAdvice.objects.get(option=option, kind="block")
    assert (block.rule, block.text) == (
        "S8",
        "Near the eye nothing is frozen. Extraction is offered instead.",
    )


def test_a_reason_without_a_choice_is_not_kept(cast: Cast, now: Any) -> None:
    decided(cast, signed(cast), "extraction", reasons={"cryo": "no"})
    assert not DecisionOption.objects.exclude(override_reason="").exists()


@pytest.mark.parametrize("way", [OBSERVE, REFER])
def test_to_watch_or_to_refer_is_a_decision_too(cast: Cast, now: Any, way: Any) -> None:
    decision = decide(cast, signed(cast), Choice(way, ("extraction",), note="GP letter"))
    assert (decision.way, decision.note) == (way, "GP letter")
    assert not DecisionOption.objects.filter(chosen=True).exists()


def test_nothing_chosen_is_no_treatment(cast: Cast, now: Any) -> None:
    with pytest.raises(DecisionRefused, match="Choose a treatment"):
        decided(cast, signed(cast))


def test_a_draft_is_not_decided_on(cast: Cast, now: Any) -> None:
    made = Assessment.objects.create(
        patient=cast.ada, started_at=NOW, started_by=cast.cole, saved_at=NOW
    )
    with pytest.raises(DecisionRefused, match="is a draft"):
        decided(cast, made, "extraction")


def test_an_older_assessment_is_not_decided_on(cast: Cast, now: Any) -> None:
    older, _newer = signed(cast), signed(cast)
    with pytest.raises(DecisionRefused, match="A newer assessment is signed"):
        decided(cast, older, "extraction")


def test_nothing_is_decided_for_somebody_who_died(cast: Cast, now: Any) -> None:
    made = signed(cast)
    Patient.objects.filter(pk=cast.ada.pk).update(deceased=True)
    with pytest.raises(DecisionRefused, match="Ada Lindqvist is recorded as deceased"):
        decided(cast, made, "extraction")


def test_guidance_that_changed_meanwhile_is_looked_at_again(cast: Cast, now: Any) -> None:
    made = signed(cast, ("cheek", 14))
    seen = guidance.advise(made, NOW.date()).guidance.fingerprint
    guidance_settings.change(numbers=Thresholds(moderate_max=10), by=cast.mina, now=NOW)
    with pytest.raises(DecisionRefused, match="has changed since this page was opened"):
        decided(cast, made, "extraction", seen=seen)


def test_a_form_sent_twice_decides_once(cast: Cast, now: Any) -> None:
    made, key = signed(cast), uuid.uuid4()
    choice = Choice(TREAT, ("extraction",))
    assert decide(cast, made, choice, key) == decide(cast, made, choice, key)
    assert Decision.objects.count() == 1
    with pytest.raises(DecisionRefused, match="used for another decision"):
        decisions.decide(assessment=made, choice=choice, by=cast.mina, now=NOW, key=key)


def test_the_numbers_that_counted_stay_with_the_decision(cast: Cast, now: Any) -> None:
    made = signed(cast)
    own = guidance_settings.change(numbers=Thresholds(small_max=3), by=cast.mina, now=NOW)
    assert decided(cast, made, "extraction").numbers == own


def test_a_mind_may_change(cast: Cast, now: Any) -> None:
    made = signed(cast)
    first, second = decided(cast, made, "extraction"), decided(cast, made, "retinoid")
    assert list(made.decisions.newest_first()) == [second, first]


def test_what_is_gone_or_healing_is_not_counted(cast: Cast, now: Any) -> None:
    made = signed(cast, ("cheek", 3))
    draft = Assessment.objects.create(
        patient=cast.ada, started_at=NOW, started_by=cast.cole, saved_at=NOW
    )
    for state, count in (("treated", 1), ("resolved", 0), ("recurred", 2)):
        lesion = cast.ada.lesions.create(number=10 + count, site="chin", side="middle")
        Finding.objects.create(
            assessment=draft, lesion=lesion, state=state, count=count, x=500, y=800
        )
    assert guidance.facts_of(made, NOW.date()).count == 3
    assert guidance.facts_of(draft, NOW.date()).count == 2


def test_guidance_takes_seven_queries_at_most(
    cast: Cast, now: Any, django_assert_max_num_queries: Any
) -> None:
    made = signed(cast, *MANY, tried=FAILED_EXTRACTION)
    with django_assert_max_num_queries(7):
        guidance.advise(made, NOW.date())


# What the database holds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_decision SET note = 'later' WHERE id = %(pk)s",
        "DELETE FROM treatments_decision WHERE id = %(pk)s",
        "UPDATE treatments_decisionoption SET chosen = true WHERE decision_id = %(pk)s",
        "DELETE FROM treatments_decisionoption WHERE decision_id = %(pk)s",
        "UPDATE treatments_decisionadvice SET text = '' WHERE decision_id = %(pk)s",
        "INSERT INTO treatments_decisionadvice (decision_id, kind, rule, text, source)"
        " VALUES (%(pk)s, 'note', 'S1', 'added later', '')",
    ],
)
def test_a_signed_decision_takes_no_change(cast: Cast, now: Any, statement: str) -> None:
    decision = decided(cast, signed(cast), "extraction")
    with (
        pytest.raises(IntegrityError, match="is signed and no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"pk": decision.pk})


def unsigned(cast: Cast) -> Decision:
    return Decision.objects.create(
        patient=cast.ada, assessment=signed(cast), way="treat", key=uuid.uuid4()
    )


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("treatments_decisionoption_block_with_reason", {"level": "blocked", "chosen": True}),
        ("treatments_decisionoption_reason_only_if_chosen", {"override_reason": "why not"}),
    ],
)
def test_a_block_and_its_reason_belong_together(
    cast: Cast, now: Any, name: str, fields: dict[str, Any]
) -> None:
    values = {"modality": "cryo", "rank": 6, "level": "possible"} | fields
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DecisionOption.objects.create(decision=unsigned(cast), **values)


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("treatments_decisionoption_modality_once", ("cryo", 2)),
        ("treatments_decisionoption_rank_once", ("laser", 1)),
    ],
)
def test_each_way_once_on_each_rank(
    cast: Cast, now: Any, name: str, second: tuple[str, int]
) -> None:
    decision = unsigned(cast)
    DecisionOption.objects.create(decision=decision, modality="cryo", rank=1, level="possible")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DecisionOption.objects.create(
            decision=decision, modality=second[0], rank=second[1], level="possible"
        )


def test_signed_by_somebody_at_some_time(cast: Cast, now: Any) -> None:
    decision = unsigned(cast)
    with (
        pytest.raises(IntegrityError, match="treatments_decision_signed_at_with_by"),
        transaction.atomic(),
    ):
        Decision.objects.filter(pk=decision.pk).update(signed_at=NOW + timedelta(hours=1))
