"""What is asked of whom, how long an answer holds, and what keeps answers from being whole.

Pure functions over `screening_questions`. Answers hold for seven days, as they are asked again
before every session (clinical fact base 3). Lifelong matters hold for a year once they were
answered with yes or no: practice, unsourced, and so are the ages of the questions about pregnancy.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from patients.marked_text import gettext_noop as _
from patients.questionnaire import NO, ON, QUESTIONS, UNKNOWN, UNSURE, Answer, Question

VALID_DAYS: Final = 7
LIFELONG_DAYS: Final = 365
PREGNANCY_AGES: Final = range(11, 56)
FARTHEST_AHEAD: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a patient before any question: the day of birth, the sex as recorded."""

    born: date
    sex: str = "unknown"

    def age_on(self, day: date) -> int:
        had_birthday = (day.month, day.day) >= (self.born.month, self.born.day)
        return day.year - self.born.year - (not had_birthday)


def asked(answers: Mapping[str, Answer], person: Person, day: date) -> tuple[Question, ...]:
    """Every question that these answers lead to, in order, those already answered included."""
    return tuple(each for each in QUESTIONS.values() if is_asked(each, answers, person, day))


def is_asked(question: Question, answers: Mapping[str, Answer], person: Person, day: date) -> bool:
    """Whether the question is put to this person on this day, given the answers so far."""
    if not applies_to(question, person, day):
        return False
    if not question.after:
        return True
    before = answers.get(question.after)
    return before is not None and before.value in question.when


def applies_to(question: Question, person: Person, day: date) -> bool:
    """Whether it may be put to this person at all."""
    return not question.pregnancy or may_be_pregnant(person, day)


def may_be_pregnant(person: Person, day: date) -> bool:
    """Whether a pregnancy can concern this person on this day, as far as is recorded."""
    return person.sex != "male" and person.age_on(day) in PREGNANCY_AGES


def objections(answers: Mapping[str, Answer], person: Person, on: date) -> dict[str, str]:
    """What keeps these answers from being whole, in a sentence by the key of the question."""
    found = {}
    for question in asked(answers, person, on):
        given = answers.get(question.key)
        said = objection(question, given, person.born, on) if given else _("Not answered yet.")
        if said:
            found[question.key] = said
    return found


def standing(answers: Mapping[str, tuple[Answer, date]], on: date) -> dict[str, Answer]:
    """Of answers and the last day on which each holds, those that still say something: the ones
    that hold, and those about a day that lies where it lies."""
    dated = {QUESTIONS[key].after for key, (answer, _until) in answers.items() if answer.on}
    return {
        key: answer
        for key, (answer, until) in answers.items()
        if on <= until or answer.on or key in dated
    }


def confirmable(
    before: Mapping[str, tuple[Answer, date]], hinted: Collection[str], on: date
) -> frozenset[str]:
    """Which earlier answers "nothing has changed" covers: those that hold, and every no. A no that
    an earlier record speaks against is asked again, by itself."""
    return frozenset(
        key
        for key, (answer, until) in before.items()
        if key in QUESTIONS
        and (answer.value == NO or on <= until)
        and not (answer.value == NO and key in hinted)
    )


def holds_until(question: Question, answer: Answer, on: date, valid_days: int = VALID_DAYS) -> date:
    """The last day on which an answer of this day holds. Nobody is sure for a whole year."""
    sure = answer.value not in (UNSURE, UNKNOWN)
    days = LIFELONG_DAYS if question.lifelong and sure else valid_days
    return on + timedelta(days=max(days, valid_days))


def objection(question: Question, answer: Answer, born: date, on: date) -> str:
    """What is wrong with an answer given on this day, in a sentence; empty when nothing is."""
    if answer.value not in question.values:
        return _("Choose one of the answers.")
    if answer.value != ON:
        return ""
    if answer.on is None:
        return _("Give the day, or say that it is not known.")
    return _date_objection(question, answer.on, born, on)


def _date_objection(question: Question, day: date, born: date, on: date) -> str:
    if question.ahead:
        if day < on:
            return _("This day is over. Give the day that is to come.")
        return _("This is more than a year away.") if day > on + FARTHEST_AHEAD else ""
    if day > on:
        return _("This day is still to come. Give the last day before today, or today.")
    return _("This is before the patient was born.") if day < born else ""


def feeding(row: int) -> tuple[Question, ...]:
    """The questions whose answers decide about this row of the fact base."""
    return tuple(each for each in QUESTIONS.values() if row in each.rows)
