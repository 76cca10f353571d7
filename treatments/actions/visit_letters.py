"""Facts for the letters around visits, sessions of a course or not, at the moment of sending."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext

from clinic import letters as clinic_letters
from clinic.actions import answers
from clinic.models import Appointment, VisitAnswer
from clinic.queries import answers as given
from patients import letter_words as words
from patients.documents import DocumentFailed
from patients.models import Message, Patient
from patients.subjects import Attachment, Facts, Hold, Seen, Stop, subject_pk
from treatments.actions import aftercare_links, aftercare_sheet, course_context
from treatments.actions.aftercare_sheet import Visited
from treatments.message_schedule import ABOUT_GOING_ON, SessionFacts
from treatments.models import Course, Protocol, ProtocolStep, Session
from treatments.performed import Performed, doubt
from treatments.queries import (
    alone_scene,
    courses,
    done,
    performed,
    protocols,
    regimens,
    visit_scene,
)
from treatments.regimen import pauses_retinoid, retinoid_stop_on

Status = Appointment.Status
HALTED = (Course.Status.STOPPED, Course.Status.PAUSED)
ATTENDED = {Status.ARRIVED, Status.IN_ROOM, Status.DONE}
# how often a letter that waits for the visit to be recorded looks again
LOOK_AGAIN = timedelta(minutes=15)
AFTERCARE = "aftercare_day0"
REBOOK = "rebook"
# a sheet takes some 40 kB; more than this is no page that belongs into a mail
MOST_BYTES = 500_000
# letters with a button to say so
ASK_WHETHER_THEY_COME = {"precare_3", "tomorrow"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Visit:
    """One visit that a letter is about; without a course for one that stands alone, without a
    protocol where nothing is treated."""

    appointment: Appointment
    patient: Patient
    protocol: Protocol | None
    course: Course | None = None
    session: Session | None = None

    @property
    def modality(self) -> str:
        """Of what is booked; "" where nothing is treated."""
        return self.protocol.modality if self.protocol else ""

    @property
    def sessions(self) -> Sequence[Session]:
        return list(self.course.sessions.all()) if self.course else ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is loaded once for all messages that are looked at together. `attended_only` are the
    letters after a visit, by modality; `performed` what the records say, signed or not; `resting`
    the patients whose retinoid at home rests for a whole series."""

    attended_only: frozenset[tuple[str, str]]
    answers: Mapping[int, VisitAnswer]
    performed: Mapping[int, Performed]
    rebooked: frozenset[int]
    resting: frozenset[int]


# Sessions -----------------------------------------------------------------------------------------


def look_at_sessions(messages: Sequence[Message], now: datetime) -> dict[int, Seen]:
    """Ten queries, one more once a visit took place, however many messages there are."""
    wanted = {subject_pk(each) for each in messages}
    visits = {
        session.pk: _Visit(
            session.appointment, course.plan.patient, course.protocol, course, session
        )
        for course in courses.for_letters(wanted)
        for session in course.sessions.all()
        if session.pk in wanted and session.appointment
    }
    return _look(messages, visits, now)


# Visits that stand alone --------------------------------------------------------------------------


def look_at_visits(messages: Sequence[Message], now: datetime) -> dict[int, Seen]:
    """Nine queries or so, however many messages there are."""
    rows = Appointment.objects.with_details().filter(pk__in={subject_pk(m) for m in messages})
    appointments = {each.pk: each for each in rows}
    treats = protocols.newest_using(each.service_id for each in appointments.values())
    visits = {
        pk: _Visit(each, each.patient, treats.get(each.service_id))
        for pk, each in appointments.items()
    }
    return _look(messages, visits, now)


# Both ---------------------------------------------------------------------------------------------


def _look(
    messages: Sequence[Message], visits: Mapping[int, _Visit], now: datetime
) -> dict[int, Seen]:
    known = _load(messages, visits)
    return {
        each.pk: (
            _look_at(each, visits[subject_pk(each)], known, now)
            if subject_pk(each) in visits
            else Stop("the visit was cancelled")
        )
        for each in messages
    }


def _load(messages: Sequence[Message], visits: Mapping[int, _Visit]) -> _Known:
    appointments = [each.appointment for each in visits.values()]
    records = performed.recorded(each.pk for each in appointments if each.status in ATTENDED)
    modalities = {each.modality for each in visits.values()}
    modalities |= {each.modality for each in records.values()}
    steps = ProtocolStep.objects.filter(protocol__modality__in=modalities, needs_attendance=True)
    return _Known(
        attended_only=frozenset(steps.values_list("protocol__modality", "kind").distinct()),
        answers=given.of_visits(appointments),
        performed=records,
        resting=regimens.resting(each.patient.pk for each in visits.values() if each.course),
        rebooked=alone_scene.answered(
            each.appointment
            for each in visits.values()
            if each.course is None and each.appointment.status in visit_scene.GONE
        ),
    )


def _look_at(message: Message, visit: _Visit, known: _Known, now: datetime) -> Seen:
    appointment, record = visit.appointment, known.performed.get(visit.appointment.pk)
    # a draft has a say in the letters that its treatment has as well
    after = (record.modality, message.kind) in known.attended_only if record else False
    told_by = record if record and (record.signed or after) else None
    modality = told_by.modality if told_by else visit.modality
    is_after = (modality, message.kind) in known.attended_only
    if stop := _why_not(message, visit, known, is_after):
        return stop
    if is_after and record and record.signed and not record.applied:
        return Stop("nothing was applied at the visit")
    ahead = appointment.status in answers.MAY_ANSWER and appointment.during.lower > now
    asks = ahead and message.kind in ASK_WHETHER_THEY_COME
    links = clinic_letters.visit_links(appointment) if asks else {}
    if is_after:
        links |= aftercare_links.of_visit(appointment, modality)
    files = (partial(_sheet, visit, now),) if message.kind == AFTERCARE else ()
    context = _context(visit, told_by) | {"days_to_go": _days_to_go(visit, now)}
    if visit.patient.pk in known.resting:
        context["pause_retinoid"] = True
    facts = Facts(context, links=links, files=files)
    answer = known.answers.get(appointment.pk)
    if ahead and answer and answer.keeps_the_desk_waiting:
        return Hold(now + LOOK_AGAIN, "the patient said that they cannot come", facts)
    if is_after and appointment.status not in ATTENDED:
        return Hold(now + LOOK_AGAIN, "the visit is not recorded as attended yet", facts)
    if is_after and record and (why := doubt(record, tells=told_by is not None)):
        return Hold(now + LOOK_AGAIN, why, facts)
    return facts


def _days_to_go(visit: _Visit, now: datetime) -> int:
    """From the patient's calendar today to the day on the clinic's wall, which the letter names."""
    return (visit.appointment.starts_at.date() - now.astimezone(visit.patient.zone).date()).days


def _why_not(message: Message, visit: _Visit, known: _Known, is_after: bool) -> Stop | None:
    appointment, course = visit.appointment, visit.course
    is_gone = appointment.status in visit_scene.GONE
    if message.kind == REBOOK:
        if not is_gone:
            return Stop("the visit stands again")
        booked = any(each.state == Session.State.BOOKED for each in visit.sessions)
        if booked or appointment.pk in known.rebooked:
            return Stop("another visit is booked")
    elif appointment.status == Status.CANCELLED:
        return Stop("the visit was cancelled")
    elif appointment.status == Status.NO_SHOW:
        return Stop("the patient did not come")
    if _another_day(message, appointment):
        return Stop("the visit was moved to another day")
    is_care = is_after and appointment.status == Status.DONE and message.kind not in ABOUT_GOING_ON
    if course and course.status in HALTED and not is_care:
        return Stop(f"the course is {course.get_status_display().lower()}")
    return None


def _another_day(message: Message, appointment: Appointment) -> bool:
    """Occurrences name the visit's day ("2026-12-01/-1"), except those sent once for all dates."""
    day, slash, _offset = message.occurrence.partition("/")
    return bool(slash) and day != appointment.starts_at.date().isoformat()


def _sheet(visit: _Visit, now: datetime) -> Attachment | None:
    """The aftercare sheet. The letter says the same in words: without the sheet it still goes."""
    appointment = visit.appointment
    found = done.of_appointment(appointment)
    if found is None:
        return None
    try:
        visited = Visited(visit.patient, appointment.location)
        made = aftercare_sheet.make(visited, found, made_at=now)
    except DocumentFailed:
        log.exception("no aftercare sheet", extra={"appointment": appointment.pk})
        return None
    if len(made.content) > MOST_BYTES:
        return None
    return Attachment(f"{gettext(aftercare_sheet.FILE_NAME)}.pdf", made.content, "application/pdf")


# Context ------------------------------------------------------------------------------------------


def _context(visit: _Visit, done_at: Performed | None) -> dict[str, Any]:
    if visit.course is None or visit.session is None:
        found = clinic_letters.appointment_context([visit.appointment], _of_alone(visit))
    else:
        found = _of_session(visit, visit.course, visit.session)
    return found | (_of_performed(done_at) if done_at else {})


def _of_alone(visit: _Visit) -> dict[str, Any]:
    """A visit that is no session says neither which one it is nor of how many."""
    if visit.protocol is None:
        return {"modality": ""}
    found = course_context.of_treatment(visit.protocol, visit.patient)
    day = visit.appointment.starts_at.date()
    return found | {"stop_on": retinoid_stop_on(day, found["retinoid_days"])}


def _of_session(visit: _Visit, course: Course, session: Session) -> dict[str, Any]:
    appointment, sessions = visit.appointment, visit.sessions
    days = course.protocol.retinoid_stop_days(course.plan.patient.skin_type)
    facts = visit_scene.session_facts(session, sessions, course, appointment)
    details = course_context.of_course(course, {appointment.pk: session}, len(sessions))
    context = clinic_letters.appointment_context([appointment], details)
    return context | {
        "session_number": session.number,
        "session_total": len(sessions),
        "stop_on": retinoid_stop_on(appointment.starts_at.date(), days),
        "gap_days": facts.days_since_previous,
        **course_context.next_window(course, appointment),
        **_retinoid_until_next(facts, days),
    }


def _retinoid_until_next(facts: SessionFacts, stop_days: int) -> dict[str, Any]:
    """Whether it is worth beginning a retinoid again before the next session."""
    if facts.next_starts_at is None or facts.days_to_next is None:
        return {}
    day = facts.next_starts_at.astimezone(facts.location_zone).date()
    return {
        "next_stop_on": retinoid_stop_on(day, stop_days),
        "pause_retinoid": pauses_retinoid(facts.days_to_next, stop_days),
    }


def _of_performed(done_at: Performed) -> dict[str, Any]:
    """What was really done, where the words of a letter depend on it. A product whose name holds a
    dose is left out: no letter names one."""
    names = [name for name in done_at.handed_out if not words.has_dose(name)]
    return {
        "modality": done_at.modality,
        "broken_off": done_at.broken_off,
        "eye_area": done_at.eye_area,
        "blister": done_at.blister,
        "plaster": done_at.plaster,
        "taken_home": ", ".join(names),
    }
