"""The care that follows from what was done."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treatments import aftercare
from treatments import aftercare_words as words
from treatments.aftercare import Done, sheet, strict_until

MODALITIES = ("extraction", "glycolic", "salicylic", "retinoid", "cryo", "laser")
DAY = date(2026, 11, 30)
# whatever else the machine is busy with
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
DONE = st.builds(
    Done,
    modality=st.sampled_from(MODALITIES),
    on=st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    eye_area=st.booleans(),
    skin_type=st.none() | st.integers(1, 6),
    uses_retinoid=st.none() | st.booleans(),
    antiviral=st.booleans(),
    dressing=st.booleans(),
    blister=st.booleans(),
)


@PATIENT
@given(DONE)
def test_the_days_follow_each_other_without_a_gap(done: Done) -> None:
    stretches = sheet(done).stretches
    assert stretches[0].first == done.on
    for before, after in pairwise(stretches):
        assert before.until is not None
        assert after.first == before.until + timedelta(days=1)


@PATIENT
@given(DONE)
def test_nobody_is_left_without_sun_and_signs_to_call_for(done: Done) -> None:
    found = sheet(done)
    assert found.sun
    assert len(found.calls) >= 3
    assert "emergency services" in found.urgent


@PATIENT
@given(DONE)
def test_a_retinoid_is_spoken_of_to_those_who_may_use_one(done: Done) -> None:
    spoken = bool(sheet(done).retinoid)
    assert spoken == (done.uses_retinoid is not False and done.modality != "retinoid")


@pytest.mark.parametrize(
    ("modality", "until"),
    [
        ("extraction", None),
        ("glycolic", date(2026, 12, 14)),
        ("salicylic", date(2026, 12, 14)),
        ("retinoid", None),
        ("cryo", date(2027, 1, 11)),
        ("laser", date(2027, 1, 11)),
    ],
)
def test_how_long_the_sun_is_kept_off(modality: str, until: date | None) -> None:
    assert strict_until(Done(modality, DAY)) == until  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("modality", "figures"),
    [
        ("extraction", ["24 hours", "2 to 4 weeks", "10 minutes"]),
        ("glycolic", ["24 to 48 hours", "4 days", "3 weeks", "7 days", "3 to 7 days"]),
        ("salicylic", ["day 2 or 3", "4 days", "3 weeks", "7 days"]),
        ("retinoid", ["20 to 30 minutes", "6 to 12 weeks"]),
        ("cryo", ["day 5 and day 10", "6 weeks", "4 weeks"]),
        ("laser", ["24 hours", "day 10", "SPF 50", "6 weeks", "6 months", "3 weeks"]),
    ],
)
def test_the_figures_of_the_fact_base(modality: str, figures: list[str]) -> None:
    found = sheet(Done(modality, DAY, uses_retinoid=True))  # type: ignore[arg-type]
    told = " ".join(
        [
            *(text for each in found.stretches for text in (each.normal, *each.care)),
            *found.sun,
            *found.retinoid,
            *found.calls,
        ]
    )
    assert [each for each in figures if each not in told] == []


def test_care_follows_from_what_was_done() -> None:
    plain = sheet(Done("extraction", DAY)).stretches[0].care
    near_eye = sheet(Done("extraction", DAY, eye_area=True, dressing=True)).stretches[0].care
    assert set(near_eye) - set(plain) == {words.EYE_CARE, words.DRESSING}
    assert words.BLISTER in sheet(Done("cryo", DAY, blister=True)).stretches[0].care
    assert words.ANTIVIRAL in sheet(Done("laser", DAY, antiviral=True)).stretches[0].care


def test_skin_nobody_has_noted_is_treated_as_dark() -> None:
    assert words.SUN_DARK in sheet(Done("glycolic", DAY)).sun
    assert words.SUN_DARK not in sheet(Done("glycolic", DAY, skin_type=2)).sun


def test_salicylic_acid_has_an_urgent_warning_of_its_own() -> None:
    assert "Ringing in the ears" in sheet(Done("salicylic", DAY)).urgent
    assert sheet(Done("glycolic", DAY)).urgent == aftercare.ALWAYS_URGENT
