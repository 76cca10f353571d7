"""One waiting session put onto a time of the calendar: is it free, and what of the distances?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.models import load_needs
from clinic.queries.availability import patient_busy, shape_of, snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_minute, to_datetime, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.slots import Slot, slots
from clinic.scheduling.spacing import Verdict
from treatments.models import Course, Session
from treatments.queries import courses

# how many other times of the day are named when the wished one is not free
NEAREST = 4


@dataclass(frozen=True, slots=True)
class Gap:
    """The days between two sessions of a course, the earlier and the later, and what they mean."""

    before: int
    after: int
    days: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Placing:
    """`slot` is None when somebody or something is not free; then `nearest` are other times."""

    starts_at: datetime
    slot: Slot | None
    names: tuple[str, ...]
    gaps: tuple[Gap, ...]
    nearest: tuple[datetime, ...]

    @property
    def needs_reason(self) -> bool:
        """Whether only a clinician may book it, with a reason."""
        return any(gap.verdict in (Verdict.NEEDS_REASON, Verdict.LAPSED) for gap in self.gaps)

    @property
    def is_refused(self) -> bool:
        return any(gap.verdict is Verdict.REFUSED for gap in self.gaps)


def place(
    course: Course, session: Session, wall: datetime, resource: int | None, now: datetime
) -> Placing:
    """The session at this wall-clock time of its location, if possible with this resource.

    Seven queries. Raises NoSuchLocalTime when the clocks skip that time.
    """
    zone = course.location.zone
    start = local_minute(wall.date(), wall.time(), zone)
    service = course.protocol.service_of(session.number)
    load_needs([service])
    view = snapshot(course.location, wall.date(), wall.date() + timedelta(days=1), now=now)
    shape = shape_of(service)
    possible = _possible(course, view, _with(shape, view, resource), now)
    found = next((slot for slot in possible if slot.start == start), None)
    nearest = sorted(possible, key=lambda slot: abs(slot.start - start))[:NEAREST]
    return Placing(
        starts_at=to_datetime(start).astimezone(zone),
        slot=found,
        names=_names(view, found),
        gaps=tuple(_gaps(course, session, wall.date())),
        nearest=() if found else tuple(sorted(_moment(slot, zone) for slot in nearest)),
    )


def _possible(course: Course, view: Snapshot, shape: VisitShape, now: datetime) -> list[Slot]:
    busy = patient_busy(course.plan.patient, view.window)
    past = Interval(view.window.start, max(view.window.start + 1, to_minute_up(now)))
    prefer = frozenset({course.practitioner_id} if course.practitioner_id else ())
    found = slots(view, shape, course.location.grid_minutes, busy, prefer=prefer)
    return [slot for slot in found if slot.start >= past.end]


def _with(shape: VisitShape, view: Snapshot, resource: int | None) -> VisitShape:
    """The visit with this resource for the first of its needs that it can serve."""
    for position, need in enumerate(shape.needs):
        if any(one.id == resource for one in view.pool(need)):
            return shape.served_by(position, resource or 0)
    return shape


def _names(view: Snapshot, slot: Slot | None) -> tuple[str, ...]:
    known = {one.id: one.name for one in view.resources}
    return tuple(dict.fromkeys(known[each] for each in slot.assignment)) if slot else ()


def _moment(slot: Slot, zone: ZoneInfo) -> datetime:
    return to_datetime(slot.start).astimezone(zone)


def _gaps(course: Course, session: Session, day: date) -> list[Gap]:
    """To the sessions that stand before and after it, with room for those left open between."""
    standing = [
        (each.number, at)
        for each in course.sessions.all()
        if each.pk != session.pk and (at := courses.session_day(each))
    ]
    earlier = [each for each in standing if each[0] < session.number][-1:]
    later = [each for each in standing if each[0] > session.number][:1]
    pairs = [((number, at), (session.number, day)) for number, at in earlier]
    pairs += [((session.number, day), (number, at)) for number, at in later]
    return [gap for a, b in pairs if (gap := _gap(course, *a, *b))]


def _gap(course: Course, before: int, first: date, after: int, last: date) -> Gap | None:
    spacing = course.protocol.spacing
    if spacing is None:
        return None
    days = (last - first).days
    return Gap(before, after, days, spacing.times(after - before).judge(days))
