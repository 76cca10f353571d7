"""Somebody else holds the record of a patient for too long: nothing is lost, and it is said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from patients.actions import registration
from patients.actions.retry import TryAgain
from patients.models import Patient
from patients.queries import record
from tests.conftest import NOW, Cast
from tests.patients.test_patient_views import NEW, details_of, text

pytestmark = pytest.mark.django_db(transaction=True)

BUSY = "Many changes arrived at once. Nothing was changed: please try again."


@pytest.fixture(autouse=True)
def impatient(db: None) -> Iterator[None]:
    """This test's own connection waits a twentieth of a second for a lock, not two."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@contextmanager
def held(question: str, *values: Any) -> Iterator[None]:
    """Another connection keeps what this question locks."""
    other = connections.create_connection("default")
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(question, values)
            yield
    finally:
        other.rollback()
        other.close()


def held_record(patient: Patient) -> Any:
    return held("SELECT 1 FROM patients_patient WHERE id = %s FOR UPDATE", patient.pk)


def held_registrations() -> Any:
    return held("SELECT pg_advisory_xact_lock(%s)", registration._REGISTRATION_LOCK)


@pytest.fixture
def desk(cast: Cast, as_: Callable[[User], Client]) -> Client:
    return as_(cast.fern)


def test_each_action_asks_to_try_again(cast: Cast) -> None:
    known = record.details(cast.ada)
    with held_registrations(), pytest.raises(TryAgain):
        registration.register(details=known, by=cast.fern, now=NOW, known=[cast.ada.pk])
    with held_record(cast.ada):
        with pytest.raises(TryAgain):
            registration.correct(
                patient=cast.ada, details=known, seen=known.fingerprint, by=cast.fern, now=NOW
            )
        with pytest.raises(TryAgain):
            registration.record_email_consent(patient=cast.ada, given=False, by=cast.fern, now=NOW)


def test_a_registration_that_waits_too_long_keeps_what_was_typed(desk: Client) -> None:
    with held_registrations():
        page = desk.post(reverse("patient-create"), NEW)
    assert page.status_code == 409
    assert BUSY in text(page)
    assert 'value="Berg"' in text(page)
    assert desk.post(reverse("patient-create"), NEW).status_code == 302
    assert Patient.objects.filter(family_name="Berg").count() == 1


def test_a_correction_that_waits_too_long_keeps_what_was_typed(desk: Client, cast: Cast) -> None:
    url = reverse("patient-details", args=[cast.ada.pk])
    typed = details_of(cast.ada, family_name="Typed")
    with held_record(cast.ada):
        page = desk.post(url, typed)
    assert page.status_code == 409
    assert BUSY in text(page)
    assert 'value="Typed"' in text(page)
    assert desk.post(url, typed).status_code == 302


def test_an_answer_about_e_mail_that_waits_too_long_is_told_of(desk: Client, cast: Cast) -> None:
    with held_record(cast.ada):
        page = desk.post(reverse("patient-email-consent", args=[cast.ada.pk]), {"given": "no"})
    assert page.status_code == 409
    assert BUSY in text(page)
    assert f'action="{reverse("patient-details", args=[cast.ada.pk])}"' in text(page)
    cast.ada.refresh_from_db()
    assert cast.ada.email_consent == "given"
