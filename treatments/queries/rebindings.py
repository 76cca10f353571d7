"""Which sessions once had a visit that another one has taken the place of."""

from collections.abc import Collection

from django.db.models import QuerySet

from clinic.models import Appointment, Rearrangement
from treatments.models import Rebinding, Session


def replaced(appointments: Collection[int]) -> QuerySet[Session]:
    """The sessions that had one of these visits before the one they have now."""
    return (
        Session.objects.filter(rebindings__before__in=appointments)
        .exclude(appointment__in=appointments)
        .select_related("appointment__location", "course")
        .distinct()
    )


def in_courses(appointments: Collection[int]) -> set[int]:
    """Those of these visits that are the visit of a session, or were before it was replaced. One
    query, none without any."""
    if not appointments:
        return set()
    bound = Session.objects.filter(appointment__in=appointments).values_list("appointment")
    before = Rebinding.objects.filter(before__in=appointments).values_list("before")
    return {pk for (pk,) in bound.union(before)}


def session_of(appointment: Appointment) -> Session | None:
    """The session that a visit stands for, or stood for before it was replaced."""
    rows = Session.objects.select_related("appointment__location", "course__protocol")
    found = rows.filter(appointment=appointment).first()
    return found or replaced([appointment.pk]).first()


def of_decision(made: Rearrangement) -> list[Rebinding]:
    rows = Rebinding.objects.filter(rearrangement=made)
    return list(rows.select_related("session", "before").order_by("pk"))
