"""What counts of milia say about a course: change, category, trend. Pure.

The rules that ask a clinician to look again stand in `treatments.progress`; here is what the charts
and the reports are made of. Categories: clinical fact base 4.6, practice, unsourced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from patients.marked_text import gettext_noop as _
from treatments.progress import HALF, RISE_PERCENT, TARGET_PERCENT, Review, percent_change, reviews

PARTIAL: Final = 25

Category = Literal["clear", "good", "partial", "poor"]
# by how many milia are gone
CATEGORIES: Final[tuple[tuple[Category, str], ...]] = (
    ("clear", _("Clear, 90 % or more")),
    ("good", _("Good, 50 to 89 %")),
    ("partial", _("Partial, 25 to 49 %")),
    ("poor", _("Poor, below 25 %")),
)
Trend = Literal["falling", "steady", "rising"]
UNMEASURED_MM: Final = Decimal(1)
"""A milium that nobody measured counts as a small one in the size-weighted sum."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many milia one assessment saw; aware `at`. `weighted` is the sum of their sizes in mm."""

    at: datetime
    total: int
    weighted: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of one course, the oldest first. `baseline` is the last one before its first session,
    None without any; `sessions` are the ends of those done: what is counted while the patient is
    there is counted before the treatment."""

    baseline: Count | None
    counts: tuple[Count, ...]
    sessions: tuple[datetime, ...]

    @property
    def last(self) -> Count | None:
        return self.counts[-1] if self.counts else None

    def done_before(self, count: Count) -> int:
        """How many sessions had been done when this was counted."""
        return sum(ended < count.at for ended in self.sessions)

    @property
    def change(self) -> int | None:
        """Percent from the baseline to the last count; below zero is fewer."""
        if self.baseline is None or self.last is None:
            return None
        return percent_change(self.baseline.total, self.last.total)

    @property
    def weighted_change(self) -> int | None:
        """The same by size; None while there is nothing to weigh."""
        if self.baseline is None or self.last is None or not self.baseline.weighted:
            return None
        before, now = self.baseline.weighted, self.last.weighted
        return int((now - before) * 100 / before)

    @property
    def category(self) -> Category | None:
        if self.baseline is None or self.last is None:
            return None
        return category_of(self.baseline.total, self.last.total)

    @property
    def trend(self) -> Trend | None:
        """Between the last two counts, the baseline included."""
        known = [*([self.baseline] if self.baseline else []), *self.counts]
        return trend_of(known[-2].total, known[-1].total) if len(known) > 1 else None

    def reviews(self, *, total: int, review_after_session: int | None) -> tuple[Review, ...]:
        """What a clinician is asked to look at (`treatments.progress`). What the count says holds
        for the sessions done before it; that a review is due, for all that are done."""
        last = self.last
        counted = reviews(
            done=self.done_before(last) if last else 0,
            total=total,
            baseline=self.baseline.total if self.baseline else None,
            count=last.total if last else None,
        )
        due = reviews(
            done=len(self.sessions),
            total=total,
            baseline=None,
            count=None,
            review_after_session=review_after_session,
        )
        is_seen = last is not None and self.done_before(last) == len(self.sessions)
        return (*counted, *(() if is_seen else due))


def series_of(
    counts: Iterable[Count], sessions: Iterable[datetime], until: datetime | None = None
) -> Series:
    """Part a patient's counts at the first session of a course: what was counted before it is the
    baseline, what came after belongs to the course, the instant `until` being the last (the next
    treatment has its own). All before it without a session done."""
    ends = tuple(sorted(sessions))
    known = sorted(
        (each for each in counts if until is None or each.at <= until), key=lambda each: each.at
    )
    before = [each for each in known if not ends or each.at <= ends[0]]
    return Series(before[-1] if before else None, tuple(known[len(before) :]), ends)


def category_of(baseline: int, count: int) -> Category | None:
    """ "clear", "good", "partial" or "poor"; None when there was nothing to begin with."""
    change = percent_change(baseline, count)
    if change is None:
        return None
    fewer = -change
    bounds: Sequence[tuple[int, Category]] = (
        (TARGET_PERCENT, "clear"),
        (HALF, "good"),
        (PARTIAL, "partial"),
    )
    return next((name for least, name in bounds if fewer >= least), "poor")


def trend_of(before: int, now: int) -> Trend:
    """A change of a fifth counts as one; from none to any is a rise."""
    change = percent_change(before, now)
    if change is None:
        return "rising" if now else "steady"
    if change >= RISE_PERCENT:
        return "rising"
    return "falling" if change <= -RISE_PERCENT else "steady"
