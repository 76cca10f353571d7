"""For whom a free time is legal: the wait list put to the rules of the booking door.

Stands among the actions because it asks the rules registered for them; it changes nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from clinic.actions import claim_checks
from clinic.actions.claims import Claim, Proposal, registry
from clinic.actions.rearranging import Move
from clinic.models import Appointment, Location, WaitlistEntry, load_needs
from clinic.queries import waitlist, waitlist_fits
from clinic.queries.waitlist import Fit, Gap, Later, Rest, Waiting
from clinic.scheduling.clock import to_datetime, to_minute
from clinic.scheduling.slots import Slot

# for how many of those whom a time fits the rules are asked, a few queries each; the most pressing
MOST = 20


@dataclass(frozen=True, slots=True)
class Taking:
    """What it comes to when somebody who waits takes a time: the later visits that move along, or
    what speaks against it, in sentences."""

    waiting: Waiting
    location: Location
    slot: Slot
    later: tuple[Later, ...] = ()
    objections: tuple[str, ...] = ()

    @property
    def start(self) -> datetime:
        return to_datetime(self.slot.start).astimezone(self.location.zone)

    @property
    def claim(self) -> Claim:
        return Claim(self.waiting.service, to_datetime(self.slot.start), self.slot.assignment)

    @property
    def moves(self) -> tuple[Move, ...]:
        """The visits that move: the one kept meanwhile, and those that move along."""
        if self.waiting.appointment is None:
            return ()
        return (
            Move(self.waiting.appointment, self.claim),
            *(Move(each.appointment, _claim(each)) for each in self.later),
        )

    @property
    def digest(self) -> str:
        """The same as long as the same visits would move to the same times."""
        content = [[each.appointment.pk, each.claim.start.isoformat()] for each in self.moves]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


class Matches(NamedTuple):
    """Those for whom a time is legal, most pressing first; `more` is for how many further ones it
    might be, who were not looked at."""

    takings: tuple[Taking, ...]
    more: int


def matches(gap: Gap, now: datetime) -> Matches:
    """Who may be offered a time in this gap. A fixed number of queries and at most a few more for
    each of the first MOST whom it fits."""
    found = waitlist_fits.fits(gap, waitlist.waiting_for(gap, now), now)
    judged = _judged(gap.location, found[:MOST], now)
    legal = tuple(each for each in judged if not each.objections)
    return Matches(legal, max(0, len(found) - MOST))


def judge(entry: WaitlistEntry, gap: Gap, now: datetime) -> Taking | None:
    """What speaks for and against giving one entry a time in this gap, whatever its wishes; None
    when it does not fit into the calendar."""
    waiting = Waiting(entry.patient, entry.service, entry.created_at, entry)
    found = waitlist_fits.fits(gap, [waiting], now, heed_wishes=False)
    return next(_judged(gap.location, found, now), None)


def taking(
    entry: WaitlistEntry, claim: Claim, now: datetime, kept: tuple[Appointment, ...] = ()
) -> Taking:
    """The same for a time that was offered; `kept` are the visits that keep it meanwhile."""
    start = to_minute(claim.start)
    slot = Slot(start, start + claim.service.minutes, claim.assignment)
    waiting = Waiting(entry.patient, entry.service, entry.created_at, entry)
    return next(_judged(entry.location, [Fit(waiting, slot)], now, kept))


def _judged(
    location: Location, found: Sequence[Fit], now: datetime, kept: tuple[Appointment, ...] = ()
) -> Iterator[Taking]:
    load_needs([each.waiting.service for each in found])
    moving = [
        Later(each.waiting.appointment, each.slot) for each in found if each.waiting.appointment
    ]
    rests = waitlist.rests_of(location, moving, now)
    for each in found:
        visit = each.waiting.appointment
        rest = rests.get(visit.pk, Rest()) if visit else Rest()
        against = (*_not_earlier(each), *rest.refusals)
        plain = Taking(each.waiting, location, each.slot, rest.moves, against)
        yield _asked(plain, now, kept)


def _not_earlier(fit: Fit) -> Iterator[str]:
    """Whoever waits for something earlier is given nothing later: that is a move, not an offer."""
    visit = fit.waiting.appointment
    if visit and visit.during.lower <= to_datetime(fit.slot.start):
        stands = f"{visit.starts_at:%a %-d %b, %H:%M}"
        yield f"{fit.waiting.patient.full_name} has a visit before that: {stands}."


def _asked(taking: Taking, now: datetime, kept: tuple[Appointment, ...]) -> Taking:
    """The same with what the rules say, unless it is out of the question already."""
    if taking.objections:
        return taking
    claims = [each.claim for each in taking.moves] or [taking.claim]
    load_needs([each.service for each in claims])
    replaced = (*(each.appointment for each in taking.moves), *kept)
    proposal = Proposal(taking.waiting.patient, taking.location, claims, now, replaced)
    said = [each.text for each in claim_checks.absurdities(proposal)]
    said += [each.text for rule in registry.rules for each in rule(proposal)]
    return replace(taking, objections=tuple(said))


def _claim(later: Later) -> Claim:
    start = to_datetime(later.slot.start)
    return Claim(later.appointment.service, start, later.slot.assignment)


def gap_at(location: Location, start: datetime, minutes: int, only: frozenset[int]) -> Gap:
    """The stretch of so many minutes from a start."""
    return Gap(location, start, start + timedelta(minutes=minutes), only)
