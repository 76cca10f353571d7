"""Whether patients are ready to be treated: their health answers and what they agreed to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from patients.models import Consent, Screening


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands for one patient. `consents` are by scope, those withdrawn left out; one whose
    text was replaced by a version that ends it is there, and does not count."""

    screening: Screening | None = None
    consents: Mapping[str, Consent] = field(default_factory=dict)

    def has_agreed(self, scope: str) -> bool:
        consent = self.consents.get(scope)
        return consent is not None and consent.counts


def of_patients(patients: Iterable[int]) -> dict[int, Readiness]:
    """Everybody asked for, in two queries however many."""
    wanted = set(patients)
    screenings = {each.patient_id: each for each in _newest(wanted)}
    consents: dict[int, dict[str, Consent]] = {}
    for consent in _standing(wanted):
        consents.setdefault(consent.patient_id, {})[consent.scope] = consent
    return {pk: Readiness(screenings.get(pk), consents.get(pk, {})) for pk in wanted}


def newest_screening(patient: int) -> Screening | None:
    """The answers that count; None for a patient who was never asked."""
    return next(iter(_newest({patient})), None)


def _newest(patients: set[int]) -> Iterable[Screening]:
    rows = Screening.objects.standing().filter(patient__in=patients)
    named = rows.select_related("recorded_by", "cleared_by")
    return named.order_by("patient", "-pk").distinct("patient")


def _standing(patients: set[int]) -> Iterable[Consent]:
    rows = Consent.objects.standing().filter(patient__in=patients)
    return rows.select_related("recorded_by", "text", "explained_by")
