"""The consent texts the product ships with, one per modality; every word is the clinic's to edit.

Each says what it is, what to expect, the risks with the figures that are known, the alternatives
with doing nothing among them, what the patient has to do, and the right to stop. Where a figure
comes from stands in `sources`, never in the text.
"""

from typing import Final

from patients.consent_words import ConsentData
from treatments.consent_data.peels import GLYCOLIC, SALICYLIC
from treatments.consent_data.retinoid import RETINOID
from treatments.consent_data.spots import CRYO, EXTRACTION, LASER

__all__ = ["TEXTS"]

TEXTS: Final[tuple[ConsentData, ...]] = (EXTRACTION, GLYCOLIC, SALICYLIC, RETINOID, CRYO, LASER)
