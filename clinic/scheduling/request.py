"""What is asked of the series search, and what each departure from the ideal costs."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, time
from enum import Enum
from zoneinfo import ZoneInfo

from clinic.scheduling.clock import Minute
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.slots import Slot, check_step
from clinic.scheduling.spacing import Spacing, Verdict

EVERY_WEEKDAY = frozenset(range(7))
UNUSUAL = frozenset({Verdict.NEEDS_REASON, Verdict.LATE})


class Wish(Enum):
    """What a patient may ask for and may be asked to give up, in the order of asking."""

    HOURS = "hours"
    WEEKDAYS = "weekdays"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Weights:
    """The price of each departure from the ideal, in whole points; the cheapest series wins.

    `gap_day`         for each day a gap is shorter or longer than the ideal
    `wait_day`        for each day before the first session of a new course
    `other_person`    for each session with a practitioner who is not a preferred one
    `handover`        for each session with another practitioner than the one before
    `fragment`        for each remainder shorter than `usable_minutes` that a session leaves before
                      or after it in the practitioner's free time
    `other_weekday`   for each session off the wished weekdays, once that wish is given up
    `quarter_off`     for each begun quarter of an hour outside the wished hours, once given up
    `unusual_gap`     for each gap outside the normal window, where such a one may be proposed

    Every price belongs to one session or to two neighbours, which is what lets the search be exact.
    Raises ValueError for a price below 0.
    """

    gap_day: int = 4
    wait_day: int = 1
    other_person: int = 12
    handover: int = 10
    fragment: int = 1
    usable_minutes: int = 30
    other_weekday: int = 40
    quarter_off: int = 2
    unusual_gap: int = 1000

    def __post_init__(self) -> None:
        if min(astuple(self)) < 0:
            raise ValueError("no departure from the ideal may be rewarded: a price is below 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRequest:
    """A whole course to be fitted into the calendar.

    `shapes`          one visit per session; the first may be longer
    `spacing`         for every gap of the course
    `spacings`        where the gaps differ: one per session, for the gap before it
    `zone`            of the location; days, weekdays and hours are its wall-clock ones
    `earliest`        no session starts before it
    `horizon_until`   every patient has left by then; the snapshot's window bounds it too
    `weekdays`        Monday is 0; empty for any
    `hours`           the patient comes at or after the first and has left by the second (00:00 for
                      midnight); None for any
    `preferred`       resource ids to be used where possible
    `only_preferred`  whether the practitioner must be one of them
    `previous`        the day of the last session performed, from which the first gap is measured
    `following`       the day of the session that stands after this series, whose window it keeps
    `unplaced`        how many sessions between this series and that one are not asked for
    `first_number`    the number of the first session asked for, for the words of a refusal
    `pinned`          per session the slot or the day that it must have, None for any; empty for
                      none. A pinned slot costs nothing and is asked for no wish, a pinned day for
                      no weekday
    `unusual`         what else than normal gaps may be proposed, at the price of `unusual_gap`:
                      late ones, and those that need a reason, which opens `blocked` starts too.
                      Next to a pinned session any gap from the floor to the lapse may be
    `blocked`         starts that need a reason, such as the wash-out of another course
    `patient_busy`    when the patient has other appointments
    `step`            minutes between two possible starts: 5, 10 or 15

    Raises ValueError where these contradict each other.
    """

    shapes: tuple[VisitShape, ...]
    spacing: Spacing
    zone: ZoneInfo
    earliest: Minute
    horizon_until: Minute
    weekdays: frozenset[int] = frozenset()
    hours: tuple[time, time] | None = None
    preferred: frozenset[int] = frozenset()
    only_preferred: bool = False
    previous: date | None = None
    following: date | None = None
    unplaced: int = 0
    first_number: int = 1
    spacings: tuple[Spacing, ...] = ()
    pinned: tuple[Slot | date | None, ...] = ()
    unusual: frozenset[Verdict] = frozenset()
    blocked: tuple[Interval, ...] = ()
    patient_busy: tuple[Interval, ...] = ()
    step: int = 15

    def __post_init__(self) -> None:
        check_step(self.step)
        if not self.shapes:
            raise ValueError("a series has at least one session")
        if self.horizon_until <= self.earliest:
            raise ValueError("the horizon must lie after the earliest start")
        if not self.weekdays <= EVERY_WEEKDAY:
            raise ValueError(f"{sorted(self.weekdays)} are no weekdays; Monday is 0, Sunday is 6")
        if self.hours and time.min != self.hours[1] <= self.hours[0]:
            raise ValueError(f"the hours must end after they start, not {self.hours}")
        if self.unplaced < 0:
            raise ValueError(f"{self.unplaced} sessions cannot be left out")
        if self.only_preferred and not self.preferred:
            raise ValueError("only preferred people were asked for, but nobody is preferred")
        if not self.unusual <= UNUSUAL:
            raise ValueError("a gap below the floor or beyond the lapse is never proposed")
        for per_session in (self.spacings, self.pinned):
            if per_session and len(per_session) != len(self.shapes):
                raise ValueError(f"{len(per_session)} were given for {len(self.shapes)} sessions")

    def first(self, sessions: int) -> "SeriesRequest":
        """Only so many of the first sessions, the others left for later."""
        return replace(
            self,
            shapes=self.shapes[:sessions],
            spacings=self.spacings[:sessions],
            pinned=self.pinned[:sessions],
            unplaced=self.unplaced + len(self.shapes) - sessions,
        )

    def spacing_before(self, at: int) -> Spacing:
        """For the gap before a session; `at` beyond the last one for those after it."""
        return self.spacings[at] if at < len(self.spacings) else self.spacing

    def pin(self, at: int) -> Slot | date | None:
        """What a session is pinned to."""
        return self.pinned[at] if at < len(self.pinned) else None

    @property
    def has_pins(self) -> bool:
        return any(one is not None for one in self.pinned)

    def allowed_before(self, at: int) -> frozenset[Verdict]:
        """What the gap before a session may be besides normal."""
        around: Sequence[Slot | date | None] = self.pinned[max(0, at - 1) : at + 1]
        return UNUSUAL if any(one is not None for one in around) else self.unusual

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Those that this request holds, in the order in which they are given up."""
        held = {
            Wish.HOURS: self.hours is not None,
            Wish.WEEKDAYS: bool(self.weekdays) and self.weekdays != EVERY_WEEKDAY,
            Wish.PERSON: self.only_preferred,
        }
        return tuple(wish for wish, is_held in held.items() if is_held)
