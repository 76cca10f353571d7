"""Import patients and their history from FHIR R4 bulk exports (NDJSON, plain or gzip)."""

import sys
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patients.actions.fhir_import import (
    ImportRunningError,
    Listener,
    Note,
    Totals,
    import_files,
)
from patients.actions.fhir_people import Origin
from patients.models.patient import check_time_zone

_RESULTS = ("new", "changed", "unchanged", "kept")
_KINDS = {
    "Person": "patients",
    "Allergy": "allergies",
    "Condition": "conditions",
    "Medication": "medicines",
}


class Command(BaseCommand):
    help = (
        "Import patients, allergies, conditions and medication from FHIR R4 bulk export files. "
        "Safe to repeat: a second import of the same files changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--source",
            default="import",
            help="name of the system the files come from; its ids are kept apart from others'",
        )
        parser.add_argument(
            "--time-zone",
            default="Europe/London",
            help="time zone of new patients (default: Europe/London); FHIR does not say",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen only")

    def handle(self, *_: Any, files: list[Path], dry_run: bool, **options: Any) -> None:
        progress = _Progress(self)
        try:
            totals = import_files(
                files,
                origin=_origin(options["source"], options["time_zone"]),
                today=timezone.now().date(),
                listener=Listener(note=self._tell, progress=progress.show),
                dry_run=dry_run,
            )
        except ImportRunningError:
            raise CommandError("Another import is running. Nothing was changed.") from None
        progress.finish()
        self._sum_up(totals, dry_run=dry_run)

    def _tell(self, note: Note) -> None:
        where = f"{note.place.path}:{note.place.line}" if note.place.line else f"{note.place.path}"
        self.stdout.write(f"{where}: {'skipped: ' if note.skipped else ''}{note.text}")

    def _sum_up(self, totals: Totals, *, dry_run: bool) -> None:
        for kind, name in _KINDS.items():
            if found := {r: n for r in _RESULTS if (n := totals.counts[kind, r])}:
                said = ", ".join(f"{number} {result}" for result, number in found.items())
                self.stdout.write(f"{name}: {said}")
        results = Counter(result for _, result in totals.counts.elements())
        if totals.understood and not results["new"] + results["changed"]:
            self.stdout.write("Everything was here already: nothing changed.")
        self.stdout.write(f"{totals.lines} lines read, {totals.skipped} skipped.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was kept.")
        if not totals.understood:
            raise CommandError("Nothing could be read from these files.")


class _Progress:
    """A line on stderr for each reading of a file: lines and speed; on a terminal as it runs."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.started_at = time.monotonic()
        self.line = ""

    def show(self, reading: str, path: Path, lines: int) -> None:
        if lines == 0:
            self.finish()
            self.started_at = time.monotonic()
        speed = lines / max(time.monotonic() - self.started_at, 0.001)
        self.line = f"{path.name}: {reading}: {lines:,} lines, {speed:,.0f} per second"
        if sys.stderr.isatty():
            self.command.stderr.write(f"\r{self.line}", ending="")

    def finish(self) -> None:
        if self.line:
            self.command.stderr.write("" if sys.stderr.isatty() else self.line)
        self.line = ""


def _origin(name: str, time_zone: str) -> Origin:
    try:
        check_time_zone(time_zone)
    except ValidationError as problem:
        raise CommandError(" ".join(problem.messages)) from None
    if not name or not name.replace("-", "").isalnum() or len(name) > 40:
        raise CommandError("--source takes letters, digits and hyphens, 40 at most.")
    return Origin(name=name, time_zone=time_zone)
