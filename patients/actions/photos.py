"""What is done with photographs: stored, let be used, compared with, taken out.

The file is written first and its row after it, under the patient's lock: a row never names a file
that is not there. What a broken transaction leaves is a file without a row, and swept.
"""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.accounts.models import RecordAccess, User
from patients.actions import photo_ingest, photo_store
from patients.actions.photo_ingest import PhotoRefused
from patients.actions.retry import retry_on_contention
from patients.models import Patient, Photo, PhotoUse
from patients.photo_child import Clean
from patients.queries import photos
from patients.queries.record import RECORD


def add(
    *,
    patient: Patient,
    upload: BinaryIO,
    size: int,
    pose: str,
    taken_at: datetime | None = None,
    subject_key: str = "",
    purposes: Collection[str] = (),
    by: User,
    now: datetime,
) -> Photo:
    """Store one photo of `size` bytes; `taken_at` is given for one brought in from before.

    Raises PhotoRefused (no consent, not a photo, stored already, ...), PhotosBusy, TryAgain.
    """
    # asked before the work; the answer that counts is the one under the lock
    _need_consent(patient)
    made = photo_ingest.clean(upload, size)
    row = Photo(
        patient=patient,
        pose=Photo.Pose(pose),
        subject_key=subject_key,
        taken_at=taken_at or now,
        taken_by=by,
        stored_at=now,
    )
    return keep(photo=row, made=made, purposes=purposes, by=by)


def keep(*, photo: Photo, made: Clean, purposes: Collection[str] = (), by: User) -> Photo:
    """Files, then the row for them; `photo` is filled in but for what its file says."""
    photo.sha256, photo.size_bytes = sha256(made.picture).hexdigest(), len(made.picture)
    photo.width_px, photo.height_px = made.width, made.height
    photo.stored_name = photo_store.write(made)
    try:
        _enter(photo, purposes, by)
    except BaseException:
        photo_store.remove(photo.stored_name)
        raise
    return photo


@retry_on_contention
@transaction.atomic
def _enter(photo: Photo, purposes: Collection[str], by: User) -> None:
    _lock(photo.patient)
    _need_consent(photo.patient)
    same = Photo.objects.standing().filter(patient=photo.patient, sha256=photo.sha256).first()
    if same:
        _refuse("known", _("This photo is in the record already, as “%(pose)s”."), same)
    photo.pk = None
    photo.save(force_insert=True)
    PhotoUse.objects.bulk_create(
        PhotoUse(
            photo=photo,
            purpose=PhotoUse.Purpose(each),
            given_at=photo.stored_at,
            given_by=by,
        )
        for each in dict.fromkeys(purposes)
    )
    _note(photo.patient, by, photo.stored_at)


@retry_on_contention
@transaction.atomic
def allow(*, photo: Photo, purpose: str, by: User, now: datetime) -> None:
    """The patient lets this photo be used for teaching or marketing; twice changes nothing."""
    _lock(photo.patient)
    _need_standing(photo)
    _need_consent(photo.patient)
    _use, is_new = PhotoUse.objects.get_or_create(
        photo=photo,
        purpose=PhotoUse.Purpose(purpose),
        withdrawn_at=None,
        defaults={"given_at": now, "given_by": by},
    )
    if is_new:
        _note(photo.patient, by, now)


@retry_on_contention
@transaction.atomic
def forbid(*, photo: Photo, purpose: str, by: User, now: datetime) -> None:
    """The patient no longer does; that it was allowed, and until when, stays on record."""
    _lock(photo.patient)
    standing = PhotoUse.objects.filter(
        photo=photo, purpose=PhotoUse.Purpose(purpose), withdrawn_at=None
    )
    if standing.update(withdrawn_at=now, withdrawn_by=by):
        _note(photo.patient, by, now)


@retry_on_contention
@transaction.atomic
def choose_baseline(*, photo: Photo, by: User, now: datetime) -> None:
    """Others of its pose are compared with this one from now on."""
    _lock(photo.patient)
    _need_standing(photo)
    of_pose = Photo.objects.filter(patient=photo.patient, pose=_fresh(photo).pose)
    of_pose.filter(is_baseline=True).update(is_baseline=False)
    of_pose.filter(pk=photo.pk).update(is_baseline=True)
    _note(photo.patient, by, now)


@retry_on_contention
@transaction.atomic
def change_pose(*, photo: Photo, pose: str, by: User, now: datetime) -> None:
    """It was stored as another pose than it shows."""
    _lock(photo.patient)
    _need_standing(photo)
    rows = Photo.objects.filter(pk=photo.pk).exclude(pose=Photo.Pose(pose))
    if rows.update(pose=Photo.Pose(pose), is_baseline=False):
        _note(photo.patient, by, now)


@retry_on_contention
@transaction.atomic
def take_out(*, photo: Photo, why: str, by: User, now: datetime) -> None:
    """It is shown nowhere any more; that it was there, who took it out and why, stays."""
    _lock(photo.patient)
    rows = Photo.objects.standing().filter(pk=photo.pk)
    if rows.update(retired_at=now, retired_by=by, retired_why=Photo.Why(why), is_baseline=False):
        _note(photo.patient, by, now)


@retry_on_contention
@transaction.atomic
def put_back(*, photo: Photo, by: User, now: datetime) -> None:
    """Taking it out was the mistake. Refused when the same photo was stored again meanwhile."""
    _lock(photo.patient)
    same = Photo.objects.standing().filter(patient=photo.patient, sha256=photo.sha256).first()
    if same and same != photo:
        _refuse("known", _("The same photo was stored again, as “%(pose)s”. It stands."), same)
    rows = Photo.objects.filter(pk=photo.pk).exclude(retired_at=None)
    if rows.update(retired_at=None, retired_by=None, retired_why=""):
        _note(photo.patient, by, now)


def _lock(patient: Patient) -> None:
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


def _need_consent(patient: Patient) -> None:
    if not photos.may_be_photographed(patient.pk):
        raise PhotoRefused(
            "consent",
            _("%(name)s has not agreed to photos. Record the consent first, then store them.")
            % {"name": patient.full_name},
        )


def _need_standing(photo: Photo) -> None:
    if _fresh(photo).is_retired:
        raise PhotoRefused("gone", _("This photo was taken out meanwhile. Put it back first."))


def _fresh(photo: Photo) -> Photo:
    return Photo.objects.get(pk=photo.pk)


def _refuse(why: str, sentence: str, same: Photo) -> NoReturn:
    raise PhotoRefused(why, sentence % {"pose": same.get_pose_display()})


def _note(patient: Patient, by: User, now: datetime) -> None:
    RecordAccess.objects.create(
        user=by,
        record=RECORD,
        record_id=patient.pk,
        action=RecordAccess.Action.CHANGE,
        at=now,
    )
