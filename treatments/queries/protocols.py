"""Which protocols there are, and which one a service belongs to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, Subquery

from patients.models import Patient
from treatments.models import Course, Protocol


def to_choose_from() -> list[Protocol]:
    """The newest published version of each modality, by name."""
    rows = Protocol.objects.current().select_related("first_service", "follow_up_service")
    return list(rows.order_by("name"))


def of_modalities(modalities: Collection[str]) -> list[Protocol]:
    """The newest published version of each of these, by name."""
    return [each for each in to_choose_from() if each.modality in modalities]


def ruling(patient: Patient, services: Iterable[int]) -> list[Protocol]:
    """For every modality that uses one of these services, the version that rules this patient:
    that of the newest course, or else the newest published one. One query."""
    wanted = list(services)
    own = Course.objects.filter(protocol=OuterRef("pk"), plan__patient=patient)
    rows = (
        Protocol.objects.filter(Q(first_service__in=wanted) | Q(follow_up_service__in=wanted))
        .filter(published=True)
        .annotate(newest_course=Subquery(own.order_by("-pk").values("pk")[:1]))
        .order_by("modality", F("newest_course").desc(nulls_last=True), "-version")
        .distinct("modality")
    )
    return list(rows)


class Use(NamedTuple):
    """What one version of a protocol books: its services by primary key."""

    modality: str
    name: str
    first_service: int
    follow_up_service: int


def uses() -> list[Use]:
    """Of every version, the oldest first. One query."""
    return list(map(Use._make, Protocol.objects.order_by("version").values_list(*Use._fields)))


def modalities(services: Iterable[int]) -> dict[int, str]:
    """By service, what it treats with; services that treat with nothing are left out. One query."""
    wanted = set(services)
    rows = Protocol.objects.filter(Q(first_service__in=wanted) | Q(follow_up_service__in=wanted))
    found = rows.order_by("version").values_list("modality", "first_service", "follow_up_service")
    return {pk: modality for modality, *pks in found for pk in pks if pk in wanted}


def newest_using(services: Iterable[int]) -> dict[int, Protocol]:
    """By service, the newest published protocol that uses it; services that treat with nothing are
    left out. One query."""
    wanted = set(services)
    rows = Protocol.objects.filter(Q(first_service__in=wanted) | Q(follow_up_service__in=wanted))
    found = rows.filter(published=True).order_by("version")
    return {
        pk: each
        for each in found
        for pk in (each.first_service_id, each.follow_up_service_id)
        if pk in wanted
    }


def treating(services: Iterable[int], known: Iterable[Use] | None = None) -> set[int]:
    """Those of these services that belong to a protocol, whatever its version. One query, none with
    what is `known`."""
    found = uses() if known is None else known
    return {pk for use in found for pk in (use.first_service, use.follow_up_service)} & set(
        services
    )


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a protocol says beside its gaps: strengths in percent, rising; contact times in seconds,
    least and most; when it is reviewed; evenings a week of a retinoid, week by week."""

    strengths: tuple[Decimal, ...] = ()
    contact_seconds: tuple[int, int] | None = None
    max_percent_assistant: Decimal | None = None
    review_after_session: int | None = None
    review_days: tuple[int, ...] = ()
    nights_per_week: tuple[int, ...] = ()


def numbers(protocol: Protocol) -> Numbers:
    """Those of this version of the protocol."""
    least, most = protocol.contact_seconds_min, protocol.contact_seconds_max
    return Numbers(
        strengths=tuple(protocol.strengths),
        contact_seconds=None if least is None or most is None else (least, most),
        max_percent_assistant=protocol.max_percent_assistant,
        review_after_session=protocol.review_after_session,
        review_days=tuple(protocol.review_days),
        nights_per_week=tuple(protocol.nights_per_week),
    )
