"""Keeping the time of a single visit, from the booking page to the panel."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.models import Appointment, Booking
from patients.models import Message
from tests.clinic.test_book_visit import page, times, url, value
from tests.conftest import Cast
from tests.treatments.test_series_views import words

As = Callable[[User], Client]
TUESDAY = date(2026, 12, 1)


def keep(client: Client, cast: Cast, at: str = "15:30") -> Appointment:
    chosen = value(page(client, cast), TUESDAY, at)
    answer = client.post(url(cast), {"time": chosen, "then": "hold"})
    assert answer["Location"] == reverse("patient-detail", args=[cast.ada.pk])
    return Appointment.objects.get()


def panel(client: Client, name: str, pk: int) -> str:
    answer = client.post(reverse(name, args=[pk]), headers={"HX-Request": "true"})
    assert answer["HX-Trigger-After-Swap"] == "appointment-changed"
    return words(answer.content.decode())


def test_a_free_time_is_kept(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    kept = keep(client, cast)
    assert (kept.status, kept.during.lower) == ("held", datetime(2026, 12, 1, 15, 30, tzinfo=UTC))
    assert not Message.objects.exists()
    text = words(client.get(reverse("patient-detail", args=[cast.ada.pk])).content.decode())
    assert "Kept until 09:10 Tue 1 Dec, 15:30 Give it back Book it now" in text


def test_its_panel_books_it(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    kept = keep(client, cast)
    shown = client.get(
        reverse("appointment-detail", args=[kept.pk]), headers={"HX-Request": "true"}
    )
    text = words(shown.content.decode())
    assert "Kept until 09:10" in text
    assert "Kept Mon 30 Nov 2026, 09:00 by Fern" in text
    assert "Cancel this visit" not in text

    text = panel(client, "hold-confirm", kept.booking_id)
    assert "Booked: Tue 1 Dec 15:30. The confirmation goes to ada@patient.example." in text
    assert "Cancel this visit" in text
    kept.refresh_from_db()
    assert kept.status == "booked"


def test_its_panel_gives_it_back(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    kept = keep(client, cast)
    assert "The time is free again." in panel(client, "hold-release", kept.booking_id)
    kept.refresh_from_db()
    assert (kept.status, kept.cancel_reason) == ("cancelled", "the hold was given back")
    assert "Nothing was booked" in panel(client, "hold-confirm", kept.booking_id)


def test_what_is_booked_is_not_given_back(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    kept = keep(client, cast)
    panel(client, "hold-confirm", kept.booking_id)
    panel(client, "hold-release", kept.booking_id)
    kept.refresh_from_db()
    assert kept.status == "booked"


def test_a_time_that_is_gone_is_not_kept(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    chosen = value(page(client, cast), TUESDAY, "15:30")
    keep(client, cast)
    booking.cancel(
        appointment=Appointment.objects.get(),
        reason="x",
        by=cast.fern,
        now=Booking.objects.get().created_at,
    )
    answer = client.post(url(cast), {"time": chosen + "x", "then": "hold"})
    assert answer.status_code == 409
    assert answer.context["reasons"] == ["This time is not offered any more. Nothing was booked."]
    assert Appointment.objects.count() == 1


def test_a_kept_time_is_kept_once_and_bookable_by_nobody_else(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    chosen = value(page(client, cast), TUESDAY, "15:30")
    for _press in range(2):
        client.post(url(cast), {"time": chosen, "then": "hold"})
    kept = Appointment.objects.get()
    ben = client.get(reverse("visit-book", args=[cast.ben.pk])).context
    assert "15:30" not in times(ben)[TUESDAY]
    # the same time booked by the page that kept it: its own hold stands in the way
    refused = client.post(url(cast), {"time": chosen, "then": "book"})
    assert refused.status_code == 409
    assert Appointment.objects.get() == kept


@pytest.mark.parametrize("name", ["hold-confirm", "hold-release"])
def test_unknown_holds_are_not_found(cast: Cast, as_: As, name: str) -> None:
    empty = Booking.objects.create(actor=cast.fern, content_hash="0" * 64)
    for pk in (empty.pk, 999_999):
        assert as_(cast.fern).post(reverse(name, args=[pk])).status_code == 404
