"""People, rooms and devices: whatever can be held for a time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.location import Location


class Capability(models.Model):
    """Something a resource can do or be used for: "peel", "co2-laser", "prescribe"."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = _("capabilities")

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    """A person, a room or a device. One table, so that one constraint guards them all."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ROOM = "room", _("Room")
        DEVICE = "device", _("Device")

    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=80)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="resources")
    capabilities = models.ManyToManyField(Capability, related_name="resources", blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resource",
    )
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "name"],
                name="clinic_resource_name_unique_at_location",
                violation_error_message=_("This location has something of that name already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="person") | models.Q(user__isnull=True),
                name="clinic_resource_only_people_sign_in",
                violation_error_message=_("Only a person can have a sign-in."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
