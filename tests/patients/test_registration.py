"""Registering, correcting and consent: what is written, by whom, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from clinic.accounts.models import RecordAccess, User
from patients.actions import registration
from patients.actions.registration import (
    ChangedMeanwhileError,
    PossiblyKnownError,
    RegistrationRefusedError,
)
from patients.models import Patient
from patients.queries import record
from patients.queries.record import Address, Details, Name
from tests.factories.patients import PatientAddressFactory, PatientFactory, PatientNameFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
Register = Callable[..., Patient]


def details(**changes: Any) -> Details:
    values: dict[str, Any] = {
        "given_name": "Ada",
        "family_name": "Lindqvist",
        "birth_date": date(1992, 3, 14),
        "language": "en-gb",
        "time_zone": "Europe/London",
    }
    return Details(**values | changes)


@pytest.fixture
def desk() -> User:
    return User.objects.create_user("desk@clinic.example", name="Fern")


def changes_of(patient: Patient) -> list[tuple[int, datetime]]:
    rows = RecordAccess.objects.filter(record="patients.patient", record_id=patient.pk)
    return list(rows.filter(action="change").values_list("user_id", "at"))


# Register -----------------------------------------------------------------------------------------


def test_everything_that_was_asked_is_written(desk: User) -> None:
    wanted = details(
        prefix="Dr",
        sex="female",
        skin_type=3,
        phone="020 7946 0018",
        email="ada@patient.example",
        language="de",
        time_zone="Europe/Berlin",
        other_names=(Name("maiden", "Ada", "Holm"), Name("maiden", "Ada", "Holm")),
        address=Address("1 Harbour Street", "London", "", "E1 1AA", "UK"),
    )
    patient = registration.register(details=wanted, email_consent="given", by=desk, now=NOW)
    found = record.details(Patient.objects.get())
    assert found.other_names == (Name("maiden", "Ada", "Holm"),)
    assert (found.address, found.time_zone) == (wanted.address, "Europe/Berlin")
    assert patient.may_be_emailed
    assert (patient.email_consent_by, patient.email_consent_at) == (desk, NOW)
    assert changes_of(patient) == [(desk.pk, NOW)]


def test_who_was_not_asked_has_no_consent_recorded(desk: User) -> None:
    patient = registration.register(details=details(), by=desk, now=NOW)
    assert (patient.email_consent, patient.email_consent_at) == ("not_asked", None)
    assert patient.email_consent_by is None


@pytest.mark.parametrize(
    ("known", "now_typed"),
    [
        ({"given_name": "ADA", "family_name": "Líndqvist"}, {}),
        ({"phone": "(020) 7946-0018", "family_name": "Else"}, {"phone": "020 7946 0018"}),
    ],
)
def test_a_similar_patient_is_shown_first(known: Any, now_typed: Any, desk: User) -> None:
    similar = PatientFactory.create(**known)
    with pytest.raises(PossiblyKnownError) as shown:
        registration.register(details=details(**now_typed), by=desk, now=NOW)
    assert shown.value.patients == [similar]
    assert Patient.objects.count() == 1
    registration.register(details=details(**now_typed), known=[similar.pk], by=desk, now=NOW)
    assert Patient.objects.count() == 2


def test_a_maiden_name_tells_of_a_similar_patient_too(desk: User) -> None:
    similar = PatientFactory.create(family_name="Holm")
    PatientNameFactory.create(patient=similar, family_name="Lindqvist")
    with pytest.raises(PossiblyKnownError):
        registration.register(details=details(), by=desk, now=NOW)


def test_the_same_name_on_another_day_is_somebody_else(desk: User) -> None:
    PatientFactory.create(family_name="Lindqvist", birth_date=date(1992, 3, 15), phone="1")
    registration.register(details=details(phone="1"), by=desk, now=NOW)
    assert Patient.objects.count() == 2


def test_having_seen_one_is_not_having_seen_another(desk: User) -> None:
    first = PatientFactory.create(family_name="Lindqvist")
    PatientFactory.create(family_name="Lindqvist")
    with pytest.raises(PossiblyKnownError) as shown:
        registration.register(details=details(), known=[first.pk], by=desk, now=NOW)
    assert len(shown.value.patients) == 2


def test_a_birth_date_in_the_future_is_refused_on_the_patients_own_clock(desk: User) -> None:
    late = datetime(2026, 11, 30, 18, tzinfo=UTC)
    tomorrow = details(birth_date=date(2026, 12, 1))
    with pytest.raises(RegistrationRefusedError) as refused:
        registration.register(details=tomorrow, by=desk, now=late)
    assert (refused.value.field, refused.value.sentence) == (
        "birth_date",
        "This day has not come yet.",
    )
    in_tokyo = details(birth_date=date(2026, 12, 1), time_zone="Asia/Tokyo")
    assert registration.register(details=in_tokyo, by=desk, now=late).pk


def test_registrations_wait_for_each_other(desk: User) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor, connection.cursor() as own:
            cursor.execute("SELECT pg_advisory_lock(%s)", [registration._REGISTRATION_LOCK])
            own.execute("SET LOCAL lock_timeout = '100ms'")
            with pytest.raises(OperationalError, match="lock timeout"):
                registration.register(details=details(), by=desk, now=NOW)
    finally:
        other.close()
    assert registration.register(details=details(), by=desk, now=NOW).pk


# Correct ------------------------------------------------------------------------------------------


def test_a_correction_is_written_and_noted(desk: User) -> None:
    patient = PatientFactory.create(family_name="Lindqvist")
    further = PatientAddressFactory.create(patient=patient, position=2)
    seen = record.details(patient).fingerprint
    wanted = details(
        family_name="Holm",
        other_names=(Name("maiden", "Ada", "Lindqvist"),),
        address=Address(city="York"),
    )
    registration.correct(patient=patient, details=wanted, seen=seen, by=desk, now=NOW)
    assert record.details(Patient.objects.get()) == wanted
    assert further in patient.addresses.all()
    assert changes_of(patient) == [(desk.pk, NOW)]


def test_the_same_details_again_change_and_note_nothing(desk: User) -> None:
    patient = PatientFactory.create()
    known = record.details(patient)
    registration.correct(patient=patient, details=known, seen=known.fingerprint, by=desk, now=NOW)
    assert changes_of(patient) == []


def test_what_somebody_else_saved_meanwhile_stands(desk: User) -> None:
    patient = PatientFactory.create(family_name="Lindqvist")
    seen = record.details(patient).fingerprint
    registration.correct(
        patient=patient, details=details(family_name="Holm"), seen=seen, by=desk, now=NOW
    )
    with pytest.raises(ChangedMeanwhileError):
        registration.correct(
            patient=patient, details=details(family_name="Else"), seen=seen, by=desk, now=NOW
        )
    patient.refresh_from_db()
    assert patient.family_name == "Holm"


def test_a_death_stops_e_mail_and_can_be_taken_back(desk: User) -> None:
    patient = PatientFactory.create(email="a@b.example", email_consent="given")
    for deceased in (True, False):
        known = record.details(patient)
        wanted = details(email="a@b.example", deceased=deceased)
        patient = registration.correct(
            patient=patient, details=wanted, seen=known.fingerprint, by=desk, now=NOW
        )
        assert patient.may_be_emailed is not deceased


def test_an_emptied_address_is_gone(desk: User) -> None:
    patient = PatientAddressFactory.create().patient
    seen = record.details(patient).fingerprint
    registration.correct(patient=patient, details=details(), seen=seen, by=desk, now=NOW)
    assert patient.addresses.exists() is False


# Consent ------------------------------------------------------------------------------------------


def test_consent_keeps_who_recorded_it_first_and_when(desk: User) -> None:
    patient = PatientFactory.create()
    patient = registration.record_email_consent(patient=patient, given=True, by=desk, now=NOW)
    assert (patient.email_consent, patient.email_consent_by) == ("given", desk)
    later = datetime(2026, 12, 1, tzinfo=UTC)
    again = registration.record_email_consent(patient=patient, given=True, by=desk, now=later)
    assert again.email_consent_at == NOW
    refused = registration.record_email_consent(patient=patient, given=False, by=desk, now=later)
    assert (refused.email_consent, refused.email_consent_at) == ("refused", later)


# The record ---------------------------------------------------------------------------------------


def test_what_was_taken_back_is_not_on_the_record() -> None:
    patient = PatientFactory.create()
    for status in ("active", "inactive", "entered-in-error", "refuted"):
        patient.allergy_set.create(text=status, status=status)
        patient.condition_set.create(text=status, status=status)
        patient.medication_set.create(text=status, status=status)
    assert [a.text for a in record.allergies(patient)] == ["active", "inactive"]
    assert [c.text for c in record.current_conditions(patient)] == ["active"]
    assert [m.text for m in record.current_medication(patient)] == ["active"]


def test_recently_read_are_once_each_newest_first(desk: User) -> None:
    ada, ben, cem = PatientFactory.create_batch(3)
    for patient in (ada, ben, cem, ada):
        RecordAccess.objects.create(
            user=desk, record="patients.patient", record_id=patient.pk, action="read"
        )
    RecordAccess.objects.create(user=desk, record="clinic.other", record_id=ben.pk, action="read")
    assert record.recently_read(desk, limit=2) == [ada, cem]
