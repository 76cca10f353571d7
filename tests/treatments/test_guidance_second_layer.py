"""Advice beyond the guide: every row of the clinical fact base 2C."""

from typing import Any

import pytest

from tests.treatments.findings import (
    ONE,
    block,
    many,
    rules,
)
from treatments.guidance import SECOND_LAYER, Facts, Spot, Thresholds, guide
from treatments.screening_matrix import MODALITIES

# 2C: the second layer ---------------------------------------------------------------------------


def test_a1_infants_are_left_alone() -> None:
    found = guide(Facts((ONE,), age=0))
    assert [(r.point.rule, r.holds) for r in found.routes] == [("A1", True)]
    assert found.observe is not None
    assert found.proposed == ()
    assert guide(Facts((ONE,), age=1)).routes == ()


@pytest.mark.parametrize(
    ("age", "bothered", "observed"),
    [
        (34, False, True),
        (34, True, False),
        (34, None, False),
        (17, False, False),
        (18, False, True),
    ],
)
def test_a2_an_adult_who_does_not_mind_may_leave_it(
    age: int, bothered: bool | None, observed: bool
) -> None:
    found = guide(Facts((ONE,), age=age, bothered=bothered))
    assert (found.observe is not None) == observed
    assert found.proposed == (() if observed else ("extraction",))
    assert found.of("extraction").level == "suggested"


@pytest.mark.parametrize("said", [{"kind": "plaque"}, {"arrangement": "plaque"}])
def test_a3_en_plaque_a_specialist_comes_before_any_treatment(said: dict[str, str]) -> None:
    found = guide(Facts((ONE,), **said))  # type: ignore[arg-type]
    assert [(r.point.rule, r.holds) for r in found.routes] == [("A3", True)]
    assert "A3" in rules(found, "retinoid")
    assert "A3" in rules(found, "laser")
    assert {each.level for each in found.suggestions} <= {"possible", "cautioned"}


def test_a4_eruptive_a_retinoid_and_extraction_as_one_plan() -> None:
    found = guide(Facts(many(), kind="eruptive"))
    assert [(r.point.rule, r.holds) for r in found.routes] == [("A4", False)]
    assert found.proposed == ("extraction", "retinoid")


@pytest.mark.parametrize("said", [{"cause": "disease"}, {"triggers": frozenset({"blistering"})}])
def test_a5_the_disease_is_treated_first(said: dict[str, Any]) -> None:
    found = guide(Facts((ONE,), kind="secondary", **said))
    assert [(r.point.rule, r.holds) for r in found.routes] == [("A5", False)]


@pytest.mark.parametrize("drug", ["steroid", "isotretinoin", "braf", "imiquimod"])
def test_a6_a_drug_is_reviewed_first(drug: str) -> None:
    found = guide(Facts((ONE,), triggers=frozenset({drug})))
    assert [r.point.rule for r in found.routes] == ["A6"]
    assert guide(Facts((ONE,), triggers=frozenset({"cosmetics"}))).routes == ()


def test_a7_speaks_only_when_a_clinic_turns_it_on() -> None:
    facts = Facts((Spot("lower_eyelid"),))
    assert [p.rule for p in guide(facts).of("extraction").cautions] == []
    on = guide(facts, numbers=Thresholds(second_layer=frozenset(SECOND_LAYER)))
    assert [p.rule for p in on.of("extraction").cautions] == ["A7"]


@pytest.mark.parametrize(("skin", "first"), [(3, "glycolic"), (4, "salicylic"), (None, "glycolic")])
def test_a8_dark_skin_prefers_salicylic_acid(skin: int | None, first: str) -> None:
    found = guide(Facts(many(), skin_type=skin))
    assert found.suggestions[0].modality == first
    cautious = [m for m in MODALITIES if "A8" in {p.rule for p in found.of(m).cautions}]
    assert cautious == (["cryo", "laser"] if skin == 4 else [])


def test_a8_and_row_10_of_the_matrix_are_said_once() -> None:
    found = guide(
        Facts((ONE,), skin_type=5), {"cryo": [block(10, "C")], "glycolic": [block(10, "C")]}
    )
    assert [p.rule for p in found.of("cryo").cautions] == ["A8"]
    assert [p.rule for p in found.of("glycolic").cautions] == ["row 10"]


def test_a9_widespread_and_no_downtime_a_retinoid_first_then_extraction() -> None:
    found = guide(Facts(many(), accepts_downtime=False))
    assert [each.modality for each in found.suggestions][:2] == ["retinoid", "extraction"]
    assert found.proposed == ("retinoid", "extraction")
    assert "A9" in {p.rule for p in found.of("glycolic").cautions}
    assert guide(Facts((ONE,), accepts_downtime=False)).proposed == ("extraction",)


@pytest.mark.parametrize("said", [{"kind": "syndromic"}, {"atypical": True}])
def test_a10_what_is_odd_is_referred(said: dict[str, Any]) -> None:
    found = guide(Facts((ONE,), **said))
    assert [(r.point.rule, r.holds) for r in found.routes] == [("A10", True)]
    assert found.proposed == ()


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("A1", Facts((ONE,), age=0)),
        ("A3", Facts((ONE,), kind="plaque")),
        ("A4", Facts((ONE,), kind="eruptive")),
        ("A5", Facts((ONE,), cause="disease")),
        ("A6", Facts((ONE,), cause="drug")),
        ("A10", Facts((ONE,), atypical=True)),
    ],
)
def test_every_rule_of_the_second_layer_can_be_turned_off(rule: str, facts: Facts) -> None:
    without = Thresholds(second_layer=frozenset(SECOND_LAYER) - {rule})
    assert guide(facts).routes
    assert guide(facts, numbers=without).routes == ()
