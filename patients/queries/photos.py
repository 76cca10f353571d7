"""Photographs as they are looked at: by day and pose, one pose through time, for a purpose.

The record follows the consent to photos: while none stands nothing is shown, for whatever purpose,
and nothing is lost. Teaching and marketing show what the patient allowed for them, photo by photo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from django.db.models import F, Prefetch, QuerySet
from django.utils import timezone

from patients.models import STANDARD_POSES, Consent, Photo, PhotoUse
from patients.models.photo import PhotoQuerySet

POSES: Final = tuple(Photo.Pose)
Pose = Photo.Pose


@dataclass(frozen=True, slots=True)
class Slot:
    """One pose of one day."""

    pose: Pose
    photos: tuple[Photo, ...] = ()

    @property
    def is_standard(self) -> bool:
        return self.pose in STANDARD_POSES


@dataclass(frozen=True, slots=True)
class Series:
    """What was taken on one local day, a slot for every pose."""

    day: date
    slots: tuple[Slot, ...]

    @property
    def done(self) -> int:
        """How many poses of the standard set there are."""
        return sum(1 for slot in self.slots if slot.is_standard and slot.photos)

    @property
    def of(self) -> int:
        return len(STANDARD_POSES)

    @property
    def is_complete(self) -> bool:
        return self.done == self.of


@dataclass(frozen=True, slots=True)
class Album:
    """All photos of a patient that may be shown, the newest day first, and how consent stands."""

    consent: Consent | None
    photos: tuple[Photo, ...] = ()
    taken_out: tuple[Photo, ...] = ()
    withheld: int = 0
    series: tuple[Series, ...] = field(default=())

    @property
    def may_be_photographed(self) -> bool:
        return self.consent is not None and self.consent.withdrawn_at is None

    def of_pose(self, pose: str) -> list[Photo]:
        """The oldest first."""
        return [each for each in reversed(self.photos) if each.pose == pose]

    def on(self, day: date) -> Series:
        """That day's, with empty slots when there was nothing."""
        found = (each for each in self.series if each.day == day)
        return next(found, Series(day, tuple(Slot(pose) for pose in POSES)))


def may_be_photographed(patient: int) -> bool:
    """Whether the patient's consent to photos stands."""
    return _consents(patient).filter(withdrawn_at=None).exists()


def album(patient: int, purpose: str = "") -> Album:
    """The photos for the record, or for one purpose beyond it; three queries."""
    consent = _consents(patient).select_related("recorded_by", "withdrawn_by").first()
    every = list(_rows().filter(patient=patient).order_by("-taken_at", "-pk"))
    standing = [each for each in every if not each.is_retired]
    taken_out = tuple(each for each in every if each.is_retired)
    if consent is None or consent.withdrawn_at is not None:
        return Album(consent, taken_out=taken_out, withheld=len(standing))
    shown = tuple(each for each in standing if not purpose or purpose in purposes(each))
    return Album(consent, shown, taken_out, len(standing) - len(shown), _by_day(shown))


def visible(patient: int | None = None) -> PhotoQuerySet:
    """Photos that may be shown in the record at this moment."""
    agreed = Consent.objects.filter(scope=Consent.Scope.PHOTOS, withdrawn_at=None)
    rows = _rows().standing().filter(patient__in=agreed.values("patient"))
    return rows if patient is None else rows.filter(patient=patient)


def of_subject(subject_key: str) -> list[Photo]:
    """Those taken for one visit or assessment that may be shown, the oldest first."""
    return list(visible().filter(subject_key=subject_key).order_by("taken_at", "pk"))


def purposes(photo: Photo) -> set[str]:
    """What it may be used for beyond the record; of a photo that came from here."""
    return {each.purpose for each in photo.uses.all()}


def baseline(photos: Sequence[Photo]) -> Photo | None:
    """Of one pose: the chosen one, else the earliest."""
    chosen = (each for each in photos if each.is_baseline)
    return next(chosen, min(photos, key=lambda each: (each.taken_at, each.pk), default=None))


def baselines(photos: Sequence[Photo]) -> dict[str, Photo]:
    """The baseline of each pose that has one."""
    found = {pose: baseline([each for each in photos if each.pose == pose]) for pose in POSES}
    return {pose: photo for pose, photo in found.items() if photo}


def pair(photos: Sequence[Photo], before: int | None, after: int | None) -> tuple[Photo, ...]:
    """Two photos of one pose to compare, the earlier first: those asked for, else the baseline and
    the newest. Fewer than two when there are not so many."""
    by_pk = {each.pk: each for each in photos}
    first = by_pk.get(before or 0) or baseline(photos)
    others = [each for each in photos if each != first]
    if first is None or not others:
        return tuple(photos)
    second = by_pk.get(after or 0)
    if second is None or second == first:
        second = max(others, key=_age)
    return tuple(sorted((first, second), key=_age))


def local_day(photo: Photo) -> date:
    return timezone.localtime(photo.taken_at).date()


def _age(photo: Photo) -> tuple[object, ...]:
    return photo.taken_at, photo.pk


def _by_day(photos: Sequence[Photo]) -> tuple[Series, ...]:
    return tuple(
        Series(day, tuple(_slot(pose, on_day) for pose in POSES))
        for day, found in groupby(photos, key=local_day)
        for on_day in [list(found)]
    )


def _slot(pose: Pose, photos: Sequence[Photo]) -> Slot:
    return Slot(pose, tuple(each for each in reversed(photos) if each.pose == pose))


def _rows() -> PhotoQuerySet:
    standing = PhotoUse.objects.filter(withdrawn_at=None)
    named = Photo.objects.select_related("taken_by", "retired_by")
    return named.prefetch_related(Prefetch("uses", standing))


def _consents(patient: int) -> QuerySet[Consent]:
    """One that stands before those withdrawn, of those the last."""
    rows = Consent.objects.filter(patient=patient, scope=Consent.Scope.PHOTOS)
    return rows.order_by(F("withdrawn_at").desc(nulls_first=True), "-given_at", "-pk")
