"""Every night: files and rows of photographs are compared with each other."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from patients.actions import photo_store
from patients.models import Photo

logger = logging.getLogger(__name__)

# an upload is written and entered within a minute
YOUNG: Final = timedelta(hours=1)
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files without a row were removed; the photos whose files are not there."""

    removed: int
    missing: tuple[int, ...]


def sweep(*, now: datetime) -> Swept:
    """Remove files that no row names and that are older than an hour; report rows without files.

    With no row at all nothing is removed: an empty table beside a full folder is the wrong
    database, or one that is about to be restored.
    """
    missing = tuple(
        pk
        for pk, name in Photo.objects.values_list("pk", "stored_name").iterator()
        if not photo_store.is_whole(name)
    )
    if missing:
        logger.error("%d photos have no file: %s", len(missing), list(missing[:50]))
    removed = _remove_orphans(now) if Photo.objects.exists() else 0
    if removed:
        logger.warning("%d files of no photo removed", removed)
    return Swept(removed, missing)


def _remove_orphans(now: datetime) -> int:
    before = (now - YOUNG).timestamp()
    files, removed = photo_store.everything(), 0
    while batch := list(islice(files, _BATCH)):
        removed += _remove_unnamed(batch, before)
    return removed


def _remove_unnamed(files: Iterable[Path], before: float) -> int:
    by_name = {file: file.name.partition(".")[0] for file in files}
    known = set(
        Photo.objects.filter(stored_name__in=set(by_name.values())).values_list(
            "stored_name", flat=True
        )
    )
    gone = [
        file
        for file, name in by_name.items()
        if file.stat().st_mtime < before and (name not in known or file.suffix == ".part")
    ]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)
