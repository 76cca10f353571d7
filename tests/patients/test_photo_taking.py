"""Taking photographs: what is sent, what is said of it, and whose consent comes first."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from patients.actions import photo_ingest
from patients.models import Consent, Photo
from tests.conftest import NOW, Cast
from tests.patients.photo_corpus import NAMES, SECRET, exif, jpeg
from tests.patients.photo_story import shot

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def take_url(cast: Cast) -> str:
    return reverse("photos-take", args=[cast.ada.pk])


def test_several_at_once_are_stored_each_in_its_pose(agreed: Cast, as_: SignIn) -> None:
    poses = {"frontal": "red", "left_lateral": "blue", "close_up": "green"}
    files: dict[str, Any] = {pose: upload(shot(colour)) for pose, colour in poses.items()}
    answer = as_(agreed.cole).post(
        take_url(agreed), files | {"subject": "visit:12", "purposes": ["teaching"]}, follow=True
    )
    assert answer.redirect_chain == [(reverse("patient-photos", args=[agreed.ada.pk]), 302)]
    assert "3 photos are stored." in text(answer)
    assert "2 of 5 poses" in text(answer)
    rows = Photo.objects.values_list("pose", "subject_key", "taken_by", "uses__purpose")
    assert set(rows) == {(pose, "visit:12", agreed.cole.pk, "teaching") for pose in poses}


def test_what_is_wrong_with_one_is_no_harm_to_the_others(agreed: Cast, as_: SignIn) -> None:
    answer = as_(agreed.nora).post(
        take_url(agreed),
        {
            "frontal": upload(shot("red")),
            "left_oblique": upload(b"<svg onload=alert(1)>", "evil.jpg"),
            "right_oblique": upload(b"", "empty.png"),
            "close_up": [upload(shot("blue")), upload(b"GIF89a", "a.gif"), upload(shot("green"))],
        },
    )
    assert answer.status_code == 422
    page = text(answer)
    assert "3 photos are stored; what follows is not." in page
    assert "<b>evil.jpg</b>: This is not a JPEG, PNG or WebP photo." in page
    assert "<b>empty.png</b>: The file is empty." in page
    assert "<b>a.gif</b>: This is not a JPEG" in page
    assert sorted(Photo.objects.values_list("pose", flat=True)) == [
        "close_up",
        "close_up",
        "frontal",
    ]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_files_name_is_shown_harmless_and_kept_nowhere(
    agreed: Cast, as_: SignIn, photo_root: Path, name: str
) -> None:
    client = as_(agreed.cole)
    data = jpeg(exif=exif())
    refused = client.post(
        take_url(agreed), {"frontal": upload(b"x", name), "close_up": upload(data, name)}
    )
    assert "<script>alert(1)" not in refused.content.decode()
    assert not {"Set-Cookie: a=b"} & {f"{k}: {v}" for k, v in refused.headers.items()}
    photo = Photo.objects.get()
    files = sorted(each.name for each in photo_root.glob("??/*"))
    assert files == [f"{photo.stored_name}.jpg", f"{photo.stored_name}.small.jpg"]
    assert all(SECRET not in each.read_bytes() for each in photo_root.glob("??/*"))


def test_a_slot_sends_its_photo_and_is_drawn_anew(agreed: Cast, as_: SignIn) -> None:
    client, htmx = as_(agreed.cole), {"HX-Request": "true"}
    answer = client.post(take_url(agreed), {"frontal": upload(shot())}, headers=htmx)
    photo = Photo.objects.get()
    assert answer.status_code == 200
    assert answer.content.count(b"data-shot=") == 1
    assert f"/patients/photos/{photo.pk}/thumbnail/" in text(answer)
    again = client.post(take_url(agreed), {"frontal": upload(shot())}, headers=htmx)
    assert again.status_code == 409
    assert "in the record already, as “Frontal”" in text(again)
    future = {"frontal": upload(shot("red")), "taken_on": "2026-12-01"}
    late = client.post(take_url(agreed), future, headers=htmx)
    assert (late.status_code, Photo.objects.count()) == (409, 1)
    assert "Choose the day on which they were taken, not a later one." in text(late)


def test_a_slot_that_cannot_be_served_now_sends_again_later(agreed: Cast, as_: SignIn) -> None:
    places = photo_ingest.REQUESTS
    for _each in range(places):
        photo_ingest._requests.acquire()
    try:
        client = as_(agreed.cole)
        files = {"frontal": upload(shot())}
        answer = client.post(take_url(agreed), files, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        page = client.post(take_url(agreed), {"frontal": upload(shot())})
        assert page.status_code == 422
        assert "Send this one again in a moment." in text(page)
    finally:
        photo_ingest._requests.release(places)
    assert Photo.objects.count() == 0


def test_nothing_chosen_is_said(agreed: Cast, as_: SignIn) -> None:
    answer = as_(agreed.cole).post(take_url(agreed), {"taken_on": "2026-11-30"})
    assert answer.status_code == 422
    assert "No photo was chosen." in text(answer)


def test_a_photo_from_before_is_kept_at_noon_of_its_day(agreed: Cast, as_: SignIn) -> None:
    given = {"frontal": upload(shot()), "taken_on": "2026-06-01"}
    as_(agreed.cole).post(take_url(agreed), given)
    photo = Photo.objects.get()
    assert (photo.taken_at, photo.stored_at) == (datetime(2026, 6, 1, 11, tzinfo=UTC), NOW)
    page = text(as_(agreed.cole).get(f"{take_url(agreed)}?on=2026-06-01&for=visit:7"))
    assert 'value="2026-06-01"' in page
    assert 'value="visit:7"' in page
    assert f"/patients/photos/{photo.pk}/thumbnail/" in page


@pytest.mark.parametrize(
    "given", [{"taken_on": "2026-12-01"}, {"taken_on": "1990-01-01"}, {"subject": "visit:x"}]
)
def test_what_belongs_to_no_day_or_visit_is_not_stored(
    agreed: Cast, as_: SignIn, given: dict[str, str]
) -> None:
    answer = as_(agreed.cole).post(take_url(agreed), {"frontal": upload(shot()), **given})
    assert (answer.status_code, Photo.objects.count()) == (422, 0)
    assert "Nothing was stored." in text(answer)


def test_without_consent_it_is_recorded_first(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.cole)
    page = text(client.get(take_url(cast)))
    assert "Ada Lindqvist has not agreed to photos yet" in page
    assert 'type="file"' not in page
    refused = client.post(take_url(cast), {"frontal": upload(shot())})
    assert (refused.status_code, Photo.objects.count()) == (422, 0)
    answer = client.post(reverse("photos-consent", args=[cast.ada.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == take_url(cast)
    assert "The consent of Ada Lindqvist to photos is noted." in text(answer)
    assert Consent.objects.get(scope="photos").recorded_by == cast.cole


def test_the_desk_may_write_the_consent_down_and_see_no_photo(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    assert client.post(reverse("photos-consent", args=[cast.ada.pk])).status_code == 302
    assert client.get(take_url(cast)).status_code == 403
    assert client.post(take_url(cast), {"frontal": upload(shot())}).status_code == 403
    details = text(client.get(reverse("patient-details", args=[cast.ada.pk])))
    assert reverse("patient-photos", args=[cast.ada.pk]) not in details
    tabs = text(as_(cast.cole).get(reverse("patient-details", args=[cast.ada.pk])))
    assert reverse("patient-photos", args=[cast.ada.pk]) in tabs
