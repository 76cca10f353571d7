"""What a patient does not want to hear about."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient


class MessagePreference(models.Model):
    """One answer about one purpose of e-mails; without a row the patient hears of it.

    Letters about visits and about safety have no purpose here: who does not want those wants no
    e-mail at all, and that is the consent of the patient's own row.
    """

    class Purpose(models.TextChoices):
        REMINDERS = "reminders", _("A reminder on the day before a visit")
        SUN = "sun", _("Sun protection between visits")
        NEXT_STEPS = "next_steps", _("When the next visit would be due")
        EDUCATION = "education", _("Tips about the skin")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="preferences")
    purpose = models.CharField(max_length=10, choices=Purpose)
    wanted = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="empty: the patient, by a link",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "purpose"], name="patients_messagepreference_once_each"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["reminders", "sun", "next_steps", "education"]),
                name="patients_messagepreference_known_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.wanted else 'no'}"
