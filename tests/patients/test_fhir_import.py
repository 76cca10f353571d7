"""Importing FHIR files: whole, repeatable, line by line, and what never comes in."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from clinic.accounts.models import User
from patients.actions import registration
from patients.actions.fhir_import import _IMPORT_LOCK, Listener, Totals, import_files
from patients.actions.fhir_people import Origin
from patients.models import (
    Allergy,
    Condition,
    Medication,
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientName,
)
from patients.queries import record
from tests.factories.patients import PatientFactory, PatientIdentifierFactory

pytestmark = pytest.mark.django_db

EXPORT = Path(__file__).parents[3] / "shared" / "data"
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """write(name, *resources): a file with one line for each; bytes stand as they are."""

    def make(name: str, *resources: Any) -> Path:
        path = tmp_path / name
        rows = (r if isinstance(r, bytes) else json.dumps(r).encode() for r in resources)
        path.write_bytes(b"\n".join(rows) + b"\n")
        return path

    return make


def run(*arguments: Any) -> list[str]:
    """The lines that the command writes."""
    out = StringIO()
    call_command("import_fhir", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def person(pk: str = "p1", family: str = "Lindqvist", **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": pk,
        "name": [{"use": "official", "family": family, "given": ["Ada"]}],
        "birthDate": "1992-03-14",
        **changes,
    }


def condition(pk: str = "c1", about: str = "p1", text: str = "Milia") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": pk,
        "code": {"text": text},
        "subject": {"reference": f"Patient/{about}"},
    }


# The whole export ---------------------------------------------------------------------------------


@pytest.mark.skipif(not EXPORT.is_dir(), reason="the sample export ../shared/data is not here")
def test_the_sample_export_comes_in_whole_and_only_once() -> None:
    files = sorted(EXPORT.glob("*.ndjson.gz"))
    assert run(*files) == [
        "patients: 308 new",
        "allergies: 176 new",
        "conditions: 2257 new",
        "medicines: 2359 new",
        "5100 lines read, 0 skipped.",
    ]
    rows = [PatientName, PatientAddress, PatientIdentifier, Allergy, Condition, Medication]
    assert [model.objects.count() for model in rows] == [83, 308, 616, 176, 2257, 2359]
    assert Patient.objects.filter(deceased=True).count() == 69
    assert not any(patient.may_be_emailed for patient in Patient.objects.all())
    assert Patient.objects.filter(family_name="O'Hara", given_name="Cary").exists()
    assert run(*files)[-2:] == [
        "Everything was here already: nothing changed.",
        "5100 lines read, 0 skipped.",
    ]


@pytest.mark.skipif(not EXPORT.is_dir(), reason="the sample export ../shared/data is not here")
def test_numbers_that_the_clinic_does_not_need_stay_out() -> None:
    run(EXPORT / "Patient.ndjson.gz")
    assert set(PatientIdentifier.objects.values_list("system", flat=True)) == {
        "fhir:import",
        "http://hospital.smarthealthit.org",
    }


def test_a_batch_costs_a_fixed_number_of_queries(
    write: Write, django_assert_max_num_queries: Any
) -> None:
    people = write("people", *(person(f"p{n}") for n in range(400)))
    said = write("said", *(condition(f"c{n}", f"p{n}") for n in range(400)))
    with django_assert_max_num_queries(30):
        run(people, said)


# Order, repetition, change ------------------------------------------------------------------------


def test_files_and_lines_may_come_in_any_order_packed_or_not(write: Write) -> None:
    first = write("1.json", condition())
    first.write_bytes(gzip.compress(first.read_bytes()))
    second = write("2.gz", condition("c2", "p2"), person("p2", "Holm"), person())
    assert run(first, second) == [
        "patients: 2 new",
        "conditions: 2 new",
        "4 lines read, 0 skipped.",
    ]
    assert Condition.objects.get(source_id="import/Condition/c1").patient.family_name == "Lindqvist"


def test_what_changed_at_the_source_changes_here(write: Write) -> None:
    run(write("1", person(address=[{"city": "Leeds"}]), condition()))
    changed = person(
        family="Holm",
        name=[{"family": "Holm"}, {"use": "maiden", "family": "Lindqvist"}],
        address=[{"city": "York"}],
        telecom=[{"system": "phone", "value": "555 1"}],
    )
    assert run(write("2", changed, condition(text="Milia en plaque"))) == [
        "patients: 1 changed",
        "conditions: 1 changed",
        "2 lines read, 0 skipped.",
    ]
    patient = Patient.objects.get()
    assert (patient.full_name, patient.phone) == ("Holm", "555 1")
    assert [str(name) for name in patient.other_names.all()] == ["Lindqvist"]
    assert [address.city for address in patient.addresses.all()] == ["York"]
    assert Condition.objects.get().text == "Milia en plaque"


def test_the_same_person_twice_in_one_file_is_one_patient(write: Write) -> None:
    lines = run(write("1", person(), person(family="Holm")))
    assert lines[0] == "patients: 1 new, 1 changed"
    assert Patient.objects.get().family_name == "Holm"


def test_a_record_number_finds_its_patient_under_a_new_id(write: Write) -> None:
    number = {"type": {"coding": [{"code": "MR"}]}, "system": "urn:h", "value": "77"}
    known = PatientIdentifierFactory.create(system="urn:h", value="77").patient
    run(write("1", person("new-id", identifier=[number])), write("2", condition(about="new-id")))
    assert Patient.objects.get() == known
    assert Condition.objects.get().patient == known


def test_record_numbers_of_two_patients_are_not_merged(write: Write) -> None:
    for value in ("1", "2"):
        PatientIdentifierFactory.create(system="urn:h", value=value)
    numbers = [
        {"type": {"coding": [{"code": "MR"}]}, "system": "urn:h", "value": v} for v in ("1", "2")
    ]
    path = write("1", person(identifier=numbers), person("p2"))
    assert run(path) == [
        f"{path}:1: skipped: its record numbers belong to different patients here",
        "patients: 1 new",
        "2 lines read, 1 skipped.",
    ]


def test_two_ids_with_one_record_number_do_not_overwrite_each_other(write: Write) -> None:
    number = {"type": {"coding": [{"code": "MR"}]}, "system": "urn:h", "value": "77"}
    ada, eve = person("a", identifier=[number]), person("e", "Holm", identifier=[number])
    path = write("1", ada, eve, condition(about="e"))
    reason = "its record number belongs to a patient here who came under another id"
    stranger = f"{path}:3: skipped: it is about a patient who is not known here"
    skipped = [f"{path}:2: skipped: {reason}", stranger]
    assert run(path) == [*skipped, "patients: 1 new", "3 lines read, 2 skipped."]
    assert run(path)[2:] == [
        "patients: 1 unchanged",
        "Everything was here already: nothing changed.",
        "3 lines read, 2 skipped.",
    ]
    turned = write("2", eve, ada)
    assert run(turned)[:2] == [f"{turned}:1: skipped: {reason}", "patients: 1 unchanged"]
    assert Patient.objects.get().family_name == "Lindqvist"


def test_two_ids_that_came_together_before_are_told_apart_by_the_first(write: Write) -> None:
    known = PatientFactory.create(family_name="Lindqvist")
    for value in ("a", "e"):
        PatientIdentifierFactory.create(patient=known, system="fhir:import", value=value)
    path = write("1", person("e", "Holm"), person("a"))
    run(path)
    assert run(path)[1:] == [
        "patients: 1 unchanged",
        "Everything was here already: nothing changed.",
        "2 lines read, 1 skipped.",
    ]


def test_two_new_ids_of_one_known_patient_in_one_batch_are_one_too_many(write: Write) -> None:
    known = PatientFactory.create()
    numbers = [
        {"type": {"coding": [{"code": "MR"}]}, "system": "urn:h", "value": v} for v in ("1", "2")
    ]
    for number in numbers:
        PatientIdentifierFactory.create(patient=known, system="urn:h", value=number["value"])
    people = [person(n["value"], f"Holm {n['value']}", identifier=[n]) for n in numbers]
    assert run(write("1", *people))[1:] == ["patients: 1 changed", "2 lines read, 1 skipped."]
    assert Patient.objects.get().family_name == "Holm 1"


def test_ids_of_two_sources_are_kept_apart(write: Write) -> None:
    path = write("1", person(), condition())
    run(path, "--source", "north")
    assert run(path, "--source", "south")[0] == "patients: 1 new"
    assert (Patient.objects.count(), Condition.objects.count()) == (2, 2)


# What belongs to the clinic -----------------------------------------------------------------------


def test_consent_phone_email_and_language_are_never_overwritten(write: Write) -> None:
    telecom = [
        {"system": "phone", "value": "555 9"},
        {"system": "email", "value": "new@example.org"},
    ]
    run(write("1", person(telecom=telecom)))
    patient = Patient.objects.get()
    assert (patient.email, patient.email_consent) == ("new@example.org", "not_asked")
    Patient.objects.update(phone="020 1", email="ada@example.org", language="de", skin_type=4)
    spanish = [{"language": {"coding": [{"code": "es"}]}}]
    run(write("2", person(telecom=telecom, communication=spanish)), "--time-zone", "Asia/Tokyo")
    patient.refresh_from_db()
    assert (patient.phone, patient.email, patient.language) == ("020 1", "ada@example.org", "de")
    assert (patient.time_zone, patient.skin_type) == ("Europe/London", 4)


def test_a_record_corrected_here_is_kept_and_the_difference_told(write: Write) -> None:
    by = User.objects.create_user("fern@clinic.example", name="Fern")
    path = write("1", person())
    run(path)
    patient = Patient.objects.get()
    known = record.details(patient)
    registration.correct(
        patient=patient,
        details=record.Details(
            given_name="Ada",
            family_name="Holm",
            birth_date=known.birth_date,
            language=known.language,
            time_zone=known.time_zone,
        ),
        seen=known.fingerprint,
        by=by,
        now=NOW,
    )
    dead = write("2", person(deceasedBoolean=True))
    assert run(dead) == [
        f"{dead}:1: kept as corrected here: family name",
        "patients: 1 changed",
        "1 lines read, 0 skipped.",
    ]
    assert run(dead)[1] == "patients: 1 kept"
    patient.refresh_from_db()
    assert (patient.family_name, patient.deceased) == ("Holm", True)


@pytest.mark.parametrize(
    ("tags", "language"),
    [
        (["de-DE"], "de"),
        (["fr", "es"], "es"),
        (["en-US"], "en-gb"),
        (["zh"], "en-gb"),
        ([], "en-gb"),
    ],
)
def test_language_is_one_the_clinic_writes_in(tags: list[str], language: str, write: Write) -> None:
    spoken = [{"language": {"coding": [{"code": tag}]}} for tag in tags]
    run(write("1", person(communication=spoken)), "--time-zone", "America/New_York")
    patient = Patient.objects.get()
    assert (patient.language, patient.time_zone) == (language, "America/New_York")


# Bad lines ----------------------------------------------------------------------------------------


def test_bad_lines_are_skipped_told_and_the_rest_comes_in(write: Write) -> None:
    path = write(
        "mixed",
        person(),
        b'{"resourceType": "Patient", "id"',
        b"[1, 2]",
        {"resourceType": "Observation", "id": "o"},
        {"resourceType": "Patient", "id": "p2", "birthDate": "1992-03-14"},
        person("p3", birthDate="1992-02-30"),
        b'{"resourceType": "Patient", "x": "\xff"}',
        condition(about="nobody"),
        condition(),
    )
    assert run(path) == [
        f"{path}:2: skipped: it is not JSON",
        f"{path}:3: skipped: it is JSON, but not an object",
        f"{path}:4: skipped: “Observation” is not a kind of record that is taken over",
        f"{path}:5: skipped: the patient has no family name",
        f"{path}:6: skipped: the birth date is not a day of the calendar",
        f"{path}:7: skipped: it is not UTF-8 text",
        f"{path}:8: skipped: it is about a patient who is not known here",
        "patients: 1 new",
        "conditions: 1 new",
        "9 lines read, 7 skipped.",
    ]


def test_one_patient_the_database_refuses_does_not_take_the_batch_along(write: Write) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE patients_patientaddress ADD CONSTRAINT no_york CHECK (city <> 'York')"
        )
    path = write("1", person(), person("p2", "Holm", address=[{"city": "York"}]), person("p3"))
    assert run(path)[0] == f"{path}:2: skipped: the database refused it (no_york)"
    assert Patient.objects.filter(family_name="Holm").exists() is False
    assert Patient.objects.count() == 2


def test_a_missing_file_does_not_stop_the_others(write: Write, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    lines = run(missing, write("1", person()))
    assert lines[0] == f"{missing}: skipped: the file cannot be opened (No such file or directory)"
    assert lines[1] == "patients: 1 new"


def test_nothing_readable_is_an_error(write: Write) -> None:
    with pytest.raises(CommandError, match="Nothing could be read from these files"):
        run(write("1", b"nonsense"))


def test_a_dry_run_says_the_same_and_keeps_nothing(write: Write) -> None:
    path = write("1", person(), condition())
    assert run(path, "--dry-run") == [
        "patients: 1 new",
        "conditions: 1 new",
        "2 lines read, 0 skipped.",
        "This was a dry run: nothing was kept.",
    ]
    assert Patient.objects.exists() is False


def probed(path: Path, dry_run: bool, probe: Callable[[], None]) -> Totals:
    """Import this file; `probe` runs when its patients are written and its history is not."""

    def progress(reading: str, _path: Path, lines: int) -> None:
        if reading == "history" and lines == 0:
            probe()

    origin, listener = Origin("import", "Europe/London"), Listener(lambda note: None, progress)
    return import_files([path], origin=origin, today=NOW.date(), listener=listener, dry_run=dry_run)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dry_run", [True, False])
def test_nobody_at_the_desk_waits_for_an_import(dry_run: bool, write: Write) -> None:
    maiden = [{"family": "Lindqvist"}, {"use": "maiden", "family": "Holm"}]
    address = [{"city": "York"}]
    run(write("1", person(name=maiden, address=address), condition()))
    other = connections.create_connection("default")

    def lock_everything() -> None:
        tables = [Patient, PatientName, PatientAddress, PatientIdentifier, Condition]
        with other.cursor() as cursor:
            for model in tables:
                cursor.execute(f"SELECT id FROM {model._meta.db_table} FOR UPDATE NOWAIT")
                assert len(cursor.fetchall()) >= 1

    names = [{"family": "Holm"}, {"use": "maiden", "family": "Lindqvist"}]
    changed = person(birthDate="1992-03-15", name=names, address=[{"city": "Leeds"}])
    try:
        totals = probed(write("2", changed, condition(text="Other")), dry_run, lock_everything)
    finally:
        other.close()
    assert totals.counts["Person", "changed"] == totals.counts["Condition", "changed"] == 1
    assert Patient.objects.filter(birth_date="1992-03-15").exists() is not dry_run


def test_a_dry_run_after_an_import_tells_new_from_changed(write: Write) -> None:
    run(write("1", person(), condition()))
    path = write("2", person(family="Holm"), person("p2"), person("p2"), condition("c2", "p2"))
    assert run(path, "--dry-run")[:2] == [
        "patients: 1 new, 1 changed, 1 unchanged",
        "conditions: 1 new",
    ]
    assert list(Patient.objects.values_list("family_name", flat=True)) == ["Lindqvist"]
    assert run(path)[0] == "patients: 1 new, 1 changed, 1 unchanged"


@pytest.mark.parametrize("option", ["--time-zone=Mars/Olympus", "--source=a b", "--source="])
def test_impossible_options_are_refused(option: str, write: Write) -> None:
    with pytest.raises(CommandError):
        run(write("1", person()), option)
    assert Patient.objects.exists() is False


def test_a_second_import_at_the_same_time_is_refused(write: Write) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_IMPORT_LOCK])
            with pytest.raises(CommandError, match="Another import is running"):
                run(write("1", person()))
            # not by closing: the server may take its time to notice that
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_IMPORT_LOCK])
    finally:
        other.close()
    assert run(write("1", person()))[0] == "patients: 1 new"


def test_patients_who_were_here_before_are_left_alone(write: Write) -> None:
    before = PatientFactory.create(given_name="Ben", birth_date=date(1988, 7, 1))
    run(write("1", person()))
    assert Patient.objects.count() == 2
    assert Patient.objects.get(pk=before.pk).given_name == "Ben"
