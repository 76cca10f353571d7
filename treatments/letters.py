"""Facts for the letters around sessions and courses, read at the moment of sending."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext

from clinic import letters as clinic_letters
from clinic.actions import answers
from clinic.actions.claims import register_follower
from clinic.models import Appointment, VisitAnswer
from clinic.queries import answers as given
from patients import subjects
from patients.actions import registration
from patients.documents import DocumentFailed
from patients.models import Message
from patients.subjects import Attachment, Facts, Hold, Seen, Stop, subject_pk
from treatments import letter_words
from treatments.actions import aftercare_links, aftercare_sheet, course_messages
from treatments.actions import courses as course_actions
from treatments.actions.aftercare_sheet import Visited
from treatments.message_schedule import SessionFacts
from treatments.models import Course, Protocol, ProtocolStep, Session
from treatments.queries import courses, done, education, regimens
from treatments.regimen import pauses_retinoid, retinoid_stop_on

Status = Appointment.Status
ATTENDED = {Status.ARRIVED, Status.IN_ROOM, Status.DONE}
# how often a letter that waits for the visit to be recorded looks again
LOOK_AGAIN = timedelta(minutes=15)
AFTERCARE = "aftercare_day0"
# a sheet takes some 40 kB; more than this is no page that belongs into a mail
MOST_BYTES = 500_000

log = logging.getLogger(__name__)

# letters with a button to say so
ASK_WHETHER_THEY_COME = {"precare_3", "tomorrow"}
# what a patient may do without; all else is about a visit or about safety (fact base 5.1)
PURPOSES = {
    "tomorrow": "reminders",
    "sunscreen": "sun",
    "precare_sun": "sun",
    "progress": "next_steps",
    "next_window": "next_steps",
    "overdue": "next_steps",
    "late": "next_steps",
    "lapsed": "next_steps",
    "plan_complete": "next_steps",
    "maintenance": "next_steps",
    "outcome": "next_steps",
    "look_back_90": "next_steps",
    "regimen_review": "next_steps",
    "education": "education",
}


def register() -> None:
    subjects.register_purposes(PURPOSES)
    letter_words.register()
    subjects.register_many("session", _look_at_sessions, letter_words.LABELS, _describe_sessions)
    subjects.register("patient", _look_at_patient, letter_words.LABELS, _describe_patients)
    subjects.register("course", _look_at_course, letter_words.LABELS, _describe_courses)
    clinic_letters.register_details(_details)
    register_follower(course_actions.follow)
    registration.register_follower(course_messages.replan_of)


def _describe_sessions(pks: Iterable[int]) -> dict[int, str]:
    rows = Session.objects.filter(pk__in=pks).select_related("course__protocol")
    return {each.pk: f"{each.course.protocol.name}, session {each.number}" for each in rows}


def _describe_courses(pks: Iterable[int]) -> dict[int, str]:
    rows = Course.objects.filter(pk__in=pks).select_related("protocol")
    return {each.pk: f"{each.protocol.name}, course" for each in rows}


def _describe_patients(pks: Iterable[int]) -> dict[int, str]:
    return dict.fromkeys(pks, "About the skin")


def _details(appointments: Sequence[Appointment]) -> Mapping[str, Any]:
    """What letters about appointments should know of their course."""
    found = courses.details_of(appointments)
    if not found:
        return {}
    course = next(iter(found.values())).course
    return _of_course(course, found, course.sessions.count())


def _of_course(course: Course, sessions: Mapping[int, Session], total: int) -> dict[str, Any]:
    """What a letter says of a course; `sessions` are by the appointments it is about."""
    return {
        "modality": course.protocol.modality,
        "retinoid_days": course.protocol.retinoid_stop_days(course.plan.patient.skin_type),
        "by_appointment": {
            pk: {"number": session.number, "total": total} for pk, session in sessions.items()
        },
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What is loaded once for all messages that are looked at together."""

    courses: Mapping[int, Course]
    course_of: Mapping[int, int]
    attended_only: frozenset[tuple[int, str]]  # (protocol, kind)
    answers: Mapping[int, VisitAnswer]


def _look_at_sessions(messages: Sequence[Message], now: datetime) -> dict[int, Seen]:
    """Six queries or so, however many messages there are."""
    known = _load(messages)
    return {each.pk: _look_at_session(each, known, now) for each in messages}


def _load(messages: Sequence[Message]) -> _Known:
    wanted = {subject_pk(each) for each in messages}
    course_of = dict(Session.objects.filter(pk__in=wanted).values_list("pk", "course_id"))
    found = {
        each.pk: each for each in courses.for_letters(wanted).filter(pk__in=set(course_of.values()))
    }
    steps = ProtocolStep.objects.filter(
        protocol__in={each.protocol_id for each in found.values()}, needs_attendance=True
    )
    visits = [
        session.appointment
        for course in found.values()
        for session in course.sessions.all()
        if session.pk in wanted and session.appointment
    ]
    return _Known(
        courses=found,
        course_of=course_of,
        attended_only=frozenset(steps.values_list("protocol_id", "kind")),
        answers=given.of_visits(visits),
    )


def _look_at_session(message: Message, known: _Known, now: datetime) -> Seen:
    course = known.courses[known.course_of[subject_pk(message)]]
    sessions = list(course.sessions.all())
    session = next(each for each in sessions if each.pk == subject_pk(message))
    appointment = session.appointment
    if appointment is None or appointment.status == Status.CANCELLED:
        return Stop("the visit was cancelled")
    if appointment.status == Status.NO_SHOW:
        return Stop("the patient did not come")
    if _another_day(message, appointment):
        return Stop("the visit was moved to another day")
    if course.status in (Course.Status.STOPPED, Course.Status.PAUSED):
        return Stop(f"the course is {course.get_status_display().lower()}")
    ahead = appointment.status in answers.MAY_ANSWER and appointment.during.lower > now
    asks = ahead and message.kind in ASK_WHETHER_THEY_COME
    links = clinic_letters.visit_links(appointment) if asks else {}
    if (course.protocol_id, message.kind) in known.attended_only:
        links |= aftercare_links.of_visit(appointment, course.protocol.modality)
    files = (partial(_sheet, course, appointment, now),) if message.kind == AFTERCARE else ()
    context = _session_context(session, sessions, course, appointment, now)
    facts = Facts(context, links=links, files=files)
    answer = known.answers.get(appointment.pk)
    if ahead and answer and answer.answer == VisitAnswer.Answer.CANNOT_COME:
        return Hold(now + LOOK_AGAIN, "the patient said that they cannot come", facts)
    only_attended = (course.protocol_id, message.kind) in known.attended_only
    if appointment.status not in ATTENDED and only_attended:
        return Hold(now + LOOK_AGAIN, "the visit is not recorded as attended yet", facts)
    return facts


def _sheet(course: Course, appointment: Appointment, now: datetime) -> Attachment | None:
    """The aftercare sheet. The letter says the same in words: without the sheet it still goes."""
    found = done.of_appointment(appointment)
    if found is None:
        return None
    visited = Visited(course.plan.patient, course.location)
    try:
        made = aftercare_sheet.make(visited, found, made_at=now)
    except DocumentFailed:
        log.exception("no aftercare sheet", extra={"appointment": appointment.pk})
        return None
    if len(made.content) > MOST_BYTES:
        return None
    return Attachment(f"{gettext(aftercare_sheet.FILE_NAME)}.pdf", made.content, "application/pdf")


def _another_day(message: Message, appointment: Appointment) -> bool:
    """Occurrences name the visit's day ("2026-12-01/-1"), except those sent once for all dates."""
    day, slash, _offset = message.occurrence.partition("/")
    return bool(slash) and day != appointment.starts_at.date().isoformat()


def _session_context(
    session: Session,
    sessions: Sequence[Session],
    course: Course,
    appointment: Appointment,
    now: datetime,
) -> dict[str, Any]:
    days = course.protocol.retinoid_stop_days(course.plan.patient.skin_type)
    day0 = appointment.starts_at.date()
    facts = course_messages.session_facts(session, sessions, course, appointment)
    details = _of_course(course, {appointment.pk: session}, len(sessions))
    context = clinic_letters.appointment_context([appointment], details)
    return context | {
        "session_number": session.number,
        "session_total": len(sessions),
        "stop_on": retinoid_stop_on(day0, days),
        "gap_days": facts.days_since_previous,
        **_next_window(course, appointment),
        **_retinoid_until_next(facts, days),
        **_evenings(course, now),
    }


def _evenings(course: Course, now: datetime) -> dict[str, Any]:
    """Which week it is of what is used at home, and how many evenings it has."""
    if course.protocol.modality != Protocol.Modality.RETINOID:
        return {}
    regimen = regimens.of_course(course)
    today = now.astimezone(course.location.zone).date()
    week = regimens.laid_out(regimen, today).current if regimen else None
    return {"week": week.number, "nights_per_week": week.nights} if week and week.nights else {}


def _retinoid_until_next(facts: SessionFacts, stop_days: int) -> dict[str, Any]:
    """Whether it is worth beginning a retinoid again before the next session."""
    if facts.next_starts_at is None or facts.days_to_next is None:
        return {}
    day = facts.next_starts_at.astimezone(facts.location_zone).date()
    return {
        "next_stop_on": retinoid_stop_on(day, stop_days),
        "pause_retinoid": pauses_retinoid(facts.days_to_next, stop_days),
    }


def _next_window(course: Course, last: Appointment) -> dict[str, Any]:
    """The local days between which the session after `last` should be."""
    spacing = course.protocol.spacing
    if spacing is None:
        return {}
    day = last.starts_at.date()
    until = day + timedelta(days=spacing.max) if spacing.max is not None else None
    return {"next_window_from": day + timedelta(days=spacing.min), "next_window_until": until}


def _look_at_course(message: Message, now: datetime) -> Facts | Stop:
    course = courses.with_sessions().get(pk=subject_pk(message))
    sessions = list(course.sessions.all())
    if course.status in (Course.Status.STOPPED, Course.Status.PAUSED):
        return Stop(f"the course is {course.get_status_display().lower()}")
    past = [each for each in sessions if each.state == Session.State.DONE]
    if not past or past[-1].appointment is None:
        return Stop("no session has taken place")
    last = past[-1].appointment
    return Facts(
        clinic_letters.appointment_context(
            [last], _of_course(course, {last.pk: past[-1]}, len(sessions))
        )
        | {
            "session_number": len(past),
            "session_total": len(sessions),
            "modality": course.protocol.modality,
            **_next_window(course, last),
        }
    )


def _look_at_patient(message: Message, now: datetime) -> Facts | Stop:
    """What is about nobody's visit, but about the skin."""
    if education.since(message.patient) is None:
        return Stop("no milia were found, and no course was agreed")
    location = education.location_of(message.patient_id)
    if location is None:
        return Stop("the clinic has no location whose number it could give")
    place = {"name": location.name, "address": location.address}
    return Facts({"location": place, "clinic_phone": location.phone, "modality": ""})
