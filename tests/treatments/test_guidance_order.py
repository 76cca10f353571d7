"""The order of resolution (clinical fact base 2C, end), and what holds whatever was found."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.treatments.findings import (
    BIG,
    ONE,
    block,
    many,
    rules,
)
from treatments.contraindications import Flag
from treatments.face_map import BY_KEY
from treatments.guidance import TIERS, Facts, Spot, Tried, eye_area, guide
from treatments.protocol_data.model import Modality
from treatments.screening_matrix import MODALITIES

# The order of resolution ------------------------------------------------------------------------


def test_a_safety_block_comes_before_everything() -> None:
    found = guide(Facts((ONE,)), {"extraction": [block(25)]})
    assert found.suggestions[-1].modality == "extraction"
    assert found.suggestions[-1].level == "blocked"
    assert rules(found, "extraction") == ["S1"]
    assert found.proposed == ()


def test_s2_before_s1_before_s3_before_s5_before_s6() -> None:
    facts = Facts(
        (Spot("lower_eyelid"), replace(BIG, depth="deep")),
        wants_prevention=True,
        tried=(Tried("salicylic", "none"),),
        episodes_a_year=3,
    )
    found = guide(facts)
    assert [each.modality for each in found.suggestions] == [
        "extraction", "retinoid", "glycolic", "salicylic", "cryo", "laser",
    ]  # fmt: skip
    assert rules(found, "extraction") == ["S2", "S1"]
    assert [each.rank for each in found.suggestions] == [1, 2, 3, 4, 5, 6]


def test_a_peel_course_and_a_retinoid_are_proposed_as_one_plan() -> None:
    assert guide(Facts(many(), episodes_a_year=2)).proposed == ("glycolic", "retinoid")


def test_a_blocked_retinoid_leaves_the_peel_alone() -> None:
    found = guide(Facts(many(), episodes_a_year=2), {"retinoid": [block(2)]})
    assert found.proposed == ("glycolic",)


def test_what_nobody_asked_for_stands_from_gentle_to_harsh_whatever_is_cautioned() -> None:
    found = guide(Facts(many(19)))
    assert [each.modality for each in found.suggestions] == [
        "glycolic", "salicylic", "extraction", "retinoid", "cryo", "laser",
    ]  # fmt: skip
    assert found.of("extraction").level == "cautioned"


def test_a_caution_does_not_change_the_order() -> None:
    found = guide(Facts(many()), {"glycolic": [block(8, "C"), block(26, "i")]})
    first = found.suggestions[0]
    assert (first.modality, first.level) == ("glycolic", "suggested")
    assert [p.rule for p in first.cautions] == ["row 8"]
    assert [p.rule for p in first.notes] == ["row 26"]


def test_row_33_is_asked_for_what_lies_near_the_eye() -> None:
    mixed = Facts((ONE, Spot("lower_eyelid")))
    assert [eye_area(m, mixed) for m in MODALITIES] == [True, True, True, True, False, True]
    assert eye_area("cryo", Facts((Spot("lower_eyelid"),)))
    assert not any(eye_area(m, Facts((ONE,))) for m in MODALITIES)


# Whatever was found -----------------------------------------------------------------------------

spots = st.builds(
    Spot,
    site=st.sampled_from(sorted(BY_KEY)),
    count=st.integers(1, 200),
    size_mm=st.one_of(st.none(), st.decimals(Decimal("0.5"), Decimal(20), places=1)),
    depth=st.sampled_from(["superficial", "deep", "unsure"]),
)
everything = st.builds(
    Facts,
    spots=st.lists(spots, max_size=6).map(tuple),
    arrangement=st.sampled_from(["discrete", "grouped", "plaque", "crease"]),
    kind=st.sampled_from(["primary", "plaque", "eruptive", "syndromic", "secondary"]),
    cause=st.sampled_from(["", "disease", "drug", "trauma"]),
    certain=st.booleans(),
    atypical=st.booleans(),
    age=st.one_of(st.none(), st.integers(0, 90)),
    skin_type=st.one_of(st.none(), st.integers(1, 6)),
    present_for_months=st.one_of(st.none(), st.integers(0, 1200)),
    new_within_months=st.one_of(st.none(), st.integers(0, 1200)),
    episodes_a_year=st.one_of(st.none(), st.integers(0, 52)),
    tried=st.lists(
        st.builds(Tried, st.sampled_from(MODALITIES), st.sampled_from(["none", "partly", "worse"])),
        max_size=3,
    ).map(tuple),
    wants_prevention=st.booleans(),
    accepts_downtime=st.booleans(),
    squeezes=st.booleans(),
    bothered=st.sampled_from([None, True, False]),
)
flags = st.dictionaries(
    st.sampled_from(MODALITIES),
    st.lists(st.builds(block, st.integers(1, 40), st.sampled_from("BCi")), max_size=3),
)


@given(everything, flags)
def test_all_six_are_there_and_nothing_blocked_comes_before_what_is_not(
    facts: Facts, found: dict[Modality, list[Flag]]
) -> None:
    answer = guide(facts, found)
    assert {each.modality for each in answer.suggestions} == set(MODALITIES)
    assert [each.rank for each in answer.suggestions] == [1, 2, 3, 4, 5, 6]
    tiers = [TIERS[each.level] for each in answer.suggestions]
    assert tiers == sorted(tiers)
    assert all((each.level == "blocked") == bool(each.blocks) for each in answer.suggestions)
    assert all(answer.of(each).level == "suggested" for each in answer.proposed)
    assert not (answer.holds and answer.proposed)
    if facts.near_eye and not facts.elsewhere:
        assert answer.of("cryo").level == "blocked"


@given(everything, flags, st.randoms())
def test_the_order_does_not_depend_on_how_it_was_asked(
    facts: Facts, found: dict[Modality, list[Flag]], dice: Any
) -> None:
    shuffled = list(found.items())
    dice.shuffle(shuffled)
    mixed = list(facts.spots)
    dice.shuffle(mixed)
    again = guide(replace(facts, spots=tuple(mixed)), dict(shuffled))
    assert again == guide(facts, found)
