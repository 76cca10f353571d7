"""What the timelines must know of the visits of a course, and of visits that stand alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from clinic.models import Appointment, RearrangedVisit
from clinic.models.appointment import GIVEN_BACK, RAN_OUT
from patients.models import Patient, Screening
from patients.queries import readiness
from treatments.course_schedule import CourseFacts
from treatments.message_schedule import SessionFacts, SessionState
from treatments.models import Course, Protocol, Rebinding, Session
from treatments.performed import Performed
from treatments.queries import courses, performed, protocols, timelines
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
STILL_WRITTEN: Final = timedelta(days=190)
"""The last letter after a visit leaves on day 180 (fact base 5.6)."""


# A course ----------------------------------------------------------------------------------------


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
    for them, and they were not left untold on purpose. One query for a cancelled one."""
    if gone.status != Status.CANCELLED:
        return True
    untold = RearrangedVisit.objects.filter(
        appointment=gone, what=RearrangedVisit.What.CANCELLED, rearrangement__notify=False
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


# Standing alone ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alone:
    """A visit of no course. `protocol` is None for one at which nothing is treated."""

    appointment: Appointment
    protocol: Protocol | None
    facts: SessionFacts


@dataclass(frozen=True, slots=True)
class AloneScene:
    visits: Sequence[Alone]
    lines: Timelines


def of_patient(patient: Patient, now: datetime) -> AloneScene:
    """The visits of this patient that belong to no course and may still be written about.

    One query without any, five with some; one more each for a signed one and for a cancelled one
    with nothing booked after it. A treatment that was booked this moment is left out: it is about
    to become the session of a course.
    """
    rows = list(_recent(patient, now))
    alone = [each for each in rows if _stands_alone(each, now)]
    if not alone:
        return AloneScene((), Timelines({}, {}))
    ruling = protocols.ruling(patient, {each.service_id for each in alone})
    done = performed.signed(each.pk for each in alone if each.status == Status.DONE)
    asked = readiness.newest_screening(patient.pk)
    gone = _last_gone(rows, alone)
    found = [
        Alone(each, _ruled_by(each, ruling), _facts(each, patient, done.get(each.pk), asked, gone))
        for each in alone
    ]
    return AloneScene(found, timelines.of(ruling, done.values()))


def _recent(patient: Patient, now: datetime) -> Iterable[Appointment]:
    rebound = Rebinding.objects.filter(before=OuterRef("pk"))
    bound = Session.objects.filter(appointment=OuterRef("pk"))
    rows = Appointment.objects.filter(patient=patient, during__endswith__gt=now - STILL_WRITTEN)
    rows = rows.exclude(status=Status.HELD).select_related("service", "location")
    return rows.annotate(in_course=Exists(bound) | Exists(rebound)).order_by("during", "pk")


def _stands_alone(appointment: Appointment, now: datetime) -> bool:
    is_new = appointment.status == Status.BOOKED and appointment.created_at >= now
    in_course: bool = appointment.in_course  # type: ignore[attr-defined] # annotated
    return not in_course and (appointment.service.stands_alone or not is_new)


def _ruled_by(appointment: Appointment, ruling: Iterable[Protocol]) -> Protocol | None:
    service = appointment.service_id
    return next(
        (p for p in ruling if service in (p.first_service_id, p.follow_up_service_id)), None
    )


def _last_gone(rows: Iterable[Appointment], alone: Sequence[Appointment]) -> Appointment | None:
    """The visit that was cancelled or missed last, while nothing is booked after that moment."""
    gone = sorted((each for each in alone if each.status in GONE), key=lambda each: each.status_at)
    if not gone:
        return None
    last = gone[-1]
    later = any(each.blocks_time and each.during.lower > last.status_at for each in rows)
    return last if not later and was_told(last) else None


def answered(gone: Iterable[Appointment]) -> frozenset[int]:
    """Those of these visits after which another one was booked. One query, none without any."""
    wanted = [each.pk for each in gone]
    later = Appointment.objects.standing().filter(
        patient=OuterRef("patient"), during__startswith__gt=OuterRef("status_at")
    )
    rows = Appointment.objects.filter(Exists(later), pk__in=wanted)
    return frozenset(rows.values_list("pk", flat=True)) if wanted else frozenset()


def _facts(
    appointment: Appointment,
    patient: Patient,
    done: Performed | None,
    asked: Screening | None,
    gone: Appointment | None,
) -> SessionFacts:
    facts = alone_facts(appointment, patient, done)
    return replace(
        facts,
        screened=asked is not None and asked.holds_on(facts.day0),
        gone_at=appointment.status_at if appointment == gone else None,
    )


def whole_course(facts: SessionFacts) -> CourseFacts:
    """A treatment that stands alone is a course of one session; over when it is done and something
    was applied."""
    is_over = facts.done_at is not None and (facts.performed is None or facts.performed.applied)
    return CourseFacts(
        done=int(is_over),
        total=1,
        last_done_at=facts.starts_at if is_over else None,
        next_starts_at=None,
        state="complete",
        zone=facts.zone,
        location_zone=facts.location_zone,
        since=facts.done_at,
    )
