"""What becomes of every kind of file: stored without a word of its own, or refused plainly."""

import fcntl
import io
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
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
    zeros,
)

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def cleaned(data: bytes) -> Clean:
    return photo_ingest.clean(io.BytesIO(data), len(data))


def why_refused(data: bytes) -> str:
    """The refusal's word; empty when there is none."""
    why = ""
    try:
        cleaned(data)
    except PhotoRefused as refused:
        why = refused.why if str(refused) == str(photo_ingest.SENTENCES[refused.why]) else "?"
    return why


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
    assert most["children"] <= photo_ingest.TURNS
    # every child of this test run, the largest of them: KiB on Linux, bytes on macOS
    unit = 1024 if sys.platform == "linux" else 1
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    assert sys.platform != "linux" or peak < 2 * photo_child.MEMORY_BYTES
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


# The fence ----------------------------------------------------------------------------------------


def child(data: bytes, pixels: int, size: tuple[int, int]) -> subprocess.Popen[bytes]:
    """The real program, with a limit of pixels that we choose."""
    with tempfile.TemporaryFile() as given_file:
        given_file.write(data)
        given_file.seek(0)
        words = [str(each) for each in (pixels, 4000, 400, *size)]
        command = [sys.executable, "-I", str(photo_ingest.PROGRAM), *words]
        return subprocess.Popen(
            command, stdin=given_file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
        )


@LINUX
def test_memory_beyond_the_limit_is_not_had() -> None:
    """With its own limit of pixels lifted, a picture of 1 GB ends the child and nothing else."""
    side = 16_000
    process = child(raw_png(side, side, 8, 2, zeros(side, side, 3 * side)), 10**9, (side, side))
    said, _nothing = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"picture" not in said


@LINUX
def test_the_child_has_its_limits_and_nothing_of_ours() -> None:
    noise = Image.effect_noise((2400, 2400), 80).resize((6000, 4000)).convert("RGB")
    process = child(saved(noise, "JPEG", quality=60), 24_000_000, (6000, 4000))
    proc = Path("/proc", str(process.pid))
    wanted = {
        "Max core file size": "0",
        "Max cpu time": "10",
        "Max address space": str(512 * 1024 * 1024),
        "Max file size": str(24 * 1024 * 1024),
    }
    found: dict[str, str] = {}
    while process.poll() is None and found != wanted:
        lines = (proc / "limits").read_text().splitlines()
        found = {name: line[26:].split()[0] for line in lines for name in wanted if name in line}
        found = {name: value for name, value in found.items() if value == wanted[name]}
    environment = (proc / "environ").read_bytes()
    process.communicate()
    assert found == wanted
    assert environment == b""


@pytest.fixture
def turns_taken(photo_root: Path) -> Iterator[Callable[[], None]]:
    """All turns of the machine are held by somebody else; call it to give them back."""
    folder = photo_root / ".turns"
    folder.mkdir(parents=True)
    locks = [(folder / str(number)).open("wb") for number in range(photo_ingest.TURNS)]
    for lock in locks:
        fcntl.flock(lock, fcntl.LOCK_EX)
    yield lambda: [lock.close() for lock in locks] and None
    for lock in locks:
        lock.close()


def test_few_requests_wait_and_the_next_one_is_told_at_once(
    turns_taken: Callable[[], None],
) -> None:
    """Three threads of a web process may wait for a turn: all others stay free for pages."""
    with ThreadPoolExecutor(photo_ingest.REQUESTS) as pool:
        waiting = [pool.submit(why_refused, jpeg()) for _each in range(photo_ingest.REQUESTS)]
        while photo_ingest._requests._value:
            time.sleep(0.01)
        for _again in range(20):
            with pytest.raises(PhotosBusy, match="Send this one again in a moment"):
                cleaned(jpeg())
        # what is no photo is refused all the same: that needs no turn
        assert why_refused(b"GIF89a") == "kind"
        turns_taken()
        assert [each.result() for each in waiting] == [""] * photo_ingest.REQUESTS
    assert why_refused(jpeg()) == ""


def test_who_waited_long_enough_is_told_to_come_again(
    turns_taken: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_ingest, "LOOKS", 2)
    with pytest.raises(PhotosBusy):
        cleaned(jpeg())
    turns_taken()
    assert why_refused(jpeg()) == ""


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
