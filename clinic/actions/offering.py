"""What the booking door would say to a visit, asked before anybody presses a button."""

from collections.abc import Iterator
from datetime import timedelta

from clinic.actions import claim_checks
from clinic.actions.claims import Objection, Proposal, registry
from clinic.queries.conflicts import holds_of, patient_is_elsewhere, taken


def objections(proposal: Proposal) -> list[str]:
    """Everything that speaks against a proposal now, in sentences; books and locks nothing.

    The door asks it all again: an empty answer is a good sign, no promise. The needs of the
    services must be prefetched with their capabilities.
    """
    absurd = list(claim_checks.absurdities(proposal))
    found = absurd or [*_clashes(proposal), *_closed(proposal)]
    if not absurd:
        found += [each for rule in registry.rules for each in rule(proposal)]
    return list(dict.fromkeys(each.text for each in found))


def _closed(proposal: Proposal) -> Iterator[Objection]:
    return claim_checks.closed(proposal.location, list(enumerate(proposal.claims)))


def _clashes(proposal: Proposal) -> list[Objection]:
    holds = [
        hold
        for position, claim in enumerate(proposal.claims)
        for hold in holds_of(position, claim.service, claim.start, claim.assignment)
    ]
    visits = [
        (position, claim.start, claim.start + timedelta(minutes=claim.service.minutes))
        for position, claim in enumerate(proposal.claims)
    ]
    without = [each.pk for each in proposal.replaces]
    found = taken(holds, without) + patient_is_elsewhere(proposal.patient, visits, without)
    return [Objection(text, position) for position, text in found]
