"""One waiting session put onto a time of the calendar: is it free, and what of the distances?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.models import load_needs
from clinic.queries.availability import patient_busy, shape_of, snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import (
    Minute,
    local_minute,
    local_minute_or_next,
    to_datetime,
    to_minute_up,
)
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.one_visit import Visit, why_not
from clinic.scheduling.slots import Slot, slots
from clinic.scheduling.spacing import Verdict
from treatments.models import Course, Session
from treatments.queries import courses

# how many other times of the day are named when the wished one is not free
NEAREST = 4
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """The days between two sessions of a course, the earlier and the later, and what they mean."""

    before: int
    after: int
    days: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Placing:
    """`slot` is None when somebody or something is not free; `against` are sentences who or what,
    `nearest` other times of the day."""

    starts_at: datetime
    slot: Slot | None
    names: tuple[str, ...]
    gaps: tuple[Gap, ...]
    against: tuple[str, ...]
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
    # and the day after, into which a late visit would last
    view = snapshot(course.location, wall.date(), wall.date() + timedelta(days=2), now=now)
    visit = _visit(course, view, _with(shape_of(service), view, resource), now)
    possible = _possible(visit, local_minute_or_next(wall.date() + ONE_DAY, time.min, zone))
    found = next((slot for slot in possible if slot.start == start), None)
    nearest = sorted(possible, key=lambda slot: abs(slot.start - start))[:NEAREST]
    return Placing(
        starts_at=to_datetime(start).astimezone(zone),
        slot=found,
        names=_names(view, found),
        gaps=tuple(_gaps(course, session, wall.date())),
        against=() if found else why_not(visit, start, course.plan.patient.full_name),
        nearest=() if found else tuple(sorted(_moment(slot, zone) for slot in nearest)),
    )


def _visit(course: Course, view: Snapshot, shape: VisitShape, now: datetime) -> Visit:
    return Visit(
        snapshot=view,
        shape=shape,
        zone=course.location.zone,
        earliest=to_minute_up(now),
        step=course.location.grid_minutes,
        busy=patient_busy(course.plan.patient, view.window),
        prefer=frozenset({course.practitioner_id} if course.practitioner_id else ()),
    )


def _possible(visit: Visit, until: Minute) -> list[Slot]:
    """Every slot of the day that ends then."""
    found = slots(visit.snapshot, visit.shape, visit.step, visit.busy, prefer=visit.prefer)
    return [slot for slot in found if visit.earliest <= slot.start < until]


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
