"""The ledger of everything we send: plan, outbox and history in one table."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient

# how the reason of a skipped message begins; the rest is a name
SKIPPED_BY = "skipped by "
# how that of one begins which was of no use any more
TOO_LATE = "too late"


class Message(models.Model):
    """One message to one patient, from plan to end state.

    `subject_key` names what it is about ("session:12", "booking:7"), `occurrence` which one of a
    repeated kind ("2026-12-01/D+3"). Of one (subject, kind, occurrence) there is never more than
    one row that is not withdrawn, so planning again cannot send twice.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CLAIMED = "claimed", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        SUPPRESSED = "suppressed", _("Not sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # looked up by the index below
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=60)
    occurrence = models.CharField(max_length=60, blank=True)
    transactional = models.BooleanField(
        default=False, help_text="answers something that was just done: never waits, never merges"
    )
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    try_after = models.DateTimeField(
        null=True, blank=True, help_text="put off until then: a retry, or a visit not yet recorded"
    )
    about_at = models.DateTimeField(
        null=True, blank=True, help_text="start of the visit it is about: nearest visits go first"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.PLANNED)
    reason = models.CharField(
        max_length=200, blank=True, help_text="why suppressed, failed or withdrawn"
    )
    message_id = models.CharField(max_length=120, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lost_claims = models.PositiveSmallIntegerField(
        default=0, help_text="how often a worker ended while it held this"
    )
    claim_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.EmailField(max_length=254, blank=True)
    subject_line = models.CharField(max_length=200, blank=True)
    sent_text = models.TextField(blank=True, help_text="the plain text as it was sent")
    sent_html = models.TextField(blank=True, help_text="the page as it was sent")
    words_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="LetterText of its kind that it was sent with"
    )
    letterhead_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="LetterText of every letter that it was sent with"
    )
    sent_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
    )
    server_answer = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="sent once more because a person asked: planning leaves it alone",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="patients_message_due", condition=Q(status="planned")
            ),
            models.Index(
                fields=["patient", "due_at"],
                name="patients_message_planned_of",
                condition=Q(status="planned"),
            ),
            models.Index(
                fields=["claim_token"],
                name="patients_message_claimed",
                condition=Q(status="claimed"),
            ),
            models.Index(
                fields=["lease_until"],
                name="patients_message_leased",
                condition=Q(status="claimed"),
            ),
            models.Index(
                fields=["closed_at"],
                name="patients_message_not_sent",
                condition=Q(status__in=["failed", "suppressed"]),
            ),
            models.Index(
                fields=["sent_with"],
                name="patients_message_merged",
                condition=Q(sent_with__isnull=False),
            ),
            models.Index(fields=["subject_key"], name="patients_message_subject"),
            models.Index(fields=["patient", "due_at"], name="patients_message_of_patient"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_key", "kind", "occurrence"],
                condition=~Q(status="withdrawn"),
                name="patients_message_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("due_at")),
                name="patients_message_expires_after_due",
            ),
            models.CheckConstraint(
                condition=Q(status="claimed", claim_token__isnull=False, lease_until__isnull=False)
                | (~Q(status="claimed") & Q(claim_token__isnull=True, lease_until__isnull=True)),
                name="patients_message_claimed_with_lease",
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="patients_message_sent_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["suppressed", "failed"]) | ~Q(reason=""),
                name="patients_message_end_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurrence} for {self.subject_key}: {self.status}"

    @property
    def was_skipped(self) -> bool:
        """Taken out by a person, who may put it back."""
        return self.status == self.Status.SUPPRESSED and self.reason.startswith(SKIPPED_BY)

    @property
    def was_too_late(self) -> bool:
        """Not sent, because its time was over before it could be."""
        return self.status == self.Status.SUPPRESSED and self.reason.startswith(TOO_LATE)
