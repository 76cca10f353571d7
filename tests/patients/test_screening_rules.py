"""The questionnaire: what is asked of whom, how long answers hold, and what is no answer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.questionnaire import (
    GROUPS,
    NO,
    ON,
    QUESTIONS,
    STILL,
    UNKNOWN,
    UNSURE,
    YES,
    Answer,
)
from patients.screening_hints import Statement, hints
from patients.screening_rules import (
    Person,
    asked,
    confirmable,
    holds_until,
    objections,
    standing,
)

ON_DAY = date(2026, 11, 30)
WOMAN = Person(date(1992, 3, 14), "female")
MAN = Person(date(1992, 3, 14), "male")
PREGNANCY = {"pregnant", "planning_pregnancy", "breastfeeding"}


def keys(person: Person, **answers: Answer) -> set[str]:
    return {each.key for each in asked(answers, person, ON_DAY)}


def test_every_key_is_its_own_and_follow_ups_come_after_their_question() -> None:
    order = [each.key for group in GROUPS for each in group.questions]
    assert len(order) == len(set(order)) == len(QUESTIONS)
    for question in QUESTIONS.values():
        if question.after:
            assert order.index(question.after) < order.index(question.key)
            assert set(question.when) <= set(QUESTIONS[question.after].values)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (WOMAN, True),
        (MAN, False),
        (Person(date(1992, 3, 14)), True),
        (Person(date(2016, 3, 14), "female"), False),
        (Person(date(1970, 11, 30), "female"), False),
        (Person(date(1970, 12, 1), "female"), True),
    ],
)
def test_who_is_asked_about_pregnancy(person: Person, expected: bool) -> None:
    assert (keys(person) >= PREGNANCY) == expected
    assert bool(PREGNANCY & keys(person)) == expected


@pytest.mark.parametrize("value", [YES, UNSURE])
def test_a_yes_leads_to_the_day(value: str) -> None:
    assert "isotretinoin_on" not in keys(WOMAN, isotretinoin=Answer(NO))
    assert "isotretinoin_on" in keys(WOMAN, isotretinoin=Answer(value))


def test_herpes_before_is_asked_when_there_is_no_cold_sore_now() -> None:
    assert "herpes" in keys(WOMAN, cold_sore=Answer(NO))
    assert "herpes" not in keys(WOMAN, cold_sore=Answer(YES))
    assert "cold_sore_on" in keys(WOMAN, cold_sore=Answer(YES))


@pytest.mark.parametrize(
    ("key", "value", "days"),
    [
        ("tan", NO, 7),
        ("tan", YES, 7),
        ("keloid", NO, 365),
        ("keloid", YES, 365),
        ("keloid", UNSURE, 7),
        ("reaction_to", UNKNOWN, 7),
    ],
)
def test_how_long_an_answer_holds(key: str, value: str, days: int) -> None:
    until = holds_until(QUESTIONS[key], Answer(value), ON_DAY)
    assert until == ON_DAY + timedelta(days=days)


def test_how_long_is_the_clinics_to_say() -> None:
    assert holds_until(QUESTIONS["tan"], Answer(NO), ON_DAY, 3) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("key", "answer", "sentence"),
    [
        ("tan_on", Answer(ON, date(2026, 12, 1)), "This day is still to come."),
        ("tan_on", Answer(ON, date(1992, 3, 13)), "This is before the patient was born."),
        ("tan_on", Answer(ON), "Give the day, or say that it is not known."),
        ("tan_on", Answer(STILL), "Choose one of the answers."),
        ("tan", Answer("perhaps"), "Choose one of the answers."),
        ("event_on", Answer(ON, date(2026, 11, 29)), "This day is over."),
        ("event_on", Answer(ON, date(2028, 1, 1)), "This is more than a year away."),
    ],
)
def test_what_is_no_answer(key: str, answer: Answer, sentence: str) -> None:
    parent = QUESTIONS[key].after
    found = objections({key: answer} | ({parent: Answer(YES)} if parent else {}), WOMAN, ON_DAY)
    assert found[key].startswith(sentence)


def test_what_is_not_answered_is_named() -> None:
    assert set(objections({}, MAN, ON_DAY)) == keys(MAN)
    assert set(objections({}, MAN, ON_DAY).values()) == {"Not answered yet."}


def test_nothing_has_changed_covers_every_no_and_what_holds() -> None:
    later = ON_DAY + timedelta(days=30)
    before = {
        "tan": (Answer(NO), ON_DAY),
        "keloid": (Answer(YES), later),
        "retinoid": (Answer(YES), ON_DAY - timedelta(days=1)),
        "amide_allergy": (Answer(NO), later),
        "gone": (Answer(NO), later),
    }
    assert confirmable(before, {"amide_allergy"}, ON_DAY) == {"tan", "keloid"}


def test_a_day_counts_after_its_answer_no_longer_holds() -> None:
    old = ON_DAY - timedelta(days=1)
    said = {
        "isotretinoin": (Answer(YES), old),
        "isotretinoin_on": (Answer(ON, date(2026, 9, 20)), old),
        "wound": (Answer(YES), old),
        "keloid": (Answer(YES), ON_DAY),
    }
    assert set(standing(said, ON_DAY)) == {"isotretinoin", "isotretinoin_on", "keloid"}


@given(st.dictionaries(st.sampled_from(sorted(QUESTIONS)), st.sampled_from([YES, NO, UNSURE])))
def test_more_yes_never_asks_less_but_for_herpes(values: dict[str, str]) -> None:
    answers = {key: Answer(value) for key, value in values.items()}
    before = {each.key for each in asked(answers, WOMAN, ON_DAY)}
    for key in values:
        more = {each.key for each in asked({**answers, key: Answer(YES)}, WOMAN, ON_DAY)}
        assert before - more <= {"herpes"}


# What records hint --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("medication", "Isotretinoin 20 MG Oral Capsule", {"isotretinoin"}),
        ("medication", "Tretinoin 0.025 % cream", {"retinoid"}),
        ("medication", "Hydrochlorothiazide 25 MG", {"photosensitiser"}),
        ("medication", "3 ML Amiodarone 50 MG/ML", {"photosensitiser", "antiarrhythmic"}),
        ("medication", "Warfarin Sodium 5 MG Oral Tablet", {"anticoagulant"}),
        ("medication", "Amlodipine 5 MG Oral Tablet", set()),
        ("allergy", "Salicylate", {"salicylate_allergy"}),
        ("allergy", "Allergy to fish", {"fish_allergy"}),
        ("allergy", "Shellfish allergy", set()),
        ("allergy", "Lidocaine", {"amide_allergy"}),
        ("condition", "Normal pregnancy", {"pregnant"}),
        ("condition", "Keloid scar, left ear lobe", {"keloid"}),
        ("condition", "Herpes labialis, recurrent", {"herpes"}),
        ("condition", "Raynaud phenomenon", {"raynaud"}),
        ("condition", "Diabetes", {"immune"}),
        ("condition", "Prediabetes", set()),
    ],
)
def test_hints(kind: str, text: str, expected: set[str]) -> None:
    found = hints([Statement(kind, text)], ON_DAY)  # type: ignore[arg-type]
    assert set(found) == expected


def test_stopped_isotretinoin_is_asked_about_for_a_year() -> None:
    def stopped(days: int, text: str = "Isotretinoin 20 mg") -> set[str]:
        on = ON_DAY - timedelta(days=days)
        return set(hints([Statement("medication", text, holds=False, on=on)], ON_DAY))

    assert stopped(365) == {"isotretinoin"}
    assert stopped(366) == set()
    assert stopped(5, "Warfarin") == set()


def test_hints_are_about_questions_there_are() -> None:
    from patients.screening_hints import _WORDS  # noqa: PLC0415 - the table itself

    assert {key for words in _WORDS.values() for key in words} <= set(QUESTIONS)
