"""Photographs in the record: by day and pose, one of them, two of them against each other."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.models import RecordAccess
from patients.forms.photos import CompareForm, PoseForm, TakeOutForm
from patients.models import Patient, Photo, PhotoUse
from patients.queries import photos
from patients.queries.record import RECORD
from patients.subjects import describe
from patients.views.frame import frame
from patients.views.photo_words import purpose_choices, withheld_words


@requires("patients.view_photo")
@require_safe
def patient_photos(request: StaffRequest, pk: int) -> HttpResponse:
    """The tab: a row per day, a column per pose."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    purpose = request.GET.get("use", "")
    purpose = purpose if purpose in PhotoUse.Purpose.values else ""
    album = photos.album(pk, purpose)
    context = frame(patient, "photos", timezone.now()) | {
        "album": album,
        "purpose": purpose,
        "choices": purpose_choices(purpose),
        "withheld": withheld_words(album, purpose),
        "baselines": {each.pk for each in photos.baselines(album.photos).values()},
        "comparable": any(len(album.of_pose(pose)) > 1 for pose in photos.POSES),
    }
    return render(request, "patients/photos.html", context)


@requires("patients.view_photo")
@require_safe
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One photo, what is known of it and what may be done with it."""
    photo = get_object_or_404(photos.visible().select_related("patient"), pk=pk)
    note_access(request, RECORD, photo.patient_id, RecordAccess.Action.READ)
    return render(request, "patients/photo.html", photo_context(photo))


def photo_context(photo: Photo, take_out: TakeOutForm | None = None) -> dict[str, Any]:
    """The context of templates/patients/photo.html."""
    of_pose = list(photos.visible(photo.patient_id).filter(pose=photo.pose).order_by("taken_at"))
    place, baseline = of_pose.index(photo), photos.baseline(of_pose)
    allowed = photos.purposes(photo)
    return frame(photo.patient, "photos", timezone.now()) | {
        "photo": photo,
        "is_baseline": baseline == photo,
        "earlier": of_pose[place - 1] if place else None,
        "later": of_pose[place + 1] if place + 1 < len(of_pose) else None,
        "number": place + 1,
        "of_pose": len(of_pose),
        "taken_for": describe([photo.subject_key] if photo.subject_key else []).values(),
        "uses": [(each, each.value in allowed) for each in PhotoUse.Purpose],
        "pose_form": PoseForm(initial={"pose": photo.pose}),
        "take_out": take_out or TakeOutForm(),
    }


@requires("patients.view_photo")
@require_safe
def compare(request: StaffRequest, pk: int) -> HttpResponse:
    """Two photos of one pose: over each other with a slider, or side by side."""
    patient = get_object_or_404(Patient, pk=pk)
    note_access(request, RECORD, pk, RecordAccess.Action.READ)
    form, album = CompareForm(request.GET), photos.album(pk)
    several = [pose for pose in photos.POSES if len(album.of_pose(pose)) > 1]
    pose = form.asked("pose") or (several or photos.POSES)[0]
    of_pose = album.of_pose(pose)
    pair = photos.pair(of_pose, form.asked("before"), form.asked("after"))
    context = frame(patient, "photos", timezone.now()) | {
        "album": album,
        "pose": photos.Pose(pose),
        "poses": [(each, len(album.of_pose(each))) for each in photos.POSES],
        "of_pose": of_pose,
        "pair": pair if len(pair) > 1 else (),
        "days_between": (pair[-1].taken_at - pair[0].taken_at).days if pair else 0,
    }
    return render(request, "patients/photos_compare.html", context)
