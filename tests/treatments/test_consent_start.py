"""The consent to a treatment: its light beside the visit, and the start that waits for it."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic.actions import booking
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment, Service
from clinic.queries import lights
from clinic.queries.lights import Light
from patients.actions import consent_texts, readiness
from patients.actions.consent_texts import Words
from patients.models import Consent
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.health import receive
from tests.patients.signing import sign

pytestmark = pytest.mark.django_db

SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)
REFUSED = "Sign the consent for Glycolic peel first."


def visit(cast: Cast, service: Service | None = None, start: datetime = SOON) -> Appointment:
    wanted = service or cast.glycolic.first_service
    made: Appointment = AppointmentFactory(
        location=cast.harbour, patient=cast.ada, service=wanted, start=start
    )
    return made


def arrived(cast: Cast, service: Service | None = None) -> Appointment:
    return receive(appointment=visit(cast, service), by=cast.fern, now=NOW)


def start(cast: Cast, appointment: Appointment, now: datetime = NOW) -> str:
    """How it stands after somebody tried to start it."""
    try:
        booking.start(appointment=appointment, by=cast.cole, now=now)
    except BookingRefused as refused:
        return str(refused)
    return "in the room"


def light(appointment: Appointment) -> Light:
    return lights.of([appointment])[appointment.pk][-1]


def rewrite(cast: Cast, *, ends_earlier: bool) -> None:
    words = Words("Glycolic acid peel", "Other words.", ends_earlier=ends_earlier)
    draft = consent_texts.save_draft(
        scope="glycolic", language="en", words=words, by=cast.mina, now=NOW
    )
    consent_texts.publish(draft=draft, seen_at=NOW, by=cast.mina, now=NOW)


def test_without_consent_the_patient_is_received_and_not_treated(cast: Cast) -> None:
    appointment = visit(cast)
    assert (light(appointment).level, light(appointment).text) == ("warn", "No consent")
    appointment = receive(appointment=appointment, by=cast.fern, now=NOW)
    assert (light(appointment).level, light(appointment).text) == ("missing", "No consent")
    assert start(cast, appointment) == REFUSED


def test_the_refusal_leads_to_the_page_that_settles_it(cast: Cast) -> None:
    with pytest.raises(BookingRefused) as refused:
        booking.start(appointment=arrived(cast), by=cast.cole, now=NOW)
    (objection,) = refused.value.objections
    assert (objection.settled_at, objection.settle_label) == (
        "visit-consent-sign",
        "Sign the consent",
    )


def test_signed_here_or_on_paper_it_starts(cast: Cast) -> None:
    sign(cast)
    appointment = arrived(cast)
    assert light(appointment) == Light("ok", "Consent signed", "For Glycolic peel.")
    assert start(cast, appointment) == "in the room"


def test_paper_is_marked_as_paper(cast: Cast) -> None:
    agree(cast.ada, cast.fern)
    appointment = arrived(cast)
    assert light(appointment).text == "Consent on paper"
    assert start(cast, appointment) == "in the room"


@pytest.mark.parametrize("scope", ["photos", "salicylic", "treatment"])
def test_consent_to_something_else_is_none(cast: Cast, scope: str) -> None:
    agree(cast.ada, cast.fern, scope)
    assert start(cast, arrived(cast)) == REFUSED


def test_withdrawn_consent_is_none(cast: Cast) -> None:
    made = sign(cast)
    readiness.withdraw_consent(consent=made, by=cast.fern, now=NOW)
    assert start(cast, arrived(cast)) == REFUSED


def test_a_newer_version_is_said_and_stops_nobody(cast: Cast) -> None:
    sign(cast)
    rewrite(cast, ends_earlier=False)
    appointment = arrived(cast)
    assert light(appointment) == Light(
        "ok",
        "Consent signed, version 1 of 2",
        "Signed version 1 for Glycolic peel; version 2 is current.",
    )
    assert start(cast, appointment) == "in the room"


def test_a_version_that_ends_earlier_signatures_stops_until_it_is_signed(cast: Cast) -> None:
    sign(cast)
    rewrite(cast, ends_earlier=True)
    appointment = arrived(cast)
    assert (light(appointment).level, light(appointment).text) == ("missing", "Consent to renew")
    assert start(cast, appointment) == REFUSED
    sign(cast, now=NOW + timedelta(minutes=1))
    assert start(cast, appointment) == "in the room"


def test_a_visit_that_treats_nothing_needs_none(cast: Cast) -> None:
    assert start(cast, arrived(cast, Service.objects.get(key="assessment"))) == "in the room"
    assert Consent.objects.count() == 0


def test_closing_from_the_waiting_room_goes_no_way_round(cast: Cast) -> None:
    with pytest.raises(BookingRefused, match="Sign the consent for Glycolic peel first"):
        booking.complete(appointment=arrived(cast), by=cast.cole, now=NOW)


def test_the_books_of_an_earlier_day_are_closed_as_it_was(cast: Cast) -> None:
    appointment = arrived(cast)
    tomorrow = NOW + timedelta(days=1)
    assert booking.complete(appointment=appointment, by=cast.fern, now=tomorrow).status == "done"
