"""The nouns: protocols, and plans made of courses made of sessions."""

from treatments.models.hold import SeriesHold
from treatments.models.plan import Course, Plan, Session
from treatments.models.protocol import Protocol, ProtocolStep

__all__ = ["Course", "Plan", "Protocol", "ProtocolStep", "SeriesHold", "Session"]
