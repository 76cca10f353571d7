"""What was done: one visit, one typed table per modality, and what it left behind.

The columns are the log fields of the clinical fact base 1.1 to 1.6, units in their names. The
ranges here are those that no treatment ever leaves; a protocol warns long before. Signing freezes a
visit with all of its parts; a correction is an addendum.
"""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment, Resource
from patients.models import Patient
from treatments.models.assessment import SITE_CHOICES, Lesion
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
        permissions = [("sign_visit", "Can sign the record of a visit")]
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


class Record(models.Model):
    """What every table of a modality has in common: the visit it belongs to."""

    visit = models.OneToOneField(
        Visit, on_delete=models.CASCADE, primary_key=True, related_name="%(class)s"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} of visit {self.pk}"


def between(field: str, low: float, high: float) -> Q:
    """Empty, or within these bounds."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (low, high)})


class Bleeding(models.TextChoices):
    NONE = "none", _("None")
    PINPOINT = "pinpoint", _("Pinpoint")
    MORE = "more", _("More than pinpoint")


class Anaesthesia(models.TextChoices):
    NONE = "none", _("None")
    TOPICAL = "topical", _("Numbing cream")
    INFILTRATION = "infiltration", _("Infiltration")


class PeelRecord(Record):
    """A glycolic or salicylic peel (1.2 and 1.3). Glycolic acid is neutralised, salicylic acid is
    rinsed off; a white crystal film is not frost."""

    class Agent(models.TextChoices):
        GLYCOLIC = "glycolic", _("Glycolic acid")
        SALICYLIC = "salicylic", _("Salicylic acid")

    class Vehicle(models.TextChoices):
        SOLUTION = "solution", _("Solution")
        GEL = "gel", _("Gel")
        ETHANOL = "ethanol", _("Ethanol")

    class Degreaser(models.TextChoices):
        ALCOHOL = "alcohol", _("Alcohol")
        ACETONE = "acetone", _("Acetone")
        CLEANSER = "cleanser", _("Cleanser only")

    class Neutraliser(models.TextChoices):
        BICARBONATE = "bicarbonate", _("Bicarbonate")
        WATER = "water", _("Water")
        SODIUM_HYDROXIDE = "sodium_hydroxide", _("Sodium hydroxide")

    class Endpoint(models.TextChoices):
        NONE = "none", _("None")
        PINK = "pink", _("Pink")
        ERYTHEMA = "erythema", _("Uniform redness")
        PATCHY_FROST = "patchy_frost", _("Patchy frost")
        FROST = "frost", _("Frost")

    agent = models.CharField(max_length=9, choices=Agent)
    strength_percent = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    ph = models.DecimalField(_("pH"), max_digits=3, decimal_places=1, null=True, blank=True)
    buffered = models.BooleanField(null=True, blank=True)
    vehicle = models.CharField(max_length=8, choices=Vehicle, blank=True)
    degreaser = models.CharField(max_length=8, choices=Degreaser, blank=True)
    coats = models.PositiveSmallIntegerField(null=True, blank=True)
    contact_seconds = models.PositiveSmallIntegerField(_("contact time"), null=True)
    neutraliser = models.CharField(max_length=16, choices=Neutraliser, blank=True)
    rinse_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    crystal_film = models.BooleanField(_("white crystal film"), null=True, blank=True)
    endpoint = models.CharField(max_length=12, choices=Endpoint, blank=True)
    numbness = models.BooleanField(default=False)
    ringing_or_dizzy = models.BooleanField(_("ringing ears or dizziness"), default=False)
    skipped = ArrayField(
        models.CharField(max_length=16, choices=SITE_CHOICES), default=list, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=between("strength_percent", 1, 70),
                name="treatments_peelrecord_strength_believable",
                violation_error_message=_("A peel has between 1 and 70 %."),
            ),
            models.CheckConstraint(
                condition=between("ph", 0, 7),
                name="treatments_peelrecord_ph_believable",
                violation_error_message=_("The pH of a peel lies between 0 and 7."),
            ),
            models.CheckConstraint(
                condition=between("contact_seconds", 0, 1200),
                name="treatments_peelrecord_contact_believable",
                violation_error_message=_("A peel stays on for 20 minutes at the most."),
            ),
            models.CheckConstraint(
                condition=between("coats", 1, 10),
                name="treatments_peelrecord_coats_believable",
                violation_error_message=_("Between 1 and 10 coats."),
            ),
            models.CheckConstraint(
                condition=between("rinse_seconds", 0, 1200),
                name="treatments_peelrecord_rinse_believable",
                violation_error_message=_("Rinsing takes 20 minutes at the most."),
            ),
            models.CheckConstraint(
                condition=Q(agent="glycolic", rinse_seconds__isnull=True, crystal_film__isnull=True)
                | Q(agent="salicylic", neutraliser="", buffered__isnull=True),
                name="treatments_peelrecord_neutralised_or_rinsed",
                violation_error_message=_(
                    "Glycolic acid is neutralised, salicylic acid is rinsed off."
                ),
            ),
        ]


class ExtractionRecord(Record):
    """Mechanical extraction (1.1)."""

    class Tool(models.TextChoices):
        LANCET = "lancet", _("Lancet")
        NEEDLE = "needle", _("Needle")
        BLADE = "blade", _("No. 11 blade")
        EXTRACTOR = "extractor", _("Comedone extractor alone")

    class Antiseptic(models.TextChoices):
        ALCOHOL = "alcohol", _("Alcohol 70 %")
        CHLORHEXIDINE = "chlorhexidine", _("Chlorhexidine")
        OCTENIDINE = "octenidine", _("Octenidine")
        OTHER = "other", _("Other")

    class Dressing(models.TextChoices):
        NONE = "none", _("None")
        PETROLATUM = "petrolatum", _("Petrolatum")
        PLASTER = "plaster", _("Plaster")

    tool = models.CharField(max_length=10, choices=Tool, blank=True)
    needle_gauge = models.PositiveSmallIntegerField(null=True, blank=True)
    antiseptic = models.CharField(max_length=14, choices=Antiseptic, blank=True)
    anaesthesia = models.CharField(max_length=12, choices=Anaesthesia, default=Anaesthesia.NONE)
    numbing_agent = models.CharField(max_length=60, blank=True)
    numbing_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    infiltration_ml = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    sac_removed = models.BooleanField(null=True, blank=True)
    hyfrecator_watts = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    hyfrecator_seconds = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    bleeding = models.CharField(max_length=8, choices=Bleeding, blank=True)
    dressing = models.CharField(max_length=10, choices=Dressing, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=between("needle_gauge", 16, 34),
                name="treatments_extractionrecord_gauge_believable",
                violation_error_message=_("Needles run from 16 to 34 G."),
            ),
            models.CheckConstraint(
                condition=between("numbing_minutes", 1, 180)
                & between("infiltration_ml", 0, 20)
                & between("hyfrecator_watts", 0, 35)
                & between("hyfrecator_seconds", 0, 60),
                name="treatments_extractionrecord_amounts_believable",
                violation_error_message=_("Check minutes, millilitres, watts and seconds."),
            ),
        ]


class CryoRecord(Record):
    """Liquid nitrogen (1.5). Never near the eye."""

    class Method(models.TextChoices):
        SPRAY = "spray", _("Spray")
        PROBE = "probe", _("Probe")
        SWAB = "swab", _("Swab")

    method = models.CharField(max_length=5, choices=Method, blank=True)
    freeze_seconds = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    halo_mm = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    cycles = models.PositiveSmallIntegerField(null=True, blank=True)
    thaw_seconds = models.PositiveSmallIntegerField(null=True, blank=True)
    blister = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=between("freeze_seconds", 1, 60),
                name="treatments_cryorecord_freeze_believable",
                violation_error_message=_("Freezing takes 1 to 60 seconds."),
            ),
            models.CheckConstraint(
                condition=between("halo_mm", 0, 10)
                & between("cycles", 1, 5)
                & between("thaw_seconds", 0, 600),
                name="treatments_cryorecord_amounts_believable",
                violation_error_message=_("Check halo, cycles and thawing."),
            ),
        ]


class LaserRecord(Record):
    """CO₂ laser (1.6)."""

    class Mode(models.TextChoices):
        CW = "cw", _("Continuous")
        SUPERPULSE = "superpulse", _("Superpulse")
        ULTRAPULSE = "ultrapulse", _("Ultrapulse")
        FRACTIONAL = "fractional", _("Fractional")

    class Shield(models.TextChoices):
        GOGGLES = "goggles", _("Goggles")
        METAL_EXTERNAL = "metal_external", _("Metal shields on the lids")
        CORNEAL = "corneal", _("Metal corneal shields")

    device = models.ForeignKey(
        Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    serial = models.CharField(max_length=40, blank=True)
    mode = models.CharField(max_length=10, choices=Mode, blank=True)
    power_watts = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    pulse_ms = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    rate_hz = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    spot_mm = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    energy_mj = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    density_percent = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    passes = models.PositiveSmallIntegerField(null=True, blank=True)
    expression = models.BooleanField(_("content expressed"), null=True, blank=True)
    eye_shield = models.CharField(max_length=14, choices=Shield, blank=True)
    plume_extraction = models.BooleanField(_("plume extraction on"), default=False)
    anaesthesia = models.CharField(max_length=12, choices=Anaesthesia, default=Anaesthesia.NONE)
    anaesthetic = models.CharField(max_length=60, blank=True)
    numbing_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    infiltration_ml = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    cooling = models.CharField(max_length=40, blank=True)
    bleeding = models.CharField(max_length=8, choices=Bleeding, blank=True)
    endpoint = models.CharField(max_length=60, blank=True)
    test_spot = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=between("power_watts", 0.1, 60)
                & between("pulse_ms", 0.01, 1000)
                & between("rate_hz", 0.1, 999)
                & between("spot_mm", 0.1, 9.9)
                & between("energy_mj", 0.1, 999)
                & between("density_percent", 0.1, 100)
                & between("passes", 1, 10),
                name="treatments_laserrecord_settings_believable",
                violation_error_message=_("Check the settings of the laser."),
            ),
            models.CheckConstraint(
                condition=between("numbing_minutes", 1, 180) & between("infiltration_ml", 0, 20),
                name="treatments_laserrecord_anaesthesia_believable",
                violation_error_message=_("Check minutes and millilitres."),
            ),
        ]


class RegimenRecord(Record):
    """A review of a topical retinoid (1.4): what was used, how it was borne, what follows."""

    class Agent(models.TextChoices):
        TRETINOIN = "tretinoin", _("Tretinoin")
        ADAPALENE = "adapalene", _("Adapalene")
        RETINOL = "retinol", _("Retinol")

    class Vehicle(models.TextChoices):
        CREAM = "cream", _("Cream")
        GEL = "gel", _("Gel")
        SERUM = "serum", _("Serum")

    class Step(models.TextChoices):
        UP = "up", _("More nights")
        HOLD = "hold", _("As it is")
        DOWN = "down", _("Fewer nights")
        PAUSE = "pause", _("Pause")
        STOP = "stop", _("Stop")

    class Adherence(models.TextChoices):
        DAILY = "daily", _("Every morning")
        MOSTLY = "mostly", _("Most mornings")
        SELDOM = "seldom", _("Seldom")

    agent = models.CharField(max_length=9, choices=Agent, blank=True)
    strength_percent = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    vehicle = models.CharField(max_length=5, choices=Vehicle, blank=True)
    amount = models.CharField(max_length=40, blank=True)
    started_on = models.DateField(null=True, blank=True)
    nights_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    missed_nights = models.PositiveSmallIntegerField(null=True, blank=True)
    dryness = models.PositiveSmallIntegerField(null=True, blank=True)
    redness = models.PositiveSmallIntegerField(null=True, blank=True)
    peeling = models.PositiveSmallIntegerField(null=True, blank=True)
    stinging = models.PositiveSmallIntegerField(null=True, blank=True)
    moisturiser = models.BooleanField(null=True, blank=True)
    sunscreen = models.CharField(max_length=6, choices=Adherence, blank=True)
    next_step = models.CharField(max_length=5, choices=Step, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=between("strength_percent", 0.01, 2),
                name="treatments_regimenrecord_strength_believable",
                violation_error_message=_("A retinoid has between 0.01 and 2 %."),
            ),
            models.CheckConstraint(
                condition=between("nights_per_week", 0, 7) & between("missed_nights", 0, 200),
                name="treatments_regimenrecord_nights_believable",
                violation_error_message=_("A week has seven nights."),
            ),
            models.CheckConstraint(
                condition=between("dryness", 0, 3)
                & between("redness", 0, 3)
                & between("peeling", 0, 3)
                & between("stinging", 0, 3),
                name="treatments_regimenrecord_irritation_to_three",
                violation_error_message=_("Irritation runs from 0 to 3."),
            ),
        ]


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
