"""What the timelines must know of a course and its visits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from clinic.models import Appointment, RearrangedVisit
from clinic.models.appointment import GIVEN_BACK, RAN_OUT
from patients.models import Patient, Screening
from patients.queries import readiness
from treatments.course_schedule import CourseFacts
from treatments.message_schedule import SessionFacts, SessionState
from treatments.models import Course, Session
from treatments.performed import Performed
from treatments.queries import courses, performed, timelines
from treatments.queries.home_scene import Home
from treatments.queries.home_scene import of_patient as home_of
from treatments.queries.timelines import Timelines

Status = Appointment.Status
OVER = {
    Course.Status.STOPPED: "stopped",
    Course.Status.PAUSED: "stopped",
    Course.Status.COMPLETED: "complete",
}
GONE: Final[Mapping[str, SessionState]] = {
    Status.CANCELLED: "cancelled",
    Status.NO_SHOW: "no_show",
}
NEVER_BOOKED: Final = (GIVEN_BACK, RAN_OUT)


@dataclass(frozen=True, slots=True)
class CourseScene:
    """A course with all that its letters depend on. `homes` are the retinoids at home whose letters
    depend on it: its own, and one that is left out round its visits. `to_rebook` is the next
    session, cancelled or missed, while nothing of the course is booked."""

    course: Course
    sessions: Sequence[Session]
    asked: Screening | None
    performed: Mapping[int, Performed]
    lines: Timelines
    homes: Sequence[Home] = ()
    to_rebook: Session | None = None

    def facts_of(self, session: Session, appointment: Appointment) -> SessionFacts:
        facts = session_facts(
            session, self.sessions, self.course, appointment, self.performed.get(appointment.pk)
        )
        stop_on = facts.day0 - timedelta(
            days=self.course.protocol.retinoid_stop_days(self.course.plan.patient.skin_type)
        )
        used = [each.uses_before(stop_on) for each in self.homes]
        return replace(
            facts,
            screened=self.asked is not None and self.asked.holds_on(facts.day0),
            uses_retinoid=any(used) if used else facts.uses_retinoid,
            gone_at=appointment.status_at if session == self.to_rebook else None,
        )


def of_course(course: Course) -> CourseScene:
    """The course comes from `courses.with_sessions()`. Four queries, three more with a retinoid at
    home, one more when the next session was cancelled."""
    sessions, patient = list(course.sessions.all()), course.plan.patient
    done = performed.signed(
        each.appointment_id
        for each in sessions
        if each.appointment_id and each.state == Session.State.DONE
    )
    homes = home_of(patient, course)
    versions = [course.protocol, *(each.protocol for each in homes)]
    return CourseScene(
        course=course,
        sessions=sessions,
        asked=readiness.newest_screening(patient.pk),
        performed=done,
        lines=timelines.of(versions, done.values()),
        homes=homes,
        to_rebook=_to_rebook(course, sessions),
    )


def _to_rebook(course: Course, sessions: Sequence[Session]) -> Session | None:
    waiting = [each for each in sessions if each.state != Session.State.DONE]
    booked = any(each.state == Session.State.BOOKED for each in waiting)
    if course.status != Course.Status.ACTIVE or booked or not waiting:
        return None
    gone = waiting[0].appointment
    return waiting[0] if gone is not None and was_told(gone) else None


def was_told(gone: Appointment) -> bool:
    """Whether the patient knows of a visit that does not take place: it was more than a time kept
    for them or a booking taken back, and they were not left untold on purpose. One query for a
    cancelled one."""
    if gone.status != Status.CANCELLED:
        return True
    cancelling = RearrangedVisit.objects.filter(
        appointment=gone, what=RearrangedVisit.What.CANCELLED
    )
    untold = cancelling.filter(
        Q(rearrangement__notify=False) | Q(rearrangement__undoes__isnull=False)
    )
    return gone.cancel_reason not in NEVER_BOOKED and not untold.exists()


def session_facts(
    session: Session,
    sessions: Sequence[Session],
    course: Course,
    appointment: Appointment,
    done: Performed | None = None,
) -> SessionFacts:
    """What the timeline must know of one session that has a visit."""
    standing = [each for each in sessions if courses.session_day(each) or each == session]
    at = standing.index(session)
    return replace(
        alone_facts(appointment, course.plan.patient, done),
        number=session.number,
        total=len(sessions),
        previous_starts_at=_start(standing[at - 1]) if at else None,
        next_starts_at=_start(standing[at + 1]) if at + 1 < len(standing) else None,
        uses_retinoid=course.uses_retinoid,
        antiviral_ordered=course.antiviral_ordered,
        priming_ordered=course.priming_ordered,
    )


def alone_facts(
    appointment: Appointment, patient: Patient, done: Performed | None = None
) -> SessionFacts:
    """What the timeline must know of a visit by itself. One that is only booked is planned as if it
    will take place; at the moment of sending its aftercare waits until it is recorded."""
    return SessionFacts(
        number=1,
        total=1,
        starts_at=appointment.during.lower,
        ends_at=appointment.during.upper,
        state=GONE.get(appointment.status, "done"),
        zone=patient.zone,
        location_zone=appointment.location.zone,
        skin_type=patient.skin_type,
        done_at=courses.done_at(appointment),
        performed=done,
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
