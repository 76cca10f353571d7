"""What can be wrong with a session that was pinned to a slot or a day."""

from dataclasses import dataclass
from datetime import date, time

from clinic.scheduling.words import counted_days, short_day


@dataclass(frozen=True, slots=True)
class PinTaken:
    """The slot that the session is pinned to has been taken, or lies outside the dates searched."""

    day: date
    at: time

    def __str__(self) -> str:
        return f"{short_day(self.day)}, {self.at:%H:%M} is no longer free"


@dataclass(frozen=True, slots=True)
class PinOutside:
    """The session is pinned to a day that is not searched."""

    day: date

    def __str__(self) -> str:
        return f"{short_day(self.day)} lies outside the dates that are searched"


@dataclass(frozen=True, slots=True)
class PinApart:
    """The session is pinned to a day that its distance from another fixed session rules out.

    `days` after session `before`, or with None before the one after the series, where `shortest`
    to `longest` are possible; `lapsed` when a course ends by it.
    """

    day: date
    days: int
    before: int | None
    shortest: int
    longest: int | None
    lapsed: bool = False

    def __str__(self) -> str:
        other = f"after session {self.before}" if self.before else "before the session after it"
        words = f"{short_day(self.day)} is {counted_days(self.days)} {other}"
        if self.days < self.shortest:
            return f"{words}; at least {self.shortest} are needed"
        if self.lapsed:
            return f"{words}; after {self.longest} the course has lapsed and needs a new assessment"
        return f"{words}; at most {self.longest} are possible"


@dataclass(frozen=True, slots=True)
class PinTooSoon:
    """The session is pinned to a day before which the sessions from `first` on have no room."""

    day: date
    first: int
    days: int

    def __str__(self) -> str:
        apart = counted_days(self.days)
        return (
            f"{short_day(self.day)} is too soon: session {self.first} comes at least {apart} before"
        )
