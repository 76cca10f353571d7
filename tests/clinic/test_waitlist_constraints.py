"""What the database refuses about the wait list and its offers, each rule by its name."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.models import Service, WaitlistEntry, WaitlistOffer
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory, BookingFactory

HASH = "0" * 64
OVER = {"closed_at": NOW, "closed_reason": "past"}


def entry(cast: Cast, **values: Any) -> WaitlistEntry:
    plain = {
        "patient": cast.ada,
        "service": Service.objects.get(key="follow-up"),
        "location": cast.harbour,
        "created_by": cast.fern,
    }
    with transaction.atomic():
        return WaitlistEntry.objects.create(**plain | values)


def offer(made: WaitlistEntry, **values: Any) -> WaitlistOffer:
    plain = {
        "entry": made,
        "token_hash": HASH,
        "created_at": NOW,
        "created_by": made.created_by,
        "expires_at": NOW + timedelta(hours=2),
    }
    with transaction.atomic():
        return WaitlistOffer.objects.create(booking=BookingFactory(), **plain | values)


@pytest.mark.parametrize(
    "values",
    [
        {"closed_at": NOW},
        {"closed_at": NOW, "closed_reason": "past"},
        {"closed_reason": "past"},
    ],
)
def test_off_the_list_by_somebody_and_for_a_reason(cast: Cast, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="clinic_waitlistentry_closed_at_with_by_and_why"):
        entry(cast, **values)
    assert "clinic_waitlistentry_closed_at_with_by_and_why"
    assert entry(cast, **OVER, closed_by=cast.fern).pk


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("clinic_waitlistentry_weekdays_zero_to_six", {"weekdays": [1, 7]}),
        (
            "clinic_waitlistentry_leaves_after_coming",
            {"comes_from": time(15), "leaves_by": time(15)},
        ),
        (
            "clinic_waitlistentry_latest_not_before_earliest",
            {"earliest": date(2026, 12, 2), "latest": date(2026, 12, 1)},
        ),
    ],
)
def test_wishes_that_nobody_can_keep(cast: Cast, name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name):
        entry(cast, **values)


def test_a_visit_is_waited_for_once(cast: Cast) -> None:
    visit = AppointmentFactory(patient=cast.ada)
    entry(cast, appointment=visit)
    with pytest.raises(IntegrityError, match="clinic_waitlistentry_visit_waits_once"):
        entry(cast, appointment=visit)
    assert "clinic_waitlistentry_visit_waits_once"
    assert entry(cast, appointment=visit, **OVER, closed_by=cast.fern).pk


def test_a_service_without_a_visit_is_waited_for_once(cast: Cast) -> None:
    entry(cast)
    with pytest.raises(IntegrityError, match="clinic_waitlistentry_waits_once"):
        entry(cast)
    assert "clinic_waitlistentry_waits_once"
    assert entry(cast, patient=cast.ben).pk


def test_one_offer_at_a_time(cast: Cast) -> None:
    made = entry(cast)
    offer(made)
    with pytest.raises(IntegrityError, match="clinic_waitlistoffer_one_at_a_time"):
        offer(made, token_hash="1" * 64)
    WaitlistOffer.objects.update(answered_at=NOW, outcome="expired")
    assert offer(made, token_hash="1" * 64).pk


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("clinic_waitlistoffer_token_hashed", {"token_hash": "the token itself"}),
        ("clinic_waitlistoffer_expires_after_it_began", {"expires_at": NOW}),
        ("clinic_waitlistoffer_answered_at_with_outcome", {"answered_at": NOW}),
        ("clinic_waitlistoffer_answered_at_with_outcome", {"outcome": "accepted"}),
    ],
)
def test_offers_that_cannot_be(cast: Cast, name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name):
        offer(entry(cast), **values)


def test_nobody_answers_before_the_answer(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="clinic_waitlistoffer_answered_by_with_at"):
        offer(entry(cast), answered_by=cast.fern)
    assert {
        "clinic_waitlistoffer_answered_by_with_at",
        "clinic_waitlistoffer_one_at_a_time",
    }
