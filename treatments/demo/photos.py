"""Photographs of the demo clinic: three patients, several dates, one set that is not complete."""

import io
from dataclasses import dataclass
from typing import Final

from patients.actions import photo_ingest, photos, readiness
from patients.models import STANDARD_POSES, Consent, Photo
from patients.photo_child import clean
from treatments.demo import faces
from treatments.demo.desk import DAY, Desk
from treatments.demo.places import COLE


@dataclass(frozen=True)
class Sitting:
    """What was taken of one patient on one day, `milia` of them still to be seen."""

    days_ago: int
    milia: int
    poses: tuple[Photo.Pose, ...] = STANDARD_POSES


_Pose = Photo.Pose
SITTINGS: Final = {
    "Lindqvist": (
        Sitting(66, 14, (*STANDARD_POSES, _Pose.CLOSE_UP)),
        Sitting(43, 9, (*STANDARD_POSES, _Pose.CLOSE_UP)),
        Sitting(21, 5, (_Pose.FRONTAL, _Pose.LEFT_OBLIQUE, _Pose.RIGHT_OBLIQUE)),
    ),
    "Adeyemi": (
        Sitting(112, 12),
        Sitting(28, 3, (_Pose.FRONTAL, _Pose.LEFT_LATERAL, _Pose.RIGHT_LATERAL)),
    ),
    "O’Connell": (Sitting(140, 10, (_Pose.FRONTAL,)), Sitting(35, 0, (_Pose.FRONTAL,))),
}


def take(desk: Desk) -> None:
    """Draw them and put them in; decoded in this process, a demo has no hostile pictures."""
    for number, (family, sittings) in enumerate(SITTINGS.items()):
        patient, first = desk.patients[family], desk.now - sittings[0].days_ago * DAY
        readiness.record_consent(
            patient=patient, scope=Consent.Scope.PHOTOS, by=desk.fern, now=first
        )
        for sitting in sittings:
            for pose in sitting.poses:
                _one(desk, family, pose, sitting, number)
    _let_one_be_used(desk)


def _one(desk: Desk, family: str, pose: Photo.Pose, sitting: Sitting, seed: int) -> None:
    skin = desk.people[family].skin or 3
    drawn = io.BytesIO(faces.face(pose, skin, seed, sitting.milia))
    at = desk.now - sitting.days_ago * DAY
    cole = desk.house.users[COLE]
    photo = Photo(
        patient=desk.patients[family], pose=pose, taken_at=at, taken_by=cole, stored_at=at
    )
    made = clean(drawn, photo_ingest.LIMITS, faces.SIZE)
    photos.keep(photo=photo, made=made, by=cole)


def _let_one_be_used(desk: Desk) -> None:
    first = Photo.objects.filter(patient=desk.patients["Lindqvist"], pose=_Pose.FRONTAL)
    cole = desk.house.users[COLE]
    for photo in first.order_by("taken_at"):
        photos.allow(photo=photo, purpose="teaching", by=cole, now=photo.stored_at)
