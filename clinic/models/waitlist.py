"""Who waits for a time that is not free yet, and the times that were offered to them."""

import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.appointment import Appointment, Booking
from clinic.models.location import Location
from clinic.models.resource import Resource
from clinic.models.service import Service
from patients.models import Patient


def new_seed() -> bytes:
    """What the link of an offer is made from, together with the clinic's secret key."""
    return secrets.token_bytes(32)


class WaitlistEntryQuerySet(models.QuerySet["WaitlistEntry"]):
    def waiting(self) -> Self:
        return self.filter(closed_at=None)

    def most_pressing_first(self) -> Self:
        return self.order_by("-urgent", "created_at", "pk")


class WaitlistEntry(models.Model):
    """A patient would come if a time became free: instead of a later `appointment`, which stands
    until then, or without having one.

    The wishes are on the wall clock and calendar of the location; an empty one means "any". Comes
    at or after `comes_from`, has left by `leaves_by`.
    """

    class Reason(models.TextChoices):
        GOT_A_TIME = "got_a_time", _("Got a time")
        NO_LONGER = "no_longer", _("Does not wait any more")
        PAST = "past", _("Its days are over")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="waits")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="waits"
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    comes_from = models.TimeField(null=True, blank=True)
    leaves_by = models.TimeField(null=True, blank=True)
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)
    person = models.ForeignKey(
        Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    urgent = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_reason = models.CharField(max_length=12, choices=Reason, blank=True)

    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["location", "created_at"],
                name="clinic_waitlistentry_waiting",
                condition=Q(closed_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_reason="")),
                name="clinic_waitlistentry_closed_at_with_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(range(7))),
                name="clinic_waitlistentry_weekdays_zero_to_six",
            ),
            models.CheckConstraint(
                condition=Q(comes_from__isnull=True)
                | Q(leaves_by__isnull=True)
                | Q(leaves_by__gt=F("comes_from")),
                name="clinic_waitlistentry_leaves_after_coming",
                violation_error_message=_("This is not later than “from”."),
            ),
            models.CheckConstraint(
                condition=Q(earliest__isnull=True)
                | Q(latest__isnull=True)
                | Q(latest__gte=F("earliest")),
                name="clinic_waitlistentry_latest_not_before_earliest",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(closed_at=None),
                name="clinic_waitlistentry_visit_waits_once",
            ),
            models.UniqueConstraint(
                fields=["patient", "service", "location"],
                condition=Q(closed_at=None, appointment=None),
                name="clinic_waitlistentry_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} waits for {self.service}"


class WaitlistOfferQuerySet(models.QuerySet["WaitlistOffer"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def open(self, now: datetime) -> Self:
        return self.unanswered().filter(expires_at__gt=now)


class WaitlistOffer(models.Model):
    """A free time offered to somebody who waits, kept for them by a hold until `expires_at`.

    The link in the letter carries a token; of it only the hash is stored (`clinic.actions.links`).
    `answered_by` is the member of staff who answered or took it back; None when the patient did,
    by the link, or when time ran out.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Taken")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("No answer in time")
        WITHDRAWN = "withdrawn", _("Taken back")

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="offers")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="waitlist_offer")
    seed = models.BinaryField(max_length=32, default=new_seed)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = WaitlistOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(answered_at=None),
                name="clinic_waitlistoffer_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106 - a pattern
                name="clinic_waitlistoffer_token_hashed",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="clinic_waitlistoffer_expires_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, outcome="")
                | (Q(answered_at__isnull=False) & ~Q(outcome="")),
                name="clinic_waitlistoffer_answered_at_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | Q(answered_at__isnull=False),
                name="clinic_waitlistoffer_answered_by_with_at",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"

    @property
    def subject_key(self) -> str:
        return f"offer:{self.pk}"

    def is_open(self, now: datetime) -> bool:
        return self.answered_at is None and now < self.expires_at
