"""The letters around a course, planned again whenever something about it changes.

Planning is reconciliation: the pure timeline says what should exist, the ledger is made to agree.
Aftercare of a session that is only booked is planned as if it will take place; at the moment of
sending the letter waits until the visit is recorded (`treatments.letters`).
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from clinic.models import Appointment
from patients.actions import messages
from patients.actions.messages import quiet_hours
from patients.message_rules import Wanted
from patients.models import Patient, Screening
from patients.queries import readiness
from treatments.message_schedule import (
    CourseFacts,
    SessionFacts,
    course_timeline,
    session_timeline,
)
from treatments.models import Course, Session
from treatments.protocol_data.step import Step
from treatments.queries import courses

log = logging.getLogger(__name__)

OVER = {
    Course.Status.STOPPED: "stopped",
    Course.Status.PAUSED: "stopped",
    Course.Status.COMPLETED: "complete",
}


def replan(*, course: Course, now: datetime, reason: str = "") -> bool:
    """Make the ledger agree with this course; answer whether anything changed.

    The course comes from `courses.with_sessions()`.
    """
    steps = [row.as_step() for row in course.protocol.steps.filter(is_on=True).order_by("position")]
    sessions = list(course.sessions.all())
    asked = readiness.newest_screening(course.plan.patient_id)
    plans: dict[str, Sequence[Wanted]] = {
        session.subject_key: _session_plan(session, sessions, course, steps, asked)
        for session in sessions
    }
    facts = course_facts(course, sessions)
    plans[course.subject_key] = course_timeline(steps, facts, quiet_hours())
    changes = messages.reconcile(patient=course.plan.patient, plans=plans, now=now, reason=reason)
    return any(changes)


def _session_plan(
    session: Session,
    sessions: Sequence[Session],
    course: Course,
    steps: Sequence[Step],
    asked: Screening | None,
) -> Sequence[Wanted]:
    appointment = session.appointment
    if appointment is None or courses.session_day(session) is None:
        return ()
    if course.status in (Course.Status.STOPPED, Course.Status.PAUSED):
        return ()
    facts = session_facts(session, sessions, course, appointment)
    holds = asked is not None and asked.holds_on(facts.day0)
    facts = replace(facts, screened=holds)
    return session_timeline(steps, facts, booked_at=appointment.timed_at, quiet=quiet_hours())


def session_facts(
    session: Session, sessions: Sequence[Session], course: Course, appointment: Appointment
) -> SessionFacts:
    """What the timeline must know of one standing session."""
    patient = course.plan.patient
    standing = [each for each in sessions if courses.session_day(each)]
    at = standing.index(session)
    return SessionFacts(
        number=session.number,
        total=len(sessions),
        starts_at=appointment.during.lower,
        ends_at=appointment.during.upper,
        state="done",
        zone=patient.zone,
        location_zone=course.location.zone,
        skin_type=patient.skin_type,
        previous_starts_at=_start(standing[at - 1]) if at else None,
        next_starts_at=_start(standing[at + 1]) if at + 1 < len(standing) else None,
        uses_retinoid=course.uses_retinoid,
        antiviral_ordered=course.antiviral_ordered,
        priming_ordered=course.priming_ordered,
        done_at=courses.done_at(appointment),
    )


def course_facts(course: Course, sessions: Sequence[Session]) -> CourseFacts:
    """What the timeline must know of the course as a whole."""
    done = [each for each in sessions if each.state == Session.State.DONE]
    booked = [each for each in sessions if each.state == Session.State.BOOKED]
    appointments = [each.appointment for each in sessions if each.appointment]
    return CourseFacts(
        done=len(done),
        total=len(sessions),
        last_done_at=_start(done[-1]) if done else None,
        next_starts_at=_start(booked[0]) if booked else None,
        state=OVER.get(Course.Status(course.status), "open"),  # type: ignore[arg-type]
        zone=course.plan.patient.zone,
        location_zone=course.location.zone,
        since=max((each.status_at for each in appointments), default=None),
    )


def _start(session: Session) -> datetime | None:
    return session.appointment.during.lower if session.appointment else None


def replan_of(patient: Patient, now: datetime) -> None:
    """A patient's record was corrected: the clock, the skin type, a death change what is sent."""
    for course in courses.with_sessions().filter(plan__patient=patient).order_by("pk"):
        replan(course=course, now=now)


def replan_all(*, now: datetime) -> int:
    """Replan every course that may still send something; answer how many changed.

    Each in a transaction of its own under the patient's lock, so that it agrees with a booking made
    at the same time. A course that fails is logged and does not hold up the others.
    """
    running = Course.objects.exclude(status=Course.Status.STOPPED).order_by("pk")
    return sum(_replan_one(pk, now) for pk in running.values_list("pk", flat=True))


def _replan_one(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Patient.objects.select_for_update(of=("self",), no_key=True).get(plans__courses=pk)
            return replan(course=courses.with_sessions().get(pk=pk), now=now)
    except Exception:
        log.exception("a course could not be replanned")
        return False
