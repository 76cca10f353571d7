"""The protocols the product ships with, as data. Every default is the clinic's to edit."""

from typing import Final

from treatments.protocol_data.model import EyeArea, Gaps, Modality, ProtocolData, Segment
from treatments.protocol_data.others import CRYOTHERAPY, EXTRACTION, LASER, RETINOID
from treatments.protocol_data.peels import GLYCOLIC, SALICYLIC
from treatments.protocol_data.step import Step

__all__ = [
    "PROTOCOLS",
    "EyeArea",
    "Gaps",
    "Modality",
    "ProtocolData",
    "Segment",
    "Step",
    "by_code",
]

PROTOCOLS: Final[tuple[ProtocolData, ...]] = (
    EXTRACTION,
    GLYCOLIC,
    SALICYLIC,
    RETINOID,
    CRYOTHERAPY,
    LASER,
)


def by_code(code: str) -> ProtocolData:
    """The shipped protocol with this code (EXT, GLY, SAL, RET, CRYO, CO2); KeyError if none."""
    return {protocol.code: protocol for protocol in PROTOCOLS}[code]
