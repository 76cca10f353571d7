"""Sources of a protocol's numbers by section, and letters that contradict the numbers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.models import Protocol
from treatments.protocol_data import PROTOCOLS, by_code
from treatments.protocol_data.clashes import Clash, Numbers, clashes
from treatments.protocol_data.sections import (
    GAPS,
    SECTIONS,
    SESSIONS,
    STRENGTHS,
    lines_of,
    source_of,
    with_source,
)
from treatments.protocol_data.step import Step

GLYCOLIC = "\n".join(f"{key}: {text}" for key, text in by_code("GLY").sources.items())
NUMBERS = Numbers(3, 7, 28, 42, 4)


def test_parts_of_a_section_stand_in_one_line() -> None:
    assert source_of(GLYCOLIC, SESSIONS) == "guide: a series of 4-6 treatments"
    assert source_of(GLYCOLIC, STRENGTHS) == (
        "strengths: clinical fact base 1.2: first visit 20-30 %, then 35, 50, 70 as tolerated; "
        "max_percent: clinical fact base 1.2: panel limit for salon-type use"
    )
    assert source_of(GLYCOLIC, GAPS).startswith("min: clinical fact base 1.2, 1.3: 2 to 4 weeks")
    assert source_of("", GAPS) == ""


def test_a_new_source_takes_the_place_of_the_old_parts() -> None:
    changed = with_source(GLYCOLIC, GAPS, " clinic \n meeting: March ")
    assert source_of(changed, GAPS) == "clinic meeting: March"
    assert [key for key, _ in lines_of(changed) if key.startswith("gaps")] == ["gaps"]
    assert source_of(changed, STRENGTHS) == source_of(GLYCOLIC, STRENGTHS)
    assert with_source(changed, GAPS, "") == "\n".join(
        line for line in changed.splitlines() if not line.startswith("gaps")
    )


def test_a_line_without_a_key_is_kept() -> None:
    assert lines_of("see the folder\n\ngaps.min: x: y\n12: z") == [
        ("", "see the folder"),
        ("gaps.min", "x: y"),
        ("", "12: z"),
    ]
    assert with_source("see the folder", GAPS, "x") == "see the folder\ngaps: x"


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"])))
def test_what_is_written_is_read_again(text: str) -> None:
    said = " ".join(text.split())
    changed = with_source(GLYCOLIC, GAPS, text)
    assert source_of(changed, GAPS) == said
    assert with_source(changed, GAPS, said) == changed
    assert source_of(changed, SESSIONS) == source_of(GLYCOLIC, SESSIONS)


def test_sections_name_columns() -> None:
    columns = {field.name for field in Protocol._meta.get_fields()}
    assert SECTIONS.keys() == set(Protocol.Modality.values)
    named = {name for sections in SECTIONS.values() for each in sections for name in each.fields}
    assert named <= columns
    assert not any(each.key == "eye_area" for each in SECTIONS["cryo"])


@pytest.mark.parametrize("data", PROTOCOLS, ids=lambda each: each.code)
def test_the_shipped_letters_agree_with_the_shipped_numbers(data: Any) -> None:
    light, dark = data.retinoid_stop or (0, 0)
    gap_max, lapse = (data.gaps.max, data.gaps.lapse) if data.gaps else (None, None)
    assert (
        clashes(Numbers(light, dark, gap_max, lapse, data.review_after_session), data.steps) == ()
    )


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (Numbers(4, 7, 28, 42, 4), [Clash("stop_told_late", -5, -6, "I-III")]),
        (Numbers(3, 14, 28, 42, 4), [Clash("stop_told_late", -9, -16, "IV-VI")]),
        (Numbers(0, 0, 28, 42, 4), []),
        (Numbers(3, 7, 35, 42, 4), [Clash("due_elsewhere", 28, 35)]),
        (Numbers(3, 7, 28, 60, 4), [Clash("lapse_elsewhere", 42, 60)]),
        (Numbers(3, 7, 28, 42, 3), [Clash("progress_elsewhere", 4, 3)]),
        (Numbers(3, 7, None, None, None), []),
    ],
)
def test_letters_that_come_on_another_day(numbers: Numbers, expected: list[Clash]) -> None:
    assert list(clashes(numbers, by_code("GLY").steps)) == expected


def test_a_letter_for_every_skin_comes_before_the_longer_stop() -> None:
    step = Step("stop_retinoid", "session", -8, "guide")
    assert clashes(NUMBERS, [step]) == (Clash("stop_told_late", -8, -9),)
