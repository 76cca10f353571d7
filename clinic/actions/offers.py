"""Offering a free time to somebody who waits: kept by a hold, answered by a link or at the desk.

Who takes it while keeping a later visit has that visit moved, and those after it as little as is
legal; who had none gets what was kept booked. Either way in one transaction, under the lock on the
patient: of two answers, or of an answer and the desk, one comes first and the other is told.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import claiming, holding, lapsing, matching, waitlist
from clinic.actions.claims import Change, Claim, Objection, refuse, register_follower
from clinic.actions.matching import Taking
from clinic.actions.rearranging import Wanted, rearrange
from clinic.actions.waitlist import Newcomer
from clinic.models import Appointment, Booking, WaitlistEntry, WaitlistOffer
from clinic.models.waitlist import WaitlistOfferQuerySet
from clinic.queries.answer_times import answer_by
from clinic.queries.waitlist import MOVABLE
from patients.actions import links, messages, nudge
from patients.actions.retry import retry_on_contention
from patients.message_rules import Wanted as Letter
from patients.models import Patient

Outcome = WaitlistOffer.Outcome
CAUSE = "an earlier time became free"


class OfferOver(Exception):
    """The offer was answered, taken back, or its time ran out. Nothing was changed."""


class OtherwiseNow(Exception):
    """Later visits would move to other times than those that were shown. Nothing was changed."""


def register() -> None:
    register_follower(follow)


# Making and taking back --------------------------------------------------------------------------


@retry_on_contention
@transaction.atomic
def offer(*, who: WaitlistEntry | Newcomer, claim: Claim, by: User, now: datetime) -> WaitlistOffer:
    """Keep a time for somebody who waits and write to them. Raises BookingRefused when it is not
    free or not legal for them, when they cannot be e-mailed, or when it is too soon for that."""
    patient = claiming.lock_patient(who.patient)
    found = _waiting(who, by, now)
    if patient.why_not_emailed:
        refuse(f"{patient.full_name} is not e-mailed ({patient.why_not_emailed}). Call instead.")
    sent = messages.quiet_hours().next_allowed(now, patient.zone)
    until = answer_by(patient, found.location, sent, claim.start)
    if until is None:
        refuse("This is too soon for an e-mail: call instead.")
    WaitlistOffer.objects.unanswered().filter(entry=found).update(
        outcome=Outcome.EXPIRED, answered_at=now
    )
    made = WaitlistOffer(entry=found, created_at=now, created_by=by, expires_at=until)
    made.token_hash = links.hashed(links.OFFER, links.token(links.OFFER, made.seed))
    made.booking = _hold(matching.taking(found, claim, now), by, now, until)
    made.save()
    letter = Letter("offer", "", sent, until, transactional=True, about_at=claim.start)
    messages.reconcile(patient=patient, plans={made.subject_key: [letter]}, now=now)
    nudge.deliver_soon()
    return made


def _waiting(who: WaitlistEntry | Newcomer, by: User, now: datetime) -> WaitlistEntry:
    """The entry as it is now, if it still waits and has no offer to answer; of a newcomer, made."""
    # an offer that ran out a moment ago must not stand in the way of the next
    lapsing.sweep(now=now)
    if isinstance(who, Newcomer):
        return waitlist.add(patient=who.patient, wishes=who.wishes, by=by, now=now)
    rows = WaitlistEntry.objects.select_for_update(of=("self",))
    related = ("patient", "service", "location", "appointment__location", "appointment__service")
    found = rows.select_related(*related).get(pk=who.pk)
    visit = found.appointment
    if found.closed_at or (visit and (visit.status not in MOVABLE or visit.during.lower <= now)):
        refuse(f"{found.patient.full_name} does not wait for this any more.")
    if found.offers.open(now).exists():
        refuse(f"{found.patient.full_name} has an offer to answer already.")
    return found


def _hold(taking: Taking, by: User, now: datetime, until: datetime) -> Booking:
    """Keep the time as if the visits that would move were gone."""
    _refuse_on(taking)
    return holding.hold(
        patient=taking.waiting.patient,
        location=taking.location,
        claims=[taking.claim],
        by=by,
        now=now,
        until=until,
        instead_of=[each.appointment for each in taking.moves],
        along=[each.claim for each in taking.moves[1:]],
    )


def _refuse_on(taking: Taking) -> None:
    claiming.refuse_on(Objection(each) for each in taking.objections)


@retry_on_contention
@transaction.atomic
def withdraw(*, offer: WaitlistOffer, by: User, now: datetime) -> None:
    """Take an offer back: its link answers no more, what was kept is free. Of one that is over it
    changes nothing; raises OfferOver once it was taken."""
    found = _locked(offer)
    if found.outcome == Outcome.ACCEPTED:
        raise OfferOver
    if found.is_open(now):
        _answered(found, Outcome.WITHDRAWN, now, by)
        holding.release(booking=found.booking, by=by, now=now)


def expire(*, now: datetime) -> int:
    """Note which offers ran out unanswered; what they kept is swept up as every hold is."""
    over = WaitlistOffer.objects.unanswered().filter(expires_at__lte=now)
    return over.update(outcome=Outcome.EXPIRED, answered_at=now)


# Answering ---------------------------------------------------------------------------------------


@retry_on_contention
@transaction.atomic
def accept(*, offer: WaitlistOffer, seen: str, now: datetime, by: User | None = None) -> None:
    """Take an offered time; `seen` is the digest of what was shown to move. Again changes nothing.

    Without `by` the patient did it; what is written then names whoever made the offer. Raises
    OfferOver, OtherwiseNow, and BookingRefused when a rule speaks against it by now.
    """
    found = _locked(offer)
    if found.outcome == Outcome.ACCEPTED:
        return
    taking = _still(found, now)
    _refuse_on(taking)
    if taking.digest != seen:
        raise OtherwiseNow
    actor = by or found.created_by
    _answered(found, Outcome.ACCEPTED, now, by)
    if taking.moves:
        # all at once and in order, before the visits: whoever else comes waits here
        claiming.lock_resources(pk for move in taking.moves for pk in move.claim.assignment)
        holding.release(booking=found.booking, by=actor, now=now)
        _move(taking, actor, now)
    else:
        holding.confirm(booking=found.booking, by=actor, now=now)
    _got_a_time(found.entry, actor, now)


@retry_on_contention
@transaction.atomic
def decline(*, offer: WaitlistOffer, now: datetime, by: User | None = None) -> None:
    """Give an offered time back and go on waiting. Again changes nothing. Raises OfferOver."""
    found = _locked(offer)
    if found.outcome == Outcome.DECLINED:
        return
    if not found.is_open(now):
        raise OfferOver
    _answered(found, Outcome.DECLINED, now, by)
    holding.release(booking=found.booking, by=by or found.created_by, now=now)


@retry_on_contention
@transaction.atomic
def take(
    *, who: WaitlistEntry | Newcomer, claim: Claim, seen: str, by: User, now: datetime
) -> WaitlistEntry:
    """Give a free time to somebody at once, on the telephone. Raises like `accept`."""
    claiming.lock_patient(who.patient)
    found = _waiting(who, by, now)
    taking = matching.taking(found, claim, now)
    _refuse_on(taking)
    if taking.digest != seen:
        raise OtherwiseNow
    if taking.moves:
        _move(taking, by, now)
    else:
        until = now + timedelta(minutes=settings.HOLD_MINUTES)
        holding.confirm(booking=_hold(taking, by, now, until), by=by, now=now)
    _got_a_time(found, by, now)
    return found


def preview(offer: WaitlistOffer, now: datetime) -> Taking:
    """What taking an open offer would come to at this moment. Raises OfferOver."""
    return _still(offer, now)


def by_token(text: str) -> WaitlistOffer | None:
    """The offer that a link belongs to, whatever has become of it."""
    return with_details().filter(token_hash=links.hashed(links.OFFER, text)).first()


def follow(change: Change) -> None:
    """The booking door's follower: a kept time that was booked or given back on another screen
    answers its offer."""
    if not (change.was_held or change.what == "released"):
        return
    bookings = {each.booking_id for each in change.appointments}
    found = with_details().unanswered().filter(booking__in=bookings).first()
    if found is None:
        return
    if change.what == "released":
        _answered(found, Outcome.WITHDRAWN, change.now, change.by)
    elif found.entry.appointment is not None:
        refuse("This time was offered instead of a later visit: answer the offer on the wait list.")
    else:
        _answered(found, Outcome.ACCEPTED, change.now, change.by)
        _got_a_time(found.entry, change.by, change.now)


# Inside ------------------------------------------------------------------------------------------


def with_details() -> WaitlistOfferQuerySet:
    """Offers with all that answering them asks for."""
    entry = ("patient", "service", "location", "appointment__location", "appointment__service")
    related = [f"entry__{name}" for name in entry]
    return WaitlistOffer.objects.select_related("booking", "created_by", *related)


def _locked(offer: WaitlistOffer) -> WaitlistOffer:
    """The offer as it is now, under the lock on its patient that every answer takes first."""
    claiming.lock_patient(Patient.objects.get(waits__offers=offer.pk))
    return with_details().select_for_update(of=("self",)).get(pk=offer.pk)


def _still(offer: WaitlistOffer, now: datetime) -> Taking:
    """What taking it comes to; raises OfferOver unless it can still be answered."""
    visits = tuple(offer.booking.appointments.select_related("service"))
    kept = all(each.status == Appointment.Status.HELD for each in visits)
    later = offer.entry.appointment
    if not offer.is_open(now) or offer.entry.closed_at or not kept:
        raise OfferOver
    if later and (later.status not in MOVABLE or later.during.lower <= now):
        raise OfferOver
    held = visits[0].reservations.order_by("need__position").values_list("resource", flat=True)
    claim = Claim(visits[0].service, visits[0].during.lower, tuple(held))
    return matching.taking(offer.entry, claim, now, visits)


def _move(taking: Taking, by: User, now: datetime) -> None:
    moves = taking.moves
    wanted = Wanted(taking.waiting.patient, taking.location, moves, cause=CAUSE)
    rearrange(wanted=[wanted], by=by, now=now)


def _answered(offer: WaitlistOffer, outcome: Outcome, now: datetime, by: User | None) -> None:
    offer.outcome, offer.answered_at, offer.answered_by = outcome, now, by
    offer.save(update_fields=["outcome", "answered_at", "answered_by"])
    # a letter that has not left yet need not
    plans: dict[str, list[Letter]] = {offer.subject_key: []}
    messages.reconcile(patient=offer.entry.patient, plans=plans, now=now, reason="answered")


def _got_a_time(entry: WaitlistEntry, by: User, now: datetime) -> None:
    waitlist.close(entry=entry, by=by, now=now, reason=WaitlistEntry.Reason.GOT_A_TIME)
