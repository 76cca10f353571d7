"""The pages of photographs and the one way to their files."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from patients.actions import photo_store
from patients.actions import photos as act
from patients.models import Photo, PhotoUse
from tests.conftest import NOW, Cast
from tests.patients.photo_story import agree, disagree, stored

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
DAY = timedelta(days=1)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


# The files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["photo-picture", "photo-thumbnail"])
def test_a_file_is_shown_as_a_picture_and_as_nothing_else(
    agreed: Cast, as_: SignIn, name: str
) -> None:
    photo = stored(agreed.ada, agreed.cole)
    answer = as_(agreed.cole).get(reverse(name, args=[photo.pk]))
    assert answer.status_code == 200
    assert body(answer).startswith(b"\xff\xd8\xff")
    expected = {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'inline; filename="photo.jpg"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    }
    found = {header: answer.headers[header] for header in expected}
    policy = set(found.pop("Content-Security-Policy").split("; "))
    assert policy == set(expected.pop("Content-Security-Policy").split("; "))
    assert found == expected
    note = RecordAccess.objects.get(record="patients.photo")
    assert (note.user, note.record_id, note.action) == (agreed.cole, photo.pk, "read")


def test_behind_a_proxy_the_file_comes_from_there(agreed: Cast, as_: SignIn, settings: Any) -> None:
    settings.PHOTO_ACCEL = "/stored-photos/"
    photo = stored(agreed.ada, agreed.cole)
    answer = as_(agreed.cole).get(reverse("photo-picture", args=[photo.pk]))
    name = photo.stored_name
    assert answer.headers["X-Accel-Redirect"] == f"/stored-photos/{name[:2]}/{name}.jpg"
    assert (answer.content, answer.headers["Content-Type"]) == (b"", "image/jpeg")
    assert RecordAccess.objects.filter(record="patients.photo").count() == 1


@pytest.mark.parametrize("name", ["photo-picture", "photo-thumbnail", "photo"])
def test_no_file_without_a_right_to_it(agreed: Cast, client: Client, name: str) -> None:
    """Strangers sign in first, the desk and managers may not; nobody sees what is not shown."""
    photo = stored(agreed.ada, agreed.cole)
    url = reverse(name, args=[photo.pk])
    assert client.get(url).headers["Location"].startswith("/account/login/")
    for user, status in (
        (agreed.fern, 403),
        (agreed.mina, 403),
        (agreed.nora, 200),
        (agreed.cole, 200),
    ):
        client.force_login(user)
        answer = client.get(url)
        assert answer.status_code == status
        assert not answer.streaming or body(answer)
    assert client.get(reverse(name, args=[photo.pk + 1])).status_code == 404
    disagree(agreed.ada, agreed.fern)
    assert client.get(url).status_code == 404
    agree(agreed.ada, agreed.fern)
    act.take_out(photo=photo, why="wrong_patient", by=agreed.cole, now=NOW)
    assert client.get(url).status_code == 404
    assert RecordAccess.objects.filter(record="patients.photo").count() == 2 * (name != "photo")


def test_a_file_that_is_gone_is_told_of_and_not_found(
    agreed: Cast, as_: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    photo = stored(agreed.ada, agreed.cole)
    photo_store.remove(photo.stored_name)
    assert as_(agreed.cole).get(reverse("photo-picture", args=[photo.pk])).status_code == 404
    assert f"photo {photo.pk} has no file" in caplog.text


def test_the_folder_of_the_photos_is_not_below_what_is_served(settings: Any) -> None:
    assert not Path(settings.PHOTO_ROOT).is_relative_to(settings.BASE_DIR / "static")
    for path in ("/photos/", "/var/photos/", "/static/photos/", "/media/"):
        assert Client().get(path).status_code in (302, 404)


# Looking ------------------------------------------------------------------------------------------


def test_a_purpose_shows_what_was_allowed_for_it(agreed: Cast, as_: SignIn) -> None:
    shown = stored(agreed.ada, agreed.cole, "red", purposes=["teaching"])
    other = stored(agreed.ada, agreed.cole, "blue")
    url = reverse("patient-photos", args=[agreed.ada.pk])
    client = as_(agreed.cole)
    page = text(client.get(f"{url}?use=teaching"))
    assert f"/patients/photos/{shown.pk}/thumbnail/" in page
    assert f"/patients/photos/{other.pk}/thumbnail/" not in page
    assert "1 more photo is for the record only." in page
    assert "No photo for this use" in text(client.get(f"{url}?use=marketing"))
    for nonsense in ("", "?use=", "?use=x"):
        page = text(client.get(url + nonsense))
        assert f"/patients/photos/{other.pk}/thumbnail/" in page


def test_a_consent_withdrawn_hides_all_and_says_so(agreed: Cast, as_: SignIn) -> None:
    photo = stored(agreed.ada, agreed.cole)
    disagree(agreed.ada, agreed.fern)
    page = text(as_(agreed.cole).get(reverse("patient-photos", args=[agreed.ada.pk])))
    assert "Ada Lindqvist withdrew the consent to photos on Mon 30 Nov 2026" in page
    assert "1 photo is kept with the record and not shown." in page
    assert f"/patients/photos/{photo.pk}/" not in page
    compare = text(as_(agreed.cole).get(reverse("photos-compare", args=[agreed.ada.pk])))
    assert "withdrew the consent" in compare


def test_two_dates_of_a_pose_are_compared_the_earlier_first(agreed: Cast, as_: SignIn) -> None:
    first = stored(agreed.ada, agreed.cole, "red", taken_at=NOW - 9 * DAY)
    middle = stored(agreed.ada, agreed.cole, "blue", taken_at=NOW - 5 * DAY)
    last = stored(agreed.ada, agreed.cole, "green")
    url = reverse("photos-compare", args=[agreed.ada.pk])
    client = as_(agreed.cole)
    for query, pair, days in (
        ("", (first, last), "9 days later"),
        (f"?pose=frontal&before={last.pk}&after={middle.pk}", (middle, last), "5 days later"),
        ("?pose=nonsense&before=x&after=-1", (first, last), "9 days later"),
    ):
        response = client.get(url + query)
        assert response.context["pair"] == pair
        assert days in text(response)
    assert "Nothing to compare yet" in text(client.get(f"{url}?pose=close_up"))


def test_the_buttons_beside_a_photo_do_what_they_say(agreed: Cast, as_: SignIn) -> None:
    photo = stored(agreed.ada, agreed.cole, "red", taken_at=NOW - DAY)
    later = stored(agreed.ada, agreed.cole, "blue")
    client = as_(agreed.cole)

    def press(name: str, **given: str) -> str:
        url = reverse(name, args=[later.pk])
        return text(client.post(url, given, follow=True))

    assert "May be used for teaching." in press("photo-use", purpose="teaching", given="yes")
    assert "No longer used for teaching." in press("photo-use", purpose="teaching", given="no")
    assert PhotoUse.objects.get().withdrawn_by == agreed.cole
    assert "compared with this one" in press("photo-baseline")
    assert "now under “Close-up”" in press("photo-pose", pose="close_up")
    assert "Choose why it is taken out." in press("photo-out")
    page = press("photo-out", why="unusable")
    assert "“Close-up, 30 Nov 2026” is taken out." in page
    assert reverse("photo-back", args=[later.pk]) in page
    assert "Blurred or badly lit" in page
    assert "“Close-up, 30 Nov 2026” is back." in press("photo-back")
    for name, given in (("photo-use", {"purpose": "sale", "given": "yes"}), ("photo-pose", {})):
        assert "This button is not known here: reload the page." in press(name, **given)
    assert Photo.objects.standing().count() == 2
    assert photo.pk


@pytest.mark.parametrize("name", ["use", "pose", "baseline", "out", "back"])
def test_only_who_treats_changes_a_photo(agreed: Cast, client: Client, name: str) -> None:
    photo = stored(agreed.ada, agreed.cole)
    url = reverse(f"photo-{name}", args=[photo.pk])
    assert client.post(url).headers["Location"].startswith("/account/login/")
    for user in (agreed.fern, agreed.mina):
        client.force_login(user)
        assert client.post(url).status_code == 403
    client.force_login(agreed.cole)
    assert client.get(url).status_code == 405


@pytest.mark.parametrize(
    ("name", "queries"), [("patient-photos", 9), ("photos-take", 9), ("photos-compare", 9)]
)
@pytest.mark.parametrize("many", [2, 9])
def test_a_page_costs_the_same_however_many_photos(
    agreed: Cast,
    as_: SignIn,
    name: str,
    queries: int,
    many: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for number in range(many):
        at = NOW - number * DAY
        stored(agreed.ada, agreed.cole, f"#{25 * number:02x}0000", taken_at=at)
    client = as_(agreed.cole)
    client.get("/")
    with django_assert_num_queries(queries):
        client.get(reverse(name, args=[agreed.ada.pk]))
    with django_assert_num_queries(10):
        client.get(reverse("photo", args=[Photo.objects.order_by("pk")[0].pk]))
