"""How whoever claims time examines, locks and writes: the booking door, closures, absences."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clinic.accounts.models import RecordAccess, User
from clinic.actions import claim_checks, lapsing
from clinic.actions.claims import (
    BookingRefused,
    Change,
    Claim,
    Objection,
    Proposal,
    registry,
)
from clinic.models import Appointment, Booking, Location, Reservation, load_needs
from clinic.queries.conflicts import Clash, Hold, Stay, holds_of, meeting, wanted_twice
from patients.models import Patient

# the first key of two-part advisory locks on resources; any number that nothing else uses
RESOURCE_LOCKS = 7001


def examine(proposals: Sequence[Proposal], by: User, override_reason: str) -> list[Hold]:
    """Refuse the proposals with everything that speaks against them, or lock what they need.

    Positions, of the answer and of objections, count the claims of all proposals in order. Under a
    rush most callers wait for a lock, find the time taken, and end there: that look comes before
    the dearer questions about opening hours and rules.
    """
    claims = [claim for each in proposals for claim in each.claims]
    load_needs([claim.service for claim in claims])
    refuse_on(_placed(proposals, claim_checks.absurdities))
    holds = [hold for n, claim in enumerate(claims) for hold in _holds(n, claim)]
    lock_resources(hold.resource_id for hold in holds)
    _free(proposals, holds)
    refuse_on(_objections(proposals, by, override_reason))
    return holds


def objections_to(proposal: Proposal) -> list[Objection]:
    """What `examine` would refuse the proposal with, those included that may be overruled; without
    its locks, so that the answer holds for this moment only."""
    load_needs([each.service for each in proposal.claims])
    if absurd := list(claim_checks.absurdities(proposal)):
        return absurd
    holds = [hold for n, claim in enumerate(proposal.claims) for hold in _holds(n, claim)]
    # whoever is away is both booked and not at work: the first says why
    met = list(map(_objection, _clashes([proposal], holds)))
    found = met or list(_closed([proposal]))
    return [*found, *_asked_of_rules(proposal)]


def _placed(
    proposals: Sequence[Proposal], ask: Callable[[Proposal], Iterable[Objection]]
) -> Iterator[Objection]:
    """What is said against each proposal, its positions counted through all of them."""
    before = 0
    for proposal in proposals:
        for each in ask(proposal):
            yield each if each.position is None else replace(each, position=each.position + before)
        before += len(proposal.claims)


def visit_range(claim: Claim) -> DateTimeTZRange:
    """What the patient's diary shows, half-open."""
    return DateTimeTZRange(claim.start, claim.start + timedelta(minutes=claim.service.minutes))


def visits_of(
    booking: Booking,
    patient: Patient,
    location: Location,
    claims: Sequence[Claim],
    now: datetime,
    override_reason: str = "",
    **more: Any,
) -> list[Appointment]:
    """One appointment for each claim, not yet saved; `more` are further fields of all of them."""
    return [
        Appointment(
            booking=booking,
            patient=patient,
            service=claim.service,
            location=location,
            during=visit_range(claim),
            override_reason=override_reason,
            created_at=now,
            timed_at=now,
            status_at=now,
            **more,
        )
        for claim in claims
    ]


def lock_patient(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)


def locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("location", "service", "patient").get(pk=appointment.pk)


def lock_resources(resources: Iterable[int]) -> None:
    """One advisory lock per resource until the end of the transaction, in ascending order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, id) FROM unnest(%s::int[]) AS id",
            [RESOURCE_LOCKS, sorted(set(resources))],
        )


def _objections(proposals: Sequence[Proposal], by: User, override_reason: str) -> list[Objection]:
    """What the clinic's own checks and the registered rules say, less what `by` may overrule."""
    found = [*_closed(proposals), *_placed(proposals, _asked_of_rules)]
    claims = [claim for each in proposals for claim in each.claims]
    overruled = bool(override_reason.strip())
    return [
        each
        for each in _not_granted(found, claims)
        if not (overruled and each.permission and by.has_perm(each.permission))
    ]


def _not_granted(found: Iterable[Objection], claims: Sequence[Claim]) -> Iterator[Objection]:
    """Less what a clinician overruled when the visit got that time for the first time."""
    for each in found:
        granted = each.position is not None and claims[each.position].granted
        if not (each.permission and granted):
            yield each


def _closed(proposals: Sequence[Proposal]) -> Iterator[Objection]:
    """Asked once for each location."""
    by_location: defaultdict[Location, list[tuple[int, Claim]]] = defaultdict(list)
    numbered = enumerate((each.location, claim) for each in proposals for claim in each.claims)
    for position, (location, claim) in numbered:
        by_location[location].append((position, claim))
    for location, claims in by_location.items():
        yield from claim_checks.closed(location, claims)


def _asked_of_rules(proposal: Proposal) -> Iterator[Objection]:
    for rule in registry.rules:
        yield from rule(proposal)


def ask_rules_again(appointment: Appointment, now: datetime) -> None:
    """Refuse with what the registered rules say against a visit that is to stand again."""
    held = appointment.reservations.order_by("need__position").values_list("resource", flat=True)
    granted = appointment.override_reason
    if granted and not may_stand_again([appointment], appointment.status_at):
        granted = ""
    claim = Claim(appointment.service, appointment.during.lower, tuple(held), granted)
    proposal = Proposal(
        appointment.patient, appointment.location, (claim,), now, replaces=(appointment,)
    )
    refuse_on(_not_granted(_asked_of_rules(proposal), [claim]))


def may_stand_again(visits: Sequence[Appointment], since: datetime) -> bool:
    """Whether what a clinician once granted to these visits of one patient still counts: no other
    visit of theirs got its time `since`, which nobody knew of then."""
    others = Appointment.objects.standing().filter(patient=visits[0].patient_id, timed_at__gt=since)
    return not others.exclude(pk__in=[each.pk for each in visits]).exists()


def _clashes(proposals: Sequence[Proposal], holds: Sequence[Hold]) -> list[Clash]:
    without = [each.pk for proposal in proposals for each in proposal.replaces]
    return [*meeting(holds, list(_stays(proposals)), without), *wanted_twice(holds)]


def _stays(proposals: Sequence[Proposal]) -> Iterator[Stay]:
    """When and for whom each claim takes a patient's time."""
    numbered = enumerate((each.patient, claim) for each in proposals for claim in each.claims)
    for position, (patient, claim) in numbered:
        end = claim.start + timedelta(minutes=claim.service.minutes)
        yield Stay(position, patient, claim.start, end)


def _free(proposals: Sequence[Proposal], holds: Sequence[Hold]) -> None:
    """Refuse what meets something that stands; what has lapsed by now is swept out of the way."""
    found, now = _clashes(proposals, holds), proposals[0].now
    if any(each.held_until and each.held_until <= now for each in found):
        lapsing.sweep_meeting(holds, [each.patient.pk for each in proposals], now)
        found = _clashes(proposals, holds)
    refuse_on(map(_objection, found))


def _objection(clash: Clash) -> Objection:
    return Objection(clash.text, clash.position)


def refuse_on(objections: Iterable[Objection]) -> None:
    """Refuse with all of these, if there are any."""
    if found := list(objections):
        raise BookingRefused(*found)


def _holds(position: int, claim: Claim) -> list[Hold]:
    return holds_of(position, claim.service, claim.start, claim.assignment)


def insert(appointments: list[Appointment], holds: Sequence[Hold]) -> None:
    guarded(lambda: Appointment.objects.bulk_create(appointments))
    reserve(appointments, holds)


def reserve(appointments: Sequence[Appointment], holds: Sequence[Hold]) -> None:
    rows = [
        Reservation(
            resource_id=hold.resource_id,
            appointment=appointments[hold.position],
            need=hold.need,
            during=hold.during,
        )
        for hold in holds
    ]
    guarded(lambda: Reservation.objects.bulk_create(rows))


def guarded(write: Callable[[], object]) -> None:
    """Write, and turn a clash that only the constraint saw into a refusal.

    Without a savepoint of its own: the refusal ends the action, whose transaction takes back all.
    """
    try:
        write()
    except IntegrityError as error:
        if "once_at_a_time" not in str(error):
            raise
        taken_now = "Somebody took part of this time a moment ago. Nothing was changed."
        raise BookingRefused(Objection(taken_now)) from error


def tell(change: Change) -> None:
    RecordAccess.objects.bulk_create(
        RecordAccess(
            user=change.by,
            record="clinic.appointment",
            record_id=each.pk,
            action=RecordAccess.Action.CHANGE,
            at=change.now,
        )
        for each in change.appointments
    )
    for follower in registry.followers:
        follower(change)


def word(appointment: Appointment) -> str:
    """What the visit is by now, to follow "it is"."""
    spoken = {"no_show": "marked as no-show", "in_room": "in the room"}
    return spoken.get(appointment.status, str(appointment.get_status_display()).lower())
