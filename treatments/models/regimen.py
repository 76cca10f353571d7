"""A topical retinoid at home: what was prescribed, and every change to it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from treatments.models.plan import Course
from treatments.models.visit_records import RegimenRecord
from treatments.regimen import Change


class Regimen(models.Model):
    """What the patient applies in the evening. How often, week by week, follows from the ladder of
    the course's protocol, the changes and the treatments round which it is left out
    (`treatments.regimen.calendar`); it is never stored a second time."""

    course = models.OneToOneField(Course, on_delete=models.PROTECT, related_name="regimen")
    agent = models.CharField(max_length=9, choices=RegimenRecord.Agent)
    strength_percent = models.DecimalField(_("strength"), max_digits=4, decimal_places=3)
    vehicle = models.CharField(max_length=5, choices=RegimenRecord.Vehicle)
    amount = models.CharField(max_length=40, default="Pea-sized, for the whole face")
    starts_on = models.DateField(_("first evening"))
    pause_for_series = models.BooleanField(
        default=False, help_text="left out from before the first peel of a series to after the last"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(strength_percent__range=(Decimal("0.01"), Decimal(2))),
                name="treatments_regimen_strength_believable",
                violation_error_message=_("A retinoid has between 0.01 and 2 %."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.strength_percent.normalize():f} %"

    @property
    def subject_key(self) -> str:
        return f"regimen:{self.pk}"


class RegimenChange(models.Model):
    """A change to a regimen, in force from the week of `on`. Only ever added. Rungs are those of
    the ladder, counted from 1."""

    class What(models.TextChoices):
        UP = "up", _("More evenings")
        DOWN = "down", _("Fewer evenings")
        HOLD = "hold", _("One more week as it is")
        PAUSE = "pause", _("Paused")
        RESUME = "resume", _("Taken up again")
        STOP = "stop", _("Stopped")

    regimen = models.ForeignKey(Regimen, on_delete=models.PROTECT, related_name="changes")
    on = models.DateField()
    what = models.CharField(max_length=6, choices=What)
    from_rung = models.PositiveSmallIntegerField(null=True, blank=True)
    to_rung = models.PositiveSmallIntegerField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="the evening on which it goes on")
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["regimen", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what="up", to_rung__gt=F("from_rung"), to_rung__lte=14)
                & Q(from_rung__isnull=False, to_rung__isnull=False)
                | Q(what="down", to_rung__lt=F("from_rung"), to_rung__gte=1)
                & Q(from_rung__isnull=False, to_rung__isnull=False)
                | ~Q(what__in=["up", "down"]) & Q(from_rung__isnull=True, to_rung__isnull=True),
                name="treatments_regimenchange_one_way",
                violation_error_message=_("There is no rung to go to."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(what="pause", until__gt=F("on")),
                name="treatments_regimenchange_pause_ends_after_it_began",
                violation_error_message=_("A pause ends on a later day."),
            ),
            models.CheckConstraint(
                condition=~Q(what__in=["down", "pause", "stop"], reason=""),
                name="treatments_regimenchange_says_why",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} on {self.on}"

    def as_change(self) -> Change:
        return Change(self.on, self.what, self.to_rung, self.until)  # type: ignore[arg-type]
