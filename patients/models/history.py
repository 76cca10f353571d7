"""What a record from elsewhere says: allergies, conditions, medication."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient


class HistoryItem(models.Model):
    """A coded statement about a patient. `source_id` is its identity at the place it came from."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="%(class)s_set")
    source_id = models.CharField(max_length=200, unique=True, null=True, blank=True)
    code_system = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    status = models.CharField(max_length=30, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class Allergy(HistoryItem):
    category = models.CharField(max_length=60, blank=True)
    criticality = models.CharField(max_length=30, blank=True)

    class Meta(HistoryItem.Meta):
        verbose_name_plural = _("allergies")


class Condition(HistoryItem):
    onset_at = models.DateTimeField(null=True, blank=True)
    abated_at = models.DateTimeField(null=True, blank=True)

    class Meta(HistoryItem.Meta):
        pass


class Medication(HistoryItem):
    as_needed = models.BooleanField(null=True, blank=True)

    class Meta(HistoryItem.Meta):
        pass
