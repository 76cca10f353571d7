"""A hand that signs, for tests."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from patients.actions import consents
from patients.actions.consents import Place, Signature
from patients.models import Consent
from patients.queries import consent_texts
from patients.signatures import write
from tests.conftest import NOW, Cast

DRAWN = write((tuple((x, 100 + x % 40) for x in range(40, 520, 6)),))
HERE = Place(
    "Milia Clinic", "Harbour Street", "1 Harbour Street, London", ZoneInfo("Europe/London")
)


def sign(cast: Cast, scope: str = "glycolic", **changes: Any) -> Consent:
    """Ada signs by hand what Dr Cole has explained, unless said otherwise."""
    asked: dict[str, Any] = {
        "patient": cast.ada,
        "text": consent_texts.current()[scope],
        "signature": Signature("Ada Lindqvist", DRAWN),
        "explained_by": cast.cole,
        "questions_answered": True,
        "place": HERE,
        "key": uuid.uuid4(),
        "by": cast.fern,
        "now": NOW,
    }
    return consents.sign(**asked | changes)
