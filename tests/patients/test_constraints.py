"""What the database refuses about patients and messages, each rule by its name.

Most rules about the patient's own row are in `test_patient_models`.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from patients.actions.messages import new_message_id
from patients.models import Message, Patient
from tests.conftest import NOW, Cast
from tests.factories.clinic import UserFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TOKEN = UUID(int=7)
LEASED = {"claim_token": TOKEN, "lease_until": NOW + DAY}


@pytest.fixture
def ada() -> Patient:
    return PatientFactory.create()


@pytest.fixture
def fern() -> User:
    return UserFactory.create()


def message(patient: Patient, **values: Any) -> Message:
    """A planned reminder, due now and useful for a day, unless told otherwise."""
    usual = {
        "kind": "tomorrow",
        "subject_key": "session:1",
        "due_at": NOW,
        "expires_at": NOW + DAY,
        "message_id": new_message_id(),
    }
    return Message.objects.create(patient=patient, **usual | values)


# The patient -------------------------------------------------------------------------------------


def test_an_edit_is_noted_with_who_and_when(ada: Patient, fern: User) -> None:
    rows = Patient.objects.filter(pk=ada.pk)
    for half in ({"edited_at": NOW}, {"edited_by": fern}):
        with (
            pytest.raises(IntegrityError, match="patients_patient_edited_at_with_by"),
            transaction.atomic(),
        ):
            rows.update(**half)
    assert rows.update(edited_at=NOW, edited_by=fern) == 1


def test_consent_recorded_by_somebody_has_its_time(ada: Patient, fern: User) -> None:
    rows = Patient.objects.filter(pk=ada.pk)
    with (
        pytest.raises(IntegrityError, match="patients_patient_email_consent_at_with_by"),
        transaction.atomic(),
    ):
        rows.update(email_consent_by=fern)
    assert rows.update(email_consent_at=NOW, email_consent_by=fern) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"birth_date": date(1899, 12, 31)}, "The date of birth is before 1900."),
        ({"email": '"a,b"@c.example'}, "This is not one e-mail address."),
        ({"deceased_at": NOW}, "A date of death needs “deceased”."),
        ({"email_consent_at": NOW}, "Consent needs who recorded it and when."),
    ],
)
def test_a_form_says_what_is_wrong_with_a_patient(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PatientFactory.build(**values).full_clean()
    assert refused.value.message_dict["__all__"] == [sentence]


@pytest.mark.parametrize("skin_type", [0, 7, 32767])
def test_skin_types_run_from_one_to_six(skin_type: int) -> None:
    with (
        pytest.raises(IntegrityError, match="patients_patient_skin_type_one_to_six"),
        transaction.atomic(),
    ):
        PatientFactory.create(skin_type=skin_type)
    kept = [PatientFactory.create(skin_type=each).skin_type for each in (1, 6, None)]
    assert kept == [1, 6, None]


# Messages ----------------------------------------------------------------------------------------


def test_a_message_stands_once_for_its_subject_kind_and_occurrence(ada: Patient) -> None:
    message(ada, occurrence="2026-12-01")
    with pytest.raises(IntegrityError, match="patients_message_once"), transaction.atomic():
        message(ada, occurrence="2026-12-01", status="sent", sent_at=NOW)
    for other in (
        {"occurrence": "2026-12-02"},
        {"occurrence": "2026-12-01", "kind": "sunscreen"},
        {"occurrence": "2026-12-01", "subject_key": "session:2"},
        {"occurrence": "2026-12-01", "status": "withdrawn"},
    ):
        assert message(ada, **other).pk


def test_a_message_is_of_use_after_it_is_due(ada: Patient) -> None:
    for expires in (NOW, NOW - DAY):
        with (
            pytest.raises(IntegrityError, match="patients_message_expires_after_due"),
            transaction.atomic(),
        ):
            message(ada, expires_at=expires)
    assert message(ada, expires_at=NOW + timedelta(microseconds=1)).pk


@pytest.mark.parametrize(
    "values",
    [
        {"status": "claimed"},
        {"status": "claimed", "claim_token": TOKEN},
        {"status": "claimed", "lease_until": NOW},
        {"claim_token": TOKEN},
        {"lease_until": NOW},
        LEASED,
        LEASED | {"status": "sent", "sent_at": NOW},
        LEASED | {"status": "withdrawn"},
    ],
)
def test_a_claimed_message_has_token_and_lease_and_no_other_does(
    ada: Patient, values: dict[str, Any]
) -> None:
    with (
        pytest.raises(IntegrityError, match="patients_message_claimed_with_lease"),
        transaction.atomic(),
    ):
        message(ada, **values)
    assert message(ada, status="claimed", **LEASED).pk


@pytest.mark.parametrize("values", [{"status": "sent"}, {"sent_at": NOW}])
def test_a_sent_message_has_its_time_and_no_other_does(
    ada: Patient, values: dict[str, Any]
) -> None:
    with (
        pytest.raises(IntegrityError, match="patients_message_sent_with_time"),
        transaction.atomic(),
    ):
        message(ada, **values)
    assert message(ada, status="sent", sent_at=NOW).pk


@pytest.mark.parametrize("status", ["suppressed", "failed"])
def test_a_message_that_never_went_out_says_why(ada: Patient, status: str) -> None:
    with (
        pytest.raises(IntegrityError, match="patients_message_end_with_reason"),
        transaction.atomic(),
    ):
        message(ada, status=status)
    assert message(ada, status=status, reason="no consent to e-mail").pk


def test_two_letters_never_share_a_message_id(ada: Patient) -> None:
    first = message(ada)
    with pytest.raises(IntegrityError, match="message_id"), transaction.atomic():
        message(ada, subject_key="session:2", message_id=first.message_id)


def test_the_cast_stands_within_all_these_rules(cast: Cast) -> None:
    for each in (cast.ada, cast.ben):
        each.full_clean()
