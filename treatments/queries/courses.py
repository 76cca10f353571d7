"""Courses with their sessions, ready to plan, to draw or to book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from clinic.models import Appointment, Reservation
from clinic.scheduling.spacing import Verdict
from patients.models import Patient
from treatments.models import Course, Session

State = Session.State


def with_sessions() -> QuerySet[Course]:
    """Courses with protocol, patient and every session's appointment, in four queries."""
    holds = Reservation.objects.select_related("resource").order_by("need_id")
    appointments = Appointment.objects.select_related("service", "location", "patient")
    sessions = Session.objects.order_by("number").prefetch_related(
        Prefetch(
            "appointment",
            queryset=appointments.prefetch_related(Prefetch("reservations", queryset=holds)),
        )
    )
    related = (
        "plan__patient",
        "protocol__first_service",
        "protocol__follow_up_service",
        "location",
        "practitioner",
    )
    return Course.objects.select_related(*related).prefetch_related(
        Prefetch("sessions", queryset=sessions)
    )


def of_patient(patient: Patient) -> list[Course]:
    """Newest first."""
    return list(with_sessions().filter(plan__patient=patient).order_by("-pk"))


def of_appointments(appointments: Iterable[int]) -> list[Course]:
    return list(with_sessions().filter(sessions__appointment__in=appointments).distinct())


@dataclass(frozen=True, slots=True)
class Dot:
    """One session as the course line draws it. `gap` is days after the session before."""

    session: Session
    state: str
    gap: int | None
    label: str


def dots(course: Course) -> list[Dot]:
    """The sessions in order, with the gap before each and whether it lies in the window."""
    result: list[Dot] = []
    previous: date | None = None
    for session in course.sessions.all():
        day = session_day(session)
        gap = (day - previous).days if day and previous else None
        result.append(Dot(session, _state(session, gap), gap, _label(session, day, gap)))
        previous = day or previous
    return result


def session_day(session: Session) -> date | None:
    """The local day on which it is booked or was done."""
    if session.appointment is None or session.state in (State.OPEN, State.MISSED):
        return None
    return session.appointment.starts_at.date()


def _state(session: Session, gap: int | None) -> str:
    spacing = session.course.protocol.spacing
    normal = spacing is None or gap is None or spacing.judge(gap) is Verdict.NORMAL
    return "out_of_window" if session.state == State.BOOKED and not normal else session.state


def _label(session: Session, day: date | None, gap: int | None) -> str:
    words = State(session.state).label
    when = f", {day:%a %-d %b}" if day else ""
    after = f", {gap} days after session {session.number - 1}" if gap is not None else ""
    return f"Session {session.number}: {words}{when}{after}"


def last_standing(sessions: Sequence[Session]) -> Session | None:
    """The latest session that is booked or done."""
    return next((each for each in reversed(sessions) if session_day(each)), None)


def done_at(appointment: Appointment | None) -> datetime | None:
    """When the visit was closed in the records; None while it was not."""
    if appointment is None or appointment.status != Appointment.Status.DONE:
        return None
    return appointment.status_at


def details_of(appointments: Sequence[Any]) -> dict[int, Session]:
    """The session that each of these appointments fulfils, by appointment; one query."""
    rows = Session.objects.filter(appointment__in=[each.pk for each in appointments])
    rows = rows.select_related("course__protocol", "course__plan__patient")
    return {each.appointment_id: each for each in rows if each.appointment_id}
