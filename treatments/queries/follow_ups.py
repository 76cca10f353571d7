"""What a course waits for after something went otherwise than planned."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from clinic.scheduling.spacing import Verdict
from treatments.models import Course, Session
from treatments.queries import courses
from treatments.queries.ripple_scene import MOVABLE


@dataclass(frozen=True, slots=True)
class Lost:
    """A session whose visit was cancelled or missed, on that day."""

    session: Session
    day: date
    was_missed: bool


@dataclass(frozen=True, slots=True)
class Displaced:
    """A booked session that lies so many days after session `after`, and should not."""

    session: Session
    gap: int
    after: int
    verdict: Verdict


FollowUp = Lost | Displaced


def follow_up(course: Course, now: datetime, number: int | None = None) -> FollowUp | None:
    """The first thing to mend in a running course, from what is loaded of it; None if in order.

    A session that lost its visit comes before those that only lie too near or too far. With a
    `number` only that session is asked about, and only whether it lost its visit.
    """
    if course.status != Course.Status.ACTIVE:
        return None
    lost = [each for each in _lost(course) if number in (None, each.session.number)]
    if lost or number is not None:
        return lost[0] if lost else None
    return _first_displaced(course, now)


def _lost(course: Course) -> list[Lost]:
    """Sessions without their visit; one that was passed over by a later one is left out."""
    sessions = list(course.sessions.all())
    done = max((each.number for each in sessions if each.state == Session.State.DONE), default=0)
    return [
        Lost(each, each.appointment.starts_at.date(), each.state == Session.State.MISSED)
        for each in sessions
        if each.appointment is not None and courses.session_day(each) is None and each.number > done
    ]


def _first_displaced(course: Course, now: datetime) -> Displaced | None:
    spacing = course.protocol.spacing
    standing = [each for each in course.sessions.all() if courses.session_day(each)]
    for earlier, later in pairwise(standing):
        first, second = courses.session_day(earlier), courses.session_day(later)
        if spacing is None or first is None or second is None or not _may_move(later, now):
            continue
        gap = (second - first).days
        verdict = spacing.times(later.number - earlier.number).judge(gap)
        if verdict is not Verdict.NORMAL:
            return Displaced(later, gap, earlier.number, verdict)
    return None


def _may_move(session: Session, now: datetime) -> bool:
    visit = session.appointment
    return visit is not None and visit.status in MOVABLE and bool(visit.during.lower > now)
