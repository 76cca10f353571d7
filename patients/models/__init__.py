"""The nouns: patients, their history, and the ledger of messages to them."""

from patients.models.history import Allergy, Condition, Medication
from patients.models.message import Message
from patients.models.patient import Patient, PatientAddress, PatientIdentifier, PatientName

__all__ = [
    "Allergy",
    "Condition",
    "Medication",
    "Message",
    "Patient",
    "PatientAddress",
    "PatientIdentifier",
    "PatientName",
]
