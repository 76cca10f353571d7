"""Plan → Course → Session: what was agreed with the patient, and how far it has come."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment, Location, Rearrangement, Resource
from patients.models import Patient
from treatments.models.decision import Decision
from treatments.models.protocol import Protocol


class Plan(models.Model):
    """What was agreed with one patient; holds one or more courses. `goal` is what the
    patient hopes for."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="plan"
    )
    goal = models.CharField(max_length=300, blank=True)
    agreed_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        permissions = [("override_spacing", "Can book below a protocol's minimum gap, with reason")]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class Course(models.Model):
    """One protocol version, a number of sessions. Keeps its version when a newer one appears."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped")
        COMPLETED = "completed", _("Completed")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="courses")
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="courses")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(
        Resource, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    status_reason = models.CharField(max_length=200, blank=True)
    paused_until = models.DateField(
        null=True, blank=True, help_text="when somebody should take it up again; may stay open"
    )
    uses_retinoid = models.BooleanField(null=True, blank=True)
    antiviral_ordered = models.BooleanField(default=False)
    priming_ordered = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # the worklist reads running courses, however many have come to their end
            models.Index(
                fields=["location"],
                condition=Q(status="active"),
                name="treatments_course_running",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_until__isnull=True) | Q(status="paused"),
                name="treatments_course_paused_until_while_paused",
            )
        ]

    def __str__(self) -> str:
        return f"{self.protocol.name} course {self.pk}"

    @property
    def subject_key(self) -> str:
        return f"course:{self.pk}"


class Session(models.Model):
    """The n-th session of a course. Booked, done or open follows from its appointment."""

    class State(models.TextChoices):
        OPEN = "open", _("To book")
        BOOKED = "booked", _("Booked")
        DONE = "done", _("Done")
        MISSED = "missed", _("Missed")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="session"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "number"], name="treatments_session_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__range=(1, 52)), name="treatments_session_number_believable"
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.number} of course {self.course_id}"

    @property
    def subject_key(self) -> str:
        return f"session:{self.pk}"

    @property
    def state(self) -> str:
        """Derived from the appointment; never stored a second time."""
        if self.appointment is None:
            return self.State.OPEN
        return {
            Appointment.Status.DONE: self.State.DONE,
            Appointment.Status.NO_SHOW: self.State.MISSED,
            Appointment.Status.CANCELLED: self.State.OPEN,
        }.get(Appointment.Status(self.appointment.status), self.State.BOOKED)


class Rebinding(models.Model):
    """A session that got another visit in the place of one that was cancelled or missed.

    Rows are only ever added; the newest of a session tells where its visit came from. With a
    `rearrangement` it was part of that decision, and goes back with it.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="rebindings")
    before = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="rebound_from")
    after = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="rebound_to")
    rearrangement = models.ForeignKey(
        Rearrangement, on_delete=models.PROTECT, null=True, blank=True, related_name="rebindings"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rearrangement", "session"], name="treatments_rebinding_once_a_decision"
            ),
            models.CheckConstraint(
                condition=~Q(before=models.F("after")),
                name="treatments_rebinding_changes_something",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.session_id}: {self.before_id} to {self.after_id}"
