"""Which treatment for which findings: every row of the clinical fact base 2A and 2B."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.treatments.findings import (
    BIG,
    BIG_EYE,
    DEEP,
    EYE,
    FAILED,
    ONE,
    PEELS,
    UNSURE,
    many,
    rules,
    suggested,
)
from treatments.guidance import SECOND_LAYER, Facts, Spot, Thresholds, Tried, guide
from treatments.protocol_data.model import Modality

# 2A: the rules of the guide ---------------------------------------------------------------------

SEED: list[tuple[str, Facts, list[str]]] = [
    ("S1 one", Facts((ONE,)), ["extraction"]),
    ("S1 moderate", Facts(many(15, "cheek")), ["extraction"]),
    ("S1 more than moderate, one region", Facts(many(16, "cheek")), []),
    ("S1 needs discrete ones", Facts((ONE,), arrangement="grouped"), []),
    ("S1 needs any", Facts(), []),
    ("S2 under the eye, grouped", Facts((EYE,), "grouped"), ["extraction"]),
    ("S2 many, some near the eye", Facts((*many(), EYE)), ["extraction", *PEELS]),
    ("S2 temple is not the eye", Facts((Spot("temple"),), "grouped"), []),
    ("S3 many and broad", Facts(many()), [*PEELS]),
    ("S3 prevention", Facts((ONE,), wants_prevention=True), ["extraction", *PEELS]),
    ("S3 the face as a whole", Facts(many(16, "face")), [*PEELS]),
    ("S4 alone", Facts((), episodes_a_year=2), ["retinoid"]),
    ("S4 along with S1", Facts((ONE,), episodes_a_year=2), ["extraction", "retinoid"]),
    ("S4 along with S3", Facts(many(), new_within_months=1), ["glycolic", "retinoid", "salicylic"]),
    ("S5 large, failed", Facts((BIG,), "grouped", tried=FAILED), ["cryo"]),
    ("S5 small, failed", Facts((ONE,), "grouped", tried=FAILED), ["cryo"]),
    ("S5 large, there for years", Facts((BIG,), "grouped", present_for_months=40), ["cryo"]),
    ("S5 small, there for years", Facts((ONE,), "grouped", present_for_months=40), []),
    ("S5 large and new", Facts((BIG,), "grouped"), []),
    ("S5 few only", Facts((replace(BIG, count=6),), "grouped", tried=FAILED), []),
    ("S6 deep, failed", Facts((DEEP,), "grouped", tried=FAILED), ["cryo", "laser"]),
    ("S6 numerous, failed", Facts(many(16, "cheek"), tried=FAILED), ["laser"]),
    ("S6 deep, not tried", Facts((DEEP,), "grouped"), []),
    ("S6 unsure is not deep", Facts((UNSURE,), "grouped", tried=FAILED), ["cryo"]),
    ("S8 large by the eye", Facts((BIG_EYE,), "grouped", tried=FAILED), ["extraction"]),
]  # fmt: skip


@pytest.mark.parametrize(("row", "facts", "expected"), SEED, ids=[row for row, *_ in SEED])
def test_the_rules_of_the_guide(row: str, facts: Facts, expected: list[str]) -> None:
    assert suggested(facts) == expected


@pytest.mark.parametrize(("row", "facts", "expected"), SEED, ids=[row for row, *_ in SEED])
def test_each_reason_names_its_rule_and_source(row: str, facts: Facts, expected: list[str]) -> None:
    for each in guide(facts).suggestions:
        for point in (*each.reasons, *each.cautions, *each.blocks):
            assert point.source.startswith(
                ("guide: ", "clinical fact base 2", "clinical fact base 1")
            )
            assert point.rule in {"2B", *(f"S{n}" for n in range(1, 10)), *SECOND_LAYER}
            assert "%" not in point.sentence


def test_s7_whoever_squeezes_is_told_what_it_does() -> None:
    told = guide(Facts((ONE,), squeezes=True)).education
    assert told is not None
    assert (told.rule, "deeper" in told.sentence) == ("S7", True)
    assert guide(Facts((ONE,))).education is None


def test_s8_cryotherapy_near_the_eye_is_blocked_and_extraction_offered() -> None:
    near = replace(BIG, site="lower_eyelid")
    found = guide(Facts((near,), "grouped", tried=FAILED))
    assert [(p.rule, p.sentence) for p in found.of("cryo").blocks] == [
        ("S8", "Near the eye nothing is frozen. Extraction is offered instead.")
    ]
    assert rules(found, "extraction") == ["S8", "S2"]
    assert found.suggestions[0].modality == "extraction"
    assert found.suggestions[-1].modality == "cryo"


def test_s8_blocks_without_any_rule_that_returns_cryotherapy() -> None:
    assert guide(Facts((Spot("upper_eyelid"),))).of("cryo").level == "blocked"


def test_s8_large_ones_here_and_there_are_frozen_here_only() -> None:
    found = guide(Facts((BIG, replace(BIG, site="lower_eyelid")), "grouped", tried=FAILED))
    cryo = found.of("cryo")
    assert (cryo.level, [p.rule for p in cryo.cautions]) == ("suggested", ["S8"])
    assert cryo.cautions[0].sentence == "Not on the 1 near the eye: those are extracted."
    assert rules(found, "extraction") == ["S8", "S2"]


def test_s9_without_a_diagnosis_nothing_is_suggested() -> None:
    found = guide(Facts((ONE,), certain=False))
    assert [(r.point.rule, r.holds) for r in found.routes] == [("S9", True)]
    assert (found.holds, found.proposed) == (True, ())
    assert found.of("extraction").level == "possible"
    assert rules(found, "extraction") == ["S1"]


# 2B: the numbers, at their edges ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "at", "beyond", "modality"),
    [
        ("2B many", Facts(many(15)), Facts(many(16)), "glycolic"),
        ("2B broad", Facts(many(16, "cheek", "chin")), Facts(many(16)), "glycolic"),
        ("2B large", Facts((replace(BIG, size_mm=Decimal("2.9")),), present_for_months=13),
         Facts((BIG,), present_for_months=13), "cryo"),
        ("2B stubborn", Facts((BIG,), present_for_months=12),
         Facts((BIG,), present_for_months=13), "cryo"),
        ("2B small", Facts((replace(BIG, count=6),), tried=FAILED),
         Facts((replace(BIG, count=5),), tried=FAILED), "cryo"),
        ("2B recurrent, months", Facts((ONE,), new_within_months=7),
         Facts((ONE,), new_within_months=6), "retinoid"),
        ("2B recurrent, episodes", Facts((ONE,), episodes_a_year=1),
         Facts((ONE,), episodes_a_year=2), "retinoid"),
        ("2B not responding, partly", Facts((ONE,), tried=(Tried("glycolic", "partly"),)),
         Facts((ONE,), tried=(Tried("glycolic", "none"),)), "cryo"),
        ("2B not responding, whole series",
         Facts((ONE,), tried=(Tried("glycolic", "worse", finished=False),)),
         Facts((ONE,), tried=(Tried("glycolic", "worse"),)), "cryo"),
    ],
)  # fmt: skip
def test_the_numbers_at_their_edges(row: str, at: Facts, beyond: Facts, modality: Modality) -> None:
    assert modality not in suggested(at), row
    assert modality in suggested(beyond), row


def test_2b_moderate_ends_where_many_begins() -> None:
    assert "extraction" in suggested(Facts(many(15)))
    assert "extraction" not in suggested(Facts(many(16)))


def test_a_clinic_sets_its_own_numbers() -> None:
    own = Thresholds(small_max=2, moderate_max=3, broad_regions=2, large_mm=Decimal(5))
    assert suggested(Facts(many(4, "cheek", "chin")), numbers=own) == ["glycolic", "salicylic"]
    assert suggested(Facts((BIG,), "grouped", present_for_months=30), numbers=own) == []


def test_2b_what_failed_is_said_and_what_is_deep() -> None:
    found = guide(Facts((replace(ONE, depth="deep"),), tried=FAILED))
    assert [p.sentence for p in found.of("extraction").cautions] == [
        "Tried before without success.",
        "1 deep: they may not be expressible.",
    ]
