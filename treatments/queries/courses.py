"""Courses with their sessions, ready to plan, to draw or to book."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)

from clinic.models import Appointment, Reservation
from clinic.scheduling.spacing import Verdict
from patients.models import Patient
from treatments.models import Course, Outcome, Session

State = Session.State
STILL_WRITTEN: Final = timedelta(days=190)
"""The last letter after a visit leaves on day 180 (fact base 5.6)."""


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
    return _with(sessions).select_related("practitioner")


def with_dates() -> QuerySet[Course]:
    """Courses with protocol and patient, and of every session's appointment what says when it is,
    in two queries: enough for a search, which need not know who and what is held."""
    return _with(_dated())


def _with(sessions: QuerySet[Session]) -> QuerySet[Course]:
    return Course.objects.select_related(
        "plan__patient", "protocol__first_service", "protocol__follow_up_service", "location"
    ).prefetch_related(Prefetch("sessions", queryset=sessions))


def _dated() -> QuerySet[Session]:
    return Session.objects.select_related("appointment__location").order_by("number")


def still_written_about(now: datetime) -> QuerySet[Course]:
    """Those that may still send something: of the stopped ones those with a visit not long ago."""
    recent = Session.objects.filter(
        course=OuterRef("pk"), appointment__during__endswith__gt=now - STILL_WRITTEN
    )
    return Course.objects.filter(~Q(status=Course.Status.STOPPED) | Exists(recent))


def for_letters(about: Collection[int]) -> list[Course]:
    """The courses of these sessions, with all sessions and their times, in seven queries; who and
    what is held is loaded for the sessions that the letters are about alone."""
    wanted = Session.objects.filter(pk__in=about).values("course")
    sessions = Session.objects.select_related("appointment").order_by("number")
    # many courses follow one protocol at one location: each of those is read and built once
    rows = Course.objects.filter(pk__in=wanted).select_related("plan__patient")
    found = list(
        rows.prefetch_related("protocol", "location", Prefetch("sessions", queryset=sessions))
    )
    visits = {
        session.pk: session.appointment
        for course in found
        for session in course.sessions.all()
        if session.appointment
    }
    holds = Reservation.objects.select_related("resource").order_by("need_id")
    prefetch_related_objects(list(visits.values()), "location")
    prefetch_related_objects(
        [visit for pk, visit in visits.items() if pk in about],
        "service",
        Prefetch("reservations", queryset=holds),
    )
    return found


def of_patient(patient: Patient) -> list[Course]:
    """Newest first, each with its sessions and their appointments, in two queries.

    Less than `with_sessions` loads: nothing of who and what is held for a session. `looked_at` says
    when the result was last judged.
    """
    found = Course.objects.select_related("protocol", "location").prefetch_related(
        Prefetch("sessions", queryset=_dated())
    )
    found = found.annotate(looked_at=newest_look())
    return list(found.filter(plan__patient=patient).order_by("-pk"))


def newest_look() -> Subquery:
    """When the result of a course was last judged; annotated as `looked_at`."""
    rows = Outcome.objects.filter(course=OuterRef("pk")).order_by("-recorded_at")
    return Subquery(rows.values("recorded_at")[:1])


def of_appointments(appointments: Iterable[int]) -> list[Course]:
    return list(with_sessions().filter(sessions__appointment__in=appointments).distinct())


@dataclass(frozen=True, slots=True)
class Dot:
    """One session as the course line draws it.

    `state` is "done", "booked", "open" (to book, also after a missed visit) or "out" (booked, but
    outside its window). `gap` is the days after session `after`, the booked or done one before it.
    `label` says which session and when, without the state.
    """

    session: Session
    state: str
    gap: int | None
    after: int | None
    label: str


def dots(course: Course) -> list[Dot]:
    """The sessions in order, with the gap before each and whether it lies in the window."""
    result: list[Dot] = []
    before: Session | None = None
    for session in course.sessions.all():
        day, last = session_day(session), before and session_day(before)
        gap = (day - last).days if day and last else None
        after = before.number if before and gap is not None else None
        state, label = _state(course, session, after, gap), _label(session, after, gap)
        result.append(Dot(session, state, gap, after, label))
        before = session if day else before
    return result


def session_day(session: Session) -> date | None:
    """The local day on which it is booked or was done."""
    if session.appointment is None or session.state in (State.OPEN, State.MISSED):
        return None
    return session.appointment.starts_at.date()


def _state(course: Course, session: Session, after: int | None, gap: int | None) -> str:
    """An open session in between is left room for."""
    if session.state == State.MISSED:
        return "open"
    spacing = course.protocol.spacing
    normal = (
        spacing is None
        or gap is None
        or after is None
        or spacing.times(session.number - after).judge(gap) is Verdict.NORMAL
    )
    return "out" if session.state == State.BOOKED and not normal else str(session.state)


def _label(session: Session, after: int | None, gap: int | None) -> str:
    words = [f"Session {session.number}"]
    if session.appointment is not None and session.state != State.OPEN:
        missed = "missed on " if session.state == State.MISSED else ""
        words.append(f"{missed}{session.appointment.starts_at:%a %-d %b, %H:%M}")
    if after is not None:
        words.append(f"{gap} days after session {after}")
    return ", ".join(words)


def open_run(course: Course) -> list[Session]:
    """The run of open sessions that is to be booked next, in order, from what is loaded."""
    run: list[Session] = []
    for session in course.sessions.all():
        if session_day(session) is None:
            run.append(session)
        elif run:
            break
    return run


@dataclass(frozen=True, slots=True)
class Due:
    """The days on which the next open session of a course belongs, counted from the one before.

    `latest` is None where the protocol sets no longest gap; `lapses` is the last day before the
    course needs a new assessment, None where it never does.
    """

    session: Session
    soonest: date
    ideal: date
    latest: date | None
    lapses: date | None


def next_due(course: Course) -> Due | None:
    """When the next open session belongs; None without one, or while nothing is booked or done."""
    run, spacing = open_run(course), course.protocol.spacing
    days = [
        session_day(each) for each in course.sessions.all() if run and each.number < run[0].number
    ]
    last = next((day for day in reversed(days) if day), None)
    if last is None or spacing is None:
        return None
    return Due(
        run[0],
        soonest=last + timedelta(days=spacing.min),
        ideal=last + timedelta(days=spacing.ideal),
        latest=last + timedelta(days=spacing.max) if spacing.max else None,
        lapses=last + timedelta(days=spacing.lapse) if spacing.lapse else None,
    )


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
