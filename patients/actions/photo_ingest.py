"""From an upload to a clean photograph: judged by its header here, decoded in a process of its own.

A hostile picture may use no more than that process has (photo_child: 512 MiB, 10 s of processor).
How many run at once is bounded for the machine, and how many requests wait for one is bounded for
each web process, so that pages have threads left whatever is uploaded.
"""

import fcntl
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from typing import IO, BinaryIO, Final, NoReturn

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients import photo_child, photo_rules
from patients.photo_child import Clean, Limits

LIMITS: Final = Limits(photo_rules.MAX_PIXELS, photo_rules.EDGE, photo_rules.THUMBNAIL_EDGE)
PROGRAM: Final = Path(photo_child.__file__)
# children at once on this machine: two use its memory and two of its processors
TURNS: Final = 2
# requests of one web process that are at it at once; production gives a process eight threads
REQUESTS: Final = 3
# how long one of them waits for its turn before it is told to come again
LOOKS: Final = 400
LOOK_SECONDS: Final = 0.05
# the child ends itself a little before
WALL_SECONDS: Final = photo_child.WALL_SECONDS + 5

_requests = threading.BoundedSemaphore(REQUESTS)

SENTENCES: Final[dict[str, Promise]] = {
    "empty": _("The file is empty. Choose the photo again."),
    "kind": _("This is not a JPEG, PNG or WebP photo. Choose the photo itself."),
    "heic": _(
        "This is a HEIC photo, which cannot be read here. Set the telephone’s camera to "
        "“Most compatible”, or save the photo as JPEG."
    ),
    "bytes": _("The file is larger than 10 MiB. Save the photo smaller and choose it again."),
    "cut": _("Too much came at once: at most 24 photos and 100 MiB. Send this one again."),
    "pixels": _("The photo has more than 24 megapixels. Save it smaller and choose it again."),
    "tiny": _("The photo is smaller than 64 pixels: nothing can be seen in it."),
    "broken": _("The photo is damaged or incomplete. Copy it from the camera again."),
    "heavy": _("The photo takes more memory or time than one may. Save it as JPEG and try again."),
}


class PhotoRefused(Exception):
    """Nothing was stored; the sentence says why and what to do. `why` is a key of SENTENCES or
    one of the words of patients.actions.photos."""

    def __init__(self, why: str, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.why = why


class PhotosBusy(Exception):
    """Others are being prepared; nothing is wrong with this one, and nothing was stored."""

    def __init__(self) -> None:
        super().__init__(_("Other photos are being prepared. Send this one again in a moment."))


def clean(upload: BinaryIO, size: int) -> Clean:
    """The photograph in `upload`, `size` bytes as they were counted on their way in.

    Raises PhotoRefused, or PhotosBusy when it could not be looked at.
    """
    header = judged(upload, size)
    with _one_of_few(), _turn():
        return _proven(_decoded(upload, (header.width, header.height)))


def judged(upload: BinaryIO, size: int) -> photo_rules.Header:
    """What the header says, if that is a photo within the limits; nothing is decoded for it."""
    if not size:
        _refuse("empty")
    if size > photo_rules.MAX_BYTES:
        _refuse("bytes")
    if upload.seek(0, SEEK_END) < size:
        _refuse("cut")
    header = photo_rules.read_header(upload)
    if header is None:
        _refuse("heic" if photo_rules.is_heic(upload) else "kind")
    if header.pixels > photo_rules.MAX_PIXELS:
        _refuse("pixels")
    if min(header.width, header.height) < photo_rules.MIN_EDGE:
        _refuse("tiny")
    return header


def _refuse(why: str) -> NoReturn:
    raise PhotoRefused(why, SENTENCES[why])


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Takes one of this process's places, or says at once that there is none."""
    if not _requests.acquire(blocking=False):
        raise PhotosBusy
    try:
        yield
    finally:
        _requests.release()


@contextmanager
def _turn() -> Iterator[None]:
    """Waits for one of the machine's turns. The locks are files beside the photographs, which all
    web processes share; the system frees the lock of a process that dies."""
    folder = settings.PHOTO_ROOT / ".turns"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    for _look in range(LOOKS):
        for number in range(TURNS):
            with (folder / str(number)).open("wb") as lock:
                if _locked(lock):
                    yield
                    return
        time.sleep(LOOK_SECONDS)
    raise PhotosBusy


def _locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _decoded(upload: BinaryIO, size: tuple[int, int]) -> Clean:
    """What the child makes of it. Both files have no name: nothing is left behind."""
    words = [str(each) for each in (*_numbers(), *size)]
    place = settings.FILE_UPLOAD_TEMP_DIR
    with tempfile.TemporaryFile(dir=place) as given, tempfile.TemporaryFile(dir=place) as answer:
        upload.seek(0)
        while chunk := upload.read(1 << 16):
            given.write(chunk)
        given.seek(0)
        try:
            # no environment and no open file of ours: neither secrets nor connections
            done = subprocess.run(  # noqa: S603 - our own program, numbers as arguments
                [sys.executable, "-I", str(PROGRAM), *words],
                stdin=given,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={},
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PhotosBusy from None
        if done.returncode == -signal.SIGALRM:
            # not the picture's doing: it would have used up its processor time first
            raise PhotosBusy
        # killed by a limit, or out of memory
        if done.returncode:
            _refuse("heavy")
        answer.seek(0)
        return _read(answer)


def _numbers() -> tuple[int, int, int]:
    return LIMITS.pixels, LIMITS.edge, LIMITS.thumbnail_edge


def _read(answer: IO[bytes]) -> Clean:
    try:
        head = json.loads(answer.readline(1000))
        if why := head.get("refused"):
            _refuse(why if why in SENTENCES else "broken")
        picture, thumbnail = answer.read(head["picture"]), answer.read(head["thumbnail"])
        return Clean(head["width"], head["height"], picture, thumbnail)
    except (ValueError, KeyError, TypeError, AttributeError):
        _refuse("broken")


def _proven(made: Clean) -> Clean:
    """What the child answers is believed no more than the upload: it has met a hostile file."""
    for data, edge in ((made.picture, LIMITS.edge), (made.thumbnail, LIMITS.thumbnail_edge)):
        if not photo_rules.is_plain_jpeg(data, edge):
            _refuse("broken")
    if photo_rules.jpeg_size(made.picture) != (made.width, made.height):
        _refuse("broken")
    return made
