"""Write down who a patient is: register, correct, record consent to e-mail."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from clinic.accounts.models import RecordAccess, User
from patients.actions.retry import retry_on_contention
from patients.models import Patient, PatientAddress, PatientName
from patients.queries import record
from patients.queries.record import OWN_FIELDS, Address, Details, Name

_REGISTRATION_LOCK = 0x4D494C50  # any number that nothing else locks


class RegistrationRefusedError(Exception):
    """These details cannot stand: the field at fault and a sentence for people."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


class PossiblyKnownError(Exception):
    """Patients who may be the same person, and whom nobody has looked at yet."""

    def __init__(self, patients: list[Patient]) -> None:
        super().__init__(f"{len(patients)} similar patients")
        self.patients = patients


class ChangedMeanwhileError(Exception):
    """Somebody else changed the details since they were read. Nothing was written."""


@retry_on_contention
@transaction.atomic
def register(
    *,
    details: Details,
    by: User,
    now: datetime,
    email_consent: str = Patient.EmailConsent.NOT_ASKED,
    known: Collection[int] = (),
) -> Patient:
    """Register a new patient. `known` are the similar patients that the person has looked at.

    Registrations wait for each other, so pressing the button twice registers once. Raises
    PossiblyKnownError with all similar patients if any of them is not in `known`,
    RegistrationRefusedError, and TryAgain if the others take too long.
    """
    _check(details, now)
    _lock_registrations()
    similar = record.likely_same(
        given_name=details.given_name,
        family_name=details.family_name,
        birth_date=details.birth_date,
        phone=details.phone,
    )
    if not {each.pk for each in similar} <= set(known):
        raise PossiblyKnownError(similar)
    patient = Patient(
        created_at=now,
        edited_at=now,
        edited_by=by,
        **{name: getattr(details, name) for name in OWN_FIELDS},
    )
    if email_consent != Patient.EmailConsent.NOT_ASKED:
        _set_consent(patient, email_consent, by, now)
    patient.save()
    _write_names(patient, details.other_names)
    _write_address(patient, details.address)
    _note_change(patient, by, now)
    return patient


Follower = Callable[[Patient, datetime], None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Call this after a record was corrected, inside its transaction: plans may depend on it."""
    if follower not in _followers:
        _followers.append(follower)


@retry_on_contention
@transaction.atomic
def correct(*, patient: Patient, details: Details, seen: str, by: User, now: datetime) -> Patient:
    """Replace the details of a patient; `seen` is the fingerprint of those that were shown.

    Equal details change nothing and are not logged. Raises ChangedMeanwhileError,
    RegistrationRefusedError, and TryAgain if somebody else holds the record too long.
    """
    _check(details, now)
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    before = record.details(patient)
    if before.fingerprint != seen:
        raise ChangedMeanwhileError
    if details == before:
        return patient
    for name in OWN_FIELDS:
        setattr(patient, name, getattr(details, name))
    patient.deceased_at = patient.deceased_at if details.deceased else None
    patient.edited_at, patient.edited_by = now, by
    patient.save(update_fields=[*OWN_FIELDS, "deceased_at", "edited_at", "edited_by"])
    if details.other_names != before.other_names:
        _write_names(patient, details.other_names)
    if details.address != before.address:
        _write_address(patient, details.address)
    _note_change(patient, by, now)
    for follow in _followers:
        follow(patient, now)
    return patient


@retry_on_contention
@transaction.atomic
def record_email_consent(*, patient: Patient, given: bool, by: User, now: datetime) -> Patient:
    """Record that the patient wants e-mail or does not; who recorded it and when stays with it.

    Raises TryAgain if somebody else holds the record too long.
    """
    patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    wanted = Patient.EmailConsent.GIVEN if given else Patient.EmailConsent.REFUSED
    if patient.email_consent != wanted:
        _set_consent(patient, wanted, by, now)
        patient.save(update_fields=["email_consent", "email_consent_at", "email_consent_by"])
    return patient


@transaction.atomic
def record_skin_type(*, patient: Patient, skin_type: int | None, by: User, now: datetime) -> None:
    """Write down the Fitzpatrick skin type that an examination found; who and when stay with it."""
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    if patient.skin_type == skin_type:
        return
    patient.skin_type, patient.edited_at, patient.edited_by = skin_type, now, by
    patient.save(update_fields=["skin_type", "edited_at", "edited_by"])
    _note_change(patient, by, now)


def _check(details: Details, now: datetime) -> None:
    if details.birth_date > now.astimezone(ZoneInfo(details.time_zone)).date():
        raise RegistrationRefusedError("birth_date", "This day has not come yet.")


def _lock_registrations() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REGISTRATION_LOCK])


def _set_consent(patient: Patient, consent: str, by: User, now: datetime) -> None:
    patient.email_consent = consent
    patient.email_consent_at = now
    patient.email_consent_by = by


def _write_names(patient: Patient, names: Collection[Name]) -> None:
    patient.other_names.all().delete()
    PatientName.objects.bulk_create(
        PatientName(patient=patient, **asdict(name)) for name in dict.fromkeys(names)
    )


def _write_address(patient: Patient, address: Address) -> None:
    """Write the first address; further ones, known from an import, stay."""
    if address:
        PatientAddress.objects.update_or_create(
            patient=patient, position=1, defaults=asdict(address)
        )
    else:
        patient.addresses.filter(position=1).delete()


def _note_change(patient: Patient, by: User, now: datetime) -> None:
    RecordAccess.objects.create(
        user=by,
        record=record.RECORD,
        record_id=patient.pk,
        action=RecordAccess.Action.CHANGE,
        at=now,
    )
