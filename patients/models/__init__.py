"""The nouns: patients, their history, what makes them ready, and the ledger of messages to them."""

from patients.models.consent import Consent, ConsentDocument, ConsentText
from patients.models.history import Allergy, Condition, Medication
from patients.models.letter_text import LetterText
from patients.models.link import Link
from patients.models.message import Message
from patients.models.patient import Patient, PatientAddress, PatientIdentifier, PatientName
from patients.models.photo import STANDARD_POSES, Photo, PhotoUse
from patients.models.post import Heartbeat, MailService
from patients.models.preference import MessagePreference
from patients.models.screening import Clearance, Screening, ScreeningAnswer

__all__ = [
    "STANDARD_POSES",
    "Allergy",
    "Clearance",
    "Condition",
    "Consent",
    "ConsentDocument",
    "ConsentText",
    "Heartbeat",
    "LetterText",
    "Link",
    "MailService",
    "Medication",
    "Message",
    "MessagePreference",
    "Patient",
    "PatientAddress",
    "PatientIdentifier",
    "PatientName",
    "Photo",
    "PhotoUse",
    "Screening",
    "ScreeningAnswer",
]
