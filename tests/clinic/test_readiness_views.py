"""Health answers and consent on the panel of a visit: who may press what, and what is answered."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.models import Appointment
from patients.models import Consent, Screening
from tests.conftest import Cast
from tests.factories.clinic import AppointmentFactory

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
ALL_CLEAR = {"outcome": "clear"}
COLD_SORE = {"outcome": "to_check", "note": "Cold sore"}


@pytest.fixture
def ada_is_booked(cast: Cast) -> Appointment:
    return AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=cast.glycolic.first_service,
        start=SOON,
    )


def press(client: Client, action: str, visit: Appointment, **data: Any) -> Any:
    return client.post(reverse(f"visit-{action}", args=[visit.pk]), data, headers=HTMX)


def panel(client: Client, visit: Appointment) -> str:
    return client.get(reverse("appointment-detail", args=[visit.pk]), headers=HTMX).content.decode()


def test_one_press_records_that_all_is_clear(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.fern)
    before = panel(client, ada_is_booked)
    assert "not asked yet" in before
    assert "By telephone: all clear" in before
    answer = press(client, "screening", ada_is_booked, **ALL_CLEAR)
    found = Screening.objects.get()
    assert (found.patient, found.outcome, found.recorded_by) == (cast.ada, "clear", cast.fern)
    assert answer.context["outcome"][:2] == (
        "The health answers of Ada Lindqvist are clear.",
        False,
    )
    assert answer["HX-Trigger-After-Swap"] == "appointment-changed"
    page = answer.content.decode()
    assert "holds until Mon 7 Dec" in page
    assert "By telephone: all clear" not in page


def test_and_another_takes_it_back(cast: Cast, as_: SignIn, ada_is_booked: Appointment) -> None:
    client = as_(cast.fern)
    press(client, "screening", ada_is_booked, **ALL_CLEAR)
    seen = Screening.objects.get().pk
    answer = press(client, "screening-undo", ada_is_booked, seen=seen)
    assert "not asked yet" in answer.content.decode()


def test_something_to_check_is_cleared_by_a_clinician(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.fern)
    page = press(client, "screening", ada_is_booked, **COLD_SORE).content.decode()
    assert "to check: Cold sore" in page
    assert "Clear for treatment" not in page
    seen = Screening.objects.get().pk
    cole = as_(cast.cole)
    assert "Clear for treatment" in panel(cole, ada_is_booked)
    page = press(
        cole, "screening-clear", ada_is_booked, seen=seen, reason="Healed"
    ).content.decode()
    assert "Cold sore. Cleared by Dr Cole: Healed" in page
    assert "Cleared by Dr Cole" in page


@pytest.mark.parametrize("who", ["fern", "nora", "mina"])
def test_nobody_else_clears(cast: Cast, as_: SignIn, ada_is_booked: Appointment, who: str) -> None:
    client = as_(getattr(cast, who))
    press(client, "screening", ada_is_booked, **COLD_SORE)
    found = Screening.objects.get()
    answer = press(client, "screening-clear", ada_is_booked, seen=found.pk, reason="Fine")
    assert answer.status_code == 403
    found.refresh_from_db()
    assert found.cleared_at is None


def test_refusals_are_sentences_and_change_nothing(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.fern)
    for data, sentence in (
        ({"outcome": "to_check", "note": " "}, "Write what is to be checked. Nothing was changed."),
        (
            {"outcome": "taken_back"},
            "This button is not known here: reload the page. Nothing was changed.",
        ),
    ):
        answer = press(client, "screening", ada_is_booked, **data)
        assert answer.context["outcome"][:2] == (sentence, True)
    assert Screening.objects.count() == 0


def test_consent_is_signed_and_withdrawn(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.fern)
    answer = press(client, "consent", ada_is_booked, scope="photos")
    consent = Consent.objects.get()
    assert (consent.patient, consent.scope) == (cast.ada, "photos")
    assert answer.context["outcome"].text == "The consent of Ada Lindqvist on paper is noted."
    press(client, "consent-withdraw", ada_is_booked, seen=consent.pk)
    consent.refresh_from_db()
    assert consent.withdrawn_by == cast.fern


def test_rows_of_other_patients_are_not_found(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.cole)
    of_ben = AppointmentFactory(location=cast.harbour, patient=cast.ben, start=SOON)
    press(client, "screening", of_ben, **COLD_SORE)
    press(client, "consent", of_ben, scope="photos")
    screening, consent = Screening.objects.get().pk, Consent.objects.get().pk
    for action, seen in (
        ("screening-undo", screening),
        ("screening-clear", screening),
        ("consent-withdraw", consent),
    ):
        answer = press(client, action, ada_is_booked, seen=seen, reason="Fine")
        assert answer.status_code == 404


def test_without_scripts_the_page_of_the_visit_comes_back(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    url = reverse("visit-screening", args=[ada_is_booked.pk])
    here = reverse("appointment-detail", args=[ada_is_booked.pk])
    page = as_(cast.fern).post(url, ALL_CLEAR | {"next": here}, follow=True)
    assert page.redirect_chain == [(here, 302)]
    assert "The health answers of Ada Lindqvist are clear." in page.content.decode()


def test_the_board_says_what_is_to_be_seen_to(
    cast: Cast, as_: SignIn, ada_is_booked: Appointment
) -> None:
    client = as_(cast.fern)
    press(client, "screening", ada_is_booked, **COLD_SORE)
    page = client.get(reverse("today")).content.decode()
    assert "Screening: to check" in page
    assert "No consent" in page
    url = reverse("appointment-check-in", args=[ada_is_booked.pk])
    answer = client.post(url, {"on": "2026-11-30", "show": "all"}, headers=HTMX)
    assert "A clinician clears it first. Nothing was changed." in answer.content.decode()
