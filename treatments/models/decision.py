"""What a clinician chose for an assessment, and what guidance had shown: frozen when signed.

The clinic's numbers behind the guidance are versions of their own; the newest counts.
"""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.models import Patient
from treatments.guidance.facts import SECOND_LAYER, Thresholds
from treatments.models.assessment import Assessment
from treatments.models.protocol import Protocol


class GuidanceSettings(models.Model):
    """The numbers of the clinical fact base 2B as a clinic wants them, and which rules of 2C speak.
    Every change is a new row, the newest counts; without any, those of `Thresholds` do."""

    small_max = models.PositiveSmallIntegerField(
        _("a small number ends at"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    moderate_max = models.PositiveSmallIntegerField(
        _("a moderate number ends at"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    broad_regions = models.PositiveSmallIntegerField(
        _("a broad area begins at"), validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    large_mm = models.DecimalField(
        _("large begins at"),
        max_digits=3,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(Decimal(20))],
    )
    stubborn_months = models.PositiveSmallIntegerField(
        _("stubborn: there for more than"),
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    recurrent_months = models.PositiveSmallIntegerField(
        _("recurrent: new ones within"), validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    recurrent_episodes = models.PositiveSmallIntegerField(
        _("recurrent: as often as"), validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    second_layer = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = _("guidance settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(small_max__gte=1, small_max__lt=F("moderate_max"))
                & Q(moderate_max__lte=200),
                name="treatments_guidancesettings_small_below_moderate",
                violation_error_message=_("A moderate number is larger than a small one."),
            ),
            models.CheckConstraint(
                condition=Q(broad_regions__range=(1, 24))
                & Q(large_mm__range=(Decimal("0.5"), 20))
                & Q(stubborn_months__range=(1, 240))
                & Q(recurrent_months__range=(1, 60))
                & Q(recurrent_episodes__range=(1, 52)),
                name="treatments_guidancesettings_believable",
                violation_error_message=_("Check the numbers."),
            ),
            models.CheckConstraint(
                condition=Q(second_layer__contained_by=list(SECOND_LAYER)),
                name="treatments_guidancesettings_rules_known",
                violation_error_message=_("One of these rules is not known."),
            ),
        ]

    def __str__(self) -> str:
        return f"guidance settings {self.pk}"

    def as_thresholds(self) -> Thresholds:
        return Thresholds(
            small_max=self.small_max,
            moderate_max=self.moderate_max,
            broad_regions=self.broad_regions,
            large_mm=self.large_mm,
            stubborn_months=self.stubborn_months,
            recurrent_months=self.recurrent_months,
            recurrent_episodes=self.recurrent_episodes,
            second_layer=frozenset(self.second_layer),
        )


class DecisionQuerySet(models.QuerySet["Decision"]):
    def newest_first(self) -> Self:
        return self.order_by("-pk")


class Decision(models.Model):
    """What follows from a signed assessment: treatment, waiting, or another pair of eyes.

    `signed_at` is empty only inside the transaction that writes it; from then on the decision and
    its parts stay as they are, and a change of mind is another decision.
    """

    class Way(models.TextChoices):
        TREAT = "treat", _("Treat")
        OBSERVE = "observe", _("Leave alone and watch")
        REFER = "refer", _("Biopsy or refer")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="decisions")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="decisions")
    numbers = models.ForeignKey(
        GuidanceSettings, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    way = models.CharField(max_length=7, choices=Way)
    note = models.CharField(max_length=300, blank=True)
    educated = models.BooleanField(_("told what squeezing does"), default=False)
    key = models.UUIDField(unique=True, help_text="of the form: sent twice, it decides once")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        permissions = [("decide", "Can decide on a treatment, also against guidance")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="treatments_decision_signed_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}: {self.way}"


class DecisionOption(models.Model):
    """One of the six ways as guidance ranked it, and whether it was chosen. Something that was
    blocked is chosen with a reason, signed with the decision."""

    class Level(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        POSSIBLE = "possible", _("Possible")
        CAUTIONED = "cautioned", _("With caution")
        BLOCKED = "blocked", _("Blocked")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="options")
    modality = models.CharField(max_length=12, choices=Protocol.Modality)
    rank = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=9, choices=Level)
    chosen = models.BooleanField(default=False)
    override_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["decision", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "modality"], name="treatments_decisionoption_modality_once"
            ),
            models.UniqueConstraint(
                fields=["decision", "rank"], name="treatments_decisionoption_rank_once"
            ),
            models.CheckConstraint(
                condition=Q(chosen=True) | Q(override_reason=""),
                name="treatments_decisionoption_reason_only_if_chosen",
            ),
            models.CheckConstraint(
                condition=~Q(chosen=True, level="blocked", override_reason=""),
                name="treatments_decisionoption_block_with_reason",
                violation_error_message=_("Write why it is done in spite of the block."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.modality}: {self.level}"


class DecisionAdvice(models.Model):
    """One sentence that guidance showed; `option` is empty for what came before all treatments."""

    class Kind(models.TextChoices):
        FIRST = "first", _("Comes first")
        OBSERVE = "observe", _("May be left alone")
        EDUCATION = "education", _("Told the patient")
        REASON = "reason", _("Speaks for it")
        CAUTION = "caution", _("Caution")
        BLOCK = "block", _("Block")
        NOTE = "note", _("To be known")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="advice")
    option = models.ForeignKey(
        DecisionOption, on_delete=models.PROTECT, null=True, blank=True, related_name="advice"
    )
    kind = models.CharField(max_length=9, choices=Kind)
    rule = models.CharField(max_length=8)
    text = models.CharField(max_length=500)
    source = models.CharField(max_length=300)

    class Meta:
        verbose_name_plural = _("advice")
        ordering = ["decision", "pk"]

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"
