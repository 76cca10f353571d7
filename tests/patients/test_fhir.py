"""What is read out of a FHIR line: files, people, statements."""

import gzip
import json
import tracemalloc
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients import fhir
from patients.fhir.files import LONGEST_LINE

TODAY = date(2026, 11, 30)


def person(**changes: Any) -> fhir.Json:
    """A Patient resource with every part that is taken over."""
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [
            {"use": "official", "family": "O'Hara", "given": ["Zoë", "May"], "prefix": ["Dr"]}
        ],
        "gender": "female",
        "birthDate": "1992-03-14",
        **changes,
    }


def read(**changes: Any) -> fhir.Person:
    return fhir.read_person(person(**changes), today=TODAY)


def refusal(**changes: Any) -> str:
    with pytest.raises(fhir.LineError) as refused:
        read(**changes)
    return str(refused.value)


# Files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_are_the_same_plain_and_packed_whatever_the_name(pack: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_bytes(pack(b'\xef\xbb\xbf{"a": 1}\r\n\n{"b": 2}'))
    found = [(line.number, fhir.decoded(line.content)) for line in fhir.lines(path)]  # type: ignore[arg-type]
    assert found == [(1, {"a": 1}), (3, {"b": 2})]


def test_an_overlong_line_is_passed_over_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * (2 * LONGEST_LINE + 7) + b'\n{"a": 1}\n')
    first, second = fhir.lines(path)
    assert str(first.content) == "it is longer than 5 MiB"
    assert second == (2, b'{"a": 1}\n')


def test_a_line_of_the_longest_length_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * (LONGEST_LINE - 1) + b"\n" + b"y")
    assert [len(line.content) for line in fhir.lines(path)] == [LONGEST_LINE, 1]  # type: ignore[arg-type]


def test_a_packed_file_that_breaks_off_says_so_after_its_good_lines(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    whole = gzip.compress(b"".join(b'{"n": %d}\n' % n for n in range(30_000)))
    path.write_bytes(whole[: len(whole) // 2])
    *good, last = fhir.lines(path)
    assert len(good) > 1000
    assert last.number == len(good) + 1
    assert str(last.content) == "the file is damaged here, the rest cannot be read"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a": ', "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"9" * 10_000, "it is not JSON"),
        (b"[1]", "it is JSON, but not an object"),
        (b'"Patient"', "it is JSON, but not an object"),
        (b'{"a": "\xff"}', "it is not UTF-8 text"),
    ],
)
def test_what_is_no_object_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(fhir.LineError) as refused:
        fhir.decoded(content)
    assert str(refused.value) == reason


@given(st.binary(max_size=60))
def test_any_bytes_are_an_object_or_a_line_error(content: bytes) -> None:
    with suppress(fhir.LineError):
        assert isinstance(fhir.decoded(content), dict)


# People -------------------------------------------------------------------------------------------


def test_a_person_is_read_whole() -> None:
    found = read(
        identifier=[
            {"type": {"coding": [{"code": "MR"}]}, "system": "urn:h", "value": "77"},
            {"type": {"coding": [{"code": "SS"}]}, "system": "urn:ssn", "value": "999-22-1962"},
            {"system": "urn:untyped", "value": "999-22-1962"},
        ],
        telecom=[
            {"system": "phone", "value": "old one", "use": "old"},
            {"system": "phone", "value": "555 1", "use": "home"},
            {"system": "phone", "value": "555 2", "use": "mobile"},
            {"system": "email", "value": " zoe@example.org "},
        ],
        communication=[
            {"language": {"coding": [{"code": "es"}]}},
            {"language": {"coding": [{"code": "de-DE"}]}, "preferred": True},
        ],
        address=[{"line": ["1 High St", "Flat 2"], "city": "Leeds", "postalCode": "LS1"}],
    )
    assert found == fhir.Person(
        source_id="p1",
        prefix="Dr",
        given_name="Zoë May",
        family_name="O'Hara",
        birth_date=date(1992, 3, 14),
        sex="female",
        phone="555 2",
        email="zoe@example.org",
        languages=("de-DE", "es"),
        deceased=False,
        deceased_at=None,
        other_names=(),
        addresses=(fhir.Address("1 High St\nFlat 2", "Leeds", "", "LS1", ""),),
        record_numbers=(("urn:h", "77"),),
        remarks=(),
    )


def test_the_official_name_is_the_name_and_the_others_stay_searchable() -> None:
    found = read(
        name=[
            {"use": "maiden", "family": "Holm", "given": ["Zoë"]},
            {"use": "temp", "family": "Emergency 12"},
            {"use": "official", "family": "Lind", "given": ["Zoë"]},
            {"use": "nickname", "given": ["Zo"]},
        ]
    )
    assert (found.given_name, found.family_name) == ("Zoë", "Lind")
    assert found.other_names == (
        fhir.Name("nickname", "Zo", ""),
        fhir.Name("maiden", "Zoë", "Holm"),
    )


@pytest.mark.parametrize(
    ("changes", "deceased", "deceased_at", "remarks"),
    [
        ({}, False, None, ()),
        ({"deceasedBoolean": False}, False, None, ()),
        ({"deceasedBoolean": True}, True, None, ()),
        ({"deceasedDateTime": "2007-03-25T19:08:38+02:00"}, True, (2007, 3, 25, 17, 8, 38), ()),
        ({"deceasedDateTime": "2007"}, True, (2007, 1, 1), ()),
        (
            {"deceasedDateTime": "last spring"},
            True,
            None,
            ("the date of death is not a date; taken over as deceased without a date",),
        ),
    ],
)
def test_deaths(
    changes: Any, deceased: bool, deceased_at: tuple[int, ...] | None, remarks: tuple[str, ...]
) -> None:
    found = read(**changes)
    when = datetime(*deceased_at, tzinfo=UTC) if deceased_at else None  # type: ignore[misc,arg-type]
    assert (found.deceased, found.deceased_at, found.remarks) == (deceased, when, remarks)


@pytest.mark.parametrize(
    "email", ["a@b.org, c@d.org", "a@b.org\r\nBcc: x@y.org", "a@b", "Zoë <a@b.org>", 7, "x" * 300]
)
def test_what_is_not_one_address_is_left_out_and_told(email: object) -> None:
    found = read(telecom=[{"system": "email", "value": email}])
    assert found.email == ""
    assert found.remarks == ("the e-mail address is not one address; taken over without it",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": []}, "the patient has no family name"),
        ({"name": "Zoë"}, "the patient has no family name"),
        ({"name": [{"given": ["Zoë"]}]}, "the patient has no family name"),
        ({"name": [{"family": " \u0000 "}]}, "the patient has no family name"),
        ({"name": [{"family": "x" * 101}]}, "the family name is longer than 100 characters"),
        ({"birthDate": None}, "the patient has no birth date"),
        ({"birthDate": "1992-02-30"}, "the birth date is not a day of the calendar"),
        ({"birthDate": "1992-03"}, "the birth date is not a full date"),
        ({"birthDate": "1899-12-31"}, "the birth date is before 1900 or in the future"),
        ({"birthDate": "2026-12-01"}, "the birth date is before 1900 or in the future"),
        ({"id": ""}, "it has no id, so a second import could not find it again"),
    ],
)
def test_a_person_who_cannot_be_told_apart_is_refused(changes: Any, reason: str) -> None:
    assert refusal(**changes) == reason


def test_characters_that_cannot_be_stored_are_gone() -> None:
    found = read(name=[{"family": "Li\u0000nd\ud800", "given": ["Z\u200co"]}])
    assert (found.family_name, found.given_name) == ("Li nd", "Z\u200co")


SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text("aé\x00- .\ud800", max_size=5)
KEYS = ["use", "family", "given", "value", "coding", "code", "line", "text", "reference", "id"]
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=6,
)
FIELDS = [
    *("id", "name", "birthDate", "gender", "telecom", "address", "identifier", "communication"),
    *("deceasedDateTime", "deceasedBoolean", "code", "patient", "subject", "recordedDate"),
    *("onsetDateTime", "category", "contained", "medicationReference", "dosageInstruction"),
    *("medicationCodeableConcept", "clinicalStatus"),
]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(["Patient", "AllergyIntolerance", "Condition", "MedicationRequest"]),
    st.dictionaries(st.sampled_from(FIELDS), ANY_JSON, max_size=5),
)
def test_any_content_is_understood_or_a_line_error(kind: str, content: fhir.Json) -> None:
    resource = {**person(), "subject": {"reference": "Patient/1"}, **content, "resourceType": kind}
    with suppress(fhir.LineError):
        if kind == "Patient":
            fhir.read_person(resource, today=TODAY)
        else:
            fhir.read_statement(resource)


# Statements ---------------------------------------------------------------------------------------


def test_an_allergy_is_read() -> None:
    resource: fhir.Json = {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "category": ["medication", "food"],
        "criticality": "high",
        "code": {"coding": [{"system": "urn:snomed", "code": "1", "display": "Salicylate"}]},
        "patient": {"reference": "urn:uuid:p1"},
        "recordedDate": "1950-08",
    }
    assert fhir.read_statement(resource) == fhir.Allergy(
        source_id="a1",
        person_id="p1",
        code_system="urn:snomed",
        code="1",
        text="Salicylate",
        status="active",
        recorded_at=datetime(1950, 8, 1, tzinfo=UTC),
        category="medication, food",
        criticality="high",
    )


def statement(kind: str = "Condition", **changes: Any) -> fhir.Statement:
    resource = {
        "resourceType": kind,
        "id": "c1",
        "code": {"text": "Milia"},
        "medicationCodeableConcept": {"text": "Tretinoin"},
        "subject": {"reference": "Patient/p1"},
    }
    return fhir.read_statement(resource | changes)


@pytest.mark.parametrize(
    "reference",
    ["urn:uuid:p1", "Patient/p1", "https://x.example/fhir/Patient/p1/_history/3", "p1"],
)
def test_references_of_all_forms_name_the_person(reference: str) -> None:
    assert statement(subject={"reference": reference}).person_id == "p1"


@pytest.mark.parametrize("subject", [None, {}, {"reference": "#p1"}, {"display": "Ada"}, "p1"])
def test_a_statement_about_nobody_is_refused(subject: object) -> None:
    with pytest.raises(fhir.LineError, match="does not say which patient"):
        statement(subject=subject)


def test_what_was_entered_in_error_outweighs_active() -> None:
    found = statement(
        clinicalStatus={"coding": [{"code": "active"}]},
        verificationStatus={"coding": [{"code": "entered-in-error"}]},
    )
    assert found.status == "entered-in-error"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "Tretinoin"),
        ({"medicationCodeableConcept": None, "code": {}}, None),
    ],
)
def test_a_medicine_needs_a_name(changes: Any, text: str | None) -> None:
    if text is None:
        with pytest.raises(fhir.LineError, match="does not say what the medicine is"):
            statement("MedicationRequest", **changes)
    else:
        assert statement("MedicationRequest", **changes).text == text


def test_a_medicine_may_stand_inside_the_request() -> None:
    resource: fhir.Json = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "contained": [{"id": "med", "code": {"text": "Isotretinoin"}}],
        "medicationReference": {"reference": "#med"},
        "dosageInstruction": [{"asNeededBoolean": False}],
        "subject": {"reference": "Patient/p1"},
        "status": "active",
    }
    found = fhir.read_statement(resource)
    assert isinstance(found, fhir.Medication)
    assert (found.text, found.as_needed, found.status) == ("Isotretinoin", False, "active")


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({}, "it does not say what it is (no resourceType)"),
        ({"resourceType": 7}, "it does not say what it is (no resourceType)"),
        (
            {"resourceType": "Observation"},
            "“Observation” is not a kind of record that is taken over",
        ),
    ],
)
def test_other_kinds_are_refused(resource: fhir.Json, reason: str) -> None:
    with pytest.raises(fhir.LineError) as refused:
        fhir.kind_of(resource)
    assert str(refused.value) == reason


def test_reading_a_large_file_needs_memory_for_one_line_only(tmp_path: Path) -> None:
    path = tmp_path / "many"
    with path.open("w") as file:
        file.writelines(json.dumps({"n": "x" * 1000}) + "\n" for _ in range(10_000))
    tracemalloc.start()
    assert sum(1 for _ in fhir.lines(path)) == 10_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
