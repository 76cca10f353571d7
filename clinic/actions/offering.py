"""What the booking door would say to a visit, asked before anybody presses a button."""

from clinic.actions import claiming
from clinic.actions.claims import Proposal


def objections(proposal: Proposal) -> list[str]:
    """Everything that speaks against a proposal now, in sentences; books and locks nothing.

    The door asks it all again: an empty answer is a good sign, no promise.
    """
    found = claiming.objections_to(proposal)
    return list(dict.fromkeys(each.text for each in found))
