"""The health questions as they stand for one patient: the last answers, and what records hint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch

from patients.models import Clearance, Patient, Screening, ScreeningAnswer
from patients.models.screening import ScreeningQuerySet
from patients.queries import record
from patients.questionnaire import NO, UNSURE, YES
from patients.screening_hints import Statement, hints
from patients.screening_rules import Person

_ENDED = ["resolved", "inactive", "remission", "entered-in-error", "refuted"]
_TAKEN = ["active", "on-hold", ""]
# the questions about a pregnancy that is there, possible or planned
PREGNANCY = ("pregnant", "planning_pregnancy")


@dataclass(frozen=True, slots=True)
class Background:
    """What is known before anything is asked. `last` is the newest asking with answers of its own,
    `answers` are those by the key of the question, `hinted` what earlier records say."""

    person: Person
    last: Screening | None = None
    answers: Mapping[str, ScreeningAnswer] = field(default_factory=dict)
    hinted: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)


def background(patient: Patient, on: date) -> Background:
    """All of it, in five queries at most."""
    last = last_answered(patient.pk)
    answers = {each.question: each for each in last.answers.all()} if last else {}
    return Background(person(patient), last, answers, hints(_statements(patient), on))


def person(patient: Patient) -> Person:
    return Person(patient.birth_date, patient.sex)


def last_answered(patient: int) -> Screening | None:
    """The newest asking with answers; None for a patient who was never asked in full."""
    rows = _standing().filter(patient=patient).prefetch_related("answers")
    return rows.order_by("-pk").first()


def pregnancy(patient: int) -> ScreeningAnswer | None:
    """The newest answer that says that a pregnancy is there, possible or planned; None while the
    newest ones say no. What was taken over from an earlier asking counts as said then. One query.
    """
    rows = ScreeningAnswer.objects.filter(
        screening__in=Screening.objects.standing(),
        screening__patient=patient,
        question__in=PREGNANCY,
        taken_over=False,
    )
    newest = rows.select_related("screening").order_by("question", "-screening")
    said = [each for each in newest.distinct("question") if each.value in (YES, UNSURE)]
    return max(said, key=lambda each: each.screening_id, default=None)


def last_answered_of(patients: set[int]) -> dict[int, Screening]:
    """The same for many, with clearances, in three queries. Of the answers all but the plain no:
    that never speaks against anything, and there are dozens of them."""
    rows = _standing().filter(patient__in=patients).order_by("patient", "-pk").distinct("patient")
    telling = Prefetch("answers", ScreeningAnswer.objects.exclude(value=NO))
    cleared = Prefetch("clearances", Clearance.objects.select_related("cleared_by"))
    return {each.patient_id: each for each in rows.prefetch_related(telling, cleared)}


def _standing() -> ScreeningQuerySet:
    own = ScreeningAnswer.objects.filter(screening=OuterRef("pk"))
    return Screening.objects.standing().filter(Exists(own)).select_related("recorded_by")


def _statements(patient: Patient) -> list[Statement]:
    """Allergies, conditions and medicines of earlier records, those that ended included."""
    allergies = [
        Statement("allergy", each.text, on=_day(each)) for each in record.allergies(patient)
    ]
    conditions = [
        Statement("condition", each.text, each.status not in _ENDED, _day(each))
        for each in patient.condition_set.order_by("pk")
    ]
    medicines = [
        Statement("medication", each.text, each.status in _TAKEN, _day(each))
        for each in patient.medication_set.exclude(status="entered-in-error").order_by("pk")
    ]
    return [*allergies, *conditions, *medicines]


def _day(item: object) -> date | None:
    at = getattr(item, "recorded_at", None)
    return at.date() if at else None


def history(patient: Patient, limit: int = 12) -> list[Screening]:
    """The last askings with what was cleared at each, in two queries."""
    cleared = Prefetch("clearances", Clearance.objects.select_related("cleared_by").order_by("pk"))
    rows = Screening.objects.standing().filter(patient=patient)
    named = rows.select_related("recorded_by", "cleared_by").prefetch_related(cleared)
    return list(named.order_by("-pk")[:limit])
