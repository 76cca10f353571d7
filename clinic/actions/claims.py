"""What is asked of the booking door, and what can be said against it.

Other apps register rules (objections before a booking) and followers (what must happen with it, in
the same transaction) at start-up; this app calls them without knowing who they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from clinic.accounts.models import User
from clinic.models import Appointment, Location, Rearrangement, Service
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Claim:
    """One visit asked for: a service, its start (aware), one resource id per need in order.

    `granted` is the reason for which a clinician let it stand at that time before: what can be
    overruled does not speak against it a second time.
    """

    service: Service
    start: datetime
    assignment: tuple[int, ...]
    granted: str = ""


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that speaks against a booking, in a sentence for people.

    With `permission` it can be overruled: by somebody who has it and gives a reason. `position`
    is the index of the claim it is about, None for the whole request. `settled_at` is the name of
    the page where it can be put right, which takes the number of the visit; `settle_label` is the
    verb of the link to it.
    """

    text: str
    position: int | None = None
    permission: str = ""
    settled_at: str = ""
    settle_label: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A booking as the rules see it. `replaces` are visits that no longer stand as they do, once it
    is made: moved or cancelled by the same decision."""

    patient: Patient
    location: Location
    claims: Sequence[Claim]
    now: datetime
    replaces: tuple[Appointment, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What was done, as the followers see it. `what` is booked, held, released,
    rearranged or status; a `rearrangement` says what became of each of the visits.
    `instead_of` are booked visits that a held time is to replace. `was_held`: what is booked was
    kept for the patient until now."""

    what: str
    patient: Patient
    appointments: Sequence[Appointment]
    by: User
    now: datetime
    rearrangement: Rearrangement | None = None
    instead_of: Sequence[Appointment] = ()
    was_held: bool = False


class BookingRefused(Exception):
    """Nothing was booked; `objections` says why, all of it."""

    def __init__(self, *objections: Objection) -> None:
        super().__init__(" ".join(each.text for each in objections))
        self.objections = objections


def refuse(sentence: str) -> NoReturn:
    """Refuse the whole request for one reason."""
    raise BookingRefused(Objection(sentence))


class KeyReused(Exception):
    """The idempotency key came before, with another request."""


Rule = Callable[[Proposal], Iterable[Objection]]
Follower = Callable[[Change], None]


@dataclass
class _Registry:
    rules: list[Rule] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)


registry = _Registry()


def register_rule(rule: Rule) -> None:
    """Ask this rule about every booking and every move; registering twice changes nothing."""
    if rule not in registry.rules:
        registry.rules.append(rule)


def register_follower(follower: Follower) -> None:
    """Call this after every change, inside its transaction."""
    if follower not in registry.followers:
        registry.followers.append(follower)
