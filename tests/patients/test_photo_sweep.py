"""Files and rows of photographs are compared every night."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from patients import tasks
from patients.actions import photo_store, photo_sweep
from tests.conftest import NOW, Cast
from tests.patients.photo_story import stored

pytestmark = pytest.mark.django_db


def aged(path: Path, hours: float = 2) -> Path:
    """As old as that on the clock of the test."""
    at = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (at, at))
    return path


def test_the_sweep_removes_old_files_without_a_row_and_nothing_else(
    agreed: Cast, photo_root: Path
) -> None:
    photo = stored(agreed.ada, agreed.cole)
    for ending in (photo_store.PICTURE, photo_store.THUMBNAIL):
        aged(photo_store.path(photo.stored_name, ending))
    lock = aged(photo_root / ".turns" / "0") if (photo_root / ".turns").exists() else None
    orphan = "ab" + "0" * 30
    for ending in (photo_store.PICTURE, photo_store.THUMBNAIL):
        path = photo_store.path(orphan, ending)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        aged(path)
    young = photo_root / "ab" / ("ab" + "1" * 30 + ".jpg")
    young.write_bytes(b"x")
    aged(young, hours=0.5)
    half = aged(Path(f"{photo_store.path(photo.stored_name, photo_store.PICTURE)}"))
    part = half.with_name(f"{half.name}.part")
    part.write_bytes(b"x")
    aged(part)
    assert photo_sweep.sweep(now=NOW) == photo_sweep.Swept(3, ())
    assert photo_store.is_whole(photo.stored_name)
    assert young.exists()
    assert lock is None or lock.exists()
    assert photo_sweep.sweep(now=NOW) == photo_sweep.Swept(0, ())


def test_the_sweep_tells_of_rows_without_a_file(
    agreed: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    photo = stored(agreed.ada, agreed.cole)
    photo_store.path(photo.stored_name, photo_store.THUMBNAIL).unlink()
    assert photo_sweep.sweep(now=NOW).missing == (photo.pk,)
    assert f"1 photos have no file: [{photo.pk}]" in caplog.text


def test_beside_an_empty_table_nothing_is_swept(cast: Cast, photo_root: Path) -> None:
    assert photo_sweep.sweep(now=NOW) == photo_sweep.Swept(0, ())
    path = photo_root / "ab" / ("ab" + "0" * 30 + ".jpg")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    aged(path)
    assert photo_sweep.sweep(now=NOW).removed == 0
    assert path.exists()


def test_the_sweep_runs_every_night(agreed: Cast) -> None:
    stored(agreed.ada, agreed.cole)
    assert tasks.sweep_photos() == 0
