"""What was decided about visits that were booked already, and how they stood before."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.appointment import Appointment
from patients.models import Patient


class Rearrangement(models.Model):
    """One decision that changed visits of one patient: all of its changes or none.

    A decision about several patients (somebody is ill) makes one row for each, with one `key`. The
    patient is told of it in one letter. Rows are only ever added: what takes a decision back is
    another one that `undoes` it.
    """

    key = models.UUIDField(default=uuid.uuid4, help_text="of the request, so that it counts once")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="rearrangements")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    cause = models.CharField(max_length=200, blank=True)
    notify = models.BooleanField(default=True, help_text="whether the patient gets a letter")
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "key", "patient"], name="clinic_rearrangement_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"rearrangement {self.pk}"

    @property
    def subject_key(self) -> str:
        return f"rearrangement:{self.pk}"


class RearrangedVisit(models.Model):
    """What one decision did to one visit: enough to show it, and to take it back.

    `was` and `became` are None where the visit did not stand; `held` are the resource ids that it
    had before, in the order of the service's needs. `version` is the appointment's after it.
    """

    class What(models.TextChoices):
        MOVED = "moved", _("Moved")
        CANCELLED = "cancelled", _("Cancelled")
        BOOKED = "booked", _("Booked")
        REINSTATED = "reinstated", _("Brought back")

    rearrangement = models.ForeignKey(
        Rearrangement, on_delete=models.CASCADE, related_name="visits"
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="rearranged"
    )
    what = models.CharField(max_length=10, choices=What)
    was = DateTimeRangeField(null=True, blank=True)
    became = DateTimeRangeField(null=True, blank=True)
    held = ArrayField(models.BigIntegerField(), default=list, blank=True)
    status_before = models.CharField(max_length=10, choices=Appointment.Status, blank=True)
    reason_before = models.CharField(
        max_length=300, blank=True, help_text="for which a clinician let it stand where it was"
    )
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rearrangement", "appointment"], name="clinic_rearrangedvisit_once"
            ),
            models.CheckConstraint(
                condition=Q(what="moved", was__isnull=False, became__isnull=False)
                | Q(what="cancelled", was__isnull=False, became__isnull=True)
                | Q(what__in=["booked", "reinstated"], was__isnull=True, became__isnull=False),
                name="clinic_rearrangedvisit_was_and_became",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.appointment_id}"
