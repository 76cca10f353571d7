"""Facts for the letters around sessions and courses, read at the moment of sending."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from clinic import letters as clinic_letters
from clinic.actions.claims import register_follower
from clinic.models import Appointment
from patients import subjects
from patients.actions import registration
from patients.documents import DocumentFailed
from patients.models import Message
from patients.subjects import Attachment, Facts, Hold, Stop, subject_pk
from treatments.actions import aftercare_sheet, course_messages
from treatments.actions import courses as course_actions
from treatments.actions.aftercare_sheet import Visited
from treatments.message_schedule import SessionFacts, pauses_retinoid, retinoid_stop_on
from treatments.models import Course, Session
from treatments.queries import courses, done

Status = Appointment.Status
ATTENDED = {Status.ARRIVED, Status.IN_ROOM, Status.DONE}
# how often a letter that waits for the visit to be recorded looks again
LOOK_AGAIN = timedelta(minutes=15)
AFTERCARE = "aftercare_day0"
# a sheet takes some 40 kB; more than this is no page that belongs into a mail
MOST_BYTES = 500_000

log = logging.getLogger(__name__)

LABELS = {
    "screen_due": "Health questions",
    "priming": "Skin priming",
    "precare_14": "Two weeks before",
    "stop_retinoid": "Pause retinoid",
    "precare_3": "Three days before",
    "precare_sun": "Sun before the visit",
    "antiviral": "Antiviral",
    "tomorrow": "Day before",
    "aftercare_day0": "First-night care",
    "check_1": "Day after",
    "flaking_3": "Flaking",
    "settled_7": "Settled?",
    "sunscreen": "Sunscreen",
    "next_window": "Book the next session",
    "overdue": "Session due",
    "late": "Session late",
    "lapsed": "Course lapsed",
    "progress": "Progress",
    "plan_complete": "Plan complete",
    "maintenance": "Maintenance",
    "outcome": "Outcome",
    "routine_3": "Back to routine",
    "scab_3": "Scabs",
    "healing_7": "Healing, one week",
    "healing_14": "Healing, two weeks",
    "heat_10": "Heat and exercise",
    "look_back_90": "Three months later",
    "regimen_start": "Retinoid: how to begin",
    "regimen_week": "Retinoid: this week",
    "regimen_review": "Retinoid: review",
}


def register() -> None:
    subjects.register("session", _look_at_session, LABELS, _describe_sessions)
    subjects.register("course", _look_at_course, LABELS, _describe_courses)
    clinic_letters.register_details(_details)
    register_follower(course_actions.follow)
    registration.register_follower(course_messages.replan_of)


def _describe_sessions(pks: Iterable[int]) -> dict[int, str]:
    rows = Session.objects.filter(pk__in=pks).select_related("course__protocol")
    return {each.pk: f"{each.course.protocol.name}, session {each.number}" for each in rows}


def _describe_courses(pks: Iterable[int]) -> dict[int, str]:
    rows = Course.objects.filter(pk__in=pks).select_related("protocol")
    return {each.pk: f"{each.protocol.name}, course" for each in rows}


def _details(appointments: Sequence[Appointment]) -> Mapping[str, Any]:
    """What letters about appointments should know of their course."""
    found = courses.details_of(appointments)
    if not found:
        return {}
    course = next(iter(found.values())).course
    total = course.sessions.count()
    return {
        "modality": course.protocol.modality,
        "retinoid_days": course.protocol.retinoid_stop_days(course.plan.patient.skin_type),
        "by_appointment": {
            pk: {"number": session.number, "total": total} for pk, session in found.items()
        },
    }


def _look_at_session(message: Message, now: datetime) -> Facts | Hold | Stop:
    session = Session.objects.select_related("course").get(pk=subject_pk(message))
    course = courses.with_sessions().get(pk=session.course_id)
    sessions = list(course.sessions.all())
    session = next(each for each in sessions if each.pk == session.pk)
    appointment = session.appointment
    if appointment is None or appointment.status == Status.CANCELLED:
        return Stop("the visit was cancelled")
    if appointment.status == Status.NO_SHOW:
        return Stop("the patient did not come")
    if _another_day(message, appointment):
        return Stop("the visit was moved to another day")
    if course.status in (Course.Status.STOPPED, Course.Status.PAUSED):
        return Stop(f"the course is {course.get_status_display().lower()}")
    files = (partial(_sheet, course, appointment, now),) if message.kind == AFTERCARE else ()
    facts = Facts(_session_context(session, sessions, course, appointment), files=files)
    if appointment.status not in ATTENDED and _needs_attendance(message, course):
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
    return Attachment(f"{aftercare_sheet.FILE_NAME}.pdf", made.content, "application/pdf")


def _another_day(message: Message, appointment: Appointment) -> bool:
    """Occurrences name the visit's day ("2026-12-01/-1"), except those sent once for all dates."""
    day, slash, _offset = message.occurrence.partition("/")
    return bool(slash) and day != appointment.starts_at.date().isoformat()


def _needs_attendance(message: Message, course: Course) -> bool:
    return course.protocol.steps.filter(kind=message.kind, needs_attendance=True).exists()


def _session_context(
    session: Session, sessions: Sequence[Session], course: Course, appointment: Appointment
) -> dict[str, Any]:
    days = course.protocol.retinoid_stop_days(course.plan.patient.skin_type)
    day0 = appointment.starts_at.date()
    facts = course_messages.session_facts(session, sessions, course, appointment)
    context = clinic_letters.appointment_context([appointment])
    return context | {
        "session_number": session.number,
        "session_total": len(sessions),
        "retinoid_days": days,
        "stop_on": retinoid_stop_on(day0, days),
        "gap_days": facts.days_since_previous,
        **_next_window(course, appointment),
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
        clinic_letters.appointment_context([last])
        | {
            "session_number": len(past),
            "session_total": len(sessions),
            "modality": course.protocol.modality,
            **_next_window(course, last),
        }
    )
