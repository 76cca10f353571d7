"""What can be booked, and what each part of it needs."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from clinic.models.resource import Capability


class Service(models.Model):
    """Something a patient comes for. `minutes` is what the patient's diary shows."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    patient_name = models.CharField(
        max_length=80, help_text="in letters and calendar entries: no diagnosis, no treatment"
    )
    minutes = models.PositiveSmallIntegerField()
    stripe = models.SlugField(max_length=20, blank=True, help_text="colour of its left edge")
    stands_alone = models.BooleanField(
        default=False, help_text="may be booked by itself, outside a course of treatment"
    )
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 12 * 60)),
                name="clinic_service_minutes_believable",
                violation_error_message=_("A visit lasts between 5 minutes and 12 hours."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def said_to_patients(self) -> Promise | str:
        """Its name in letters, in the language that is active where it is shown: the product's
        own word is translated, a name that the clinic typed stays as it is."""
        return gettext_lazy(self.patient_name) if self.patient_name else ""


class Need(models.Model):
    """A capability held for its own segment of the visit: minutes counted from the visit's start.

    The room may be needed before the practitioner (numbing) and after the patient left (cleaning).
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="needs")
    position = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=60)
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    starts = models.PositiveSmallIntegerField(default=0)
    ends = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts") + 5) & Q(ends__lte=12 * 60),
                name="clinic_need_segment_believable",
                violation_error_message=_("A need is held for at least 5 minutes."),
            ),
            models.UniqueConstraint(
                fields=["service", "position"], name="clinic_need_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.label} {self.starts}–{self.ends}"


def load_needs(services: Iterable[Service]) -> None:
    """Fetch what each of these needs, with the capabilities that serve it, in one query; those
    that have it already are left as they are."""
    needs = Need.objects.select_related("capability")
    models.prefetch_related_objects(list(services), models.Prefetch("needs", queryset=needs))
