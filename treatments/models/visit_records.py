"""What each modality notes of a visit, one typed table each, with units in the names.

The columns are the log fields of the clinical fact base 1.1 to 1.6. The ranges are those that no
treatment ever leaves; `treatments.visit_ranges` repeats them for the form and asks long before.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treatments.models.lesion import SITE_CHOICES
from treatments.models.visit import Visit


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
