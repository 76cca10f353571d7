"""Times that are kept for sessions of a course while the patient decides."""

from django.db import models
from django.db.models import Q

from clinic.models import Booking
from treatments.models.plan import Course


class SeriesHold(models.Model):
    """Which sessions the kept visits of a booking are meant for: from `first_number` on, one each.

    They are bound only when the hold is confirmed; until then the sessions are open to everybody.
    """

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="series_hold")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="holds")
    first_number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_number__range=(1, 52)),
                name="treatments_serieshold_number_believable",
            )
        ]

    def __str__(self) -> str:
        return f"kept for course {self.course_id} from session {self.first_number}"
