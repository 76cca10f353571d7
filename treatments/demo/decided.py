"""Decisions and plans of the demo clinic: a peel series with a retinoid, one that is paused, one
face to decide on, one that is left alone."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, cast

from clinic.accounts.models import User
from patients.models import Patient
from treatments.actions import agreeing, courses, decisions, regimens
from treatments.actions.agreeing import CourseTerms, PlanTerms, RegimenTerms
from treatments.actions.decisions import Choice
from treatments.demo.desk import DAY, MINUTE, Desk
from treatments.demo.people import Person
from treatments.demo.places import COLE, HARBOUR
from treatments.face_map import BY_KEY
from treatments.models import (
    Assessment,
    Decision,
    Finding,
    Lesion,
    Plan,
    PreviousTreatment,
    Regimen,
    RegimenChange,
)
from treatments.protocol_data.model import Modality

PEOPLE: Final = (
    Person("Beatriz", "Castellanos", date(1991, 5, 3), "female", 4),
    Person("Nora", "Holloway", date(1983, 9, 21), "female", 2),
    Person("Idris", "Achterberg", date(1978, 2, 8), "male", 3),
    Person("Maren", "Solheim", date(1995, 12, 11), "female", 1),
)
MANY: Final = (("cheek", 7), ("forehead", 5), ("chin", 4), ("temple", 3))
EYES: Final = (("lower_eyelid", 3), ("cheek", 2))
PRONE: Final = {"present_for_months": 14, "episodes_a_year": 3, "squeezes": True, "concern": 7}
Places = Sequence[tuple[str, int]]


def play(desk: Desk) -> None:
    """Told after everything else, of people who come for nothing else."""
    together, home, face, calm = (
        desk.register(200 + number, person) for number, person in enumerate(PEOPLE)
    )
    doctor = desk.house.users[COLE]
    _together(desk, together, doctor)
    _paused(desk, home, doctor)
    _signed(desk, face, EYES, 1, {"present_for_months": 30}, "extraction", "3.5")
    made = _signed(desk, calm, (("cheek", 2),), 3, {"concern": 0})
    _decide(desk, made, Choice(Decision.Way.OBSERVE, note="Looks again in six months"), 3)
    _told_by_their_plans(desk)


def _together(desk: Desk, patient: Patient, doctor: User) -> None:
    """Peels and a retinoid as one plan; the evenings went down once, the first peel comes soon."""
    made = _signed(desk, patient, MANY, 30, PRONE)
    choice = Choice(Decision.Way.TREAT, ("glycolic", "retinoid"), educated=True)
    decision = _decide(desk, made, choice, 30)
    plan = _agree(desk, decision, 30, ("glycolic", 6), ("retinoid", 1))
    peel, home = plan.courses.order_by("pk")
    days = [desk.house.today(HARBOUR) + n * DAY for n in (6, 27, 48)]
    desk.book_course(peel, days, "10:30", COLE, desk.now - 29 * DAY, by=doctor)
    regimens.step(
        regimen=Regimen.objects.select_related("course__plan").get(course=home),
        what=RegimenChange.What.DOWN,
        reason="Flaking beside the nose",
        by=doctor,
        now=desk.now - 9 * DAY,
    )


def _paused(desk: Desk, patient: Patient, doctor: User) -> None:
    made = _signed(desk, patient, (("forehead", 4), ("cheek", 3)), 40, {"episodes_a_year": 2})
    decision = _decide(desk, made, Choice(Decision.Way.TREAT, ("retinoid",)), 40)
    plan = _agree(desk, decision, 40, ("retinoid", 1))
    until = desk.house.today(HARBOUR) + 11 * DAY
    reason = "Two weeks of skiing, strong sun"
    course = plan.courses.get()
    courses.pause(course=course, reason=reason, until=until, by=doctor, now=desk.now - 3 * DAY)


def _agree(desk: Desk, decision: Decision, ago: int, *wanted: tuple[str, int]) -> Plan:
    start = desk.house.today(HARBOUR) - timedelta(days=ago - 1)
    regimen = RegimenTerms("tretinoin", _QUARTER, "cream", "Pea-sized, for the whole face", start)
    terms = [
        CourseTerms(
            protocol=desk.house.protocols[modality],
            location=desk.house.locations[HARBOUR],
            sessions=sessions,
            practitioner=desk.house.resources[HARBOUR, COLE],
            uses_retinoid=None if modality == "retinoid" else True,
            regimen=regimen if modality == "retinoid" else None,
        )
        for modality, sessions in wanted
    ]
    return agreeing.agree(
        patient=decision.patient,
        terms=PlanTerms(terms, decision, goal="Smooth skin for the wedding in spring"),
        by=desk.house.users[COLE],
        now=desk.now - ago * DAY + 10 * MINUTE,
    )


_QUARTER: Final = Regimen._meta.get_field("strength_percent").to_python("0.025")


def _decide(desk: Desk, made: Assessment, choice: Choice, ago: int) -> Decision:
    return decisions.decide(
        assessment=made,
        choice=choice,
        by=desk.house.users[COLE],
        now=desk.now - ago * DAY + 5 * MINUTE,
        key=uuid.UUID(int=desk.dice.getrandbits(128), version=4),
    )


def _signed(
    desk: Desk,
    patient: Patient,
    found: Places,
    ago: int,
    said: Mapping[str, Any],
    tried: str = "",
    size: str = "1.5",
) -> Assessment:
    at, doctor = desk.now - ago * DAY, desk.house.users[COLE]
    made = Assessment.objects.create(
        patient=patient,
        skin_type=patient.skin_type,
        kind="primary",
        arrangement="discrete",
        started_at=at - 6 * MINUTE,
        started_by=doctor,
        saved_at=at,
        **said,
    )
    for number, (site, count) in enumerate(found, 1):
        side = "left" if BY_KEY[site].paired else "middle"
        lesion = Lesion.objects.create(patient=patient, number=number, site=site, side=side)
        x, y = _WHERE[site]
        Finding.objects.create(assessment=made, lesion=lesion, count=count, size_mm=size, x=x, y=y)
    if tried:
        PreviousTreatment.objects.create(assessment=made, modality=tried, result="none")
    Assessment.objects.filter(pk=made.pk).update(signed_at=at, signed_by=doctor)
    return Assessment.objects.select_related("patient").get(pk=made.pk)


# thousandths of the drawn face, on the patient's left
_WHERE: Final = {
    "cheek": (660, 560),
    "forehead": (500, 230),
    "chin": (500, 860),
    "temple": (800, 380),
    "lower_eyelid": (640, 470),
}


def _told_by_their_plans(desk: Desk) -> None:
    """Courses that began a short while ago get the decision that led to them."""
    plans = Plan.objects.filter(decision=None, patient__assessments__signed_at__isnull=False)
    for plan in plans.distinct().order_by("pk"):
        looked = list(plan.patient.assessments.signed())
        if len(looked) != 1 or plan.patient.deceased:
            continue
        way = cast(Modality, plan.courses.values_list("protocol__modality", flat=True)[0])
        why = "Talked through with the patient; careful first session"
        choice = Choice(Decision.Way.TREAT, (way,), reasons={way: why})
        decision = decisions.decide(
            assessment=looked[0],
            choice=choice,
            by=looked[0].signed_by or desk.house.users[COLE],
            now=max(plan.agreed_at - 5 * MINUTE, looked[0].signed_at or plan.agreed_at),
            key=uuid.UUID(int=desk.dice.getrandbits(128), version=4),
        )
        Plan.objects.filter(pk=plan.pk).update(decision=decision)
