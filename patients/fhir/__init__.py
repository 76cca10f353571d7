"""FHIR R4 bulk exports, read line by line into plain values. Pure: standard library only."""

from patients.fhir.files import Json, Line, LineError, decoded, lines
from patients.fhir.person import Address, Name, Person, read_person
from patients.fhir.statement import (
    Allergy,
    Condition,
    Medication,
    Statement,
    kind_of,
    read_statement,
)

__all__ = [
    "Address",
    "Allergy",
    "Condition",
    "Json",
    "Line",
    "LineError",
    "Medication",
    "Name",
    "Person",
    "Statement",
    "decoded",
    "kind_of",
    "lines",
    "read_person",
    "read_statement",
]
