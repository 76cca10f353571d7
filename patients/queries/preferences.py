"""What a patient wants to hear about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from patients.models import MessagePreference, Patient


@dataclass(frozen=True, slots=True)
class Choice:
    """One purpose with its words and whether the patient hears of it."""

    purpose: str
    label: str
    wanted: bool


Refused = Mapping[str, str]
"""The purposes that somebody does without, each with its words."""


def refused(patients: Iterable[int]) -> dict[int, Refused]:
    """What each of these patients does without; one query for all."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in patients}
    for row in MessagePreference.objects.filter(patient__in=found, wanted=False):
        found[row.patient_id][row.purpose] = str(row.get_purpose_display())
    return dict(found)


def choices(patient: Patient) -> list[Choice]:
    """Every purpose, in one query."""
    without = refused([patient.pk])[patient.pk]
    return [
        Choice(purpose, str(label), purpose not in without)
        for purpose, label in MessagePreference.Purpose.choices
    ]
