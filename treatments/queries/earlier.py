"""Sessions and the wait list: which could take a free time, and what moves along with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from clinic.models import Appointment, Location, load_needs
from clinic.queries import waitlist
from clinic.queries.availability import shape_of, snapshot
from clinic.queries.waitlist import MOVABLE, Gap, Rest, Waiting
from clinic.queries.waitlist import Later as Moved
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_date, to_datetime, to_minute, to_minute_up
from clinic.scheduling.freed import rearranged
from clinic.scheduling.intervals import Interval
from clinic.scheduling.refusals import Refusal, short_day
from clinic.scheduling.ripple import Anchor, Change, Later, Ripple, RippleRequest, ripple
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from treatments.models import Course, Session
from treatments.queries import courses

# how many courses with open sessions are looked at for one gap
MOST_COURSES = 200
State = Session.State


def register() -> None:
    waitlist.register(sessions_to_book, rests)


# Sessions without a date -------------------------------------------------------------------------


def sessions_to_book(gap: Gap, now: datetime) -> Iterator[Waiting]:
    """The next open session of every running course here for which this day is right; the longest
    running courses first, in six queries."""
    gone = [Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW]
    is_open = Q(sessions__appointment=None) | Q(sessions__appointment__status__in=gone)
    found = courses.with_sessions().filter(
        is_open, status=Course.Status.ACTIVE, location=gap.location, plan__patient__deceased=False
    )
    for course in found.distinct().order_by("pk")[:MOST_COURSES]:
        run = courses.open_run(course)
        if run and _is_right(course, run, gap.day):
            number, total = run[0].number, len(course.sessions.all())
            yield Waiting(
                patient=course.plan.patient,
                service=course.protocol.service_of(number),
                since=_since(course),
                what=f"{course.protocol.name}, session {number} of {total}",
            )


def _is_right(course: Course, run: Sequence[Session], day: date) -> bool:
    """Whether the first session of the run may be on this day, with room for those after it."""
    due = courses.next_due(course)
    if due and (day < due.soonest or (due.lapses and day > due.lapses)):
        return False
    after = next((each for each in course.sessions.all() if each.number > run[-1].number), None)
    following = courses.session_day(after) if after else None
    if after is None or following is None or course.protocol.spacing is None:
        return True
    room = course.protocol.spacing.min * (after.number - run[0].number)
    return (following - day).days >= room


def _since(course: Course) -> datetime:
    """Since when the session could have been given."""
    due = courses.next_due(course)
    return datetime.combine(due.soonest, time.min, UTC) if due else course.plan.agreed_at


# Sessions that move to an earlier time -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is read once for all courses."""

    view: Snapshot
    # by patient: appointment and when
    busy: Mapping[int, Sequence[tuple[int, Interval]]]
    now: datetime


def rests(location: Location, moves: Sequence[Moved], now: datetime) -> dict[int, Rest]:
    """What becomes of the sessions after each of these when it moves to its new slot: the smallest
    legal change. Eleven queries for all of them."""
    wanted = {each.appointment.pk: each for each in moves}
    known = courses.of_appointments(wanted)
    if not known:
        return {}
    services = [s.appointment.service for c in known for s in c.sessions.all() if s.appointment]
    load_needs(services)
    first = local_date(min(each.slot.start for each in moves), location.zone)
    until = first + timedelta(weeks=settings.SERIES_HORIZON_WEEKS)
    view = snapshot(location, first, until, now=now)
    facts = _Facts(view, _busy(known, view.window), now)
    return {
        session.appointment_id: _rest(course, session, wanted[session.appointment_id].slot, facts)
        for course in known
        for session in course.sessions.all()
        if session.appointment_id in wanted
    }


def _busy(known: Iterable[Course], window: Interval) -> dict[int, list[tuple[int, Interval]]]:
    """The standing appointments of their patients, with their primary keys; one query."""
    rows = Appointment.objects.standing().filter(
        patient__in={each.plan.patient_id for each in known},
        during__overlap=(to_datetime(window.start), to_datetime(window.end)),
    )
    busy: defaultdict[int, list[tuple[int, Interval]]] = defaultdict(list)
    for pk, patient, during in rows.values_list("pk", "patient", "during"):
        busy[patient].append((pk, _interval(during)))
    return busy


def _rest(course: Course, session: Session, slot: Slot, facts: _Facts) -> Rest:
    standing = [each for each in course.sessions.all() if courses.session_day(each)]
    before = [each for each in standing if each.number < session.number]
    last = courses.session_day(before[-1]) if before else None
    if last and local_date(slot.start, course.location.zone) <= last:
        words = f"come before session {before[-1].number}, on {short_day(last)}"
        return Rest(refusals=(f"Session {session.number} would {words}.",))
    later = {
        each.number: each.appointment
        for each in standing
        if each.number > session.number and each.appointment and each.appointment.status in MOVABLE
    }
    if not later or session.appointment is None:
        return Rest()
    answer = _ripple(course, session, slot, later, facts)
    if isinstance(answer, Refusal):
        return Rest(refusals=answer.sentences)
    if late := next((each for each in answer.changes if _gets_late(each)), None):
        words = f"come {late.gap_after} days after the one before, which is too late"
        return Rest(refusals=(f"Session {late.number} would {words}.",))
    return Rest(tuple(Moved(later[each.number], each.after) for each in answer.moved))


def _gets_late(change: Change) -> bool:
    """Nobody is asked to take a time that makes a later gap too long: that is for people to weigh,
    who see the whole course."""
    longer = (change.gap_after or 0) > (change.gap_before or 0)
    return change.verdict is Verdict.LATE and longer


def _ripple(
    course: Course,
    session: Session,
    slot: Slot,
    later: Mapping[int, Appointment],
    facts: _Facts,
) -> Ripple | Refusal:
    moving = [session.appointment, *later.values()] if session.appointment else []
    own = {each.pk for each in moving}
    shape = shape_of(course.protocol.service_of(session.number))
    taken = {
        resource: [Interval(slot.start + need.starts, slot.start + need.ends)]
        for need, resource in zip(shape.needs, slot.assignment, strict=True)
    }
    busy = [at for pk, at in facts.busy.get(course.plan.patient_id, ()) if pk not in own]
    request = RippleRequest(
        anchor=Anchor(
            session.number,
            local_date(slot.start, course.location.zone),
            courses.session_day(session),
        ),
        later=tuple(
            Later(number, _slot_of(visit), shape_of(visit.service))
            for number, visit in later.items()
        ),
        spacing=course.protocol.spacing or Spacing(1, 1, 1),
        zone=course.location.zone,
        earliest=max(facts.view.window.start, to_minute_up(facts.now)),
        horizon_until=facts.view.window.end,
        patient_busy=(*busy, Interval(slot.start, slot.end)),
        step=course.location.grid_minutes,
    )
    return ripple(rearranged(facts.view, _held(moving), taken), request)


def _held(visits: Iterable[Appointment]) -> dict[int, list[Interval]]:
    held: defaultdict[int, list[Interval]] = defaultdict(list)
    for visit in visits:
        for each in visit.reservations.all():
            held[each.resource_id].append(_interval(each.during))
    return held


def _slot_of(visit: Appointment) -> Slot:
    """The slot that a visit has, its resources in the order of the service's needs."""
    position = {need.pk: need.position for need in visit.service.needs.all()}
    held = sorted(visit.reservations.all(), key=lambda each: position[each.need_id or 0])
    whole = _interval(visit.during)
    return Slot(whole.start, whole.end, tuple(each.resource_id for each in held))


def _interval(during: Any) -> Interval:
    return Interval(to_minute(during.lower), to_minute_up(during.upper))
