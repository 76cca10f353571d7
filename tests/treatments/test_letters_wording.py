"""What letters say of one treatment and not of another, and of one and not of several."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.treatments.letters import facts, html_of, text_of
from tests.treatments.test_letters import words, words_of_html


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


# What a booking says -----------------------------------------------------------------------------


PREPARED = {
    "extraction": "pause acid products and a retinoid where we will work",
    "glycolic": "From 3 days before: no retinoid",
    "salicylic": "From 3 days before: no retinoid",
    "retinoid": "Tell us if you are pregnant or planning to be",
    "cryo": "The freezing stings for some seconds",
    "laser": "From now until your visit: no sunbathing, sunbed or self-tan",
    "": "Come without make-up, so that we can look at your skin",
}


@pytest.mark.parametrize("modality", PREPARED)
def test_a_booking_says_how_to_prepare_for_that_visit(modality: str) -> None:
    said = " ".join(text_of(facts(modality), "booked").split())
    assert PREPARED[modality] in said
    assert said.count("we write again before each visit") == 1
    assert words_of_html(html_of(facts(modality), "booked")) == words(
        text_of(facts(modality), "booked")
    )


def test_one_day_is_one_day() -> None:
    said = " ".join(text_of(facts(retinoid_days=1), "booked", "stop_retinoid").split())
    assert "From 1 day before: no retinoid" in said
    assert "leave it out for the day up to your visit" in said


@pytest.mark.parametrize(
    ("modality", "falls"),
    [
        ("extraction", "A scab that is still there falls by itself."),
        ("cryo", "Let it fall by itself."),
        ("laser", "Let them fall by themselves."),
    ],
)
def test_what_falls_by_itself_is_named_before(modality: str, falls: str) -> None:
    said = text_of(facts(modality), "healing_7")
    assert f"- {falls}" in said


def test_a_single_evening_is_not_spread() -> None:
    one = facts("retinoid", week=3, nights_per_week=1, change="down")
    said = text_of(one, "regimen_week", "regimen_changed")
    assert "Spread them" not in said
    assert "Too much? Leave it out this week." in said
    assert "Spread them evenly." in text_of(one | {"nights_per_week": 2}, "regimen_week")


def test_after_an_extraction_a_retinoid_is_offered_to_those_who_are_prone() -> None:
    """Fact base 5.2, day 28."""
    offer = "New ones keep coming? A retinoid in the evening can prevent them"
    assert offer in " ".join(text_of(facts("extraction"), "outcome").split())
    assert offer not in " ".join(text_of(facts("laser"), "outcome").split())
