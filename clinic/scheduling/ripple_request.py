"""What is asked when a session of a course has changed: the sessions after it and their limits."""

from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from clinic.scheduling.clock import Minute, local_date
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.request import SeriesRequest
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing


@dataclass(frozen=True, slots=True)
class Anchor:
    """The session before those that may move: its number and local day.

    `was` is the day from which the next gap counted before the change, None if from none. The same
    as `day` when nothing changed here: the gap to a session that stays is then an old one.
    """

    number: int
    day: date
    was: date | None = None

    @property
    def stands(self) -> bool:
        return self.day == self.was


@dataclass(frozen=True, slots=True)
class Later:
    """A session after the change, and the slot it has.

    A `pinned` one stays. A `freed` one has lost its slot (cancelled, missed, the doctor is ill) and
    gets another, as near to the lost one as it can be. Raises ValueError for one that is both.
    """

    number: int
    slot: Slot
    shape: VisitShape
    pinned: bool = False
    freed: bool = False

    def __post_init__(self) -> None:
        if self.pinned and self.freed:
            raise ValueError(f"session {self.number} cannot stay in a slot it has lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class RippleRequest:
    """The rest of a course, to be changed as little as possible.

    `anchor`          the last session that does not move any more: the one that was moved or
                      performed, or the one before a cancelled or missed one; None if there is none
    `later`           the booked sessions after it in order, and a freed one where it belongs
    `spacing`         for every gap of the course
    `accept_late`     whether a gap above the longest normal one is as good as a normal one
    `weekdays`, `hours`
                      of sessions that move; those that stay are not asked
    `zone`, `earliest`, `horizon_until`, `blocked`, `patient_busy`, `step`
                      as in `SeriesRequest`; block the day on which a patient cannot come

    Numbers that leave one out leave room for it: session 5 keeps twice the distance from session 3
    while session 4 is open. Raises ValueError for numbers that do not rise, and where a
    `SeriesRequest` would.
    """

    anchor: Anchor | None
    later: tuple[Later, ...]
    spacing: Spacing
    zone: ZoneInfo
    earliest: Minute
    horizon_until: Minute
    accept_late: bool = False
    weekdays: frozenset[int] = frozenset()
    hours: tuple[time, time] | None = None
    blocked: tuple[Interval, ...] = ()
    patient_busy: tuple[Interval, ...] = ()
    step: int = 15

    def __post_init__(self) -> None:
        numbers = [one.number for one in (self.anchor, *self.later) if one is not None]
        if any(after <= before for before, after in pairwise(numbers)):
            raise ValueError(f"the numbers of the sessions must rise, not {numbers}")
        if self.later:
            self.search_for(self.later)

    def search_for(
        self,
        sessions: tuple[Later, ...],
        spacing: Spacing | None = None,
        previous: date | None = None,
    ) -> SeriesRequest:
        """These sessions as if they were to be booked anew, under the same limits."""
        return SeriesRequest(
            shapes=tuple(one.shape for one in sessions),
            spacing=spacing or self.spacing,
            zone=self.zone,
            earliest=self.earliest,
            horizon_until=self.horizon_until,
            weekdays=self.weekdays,
            hours=self.hours,
            previous=previous,
            first_number=sessions[0].number,
            blocked=self.blocked,
            patient_busy=self.patient_busy,
            step=self.step,
        )

    def before(self, at: int) -> Anchor | Later | None:
        """The session before `later[at]`."""
        return self.later[at - 1] if at else self.anchor

    def spacing_before(self, at: int) -> Spacing:
        """For the gap before `later[at]`, with room for the sessions whose numbers are left out."""
        before = self.before(at)
        return self.spacing.times(self.later[at].number - before.number if before else 1)

    def day_of(self, slot: Slot) -> int:
        """The local day of a slot, as an ordinal."""
        return local_date(slot.start, self.zone).toordinal()
