"""Protocols: medicine as versioned data. A version that is in use never changes."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Service
from clinic.scheduling.spacing import Spacing
from treatments.protocol_data.step import Step, skin_group


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    def current(self) -> "ProtocolQuerySet":
        """The newest published version of each modality."""
        newest = (
            Protocol.objects.filter(modality=models.OuterRef("modality"), published=True)
            .order_by("-version")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest))


class Protocol(models.Model):
    """How one modality is given: sessions, gaps in days, what each visit needs.

    Defaults are seeded from the clinical fact base, section 0; a clinic edits them by publishing
    another version. Gap meaning: below `gap_floor` refused, below `gap_min` only with a
    clinician's reason, `gap_ideal` proposed, above `gap_max` warned, above `gap_lapse` the course
    stops for re-assessment.
    """

    class Modality(models.TextChoices):
        EXTRACTION = "extraction", _("Extraction")
        GLYCOLIC = "glycolic", _("Glycolic peel")
        SALICYLIC = "salicylic", _("Salicylic peel")
        RETINOID = "retinoid", _("Topical retinoid")
        CRYO = "cryo", _("Cryotherapy")
        LASER = "laser", _("CO₂ laser")

    class EyeArea(models.TextChoices):
        ALLOWED = "allowed", _("Allowed")
        NEAR_ONLY = "near_only", _("Near the eye, never on lids or margins")
        OVERRIDE = "override", _("Only with a clinician's reason")
        SHIELDED = "shielded", _("Only with eye shields and a reason")
        REFUSED = "refused", _("Never")

    modality = models.CharField(max_length=12, choices=Modality)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80)
    published = models.BooleanField(default=True)
    sessions_min = models.PositiveSmallIntegerField()
    sessions_default = models.PositiveSmallIntegerField()
    sessions_max = models.PositiveSmallIntegerField()
    gap_floor = models.PositiveSmallIntegerField(null=True, blank=True)
    gap_min = models.PositiveSmallIntegerField(null=True, blank=True)
    gap_ideal = models.PositiveSmallIntegerField(null=True, blank=True)
    gap_max = models.PositiveSmallIntegerField(null=True, blank=True)
    gap_lapse = models.PositiveSmallIntegerField(null=True, blank=True)
    retinoid_stop_days_light = models.PositiveSmallIntegerField(
        default=0, help_text="Fitzpatrick skin types I-III"
    )
    retinoid_stop_days_dark = models.PositiveSmallIntegerField(
        default=0, help_text="Fitzpatrick skin types IV-VI"
    )
    eye_area = models.CharField(max_length=10, choices=EyeArea)
    max_lesions = models.PositiveSmallIntegerField(null=True, blank=True)
    first_service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    follow_up_service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    source = models.TextField(help_text="where each number comes from")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["modality", "version"], name="treatments_protocol_version_once"
            ),
            models.CheckConstraint(
                condition=Q(sessions_min__gte=1)
                & Q(sessions_default__gte=F("sessions_min"))
                & Q(sessions_max__gte=F("sessions_default")),
                name="treatments_protocol_sessions_in_order",
                violation_error_message=_("Sessions: minimum ≤ default ≤ maximum."),
            ),
            models.CheckConstraint(
                condition=Q(
                    gap_floor__isnull=True,
                    gap_min__isnull=True,
                    gap_ideal__isnull=True,
                    gap_max__isnull=True,
                    gap_lapse__isnull=True,
                )
                # each NULL named: a comparison with NULL is NULL, and a CHECK lets NULL pass
                | Q(gap_floor__isnull=False, gap_min__isnull=False, gap_ideal__isnull=False)
                & Q(gap_floor__gte=1)
                & Q(gap_min__gte=F("gap_floor"))
                & Q(gap_ideal__gte=F("gap_min"))
                & (Q(gap_max__isnull=True) | Q(gap_max__gte=F("gap_ideal")))
                & (
                    Q(gap_lapse__isnull=True)
                    | Q(gap_max__isnull=False, gap_lapse__gte=F("gap_max"))
                ),
                name="treatments_protocol_gaps_in_order",
                violation_error_message=_("Gaps: floor ≤ minimum ≤ ideal ≤ maximum ≤ lapse."),
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="treatments_protocol_approved_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"

    @property
    def spacing(self) -> Spacing | None:
        """The window of every gap; None for a treatment without sessions apart from each other."""
        if self.gap_floor is None or self.gap_min is None or self.gap_ideal is None:
            return None
        return Spacing(self.gap_floor, self.gap_min, self.gap_ideal, self.gap_max, self.gap_lapse)

    def service_of(self, number: int) -> Service:
        """What is booked for the session of this number."""
        return self.first_service if number == 1 else self.follow_up_service

    def retinoid_stop_days(self, skin_type: int | None) -> int:
        """Days without a retinoid before a session; an unknown skin type counts as IV-VI."""
        light = skin_group(skin_type) == "I-III"
        return self.retinoid_stop_days_light if light else self.retinoid_stop_days_dark


class ProtocolStep(models.Model):
    """One row of a protocol's message timeline; the columns are those of
    `treatments.protocol_data.step.Step`, where each is explained.
    """

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    anchor = models.CharField(max_length=20)
    day = models.SmallIntegerField(help_text="days from the anchor's local date")
    at = models.TimeField(null=True, blank=True, help_text="wall clock of the patient")
    after_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    every = models.PositiveSmallIntegerField(null=True, blank=True, help_text="repeat, in days")
    until_day = models.SmallIntegerField(null=True, blank=True)
    to_next = models.BooleanField(default=False)
    only = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    skin = models.CharField(max_length=10, default="all")
    needs_attendance = models.BooleanField(default=False)
    covers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    expires_hours = models.PositiveSmallIntegerField()
    catch_up = models.BooleanField(default=True)
    per_date = models.BooleanField(default=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "position"], name="treatments_protocolstep_position_unique"
            ),
            models.CheckConstraint(
                condition=Q(at__isnull=True, after_minutes__isnull=False)
                | Q(at__isnull=False, after_minutes__isnull=True),
                name="treatments_protocolstep_one_kind_of_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.anchor}{self.day:+d}"

    def as_step(self) -> Step:
        """The same row as the pure timeline takes it."""
        return Step(
            kind=self.kind,
            anchor=self.anchor,  # type: ignore[arg-type] # checked by Step itself
            day=self.day,
            source=self.source,
            at=self.at,
            after_minutes=self.after_minutes,
            every=self.every,
            until_day=self.until_day,
            to_next=self.to_next,
            only=frozenset(self.only),  # type: ignore[arg-type]
            skin=self.skin,  # type: ignore[arg-type]
            needs_attendance=self.needs_attendance,
            covers=frozenset(self.covers),
            expires_hours=self.expires_hours,
            catch_up=self.catch_up,
            per_date=self.per_date,
        )
