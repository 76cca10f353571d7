"""Signed assessments to decide on, and decisions."""

import uuid
from typing import Any

from tests.conftest import NOW, Cast
from treatments.actions import decisions
from treatments.actions.decisions import Choice
from treatments.face_map import BY_KEY
from treatments.models import Assessment, Decision, Finding, Lesion, PreviousTreatment

MANY = (("cheek", 8), ("forehead", 6), ("chin", 5))
FAILED_EXTRACTION = ("extraction", "none")


def signed(
    cast: Cast,
    *found: tuple[str, int],
    tried: tuple[str, str] | None = None,
    size_mm: str = "1.0",
    **said: Any,
) -> Assessment:
    """An assessment of Ada signed by Dr Cole: so many milia at each site; one cheek without any."""
    values = {"skin_type": 3, "kind": "primary", "arrangement": "discrete"} | said
    made = Assessment.objects.create(
        patient=cast.ada, started_at=NOW, started_by=cast.cole, saved_at=NOW, **values
    )
    for number, (site, count) in enumerate(found or (("cheek", 3),), cast.ada.lesions.count() + 1):
        side = "left" if BY_KEY[site].paired else "middle"
        lesion = Lesion.objects.create(patient=cast.ada, number=number, site=site, side=side)
        Finding.objects.create(
            assessment=made, lesion=lesion, count=count, size_mm=size_mm, x=300, y=500
        )
    if tried:
        PreviousTreatment.objects.create(assessment=made, modality=tried[0], result=tried[1])
    Assessment.objects.filter(pk=made.pk).update(signed_at=NOW, signed_by=cast.cole)
    return Assessment.objects.select_related("patient").get(pk=made.pk)


def decided(cast: Cast, assessment: Assessment, *chosen: Any, **more: Any) -> Decision:
    """Dr Cole decides for these."""
    choice = Choice(Decision.Way.TREAT, chosen, **more)
    return decisions.decide(
        assessment=assessment, choice=choice, by=cast.cole, now=NOW, key=uuid.uuid4()
    )
