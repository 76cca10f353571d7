"""What one patient has agreed to, all of it: what stands, what ended and why."""

from dataclasses import dataclass

from patients.models import Consent, ConsentText, Patient
from patients.queries import consent_texts, readiness


@dataclass(frozen=True, slots=True)
class Line:
    """One scope of one patient: what stands, if anything, and what would be signed today."""

    scope: str
    title: str
    consent: Consent | None
    text: ConsentText | None

    @property
    def is_in_order(self) -> bool:
        return self.consent is not None and self.consent.counts


def lines(patient: Patient) -> list[Line]:
    """Every text that can be signed, and whatever else stands, by title. Three queries."""
    ready = readiness.of_patients([patient.pk])[patient.pk]
    texts = consent_texts.current(patient.language)
    found = [line(scope, ready.consents.get(scope), texts) for scope in {*texts, *ready.consents}]
    return sorted(found, key=lambda each: (each.consent is None, each.title))


def line(scope: str, consent: Consent | None, texts: dict[str, ConsentText]) -> Line:
    text = texts.get(scope)
    return Line(scope, text.title if text else scope.capitalize(), consent, text)


def ended(patient: Patient) -> list[Consent]:
    """What no longer stands, newest first. One query."""
    rows = Consent.objects.filter(patient=patient, withdrawn_at__isnull=False)
    related = ("text", "recorded_by", "withdrawn_by", "explained_by", "document")
    shown = rows.select_related(*related).defer("document__pdf")
    return list(shown.order_by("-withdrawn_at", "-pk"))
