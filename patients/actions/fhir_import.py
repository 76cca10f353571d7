"""Take over patients and their history from FHIR bulk exports; safe to repeat.

Files are read twice, patients first, then what is said about them: the order of files and lines
does not matter. A batch is compared with the database and only differences are written.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.db import DatabaseError, connection, transaction

from patients import fhir
from patients.actions import fhir_people, fhir_statements
from patients.actions.copies import private_copies
from patients.actions.fhir_people import Origin, Outcome
from patients.actions.retry import TryAgain, retry_on_contention
from patients.models import (
    Allergy,
    Condition,
    Medication,
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientName,
)

BATCH = 500
_WRITTEN = (
    Patient,
    PatientName,
    PatientAddress,
    PatientIdentifier,
    Allergy,
    Condition,
    Medication,
)
_IMPORT_LOCK = 0x4D494C49  # any number that nothing else locks

Record = fhir.Person | fhir.Statement
Writer = Callable[[Sequence[Any], Origin], list[Outcome]]


class Place(NamedTuple):
    path: Path
    line: int


class Note(NamedTuple):
    """Something to tell about a line: it was skipped, or something in it was left as it was."""

    place: Place
    text: str
    skipped: bool


class ImportRunningError(Exception):
    """Another import is at work on this database."""


@dataclass
class Totals:
    """What came of it: `counts` by (kind of record, "new" | "changed" | "unchanged" | "kept")."""

    lines: int = 0
    skipped: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def understood(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Listener:
    """Who hears about notes, and about progress, while it runs.

    Progress is (what is being read, file, lines so far), with 0 lines at the start of each file.
    """

    note: Callable[[Note], None]
    progress: Callable[[str, Path, int], None]


def import_files(
    paths: Sequence[Path], *, origin: Origin, today: date, listener: Listener, dry_run: bool = False
) -> Totals:
    """Import these files, plain or gzip, and say what came of it.

    Every batch is a transaction of its own; one that the database refuses is repeated record by
    record, so only the one at fault is skipped. A dry run does all of it on copies of the tables:
    nothing is kept, and nobody at work meanwhile has to wait for it.
    Raises ImportRunningError if another import runs.
    """
    run = _Run(origin, today, listener)
    with _alone(), private_copies(_WRITTEN) if dry_run else nullcontext():
        with_statements = [path for path in paths if run.people_of(path)]
        for path in with_statements:
            run.statements_of(path)
    return run.totals


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the one lock of imports for this database connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_IMPORT_LOCK])
        if cursor.fetchone() != (True,):
            raise ImportRunningError
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_IMPORT_LOCK])


class _Run:
    """One import: reads files, hands batches to a writer, counts and tells."""

    def __init__(self, origin: Origin, today: date, listener: Listener) -> None:
        self.origin, self.today, self.listener = origin, today, listener
        self.totals = Totals()

    def people_of(self, path: Path) -> bool:
        """Import the patients of one file; True if it holds other records as well."""
        others = 0

        def people() -> Iterator[tuple[Place, Record]]:
            nonlocal others
            for place, resource in self._resources(path):
                if fhir.kind_of(resource) != "Patient":
                    others += 1
                elif person := self._understood(place, resource):
                    yield place, person

        self._write_all(people(), fhir_people.write)
        return others > 0

    def statements_of(self, path: Path) -> None:
        """Import what a file says about patients. Its bad lines were told of before."""
        found = (
            (Place(path, number), resource)
            for number, content in self._lines(path, "history")
            if isinstance(resource := _resource(content), dict)
            and fhir.kind_of(resource) != "Patient"
        )
        read = ((place, self._understood(place, resource)) for place, resource in found)
        self._write_all(((p, record) for p, record in read if record), fhir_statements.write)

    def _resources(self, path: Path) -> Iterator[tuple[Place, fhir.Json]]:
        """Every line that holds a known kind of record; all others are told of and counted."""
        try:
            for number, content in self._lines(path, "patients"):
                self.totals.lines += 1
                resource = _resource(content)
                if isinstance(resource, fhir.LineError):
                    self._skip(Place(path, number), resource)
                else:
                    yield Place(path, number), resource
        except OSError as problem:
            reason = problem.strerror or "unknown reason"
            self._skip(Place(path, 0), f"the file cannot be opened ({reason})")

    def _lines(self, path: Path, reading: str) -> Iterator[fhir.Line]:
        number = 0
        self.listener.progress(reading, path, number)
        for number, content in fhir.lines(path):
            yield fhir.Line(number, content)
            if number % BATCH == 0:
                self.listener.progress(reading, path, number)
        self.listener.progress(reading, path, number)

    def _understood(self, place: Place, resource: fhir.Json) -> Record | None:
        try:
            if fhir.kind_of(resource) == "Patient":
                return fhir.read_person(resource, today=self.today)
            return fhir.read_statement(resource)
        except fhir.LineError as problem:
            self._skip(place, problem)
            return None

    def _write_all(self, records: Iterable[tuple[Place, Record]], write: Writer) -> None:
        for batch in _batches(records):
            try:
                self._write(batch, write)
            except (DatabaseError, TryAgain):
                self._write_singly(batch, write)

    def _write(self, batch: Sequence[tuple[Place, Record]], write: Writer) -> None:
        """Write a batch whole, then count it. Raises DatabaseError or TryAgain, with nothing
        written."""
        whole = retry_on_contention(transaction.atomic(write))
        outcomes = whole([record for _, record in batch], self.origin)
        for (place, record), outcome in zip(batch, outcomes, strict=True):
            self._count(place, record, outcome)

    def _write_singly(self, batch: Sequence[tuple[Place, Record]], write: Writer) -> None:
        for place, record in batch:
            try:
                self._write([(place, record)], write)
            except DatabaseError as problem:
                self._skip(place, f"the database refused it ({_rule(problem)})")
            except TryAgain:
                self._skip(place, "somebody here holds the record; import it again later")

    def _count(self, place: Place, record: Record, outcome: Outcome) -> None:
        if isinstance(outcome, fhir.LineError):
            self._skip(place, outcome)
            return
        self.totals.counts[type(record).__name__, outcome.result] += 1
        for remark in outcome.remarks:
            self.listener.note(Note(place, remark, skipped=False))

    def _skip(self, place: Place, reason: object) -> None:
        self.totals.skipped += 1
        self.listener.note(Note(place, str(reason), skipped=True))


def _resource(content: bytes | fhir.LineError) -> fhir.Json | fhir.LineError:
    """The object in a line if it is of a kind that is taken over, else what is wrong."""
    if isinstance(content, fhir.LineError):
        return content
    try:
        resource = fhir.decoded(content)
        fhir.kind_of(resource)
    except fhir.LineError as problem:
        return problem
    return resource


def _batches(records: Iterable[tuple[Place, Record]]) -> Iterator[list[tuple[Place, Record]]]:
    """Runs of at most BATCH records of which no two are the same one."""
    batch: list[tuple[Place, Record]] = []
    seen: set[Hashable] = set()
    for place, record in records:
        keys = _keys(record)
        if len(batch) == BATCH or not seen.isdisjoint(keys):
            yield batch
            batch, seen = [], set()
        batch.append((place, record))
        seen |= keys
    if batch:
        yield batch


def _keys(record: Record) -> set[Hashable]:
    numbers = record.record_numbers if isinstance(record, fhir.Person) else ()
    return {(type(record), record.source_id), *numbers}


def _rule(problem: DatabaseError) -> str:
    """The name of the constraint that was broken, or the kind of problem; never any values."""
    diagnosis = getattr(problem.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or type(problem).__name__
