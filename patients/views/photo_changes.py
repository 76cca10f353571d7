"""The buttons beside one photograph."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.accounts.access import StaffRequest, requires
from patients.actions import photos as act
from patients.actions.photo_ingest import PhotoRefused
from patients.actions.retry import TryAgain
from patients.forms.photos import PoseForm, TakeOutForm, UseForm
from patients.models import Photo, PhotoUse
from patients.queries import photos
from patients.views.photo_words import called
from patients.views.photos import photo_context

Change = Callable[[Photo], str]
"""Does it and answers what was done."""


@requires("patients.change_photo")
@require_POST
def use(request: StaffRequest, pk: int) -> HttpResponse:
    """The patient lets it be used for teaching or marketing, or no longer does."""

    def change(photo: Photo) -> str:
        asked = _cleaned(UseForm(request.POST))
        purpose, given = PhotoUse.Purpose(asked["purpose"]), asked["given"] == "yes"
        do = act.allow if given else act.forbid
        do(photo=photo, purpose=purpose, by=request.user, now=timezone.now())
        said = _("May be used for %(use)s.") if given else _("No longer used for %(use)s.")
        return said % {"use": str(purpose.label).lower()}

    return _told(request, pk, change)


@requires("patients.change_photo")
@require_POST
def pose(request: StaffRequest, pk: int) -> HttpResponse:
    def change(photo: Photo) -> str:
        chosen = Photo.Pose(_cleaned(PoseForm(request.POST))["pose"])
        act.change_pose(photo=photo, pose=chosen, by=request.user, now=timezone.now())
        return _("It is now under “%(pose)s”.") % {"pose": chosen.label}

    return _told(request, pk, change)


@requires("patients.change_photo")
@require_POST
def baseline(request: StaffRequest, pk: int) -> HttpResponse:
    def change(photo: Photo) -> str:
        act.choose_baseline(photo=photo, by=request.user, now=timezone.now())
        return _("Others of this pose are compared with this one.")

    return _told(request, pk, change)


@requires("patients.change_photo")
@require_POST
def out(request: StaffRequest, pk: int) -> HttpResponse:
    """Taken by mistake, of somebody else: shown nowhere any more, with its reason on record."""
    photo, form = _photo(pk), TakeOutForm(request.POST)
    if not form.is_valid():
        context = photo_context(photo, form)
        return render(request, "patients/photo.html", context, status=422)
    try:
        act.take_out(photo=photo, why=form.cleaned_data["why"], by=request.user, now=timezone.now())
    except TryAgain as busy:
        messages.error(request, str(busy))
        return redirect("photo", pk)
    said = _("“%(photo)s” is taken out.") % {"photo": called(photo)}
    messages.success(request, said, extra_tags=reverse("photo-back", args=[pk]))
    return redirect("patient-photos", photo.patient_id)


@requires("patients.change_photo")
@require_POST
def back(request: StaffRequest, pk: int) -> HttpResponse:
    """Taking it out was the mistake."""
    photo = get_object_or_404(Photo.objects.select_related("patient"), pk=pk)
    try:
        act.put_back(photo=photo, by=request.user, now=timezone.now())
        messages.success(request, _("“%(photo)s” is back.") % {"photo": called(photo)})
    except (PhotoRefused, TryAgain) as refused:
        messages.error(request, str(refused))
    return redirect("patient-photos", photo.patient_id)


def _photo(pk: int) -> Photo:
    return get_object_or_404(photos.visible().select_related("patient"), pk=pk)


def _told(request: StaffRequest, pk: int, change: Change) -> HttpResponse:
    """Do it, or say why not, and show the photo again."""
    photo = _photo(pk)
    try:
        messages.success(request, change(photo))
    except (PhotoRefused, TryAgain) as refused:
        messages.error(request, str(refused))
    return redirect("photo", pk)


def _cleaned(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise PhotoRefused("form", _("This button is not known here: reload the page."))
    return form.cleaned_data
