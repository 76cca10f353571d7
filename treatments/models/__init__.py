"""The nouns: protocols; assessments and lesions; decisions; plans made of courses made of sessions;
regimens; visits."""

from treatments.models.assessment import Assessment, Finding, Lesion, PreviousTreatment
from treatments.models.decision import (
    Decision,
    DecisionAdvice,
    DecisionOption,
    GuidanceSettings,
)
from treatments.models.hold import SeriesHold
from treatments.models.plan import Course, Plan, Rebinding, Session
from treatments.models.protocol import Protocol, ProtocolStep
from treatments.models.regimen import Regimen, RegimenChange
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
    "Decision",
    "DecisionAdvice",
    "DecisionOption",
    "ExtractionRecord",
    "Finding",
    "GuidanceSettings",
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
    "Regimen",
    "RegimenChange",
    "RegimenRecord",
    "SeriesHold",
    "Session",
    "Visit",
]
