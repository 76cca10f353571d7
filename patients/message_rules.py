"""Which messages a patient should have, and when one may go out.

Pure: standard library only, and the clock is never read. A plan is computed as `Wanted` values by
the apps above; `reconcile` compares it with the ledger and says what to insert, move or withdraw.
"""

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

PLANNED = "planned"
WITHDRAWN = "withdrawn"

Key = tuple[str, str]
"""(kind, occurrence): what makes a message the same message within its subject."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that should exist for one subject (an appointment, a session, a course).

    `occurrence` tells apart several messages of one kind: it names the day a message is about, so
    that a visit on another day has its own messages, even after those for the old day were sent.
    `due_at` and `expires_at` are aware; from `expires_at` on the message is useless.
    `about_at` is the start of the visit it concerns: among due messages the nearest visit goes
    first. A transactional message (booked, moved, cancelled) never waits to be merged.
    Raises ValueError for naive instants and for a message that expires before it is due.
    """

    kind: str
    occurrence: str
    due_at: datetime
    expires_at: datetime
    transactional: bool = False
    about_at: datetime | None = None

    def __post_init__(self) -> None:
        _require_aware(self.due_at, self.expires_at, self.about_at)
        if self.expires_at <= self.due_at:
            raise ValueError(f"{self.kind} expires at {self.expires_at}, due at {self.due_at}")

    @property
    def key(self) -> Key:
        return (self.kind, self.occurrence)


@dataclass(frozen=True, slots=True)
class Existing:
    """A row of the ledger. `status` is one of planned, claimed, sent, failed, suppressed,
    withdrawn; `version` is the row's own, for a conditional update. `about_at` is compared only
    where the row has one."""

    id: int | UUID
    kind: str
    occurrence: str
    due_at: datetime
    expires_at: datetime
    status: str
    version: int
    about_at: datetime | None = None

    @property
    def key(self) -> Key:
        return (self.kind, self.occurrence)


class Move(NamedTuple):
    """A planned row and what it should become."""

    row: Existing
    to: Wanted


@dataclass(frozen=True, slots=True)
class Changes:
    """What turns the ledger into the plan; empty (and false) when they agree."""

    insert: tuple[Wanted, ...] = ()
    update: tuple[Move, ...] = ()
    withdraw: tuple[Existing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.insert or self.update or self.withdraw)


def reconcile(
    existing: Iterable[Existing], wanted: Iterable[Wanted], now: datetime | None = None
) -> Changes:
    """Compare the ledger rows of one subject with its plan.

    Only planned rows change. A claimed, sent, failed or suppressed row stays as it is and stops
    the same message from being planned again; a withdrawn one does not. With `now`, messages that
    have expired by then are not inserted. Applying the answer and asking again gives empty changes.
    Raises ValueError if the plan names one message twice.
    """
    rows = [row for row in existing if row.status != WITHDRAWN]
    plan = _by_key(wanted)
    settled = {row.key for row in rows if row.status != PLANNED}
    planned: dict[Key, Existing] = {}
    surplus: list[Existing] = []
    for row in rows:
        if row.status != PLANNED:
            continue
        if row.key in plan and row.key not in settled and row.key not in planned:
            planned[row.key] = row
        else:
            surplus.append(row)
    missing = [want for key, want in plan.items() if key not in settled | planned.keys()]
    return Changes(
        insert=tuple(want for want in missing if now is None or want.expires_at > now),
        update=tuple(
            Move(row, plan[key]) for key, row in planned.items() if _differs(row, plan[key])
        ),
        withdraw=tuple(surplus),
    )


def _by_key(wanted: Iterable[Wanted]) -> dict[Key, Wanted]:
    plan: dict[Key, Wanted] = {}
    for want in wanted:
        if want.key in plan:
            raise ValueError(f"planned twice: {want.kind} {want.occurrence}")
        plan[want.key] = want
    return plan


def _differs(row: Existing, want: Wanted) -> bool:
    about_moved = row.about_at is not None and row.about_at != want.about_at
    return about_moved or (row.due_at, row.expires_at) != (want.due_at, want.expires_at)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Wall-clock hours without e-mail, `starts` included and `ends` not; they may span midnight.
    Equal ends mean that no hour is quiet. Default: clinical fact base 5.7."""

    starts: time = time(20)
    ends: time = time(8)

    def contains(self, instant: datetime, zone: tzinfo) -> bool:
        """Whether `instant` (aware) is quiet on a clock in `zone`."""
        wall = _local(instant, zone).time()
        if self.starts <= self.ends:
            return self.starts <= wall < self.ends
        return wall >= self.starts or wall < self.ends

    def next_allowed(self, instant: datetime, zone: tzinfo) -> datetime:
        """`instant` itself if it is not quiet, else the next end of the quiet hours, in UTC.

        Across a clock change too: an end that the clock skips is the moment after the gap, and in
        a repeated hour the answer never lies before `instant`.
        """
        if not self.contains(instant, zone):
            return instant.astimezone(UTC)
        today = _local(instant, zone).date()
        # Two days on is enough: a day without its end of quiet hours has one that follows.
        for days in range(3):
            for fold in (0, 1):
                end = at_local(today + timedelta(days=days), self.ends.replace(fold=fold), zone)
                if end >= instant and not self.contains(end, zone):
                    return end
        raise ValueError(f"quiet hours {self.starts}-{self.ends} leave no time to send")


def at_local(day: date, wall: time, zone: tzinfo) -> datetime:
    """The instant (UTC) at which clocks in `zone` show `wall` on `day`.

    A time that the clocks skip becomes the first instant after the gap. Of a repeated hour the
    first pass counts, unless `wall.fold` is 1.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    instant = local.astimezone(UTC)
    if _local(instant, zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(local)


def _end_of_gap(skipped: datetime) -> datetime:
    """The clock change that skips this wall time. Read with the offset after the change (fold 1)
    it lies before the change, read with the offset before (fold 0) after it."""
    before = skipped.replace(fold=1).astimezone(UTC)
    after = skipped.replace(fold=0).astimezone(UTC)
    old = before.astimezone(skipped.tzinfo).utcoffset()
    # Offsets change on whole seconds: halve until one second is left.
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(skipped.tzinfo).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _local(instant: datetime, zone: tzinfo) -> datetime:
    _require_aware(instant)
    return instant.astimezone(zone)


def _require_aware(*instants: datetime | None) -> None:
    for instant in instants:
        if instant is not None and instant.utcoffset() is None:
            raise ValueError(f"{instant} has no time zone")


def plain_text(rendered: str, width: int = 72) -> str:
    """A rendered text template as a letter: paragraphs wrapped to `width`, list items with a
    hanging indent, never more than one empty line. Words, so links too, are never broken."""
    lines = [_wrapped(line.strip(), width) for line in rendered.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _wrapped(line: str, width: int) -> str:
    # what has no gap cannot be broken: a link, which is in one letter alone
    fits = len(line) <= width or len(line.split(maxsplit=1)) < 2
    return line if fits else _filled(line, width)


@lru_cache(2048)
def _filled(line: str, width: int) -> str:
    """The same sentences stand in letter after letter: each is wrapped once."""
    bullet = "- " if line.startswith("- ") else ""
    return textwrap.fill(
        line.removeprefix(bullet),
        width,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )
