"""Which courses have dates kept for them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from clinic.models import Appointment
from clinic.queries.holds import Kept
from treatments.models import Course, SeriesHold


def standing(now: datetime) -> QuerySet[SeriesHold]:
    """Holds of courses whose time is not over, each once."""
    held = Appointment.objects.filter(status=Appointment.Status.HELD, held_until__gt=now)
    return SeriesHold.objects.filter(booking__in=held.values("booking"))


def booking_of(course: Course, now: datetime) -> int | None:
    """The booking that keeps dates for this course; None when there is none.

    One query, two for the few courses that ever had dates kept.
    """
    if not SeriesHold.objects.filter(course=course).exists():
        return None
    return standing(now).filter(course=course).values_list("booking", flat=True).first()


def courses_kept_for(kept: Sequence[Kept]) -> frozenset[int]:
    """The courses that these kept times are meant for; asks nothing when there are none."""
    if not kept:
        return frozenset()
    meant = SeriesHold.objects.filter(booking__in=[each.booking for each in kept])
    return frozenset(meant.values_list("course", flat=True))
