"""The tables of the treatments that go from lesion to lesion: extraction, cryotherapy, laser.

Which lesions were treated, and with what result, stands in `LesionTreatment`; `uncharted` counts
those that were treated beside them and are not on the face chart.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Resource
from treatments.models.visit_records import Record, between


class Bleeding(models.TextChoices):
    NONE = "none", _("None")
    PINPOINT = "pinpoint", _("Pinpoint")
    MORE = "more", _("More than pinpoint")


class Anaesthesia(models.TextChoices):
    NONE = "none", _("None")
    TOPICAL = "topical", _("Numbing cream")
    INFILTRATION = "infiltration", _("Infiltration")


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
    uncharted = models.PositiveSmallIntegerField(
        _("lesions not on the chart"), null=True, blank=True
    )

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
            models.CheckConstraint(
                condition=between("uncharted", 0, 200),
                name="treatments_extractionrecord_uncharted_believable",
                violation_error_message=_("Between 0 and 200 lesions."),
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
    uncharted = models.PositiveSmallIntegerField(
        _("lesions not on the chart"), null=True, blank=True
    )

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
            models.CheckConstraint(
                condition=between("uncharted", 0, 200),
                name="treatments_cryorecord_uncharted_believable",
                violation_error_message=_("Between 0 and 200 lesions."),
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
    uncharted = models.PositiveSmallIntegerField(
        _("lesions not on the chart"), null=True, blank=True
    )

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
            models.CheckConstraint(
                condition=between("uncharted", 0, 200),
                name="treatments_laserrecord_uncharted_believable",
                violation_error_message=_("Between 0 and 200 lesions."),
            ),
        ]
