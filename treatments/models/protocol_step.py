"""The message timeline of a protocol, row by row."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from treatments.models.protocol import Protocol
from treatments.protocol_data.step import Step


class ProtocolStep(models.Model):
    """One row of a protocol's message timeline; the columns are those of
    `treatments.protocol_data.step.Step`, where each is explained.
    """

    protocol = models.ForeignKey(Protocol, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    anchor = models.CharField(max_length=20)
    day = models.SmallIntegerField(help_text="days from the anchor's local date")
    at = models.TimeField(null=True, blank=True, help_text="wall clock of the patient")
    after_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    every = models.PositiveSmallIntegerField(null=True, blank=True, help_text="repeat, in days")
    until_day = models.SmallIntegerField(null=True, blank=True)
    to_next = models.BooleanField(default=False)
    only = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    skin = models.CharField(max_length=10, default="all")
    needs_attendance = models.BooleanField(default=False)
    covers = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    expires_hours = models.PositiveSmallIntegerField()
    catch_up = models.BooleanField(default=True)
    per_date = models.BooleanField(default=True)
    is_on = models.BooleanField(default=True, help_text="whether the letter is sent at all")
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "position"], name="treatments_protocolstep_position_unique"
            ),
            models.UniqueConstraint(
                fields=["protocol", "kind", "anchor", "day", "skin", "only"],
                name="treatments_protocolstep_letter_once_a_day",
                violation_error_message=_("The same letter stands twice on that day."),
            ),
            models.CheckConstraint(
                condition=Q(day__range=(-365, 730)),
                name="treatments_protocolstep_day_believable",
                violation_error_message=_("A letter goes out between day −365 and day 730."),
            ),
            models.CheckConstraint(
                condition=Q(every__isnull=True, until_day__isnull=True)
                | Q(every__isnull=False, until_day__isnull=False)
                & Q(every__gte=1, until_day__lte=730)
                & Q(until_day__gte=F("day")),
                name="treatments_protocolstep_repeats_in_order",
                violation_error_message=_(
                    "Repeats need an interval and a last day after the first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(expires_hours__gte=1),
                name="treatments_protocolstep_expires_later",
            ),
            models.CheckConstraint(
                condition=Q(at__isnull=True, after_minutes__isnull=False)
                | Q(at__isnull=False, after_minutes__isnull=True),
                name="treatments_protocolstep_one_kind_of_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.anchor}{self.day:+d}"

    def as_step(self) -> Step:
        """The same row as the pure timeline takes it."""
        return Step(
            kind=self.kind,
            anchor=self.anchor,  # type: ignore[arg-type] # checked by Step itself
            day=self.day,
            source=self.source,
            at=self.at,
            after_minutes=self.after_minutes,
            every=self.every,
            until_day=self.until_day,
            to_next=self.to_next,
            only=frozenset(self.only),  # type: ignore[arg-type]
            skin=self.skin,  # type: ignore[arg-type]
            needs_attendance=self.needs_attendance,
            covers=frozenset(self.covers),
            expires_hours=self.expires_hours,
            catch_up=self.catch_up,
            per_date=self.per_date,
        )
