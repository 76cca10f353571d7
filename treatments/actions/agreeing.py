"""Agreeing a plan with a patient: courses in the clinic and what is used at home, together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.models import Appointment, Location, Resource
from patients.actions.retry import retry_on_contention
from patients.models import Patient
from treatments.actions import course_messages, education
from treatments.models import Course, Decision, Plan, Protocol, Regimen, Session


class PlanRefused(Exception):
    """The plan cannot be made like this; the text says why."""


@dataclass(frozen=True, slots=True)
class RegimenTerms:
    """What is used at home. `starts_on` is the first evening; `begins_at` the visit that counts as
    its beginning, None where a visit of its own is booked for that."""

    agent: str
    strength_percent: Decimal
    vehicle: str
    amount: str
    starts_on: date
    pause_for_series: bool = False
    begins_at: Appointment | None = None


@dataclass(frozen=True, slots=True)
class CourseTerms:
    """What was agreed about one course."""

    protocol: Protocol
    location: Location
    sessions: int
    practitioner: Resource | None = None
    uses_retinoid: bool | None = None
    antiviral_ordered: bool = False
    priming_ordered: bool = False
    regimen: RegimenTerms | None = None


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """One plan: its courses, the decision behind it, and what the patient hopes for."""

    courses: Sequence[CourseTerms]
    decision: Decision | None = None
    goal: str = ""
    note: str = ""


@transaction.atomic
def start_course(*, patient: Patient, terms: CourseTerms, by: User, now: datetime) -> Course:
    """Agree a plan of one course; as `agree` otherwise."""
    plan = agree(patient=patient, terms=PlanTerms([terms]), by=by, now=now)
    return plan.courses.get()


@retry_on_contention
@transaction.atomic
def agree(*, patient: Patient, terms: PlanTerms, by: User, now: datetime) -> Plan:
    """Agree a plan; all sessions of its courses are still to be booked.

    Raises PlanRefused for a number of sessions that a protocol does not allow, a deceased patient,
    a second running course of one modality, or a decision that has its plan.
    """
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    _may_be_agreed(patient, terms)
    plan = Plan.objects.create(
        patient=patient,
        decision=terms.decision,
        goal=terms.goal.strip(),
        note=terms.note.strip(),
        agreed_at=now,
        agreed_by=by,
    )
    for each in terms.courses:
        _start(plan, each)
    if any(each.regimen for each in terms.courses):
        # a retinoid at home also changes what is written before a peel
        course_messages.replan_of(patient, now)
    education.plan(patient=patient, now=now)
    return plan


def _may_be_agreed(patient: Patient, terms: PlanTerms) -> None:
    if patient.deceased:
        raise PlanRefused(_("%(name)s is recorded as deceased.") % {"name": patient.full_name})
    if terms.decision and Plan.objects.filter(decision=terms.decision).exists():
        raise PlanRefused(_("This decision has its plan already."))
    if not terms.courses:
        raise PlanRefused(_("A plan has at least one course."))
    running = _running(patient)
    for each in terms.courses:
        _is_allowed(patient, each, running)


def _running(patient: Patient) -> set[str]:
    rows = Course.objects.filter(
        plan__patient=patient, status__in=[Course.Status.ACTIVE, Course.Status.PAUSED]
    )
    return set(rows.values_list("protocol__modality", flat=True))


def _is_allowed(patient: Patient, terms: CourseTerms, running: set[str]) -> None:
    protocol = terms.protocol
    words = {
        "name": protocol.name,
        "min": protocol.sessions_min,
        "max": protocol.sessions_max,
        "patient": patient.full_name,
    }
    if not protocol.sessions_min <= terms.sessions <= protocol.sessions_max:
        raise PlanRefused(_("%(name)s takes %(min)d to %(max)d sessions.") % words)
    if protocol.modality in running:
        raise PlanRefused(_("%(patient)s has a running course of %(name)s already.") % words)
    visit = terms.regimen and terms.regimen.begins_at
    if visit and (visit.patient_id != patient.pk or Session.objects.filter(appointment=visit)):
        raise PlanRefused(_("That visit cannot count as the beginning. Reload the page."))


def _start(plan: Plan, terms: CourseTerms) -> None:
    course = Course.objects.create(
        plan=plan,
        protocol=terms.protocol,
        location=terms.location,
        practitioner=terms.practitioner,
        uses_retinoid=terms.uses_retinoid,
        antiviral_ordered=terms.antiviral_ordered,
        priming_ordered=terms.priming_ordered,
    )
    sessions = [Session(course=course, number=n) for n in range(1, terms.sessions + 1)]
    if terms.regimen:
        Regimen.objects.create(
            course=course,
            agent=terms.regimen.agent,
            strength_percent=terms.regimen.strength_percent,
            vehicle=terms.regimen.vehicle,
            amount=terms.regimen.amount,
            starts_on=terms.regimen.starts_on,
            pause_for_series=terms.regimen.pause_for_series,
        )
        sessions[0].appointment = terms.regimen.begins_at
    Session.objects.bulk_create(sessions)
