"""The files of the photographs: below PHOTO_ROOT, under random names, whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from patients.photo_child import Clean

PICTURE: Final = ".jpg"
THUMBNAIL: Final = ".small.jpg"
# the owner writes; a proxy that hands them out may be of the same group
_FOLDER_MODE: Final = 0o750
_FILE_MODE: Final = 0o640


def new_name() -> str:
    """128 random bits: says nothing, and nobody guesses it."""
    return secrets.token_hex(16)


def relative(name: str, ending: str) -> str:
    """Where one file of a photograph lies below PHOTO_ROOT, for example "3f/3f0c...e1.jpg"."""
    return f"{name[:2]}/{name}{ending}"


def path(name: str, ending: str) -> Path:
    return Path(settings.PHOTO_ROOT) / relative(name, ending)


def write(photo: Clean) -> str:
    """Both files, on the disk for good before this returns; the name they got."""
    name = new_name()
    try:
        for ending, data in ((PICTURE, photo.picture), (THUMBNAIL, photo.thumbnail)):
            _write(path(name, ending), data)
    except BaseException:
        remove(name)
        raise
    return name


def remove(name: str) -> None:
    for ending in (PICTURE, THUMBNAIL):
        path(name, ending).unlink(missing_ok=True)


def is_whole(name: str) -> bool:
    return all(path(name, ending).is_file() for ending in (PICTURE, THUMBNAIL))


def everything() -> Iterator[Path]:
    """All files below PHOTO_ROOT but the locks; none when the folder is not there."""
    root = Path(settings.PHOTO_ROOT)
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.is_dir() and not folder.name.startswith("."):
            yield from folder.iterdir()


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    draft = target.with_name(f"{target.name}.part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as file:  # noqa: PTH123 - os.open gives the mode from the start
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)
    _settle(target.parent)


def _settle(folder: Path) -> None:
    """The name itself reaches the disk with its folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
