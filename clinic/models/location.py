"""A place where patients are seen, with its own clock."""

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.patient import check_time_zone


class Location(models.Model):
    """A branch of the clinic. Its wall clock rules opening hours, series and "same time"."""

    class Step(models.IntegerChoices):
        FIVE = 5
        TEN = 10
        FIFTEEN = 15

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=50, validators=[check_time_zone])
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40)
    email = models.EmailField(blank=True)
    grid_minutes = models.PositiveSmallIntegerField(
        choices=Step, default=Step.FIFTEEN, help_text="visits start on multiples of this"
    )
    country = models.CharField(
        max_length=2, blank=True, help_text="ISO 3166-1; whose public holidays are proposed"
    )
    subdivision = models.CharField(
        max_length=3, blank=True, help_text="ISO 3166-2 without the country: ENG of GB-ENG"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(grid_minutes__in=[5, 10, 15]),
                name="clinic_location_grid_divides_every_zone_offset",
                violation_error_message=_("Visits start on a grid of 5, 10 or 15 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(country="") | models.Q(country__regex=r"^[A-Z]{2}$"),
                name="clinic_location_country_is_two_letters",
                violation_error_message=_("A country is two letters, like GB."),
            ),
            models.CheckConstraint(
                condition=models.Q(subdivision="") | ~models.Q(country=""),
                name="clinic_location_subdivision_is_of_a_country",
                violation_error_message=_("Choose the country first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
