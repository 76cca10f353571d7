"""The nouns: protocols; assessments and lesions; plans made of courses made of sessions; visits."""

from treatments.models.assessment import Assessment, Finding, Lesion, PreviousTreatment
from treatments.models.hold import SeriesHold
from treatments.models.plan import Course, Plan, Rebinding, Session
from treatments.models.protocol import Protocol, ProtocolStep
from treatments.models.visit import Visit
from treatments.models.visit_lesion_records import CryoRecord, ExtractionRecord, LaserRecord
from treatments.models.visit_parts import Addendum, AdverseEvent, LesionTreatment, ProductUse
from treatments.models.visit_records import PeelRecord, RegimenRecord

__all__ = [
    "Addendum",
    "AdverseEvent",
    "Assessment",
    "Course",
    "CryoRecord",
    "ExtractionRecord",
    "Finding",
    "LaserRecord",
    "Lesion",
    "LesionTreatment",
    "PeelRecord",
    "Plan",
    "PreviousTreatment",
    "ProductUse",
    "Protocol",
    "ProtocolStep",
    "Rebinding",
    "RegimenRecord",
    "SeriesHold",
    "Session",
    "Visit",
]
