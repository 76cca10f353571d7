"""The nouns: protocols; assessments and lesions; plans made of courses made of sessions; visits."""

from treatments.models.assessment import Assessment, Finding, Lesion, PreviousTreatment
from treatments.models.hold import SeriesHold
from treatments.models.plan import Course, Plan, Rebinding, Session
from treatments.models.protocol import Protocol, ProtocolStep
from treatments.models.visit import (
    Addendum,
    AdverseEvent,
    CryoRecord,
    ExtractionRecord,
    LaserRecord,
    LesionTreatment,
    PeelRecord,
    ProductUse,
    RegimenRecord,
    Visit,
)

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
