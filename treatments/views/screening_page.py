"""The health answers of one patient as the page shows them: treatment by treatment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from clinic.models import Appointment
from clinic.queries.appointments import EXPECTED
from patients.models import Patient, Screening, ScreeningAnswer
from patients.queries import screening as queries
from patients.questionnaire import NO, QUESTIONS, UNSURE, YES, Question
from patients.templatetags.screening import answer_words
from treatments.forms.screening import ClearBlockForm
from treatments.models import Course, Protocol
from treatments.protocol_data.model import Modality
from treatments.queries import visit_checks
from treatments.queries.visit_checks import Check, Judged
from treatments.screening_matrix import MODALITIES


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment, and what the answers say against it."""

    modality: Modality
    name: str
    check: Check

    @property
    def level(self) -> str:
        """ "missing" (it is stopped), "warn" (cautions that nobody has read) or "ok"."""
        if any(each.stops for each in self.check.judged):
            return "missing"
        return "warn" if any(each.is_open for each in self.check.judged) else "ok"

    @property
    def blocks(self) -> list[Judged]:
        return [each for each in self.check.judged if each.flag.level == "B"]

    @property
    def cautions(self) -> list[Judged]:
        return [each for each in self.check.judged if each.flag.level == "C"]

    @property
    def open_cautions(self) -> list[Judged]:
        return [each for each in self.cautions if each.is_open]

    @property
    def to_know(self) -> list[Judged]:
        return [each for each in self.check.judged if each.flag.level == "i"]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer with its follow-ups, for reading."""

    question: Question
    answer: ScreeningAnswer
    more: tuple[ScreeningAnswer, ...] = ()

    @property
    def words(self) -> str:
        """ "yes", "not sure, day not known", "still taking it", "20 Sep 2026: Roaccutane"."""
        own = [answer_words(self.answer)] if self.answer.value == UNSURE or not self.more else []
        found = ", ".join([*own, *(answer_words(each) for each in self.more)])
        return f"{found}: {self.answer.detail}" if self.answer.detail else found


def context_of(
    patient: Patient, visit: Appointment | None, day: date, now: datetime
) -> dict[str, Any]:
    """All that the page shows below the head of the record."""
    checks = visit_checks.of_patient(patient, MODALITIES, day)
    first = next(iter(checks.values()))
    answered = queries.last_answered(patient.pk)
    near, others = _sorted(checks, _planned(patient, visit))
    return {
        "visit": visit,
        "is_expected": visit is not None and visit.status in EXPECTED,
        "state": _state(first),
        "newest": first.newest,
        "holds": first.newest is not None and first.newest.holds_on(day),
        "answered": answered,
        "said": list(_said(answered)) if answered else [],
        "denied": _denied(answered) if answered else [],
        "near": near,
        "others": others,
        "history": queries.history(patient),
        "clear_form": ClearBlockForm(auto_id=False),
        "day": day,
        "now": now,
    }


def _state(check: Check) -> str:
    """How the asking itself stands, whatever the treatment."""
    return check.state if check.state in ("noted", "unasked", "expired") else "clear"


def _planned(patient: Patient, visit: Appointment | None) -> set[str]:
    """The treatment of the visit; without one, those of the courses that go on."""
    if visit and (kinds := visit_checks.modalities_of([visit.service_id])):
        return set(kinds.values())
    rows = Course.objects.filter(plan__patient=patient, status__in=["active", "paused"])
    return set(rows.values_list("protocol__modality", flat=True))


def _sorted(
    checks: dict[Modality, Check], planned: set[str]
) -> tuple[list[Treatment], list[Treatment]]:
    """Those that are planned, then the others; all of them first when none is."""
    names = dict(Protocol.Modality.choices)
    found = [Treatment(key, str(names[key]), each) for key, each in checks.items()]
    near = [each for each in found if each.modality in planned]
    return (near, [each for each in found if each not in near]) if near else (found, [])


def _said(screening: Screening) -> Iterator[Said]:
    """Every answer that was not a plain no, in the order of the questions."""
    rows = {each.question: each for each in screening.answers.all()}
    for key, question in QUESTIONS.items():
        row = rows.get(key)
        if row and not question.after and row.value in (YES, UNSURE):
            yield Said(question, row, tuple(_following(key, rows.values())))
        elif row and question.after and question.kind == "yes_no" and row.value != NO:
            yield Said(question, row)


def _following(key: str, rows: Iterable[ScreeningAnswer]) -> Iterator[ScreeningAnswer]:
    for row in rows:
        question = QUESTIONS.get(row.question)
        if question and question.after == key and question.kind != "yes_no":
            yield row


def _denied(screening: Screening) -> list[str]:
    said_no = {each.question for each in screening.answers.all() if each.value == NO}
    return [question.name for key, question in QUESTIONS.items() if key in said_no]


def treatment_of(visit: Appointment) -> Modality | None:
    found: Sequence[str] = list(visit_checks.modalities_of([visit.service_id]).values())
    return cast(Modality, found[0]) if found else None
