"""The scene of a visit that gets another time, from the database: how far the calendar is read.

Fifteen queries, whatever the number of sessions and the size of the clinic; six more when the
calendar near the visit is not enough.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast

from clinic.models import Appointment, Location, RearrangedVisit, load_needs
from clinic.queries.availability import patient_busy, shape_of, snapshot
from clinic.scheduling.clock import to_minute, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.one_visit import with_changes
from clinic.scheduling.slots import Slot
from patients.models import Patient
from treatments.models import Course, Session
from treatments.queries import courses, rest_periods
from treatments.queries.ripple_scene import MOVABLE, NEAR, ROOM, Scene, Seat

# no visit is moved further ahead than this from today
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """When, with which visits told to stay, and for which day of the visit, if one was named."""

    now: datetime
    pinned: frozenset[int] = frozenset()
    reach: date | None = None


def of_appointment(pk: int, asked: Asked) -> "Loading":
    """A visit that is to be moved, with its course. Raises Appointment.DoesNotExist."""
    course = courses.with_sessions().filter(sessions__appointment=pk).first()
    if course is None:
        return Loading(None, None, Appointment.objects.with_details().get(pk=pk), 0, asked)
    own = next(each for each in course.sessions.all() if each.appointment_id == pk)
    return of_session(course, own, asked)


def of_session(course: Course, session: Session, asked: Asked) -> "Loading":
    """A session, from `courses.with_sessions`, that has a visit or had one."""
    return Loading(course, session, session.appointment, session.number, asked)


def after_session(course: Course, number: int, asked: Asked) -> "Loading":
    """The sessions after this one, which no longer keep their distance from it."""
    return Loading(course, None, None, number + 1, asked)


@dataclass(frozen=True)
class Loading:
    """A scene in the making; without a `visit` only the sessions from `number` on are looked at."""

    course: Course | None
    own: Session | None
    visit: Appointment | None
    number: int
    asked: Asked

    @cached_property
    def near(self) -> Scene:
        """With as much of the calendar as is mostly enough."""
        return self._scene(len(self._later) <= NEAR)

    @cached_property
    def whole(self) -> Scene:
        return self.near if self.near.is_whole else self._scene(True)

    def _scene(self, is_whole: bool) -> Scene:
        later = self._later if is_whole else self._later[:NEAR]
        free = [each.appointment for each in self._moving(later)]
        view = snapshot(self.location, self._first, self._until(later), now=self.asked.now)
        patient = self._visits[0].patient
        return Scene(
            now=self.asked.now,
            patient=patient,
            location=self.location,
            course=self.course,
            focus=self._focus,
            before=self._before,
            later=tuple(self._later),
            pinned=self.asked.pinned,
            snapshot=with_changes(view, _held_by(free)),
            busy=patient_busy(patient, view.window, [each.pk for each in free]),
            is_whole=is_whole,
            blocked=self._rests(patient, view.window, free),
        )

    def _rests(
        self, patient: Patient, window: Interval, free: Sequence[Appointment]
    ) -> tuple[Interval, ...]:
        """The days on which the skin rests before or after the patient's other treatments."""
        if self.course is None:
            return ()
        return rest_periods.blocked(
            patient=patient,
            modality=self.course.protocol.modality,
            window=window,
            zone=self.location.zone,
            without=[each.pk for each in free],
        )

    @cached_property
    def location(self) -> Location:
        return self._visits[0].location

    @cached_property
    def _visits(self) -> list[Appointment]:
        """The one in question first, all with what their services need."""
        standing = [each.appointment for each in self._standing]
        found = [each for each in (self.visit, *standing) if each is not None]
        load_needs([each.service for each in found])
        return found

    @cached_property
    def _standing(self) -> list[Session]:
        sessions = self.course.sessions.all() if self.course else ()
        return [each for each in sessions if each != self.own and courses.session_day(each)]

    @cached_property
    def _seats(self) -> list[Seat]:
        pairs = [(cast("Appointment", each.appointment), each) for each in self._standing]
        return [self._seat(visit, session) for visit, session in pairs if self._visits]

    @cached_property
    def _focus(self) -> Seat | None:
        return self._seat(self.visit, self.own) if self.visit and self._visits else None

    @cached_property
    def _before(self) -> Seat | None:
        return next((each for each in reversed(self._seats) if self._is_before(each)), None)

    @cached_property
    def _later(self) -> list[Seat]:
        return [each for each in self._seats if not self._is_before(each)]

    def _moving(self, later: Iterable[Seat]) -> list[Seat]:
        """What counts as free while the question is answered."""
        own = [self._focus] if self._focus and not self._focus.is_lost else []
        pinned = self.asked.pinned
        return own + [
            each for each in later if not each.is_fixed and each.appointment.pk not in pinned
        ]

    def _is_before(self, seat: Seat) -> bool:
        return seat.number < self.number

    def _seat(self, visit: Appointment, session: Session | None) -> Seat:
        start, end = to_minute(visit.during.lower), to_minute_up(visit.during.upper)
        shape = shape_of(visit.service)
        held = {str(each.need_id): each.resource_id for each in visit.reservations.all()}
        ids = tuple(held[need.key] for need in shape.needs if need.key in held)
        return Seat(
            appointment=visit,
            session=session,
            slot=Slot(start, end, ids or _had_before(visit)),
            shape=shape,
            is_fixed=visit.status not in MOVABLE
            or visit.during.lower <= self.asked.now
            or visit.location_id != self.location.pk,
        )

    @property
    def _today(self) -> date:
        return self.asked.now.astimezone(self.location.zone).date()

    @property
    def _first(self) -> date:
        """No session comes before the one before it."""
        before = self._before.appointment.starts_at.date() if self._before else self._today
        return max(self._today, before)

    def _until(self, later: Sequence[Seat]) -> date:
        """The day before which everything that may move has to find its place."""
        asked = min(self.asked.reach or self._today, self._today + FURTHEST)
        days = [asked, *([self.visit.starts_at.date()] if self.visit else [])]
        pushed = timedelta(days=len(later) * self._shortest_gap)
        booked = [each.appointment.starts_at.date() for each in later]
        return max([self._today, *booked, *(day + pushed for day in days)]) + ROOM

    @property
    def _shortest_gap(self) -> int:
        spacing = self.course.protocol.spacing if self.course else None
        return spacing.min if spacing else 1


def _had_before(visit: Appointment) -> tuple[int, ...]:
    """What a cancelled visit held, by the decision that took it away."""
    if visit.blocks_time:
        return ()
    rows = RearrangedVisit.objects.filter(appointment=visit, what=RearrangedVisit.What.CANCELLED)
    held = rows.order_by("-pk").values_list("held", flat=True).first()
    return tuple(held or ())


def _held_by(visits: Sequence[Appointment]) -> dict[int, Iterable[Interval]]:
    """What these visits keep from others, by resource."""
    held: defaultdict[int, list[Interval]] = defaultdict(list)
    for visit in visits:
        for each in visit.reservations.all():
            span = Interval(to_minute(each.during.lower), to_minute_up(each.during.upper))
            held[each.resource_id].append(span)
    return dict(held)
