"""The answers to the health questions before a treatment, as the desk needs them.

Rows are only ever added, and the two columns of a clearance filled in once. The newest row that was
not taken back is the one that counts.
"""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def standing(self) -> Self:
        """All but those recorded by mistake and the rows that say so."""
        return self.exclude(outcome=Screening.Outcome.TAKEN_BACK).filter(taken_back_by=None)


class Screening(models.Model):
    """The health questions of one patient, asked once and answered as a whole."""

    class Outcome(models.TextChoices):
        CLEAR = "clear", _("All clear")
        TO_CHECK = "to_check", _("Something to check")
        TAKEN_BACK = "taken_back", _("Recorded by mistake")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="screenings")
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=200, blank=True, help_text="what is to be checked")
    valid_until = models.DateField(
        null=True, blank=True, help_text="the last day on which the answers hold"
    )
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    clear_reason = models.CharField(max_length=200, blank=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        permissions = [("clear_screening", "Can clear health answers that are to be checked")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="clear", note="", valid_until__isnull=False)
                | (Q(outcome="to_check", valid_until__isnull=False) & ~Q(note=""))
                | Q(outcome="taken_back", note="", valid_until__isnull=True),
                name="patients_screening_says_what_and_how_long",
                violation_error_message=_("Say what is to be checked."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="taken_back", takes_back__isnull=False)
                | (~Q(outcome="taken_back") & Q(takes_back__isnull=True)),
                name="patients_screening_takes_one_back",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True, clear_reason="")
                | (
                    Q(outcome="to_check", cleared_at__isnull=False, cleared_by__isnull=False)
                    & ~Q(clear_reason="")
                ),
                name="patients_screening_cleared_at_with_by_and_reason",
                violation_error_message=_("Clearing needs a name and a reason."),
            ),
        ]
        indexes = [models.Index(fields=["patient", "-id"], name="patients_screening_newest")]

    def __str__(self) -> str:
        return f"screening {self.pk}: {self.outcome}"

    @property
    def stops(self) -> bool:
        """Whether somebody who may must look at the answers before a treatment."""
        return self.outcome == self.Outcome.TO_CHECK and self.cleared_at is None

    def holds_on(self, day: date) -> bool:
        return self.valid_until is not None and day <= self.valid_until
