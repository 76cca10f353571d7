"""Photographs in a test: a consent, a small picture, a stored photo, by the real actions."""

import io
from datetime import datetime
from typing import Any

from PIL import Image

from clinic.accounts.models import User
from patients.actions import photo_ingest, photos, readiness
from patients.actions.photo_ingest import PhotoRefused
from patients.models import Consent, Patient, Photo
from patients.photo_child import Clean, clean
from tests.conftest import NOW

SIZE = (160, 200)


def shot(colour: str = "pink", size: tuple[int, int] = SIZE) -> bytes:
    """A JPEG of one colour: another colour is another photo."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def cleaned(data: bytes) -> Clean:
    """What a file becomes on the way it goes in production, child and all."""
    return photo_ingest.clean(io.BytesIO(data), len(data))


def why_refused(data: bytes) -> str:
    """The refusal's word; empty when there is none."""
    why = ""
    try:
        cleaned(data)
    except PhotoRefused as refused:
        why = refused.why if str(refused) == str(photo_ingest.SENTENCES[refused.why]) else "?"
    return why


def agree(patient: Patient, by: User, now: datetime = NOW) -> Consent:
    return readiness.record_consent(patient=patient, scope=Consent.Scope.PHOTOS, by=by, now=now)


def disagree(patient: Patient, by: User, now: datetime = NOW) -> None:
    consent = patient.consents.get(scope="photos", withdrawn_at=None)
    readiness.withdraw_consent(consent=consent, by=by, now=now)


def stored(
    patient: Patient, by: User, colour: str = "pink", pose: str = "frontal", **more: Any
) -> Photo:
    """A photo in the record, decoded in this process: quick."""
    at = more.pop("taken_at", NOW)
    purposes = more.pop("purposes", ())
    data = io.BytesIO(shot(colour))
    photo = Photo(
        patient=patient, pose=pose, taken_at=at, taken_by=by, stored_at=max(at, NOW), **more
    )
    made = clean(data, photo_ingest.LIMITS, SIZE)
    return photos.keep(photo=photo, made=made, purposes=purposes, by=by)
