"""What treatments have to say about bookings: the distance between sessions of one modality.

Registered into the booking door at start-up, so the desk cannot book round it. The same
`Spacing.judge` guides the series search.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from clinic.actions.claims import Objection, Proposal, register_rule
from clinic.models import Appointment
from clinic.scheduling.refusals import short_day
from clinic.scheduling.spacing import Spacing, Verdict
from treatments.models import Protocol
from treatments.queries import protocols

OVERRIDE = "treatments.override_spacing"


def register() -> None:
    register_rule(spacing)


class _Day(NamedTuple):
    day: date
    position: int | None  # of the claim; None for a visit that is already booked


def spacing(proposal: Proposal) -> Iterator[Objection]:
    """Sessions of one modality keep the protocol's distance, booked or asked for."""
    services = [each.service.pk for each in proposal.claims]
    for protocol in protocols.ruling(proposal.patient, services):
        if protocol.spacing is not None:
            days = sorted(_days(proposal, protocol), key=lambda each: each.day)
            yield from _too_close(days, protocol.spacing, protocol.name)


def _days(proposal: Proposal, protocol: Protocol) -> Iterator[_Day]:
    services = {protocol.first_service_id, protocol.follow_up_service_id}
    zone = proposal.location.zone
    for position, claim in enumerate(proposal.claims):
        if claim.service.pk in services:
            yield _Day(claim.start.astimezone(zone).date(), position)
    standing = Appointment.objects.standing().filter(patient=proposal.patient, service__in=services)
    if proposal.replaces:
        standing = standing.exclude(pk__in=[each.pk for each in proposal.replaces])
    for appointment in standing.select_related("location"):
        yield _Day(appointment.starts_at.date(), None)


def _too_close(days: Sequence[_Day], window: Spacing, name: str) -> Iterator[Objection]:
    for earlier, later in pairwise(days):
        position = later.position if later.position is not None else earlier.position
        gap = (later.day - earlier.day).days
        if position is None:
            continue  # both stand already: not this request's doing
        verdict = window.judge(gap)
        apart = "1 day" if gap == 1 else f"{gap} days"
        words = f"{short_day(later.day)} is {apart} after {short_day(earlier.day)}"
        if verdict is Verdict.REFUSED:
            yield Objection(f"{words}. {name} needs at least {window.floor} days.", position)
        elif verdict is Verdict.NEEDS_REASON:
            text = (
                f"{words}; {window.min} are usual for {name}. "
                "A clinician may book it with a reason."
            )
            yield Objection(text, position, permission=OVERRIDE)
        elif verdict is Verdict.LAPSED:
            text = (
                f"{words}. After {window.lapse} days a course of {name} has lapsed: "
                "a clinician assesses again, and may book it with a reason."
            )
            yield Objection(text, position, permission=OVERRIDE)
