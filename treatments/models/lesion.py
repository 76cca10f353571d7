"""What an assessment found: lesions, which keep their identity from one to the next, and what was
tried before.

Fields and values follow the clinical fact base 4.3 to 4.5.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from treatments.face_map import PAIRED, SITES
from treatments.models.assessment import Assessment
from treatments.models.protocol import Protocol

SITE_CHOICES = [(site.key, _(site.name)) for site in SITES]
TWO_HUNDRED = 200


class Lesion(models.Model):
    """One milium or one counted cluster of a patient. It keeps its number for good: between
    assessments it is treated, resolves or comes back, and stays the same lesion.

    Its place stands still once an assessment with it is signed: guarded by a trigger (0007)."""

    class Side(models.TextChoices):
        RIGHT = "right", _("right")
        LEFT = "left", _("left")
        MIDDLE = "middle", _("middle")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="lesions")
    number = models.PositiveSmallIntegerField()
    site = models.CharField(max_length=16, choices=SITE_CHOICES)
    side = models.CharField(max_length=6, choices=Side)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "number"], name="treatments_lesion_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__range=(1, 999)), name="treatments_lesion_number_believable"
            ),
            models.CheckConstraint(
                condition=(Q(site__in=PAIRED) & Q(side__in=["right", "left"]))
                | (~Q(site__in=PAIRED) & Q(side="middle")),
                name="treatments_lesion_side_of_its_site",
                violation_error_message=_("This place has no such side."),
            ),
        ]

    def __str__(self) -> str:
        return f"lesion {self.number}"


class Finding(models.Model):
    """A lesion as one assessment saw it: where it was tapped, how large, how deep, what became of
    it. `x` and `y` are thousandths of the width and height of the drawn view."""

    class State(models.TextChoices):
        ASKED = "asked", _("Still there?")  # known from before, in a draft not looked at yet
        NEW = "new", _("New")
        ACTIVE = "active", _("Still there")
        TREATED = "treated", _("Treated, healing")
        RESOLVED = "resolved", _("Gone")
        RECURRED = "recurred", _("Came back")

    class View(models.TextChoices):
        FRONT = "front", _("Front")
        RIGHT = "right", _("Right profile")
        LEFT = "left", _("Left profile")

    class Depth(models.TextChoices):
        SUPERFICIAL = "superficial", _("Superficial")
        DEEP = "deep", _("Deep, dermal")
        UNSURE = "unsure", _("Unsure")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="findings")
    lesion = models.ForeignKey(Lesion, on_delete=models.PROTECT, related_name="findings")
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    count = models.PositiveSmallIntegerField(default=1, help_text="how many: 1, or a cluster")
    size_mm = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    depth = models.CharField(max_length=11, choices=Depth, default=Depth.SUPERFICIAL)
    view = models.CharField(max_length=5, choices=View, default=View.FRONT)
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=TWO_HUNDRED, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "lesion"], name="treatments_finding_lesion_once"
            ),
            models.CheckConstraint(
                condition=Q(x__lte=1000, y__lte=1000), name="treatments_finding_on_the_drawing"
            ),
            models.CheckConstraint(
                condition=Q(count__range=(1, 200)) | Q(state="resolved", count=0),
                name="treatments_finding_count_believable",
                violation_error_message=_("A cluster has 1 to 200 milia; none when it is gone."),
            ),
            models.CheckConstraint(
                condition=Q(size_mm__isnull=True) | Q(size_mm__gte=0.5, size_mm__lte=20),
                name="treatments_finding_size_believable",
                violation_error_message=_("A milium measures between 0.5 and 20 mm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesion_id} in assessment {self.assessment_id}: {self.state}"


class PreviousTreatment(models.Model):
    """What was tried before, here or elsewhere, as the patient tells it."""

    class Result(models.TextChoices):
        CLEARED = "cleared", _("Cleared")
        PARTLY = "partly", _("Partly")
        NONE = "none", _("No effect")
        WORSE = "worse", _("Worse")
        UNKNOWN = "unknown", _("Not known")

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="previous_treatments"
    )
    modality = models.CharField(max_length=12, choices=Protocol.Modality)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    finished = models.BooleanField(_("the whole series"), default=True)
    result = models.CharField(max_length=8, choices=Result, default=Result.UNKNOWN)
    note = models.CharField(max_length=TWO_HUNDRED, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(1950, 2200)),
                name="treatments_previoustreatment_year_believable",
                violation_error_message=_("Check the year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modality} {self.year or ''}".strip()
