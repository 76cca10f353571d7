"""What assessments say: the latest, what is on the face now, counts per site over time.

"There" are lesions that were seen and not treated or gone: new, still there, come back. A cluster
counts with its number of milia.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Exists, Max, OuterRef, Prefetch, Q

from patients.models import Patient
from treatments.face_chart import Place, Side, check
from treatments.models import Assessment, Finding, Lesion, LesionTreatment
from treatments.models.assessment import AssessmentQuerySet

State = Finding.State
THERE: Final = frozenset({State.NEW, State.ACTIVE, State.RECURRED})
_FOLLOWED: Final = (*THERE, State.TREATED)


@dataclass(frozen=True, slots=True)
class Mark:
    """A lesion as it is drawn: `pk` and `number` of the lesion; x and y in thousandths of `view`.
    `size_mm` is of the largest, None when not measured."""

    pk: int
    number: int
    site: str
    side: Side
    view: str
    x: int
    y: int
    count: int
    size_mm: Decimal | None
    depth: str
    state: str
    note: str = ""

    @property
    def place(self) -> Place:
        return Place(self.site, self.side)

    @property
    def is_there(self) -> bool:
        return self.state in THERE


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """What one signed assessment counted, by place; only places where something was."""

    assessment: int
    signed_at: datetime
    by_place: dict[Place, int]

    @property
    def total(self) -> int:
        return sum(self.by_place.values())

    @property
    def by_site(self) -> dict[str, int]:
        """Both sides together."""
        found: Counter[str] = Counter()
        for place, count in self.by_place.items():
            found[place.site] += count
        return dict(found)


def with_findings() -> AssessmentQuerySet:
    """Assessments with their findings in the order of the numbers, and previous treatments."""
    findings = Finding.objects.select_related("lesion").order_by("lesion__number")
    return Assessment.objects.select_related("started_by", "signed_by").prefetch_related(
        Prefetch("findings", findings), "previous_treatments"
    )


def latest(patient: Patient) -> Assessment | None:
    """The assessment that was signed last, with its findings and previous treatments."""
    return with_findings().signed().filter(patient=patient).order_by("-signed_at").first()


def of_patient(patient: Patient) -> list[Assessment]:
    """All of them with their findings, drafts first, then the newest first."""
    rows = with_findings().filter(patient=patient)
    return sorted(rows, key=lambda each: each.signed_at or each.started_at, reverse=True)


def open_drafts(patient: Patient) -> list[Assessment]:
    """Those that somebody has begun and not signed, the oldest first."""
    rows = Assessment.objects.drafts().filter(patient=patient).select_related("started_by")
    return list(rows.order_by("started_at", "pk"))


def marks(findings: Iterable[Finding]) -> list[Mark]:
    """Findings with their lesions, to draw."""
    return [_mark(each) for each in findings]


def _mark(finding: Finding) -> Mark:
    lesion = finding.lesion
    place = check(lesion.site, lesion.side)
    return Mark(
        pk=lesion.pk,
        number=lesion.number,
        site=place.site,
        side=place.side,
        view=finding.view,
        x=finding.x,
        y=finding.y,
        count=finding.count,
        size_mm=finding.size_mm,
        depth=finding.depth,
        state=finding.state,
        note=finding.note,
    )


def active_lesions(patient: Patient) -> list[Mark]:
    """What the last signed assessment saw and is to be treated or followed: there, or healing."""
    found = latest(patient)
    return (
        [each for each in marks(found.findings.all()) if each.state in _FOLLOWED] if found else []
    )


def gone_lesions(patient: Patient) -> list[Mark]:
    """Lesions that were gone when they were last seen: one of them may come back."""
    seen = Finding.objects.filter(
        assessment__patient=patient, assessment__signed_at__isnull=False
    ).select_related("lesion")
    newest = seen.order_by("lesion_id", "-assessment__signed_at").distinct("lesion_id")
    found = [each for each in marks(newest) if each.state == State.RESOLVED]
    return sorted(found, key=lambda each: each.number)


def count_by_place(findings: Iterable[Finding]) -> dict[Place, int]:
    """How many are there at each place, the fullest first."""
    found: Counter[Place] = Counter()
    for each in marks(findings):
        if each.is_there:
            found[each.place] += each.count
    return dict(found.most_common())


def counts_over_time(patient: Patient) -> list[SiteCounts]:
    """Counts of every signed assessment, the oldest first; in three queries."""
    rows = with_findings().signed().filter(patient=patient).order_by("signed_at")
    return [
        SiteCounts(each.pk, each.signed_at, count_by_place(each.findings.all()))
        for each in rows
        if each.signed_at
    ]


def highest_number_beside(draft: Assessment) -> int:
    """The highest number of this patient's lesions that the draft did not make; 0 without any."""
    rows = Lesion.objects.filter(patient_id=draft.patient_id).exclude(
        Exists(draft.findings.filter(lesion=OuterRef("pk"), state=State.NEW))
    )
    return rows.aggregate(top=Max("number"))["top"] or 0


def treated_since(assessment: Assessment) -> dict[int, LesionTreatment]:
    """By lesion, what signed visits did to it after the assessment that this one starts from."""
    before = assessment.based_on
    if before is None or before.signed_at is None:
        return {}
    rows = LesionTreatment.objects.filter(
        Q(visit__signed_at__isnull=False), visit__started_at__gt=before.signed_at,
        lesion__patient_id=assessment.patient_id,
    )  # fmt: skip
    return {each.lesion_id: each for each in rows.select_related("visit").order_by("visit_id")}


def signed_later(assessment: Assessment) -> Assessment | None:
    """What somebody else signed after this draft was started from an older one."""
    rows = Assessment.objects.signed().filter(patient_id=assessment.patient_id)
    newest = rows.select_related("signed_by").order_by("-signed_at").first()
    return newest if newest and newest.pk != assessment.based_on_id else None
