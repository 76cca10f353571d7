"""What hangs on a visit in any number: lesions treated, products, adverse events, addenda."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treatments.models.lesion import Lesion
from treatments.models.visit import Visit


class LesionTreatment(models.Model):
    """What a visit did to one lesion of the face chart."""

    class Result(models.TextChoices):
        CLEARED = "cleared", _("Cleared")
        PARTLY = "partly", _("Partly")
        FAILED = "failed", _("Not cleared")
        TREATED = "treated", _("Treated")  # its result shows later: frozen, vaporised

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="lesion_treatments")
    lesion = models.ForeignKey(Lesion, on_delete=models.PROTECT, related_name="treatments")
    result = models.CharField(max_length=7, choices=Result)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "lesion"], name="treatments_lesiontreatment_lesion_once"
            )
        ]

    def __str__(self) -> str:
        return f"lesion {self.lesion_id} in visit {self.visit_id}: {self.result}"


class ProductUse(models.Model):
    """A product that was used or handed out, with the lot that a recall would ask for."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="products")
    name = models.CharField(max_length=80)
    lot = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    handed_out = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["lot"], name="treatments_productuse_lot")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="treatments_productuse_named")
        ]

    def __str__(self) -> str:
        return self.name


class AdverseEvent(models.Model):
    """Something that went otherwise than it should, at the visit or found at a later one."""

    class Kind(models.TextChoices):
        REDNESS = "redness", _("Lasting redness")
        SWELLING = "swelling", _("Swelling")
        BLISTER = "blister", _("Blister")
        EROSION = "erosion", _("Raw or weeping area")
        FROSTING = "frosting", _("Unwanted frost")
        BLEEDING = "bleeding", _("Bleeding")
        INFECTION = "infection", _("Infection")
        HERPES = "herpes", _("Cold sores")
        PIH = "pih", _("Dark mark")
        HYPOPIGMENTATION = "hypopigmentation", _("Pale mark")
        SCAR = "scar", _("Scar")
        ALLERGY = "allergy", _("Allergic reaction")
        EYE = "eye", _("Eye symptom")
        OTHER = "other", _("Other")

    class Severity(models.TextChoices):
        MILD = "mild", _("Mild")
        MODERATE = "moderate", _("Moderate")
        SEVERE = "severe", _("Severe")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="adverse_events")
    kind = models.CharField(max_length=16, choices=Kind)
    severity = models.CharField(max_length=8, choices=Severity)
    action = models.CharField(_("what was done"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "kind"], name="treatments_adverseevent_kind_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.severity}"


class Addendum(models.Model):
    """What is added to a signed visit. Rows are added and never changed."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = _("addenda")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="treatments_addendum_says_something")
        ]

    def __str__(self) -> str:
        return f"addendum to visit {self.visit_id}"
