"""What came of a course: how clinician and patient judge it, and what was left behind.

Scores of the clinical fact base 4.6. The count itself is not written here: it is that of the
assessments. Rows are added and never changed; a later look adds another one.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treatments.models.assessment import Assessment
from treatments.models.plan import Course


class Outcome(models.Model):
    """One look at the result. GAIS is the global aesthetic improvement scale in five steps, by the
    clinician and by the patient; `satisfaction` is the patient's own rating. `late_effects` is what
    was found of the treatment; an empty list means that it was looked for and not found."""

    class Gais(models.IntegerChoices):
        VERY_MUCH = 1, _("Very much improved")
        MUCH = 2, _("Much improved")
        IMPROVED = 3, _("Improved")
        SAME = 4, _("No change")
        WORSE = 5, _("Worse")

    class LateEffect(models.TextChoices):
        REDNESS = "redness", _("Lasting redness")
        PIH = "pih", _("Dark mark")
        HYPOPIGMENTATION = "hypopigmentation", _("Pale mark")
        SCAR = "scar", _("Scar")
        INFECTION = "infection", _("Infection since the last visit")
        HERPES = "herpes", _("Cold sores since the last visit")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="outcomes")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="outcomes"
    )
    gais_clinician = models.PositiveSmallIntegerField(choices=Gais, null=True, blank=True)
    gais_patient = models.PositiveSmallIntegerField(choices=Gais, null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True, help_text="0 to 10")
    late_effects = ArrayField(
        models.CharField(max_length=16, choices=LateEffect), default=list, blank=True
    )
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["course", "-recorded_at"], name="treatments_outcome_newest")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(gais_clinician__range=(1, 5), gais_clinician__isnull=False)
                | Q(gais_patient__range=(1, 5), gais_patient__isnull=False)
                | Q(satisfaction__range=(0, 10), satisfaction__isnull=False),
                name="treatments_outcome_says_something",
                violation_error_message=_("Record at least one of the three judgements."),
            ),
            models.CheckConstraint(
                condition=(Q(gais_clinician__isnull=True) | Q(gais_clinician__range=(1, 5)))
                & (Q(gais_patient__isnull=True) | Q(gais_patient__range=(1, 5))),
                name="treatments_outcome_gais_to_five",
                violation_error_message=_("The improvement scale runs from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(0, 10)),
                name="treatments_outcome_satisfaction_to_ten",
                violation_error_message=_("The rating runs from 0 to 10."),
            ),
            models.CheckConstraint(
                condition=Q(
                    late_effects__contained_by=[
                        *("redness", "pih", "hypopigmentation", "scar", "infection", "herpes")
                    ]
                ),
                name="treatments_outcome_known_effects",
                violation_error_message=_("Choose what was left behind from the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"outcome {self.pk} of course {self.course_id}"

    @property
    def effects(self) -> str:
        """ "Dark mark, Scar" """
        return ", ".join(str(self.LateEffect(each).label) for each in self.late_effects)
