"""What FHIR records say about a patient: allergies, conditions, medication. Pure.

The formats: https://hl7.org/fhir/R4/allergyintolerance.html, condition.html, medicationrequest.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from patients.fhir.files import Json, LineError
from patients.fhir.values import (
    code_of,
    codings,
    id_of,
    instant,
    objects,
    strings,
    text_of,
)

_TAKEN_BACK = {"entered-in-error", "refuted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something said about the patient with the id `person_id`. Instants are UTC."""

    source_id: str
    person_id: str
    code_system: str
    code: str
    text: str
    status: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy(Statement):
    category: str
    criticality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Statement):
    onset_at: datetime | None
    abated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication(Statement):
    as_needed: bool | None


def kind_of(resource: Json) -> str:
    """The resource type. Raises LineError for one that is not taken over."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not kind:
        raise LineError("it does not say what it is (no resourceType)")
    if kind != "Patient" and kind not in _STATEMENTS:
        raise LineError(f"“{kind[:40]}” is not a kind of record that is taken over")
    return kind


def read_statement(resource: Json) -> Statement:
    """An AllergyIntolerance, Condition or MedicationRequest. Raises LineError."""
    return _STATEMENTS[kind_of(resource)](resource)


def _allergy(resource: Json) -> Allergy:
    system, code, text = _concept(resource.get("code"), "what the allergy is to")
    return Allergy(
        source_id=id_of(resource),
        person_id=_reference(resource.get("patient")),
        code_system=system,
        code=code,
        text=text,
        status=_clinical_status(resource),
        recorded_at=instant(resource.get("recordedDate"), "recording date"),
        category=text_of(", ".join(strings(resource.get("category"))), 60, "category"),
        criticality=text_of(resource.get("criticality"), 30, "criticality"),
    )


def _condition(resource: Json) -> Condition:
    system, code, text = _concept(resource.get("code"), "what the condition is")
    return Condition(
        source_id=id_of(resource),
        person_id=_reference(resource.get("subject")),
        code_system=system,
        code=code,
        text=text,
        status=_clinical_status(resource),
        recorded_at=instant(resource.get("recordedDate"), "recording date"),
        onset_at=instant(resource.get("onsetDateTime"), "onset"),
        abated_at=instant(resource.get("abatementDateTime"), "end"),
    )


def _medication(resource: Json) -> Medication:
    system, code, text = _concept(_medicine(resource), "what the medicine is")
    return Medication(
        source_id=id_of(resource),
        person_id=_reference(resource.get("subject")),
        code_system=system,
        code=code,
        text=text,
        status=text_of(resource.get("status"), 30, "status"),
        recorded_at=instant(resource.get("authoredOn"), "recording date"),
        as_needed=_as_needed(resource),
    )


_STATEMENTS: dict[str, Callable[[Json], Statement]] = {
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "MedicationRequest": _medication,
}


def _concept(concept: object, what: str) -> tuple[str, str, str]:
    """(system, code, text) of a CodeableConcept; the words a person chose go before a code's."""
    coding = next(iter(codings(concept)), {})
    own = concept.get("text") if isinstance(concept, dict) else None
    text = text_of(own or coding.get("display") or coding.get("code"), 500, "description")
    if not text:
        raise LineError(f"it does not say {what}")
    return text_of(coding.get("system"), 200, "code"), text_of(coding.get("code"), 60, "code"), text


def _medicine(resource: Json) -> object:
    if "medicationCodeableConcept" in resource:
        return resource["medicationCodeableConcept"]
    reference = next(iter(objects([resource.get("medicationReference")])), {})
    for contained in objects(resource.get("contained")):
        if f"#{contained.get('id')}" == reference.get("reference"):
            return contained.get("code")
    return {"text": reference.get("display")}


def _clinical_status(resource: Json) -> str:
    """The clinical status, or "entered-in-error" and "refuted", which outweigh it."""
    verified = code_of(resource.get("verificationStatus"))
    return verified if verified in _TAKEN_BACK else code_of(resource.get("clinicalStatus"))


def _as_needed(resource: Json) -> bool | None:
    doses = list(objects(resource.get("dosageInstruction")))
    said = [dose.get("asNeededBoolean") for dose in doses]
    if True in said or any("asNeededCodeableConcept" in dose for dose in doses):
        return True
    return False if False in said else None


def _reference(value: object) -> str:
    """The id in "Patient/7", "urn:uuid:…", or an address that ends in one of its versions."""
    target = next(iter(objects([value])), {}).get("reference")
    if not isinstance(target, str) or not target or target.startswith("#"):
        raise LineError("it does not say which patient it is about")
    return target.split("/_history/")[0].rsplit("/", 1)[-1].removeprefix("urn:uuid:")
