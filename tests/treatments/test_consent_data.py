"""The consent texts as shipped: complete, with their figures and their sources."""

import pytest

from patients.consent_data import PHOTOS
from patients.consent_words import ConsentData, blocks
from treatments.consent_data import TEXTS
from treatments.models import Protocol

PARTS = {
    "What it is",
    "What to expect",
    "Risks",
    "Instead",
    "What we ask of you",
    "You can stop at any time",
}
BY_SCOPE = {each.scope: each for each in TEXTS}


def test_there_is_one_for_every_modality() -> None:
    assert set(BY_SCOPE) == set(Protocol.Modality.values)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.scope)
def test_every_text_has_its_parts_and_doing_nothing_among_the_alternatives(
    text: ConsentData,
) -> None:
    parts = blocks(text.body)
    assert {each.text for each in parts if each.kind == "heading"} == PARTS
    assert "Doing nothing: milia do no harm" in text.body
    assert {"risks", "what it is", "instead", "duties"} <= set(text.sources)
    assert all(text.sources.values())


@pytest.mark.parametrize("text", [*TEXTS, PHOTOS], ids=lambda text: text.scope)
def test_no_source_stands_in_the_text(text: ConsentData) -> None:
    assert "fact base" not in text.body
    assert "[" not in text.body


@pytest.mark.parametrize(
    ("scope", "figures"),
    [
        ("extraction", ["pitted scar", "dark mark", "7 to 10 days", "6 months"]),
        (
            "glycolic",
            ["4 to 6 sessions", "20 to 30 %", "1 to 7 days", "milia themselves"],
        ),
        ("salicylic", ["aspirin", "ringing in the ears", "3 to 5 minutes", "pregnant"]),
        ("retinoid", ["off label", "must not be used in pregnancy", "first 2 to 4 weeks"]),
        ("cryo", ["within 48 hours", "5 to 10 days", "lasting", "never done near the eye"]),
        ("laser", ["up to 92 of 100 people", "10 to 21 days", "drawn outwards", "New milia"]),
    ],
)
def test_risks_are_named_with_their_figures(scope: str, figures: list[str]) -> None:
    assert [each for each in figures if each not in BY_SCOPE[scope].body] == []
