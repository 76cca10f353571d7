"""What patients answer about a visit by the link in their letter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models.appointment import Appointment


class VisitAnswer(models.Model):
    """The answer to one time of a visit; the latest one counts. Who says that they cannot come is
    called by the desk: the answer is open until somebody has seen to it."""

    class Answer(models.TextChoices):
        CONFIRMS = "confirms", _("Will be there")
        CANNOT_COME = "cannot_come", _("Cannot come")

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveIntegerField(help_text="of the visit, when it was answered")
    answer = models.CharField(max_length=11, choices=Answer)
    words = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [
            # the few that wait for the desk, however many were ever given
            models.Index(
                fields=["answered_at"],
                name="clinic_visitanswer_open",
                condition=Q(answer="cannot_come", settled_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "version"], name="clinic_visitanswer_once"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="clinic_visitanswer_settled_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"visit {self.appointment_id}: {self.answer}"

    @property
    def keeps_the_desk_waiting(self) -> bool:
        """Said that they cannot come, and nobody has seen to it yet: no reminder speaks of it."""
        return self.answer == self.Answer.CANNOT_COME and self.settled_at is None
