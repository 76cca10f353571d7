"""Why a series does not fit, as types the program can tell apart and sentences a person can read.

A reason holds the facts; `str(reason)` is the plain English sentence, with dates like "Tue 12 Jan".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinic.scheduling.pin_reasons import PinApart, PinOutside, PinTaken, PinTooSoon
from clinic.scheduling.slots import Slot
from clinic.scheduling.words import When, listed, short_day

__all__ = [
    "BookedUp",
    "Closed",
    "HorizonTooShort",
    "NeverTogether",
    "NoRoomBefore",
    "NoSuchWeekday",
    "NobodyCapable",
    "OutOfReach",
    "PatientBusy",
    "PinApart",
    "PinOutside",
    "PinTaken",
    "PinTooSoon",
    "Reason",
    "Refusal",
    "SessionRefusal",
    "TooFew",
    "VisitTooLong",
    "WashOut",
    "When",
    "WindowPassed",
    "listed",
    "short_day",
]


@dataclass(frozen=True, slots=True)
class HorizonTooShort:
    """The sessions with their shortest gaps need more days than are searched, from the same day."""

    sessions: int
    min_gap: int
    needed_days: int
    searched_days: int

    def __str__(self) -> str:
        if self.sessions == 1:
            return (
                f"The session is {self.needed_days - 1} days away at the earliest; "
                f"the calendar is searched for {self.searched_days}"
            )
        return (
            f"{self.sessions} sessions with at least {self.min_gap} days between them need "
            f"{self.needed_days} days; the calendar is searched for {self.searched_days}"
        )


@dataclass(frozen=True, slots=True)
class WindowPassed:
    """The session was due before the first day that can be booked; `lapsed` if now too late."""

    last: date
    lapsed: bool

    def __str__(self) -> str:
        due = f"It was due by {short_day(self.last)}, before the first day that can be booked"
        return f"{due}; the course has lapsed and needs a new assessment" if self.lapsed else due


@dataclass(frozen=True, slots=True)
class NoRoomBefore:
    """The sessions with their shortest gaps no longer fit before the one that stands after."""

    following: date
    min_gap: int

    def __str__(self) -> str:
        return (
            f"It no longer fits before the session on {short_day(self.following)}, "
            f"with at least {self.min_gap} days between them"
        )


@dataclass(frozen=True, slots=True)
class NoSuchWeekday:
    """The legal dates hold none of the wished weekdays."""

    when: When

    def __str__(self) -> str:
        first, last = short_day(self.when.first), short_day(self.when.last)
        return f"There is no {self.when.weekday_names('or')} from {first} to {last}"


@dataclass(frozen=True, slots=True)
class VisitTooLong:
    """The wished hours, or what is left of the day, are shorter than the visit."""

    minutes: int
    when: When

    def __str__(self) -> str:
        days = self.when.phrase("every")
        return f"A visit of {self.minutes} minutes is too long for the time there is {days}"


@dataclass(frozen=True, slots=True)
class NobodyCapable:
    """No resource provides the capability, or none of those asked for (`wanted`) does."""

    capability: str
    wanted: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.wanted:
            return f"{listed(self.wanted)} cannot provide “{self.capability}”"
        return f"No person, room or device provides “{self.capability}”"


@dataclass(frozen=True, slots=True)
class TooFew:
    """Each capability is provided, but not by enough resources to serve the whole visit."""

    capabilities: tuple[str, ...]

    def __str__(self) -> str:
        wanted = listed(f"“{capability}”" for capability in self.capabilities)
        return f"The clinic has too few resources to provide {wanted} in one visit"


@dataclass(frozen=True, slots=True)
class Closed:
    """None of these resources of one kind is open long enough for its part of the visit.

    `until` is the first day on which one of them is, where that ends a stretch that had begun by
    the first of the dates; `why` names what is known of the cause.
    """

    names: tuple[str, ...]
    kind: str
    when: When
    until: date | None = None
    why: str = ""

    def __str__(self) -> str:
        state = {"person": "away", "device": "out of use"}.get(self.kind, "closed")
        days = f"until {short_day(self.until)}" if self.until else self.when.phrase("every")
        return f"{subject(self.names)} {state} {days}" + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True, slots=True)
class BookedUp:
    """These are open, but none has long enough left for its part of the visit."""

    names: tuple[str, ...]
    when: When

    def __str__(self) -> str:
        return f"{subject(self.names)} booked up {self.when.phrase('every')}"


@dataclass(frozen=True, slots=True)
class PatientBusy:
    """The patient has other appointments at all the times there would be."""

    when: When

    def __str__(self) -> str:
        return f"The patient has other appointments {self.when.phrase('every')}"


@dataclass(frozen=True, slots=True)
class WashOut:
    """Every start is ruled out by the rest period of another course; `why` says by which."""

    when: When
    why: str = ""

    def __str__(self) -> str:
        return self.why or f"Another course keeps the skin at rest {self.when.phrase('every')}"


@dataclass(frozen=True, slots=True)
class NeverTogether:
    """Each of the parties has time for its part of some visit, but never all for the same one."""

    parties: tuple[str, ...]
    when: When

    def __str__(self) -> str:
        days = self.when.phrase("any")
        return f"No start suits {listed(self.parties)} for the whole visit {days}"


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """The session has dates, but none the right number of days after a date of the one before."""

    before: int
    min_gap: int
    max_gap: int | None

    def __str__(self) -> str:
        return (
            f"No free date lies {self._days()} days after any possible date of "
            f"session {self.before}"
        )

    def _days(self) -> str:
        if self.max_gap is None:
            return f"at least {self.min_gap}"
        return (
            f"{self.min_gap} to {self.max_gap}"
            if self.max_gap > self.min_gap
            else f"{self.min_gap}"
        )


Reason = (
    HorizonTooShort
    | WindowPassed
    | NoRoomBefore
    | NoSuchWeekday
    | VisitTooLong
    | NobodyCapable
    | TooFew
    | Closed
    | BookedUp
    | PatientBusy
    | WashOut
    | NeverTogether
    | OutOfReach
    | PinTaken
    | PinOutside
    | PinTooSoon
    | PinApart
)


@dataclass(frozen=True, slots=True)
class SessionRefusal:
    """One session of a series that does not fit.

    `window` holds the first and the last legal date. No reasons mean that nothing stands in the way
    of this session itself. `nearest` holds up to two slots on different days: with reasons, slots
    that are legal once the patient's wishes are dropped, of which the later ones may lie beyond the
    longest normal gap; without, slots that keep the wishes. A pinned session without reasons has
    none.
    """

    number: int
    window: tuple[date, date]
    reasons: tuple[Reason, ...]
    nearest: tuple[Slot, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(f"Session {self.number}: {reason}" for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer when no series keeps all wishes: every session, and what stands in its way."""

    sessions: tuple[SessionRefusal, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All reasons in the order of the sessions."""
        return tuple(text for session in self.sessions for text in session.sentences)


def subject(names: Sequence[str]) -> str:
    """The names with their verb: "a is", "a and b are", "a, b and 7 others are"."""
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} others are"
    return f"{listed(names)} {'are' if len(names) > 1 else 'is'}"
