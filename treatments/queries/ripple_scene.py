"""What has to be known when a visit gets another time: itself, its course, and who is free when.

Read by `ripple_loading`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from clinic.models import Appointment, Location
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import Minute, local_date, to_minute_up
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.one_visit import Visit, leads
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing
from patients.models import Patient
from treatments.models import Course, Session

# a visit that stands and has not begun
MOVABLE = frozenset({Appointment.Status.BOOKED, Appointment.Status.CONFIRMED})
# how far behind the last session that may move the calendar is read, so that it can give way
ROOM = timedelta(weeks=4)
# how many sessions after the one in question are looked at before all of them are
NEAR = 2


@dataclass(frozen=True, slots=True)
class Seat:
    """A visit in the slot it has, or had before it was cancelled or missed.

    `is_fixed` when no decision may move it: done, under way, over, or at another location.
    """

    appointment: Appointment
    session: Session | None
    slot: Slot
    shape: VisitShape
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
    the snapshot, and in `busy`, whatever may move counts as free; `pinned` visits may not. No
    session starts in a `blocked` stretch.

    Mostly a session or two give way, so the calendar is read that far only, and those after them
    stay. An answer that needs them to move, or as many days as `ROOM`, wants the whole scene.
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
    is_whole: bool
    blocked: tuple[Interval, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return self.location.zone

    @cached_property
    def spacing(self) -> Spacing | None:
        return self.course.protocol.spacing if self.course else None

    def day(self, slot: Slot) -> int:
        """The local day, as an ordinal."""
        return self.day_of(slot.start)

    def day_of(self, minute: Minute) -> int:
        return local_date(minute, self.zone).toordinal()

    def stays(self, seat: Seat) -> bool:
        """Whether no answer may move it."""
        is_far = not self.is_whole and seat in self.later[NEAR:]
        return is_far or seat.is_fixed or seat.appointment.pk in self.pinned

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
            blocked=self.blocked,
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
