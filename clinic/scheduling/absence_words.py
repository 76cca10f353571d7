"""Reasons that name an absence or a closed day, and until when; beside those of refusals.py."""

from dataclasses import dataclass
from datetime import date, datetime, time

from clinic.scheduling.refusals import When, short_day, subject

_KINDS = {"leave": "leave", "sick": "ill", "maintenance": "maintenance"}


@dataclass(frozen=True, slots=True)
class Gone:
    """These resources of one kind are away for one cause, in wall-clock times of the location.

    `starts` is None when that was before the days looked at. `cause` is leave, sick or maintenance.
    """

    names: tuple[str, ...]
    kind: str
    cause: str
    starts: datetime | None
    ends: datetime

    def __str__(self) -> str:
        state = {"person": "away", "device": "out of use"}.get(self.kind, "closed")
        return f"{subject(self.names)} {state} ({_KINDS[self.cause]}) {self._when()}"

    def _when(self) -> str:
        if self.starts is None:
            return f"until {_end(self.ends)}"
        if self.starts.date() == _last_day(self.ends) and self.ends.time() == time.min:
            return f"on {_moment(self.starts)}"
        return f"from {_moment(self.starts)} until {_end(self.ends)}"


@dataclass(frozen=True, slots=True)
class PlaceShut:
    """The whole place is closed; `first` is None when that was before the days looked at."""

    place: str
    reason: str
    first: date | None
    last: date

    def __str__(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        if self.first is None:
            when = f"until {short_day(self.last)}"
        elif self.first == self.last:
            when = f"on {short_day(self.last)}"
        else:
            when = f"from {short_day(self.first)} until {short_day(self.last)}"
        return f"{self.place} is closed{why} {when}"


@dataclass(frozen=True, slots=True)
class AllTaken:
    """Too many to say of each what keeps it."""

    names: tuple[str, ...]
    when: When

    def __str__(self) -> str:
        return f"{subject(self.names)} away or booked up {self.when.phrase('every')}"


def _last_day(end: datetime) -> date:
    """The last day that a time which ends then touches."""
    return end.date() if end.time() != time.min else date.fromordinal(end.toordinal() - 1)


def _end(end: datetime) -> str:
    """ "Fri 4 Dec" for its end, "Fri 4 Dec, 14:00" for an hour of it."""
    return _moment(end) if end.time() != time.min else short_day(_last_day(end))


def _moment(moment: datetime) -> str:
    if moment.time() == time.min:
        return short_day(moment.date())
    return f"{short_day(moment.date())}, {moment:%H:%M}"
