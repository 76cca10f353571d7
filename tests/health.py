"""Answers to the health questions, as tests need them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.models import Appointment
from patients.actions import readiness, screening
from patients.models import Patient, Screening
from patients.queries import screening as queries
from patients.questionnaire import NO, QUESTIONS, UNKNOWN, Answer
from patients.screening_rules import is_asked
from tests.conftest import NOW


def receive(*, appointment: Appointment, by: User, now: datetime) -> Appointment:
    """Somebody comes whose health answers are all clear."""
    on = now.astimezone(appointment.location.zone).date()
    readiness.record_screening(patient=appointment.patient, outcome="clear", on=on, by=by, now=now)
    return booking.check_in(appointment=appointment, by=by, now=now)


def whole(patient: Patient, on: date, **said: Answer) -> dict[str, Answer]:
    """Everything that is asked, answered with no but for what is `said`."""
    given: dict[str, Answer] = {}
    for key, question in QUESTIONS.items():
        if is_asked(question, given, queries.person(patient), on):
            usual = NO if question.kind == "yes_no" else UNKNOWN
            given[key] = said.get(key, Answer(usual))
    return given


def asked(patient: Patient, by: User, on: date, now: datetime = NOW, **said: Answer) -> Screening:
    """The whole questionnaire, answered on this day."""
    terms: dict[str, Any] = {"on": on, "by": by, "now": now}
    answers: Mapping[str, Answer] = whole(patient, on, **said)
    return screening.record_answers(patient=patient, answers=answers, **terms)
