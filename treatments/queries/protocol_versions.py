"""The versions of the protocols, who runs on which, and in what two of them differ."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch

from treatments.models import Course, Protocol, ProtocolStep
from treatments.protocol_data.clashes import Clash, Numbers, clashes

_RUNNING = (Course.Status.ACTIVE, Course.Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Line:
    """One treatment: its current version, the draft there is, and running courses by version,
    newest version first."""

    current: Protocol
    draft: Protocol | None
    running: list[tuple[int, int]] = field(default_factory=list)


def overview() -> list[Line]:
    """Every treatment that the clinic gives, by name. Two queries."""
    rows = Protocol.objects.filter(discarded_at=None).select_related(
        "approved_by", "published_by", "saved_by"
    )
    by_modality: dict[str, list[Protocol]] = {}
    for each in rows.order_by("-version"):
        by_modality.setdefault(each.modality, []).append(each)
    running = running_courses()
    lines = [_line(versions, running) for versions in by_modality.values()]
    return sorted((each for each in lines if each), key=lambda line: line.current.name)


def _line(versions: Sequence[Protocol], running: Counter[int]) -> Line | None:
    published = [each for each in versions if each.published]
    if not published:
        return None
    draft = next((each for each in versions if not each.published), None)
    counts = [(each.version, running[each.pk]) for each in published if running[each.pk]]
    return Line(published[0], draft, counts)


def running_courses() -> Counter[int]:
    """How many active and paused courses each version has, by primary key. One query."""
    rows = Course.objects.filter(status__in=_RUNNING).values_list("protocol_id")
    return Counter(dict(rows.annotate(Count("pk"))))


def versions_of(modality: str) -> list[Protocol]:
    """All of them, discarded ones too, newest first, with their letters in order. Two queries."""
    steps = ProtocolStep.objects.order_by("position")
    rows = Protocol.objects.filter(modality=modality).select_related(
        "approved_by", "published_by", "saved_by", "discarded_by", "first_service"
    )
    return list(rows.order_by("-version").prefetch_related(Prefetch("steps", queryset=steps)))


def current_of(versions: Iterable[Protocol]) -> Protocol | None:
    """The newest published one of versions that come newest first."""
    return next((each for each in versions if each.published), None)


def step_pairs(
    before: Protocol, after: Protocol
) -> list[tuple[ProtocolStep | None, ProtocolStep | None]]:
    """The letters of two versions side by side, by their position; both prefetched."""
    old = {step.position: step for step in before.steps.all()}
    new = {step.position: step for step in after.steps.all()}
    return [(old.get(each), new.get(each)) for each in sorted(old.keys() | new.keys())]


def clashes_in(protocol: Protocol) -> tuple[Clash, ...]:
    """Letters that come on another day than the numbers say."""
    numbers = Numbers(
        stop_light=protocol.retinoid_stop_days_light,
        stop_dark=protocol.retinoid_stop_days_dark,
        gap_max=protocol.gap_max,
        gap_lapse=protocol.gap_lapse,
        review_after_session=protocol.review_after_session,
    )
    sent = [step.as_step() for step in protocol.steps.all() if step.is_on]
    return clashes(numbers, sent)
