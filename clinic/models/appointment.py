"""Claims on time. The two exclusion constraints here are what makes double booking impossible."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.hours import Absence
from clinic.models.location import Location
from clinic.models.ranges import sound_range
from clinic.models.resource import Resource
from clinic.models.service import Need, Service
from patients.models import Patient

TWELVE_HOURS = 12 * 60


class Booking(models.Model):
    """One request to the booking door, with its idempotency key.

    A repeated request finds this row and gets the first outcome; the same key with another
    content is an error. The appointments booked together point here.
    """

    key = models.UUIDField(default=uuid.uuid4)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="clinic_booking_key_once")
        ]

    def __str__(self) -> str:
        return f"booking {self.pk}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def standing(self) -> Self:
        """Those that hold the patient's time: neither cancelled nor missed. A missed visit keeps
        its people and rooms: nobody plans for a time that is passing."""
        return self.filter(blocks_time=True)

    def lapsed(self, now: datetime) -> Self:
        """Holds whose time is over: they block nobody, whether or not they were swept up yet."""
        return self.filter(status=Appointment.Status.HELD, held_until__lte=now)

    def between(self, start: datetime, end: datetime) -> Self:
        """Those that touch `[start, end)`."""
        return self.filter(during__overlap=(start, end))

    def in_order(self) -> Self:
        return self.order_by("during", "pk")

    def with_details(self) -> Self:
        """What a list or calendar draws, in two queries whatever the number of rows."""
        return self.select_related("patient", "service", "location").prefetch_related(
            models.Prefetch(
                "reservations",
                queryset=Reservation.objects.select_related("resource").order_by("need_id"),
            )
        )


class Appointment(models.Model):
    """A patient is expected for a service. What it holds are its reservations."""

    class Status(models.TextChoices):
        HELD = "held", _("Held")
        BOOKED = "booked", _("Booked")
        CONFIRMED = "confirmed", _("Confirmed")
        ARRIVED = "arrived", _("Arrived")
        IN_ROOM = "in_room", _("In room")
        DONE = "done", _("Done")
        NO_SHOW = "no_show", _("No-show")
        CANCELLED = "cancelled", _("Cancelled")

    # which status may follow which; `may_become` adds when
    TRANSITIONS: dict[str, set[str]] = {
        Status.HELD: {Status.BOOKED, Status.CANCELLED},
        Status.BOOKED: {Status.CONFIRMED, Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED},
        Status.CONFIRMED: {Status.BOOKED, Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED},
        Status.ARRIVED: {Status.BOOKED, Status.IN_ROOM, Status.DONE, Status.CANCELLED},
        Status.IN_ROOM: {Status.ARRIVED, Status.DONE},
        Status.DONE: {Status.IN_ROOM},
        Status.NO_SHOW: {Status.BOOKED, Status.ARRIVED},
        Status.CANCELLED: set(),
    }

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="appointments")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="appointments")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    # spelt as "not one of", so that a status added later blocks time until somebody decides
    blocks_time = models.GeneratedField(
        expression=~Q(status__in=["cancelled", "no_show"]),  # type: ignore[arg-type] # Q is one
        output_field=models.BooleanField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, help_text="raised by every move")
    timed_at = models.DateTimeField(
        default=timezone.now, help_text="when it got its present time: booked or last moved"
    )
    status_at = models.DateTimeField(
        default=timezone.now, help_text="when it got its present status"
    )
    held_until = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    cancel_reason = models.CharField(max_length=200, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        permissions = [("cancel_appointment", "Can cancel appointments")]
        indexes = [
            GistIndex(fields=["location", "during"], name="clinic_appointment_calendar"),
            models.Index(
                fields=["held_until"], name="clinic_appointment_held", condition=Q(status="held")
            ),
        ]
        constraints = [
            *sound_range("clinic_appointment", at_most_minutes=TWELVE_HOURS),
            ExclusionConstraint(
                name="clinic_appointment_patient_once_at_a_time",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(blocks_time=True),
                violation_error_message=_("The patient has another visit at this time."),
            ),
            models.CheckConstraint(
                condition=Q(status="held", held_until__isnull=False)
                | (~Q(status="held") & Q(held_until__isnull=True)),
                name="clinic_appointment_only_a_hold_expires",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False
                )
                | (
                    ~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                ),
                name="clinic_appointment_cancelled_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at:%Y-%m-%d %H:%M}"

    def may_become(self, status: str, now: datetime) -> bool:
        """Whether this status may follow at this moment: nobody comes on a day before the visit,
        and nobody is missed before its time."""
        if status not in self.TRANSITIONS[self.status]:
            return False
        if status == self.Status.NO_SHOW:
            return bool(self.during.lower <= now)
        came = status in (self.Status.ARRIVED, self.Status.IN_ROOM, self.Status.DONE)
        return not came or self.starts_at.date() <= now.astimezone(self.location.zone).date()

    @property
    def starts_at(self) -> datetime:
        """The start, on the clock of the location."""
        return self.during.lower.astimezone(self.location.zone)  # type: ignore[no-any-return]

    @property
    def ends_at(self) -> datetime:
        """The end for the patient, on the clock of the location."""
        return self.during.upper.astimezone(self.location.zone)  # type: ignore[no-any-return]


class Reservation(models.Model):
    """One resource held for one segment: of an appointment, or of an absence."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="reservations")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="reservations"
    )
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    absence = models.OneToOneField(
        Absence, on_delete=models.CASCADE, null=True, blank=True, related_name="reservation"
    )
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            *sound_range("clinic_reservation", at_most_minutes=366 * 24 * 60),
            ExclusionConstraint(
                name="clinic_reservation_resource_once_at_a_time",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This is taken at that time."),
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, absence__isnull=True)
                | Q(appointment__isnull=True, absence__isnull=False),
                name="clinic_reservation_for_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.during}"
