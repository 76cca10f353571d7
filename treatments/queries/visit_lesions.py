"""The lesions of a patient that a visit can treat, as the last signed assessment saw them."""

from dataclasses import dataclass
from decimal import Decimal

from treatments.face_map import BY_KEY, EYE_AREA
from treatments.models import Finding
from treatments.visit_rights import LID_SITES

_THERE = (
    Finding.State.NEW,
    Finding.State.ACTIVE,
    Finding.State.TREATED,
    Finding.State.RECURRED,
)


@dataclass(frozen=True, slots=True)
class Spot:
    """One lesion or counted cluster. `x` and `y` are thousandths of the drawn `view`."""

    pk: int
    number: int
    site: str
    place: str
    count: int
    size_mm: Decimal | None
    state: str
    view: str
    x: int
    y: int

    @property
    def near_eye(self) -> bool:
        return self.site in EYE_AREA

    @property
    def on_lid(self) -> bool:
        return self.site in LID_SITES


def spots_of(patient: int) -> list[Spot]:
    """Those that are still there, in order of their numbers. One query."""
    rows = (
        Finding.objects.filter(
            assessment__patient=patient, assessment__signed_at__isnull=False
        )
        .select_related("lesion")
        .order_by("lesion", "-assessment__signed_at", "-pk")
        .distinct("lesion")
    )
    found = [_spot(each) for each in rows if each.state in _THERE]
    return sorted(found, key=lambda each: each.number)


def _spot(finding: Finding) -> Spot:
    lesion = finding.lesion
    paired = BY_KEY[lesion.site].paired
    side = f", {lesion.get_side_display()}" if paired else ""
    return Spot(
        lesion.pk,
        lesion.number,
        lesion.site,
        f"{lesion.get_site_display()}{side}",
        finding.count,
        finding.size_mm,
        finding.state,
        finding.view,
        finding.x,
        finding.y,
    )
