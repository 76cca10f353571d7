"""The consent texts the product ships with: photographs, and one for each modality."""

from patients.actions import consent_texts
from patients.consent_data import PHOTOS
from patients.models import ConsentText
from treatments.consent_data import TEXTS


def install() -> list[ConsentText]:
    """Add those that this clinic has in no version; answer them."""
    return consent_texts.install((PHOTOS, *TEXTS))
