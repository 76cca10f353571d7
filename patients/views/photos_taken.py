"""Taking photographs: slots for the poses, filled by the camera or with files, each stored at once.

With scripts every slot sends its own photo and is drawn anew; without, one button sends them all.
"""

from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.accounts.access import StaffRequest, note_access, requires
from clinic.accounts.middleware import SENSORS
from clinic.accounts.models import RecordAccess
from patients.actions import photos as act
from patients.actions import readiness
from patients.actions.photo_ingest import PhotoRefused, PhotosBusy
from patients.actions.retry import TryAgain
from patients.forms.photos import TakenForm
from patients.models import Consent, Patient, Photo
from patients.one_line import one_line
from patients.queries import photos
from patients.queries.record import RECORD
from patients.views.frame import frame
from patients.views.photo_words import stored_words

RETRY_SECONDS: Final = 2


@dataclass
class Outcome:
    """What became of the files of one request; refusals by pose, each (file's name, sentence)."""

    stored: list[Photo] = field(default_factory=list)
    refused: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    busy: bool = False

    def refuse(self, pose: str, name: str, sentence: object) -> None:
        shown = Truncator(one_line(name)).chars(60)
        self.refused.setdefault(pose, []).append((shown, str(sentence)))

    @property
    def status(self) -> int:
        if not self.refused:
            return 200
        return 503 if self.busy and not self.stored else 409


@requires("patients.add_photo")
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: StaffRequest, pk: int) -> HttpResponse:
    """The slots, and what is sent from them."""
    patient, now = get_object_or_404(Patient, pk=pk), timezone.now()
    if request.method != "POST":
        note_access(request, RECORD, pk, RecordAccess.Action.READ)
        form = TakenForm(_asked(request), now=now)
        return _page(request, patient, form, Outcome())
    form = TakenForm(request.POST, now=now)
    outcome = _stored(request, patient, form)
    if request.htmx:
        return _slot(request, patient, form, outcome)
    if outcome.refused or not outcome.stored:
        return _page(request, patient, form, outcome, status=422)
    messages.success(request, stored_words(outcome.stored))
    return redirect("patient-photos", pk)


def _asked(request: StaffRequest) -> dict[str, str] | None:
    """What the address says of the photos to come: `for` a visit, `on` a day from before."""
    today = timezone.localdate().isoformat()
    given = {"subject": request.GET.get("for", ""), "taken_on": request.GET.get("on") or today}
    return given if TakenForm(given, now=timezone.now()).is_valid() else None


def _stored(request: StaffRequest, patient: Patient, form: TakenForm) -> Outcome:
    """Every file by itself: what is wrong with one is no harm to the others."""
    outcome = Outcome()
    files = [(pose, file) for pose in photos.POSES for file in request.FILES.getlist(pose)]
    for pose, file in files:
        try:
            if not form.is_valid():
                raise PhotoRefused("form", _said(form))
            outcome.stored.append(_add(request, patient, form, pose, file))
        except (PhotoRefused, TryAgain) as refused:
            outcome.refuse(pose, file.name or "", refused)
        except PhotosBusy as busy:
            outcome.busy = True
            outcome.refuse(pose, file.name or "", busy)
    return outcome


def _said(form: TakenForm) -> str:
    """What is wrong with what all photos have in common; it is not said at its field when only a
    slot is drawn anew."""
    return " ".join(each for errors in form.errors.values() for each in map(str, errors))


def _add(
    request: StaffRequest, patient: Patient, form: TakenForm, pose: str, file: "UploadedFile[bytes]"
) -> Photo:
    return act.add(
        patient=patient,
        upload=cast(BinaryIO, file.file),
        size=file.size or 0,
        pose=pose,
        taken_at=form.taken_at,
        subject_key=form.cleaned_data["subject"],
        purposes=form.cleaned_data["purposes"],
        by=request.user,
        now=form.now,
    )


def _slots(patient: Patient, form: TakenForm, outcome: Outcome) -> dict[str, Any]:
    album = photos.album(patient.pk)
    day = timezone.localtime(form.taken_at if form.is_valid() else form.now).date()
    series, baselines = album.on(day), photos.baselines(album.photos)
    return {
        "album": album,
        "series": series,
        "slots": [
            (slot, baselines.get(slot.pose), outcome.refused.get(slot.pose, ()))
            for slot in series.slots
        ],
    }


def _page(
    request: StaffRequest, patient: Patient, form: TakenForm, outcome: Outcome, status: int = 200
) -> HttpResponse:
    context = frame(patient, "photos", timezone.now()) | _slots(patient, form, outcome)
    context |= {"form": form, "outcome": outcome, "nothing": status == 422 and not request.FILES}
    response = render(request, "patients/photos_take.html", context, status=status)
    response.headers["Permissions-Policy"] = SENSORS % "self"
    return response


def _slot(
    request: StaffRequest, patient: Patient, form: TakenForm, outcome: Outcome
) -> HttpResponse:
    """The slot that sent something, drawn anew. 503 leaves it as it is: the script sends again."""
    found = _slots(patient, form, outcome)
    poses = {*outcome.refused, *(each.pose for each in outcome.stored)}
    slots = [each for each in found["slots"] if each[0].pose in poses]
    context = {"patient": patient, "slots": slots, "series": found["series"], "form": form}
    template = "patients/_photo_slots.html"
    response = render(request, template, context, status=outcome.status)
    if outcome.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


@requires("patients.add_consent")
@require_POST
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    """The patient has signed for photos; on to where they are taken."""
    patient, now = get_object_or_404(Patient, pk=pk), timezone.now()
    try:
        scope = Consent.Scope.PHOTOS
        readiness.record_consent(patient=patient, scope=scope, by=request.user, now=now)
        said = _("The consent of %(name)s to photos is noted.") % {"name": patient.full_name}
        messages.success(request, said)
    except TryAgain as busy:
        messages.error(request, str(busy))
    return redirect(
        "photos-take" if request.user.has_perm("patients.add_photo") else "patient-photos", pk
    )
