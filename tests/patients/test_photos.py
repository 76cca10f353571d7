"""Photographs: who may be photographed, what is kept and shown, what stays on record."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.accounts.models import RecordAccess
from patients.actions import photo_store
from patients.actions import photos as act
from patients.actions.photo_ingest import PhotoRefused
from patients.models import Photo, PhotoUse
from patients.queries import photos
from tests.conftest import NOW, Cast
from tests.patients.photo_story import agree, disagree, shot, stored

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def sent(cast: Cast, data: bytes, **more: Any) -> Photo:
    given = {"patient": cast.ada, "pose": "frontal", "by": cast.cole, "now": NOW} | more
    return act.add(upload=io.BytesIO(data), size=len(data), **given)


def files(root: Path) -> list[str]:
    return sorted(str(each.relative_to(root)) for each in root.glob("??/*"))


# Storing ------------------------------------------------------------------------------------------


def test_a_photo_is_a_row_and_two_files_that_agree(agreed: Cast, photo_root: Path) -> None:
    photo = sent(agreed, shot(), subject_key="visit:12", purposes=["teaching"])
    photo.refresh_from_db()
    assert (photo.width_px, photo.height_px, photo.subject_key) == (160, 200, "visit:12")
    assert (photo.taken_at, photo.stored_at, photo.taken_by) == (NOW, NOW, agreed.cole)
    name = photo.stored_name
    assert files(photo_root) == [f"{name[:2]}/{name}.jpg", f"{name[:2]}/{name}.small.jpg"]
    kept = photo_store.path(name, photo_store.PICTURE)
    assert kept.stat().st_size == photo.size_bytes
    assert kept.stat().st_mode & 0o777 == 0o640
    assert [use.purpose for use in photo.uses.all()] == ["teaching"]
    note = RecordAccess.objects.get(user=agreed.cole)
    assert (note.record, note.record_id, note.action) == (
        "patients.patient",
        agreed.ada.pk,
        "change",
    )


def test_without_consent_nothing_is_stored_and_it_says_what_to_do(
    cast: Cast, photo_root: Path
) -> None:
    with pytest.raises(PhotoRefused, match="Ada Lindqvist has not agreed to photos"):
        sent(cast, shot())
    assert not photo_root.exists()
    assert Photo.objects.count() == 0


def test_a_consent_withdrawn_while_the_photo_was_decoded_counts(
    agreed: Cast, photo_root: Path
) -> None:
    photo = Photo(
        patient=agreed.ada, pose="frontal", taken_at=NOW, taken_by=agreed.cole, stored_at=NOW
    )
    made = act.photo_ingest.clean(io.BytesIO(shot()), len(shot()))
    disagree(agreed.ada, agreed.fern)
    with pytest.raises(PhotoRefused, match="has not agreed"):
        act.keep(photo=photo, made=made, by=agreed.cole)
    assert files(photo_root) == []


def test_the_same_photo_is_stored_once(agreed: Cast, photo_root: Path) -> None:
    first = sent(agreed, shot())
    with pytest.raises(PhotoRefused, match="in the record already, as “Frontal”") as refused:
        sent(agreed, shot(), pose="left_oblique")
    assert refused.value.why == "known"
    assert len(files(photo_root)) == 2
    act.take_out(photo=first, why="mistake", by=agreed.cole, now=NOW)
    assert sent(agreed, shot(), pose="left_oblique").pose == "left_oblique"


def test_a_refused_row_takes_its_files_along(agreed: Cast, photo_root: Path) -> None:
    with (
        pytest.raises(IntegrityError, match="patients_photo_subject_is_a_key"),
        transaction.atomic(),
    ):
        sent(agreed, shot(), subject_key="visit:0")
    with pytest.raises(PhotoRefused):
        sent(agreed, b"no photo")
    assert files(photo_root) == []


# Uses ---------------------------------------------------------------------------------------------


def test_a_use_is_given_and_withdrawn_by_name_and_the_past_stays(agreed: Cast) -> None:
    photo = stored(agreed.ada, agreed.cole)
    for _twice in range(2):
        act.allow(photo=photo, purpose="marketing", by=agreed.cole, now=NOW)
    assert photos.album(agreed.ada.pk, "marketing").photos == (photo,)
    for _twice in range(2):
        act.forbid(photo=photo, purpose="marketing", by=agreed.nora, now=NOW + DAY)
    assert photos.album(agreed.ada.pk, "marketing").photos == ()
    act.allow(photo=photo, purpose="marketing", by=agreed.cole, now=NOW + 2 * DAY)
    rows = PhotoUse.objects.order_by("pk").values_list("given_by", "withdrawn_by", "withdrawn_at")
    assert list(rows) == [
        (agreed.cole.pk, agreed.nora.pk, NOW + DAY),
        (agreed.cole.pk, None, None),
    ]


def test_a_use_shows_only_what_was_allowed_for_it(agreed: Cast) -> None:
    shown = stored(agreed.ada, agreed.cole, "red", purposes=["teaching"])
    other = stored(agreed.ada, agreed.cole, "blue")
    for purpose, expected in (("teaching", {shown}), ("marketing", set()), ("", {shown, other})):
        album = photos.album(agreed.ada.pk, purpose)
        assert set(album.photos) == expected
        assert album.withheld == 2 - len(expected)


def test_nothing_is_shown_while_no_consent_stands_and_nothing_is_lost(agreed: Cast) -> None:
    photo = stored(agreed.ada, agreed.cole, purposes=["teaching"])
    disagree(agreed.ada, agreed.fern)
    for purpose in ("", "teaching"):
        album = photos.album(agreed.ada.pk, purpose)
        assert (album.photos, album.withheld, album.may_be_photographed) == ((), 1, False)
    assert not photos.visible().exists()
    assert photos.of_subject("") == []
    with pytest.raises(PhotoRefused, match="has not agreed"):
        act.allow(photo=photo, purpose="marketing", by=agreed.cole, now=NOW)
    agree(agreed.ada, agreed.fern, NOW + DAY)
    assert photos.album(agreed.ada.pk, "teaching").photos == (photo,)


# Taking out ---------------------------------------------------------------------------------------


def test_a_photo_taken_out_is_hidden_with_its_reason_and_may_come_back(agreed: Cast) -> None:
    photo = stored(agreed.ada, agreed.cole)
    act.choose_baseline(photo=photo, by=agreed.cole, now=NOW)
    act.take_out(photo=photo, why="wrong_patient", by=agreed.nora, now=NOW + DAY)
    act.take_out(photo=photo, why="mistake", by=agreed.cole, now=NOW + 2 * DAY)
    album = photos.album(agreed.ada.pk)
    assert (album.photos, album.taken_out) == ((), (photo,))
    out = album.taken_out[0]
    assert (out.retired_by, out.retired_at, out.retired_why) == (
        agreed.nora,
        NOW + DAY,
        "wrong_patient",
    )
    assert not out.is_baseline
    assert photo_store.is_whole(photo.stored_name)
    for change in (act.choose_baseline, lambda **k: act.allow(purpose="teaching", **k)):
        with pytest.raises(PhotoRefused, match="was taken out meanwhile"):
            change(photo=photo, by=agreed.cole, now=NOW)
    act.put_back(photo=photo, by=agreed.cole, now=NOW)
    assert photos.album(agreed.ada.pk).photos == (photo,)


def test_what_was_stored_again_meanwhile_is_not_put_back(agreed: Cast) -> None:
    photo = stored(agreed.ada, agreed.cole)
    act.take_out(photo=photo, why="repeated", by=agreed.cole, now=NOW)
    stored(agreed.ada, agreed.cole, pose="close_up")
    with pytest.raises(PhotoRefused, match="stored again, as “Close-up”"):
        act.put_back(photo=photo, by=agreed.cole, now=NOW)


# Baselines and pairs ------------------------------------------------------------------------------


def test_the_earliest_is_the_baseline_unless_another_is_chosen(agreed: Cast) -> None:
    first = stored(agreed.ada, agreed.cole, "red", taken_at=NOW - 9 * DAY)
    second = stored(agreed.ada, agreed.cole, "blue", taken_at=NOW - 5 * DAY)
    third = stored(agreed.ada, agreed.cole, "green")
    found = photos.album(agreed.ada.pk).of_pose("frontal")
    assert (found, photos.baseline(found)) == ([first, second, third], first)
    act.choose_baseline(photo=second, by=agreed.cole, now=NOW)
    act.choose_baseline(photo=third, by=agreed.cole, now=NOW)
    act.choose_baseline(photo=second, by=agreed.cole, now=NOW)
    found = photos.album(agreed.ada.pk).of_pose("frontal")
    assert photos.baselines(found) == {"frontal": second}
    assert photos.pair(found, None, None) == (second, third)
    assert photos.pair(found, third.pk, first.pk) == (first, third)
    assert photos.pair(found, 0, 999) == (second, third)
    assert photos.pair(found[:1], None, None) == (first,)
    assert photos.pair([], None, None) == ()
    assert photos.baseline([]) is None


def test_a_photo_in_the_wrong_pose_is_moved_and_is_no_baseline_there(agreed: Cast) -> None:
    photo = stored(agreed.ada, agreed.cole)
    act.choose_baseline(photo=photo, by=agreed.cole, now=NOW)
    act.change_pose(photo=photo, pose="close_up", by=agreed.cole, now=NOW)
    photo.refresh_from_db()
    assert (photo.pose, photo.is_baseline) == ("close_up", False)


def test_a_day_counts_its_standard_poses_on_the_local_clock(agreed: Cast) -> None:
    """23:30 in New York on the 29th is the 30th in London; close-ups are not counted."""
    late = datetime(2026, 11, 30, 4, 30, tzinfo=UTC)
    stored(agreed.ada, agreed.cole, "red", taken_at=late)
    stored(agreed.ada, agreed.cole, "blue", taken_at=late)
    stored(agreed.ada, agreed.cole, "green", "close_up", taken_at=late)
    stored(agreed.ada, agreed.cole, "black", "left_lateral", taken_at=late - DAY)
    with timezone.override("America/New_York"):
        first, _second = photos.album(agreed.ada.pk).series
        assert (first.day, first.done, first.of, first.is_complete) == (
            date(2026, 11, 29),
            1,
            5,
            False,
        )
    album = photos.album(agreed.ada.pk)
    assert [each.day for each in album.series] == [date(2026, 11, 30), date(2026, 11, 29)]
    assert [len(slot.photos) for slot in album.series[0].slots] == [2, 0, 0, 0, 0, 1]
    assert album.on(date(2020, 1, 1)).done == 0


def test_the_photos_of_a_visit_are_found_by_its_key(agreed: Cast) -> None:
    mine = stored(agreed.ada, agreed.cole, "red", subject_key="visit:12")
    stored(agreed.ada, agreed.cole, "blue", subject_key="visit:13")
    assert photos.of_subject("visit:12") == [mine]


@pytest.mark.parametrize("many", [1, 12])
def test_an_album_costs_three_queries_however_large(
    agreed: Cast, many: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(many):
        stored(agreed.ada, agreed.cole, f"#{20 * number:02x}0000", purposes=["teaching"])
    with django_assert_num_queries(3):
        album = photos.album(agreed.ada.pk, "teaching")
        assert len(album.photos) == many
        assert all(each.taken_by.name for each in album.photos)
