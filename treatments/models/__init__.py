"""The nouns: protocols, and plans made of courses made of sessions."""

from treatments.models.hold import SeriesHold
from treatments.models.plan import Course, Plan, Rebinding, Session
from treatments.models.protocol import Protocol, ProtocolStep

__all__ = [
    "Course",
    "Plan",
    "Protocol",
    "ProtocolStep",
    "Rebinding",
    "SeriesHold",
    "Session",
]
