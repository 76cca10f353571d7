"""Protocols: medicine as versioned data. A version that is in use never changes."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Service
from clinic.scheduling.spacing import Spacing
from treatments.models.arrays import Rising, within
from treatments.protocol_data.step import skin_group


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    def current(self) -> "ProtocolQuerySet":
        """The newest published version of each modality."""
        newest = (
            Protocol.objects.filter(modality=models.OuterRef("modality"), published=True)
            .order_by("-version")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest))

    def drafts(self) -> "ProtocolQuerySet":
        """What is being worked on: at most one of each modality."""
        return self.filter(published=False, discarded_at=None)


class Protocol(models.Model):
    """How one modality is given: sessions, gaps in days, what each visit needs.

    Defaults are seeded from the clinical fact base, section 0; a clinic edits them by publishing
    another version. Gap meaning: below `gap_floor` refused, below `gap_min` only with a
    clinician's reason, `gap_ideal` proposed, above `gap_max` warned, above `gap_lapse` the course
    stops for re-assessment.

    `strengths` is the ladder of a peel in percent; `max_percent_assistant` is the most that a nurse
    or esthetician applies without a doctor, empty for no limit. `contact_seconds_min` and `_max`
    are what a peel stays on, whatever its strength. `review_days` count from the first session;
    `nights_per_week` is the ladder of a retinoid course, week by week.

    A draft is worked on (`revision` is raised by every save), approved by a clinician, published. A
    version that is published, or a draft that is approved, does not change: the database holds
    that (`treatments.migrations`). Versions shipped with the product have no `published_at`.
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
    strengths = ArrayField(
        models.DecimalField(max_digits=4, decimal_places=1), default=list, blank=True
    )
    max_percent_assistant = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, blank=True
    )
    needs_neutraliser = models.BooleanField(default=False)
    contact_seconds_min = models.PositiveSmallIntegerField(null=True, blank=True)
    contact_seconds_max = models.PositiveSmallIntegerField(null=True, blank=True)
    review_after_session = models.PositiveSmallIntegerField(null=True, blank=True)
    review_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    nights_per_week = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    first_service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    follow_up_service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    source = models.TextField(help_text="where each number comes from")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    change_note = models.TextField(
        max_length=1000, blank=True, help_text="what is changed, and why"
    )
    revision = models.PositiveIntegerField(default=1, help_text="raised by every save of a draft")
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        permissions = [("approve_protocol", "Can approve the medicine of a protocol")]
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
            models.CheckConstraint(
                condition=within("strengths", 1, 70) & Q(Rising("strengths")),
                name="treatments_protocol_strengths_rise",
                violation_error_message=_("Strengths rise from step to step, within 1 and 70 %%."),
            ),
            models.CheckConstraint(
                condition=Q(max_percent_assistant__isnull=True)
                | Q(max_percent_assistant__gte=1, max_percent_assistant__lte=70),
                name="treatments_protocol_assistant_believable",
                violation_error_message=_("A peel has between 1 and 70 %%."),
            ),
            models.CheckConstraint(
                condition=Q(needs_neutraliser=False) | Q(modality="glycolic"),
                name="treatments_protocol_only_glycolic_is_neutralised",
            ),
            models.CheckConstraint(
                condition=Q(contact_seconds_min__isnull=True, contact_seconds_max__isnull=True)
                | Q(contact_seconds_min__isnull=False, contact_seconds_max__isnull=False)
                & Q(contact_seconds_min__gte=1, contact_seconds_max__lte=1200)
                & Q(contact_seconds_min__lte=F("contact_seconds_max")),
                name="treatments_protocol_contact_in_order",
                violation_error_message=_("Contact time: shortest ≤ longest, 20 minutes at most."),
            ),
            models.CheckConstraint(
                condition=Q(review_after_session__isnull=True)
                | Q(review_after_session__gte=1) & Q(review_after_session__lte=F("sessions_max")),
                name="treatments_protocol_review_within_sessions",
                violation_error_message=_("The review comes after one of the sessions."),
            ),
            models.CheckConstraint(
                condition=within("review_days", 1, 730) & Q(Rising("review_days")),
                name="treatments_protocol_review_days_rise",
                violation_error_message=_("Review days rise, within 1 and 730."),
            ),
            models.CheckConstraint(
                condition=within("nights_per_week", 1, 7),
                name="treatments_protocol_nights_believable",
                violation_error_message=_("A week has one to seven nights."),
            ),
            models.CheckConstraint(
                condition=Q(saved_at__isnull=True, saved_by__isnull=True)
                | Q(saved_at__isnull=False, saved_by__isnull=False),
                name="treatments_protocol_saved_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, published=True),
                name="treatments_protocol_published_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(approved_at__isnull=False),
                name="treatments_protocol_published_after_approval",
                violation_error_message=_("A clinician approves a version before it is published."),
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discarded_by__isnull=True)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False, published=False),
                name="treatments_protocol_discarded_at_with_by",
            ),
            models.UniqueConstraint(
                fields=["modality"],
                condition=Q(published=False, discarded_at__isnull=True),
                name="treatments_protocol_one_draft",
                violation_error_message=_("There is a draft already."),
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
