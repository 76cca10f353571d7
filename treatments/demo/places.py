"""Where the demo clinic is, who works there and when it is closed. Plain data, all invented.

Telephone numbers are from the ranges kept free for fiction; addresses end in ".example".
"""

from dataclasses import dataclass
from datetime import time
from typing import Final

from clinic.accounts.roles import CLINICIAN, FRONT_DESK, MANAGER, NURSE

HARBOUR: Final = "Harbour Street"
HUDSON: Final = "Hudson Street"

Hours = tuple[tuple[str, tuple[str, ...]], ...]
"""Weekdays as digits (Monday is 0) with the stretches worked on each: ("012", ("9-13", ...))."""

MON_TO_SAT_AND_SUNDAY: Final[Hours] = (
    ("01245", ("8:30-18:30",)),
    ("3", ("8:30-20:30",)),
    ("6", ("10-16",)),
)
HUDSON_DAYS: Final[Hours] = (("01234", ("8:30-18:30",)), ("56", ("10-16",)))


@dataclass(frozen=True)
class Place:
    name: str
    time_zone: str
    address: str
    phone: str
    email: str
    country: str
    subdivision: str


PLACES: Final = (
    Place(
        HARBOUR,
        "Europe/London",
        "12 Harbour Street, London E14 9ZZ",
        "+44 20 7946 0180",
        "harbour@milia.example",
        "GB",
        "ENG",
    ),
    Place(
        HUDSON,
        "America/New_York",
        "418 Hudson Street, New York, NY 10014",
        "+1 212 555 0142",
        "hudson@milia.example",
        "US",
        "NY",
    ),
)


@dataclass(frozen=True)
class Staff:
    """`can` and `hours` only for those who treat."""

    name: str
    email: str
    role: str
    place: str = HARBOUR
    can: tuple[str, ...] = ()
    hours: Hours = ()


DOCTOR: Final = ("assess", "prescribe", "extract", "peel", "freeze", "co2-laser")

COLE: Final = "Dr Helen Cole"
NWOSU: Final = "Dr Amara Nwosu"
NORA: Final = "Nora Whitfield"
PRIYA: Final = "Priya Raman"
BRANDT: Final = "Dr Joel Brandt"
LUCIA: Final = "Lucía Ferrer"
FERN: Final = "Fern Abbott"
MINA: Final = "Mina Castellanos"

STAFF: Final = (
    Staff(
        COLE,
        "helen.cole@milia.example",
        CLINICIAN,
        can=DOCTOR,
        hours=(("0124", ("9-13", "14-18")), ("3", ("11:30-15", "15:30-20")), ("6", ("10-16",))),
    ),
    Staff(
        NWOSU,
        "amara.nwosu@milia.example",
        CLINICIAN,
        can=DOCTOR,
        hours=(("024", ("8:30-12:30", "13:15-17")), ("5", ("9-14",)), ("1", ("12-18:30",))),
    ),
    Staff(
        NORA,
        "nora.whitfield@milia.example",
        NURSE,
        can=("assess", "extract", "peel", "freeze"),
        hours=(("0134", ("9-12:30", "13:15-17:30")), ("5", ("9-15",))),
    ),
    Staff(
        PRIYA,
        "priya.raman@milia.example",
        NURSE,
        can=("extract", "peel"),
        hours=(
            ("124", ("10-14", "14:45-18:30")),
            ("3", ("12-16", "16:30-20:30")),
            ("6", ("10-16",)),
        ),
    ),
    Staff(
        BRANDT,
        "joel.brandt@milia.example",
        CLINICIAN,
        HUDSON,
        can=DOCTOR[:5],
        hours=(("0134", ("9-12:30", "13:30-18")), ("6", ("10-15",))),
    ),
    Staff(
        LUCIA,
        "lucia.ferrer@milia.example",
        NURSE,
        HUDSON,
        can=("assess", "extract", "peel"),
        hours=(("01234", ("9:30-13", "13:45-18:30")), ("56", ("10-16",))),
    ),
    Staff(FERN, "fern.abbott@milia.example", FRONT_DESK),
    Staff(MINA, "mina.castellanos@milia.example", MANAGER),
)


@dataclass(frozen=True)
class Thing:
    kind: str
    name: str
    place: str
    can: tuple[str, ...]


ROOMS_AND_DEVICES: Final = (
    Thing("room", "Consulting room 1", HARBOUR, ("consult-room",)),
    Thing("room", "Consulting room 2", HARBOUR, ("consult-room",)),
    Thing("room", "Peel room 1", HARBOUR, ("peel-room",)),
    Thing("room", "Peel room 2", HARBOUR, ("peel-room",)),
    Thing("room", "Procedure room", HARBOUR, ("procedure-room",)),
    Thing("room", "Laser room", HARBOUR, ("laser-room",)),
    Thing("device", "CO₂ laser", HARBOUR, ("co2-laser-device",)),
    Thing("device", "Liquid nitrogen", HARBOUR, ("ln2",)),
    Thing("room", "Consulting room", HUDSON, ("consult-room",)),
    Thing("room", "Peel room", HUDSON, ("peel-room",)),
    Thing("room", "Procedure room", HUDSON, ("procedure-room",)),
    Thing("device", "Liquid nitrogen", HUDSON, ("ln2",)),
)

OPENING: Final = {HARBOUR: MON_TO_SAT_AND_SUNDAY, HUDSON: HUDSON_DAYS}

# every year: (place, month, day, days, reason)
HOLIDAYS: Final = (
    (HARBOUR, 1, 1, 1, "New Year’s Day"),
    (HARBOUR, 12, 25, 2, "Christmas"),
    (HUDSON, 1, 1, 1, "New Year’s Day"),
    (HUDSON, 7, 4, 1, "Independence Day"),
    (HUDSON, 12, 25, 1, "Christmas"),
)

PASSWORD: Final = "milia-demo-clinic"  # noqa: S105 - public on purpose, for invented data only
# who is shown for each role at the end of `make run`
SHOWN: Final = (FERN, COLE, NORA, MINA)


def wall(text: str) -> time:
    """ "8:30" or "18" as a time of day."""
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute or 0))
