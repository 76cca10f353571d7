"""When somebody or something cannot be had although its week says otherwise."""

from dataclasses import dataclass
from datetime import date

from clinic.scheduling.intervals import Interval


@dataclass(frozen=True, slots=True)
class Away:
    """A resource is away or out of use. `kind` is leave, sick or maintenance."""

    resource: int
    kind: str
    during: Interval


@dataclass(frozen=True, slots=True)
class Shut:
    """A location is closed from the first to the last day, both included."""

    reason: str
    first: date
    last: date
