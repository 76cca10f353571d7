"""What is asked when somebody is ill or a day is closed: the visits it touches, their limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from clinic.scheduling.clock import Minute, local_date
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import VisitShape
from clinic.scheduling.slots import Slot, check_step

MOST_PRIORITY = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One visit that cannot stay as it is.

    `key`, `patient`  numbers of the caller's; a patient is in one place at a time
    `slot`            the one it has
    `days`            the first and the last local day on which it is legal
    `normal`          those of `days` that nobody has to be warned of; None for all of them
    `busy`            when the patient has visits that are not touched
    `blocked`         starts that are not allowed, such as the wash-out of a course
    `priority`        0 to 9; when not all can be solved, the higher are
    `pinned`          the slot it must get, and no other

    Raises ValueError for another priority.
    """

    key: int
    patient: int
    shape: VisitShape
    slot: Slot
    days: tuple[date, date]
    normal: tuple[date, date] | None = None
    busy: tuple[Interval, ...] = ()
    blocked: tuple[Interval, ...] = ()
    priority: int = 0
    pinned: Slot | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.priority <= MOST_PRIORITY:
            raise ValueError(f"a priority lies between 0 and {MOST_PRIORITY}, not {self.priority}")


@dataclass(frozen=True, slots=True)
class Link:
    """Two touched visits of one course: `later` comes so many local days after `earlier`.

    Link every pair of a course, with room for the sessions between: one of those may stay unsolved.
    `longest` is None for no limit.
    """

    earlier: int
    later: int
    shortest: int
    longest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanRequest:
    """All touched visits of one location, to be solved together.

    `links`     the distances that touched visits keep from each other, by their keys
    `zone`      of the location; days and times of day are its wall-clock ones
    `earliest`  no visit starts before it
    `step`      minutes between two possible starts: 5, 10 or 15

    Raises ValueError for a key that comes twice, a link to none, or a step that is not in `STEPS`.
    """

    visits: tuple[Touched, ...]
    zone: ZoneInfo
    earliest: Minute
    links: Sequence[Link] = ()
    step: int = 15

    def __post_init__(self) -> None:
        check_step(self.step)
        keys = {each.key for each in self.visits}
        if len(keys) < len(self.visits):
            raise ValueError("two touched visits share a key")
        if any({link.earlier, link.later} - keys for link in self.links):
            raise ValueError("a link leads to a visit that is not touched")

    def day_of(self, minute: Minute) -> int:
        """The local day, as an ordinal."""
        return local_date(minute, self.zone).toordinal()
