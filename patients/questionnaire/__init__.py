"""The health questions before a treatment, in the words in which they are read out.

Pure data. The rows are those of the clinical fact base, section 3; their numbers stand beside the
questions. Who is asked what, and how long an answer holds: `screening_rules`.
"""

from typing import Final

from patients.questionnaire.face import LATELY, TODAY
from patients.questionnaire.health import HEALTH, WISHES
from patients.questionnaire.lifelong import ALWAYS
from patients.questionnaire.shape import (
    NO,
    ON,
    STILL,
    TREATMENTS,
    UNKNOWN,
    UNSURE,
    YES,
    Answer,
    Group,
    Question,
)

__all__ = [
    "GROUPS",
    "NO",
    "ON",
    "QUESTIONS",
    "STILL",
    "TREATMENTS",
    "UNKNOWN",
    "UNSURE",
    "VALUES",
    "YES",
    "Answer",
    "Group",
    "Question",
]

GROUPS: Final[tuple[Group, ...]] = (TODAY, LATELY, HEALTH, ALWAYS, WISHES)
QUESTIONS: Final = {each.key: each for group in GROUPS for each in group.questions}
VALUES: Final = tuple(
    dict.fromkeys(value for question in QUESTIONS.values() for value in question.values)
)
