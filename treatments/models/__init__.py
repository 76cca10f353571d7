"""The nouns: protocols; assessments and lesions; decisions; plans made of courses made of sessions;
regimens; visits."""

from treatments.models.assessment import Assessment
from treatments.models.decision import (
    Decision,
    DecisionAdvice,
    DecisionOption,
    GuidanceSettings,
)
from treatments.models.hold import SeriesHold
from treatments.models.lesion import Finding, Lesion, PreviousTreatment
from treatments.models.outcome import Outcome
from treatments.models.plan import Course, Plan, Rebinding, Session
from treatments.models.protocol import Protocol
from treatments.models.protocol_step import ProtocolStep
from treatments.models.regimen import Regimen, RegimenChange
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
    "Decision",
    "DecisionAdvice",
    "DecisionOption",
    "ExtractionRecord",
    "Finding",
    "GuidanceSettings",
    "LaserRecord",
    "Lesion",
    "LesionTreatment",
    "Outcome",
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
