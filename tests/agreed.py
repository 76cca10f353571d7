"""What a treatment needs before it starts."""

from clinic.accounts.models import User
from patients.actions import readiness
from patients.models import Consent, Patient
from tests.conftest import NOW


def agree(patient: Patient, by: User, scope: str = "glycolic") -> Consent:
    """The patient has signed on paper; safe to repeat."""
    return readiness.record_consent(patient=patient, scope=scope, by=by, now=NOW)
