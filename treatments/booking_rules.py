"""What treatments have to say about bookings: the distance between sessions of one modality, and
the rest of the skin between two modalities.

Registered into the booking door at start-up, so the desk cannot book round it. The same
`Spacing.judge` and the same `rest_days` guide the series search.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from clinic.actions.claims import Objection, Proposal, register_rule
from clinic.models import Appointment
from clinic.scheduling.clock import midnights
from clinic.scheduling.intervals import Interval
from clinic.scheduling.spacing import Spacing, Verdict
from clinic.scheduling.words import counted_days, short_day
from treatments.models import Protocol
from treatments.protocol_data.washout import rest_days
from treatments.queries import protocols, rebindings, rest_periods
from treatments.queries.rest_periods import Treatment

OVERRIDE = "treatments.override_spacing"


def register() -> None:
    register_rule(distances)
    register_rule(one_visit_a_session)


def one_visit_a_session(proposal: Proposal) -> Iterator[Objection]:
    """A visit that was cancelled or missed does not stand again beside the one that its session
    has by now."""
    replaced = {each.pk for each in proposal.replaces}
    gone = [each.pk for each in proposal.replaces if not each.blocks_time]
    for session in rebindings.replaced(gone) if gone else ():
        visit = session.appointment
        if visit is not None and visit.blocks_time and visit.pk not in replaced:
            when = f"{short_day(visit.starts_at.date())}, {visit.starts_at:%H:%M}"
            yield Objection(f"Session {session.number} is on {when} by now. Cancel that first.")


def distances(proposal: Proposal) -> Iterator[Objection]:
    """The distance within one modality, and the rest between two. One query for a visit at which
    nothing is treated."""
    uses = protocols.uses()
    if protocols.treating((each.service.pk for each in proposal.claims), uses):
        yield from _spacing(proposal)
        yield from _wash_out(proposal, rest_periods.treatments(uses))


class _Day(NamedTuple):
    day: date
    position: int | None  # of the claim; None for a visit that is already booked


def _spacing(proposal: Proposal) -> Iterator[Objection]:
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


class _Visit(NamedTuple):
    day: date
    treatment: Treatment
    position: int | None  # of the claim; None for a visit that is already booked


def _wash_out(proposal: Proposal, known: dict[int, Treatment]) -> Iterator[Objection]:
    """The skin rests between two different treatments, whichever of them was booked first."""
    asked = list(_asked(proposal, known))
    if not asked:
        return
    others = list(_booked(proposal, known, [each.day for each in asked]))
    for one in sorted(asked, key=lambda each: each.day):
        for other in others:
            yield from _unrested(one, other)
        # of two claims the later one is objected to
        others.append(one)


def _asked(proposal: Proposal, known: dict[int, Treatment]) -> Iterator[_Visit]:
    zone = proposal.location.zone
    for position, claim in enumerate(proposal.claims):
        if claim.service.pk in known:
            day = claim.start.astimezone(zone).date()
            yield _Visit(day, known[claim.service.pk], position)


def _booked(
    proposal: Proposal, known: dict[int, Treatment], days: Sequence[date]
) -> Iterator[_Visit]:
    marks = midnights(min(days), max(days) + timedelta(days=1), proposal.location.zone)
    without = [each.pk for each in proposal.replaces]
    window = Interval(marks[0], marks[-1])
    for day, treatment in rest_periods.standing(proposal.patient, window, known, without):
        yield _Visit(day, treatment, None)


def _unrested(one: _Visit, other: _Visit) -> Iterator[Objection]:
    """What speaks against `one` being so near to `other`."""
    first, then = (other, one) if other.day <= one.day else (one, other)
    needed = rest_days(first.treatment.modality, then.treatment.modality)
    if first.day == then.day:
        needed = max(needed, rest_days(then.treatment.modality, first.treatment.modality))
    gap = (then.day - first.day).days
    if gap < needed:
        side = "after" if other is first else "before"
        text = (
            f"{short_day(one.day)} is {counted_days(gap)} {side} {other.treatment.name} on "
            f"{short_day(other.day)}; the skin rests {counted_days(needed)} between "
            f"{first.treatment.name} and {then.treatment.name}. "
            "A clinician may book it with a reason."
        )
        yield Objection(text, one.position, permission=OVERRIDE)
