"""What the database itself holds of photographs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from patients.models import Photo, PhotoUse
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


GOOD: dict[str, Any] = {
    "pose": "frontal",
    "taken_at": NOW,
    "stored_at": NOW,
    "stored_name": "0" * 32,
    "sha256": "0" * 64,
    "size_bytes": 1,
    "width_px": 1,
    "height_px": 4000,
}


def row(cast: Cast, **changed: Any) -> Photo:
    given = GOOD | {"patient": cast.ada, "taken_by": cast.cole} | changed
    return Photo.objects.create(**given)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"pose": "profile"}, "patients_photo_known_pose"),
        ({"subject_key": "visit"}, "patients_photo_subject_is_a_key"),
        ({"subject_key": "visit:1 "}, "patients_photo_subject_is_a_key"),
        ({"taken_at": NOW + DAY}, "patients_photo_taken_before_stored"),
        ({"stored_name": "../" + "0" * 29}, "patients_photo_named_at_random"),
        ({"sha256": "0" * 63 + "g"}, "patients_photo_has_its_sum"),
        ({"size_bytes": 0}, "patients_photo_within_limits"),
        ({"width_px": 4001}, "patients_photo_within_limits"),
        ({"height_px": 0}, "patients_photo_within_limits"),
        ({"retired_at": NOW}, "patients_photo_taken_out_with_by_and_why"),
        ({"retired_why": "mistake"}, "patients_photo_taken_out_with_by_and_why"),
    ],
)
def test_the_database_holds_what_a_photo_is(cast: Cast, changed: dict[str, Any], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        row(cast, **changed)
    assert row(cast).pk


def test_the_database_holds_one_of_each(cast: Cast) -> None:
    first = row(cast, is_baseline=True)
    other = {"stored_name": "1" * 32}
    with pytest.raises(IntegrityError, match="patients_photo_stored_once"), transaction.atomic():
        row(cast, **other)
    rule = "patients_photo_one_baseline_of_a_pose"
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        row(cast, **other, sha256="1" * 64, is_baseline=True)
    out = {"retired_at": NOW, "retired_by": cast.cole, "retired_why": "mistake"}
    rule = "patients_photo_taken_out_is_no_baseline"
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Photo.objects.filter(pk=first.pk).update(**out)
    Photo.objects.filter(pk=first.pk).update(is_baseline=False, **out)
    assert row(cast, **other, is_baseline=True).pk


def test_the_database_holds_what_a_use_is(cast: Cast) -> None:
    photo = row(cast)

    def use(**changed: Any) -> PhotoUse:
        given = {"photo": photo, "purpose": "teaching", "given_at": NOW, "given_by": cast.cole}
        return PhotoUse.objects.create(**(given | changed))

    withdrawn = {"withdrawn_at": NOW - DAY, "withdrawn_by": cast.cole}
    for changed, rule in (
        ({"purpose": "sale"}, "patients_photouse_known_purpose"),
        ({"withdrawn_at": NOW}, "patients_photouse_withdrawn_at_with_by"),
        (withdrawn, "patients_photouse_given_before_withdrawn"),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            use(**changed)
    use()
    with pytest.raises(IntegrityError, match="patients_photouse_stands_once"), transaction.atomic():
        use()
