"""What all workers share about sending: the health of the mail server, and signs of life."""

from django.db import models
from django.db.models import Q


class MailService(models.Model):
    """The mail server as the workers know it, one row for all of them on all machines.

    A circuit breaker: after so many failures in a row it opens, and until `probe_at` nobody tries;
    then one letter is the probe. `next_slot_at` is when the provider's rate allows the next letter.
    """

    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    opened_at = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(null=True, blank=True)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    last_answer = models.CharField(max_length=300, blank=True)
    last_accepted_at = models.DateTimeField(null=True, blank=True)
    next_slot_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="patients_mailservice_one_row"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, probe_at__isnull=True)
                | Q(opened_at__isnull=False, probe_at__isnull=False),
                name="patients_mailservice_open_with_probe",
            ),
        ]

    def __str__(self) -> str:
        return "the mail server"

    @property
    def is_open(self) -> bool:
        """Whether nothing is sent for now, but for a probe now and then."""
        return self.opened_at is not None


class Heartbeat(models.Model):
    """When something that runs by itself last ran; `note` says how it went."""

    name = models.CharField(max_length=80, unique=True)
    beat_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%Y-%m-%d %H:%M:%S}"
