"""An offered time and two who want it at once: exactly one gets it, the other is told.

Real threads, each with a connection of its own, on committed rows.
"""

from functools import partial

import pytest

from clinic.actions import booking, lapsing, offers
from clinic.actions.claims import BookingRefused, Claim
from clinic.actions.offers import OfferOver
from clinic.models import Appointment, Rearrangement, Reservation, WaitlistOffer
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.flows.test_races import Work, at_once, commit_before
from tests.flows.waiting import TODAY_AT_THREE, World, world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic(cast: Cast) -> World:
    return world(cast)


@pytest.fixture
def offer(clinic: World) -> WaitlistOffer:
    return clinic.offer(clinic.wait(clinic.booked.visit(1)), TODAY_AT_THREE)


@pytest.fixture
def accept(offer: WaitlistOffer) -> Work:
    seen = offers.preview(offer, NOW).digest
    return partial(offers.accept, offer=offer, seen=seen, now=NOW)


def outcome_of(offer: WaitlistOffer) -> str:
    offer.refresh_from_db()
    return str(offer.outcome)


def moved(clinic: World) -> bool:
    return bool(clinic.booked.visit(1).during.lower == TODAY_AT_THREE)


def test_pressed_twice_at_once_it_is_taken_once(
    clinic: World, offer: WaitlistOffer, accept: Work
) -> None:
    assert at_once(accept, accept, accept, accept) == [None] * 4
    assert moved(clinic)
    assert Rearrangement.objects.count() == 1
    assert Message.objects.filter(kind="moved").count() == 1
    # five visits of two resources each, and nothing left of what kept the time
    assert Reservation.objects.count() == 10


def test_taken_and_declined_at_once_it_is_one_of_the_two(
    clinic: World, offer: WaitlistOffer, accept: Work
) -> None:
    outcomes = at_once(accept, partial(offers.decline, offer=offer, now=NOW))
    assert sorted(type(each) for each in outcomes if each is not None) == [OfferOver]
    assert moved(clinic) == (outcome_of(offer) == "accepted")
    assert Reservation.objects.count() == 10


@pytest.mark.parametrize("first", ["desk", "patient"])
def test_taken_by_link_while_the_desk_takes_it_back(
    clinic: World, offer: WaitlistOffer, accept: Work, first: str
) -> None:
    withdraw = partial(offers.withdraw, offer=offer, by=clinic.cast.mina, now=NOW)
    if first == "desk":
        assert isinstance(commit_before(accept, withdraw), OfferOver)
        assert (outcome_of(offer), moved(clinic)) == ("withdrawn", False)
    else:
        # the desk is told: what it wanted to take back is booked
        assert isinstance(commit_before(withdraw, accept), OfferOver)
        assert (outcome_of(offer), moved(clinic)) == ("accepted", True)


def test_taken_by_link_and_by_the_desk_for_the_patient(
    clinic: World, offer: WaitlistOffer, accept: Work
) -> None:
    assert at_once(accept, partial(accept, by=clinic.cast.mina)) == [None, None]
    assert (outcome_of(offer), moved(clinic)) == ("accepted", True)
    assert Rearrangement.objects.count() == 1


def book_over(clinic: World, *, late: bool = False) -> Work:
    """The desk books Ben into the offered time."""
    cast, visit = clinic.cast, clinic.booked.visit(1)
    held = Reservation.objects.filter(appointment__status="held").order_by("need__position")
    claim = Claim(visit.service, TODAY_AT_THREE, tuple(each.resource_id for each in held))
    offer = WaitlistOffer.objects.get()
    return partial(
        booking.book,
        claim=claim,
        patient=cast.ben,
        location=cast.harbour,
        by=cast.fern,
        now=offer.expires_at if late else NOW,
    )


def test_the_desk_does_not_get_a_time_that_is_offered(
    clinic: World, offer: WaitlistOffer, accept: Work
) -> None:
    refused, taken = at_once(book_over(clinic), accept)
    assert isinstance(refused, BookingRefused)
    assert taken is None
    assert moved(clinic)


def test_at_the_end_of_an_offer_the_desk_or_the_patient_gets_the_time(
    clinic: World, offer: WaitlistOffer, accept: Work
) -> None:
    """By the desk's clock the offer has run out, by the patient's it has not."""
    booked, taken = at_once(book_over(clinic, late=True), accept)
    if isinstance(booked, Appointment):
        assert isinstance(taken, OfferOver | BookingRefused)
        assert not moved(clinic)
    else:
        assert isinstance(booked, BookingRefused)
        assert moved(clinic)
    standing = Appointment.objects.standing().filter(during__startswith=TODAY_AT_THREE)
    assert standing.count() == 1


@pytest.mark.parametrize("first", ["sweep", "patient"])
def test_swept_up_while_it_is_taken(
    clinic: World, offer: WaitlistOffer, accept: Work, first: str
) -> None:
    """The sweep's clock is ahead: what it frees, the patient who was in time claims anew."""
    sweep = partial(lapsing.sweep, now=offer.expires_at)
    if first == "sweep":
        assert commit_before(accept, sweep) is None
    else:
        commit_before(sweep, accept)
    assert (outcome_of(offer), moved(clinic)) == ("accepted", True)
    assert Reservation.objects.count() == 10


def test_two_offers_to_one_person_at_once(clinic: World) -> None:
    entry = clinic.wait(clinic.booked.visit(1))
    (taking,) = clinic.could_come(TODAY_AT_THREE)
    give = partial(offers.offer, who=entry, claim=taking.claim, by=clinic.cast.fern, now=NOW)
    outcomes = at_once(give, give)
    refused, made = sorted(outcomes, key=lambda each: isinstance(each, WaitlistOffer))
    assert isinstance(refused, BookingRefused)
    assert WaitlistOffer.objects.get() == made
    assert Message.objects.filter(kind="offer").count() == 1
