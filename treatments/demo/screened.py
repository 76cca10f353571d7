"""The health questions of the demo clinic: asked before every treatment, seldom with a surprise."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from clinic.actions import booking
from clinic.models import Appointment
from patients.actions import readiness
from patients.actions import screening as answers
from patients.models import Patient, Screening
from patients.queries import screening as queries
from patients.questionnaire import NO, ON, QUESTIONS, STILL, YES, Answer
from patients.screening_rules import is_asked
from treatments.actions import screening as clearing
from treatments.demo.house import House
from treatments.demo.places import COLE, FERN
from treatments.queries import visit_checks

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)

# what somebody answers beside no and what an earlier record says of them; days count back
Said = Mapping[str, Answer | int]

SORE: Final[Said] = {"cold_sore": Answer(YES), "cold_sore_on": Answer(STILL)}
CAREFUL: Final[Said] = {
    "acids": Answer(YES),
    "acids_on": 1,
    "dark_marks": Answer(YES),
    "event": Answer(YES),
    "event_on": -9,
}
NOTHING: Final[Said] = {}
SAFE: Final = "Seen and talked over: mild strength, test spot behind the ear first"

# before the next treatments: (how it was asked, what was said, how many days ago)
BEFORE: Final[tuple[tuple[str, Said, int], ...]] = (
    ("asked", SORE, 0),
    ("asked", NOTHING, 2),
    ("asked", NOTHING, 24),
    ("", NOTHING, 0),
    ("asked", CAREFUL, 1),
    ("telephone", NOTHING, 0),
    ("clear", NOTHING, 5),
)
HEARD: Final = "Started new tablets last week, brings the box"


def receive(house: House, visit: Appointment, came: datetime) -> None:
    """Check somebody in; before a treatment the questions are asked, and cleared what stands in
    the way."""
    if visit_checks.modalities_of([visit.service_id]):
        on = came.astimezone(visit.location.zone).date()
        ask(house, visit.patient, NOTHING, on, came - 2 * MINUTE)
        clear(house, visit, came - MINUTE)
    booking.check_in(appointment=visit, by=house.users[FERN], now=came)


def ask(house: House, patient: Patient, said: Said, on: date, at: datetime) -> Screening:
    """No to everything but this and what an earlier record says."""
    known = queries.background(patient, on)
    given: dict[str, Answer] = {}
    for key, question in QUESTIONS.items():
        if is_asked(question, given, known.person, on):
            given[key] = _answer(key, said.get(key), key in known.hinted, on)
    return answers.record_answers(
        patient=patient, answers=given, on=on, by=house.users[FERN], now=at
    )


def _answer(key: str, said: Answer | int | None, is_hinted: bool, on: date) -> Answer:
    if isinstance(said, int):
        return Answer(ON, on - timedelta(days=said))
    if QUESTIONS[key].kind == "date":
        return said or Answer(ON, on - timedelta(days=45))
    if QUESTIONS[key].kind == "choice":
        return said or Answer("unknown")
    return said or Answer(YES if is_hinted else NO)


def clear(house: House, visit: Appointment, at: datetime) -> None:
    """Dr Cole has looked at what speaks against the treatment."""
    check = visit_checks.of_visits([visit])[visit.pk]
    if check.answered is None or check.modality is None or not check.open:
        return
    terms: dict[str, Any] = {
        "asking": check.answered,
        "modality": check.modality,
        "on": check.day,
        "by": house.users[COLE],
        "now": at,
    }
    for each in check.open:
        if each.stops:
            clearing.clear_block(row=each.flag.row, reason=SAFE, **terms)
    if rows := [each.flag.row for each in check.open if not each.stops]:
        clearing.take_note(rows=rows, **terms)


def prepare(house: House, place: str, visit: Appointment, number: int) -> None:
    """How the next patients have answered so far: mostly in order, with something to see to."""
    how, said, days_ago = BEFORE[number % len(BEFORE)]
    on = house.today(place) - days_ago * DAY
    at = min(house.now, visit.during.lower) - days_ago * DAY - 8 * MINUTE
    if how == "asked":
        ask(house, visit.patient, said, on, at)
    elif how:
        outcome, note = ("to_check", HEARD) if how == "telephone" else ("clear", "")
        readiness.record_screening(
            patient=visit.patient, outcome=outcome, note=note, on=on, by=house.users[FERN], now=at
        )
