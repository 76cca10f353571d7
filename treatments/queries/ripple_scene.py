"""What has to be known when a visit gets another time: itself, its course, and who is free when.

Fifteen queries at most, whatever the number of sessions and the size of the clinic.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from clinic.models import Appointment, Location, RearrangedVisit
from clinic.queries.availability import patient_busy, shape_of, snapshot
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_date, to_minute, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.one_visit import Visit, leads, with_changes
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing
from patients.models import Patient
from treatments.models import Course, Session
from treatments.queries import courses

# a visit that stands and has not begun
MOVABLE = frozenset({Appointment.Status.BOOKED, Appointment.Status.CONFIRMED})
# how far behind the last session the calendar is read, so that it can give way
ROOM = timedelta(weeks=6)
# no visit is moved further ahead than this from today
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Seat:
    """A visit in the slot it has, or had before it was cancelled or missed.

    `is_fixed` when no decision may move it: done, under way, over, or at another location.
    """

    appointment: Appointment
    session: Session | None
    slot: Slot
    shape: VisitShape
    names: tuple[str, ...]
    is_fixed: bool

    @property
    def number(self) -> int:
        return self.session.number if self.session else 0

    @property
    def is_lost(self) -> bool:
        return not self.appointment.blocks_time


@dataclass(frozen=True)
class Scene:
    """One visit (`focus`) that is to get a time, or only the sessions after one that have to.

    `before` is the last session before them that has a day, `later` those after them in order. In
    the snapshot, and in `busy`, whatever may move counts as free; `pinned` visits may not.
    """

    now: datetime
    patient: Patient
    location: Location
    course: Course | None
    focus: Seat | None
    before: Seat | None
    later: tuple[Seat, ...]
    pinned: frozenset[int]
    snapshot: Snapshot
    busy: tuple[Interval, ...]

    @property
    def zone(self) -> ZoneInfo:
        return self.location.zone

    @cached_property
    def spacing(self) -> Spacing | None:
        return self.course.protocol.spacing if self.course else None

    def day(self, slot: Slot) -> int:
        """The local day, as an ordinal."""
        return local_date(slot.start, self.zone).toordinal()

    def stays(self, seat: Seat) -> bool:
        return seat.is_fixed or seat.appointment.pk in self.pinned

    def visit_of(self, seat: Seat) -> Visit:
        """The question where this visit could be, with the same people and rooms if possible."""
        return Visit(
            snapshot=self.snapshot,
            shape=seat.shape,
            zone=self.zone,
            earliest=to_minute_up(self.now),
            step=self.location.grid_minutes,
            busy=self.busy,
            prefer=frozenset(seat.slot.assignment),
        )

    def practitioner(self, seat: Seat) -> int | None:
        """Who has or had the lead, if that person can still have it."""
        lead = leads(self.snapshot, seat.shape)
        if lead is None:
            return None
        able = {one.id for one in self.snapshot.pool(seat.shape.needs[lead])}
        return next((id_ for id_ in seat.slot.assignment if id_ in able), None)

    def names(self, slot: Slot) -> tuple[str, ...]:
        """The people, rooms and devices of a slot, each once, in the order of the needs."""
        known = {one.id: one.name for one in self.snapshot.resources}
        return tuple(dict.fromkeys(known[id_] for id_ in slot.assignment if id_ in known))


def of_appointment(
    pk: int, now: datetime, pinned: frozenset[int] = frozenset(), reach: date | None = None
) -> Scene:
    """A visit that is to be moved, with its course if it has one.

    `reach` is the day that it is to have, if one was named. Raises Appointment.DoesNotExist.
    """
    course = courses.with_sessions().filter(sessions__appointment=pk).first()
    if course is None:
        visit = Appointment.objects.with_details().get(pk=pk)
        return _Loading(None, None, visit, 0, now, pinned, reach).scene()
    own = next(each for each in course.sessions.all() if each.appointment_id == pk)
    return of_session(course, own, now, pinned, reach)


def of_session(
    course: Course,
    session: Session,
    now: datetime,
    pinned: frozenset[int] = frozenset(),
    reach: date | None = None,
) -> Scene:
    """A session, from `courses.with_sessions`, that has a visit or had one."""
    number, visit = session.number, session.appointment
    return _Loading(course, session, visit, number, now, pinned, reach).scene()


def after_session(
    course: Course, number: int, now: datetime, pinned: frozenset[int] = frozenset()
) -> Scene:
    """The sessions after this one, which no longer keep their distance from it."""
    return _Loading(course, None, None, number + 1, now, pinned, None).scene()


@dataclass(frozen=True)
class _Loading:
    """A scene in the making; without a `visit` only the sessions from `number` on are looked at."""

    course: Course | None
    own: Session | None
    visit: Appointment | None
    number: int
    now: datetime
    pinned: frozenset[int]
    reach: date | None

    def scene(self) -> Scene:
        free = [each.appointment for each in self._moving]
        view = snapshot(self.location, self._today, self._until)
        patient = self._visits[0].patient
        return Scene(
            now=self.now,
            patient=patient,
            location=self.location,
            course=self.course,
            focus=self._focus,
            before=next((each for each in reversed(self._seats) if self._is_before(each)), None),
            later=tuple(each for each in self._seats if not self._is_before(each)),
            pinned=self.pinned,
            snapshot=with_changes(view, _held_by(free)),
            busy=patient_busy(patient, view.window, [each.pk for each in free]),
        )

    @cached_property
    def location(self) -> Location:
        return self._visits[0].location

    @cached_property
    def _visits(self) -> list[Appointment]:
        """The one in question first, all with what their services need."""
        standing = [each.appointment for each in self._standing]
        found = [each for each in (self.visit, *standing) if each is not None]
        prefetch_related_objects([each.service for each in found], "needs__capability")
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
    def _moving(self) -> list[Seat]:
        """What counts as free while the question is answered."""
        own = [self._focus] if self._focus and not self._focus.is_lost else []
        later = [each for each in self._seats if not self._is_before(each)]
        return own + [
            each for each in later if not each.is_fixed and each.appointment.pk not in self.pinned
        ]

    def _is_before(self, seat: Seat) -> bool:
        return seat.number < self.number

    def _seat(self, visit: Appointment, session: Session | None) -> Seat:
        start, end = to_minute(visit.during.lower), to_minute_up(visit.during.upper)
        shape = shape_of(visit.service)
        held = {str(each.need_id): each.resource for each in visit.reservations.all()}
        had = [held[need.key] for need in shape.needs if need.key in held]
        ids = tuple(each.pk for each in had) or _had_before(visit)
        return Seat(
            appointment=visit,
            session=session,
            slot=Slot(start, end, ids),
            shape=shape,
            names=tuple(dict.fromkeys(each.name for each in had)),
            is_fixed=visit.status not in MOVABLE
            or visit.during.lower <= self.now
            or visit.location_id != self.location.pk,
        )

    @property
    def _today(self) -> date:
        return self.now.astimezone(self.location.zone).date()

    @cached_property
    def _until(self) -> date:
        """The day before which everything has to find its place."""
        booked = [each.appointment.starts_at.date() for each in self._seats if each.appointment]
        focus = [self.visit.starts_at.date()] if self.visit else []
        asked = min(self.reach or self._today, self._today + FURTHEST)
        pushed = timedelta(days=sum(not self._is_before(each) for each in self._seats) * self._step)
        last = max([asked + pushed, *(day + pushed for day in focus), *booked, self._today])
        return last + ROOM

    @property
    def _step(self) -> int:
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
