"""Absences and closed days: what they keep out, and what keeps them out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clinic.accounts.models import RecordAccess
from clinic.actions import booking, hours
from clinic.actions.claims import BookingRefused, Claim
from clinic.models import Absence, Appointment, Closure, Reservation, Service
from tests.conftest import NOW, Cast

TUESDAY_NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def peel_at(cast: Cast, start: datetime, **changes: object) -> Appointment:
    claim = Claim(Service.objects.get(key="glycolic"), start, (cast.dr_cole.pk, cast.peel_room.pk))
    request = {"patient": cast.ada, "location": cast.harbour, "by": cast.fern, "now": NOW}
    return booking.book(claim=claim, **request | changes)


def away(cast: Cast, start: datetime, end: datetime, kind: str = "leave") -> Absence:
    return hours.record_absence(
        resource=cast.dr_cole,
        start=start,
        end=end,
        kind=kind,
        note=" Course ",
        by=cast.mina,
        now=NOW,
    )


def close(cast: Cast, first: date, last: date) -> Closure:
    return hours.close_days(
        location=cast.harbour, first=first, last=last, reason="Stocktaking", by=cast.mina, now=NOW
    )


def test_an_absence_holds_the_resource_and_is_noted(cast: Cast) -> None:
    absence = away(cast, TUESDAY_NOON, TUESDAY_NOON + HOUR)
    held = Reservation.objects.get(resource=cast.dr_cole)
    assert (held.absence, held.during) == (absence, absence.during)
    assert absence.note == "Course"
    noted = RecordAccess.objects.get(record="clinic.absence")
    assert (noted.user, noted.record_id, noted.at) == (cast.mina, absence.pk, NOW)


def test_nobody_is_booked_into_an_absence(cast: Cast) -> None:
    away(cast, TUESDAY_NOON, TUESDAY_NOON + HOUR)
    with pytest.raises(BookingRefused, match="Dr Cole is away then \\(leave\\)"):
        peel_at(cast, TUESDAY_NOON)
    # half-open: the minute it ends is free
    assert peel_at(cast, TUESDAY_NOON + HOUR).status == "booked"


def test_an_absence_over_visits_is_refused_and_names_each(cast: Cast) -> None:
    peel_at(cast, TUESDAY_NOON)
    peel_at(cast, TUESDAY_NOON + HOUR, patient=cast.ben)
    with pytest.raises(BookingRefused) as refused:
        away(cast, TUESDAY_NOON - HOUR, TUESDAY_NOON + 2 * HOUR)
    assert [each.text for each in refused.value.objections] == [
        "Dr Cole is booked: Ada Lindqvist, Tue 1 Dec, 12:00, Glycolic peel.",
        "Dr Cole is booked: Ben Okafor, Tue 1 Dec, 13:00, Glycolic peel.",
    ]
    assert not Absence.objects.exists()


def test_an_absence_over_another_is_refused(cast: Cast) -> None:
    away(cast, TUESDAY_NOON, TUESDAY_NOON + HOUR)
    sentence = "Dr Cole is away already, Tue 1 Dec, 12:00 to Tue 1 Dec, 13:00."
    with pytest.raises(BookingRefused, match=sentence):
        away(cast, TUESDAY_NOON + HOUR / 2, TUESDAY_NOON + 2 * HOUR, kind="sick")


def test_an_absence_that_ends_before_it_starts_is_refused(cast: Cast) -> None:
    with pytest.raises(BookingRefused, match="end must be after the start"):
        away(cast, TUESDAY_NOON, TUESDAY_NOON)


def test_an_absence_without_a_time_zone_is_refused(cast: Cast) -> None:
    with pytest.raises(BookingRefused, match="needs its time zone"):
        away(cast, TUESDAY_NOON.replace(tzinfo=None), TUESDAY_NOON + HOUR)


def test_a_closed_day_keeps_bookings_out(cast: Cast) -> None:
    closure = close(cast, date(2026, 12, 1), date(2026, 12, 1))
    with pytest.raises(BookingRefused, match="or the clinic is closed"):
        peel_at(cast, TUESDAY_NOON)
    assert peel_at(cast, TUESDAY_NOON + timedelta(days=1)).status == "booked"
    noted = RecordAccess.objects.get(record="clinic.closure")
    assert (noted.user, noted.record_id) == (cast.mina, closure.pk)


def test_closing_a_day_with_visits_is_refused_and_names_each(cast: Cast) -> None:
    peel_at(cast, TUESDAY_NOON)
    with pytest.raises(BookingRefused) as refused:
        close(cast, date(2026, 11, 30), date(2026, 12, 1))
    assert [each.text for each in refused.value.objections] == [
        "Ada Lindqvist, Tue 1 Dec, 12:00, Glycolic peel stands in the way."
    ]
    assert not Closure.objects.exists()


def test_a_cancelled_visit_does_not_keep_a_day_open(cast: Cast) -> None:
    appointment = peel_at(cast, TUESDAY_NOON)
    booking.cancel(appointment=appointment, reason="ill", by=cast.fern, now=NOW)
    assert close(cast, date(2026, 12, 1), date(2026, 12, 1)).reason == "Stocktaking"


def test_days_closed_backwards_are_refused(cast: Cast) -> None:
    with pytest.raises(BookingRefused, match="last closed day is before"):
        close(cast, date(2026, 12, 2), date(2026, 12, 1))
