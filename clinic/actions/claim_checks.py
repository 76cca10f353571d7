"""Whether a claim is possible at all: the clinic's own conditions, before anybody else is asked.

The server decides everything again; what a form offered a minute ago is only a wish.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta
from itertools import pairwise

from clinic.actions.claims import Claim, Objection, Proposal
from clinic.models import Location
from clinic.queries.availability import days_around, open_only
from clinic.queries.conflicts import Hold, holds_of
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import to_minute, to_minute_up
from clinic.scheduling.intervals import covers

FURTHEST = timedelta(days=2 * 366)
# a visit may still be entered shortly after it began: the patient stands at the desk
GRACE = timedelta(minutes=15)


def absurdities(proposal: Proposal) -> Iterator[Objection]:
    """What is wrong with the claims themselves; asks nothing of the database but their needs."""
    if not proposal.claims and not proposal.replaces:
        yield Objection("There is nothing to book.")
    if proposal.patient.deceased and proposal.claims:
        yield Objection(f"{proposal.patient.full_name} is recorded as deceased.")
    times = [each for n, claim in enumerate(proposal.claims) for each in _time(n, claim, proposal)]
    yield from times or _among_themselves(proposal)
    for position, claim in enumerate(proposal.claims):
        needs = len(claim.service.needs.all())
        if needs != len(claim.assignment):
            yield Objection(f"{claim.service.name} needs {needs} resources.", position)


def _time(position: int, claim: Claim, proposal: Proposal) -> Iterator[Objection]:
    if claim.start.utcoffset() is None:
        yield Objection("A start needs its time zone.", position)
        return
    local = claim.start.astimezone(proposal.location.zone)
    if claim.start < proposal.now - GRACE:
        yield Objection(f"{local:%a %-d %b, %H:%M} is in the past.", position)
    elif claim.start > proposal.now + FURTHEST:
        yield Objection(f"{local:%-d %b %Y} is too far ahead to book.", position)
    grid = proposal.location.grid_minutes
    utc = claim.start.astimezone(UTC)
    if utc.second or utc.microsecond or utc.minute % grid:
        yield Objection(f"Visits start every {grid} minutes; {local:%H:%M} is between.", position)
    if not claim.service.active:
        yield Objection(f"{claim.service.name} is no longer offered.", position)


def closed(location: Location, claims: Sequence[tuple[int, Claim]]) -> Iterator[Objection]:
    """Who or what does not work at these times, or cannot do what it was chosen for; the claims,
    each with its position, are all at this location."""
    if not claims:
        return
    first, until = days_around((claim.start for _, claim in claims), location)
    chosen = {resource for _, claim in claims for resource in claim.assignment}
    view = open_only(location, first, until, chosen)
    for position, claim in claims:
        for hold in holds_of(position, claim.service, claim.start, claim.assignment):
            yield from _can(hold, view)


def _can(hold: Hold, view: Snapshot) -> Iterator[Objection]:
    resource = next((each for each in view.resources if each.id == hold.resource_id), None)
    if resource is None:
        yield Objection("Somebody or something chosen does not work here.", hold.position)
    elif hold.need.capability.key not in resource.capabilities:
        text = f"{resource.name} is not set up for “{hold.need.capability.name}”."
        yield Objection(text, hold.position)
    elif not covers(view.open[resource.id], to_minute(hold.start), to_minute_up(hold.end)):
        yield Objection(
            f"{resource.name} does not work then, or the clinic is closed.", hold.position
        )


def _among_themselves(proposal: Proposal) -> Iterator[Objection]:
    """Two visits of one request at the same time."""
    spans = sorted(
        (claim.start, claim.start + timedelta(minutes=claim.service.minutes), n)
        for n, claim in enumerate(proposal.claims)
    )
    for (_, end, _), (start, _, position) in pairwise(spans):
        if start < end:
            yield Objection("Two visits of this request overlap.", position)
