"""What was done at one visit: a draft of its author, then signed and frozen with all of its parts.

What a modality notes stands in `visit_records`, what comes in any number in `visit_parts`. A
correction of a signed visit is an addendum.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment
from patients.models import Patient
from treatments.models.protocol import Protocol


class VisitQuerySet(models.QuerySet["Visit"]):
    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def drafts(self) -> Self:
        return self.filter(signed_at=None)


class Visit(models.Model):
    """The record of one treatment. A draft of its author until it is signed."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="visits")
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, related_name="visit_record"
    )
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="visits")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text="raised by every save of a draft")
    saved_from = models.CharField(
        max_length=60, blank=True, help_text="window and number of the change saved last"
    )
    taken_over_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_over_at = models.DateTimeField(null=True, blank=True)
    pain = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 to 10")
    broken_off = models.BooleanField(_("broken off"), default=False)
    broken_off_why = models.CharField(max_length=200, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    next_note = models.CharField(_("for the next session"), max_length=500, blank=True)
    range_reason = models.CharField(
        max_length=300, blank=True, help_text="why a value is outside of what the protocol expects"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        permissions = [
            ("sign_visit", "Can sign the record of a visit"),
            ("perform_strong_peel", "Can apply a peel above the superficial strength"),
            ("perform_cryotherapy", "Can freeze"),
            ("perform_laser", "Can use the laser"),
            ("prescribe_retinoid", "Can prescribe a retinoid"),
            ("treat_eyelids", "Can extract on the lids and corners of the eye"),
        ]
        indexes = [models.Index(fields=["patient", "-started_at"], name="treatments_visit_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="treatments_visit_signed_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | Q(signed_by=models.F("author")),
                name="treatments_visit_signed_by_its_author",
                violation_error_message=_("A draft is signed by whoever wrote it."),
            ),
            models.CheckConstraint(
                condition=Q(pain__isnull=True) | Q(pain__range=(0, 10)),
                name="treatments_visit_pain_to_ten",
                violation_error_message=_("Pain runs from 0 to 10."),
            ),
            models.CheckConstraint(
                condition=Q(broken_off=True) | Q(broken_off_why=""),
                name="treatments_visit_broken_off_with_why",
                violation_error_message=_("Only a visit that was broken off has a reason for it."),
            ),
            models.CheckConstraint(
                condition=Q(taken_over_at__isnull=True, taken_over_from__isnull=True)
                | Q(taken_over_at__isnull=False, taken_over_from__isnull=False),
                name="treatments_visit_taken_over_at_with_from",
            ),
        ]

    def __str__(self) -> str:
        return f"visit {self.pk}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def subject_key(self) -> str:
        return f"visit:{self.pk}"
