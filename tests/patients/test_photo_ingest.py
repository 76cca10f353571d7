"""What becomes of every kind of file: stored without a word of its own, or refused plainly."""

import io
import os
import resource
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from patients import photo_child, photo_rules
from patients.actions import photo_ingest
from patients.actions.photo_ingest import PhotoRefused, PhotosBusy
from patients.photo_child import Clean
from tests.patients.photo_corpus import (
    SECRET,
    SIZE,
    Case,
    corpus,
    exif,
    ids,
    jpeg,
    picture,
    png,
    raw_png,
    saved,
    webp,
    wide_profile,
)
from tests.patients.photo_story import cleaned, why_refused


def pixel(data: bytes, x: float, y: float) -> tuple[int, ...]:
    """Colour at a place of the stored picture, as parts of its width and height."""
    with Image.open(io.BytesIO(data)) as opened:
        found = opened.getpixel((int(x * opened.width), int(y * opened.height)))
        assert isinstance(found, tuple)
        return found


def is_red(colour: tuple[int, ...]) -> bool:
    return colour[0] > 150 and colour[2] < 90


def metadata(data: bytes) -> list[str]:
    """Whatever Pillow finds beside the pixels, and our own mark anywhere in the bytes."""
    with Image.open(io.BytesIO(data)) as opened:
        found = set(opened.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        found |= {"exif"} if len(opened.getexif()) else set()
    return sorted(found | ({"secret"} if SECRET in data else set()))


# The corpus ---------------------------------------------------------------------------------------


def test_the_corpus_is_large_enough() -> None:
    assert len(corpus()) >= 60
    assert len({case.label for case in corpus()}) == len(corpus())


@pytest.mark.parametrize("case", corpus(), ids=ids)
def test_every_file_is_stored_clean_or_refused_by_its_name(case: Case) -> None:
    why = why_refused(case.data)
    assert why in (case.whys or ("",))
    if why:
        return
    made = cleaned(case.data)
    assert (made.width, made.height) == case.size
    for data, edge in ((made.picture, 4000), (made.thumbnail, 400)):
        assert photo_rules.is_plain_jpeg(data, edge)
        assert metadata(data) == []


def test_twenty_at_a_time_nothing_bad_gets_in_and_few_children_run(photo_root: Path) -> None:
    """Twenty threads send the whole corpus; who is told to come again comes again."""
    most, done, outcomes = Counter[str](), threading.Event(), Counter[str]()

    def send(case: Case) -> None:
        while True:
            try:
                why = why_refused(case.data)
            except PhotosBusy:
                time.sleep(0.05)
                continue
            allowed = case.whys or ("",)
            outcomes["right" if why in allowed else f"{case.label}: {why or 'stored'}"] += 1
            return

    def count() -> None:
        while not done.is_set():
            most["children"] = max(most["children"], len(children()))
            time.sleep(0.01)

    watcher = threading.Thread(target=count)
    watcher.start()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(send, corpus()))
    done.set()
    watcher.join()
    assert outcomes == {"right": len(corpus())}
    assert 0 < most["children"] <= 2 or sys.platform != "linux"
    # every child of this test run, the largest of them: KiB on Linux, bytes on macOS
    unit = 1024 if sys.platform == "linux" else 1
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    assert sys.platform != "linux" or 0 < peak <= photo_child.MEMORY_BYTES
    assert [each.name for each in photo_root.iterdir()] == [".turns"]
    assert children() == []


def children() -> list[int]:
    """Those that decode a photo for this process at this moment."""
    if sys.platform != "linux":
        return []
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes()
            parent = (each / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"photo_child.py" in words and int(parent) == os.getpid():
            found.append(int(each.name))
    return found


# What is kept -------------------------------------------------------------------------------------

CORNER = {1: (0.1, 0.5), 3: (0.9, 0.5), 6: (0.5, 0.1), 8: (0.5, 0.9)}


@pytest.mark.parametrize("turn", CORNER)
def test_a_photo_is_turned_upright_by_the_cameras_note(turn: int) -> None:
    made = cleaned(jpeg(exif=exif(turn)))
    red = CORNER[turn]
    assert is_red(pixel(made.picture, *red))
    assert not is_red(pixel(made.picture, 1 - red[0], 1 - red[1]))


def test_only_the_first_picture_of_a_moving_one_is_kept() -> None:
    other = Image.new("RGB", SIZE, (40, 200, 40))
    for kind in ("PNG", "WEBP", "MPO"):
        made = cleaned(saved(picture(), kind, save_all=True, append_images=[other]))
        assert is_red(pixel(made.picture, 0.1, 0.5)), kind


def test_what_was_clear_lies_on_white() -> None:
    clear = Image.new("RGBA", SIZE, (200, 40, 40, 0))
    assert pixel(cleaned(saved(clear, "PNG")).picture, 0.5, 0.5) == (255, 255, 255)


def test_sixteen_bits_become_eight_not_white() -> None:
    half = raw_png(*SIZE, 16, 0, (b"\0" + b"\x80\0" * SIZE[0]) * SIZE[1])
    assert pixel(cleaned(half).picture, 0.5, 0.5) == (128, 128, 128)


def test_colours_of_a_wide_profile_are_brought_into_srgb() -> None:
    """The same numbers mean a stronger colour in a wider profile: they have to change."""
    wide = cleaned(png(icc_profile=wide_profile()))
    assert pixel(cleaned(png()).picture, 0.1, 0.5) == (200, 40, 40)
    red, green, blue = pixel(wide.picture, 0.1, 0.5)
    # 200, 40, 40 in Display P3 lies outside of sRGB: its red is as far as sRGB goes
    assert red > 210
    assert max(green, blue) < 35


def test_a_large_photo_is_kept_at_four_thousand_pixels() -> None:
    made = cleaned(saved(picture((6000, 3000)), "JPEG"))
    assert (made.width, made.height) == (4000, 2000)
    assert photo_rules.jpeg_size(made.picture) == (4000, 2000)
    assert photo_rules.jpeg_size(made.thumbnail) == (400, 200)


def test_the_same_file_makes_the_same_photo() -> None:
    assert cleaned(webp()) == cleaned(webp())


# Headers ------------------------------------------------------------------------------------------


@given(st.binary(max_size=200))
def test_reading_a_header_never_fails(data: bytes) -> None:
    found = photo_rules.read_header(io.BytesIO(data))
    assert found is None or min(found.width, found.height) > 0


@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(1, 300), st.integers(1, 300), st.data()
)
def test_a_header_tells_the_size_whole_or_not_at_all(
    kind: str, width: int, height: int, data: Any
) -> None:
    whole = saved(Image.new("RGB", (width, height)), kind)
    header = photo_rules.read_header(io.BytesIO(whole))
    assert header == photo_rules.Header(kind, width, height)
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    assert photo_rules.read_header(io.BytesIO(cut)) in (None, header)


@given(st.binary(max_size=300))
def test_nothing_but_a_bare_jpeg_is_plain(data: bytes) -> None:
    plain = cleaned_once().picture
    assert photo_rules.is_plain_jpeg(plain, 4000)
    assert not photo_rules.is_plain_jpeg(data, 4000)
    if data:
        assert not photo_rules.is_plain_jpeg(plain + data, 4000)
    assert not photo_rules.is_plain_jpeg(plain, 100)


_once: list[Clean] = []


def cleaned_once() -> Clean:
    limits = photo_ingest.LIMITS
    if not _once:
        _once.append(photo_child.clean(io.BytesIO(jpeg()), limits, SIZE))
    return _once[0]


@pytest.mark.parametrize("marker", [0xE1, 0xE2, 0xED, 0xFE])
def test_a_jpeg_with_notes_is_not_plain(marker: int) -> None:
    plain = cleaned_once().picture
    noted = plain[:2] + bytes((0xFF, marker, 0, 8)) + b"secret" + plain[2:]
    assert not photo_rules.is_plain_jpeg(noted, 4000)


def test_a_child_that_answers_with_something_else_is_not_believed() -> None:
    good = cleaned_once()
    for bad in (
        Clean(good.width, good.height, b"<html>", good.thumbnail),
        Clean(good.width, good.height, good.picture, jpeg(exif=exif())),
        Clean(good.width + 1, good.height, good.picture, good.thumbnail),
        Clean(good.width, good.height, good.picture, saved(picture((500, 500)), "JPEG")),
    ):
        with pytest.raises(PhotoRefused) as refused:
            photo_ingest._proven(bad)
        assert refused.value.why == "broken"
