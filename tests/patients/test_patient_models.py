"""What the database holds about patients, each rule by its name."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from patients.fhir import person
from patients.models import Patient, PatientAddress, PatientName
from patients.models.patient import EARLIEST_BIRTH
from tests.factories.patients import (
    PatientAddressFactory,
    PatientFactory,
    PatientIdentifierFactory,
    PatientNameFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"birth_date": date(1899, 12, 31)}, "patients_patient_birth_date_plausible"),
        ({"skin_type": 7}, "patients_patient_skin_type_one_to_six"),
        ({"email": "a@b.c, d@e.f"}, "patients_patient_email_one_address"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "patients_patient_email_one_address"),
        ({"email": "Ada <a@b.c>"}, "patients_patient_email_one_address"),
        (
            {"deceased_at": datetime(2024, 1, 1, tzinfo=UTC)},
            "patients_patient_death_date_only_if_deceased",
        ),
        (
            {"email_consent_at": datetime(2024, 1, 1, tzinfo=UTC)},
            "patients_patient_email_consent_at_with_by",
        ),
    ],
)
def test_impossible_patients_are_refused(values: Any, rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        PatientFactory.create(**values)


def test_names_addresses_and_numbers_stand_once() -> None:
    name, address = PatientNameFactory.create(), PatientAddressFactory.create()
    with pytest.raises(IntegrityError, match="patients_patientname_once_each"):
        PatientName.objects.bulk_create(
            [PatientName(patient=name.patient, use="maiden", given_name="Ada", family_name="Holm")]
        )
    connection.needs_rollback = False
    assert address.position == 1


def test_two_first_addresses_are_refused() -> None:
    address = PatientAddressFactory.create()
    with pytest.raises(IntegrityError, match="patients_patientaddress_position_unique"):
        PatientAddress.objects.create(patient=address.patient, position=1)


def test_one_number_of_a_system_belongs_to_one_patient() -> None:
    number = PatientIdentifierFactory.create()
    with pytest.raises(IntegrityError, match="patients_patientidentifier_unique"):
        PatientIdentifierFactory.create(system=number.system, value=number.value)


@pytest.mark.parametrize(
    ("given", "family", "folded"),
    [
        ("Ángela", "Guzmán", "angela guzman"),
        ("Cary", "O'Hara", "cary ohara"),
        ("Cary", "O’Hara", "cary ohara"),
        ("Zoë", "Smith-Jones", "zoe smith jones"),
        ("Jürgen", "Straße", "jurgen strasse"),
        ("", "Ж", " ж"),
    ],
)
def test_names_are_folded_for_search(given: str, family: str, folded: str) -> None:
    patient = PatientFactory.create(given_name=given, family_name=family)
    patient.refresh_from_db()
    assert patient.search_name == folded


def test_only_the_digits_of_a_telephone_are_searched() -> None:
    patient = PatientFactory.create(phone="+44 (0)20 7946-0018 x2")
    patient.refresh_from_db()
    assert patient.phone_digits == "44020794600182"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, ""),
        ({"deceased": True}, "deceased"),
        ({"email": ""}, "no e-mail address"),
        ({"email_consent": "refused"}, "no consent to e-mail"),
        ({"email_consent": "not_asked"}, "no consent to e-mail"),
    ],
)
def test_who_may_be_emailed(values: Any, reason: str) -> None:
    wanted = {"email": "ada@patient.example", "email_consent": "given"} | values
    patient = PatientFactory.build(**wanted)
    assert patient.why_not_emailed == reason
    assert patient.may_be_emailed is (reason == "")


@pytest.mark.parametrize(
    ("day", "age"), [(date(2026, 3, 13), 33), (date(2026, 3, 14), 34), (date(1992, 3, 14), 0)]
)
def test_age_changes_on_the_birthday(day: date, age: int) -> None:
    assert PatientFactory.build(birth_date=date(1992, 3, 14)).age_on(day) == age


def test_a_time_zone_is_one_of_the_iana_list() -> None:
    patient = PatientFactory.build(time_zone="Mars/Olympus")
    with pytest.raises(ValidationError) as refused:
        patient.full_clean()
    assert refused.value.message_dict == {"time_zone": ["“Mars/Olympus” is not a time zone."]}


def test_the_import_and_the_model_agree_on_what_is_too_early() -> None:
    assert EARLIEST_BIRTH.year == person.EARLIEST_BIRTH_YEAR
    limits = {f.name: f.max_length for f in Patient._meta.concrete_fields if f.max_length}
    assert (limits["prefix"], limits["given_name"], limits["family_name"]) == (20, 100, 100)
    assert (limits["phone"], limits["email"]) == (40, 254)
