"""What a patient wants to hear about."""

from collections.abc import Mapping
from dataclasses import dataclass

from patients.models import MessagePreference, Patient


@dataclass(frozen=True, slots=True)
class Choice:
    """One purpose with its words and whether the patient hears of it."""

    purpose: str
    label: str
    wanted: bool


def refused(patient: Patient) -> Mapping[str, str]:
    """The purposes that the patient does without, each with its words; one query."""
    rows = MessagePreference.objects.filter(patient=patient, wanted=False)
    return {row.purpose: str(row.get_purpose_display()) for row in rows}


def choices(patient: Patient) -> list[Choice]:
    """Every purpose, in one query."""
    without = refused(patient)
    return [
        Choice(purpose, str(label), purpose not in without)
        for purpose, label in MessagePreference.Purpose.choices
    ]
