"""Links in letters by which a patient answers without signing in."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient


class LinkQuerySet(models.QuerySet["Link"]):
    def open(self, now: datetime) -> Self:
        """Those that still open something."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class Link(models.Model):
    """One capability: for one purpose, about one thing, until it expires or is revoked.

    Stored is the hash of its token and the random seed the token is made of with the clinic's
    secret key; who reads the database cannot make one. It is no login: it opens nothing else.
    """

    class Purpose(models.TextChoices):
        VISIT = "visit", _("Confirm a visit, or say that one cannot come")
        PREFERENCES = "preferences", _("Choose what to hear about")
        AFTERCARE = "aftercare", _("Read how to care for the skin after a visit")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="links")
    purpose = models.CharField(max_length=11, choices=Purpose)
    subject_key = models.CharField(max_length=60, help_text="what it is about: appointment:12")
    version = models.PositiveIntegerField(
        default=0, help_text="of what it is about: a moved visit has another link"
    )
    seed = models.BinaryField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "subject_key", "version"],
                condition=Q(revoked_at__isnull=True),
                name="patients_link_one_for_each_thing",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="patients_link_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}: {self.purpose}"
