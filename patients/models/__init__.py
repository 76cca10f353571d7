"""The nouns: patients, their history, what makes them ready, and the ledger of messages to them."""

from patients.models.consent import Consent, ConsentDocument, ConsentText
from patients.models.history import Allergy, Condition, Medication
from patients.models.message import Message
from patients.models.patient import Patient, PatientAddress, PatientIdentifier, PatientName
from patients.models.screening import Screening

__all__ = [
    "Allergy",
    "Condition",
    "Consent",
    "ConsentDocument",
    "ConsentText",
    "Medication",
    "Message",
    "Patient",
    "PatientAddress",
    "PatientIdentifier",
    "PatientName",
    "Screening",
]
