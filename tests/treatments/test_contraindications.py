"""The screening matrix: every row of the clinical fact base, section 3, for every treatment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.questionnaire import (
    GROUPS,
    NO,
    ON,
    QUESTIONS,
    STILL,
    TREATMENTS,
    UNKNOWN,
    UNSURE,
    YES,
    Answer,
)
from treatments.contraindications import Facts, Flag, flags
from treatments.models import Protocol
from treatments.screening_matrix import MODALITIES, ROWS

DAY: Final = date(2026, 11, 30)
LIGHT: Final = 3
DARK: Final = 4
PLANNED: Final = {"numbing": True, "emla": True, "electrosurgery": True, "full_face": True}

# The table of the fact base, copied by hand: EXT GLY SAL RET CRYO CO2.
TABLE: Final = {
    1: "CBBCCB", 2: "iCBBiC", 3: "iCBC-C", 4: "--CB--", 5: "iCCi-C", 6: "-CCC-C", 7: "BBBCBB",
    8: "-CC--C", 9: "CBB-CB", 10: "iCiiCC", 11: "-CCiCC", 12: "----B-", 13: "----B-",
    14: "----B-", 15: "-iB---", 16: "B----B", 17: "C----C", 18: "-CCC-C", 19: "CBBBCB",
    20: "-CC-iB", 21: "iBBC-C", 22: "iCCCCC", 23: "CCC-CC", 24: "-CC--C", 25: "BBBBBB",
    26: "i---CC", 27: "C---CC", 28: "C-----", 29: "CCC-CC", 30: "CCCiCC", 31: "CCCCCC",
    32: "CCC-BC", 33: "iCCCBC", 34: "CCC-BB", 35: "BBBCCC", 36: "iii-ii", 37: "CBBBBC",
    38: "-CCCiC", 39: "---C--", 40: "CCC-CC",
}  # fmt: skip

# days after the last time, by row: (skin types I-III, IV-VI), with those of single treatments
WINDOWS: Final[dict[int, tuple[int, int, dict[str, tuple[int, int]]]]] = {
    1: (180, 180, {}),
    5: (3, 7, {"laser": (7, 7)}),
    6: (3, 3, {}),
    7: (7, 7, {}),
    19: (7, 7, {}),
    20: (14, 14, {"laser": (28, 42)}),
    21: (7, 7, {}),
    22: (21, 21, {}),
    23: (90, 90, {}),
    24: (14, 14, {}),
}
DATED: Final = {row: ROWS[row].keys[0] for row in WINDOWS}
# rows that facts bring up, not answers
BY_FACTS: Final[dict[int, dict[str, Any]]] = {
    10: {"skin_type": DARK},
    33: {"eye_area": True},
    34: {"uncertain": True},
    35: {"age": 0},
}
CELLS: Final = [
    (row, modality, level)
    for row, letters in TABLE.items()
    for modality, level in zip(MODALITIES, letters, strict=True)
]


def facts(answers: Mapping[str, Answer] | None = None, **known: Any) -> Facts:
    """An adult with skin type III and everything planned that a row may ask for."""
    usual: dict[str, Any] = {"age": 30, "skin_type": LIGHT, **PLANNED}
    return Facts(DAY, answers or {}, **(usual | known))


def bringing_up(row: int) -> Facts:
    """Facts with which this row applies, for any treatment."""
    if row in BY_FACTS:
        return facts(**BY_FACTS[row])
    keys = ROWS[row].keys
    answers = {keys[0]: Answer(YES)}
    if row in DATED:
        answers[f"{keys[0]}_on"] = Answer(ON, DAY)
    if row == 36:
        answers["event_on"] = Answer(ON, DAY + timedelta(days=1))
    return facts(answers)


def of_row(row: int, modality: Any, known: Facts) -> Flag | None:
    return next((each for each in flags(modality, known) if each.row == row), None)


def test_the_table_has_forty_rows_and_six_treatments() -> None:
    assert len(CELLS) == 240
    assert list(ROWS) == list(range(1, 41))
    assert set(MODALITIES) == set(TREATMENTS) == set(Protocol.Modality.values)


@pytest.mark.parametrize(("row", "modality", "level"), CELLS)
def test_every_row_for_every_treatment(row: int, modality: Any, level: str) -> None:
    found = of_row(row, modality, bringing_up(row))
    if level == "-":
        assert found is None
        return
    assert found is not None
    assert found.level == level
    assert found.source.startswith(f"clinical fact base 3 row {row}; ")
    assert found.text.startswith(ROWS[row].name)
    assert found.text.endswith(".")


@pytest.mark.parametrize(("row", "modality", "level"), CELLS)
def test_no_row_comes_up_by_itself(row: int, modality: Any, level: str) -> None:
    assert of_row(row, modality, facts()) is None
    denied = {each.key: Answer(NO) for each in QUESTIONS.values() if each.kind == "yes_no"}
    assert of_row(row, modality, facts(denied)) is None


@pytest.mark.parametrize("skin_type", [LIGHT, DARK, None])
@pytest.mark.parametrize(
    ("row", "modality", "level"), [cell for cell in CELLS if cell[0] in WINDOWS and cell[2] != "-"]
)
def test_windows_end_with_their_last_day(
    row: int, modality: Any, level: str, skin_type: int | None
) -> None:
    light, dark, single = WINDOWS[row]
    light, dark = single.get(modality, (light, dark))
    days = light if skin_type == LIGHT else dark
    key, until = DATED[row], DAY + timedelta(days=days)
    last = {key: Answer(YES), f"{key}_on": Answer(ON, DAY)}
    known = facts(last, skin_type=skin_type)
    for day in (DAY, until - timedelta(days=1), until):
        found = of_row(row, modality, replace(known, day=day))
        assert found is not None
        assert (found.level, found.until) == (level, until)
    assert of_row(row, modality, replace(known, day=until + timedelta(days=1))) is None


@pytest.mark.parametrize("row", DATED)
@pytest.mark.parametrize("value", [STILL, UNKNOWN, None])
def test_what_goes_on_or_has_no_day_has_no_end(row: int, value: str | None) -> None:
    key = DATED[row]
    answers = {key: Answer(YES)} | ({f"{key}_on": Answer(value)} if value else {})
    known = replace(facts(answers), day=DAY + timedelta(days=4000))
    for modality in ROWS[row].levels:
        found = of_row(row, modality, known)
        assert found is not None
        assert found.until is None


# Single rows --------------------------------------------------------------------------------------


def test_isotretinoin_stopped_in_september_holds_until_march() -> None:
    answers = {"isotretinoin": Answer(YES), "isotretinoin_on": Answer(ON, date(2026, 9, 20))}
    assert of_row(1, "glycolic", facts(answers)) == Flag(
        1,
        "B",
        "Isotretinoin capsules, last 20 Sep 2026, until 19 Mar 2027: "
        "skin heals more slowly and scars more easily.",
        "clinical fact base 3 row 1; [8][12w][46]; relaxed by [47][95][97]; "
        "laser block for the full face, caution for spots",
        date(2027, 3, 19),
    )


@pytest.mark.parametrize(("full_face", "level"), [(True, "B"), (None, "B"), (False, "C")])
def test_isotretinoin_and_laser_depends_on_how_much_face(
    full_face: bool | None, level: str
) -> None:
    answers = {"isotretinoin": Answer(YES)}
    found = of_row(1, "laser", facts(answers, full_face=full_face))
    assert found is not None
    assert found.level == level


@pytest.mark.parametrize(
    ("row", "key", "plan", "modality", "level"),
    [
        (16, "amide_allergy", "numbing", "extraction", "B"),
        (16, "amide_allergy", "numbing", "laser", "B"),
        (17, "methaemoglobin", "emla", "extraction", "C"),
        (17, "antiarrhythmic", "emla", "laser", "C"),
        (28, "pacemaker", "electrosurgery", "extraction", "C"),
    ],
)
def test_what_matters_only_if_it_is_planned(
    row: int, key: str, plan: str, modality: Any, level: str
) -> None:
    for planned, expected in ((True, level), (None, "i"), (False, None)):
        found = of_row(row, modality, facts({key: Answer(YES)}, **{plan: planned}))
        assert (found and found.level) == expected


def test_a_decision_about_the_antiviral_settles_row_eight() -> None:
    answers = {"herpes": Answer(YES)}
    open_one = of_row(8, "laser", facts(answers))
    settled = of_row(8, "laser", facts(answers, antiviral_decided=True))
    assert open_one is not None
    assert settled is not None
    assert (open_one.level, settled.level) == ("C", "i")
    assert "decide on an antiviral" in open_one.text


@pytest.mark.parametrize("modality", MODALITIES)
def test_a_cold_sore_counts_as_herpes_before(modality: Any) -> None:
    found = of_row(8, modality, facts({"cold_sore": Answer(YES)}))
    assert (found is not None) == (8 in ROWS and modality in ROWS[8].levels)


@pytest.mark.parametrize(
    ("modality", "age", "level"),
    [
        ("extraction", 0, "B"),
        ("extraction", 1, None),
        ("glycolic", 11, "B"),
        ("glycolic", 12, None),
        ("salicylic", 11, "B"),
        ("retinoid", 11, "C"),
        ("retinoid", 12, None),
        ("cryo", 11, "C"),
        ("laser", 12, None),
    ],
)
def test_children(modality: Any, age: int, level: str | None) -> None:
    found = of_row(35, modality, facts(age=age))
    assert (found and found.level) == level


@pytest.mark.parametrize(
    ("modality", "days"),
    [("glycolic", 5), ("salicylic", 5), ("extraction", 7), ("cryo", 14), ("laser", 21)],
)
def test_an_occasion_matters_before_the_skin_is_calm(modality: Any, days: int) -> None:
    for away, expected in ((-1, False), (0, True), (days, True), (days + 1, False)):
        answers = {"event": Answer(YES), "event_on": Answer(ON, DAY + timedelta(days=away))}
        assert (of_row(36, modality, facts(answers)) is not None) == expected


@pytest.mark.parametrize("modality", MODALITIES)
def test_a_reaction_speaks_against_its_own_treatment(modality: Any) -> None:
    for to in (*MODALITIES, UNKNOWN):
        answers = {"reaction": Answer(YES), "reaction_to": Answer(to)}
        expected = to in (modality, UNKNOWN)
        assert (of_row(37, modality, facts(answers)) is not None) == expected


def test_an_unknown_skin_type_is_said_and_counts_as_dark() -> None:
    found = of_row(10, "cryo", facts(skin_type=None))
    assert found is not None
    assert found.text.startswith("Skin type IV-VI, skin type not recorded: ")


def test_cryotherapy_in_the_eye_area_is_stopped() -> None:
    found = of_row(33, "cryo", facts(eye_area=True))
    assert found is not None
    assert found.stops


def test_a_clinic_changes_levels_and_windows() -> None:
    strict = replace(ROWS[2], levels={**ROWS[2].levels, "glycolic": "B"})
    short = replace(ROWS[1], window=(90, 90))
    answers = {
        "pregnant": Answer(YES),
        "isotretinoin": Answer(YES),
        "isotretinoin_on": Answer(ON, DAY - timedelta(days=100)),
    }
    usual = flags("glycolic", facts(answers))
    changed = flags("glycolic", facts(answers), clinic={1: short, 2: strict})
    assert [(each.row, each.level) for each in usual] == [(1, "B"), (2, "C")]
    assert [(each.row, each.level) for each in changed] == [(2, "B")]


# Properties ---------------------------------------------------------------------------------------

TRIGGERS: Final = [each for each in QUESTIONS.values() if each.kind == "yes_no"]
DAYS: Final = st.dates(DAY - timedelta(days=400), DAY + timedelta(days=60))


@st.composite
def answered(draw: Any) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for question in QUESTIONS.values():
        if not draw(st.booleans()):
            continue
        if question.kind == "date":
            found[question.key] = draw(
                st.one_of(
                    st.builds(Answer, st.just(ON), DAYS),
                    st.builds(Answer, st.sampled_from([STILL, UNKNOWN])),
                )
            )
        else:
            found[question.key] = Answer(draw(st.sampled_from(question.values)))
    return found


KNOWN: Final = st.builds(
    Facts,
    day=DAYS,
    answers=answered(),
    age=st.one_of(st.none(), st.integers(0, 100)),
    skin_type=st.one_of(st.none(), st.integers(1, 6)),
    eye_area=st.booleans(),
    uncertain=st.booleans(),
    numbing=st.sampled_from([True, False, None]),
    emla=st.sampled_from([True, False, None]),
    electrosurgery=st.sampled_from([True, False, None]),
    full_face=st.sampled_from([True, False, None]),
    antiviral_decided=st.booleans(),
)
MODALITY: Final = st.sampled_from(MODALITIES)


def levels(found: tuple[Flag, ...]) -> dict[int, str]:
    return {each.row: each.level for each in found}


@given(KNOWN, MODALITY, st.sampled_from(TRIGGERS), st.sampled_from([YES, UNSURE]))
def test_another_yes_never_takes_a_flag_away(
    known: Facts, modality: Any, question: Any, value: str
) -> None:
    more = replace(known, answers={**known.answers, question.key: Answer(value)})
    before, after = levels(flags(modality, known)), levels(flags(modality, more))
    assert before.items() <= after.items()


@given(KNOWN, MODALITY)
def test_not_sure_counts_as_yes(known: Facts, modality: Any) -> None:
    certain = {
        key: replace(each, value=YES) if each.value == UNSURE else each
        for key, each in known.answers.items()
    }
    assert flags(modality, known) == flags(modality, replace(known, answers=certain))


@given(KNOWN, MODALITY)
def test_flags_are_sorted_and_no_graver_than_the_table(known: Facts, modality: Any) -> None:
    found = flags(modality, known)
    keys = [("BCi".index(each.level), each.row) for each in found]
    assert keys == sorted(keys)
    assert len({each.row for each in found}) == len(found)
    for each in found:
        assert "BCi".index(each.level) >= "BCi".index(ROWS[each.row].levels[modality])
        assert each.until is None or each.until >= known.day


@given(KNOWN, MODALITY)
def test_an_unknown_skin_type_is_never_milder(known: Facts, modality: Any) -> None:
    light = replace(known, skin_type=LIGHT)
    unknown = replace(known, skin_type=None)
    assert levels(flags(modality, light)).items() <= levels(flags(modality, unknown)).items()


def test_every_row_is_asked_or_known() -> None:
    asked_for = {row for group in GROUPS for each in group.questions for row in each.rows}
    assert asked_for | set(BY_FACTS) == set(range(1, 41))
    for row in ROWS.values():
        assert all(row.number in QUESTIONS[key].rows for key in row.keys)
