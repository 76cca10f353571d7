"""Photographs of the skin: true whatever the treatment.

A row says what one file in PHOTO_ROOT is. The file is ours, encoded anew, without a word of the
camera's notes; the original is not kept. Poses are those of the clinical fact base 4.3.
"""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient
from patients.photo_rules import EDGE


class PhotoQuerySet(models.QuerySet["Photo"]):
    def standing(self) -> Self:
        """All but those that were taken out."""
        return self.filter(retired_at=None)

    def usable_for(self, purpose: str) -> Self:
        """Those that the patient lets be used for teaching or marketing."""
        standing = PhotoUse.objects.filter(purpose=purpose, withdrawn_at=None)
        return self.filter(pk__in=standing.values("photo"))


class Photo(models.Model):
    """One picture of one patient in one pose. It is taken out, with a reason, never deleted."""

    class Pose(models.TextChoices):
        FRONTAL = "frontal", _("Frontal")
        LEFT_OBLIQUE = "left_oblique", _("Left oblique")
        RIGHT_OBLIQUE = "right_oblique", _("Right oblique")
        LEFT_LATERAL = "left_lateral", _("Left profile")
        RIGHT_LATERAL = "right_lateral", _("Right profile")
        CLOSE_UP = "close_up", _("Close-up")

    class Why(models.TextChoices):
        WRONG_PATIENT = "wrong_patient", _("Another patient")
        UNUSABLE = "unusable", _("Blurred or badly lit")
        REPEATED = "repeated", _("Taken twice")
        MISTAKE = "mistake", _("Taken by mistake")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="photos")
    pose = models.CharField(_("pose"), max_length=14, choices=Pose)
    is_baseline = models.BooleanField(
        default=False, help_text="chosen for its pose; else the earliest of the pose is compared"
    )
    subject_key = models.CharField(
        max_length=60, blank=True, help_text='what it was taken for, for example "visit:12"'
    )
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    stored_at = models.DateTimeField(
        help_text="later than taken for a photo brought in from before"
    )
    stored_name = models.CharField(max_length=32, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, help_text="of the stored file")
    size_bytes = models.PositiveIntegerField()
    width_px = models.PositiveSmallIntegerField()
    height_px = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_why = models.CharField(max_length=14, choices=Why, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["patient", "pose", "taken_at"], name="patients_photo_of_pose"),
            models.Index(
                fields=["subject_key"], name="patients_photo_subject", condition=~Q(subject_key="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    pose__in=(
                        "frontal",
                        "left_oblique",
                        "right_oblique",
                        "left_lateral",
                        "right_lateral",
                        "close_up",
                    )
                ),
                name="patients_photo_known_pose",
                violation_error_message=_("Choose one of the six poses."),
            ),
            models.CheckConstraint(
                condition=Q(subject_key="") | Q(subject_key__regex=r"^[a-z_]+:[1-9][0-9]*$"),
                name="patients_photo_subject_is_a_key",
                violation_error_message=_("A photo is taken for one visit or assessment, or none."),
            ),
            models.CheckConstraint(
                condition=Q(taken_at__lte=F("stored_at")),
                name="patients_photo_taken_before_stored",
                violation_error_message=_("A photo cannot be from the future."),
            ),
            models.CheckConstraint(
                condition=Q(stored_name__regex=r"^[0-9a-f]{32}$"),
                name="patients_photo_named_at_random",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="patients_photo_has_its_sum"
            ),
            models.CheckConstraint(
                condition=Q(
                    size_bytes__gt=0, width_px__range=(1, EDGE), height_px__range=(1, EDGE)
                ),
                name="patients_photo_within_limits",
            ),
            models.UniqueConstraint(
                fields=["patient", "sha256"],
                condition=Q(retired_at__isnull=True),
                name="patients_photo_stored_once",
                violation_error_message=_("This photo is in the record already."),
            ),
            models.UniqueConstraint(
                fields=["patient", "pose"],
                condition=Q(is_baseline=True),
                name="patients_photo_one_baseline_of_a_pose",
                violation_error_message=_("Another photo of this pose is the baseline."),
            ),
            models.CheckConstraint(
                condition=Q(is_baseline=False) | Q(retired_at__isnull=True),
                name="patients_photo_taken_out_is_no_baseline",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True, retired_why="")
                | (
                    Q(retired_at__isnull=False, retired_by__isnull=False)
                    & Q(
                        retired_why__in=("wrong_patient", "unusable", "repeated", "mistake"),
                    )
                ),
                name="patients_photo_taken_out_with_by_and_why",
                violation_error_message=_("Taking a photo out needs a name and a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.pk}: {self.pose}"

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


# the set that a complete series has; a close-up belongs to a finding and has no set
STANDARD_POSES: Final = tuple(each for each in Photo.Pose if each != Photo.Pose.CLOSE_UP)


class PhotoUse(models.Model):
    """The patient lets one photo be used beyond the record, until that is withdrawn. The record
    itself follows the consent to photos; a new yes is a new row."""

    class Purpose(models.TextChoices):
        TEACHING = "teaching", _("Teaching")
        MARKETING = "marketing", _("Marketing")

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="uses")
    purpose = models.CharField(max_length=9, choices=Purpose)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who wrote it down",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=("teaching", "marketing")),
                name="patients_photouse_known_purpose",
            ),
            models.UniqueConstraint(
                fields=["photo", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="patients_photouse_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="patients_photouse_withdrawn_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="patients_photouse_given_before_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.photo_id} for {self.purpose}"
