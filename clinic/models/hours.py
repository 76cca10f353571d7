"""When the clinic works: weekly hours, closed days, absences."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models.location import Location
from clinic.models.ranges import sound_range
from clinic.models.resource import Resource


class WeeklyHours(models.Model):
    """A resource is at a location every such weekday, by that location's wall clock."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="weekly_hours")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="last day, included")

    class Meta:
        verbose_name_plural = _("weekly hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="clinic_weeklyhours_close_after_open",
                violation_error_message=_("Closing time must be after opening time."),
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="clinic_weeklyhours_weekday_zero_to_six"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="clinic_weeklyhours_until_not_before_from",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.resource} {self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
        )


class Closure(models.Model):
    """A location is closed for whole days."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="closures")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="last closed day")
    reason = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="clinic_closure_ends_not_before_start",
                violation_error_message=_("The last closed day is before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}"


class Absence(models.Model):
    """A resource is away or out of order. Its reservation keeps bookings out."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Ill")
        MAINTENANCE = "maintenance", _("Maintenance")

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="absences")
    during = DateTimeRangeField()
    kind = models.CharField(max_length=12, choices=Kind)
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            *sound_range("clinic_absence", at_most_minutes=366 * 24 * 60),
            ExclusionConstraint(
                name="clinic_absence_once_at_a_time",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is an absence in this time already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.get_kind_display()}"
