"""Which protocols there are, and which one a service belongs to."""

from collections.abc import Iterable

from django.db.models import Q

from treatments.models import Protocol


def to_choose_from() -> list[Protocol]:
    """The newest published version of each modality, by name."""
    rows = Protocol.objects.current().select_related("first_service", "follow_up_service")
    return list(rows.order_by("name"))


def for_services(services: Iterable[int]) -> list[Protocol]:
    """The newest version of every modality that uses one of these services."""
    wanted = list(services)
    return list(
        Protocol.objects.current()
        .filter(Q(first_service__in=wanted) | Q(follow_up_service__in=wanted))
        .order_by("pk")
    )
