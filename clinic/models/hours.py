"""When the clinic works: weekly hours, closed days, absences."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from clinic.models.location import Location
from clinic.models.ranges import clock_times, days_of, length_of, sound_range
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
            ExclusionConstraint(
                name="clinic_weeklyhours_once_at_a_time",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("location", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (days_of("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                    (clock_times("opens", "closes"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Two stretches of one day overlap."),
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


class OpenHoliday(models.Model):
    """A location works on this public holiday: somebody decided so, and it is not proposed again.

    Kept as rows, because "not closed" alone cannot be told from "not looked at yet".
    """

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="open_holidays")
    day = models.DateField()
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["location", "day"], name="clinic_openholiday_decided_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.location}: {self.name}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def to_come(self, now: datetime) -> Self:
        """Those that are not over."""
        return self.filter(during__endswith__gt=now)

    def loose(self) -> Self:
        """Those that do not hold all of their time: visits stand in it, or have just left it."""
        held = Sum(length_of("reservations__during"), default=timedelta())
        return self.alias(held=held).filter(held__lt=length_of("during"))


class Absence(models.Model):
    """A resource is away or out of order, from start to end.

    Nobody is booked into it: the search and the booking door count all of it as busy
    (`queries.availability`). Its reservations hold what no visit holds, so that the database
    refuses whoever goes round the door too.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Ill")
        MAINTENANCE = "maintenance", _("Maintenance")
        OUT_OF_ORDER = "out_of_order", _("Out of order")

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="absences")
    during = DateTimeRangeField()
    kind = models.CharField(max_length=12, choices=Kind)
    note = models.CharField(max_length=100, blank=True)

    # what can be said of whom
    KINDS_OF: dict[str, tuple[str, ...]] = {
        Resource.Kind.PERSON: (Kind.LEAVE, Kind.SICK),
        Resource.Kind.ROOM: (Kind.MAINTENANCE, Kind.OUT_OF_ORDER),
        Resource.Kind.DEVICE: (Kind.MAINTENANCE, Kind.OUT_OF_ORDER),
    }

    objects = AbsenceQuerySet.as_manager()

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
