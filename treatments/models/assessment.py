"""One examination of a face. Signing freezes it with its findings (`treatments.models.lesion`); the
next one starts from the last.

Fields and values follow the clinical fact base 4.3 to 4.5.
"""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment
from patients.models import Patient


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def drafts(self) -> Self:
        return self.filter(signed_at=None)


class Assessment(models.Model):
    """One examination of a face. A draft until it is signed; never changed after that."""

    class Kind(models.TextChoices):
        PRIMARY = "primary", _("Primary, benign")
        CONGENITAL = "congenital", _("Congenital")
        PLAQUE = "plaque", _("En plaque")
        ERUPTIVE = "eruptive", _("Multiple eruptive")
        NASAL_CREASE = "nasal_crease", _("Nasal crease")
        SYNDROMIC = "syndromic", _("With a genodermatosis")
        SECONDARY = "secondary", _("Secondary")

    class Cause(models.TextChoices):
        DISEASE = "disease", _("Blistering or other disease")
        DRUG = "drug", _("Drug")
        TRAUMA = "trauma", _("Injury, burn or resurfacing")

    class Arrangement(models.TextChoices):
        DISCRETE = "discrete", _("Discrete")
        GROUPED = "grouped", _("Grouped")
        PLAQUE = "plaque", _("Plaque on a red base")
        CREASE = "crease", _("Row in the nasal crease")

    class Diagnosis(models.TextChoices):
        CLEAR = "clear", _("Milia, clinically clear")
        UNCERTAIN = "uncertain", _("Uncertain")

    class Trigger(models.TextChoices):
        BLISTERING = "blistering", _("Blistering disease")
        BURN = "burn", _("Burn or injury")
        RESURFACING = "resurfacing", _("Peel, laser or dermabrasion")
        STEROID = "steroid", _("Topical corticosteroid")
        COSMETICS = "cosmetics", _("Heavy oil or lanolin cosmetics")
        ISOTRETINOIN = "isotretinoin", _("Oral isotretinoin")
        BRAF = "braf", _("BRAF inhibitor")
        IMIQUIMOD = "imiquimod", _("Imiquimod")

    class Differential(models.TextChoices):
        COMEDONE = "comedone", _("Closed comedone")
        SYRINGOMA = "syringoma", _("Syringoma")
        XANTHELASMA = "xanthelasma", _("Xanthelasma")
        SEBACEOUS = "sebaceous", _("Sebaceous hyperplasia")
        MOLLUSCUM = "molluscum", _("Molluscum")
        LICHEN_NITIDUS = "lichen_nitidus", _("Lichen nitidus")
        CALCINOSIS = "calcinosis", _("Calcinosis cutis")
        MYXOMA = "myxoma", _("Cutaneous myxoma")
        COLLOID = "colloid", _("Colloid milium")
        MILIARIA = "miliaria", _("Miliaria (infant)")
        STEATOCYSTOMA = "steatocystoma", _("Steatocystoma or vellus hair cyst")
        BASAL_CELL = "basal_cell", _("Basal cell carcinoma")
        NEVUS_COMEDONICUS = "nevus_comedonicus", _("Nevus comedonicus")
        FAVRE_RACOUCHOT = "favre_racouchot", _("Favre–Racouchot")
        FOLLICULAR_MUCINOSIS = "follicular_mucinosis", _("Follicular mucinosis")

    class Tempo(models.TextChoices):
        STEADY = "steady", _("No new ones")
        SLOW = "slow", _("A few more over months")
        FAST = "fast", _("Many within weeks")

    class Symptoms(models.TextChoices):
        NONE = "none", _("None")
        IRRITATION = "irritation", _("Irritation")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="assessments")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    skin_type = models.PositiveSmallIntegerField(
        _("Fitzpatrick skin type"), choices=Patient.SkinType, null=True, blank=True
    )
    kind = models.CharField(_("type of milia"), max_length=12, choices=Kind, blank=True)
    cause = models.CharField(_("secondary to"), max_length=8, choices=Cause, blank=True)
    arrangement = models.CharField(max_length=8, choices=Arrangement, blank=True)
    diagnosis = models.CharField(max_length=10, choices=Diagnosis, default=Diagnosis.CLEAR)
    pigmented_or_atypical = models.BooleanField(
        _("pigmented, bleeding or otherwise atypical"), default=False
    )
    considered = ArrayField(
        models.CharField(max_length=20, choices=Differential), default=list, blank=True
    )
    suspected = ArrayField(
        models.CharField(max_length=20, choices=Differential), default=list, blank=True
    )
    triggers = ArrayField(
        models.CharField(max_length=14, choices=Trigger), default=list, blank=True
    )
    present_for_months = models.PositiveSmallIntegerField(null=True, blank=True)
    new_within_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="new ones came so many months after they were gone"
    )
    tempo = models.CharField(_("how they come"), max_length=6, choices=Tempo, blank=True)
    episodes_a_year = models.PositiveSmallIntegerField(null=True, blank=True)
    wants_prevention = models.BooleanField(
        _("wants prevention and better texture too"), default=False
    )
    accepts_downtime = models.BooleanField(default=True)
    squeezes = models.BooleanField(_("squeezes or needles at home"), default=False)
    symptoms = models.CharField(max_length=10, choices=Symptoms, default=Symptoms.NONE)
    concern = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="how much they bother the patient, 0 to 10"
    )
    note = models.TextField(max_length=2000, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text="raised by every change of a draft")
    saved_from = models.CharField(
        max_length=40, blank=True, help_text="window and number of its last change: see drafts.js"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        permissions = [("sign_assessment", "Can sign assessments")]
        indexes = [
            models.Index(fields=["patient", "-started_at"], name="treatments_assessment_newest")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "started_by"],
                condition=Q(signed_at__isnull=True),
                name="treatments_assessment_one_draft_each",
                violation_error_message=_("There is an open assessment of this patient already."),
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="treatments_assessment_signed_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | Q(signed_by=models.F("started_by")),
                name="treatments_assessment_signed_by_its_author",
                violation_error_message=_("A draft is signed by whoever wrote it."),
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | (Q(skin_type__isnull=False) & ~Q(kind="") & ~Q(arrangement="")),
                name="treatments_assessment_signed_when_complete",
                violation_error_message=_("Skin type, type of milia and arrangement are missing."),
            ),
            models.CheckConstraint(
                condition=Q(skin_type__isnull=True) | Q(skin_type__range=(1, 6)),
                name="treatments_assessment_skin_type_one_to_six",
                violation_error_message=_("Fitzpatrick skin types run from I to VI."),
            ),
            models.CheckConstraint(
                condition=Q(concern__isnull=True) | Q(concern__range=(0, 10)),
                name="treatments_assessment_concern_to_ten",
                violation_error_message=_("The concern runs from 0 to 10."),
            ),
            models.CheckConstraint(
                condition=Q(cause="") | Q(kind="secondary"),
                name="treatments_assessment_cause_only_if_secondary",
                violation_error_message=_("Only secondary milia have a cause."),
            ),
            models.CheckConstraint(
                condition=(Q(present_for_months__isnull=True) | Q(present_for_months__lte=1200))
                & (Q(new_within_months__isnull=True) | Q(new_within_months__lte=1200))
                & (Q(episodes_a_year__isnull=True) | Q(episodes_a_year__lte=52)),
                name="treatments_assessment_durations_believable",
                violation_error_message=_("Check the number of months or episodes."),
            ),
        ]

    def __str__(self) -> str:
        return f"assessment {self.pk}"

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None
