"""Where the visits that a cause touches could go: from the rows to the solver and back.

A fixed number of queries, however many visits are touched.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from clinic.models import Appointment
from clinic.queries.availability import shape_of, snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import to_datetime, to_minute, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.replan import Link, Outcome, ReplanRequest, Touched, replan
from clinic.scheduling.replan_view import without
from clinic.scheduling.slots import Slot
from treatments.models import Course, Session
from treatments.queries import courses, rest_periods
from treatments.queries.course_windows import Neighbours, Window
from treatments.queries.replan_causes import Cause
from treatments.queries.rest_periods import Treated, Treatment

# how far before and after the cause a new time is looked for
BEFORE, AFTER = timedelta(days=14), timedelta(days=28)
# how many days a visit outside a course may move
NEAR = timedelta(days=14)
# nobody is asked to come sooner than planned, and that within so short a time
NOTICE = timedelta(days=2)
# more visits than these are planned in several steps
MOST = 120


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided about one visit: the slot it is pinned to, or that it is not moved.

    `is_kept` says that somebody asked for this slot, and the next search goes round it too. `stays`
    leaves the visit where it is; `later` gives its time up, to be booked when there is one.
    """

    pinned: Slot | None = None
    is_kept: bool = False
    stays: bool = False
    later: bool = False

    @property
    def is_left(self) -> bool:
        return self.stays or self.later


@dataclass(frozen=True)
class Situation:
    """The touched visits with what was decided about them, and what becomes of the others."""

    cause: Cause
    visits: Sequence[Appointment]
    choices: Mapping[int, Choice]
    now: datetime

    @cached_property
    def outcomes(self) -> dict[int, Outcome]:
        """By visit, of those that are not left."""
        return {one.key: one for one in replan(self.view, self.request)}

    @cached_property
    def request(self) -> ReplanRequest:
        return ReplanRequest(
            visits=tuple(self._touched(visit) for visit in self.moving),
            links=tuple(self._links()),
            zone=self.cause.location.zone,
            earliest=to_minute_up(self.now),
            step=self.cause.location.grid_minutes,
        )

    @cached_property
    def view(self) -> Snapshot:
        return without(self._seen, self._freed, self._closed)

    @cached_property
    def moving(self) -> list[Appointment]:
        return [visit for visit in self.visits if not self.choice(visit).is_left]

    def choice(self, visit: Appointment) -> Choice:
        return self.choices.get(visit.pk, Choice())

    def neighbours(self, visit: Appointment) -> Neighbours | None:
        """The sessions before and after the one of a visit; None outside a course."""
        session = self.sessions.get(visit.pk)
        return Neighbours(self.courses[session.course_id], session) if session else None

    # What the rows say ---------------------------------------------------------------------------

    @cached_property
    def sessions(self) -> dict[int, Session]:
        return {
            session.appointment_id: session
            for course in self.courses.values()
            for session in course.sessions.all()
            if session.appointment_id is not None
        }

    @cached_property
    def courses(self) -> dict[int, Course]:
        found = courses.of_appointments([visit.pk for visit in self.visits])
        return {course.pk: course for course in found}

    @cached_property
    def _seen(self) -> Snapshot:
        return snapshot(
            self.cause.location, self.first, self.last + timedelta(days=1), now=self.now
        )

    @property
    def first(self) -> date:
        """The first day on which a new time is looked for."""
        return max(self._today, self.cause.first - BEFORE)

    @property
    def last(self) -> date:
        return max(self.first, self.cause.last) + AFTER

    @property
    def _today(self) -> date:
        return self.now.astimezone(self.cause.location.zone).date()

    @cached_property
    def _busy(self) -> dict[int, list[Interval]]:
        """By patient, when they have visits that are not moved."""
        moving = [visit.pk for visit in self.moving]
        given_up = [visit.pk for visit in self.visits if self.choice(visit).later]
        window = self._seen.window
        rows = (
            Appointment.objects.standing()
            .filter(patient__in={visit.patient_id for visit in self.moving})
            .between(to_datetime(window.start), to_datetime(window.end))
            .exclude(pk__in=[*moving, *given_up])
        )
        return _by_key((pk, during) for pk, during in rows.values_list("patient_id", "during"))

    @cached_property
    def _freed(self) -> dict[int, list[Interval]]:
        """By resource, what the visits hold that do not stay."""
        return _by_key(
            (held.resource_id, held.during)
            for visit in self.visits
            if not self.choice(visit).stays
            for held in visit.reservations.all()
        )

    @property
    def _closed(self) -> dict[int, list[Interval]]:
        resource = self.cause.resource
        closed = [one.id for one in self._seen.resources] if resource is None else [resource.pk]
        return {id_: [self.cause.during] for id_ in closed}

    # What the solver asks ------------------------------------------------------------------------

    def _touched(self, visit: Appointment) -> Touched:
        window = self._window(visit)
        soonest = min(visit.starts_at.date(), self._today + NOTICE)
        return Touched(
            key=visit.pk,
            patient=visit.patient_id,
            shape=self._shapes[visit.service_id],
            slot=slot_of(visit),
            days=(
                max(window.days[0], self.first, soonest),
                min(window.days[1], self.last),
            ),
            normal=window.normal,
            busy=tuple(self._busy.get(visit.patient_id, ())),
            blocked=self._rests(visit),
            # who loses a session of a course loses more than an appointment
            priority=1 if visit.pk in self.sessions else 0,
            pinned=self.choice(visit).pinned,
        )

    @cached_property
    def _shapes(self) -> dict[int, VisitShape]:
        services = {visit.service_id: visit.service for visit in self.visits}
        return {pk: shape_of(service) for pk, service in services.items()}

    def _rests(self, visit: Appointment) -> tuple[Interval, ...]:
        """When the skin rests for the sake of other treatments of the patient that stay."""
        treatment = self._treatments.get(visit.service_id)
        if treatment is None:
            return ()
        others = self._treated.get(visit.patient_id, ())
        return rest_periods.blocked_by(others, treatment.modality, self.cause.location.zone)

    @cached_property
    def _treatments(self) -> dict[int, Treatment]:
        return rest_periods.treatments()

    @cached_property
    def _treated(self) -> dict[int, list[Treated]]:
        patients = {visit.patient_id for visit in self.moving}
        window = self._seen.window
        return rest_periods.standing_of(patients, window, self._treatments, self._leaving)

    def _window(self, visit: Appointment) -> Window:
        near = self.neighbours(visit)
        day = visit.starts_at.date()
        if near is None:
            return Window((day - NEAR, day + NEAR), (day - NEAR, day + NEAR))
        return near.window(self._stands)

    def _stands(self, session: Session) -> bool:
        """Whether a session keeps its day: it is booked or done, and not one of those that move."""
        is_moving = session.appointment_id in self._leaving
        return courses.session_day(session) is not None and not is_moving

    @cached_property
    def _leaving(self) -> Collection[int]:
        return {visit.pk for visit in self.visits if not self.choice(visit).stays}

    def _links(self) -> Iterator[Link]:
        """The distances between the moving sessions of each course."""
        moving = {visit.pk for visit in self.moving}
        for course in self.courses.values():
            sessions = [one for one in course.sessions.all() if one.appointment_id in moving]
            for at, earlier in enumerate(sessions):
                for later in sessions[at + 1 :]:
                    yield _link(course, earlier, later)


def _link(course: Course, earlier: Session, later: Session) -> Link:
    """So long as they are far apart already, they may stay so."""
    keys = earlier.appointment_id or 0, later.appointment_id or 0
    spacing, days = course.protocol.spacing, courses.session_day
    if spacing is None:
        return Link(*keys, 1, None)
    rule = spacing.times(later.number - earlier.number)
    now = ((days(later) or date.min) - (days(earlier) or date.min)).days
    return Link(*keys, rule.min, None if rule.max is None else max(rule.max, now))


def slot_of(visit: Appointment) -> Slot:
    """The slot that a visit from `touched` has."""
    positions = {need.pk: need.position for need in visit.service.needs.all()}
    rows = sorted(visit.reservations.all(), key=lambda row: positions.get(row.need_id or 0, 0))
    held = tuple(row.resource_id for row in rows)
    return Slot(to_minute(visit.during.lower), to_minute_up(visit.during.upper), held)


def _by_key(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Interval]]:
    found: defaultdict[int, list[Interval]] = defaultdict(list)
    for key, during in rows:
        found[key].append(Interval(to_minute(during.lower), to_minute_up(during.upper)))
    return found
