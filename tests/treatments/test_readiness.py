"""What must be right before a treatment begins: shown beside the visit, asked at the door."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clinic.actions import booking
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment, Service
from clinic.queries import lights
from patients.actions import readiness
from patients.models import Screening
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 30)
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)


def visit(cast: Cast, service: Service | None = None, start: datetime = SOON) -> Appointment:
    """Of Ada, for the first session of a glycolic peel unless said."""
    wanted = service or cast.glycolic.first_service
    return AppointmentFactory(location=cast.harbour, patient=cast.ada, service=wanted, start=start)


def assessment() -> Service:
    return Service.objects.get(key="assessment")


def answered(cast: Cast, outcome: str = "clear", note: str = "", on: date = TODAY) -> Screening:
    return readiness.record_screening(
        patient=cast.ada, outcome=outcome, note=note, on=on, by=cast.fern, now=NOW
    )


def shown(*appointments: Appointment) -> list[tuple[str, str]]:
    found = lights.of(appointments)
    return [(each.level, each.text) for each in found[appointments[0].pk]]


def test_a_patient_nobody_has_asked_only_warns(cast: Cast) -> None:
    appointment = visit(cast)
    assert shown(appointment) == [("warn", "No screening"), ("warn", "No consent")]
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.ARRIVED


def test_what_is_right_is_green(cast: Cast) -> None:
    answered(cast)
    agree(cast.ada, cast.fern)
    assert shown(visit(cast)) == [("ok", "Screening clear"), ("ok", "Consent on paper")]


def test_consent_to_photos_is_no_consent_to_treatment(cast: Cast) -> None:
    readiness.record_consent(patient=cast.ada, scope="photos", by=cast.fern, now=NOW)
    assert shown(visit(cast))[1] == ("warn", "No consent")


def test_answers_are_judged_by_the_day_of_the_visit(cast: Cast) -> None:
    answered(cast)
    last, after = (visit(cast, start=SOON + timedelta(days=n)) for n in (7, 8))
    assert shown(last)[0] == ("ok", "Screening clear")
    assert shown(after)[0] == ("warn", "Screening too old")
    detail = lights.of([after])[after.pk][0].detail
    assert detail == "The health answers held until Mon 7 Dec: ask again."


def test_a_visit_that_is_no_treatment_needs_neither(cast: Cast) -> None:
    assert shown(visit(cast, assessment())) == []


def test_something_to_check_is_shown_at_every_visit(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore")
    assert shown(visit(cast, assessment())) == [("missing", "Screening: to check")]


def test_nobody_is_received_for_a_treatment_with_something_to_check(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore")
    appointment = visit(cast)
    with pytest.raises(BookingRefused) as refused:
        booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    assert str(refused.value) == (
        "Something in the health answers is to be checked. A clinician clears it first."
    )
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.BOOKED


def test_an_assessment_of_the_same_patient_goes_on(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore")
    appointment = visit(cast, assessment())
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.ARRIVED


def test_cleared_by_name_the_patient_is_received(cast: Cast) -> None:
    found = answered(cast, "to_check", "Cold sore")
    readiness.clear_screening(screening=found, reason="Healed", by=cast.cole, now=NOW)
    appointment = visit(cast)
    assert shown(appointment)[0] == ("ok", "Cleared by Dr Cole")
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)


def test_unsafe_answers_stop_also_after_they_no_longer_hold(cast: Cast) -> None:
    answered(cast, "to_check", "Cold sore", on=TODAY - timedelta(days=30))
    with pytest.raises(BookingRefused):
        booking.check_in(appointment=visit(cast), by=cast.fern, now=NOW)


def test_taking_a_step_back_asks_nobody(cast: Cast) -> None:
    """Whoever was let into the room is not locked out by what is found there."""
    appointment = visit(cast)
    agree(cast.ada, cast.fern)
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)
    booking.start(appointment=appointment, by=cast.fern, now=NOW)
    answered(cast, "to_check", "Sunburn")
    booking.undo_status(appointment=appointment, by=cast.fern, now=NOW)
    appointment.refresh_from_db()
    assert appointment.status == Appointment.Status.ARRIVED


@pytest.mark.parametrize("visits", [1, 30])
def test_lights_take_three_queries(
    cast: Cast, visits: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    made = [
        AppointmentFactory(
            location=cast.harbour,
            patient=PatientFactory(),
            service=cast.glycolic.first_service,
            start=SOON,
        )
        for _ in range(visits)
    ]
    with django_assert_num_queries(3):
        assert len(lights.of(made)) == visits


def test_no_visits_ask_nothing(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert lights.of([]) == {}
