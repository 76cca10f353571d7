"""How each treatment does here: courses begun in a window of time, summed by the database.

A course counts in the window in which its first session was done. The cost follows the window. Six
queries, whatever the window.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from treatments.models import Protocol
from treatments.outcomes import PARTIAL, Category
from treatments.progress import HALF, TARGET_PERCENT
from treatments.queries import report_sql as sql
from treatments.queries.outcomes import SETTLED


@dataclass(frozen=True, slots=True)
class Change:
    """After session `number`, the median change in percent of `n` courses that were counted."""

    number: int
    n: int
    median: int


@dataclass(slots=True)
class Report:
    """One treatment. Of `begun` courses so many were `completed`, `stopped` early, or `lapsed`: not
    finished, nothing booked, and the last session longer ago than the protocol allows. `gais_...`
    are counts by step, 1 to 5; `events` are (kind, how many, how many of them severe)."""

    modality: str
    begun: int = 0
    completed: int = 0
    stopped: int = 0
    lapsed: int = 0
    changes: list[Change] = field(default_factory=list)
    categories: dict[Category, int] = field(default_factory=dict)
    gais_clinician: dict[int, int] = field(default_factory=dict)
    gais_patient: dict[int, int] = field(default_factory=dict)
    rated: int = 0
    rating_sum: int = 0
    sessions: int = 0
    broken_off: int = 0
    pain_noted: int = 0
    median_pain: float | None = None
    events: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(Protocol.Modality(self.modality).label)

    @property
    def dropped(self) -> int:
        return self.stopped + self.lapsed

    @property
    def counted(self) -> int:
        """How many courses have a count before and one after their first session."""
        return sum(self.categories.values())

    @property
    def mean_rating(self) -> float | None:
        return self.rating_sum / self.rated if self.rated else None

    def per_hundred(self, events: int) -> float | None:
        """Adverse events per 100 sessions logged."""
        return 100 * events / self.sessions if self.sessions else None


def reports(
    *, start: datetime, end: datetime, locations: Iterable[int], now: datetime
) -> list[Report]:
    """Each treatment of which a course began in `[start, end)` at these locations."""
    asked = {
        "window": DateTimeTZRange(start, end),
        "locations": list(locations),
        "now": now,
        "clear": TARGET_PERCENT,
        "good": HALF,
        "partial": PARTIAL,
        "settled": SETTLED,
    }
    found: dict[str, Report] = {}
    for modality, *counts in _rows(sql.COURSES, asked):
        found[modality] = Report(modality, *counts)
    for report, *change in _known(found, sql.BY_SESSION, asked):
        report.changes.append(Change(*change))
    for report, clear, good, partial, poor in _known(found, sql.IN_CATEGORIES, asked):
        counted: dict[Category, int] = {"clear": clear, "good": good, "partial": partial}
        report.categories = counted | {"poor": poor}
    for report, *judged in _known(found, sql.JUDGED, asked):
        _judge(report, *judged)
    for report, *borne in _known(found, sql.BORNE, asked):
        report.sessions, report.broken_off, report.pain_noted, report.median_pain = borne
    for report, kind, n, severe in _known(found, sql.EVENTS, asked):
        report.events.append((kind, n, severe))
    return sorted(found.values(), key=lambda each: (-each.begun, each.modality))


def _judge(report: Report, clinician: int, patient: int, n: int, rated: int, total: int) -> None:
    for scale, step in ((report.gais_clinician, clinician), (report.gais_patient, patient)):
        if step:
            scale[step] = scale.get(step, 0) + n
    report.rated += rated
    report.rating_sum += total


def _known(
    found: dict[str, Report], statement: str, asked: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Rows with the report they belong to. A first session that was closed since the first question
    was answered may bring a treatment that is in none of the reports: it waits for the next look.
    """
    for modality, *values in _rows(statement, asked):
        if modality in found:
            yield found[modality], *values


def _rows(statement: str, asked: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        yield from cursor.fetchall()
