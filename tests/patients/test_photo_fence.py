"""What a hostile picture cannot do: use more than its share, learn of us, hold up the pages."""

import fcntl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from patients.actions import photo_ingest
from patients.actions.photo_ingest import PhotosBusy
from tests.patients.photo_corpus import (
    jpeg,
    raw_png,
    saved,
    zeros,
)
from tests.patients.photo_story import cleaned, why_refused

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


# runs a command and says on its errors what that took: KiB at most, seconds of the processor; from
# a process this small, because a child is charged with the memory of whoever forked it
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL, check=False)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime, file=sys.stderr)
"""


def child(data: bytes, pixels: int, size: tuple[int, int], *before: str) -> subprocess.Popen[bytes]:
    """The real program, with a limit of pixels that we choose; `before` are words of a command that
    runs it."""
    with tempfile.TemporaryFile() as given_file:
        given_file.write(data)
        given_file.seek(0)
        words = [str(each) for each in (pixels, 4000, 400, *size)]
        command = [*before, sys.executable, "-I", str(photo_ingest.PROGRAM), *words]
        errors = subprocess.PIPE if before else subprocess.DEVNULL
        return subprocess.Popen(
            command, stdin=given_file, stdout=subprocess.PIPE, stderr=errors, env={}
        )


@LINUX
def test_memory_beyond_the_limit_is_not_had() -> None:
    """With its own limit of pixels lifted, a picture of 900 MB ends the child and nothing else."""
    side = 30_000
    picture = raw_png(side, side, 1, 0, zeros(side, side, side // 8))
    process = child(picture, 10**9, (side, side), sys.executable, "-I", "-c", MEASURED)
    said, measured = process.communicate()
    assert b"picture" not in said
    most, seconds = map(float, measured.split())
    assert most * 1024 <= 512 * 1024 * 1024
    # an end of its own making, not the processor's limit
    assert seconds < 10


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
