"""What letters must and must not say."""

import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from patients import letter_kinds
from tests.treatments.letters import (
    KINDS,
    LATER,
    MODALITIES,
    PEELS,
    PHONE,
    VISIT,
    facts,
    html_of,
    text_of,
)
from treatments.protocol_data import PROTOCOLS

SUN = ("SPF 30", "Broad spectrum", "water resistant", "15 minutes", "2 hours", "Two finger")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_every_letter_has_the_phone_and_the_alarm_signs(kind: str, modality: str) -> None:
    text = text_of(facts(modality), kind)
    assert f"If anything worries you, call us: {PHONE}" in text
    assert "Blisters, weeping skin, pus, fever, growing pain" in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_no_letter_names_a_dose_or_stops_a_prescribed_medicine(kind: str, modality: str) -> None:
    said = " ".join(words(text_of(facts(modality), kind)))
    assert not re.search(r"\d+ ?(mg|g|ml|mcg|percent)\b|aciclovir|acyclovir|valacyclovir", said)
    assert not re.search(r"(stop|pause|leave out|without)\W+(\w+ ){0,6}blood thinner", said, re.I)


@pytest.mark.parametrize("modality", MODALITIES)
@pytest.mark.parametrize("kind", ["booked", "moved", "screen_due", "precare_3", "tomorrow"])
def test_preparation_keeps_prescribed_medicines(kind: str, modality: str) -> None:
    said = " ".join(words(text_of(facts(modality), kind)))
    assert "Keep taking medicines that a doctor prescribed blood thinners included" in said


def after_letters(modality: str) -> list[str]:
    steps = next(each.steps for each in PROTOCOLS if each.modality == modality)
    return sorted({step.kind for step in steps if step.needs_attendance})


@pytest.mark.parametrize("modality", MODALITIES)
def test_every_letter_after_a_session_lists_the_red_flags(modality: str) -> None:
    for kind in after_letters(modality):
        text = text_of(facts(modality), kind)
        assert "Call us the same day if you notice" in text
        assert f"Our number: {PHONE}" in text


@pytest.mark.parametrize("modality", MODALITIES)
def test_letters_after_a_session_remind_of_the_sun(modality: str) -> None:
    steps = next(each.steps for each in PROTOCOLS if each.modality == modality)
    for kind in sorted({step.kind for step in steps if "sunscreen" in step.covers}):
        assert re.search(r"sun|SPF|shade", text_of(facts(modality), kind), re.IGNORECASE)


@pytest.mark.parametrize("modality", PEELS)
@pytest.mark.parametrize("kind", ["aftercare_day0", "sunscreen"])
def test_sun_advice_has_the_numbers_of_the_fact_base(kind: str, modality: str) -> None:
    said = " ".join(text_of(facts(modality), kind).split())
    assert [figure for figure in SUN if figure not in said] == []
    assert "between 10:00 and 14:00" in said


def test_salicylic_letters_know_the_signs_of_salicylate_poisoning() -> None:
    signs = "ringing in the ears, dizziness, vomiting, fast breathing, hives or wheezing"
    for kind in after_letters("salicylic"):
        assert signs in " ".join(text_of(facts("salicylic"), kind).split())
    for kind in after_letters("glycolic"):
        assert "ringing" not in text_of(facts("glycolic"), kind)


def test_only_the_glycolic_letter_speaks_of_a_neutraliser() -> None:
    texts = {each: text_of(facts(each), "aftercare_day0") for each in PEELS}
    assert "neutralised" in texts["glycolic"]
    assert "neutralised" not in texts["salicylic"]
    assert "rinsed off with water" in " ".join(texts["salicylic"].split())


def test_aspirin_allergy_is_asked_before_a_salicylic_session() -> None:
    assert "aspirin" in text_of(facts("salicylic"), "tomorrow")
    assert "aspirin" not in text_of(facts("glycolic"), "tomorrow")


def test_retinoid_letter_gives_day_and_length() -> None:
    said = " ".join(text_of(facts(retinoid_days=7), "stop_retinoid").split())
    assert "Leave out your retinoid from Saturday 9 January" in said
    assert "The evening of Saturday 9 January is the first one without it." in said
    assert "for the 7 days up to your visit" in said


def test_retinoid_stays_out_when_the_next_session_is_near() -> None:
    near = text_of(facts(pause_retinoid=True), "settled_7")
    assert "until after your last visit" in " ".join(near.split())
    assert "A retinoid only on calm skin" not in near


def test_next_window_names_its_days() -> None:
    said = " ".join(text_of(facts(), "next_window").split())
    assert "from Tuesday 26 January to Tuesday 9 February." in said


def test_booking_of_several_visits_lists_each_with_its_gap() -> None:
    text = text_of(facts(appointments=[VISIT, LATER]), "booked")
    assert (
        "Tue 2 Feb 2027, 15:30\nVisit for your skin with Dr Cole\nHarbour Street\n"
        "Visit 4 of 5\n21 days after the visit before\n"
    ) in text


def test_merged_letter_greets_once_and_keeps_both_sections() -> None:
    text = text_of(facts(), "settled_7", "next_window")
    assert text.count("Hello Ada,") == 1
    assert text.index("Has your skin settled?") < text.index("Your next visit has no date yet")
    assert html_of(facts(), "settled_7", "next_window").count("<h2") == 2


def test_letter_says_why_it_came() -> None:
    answer = " ".join(text_of(facts(transactional=True), "booked").split())
    advice = " ".join(text_of(facts(), "sunscreen").split())
    assert "because a visit of yours at Harbour Clinic was booked or changed" in answer
    assert "because you are in our care and asked for advice between visits" in advice


def test_patient_without_a_known_name_is_greeted_all_the_same() -> None:
    assert text_of(facts(patient_name=""), "tomorrow").startswith("Hello,\n")


@pytest.mark.parametrize("kind", sorted({step.kind for each in PROTOCOLS for step in each.steps}))
def test_the_example_of_a_letter_is_of_a_treatment_that_has_it(kind: str) -> None:
    known = letter_kinds.of(kind)
    assert known is not None
    having = {p.modality for p in PROTOCOLS if any(step.kind == kind for step in p.steps)}
    assert letter_kinds.example(known)["modality"] in having
