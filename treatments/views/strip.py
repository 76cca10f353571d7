"""A strip of time under each proposal: its dates, and the legal window of each session.

All proposals of one page share one axis, so that they can be compared at a glance. Places are
percentages of the width, which SVG takes without a style of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from clinic.scheduling.series import Proposal
from clinic.scheduling.spacing import Verdict
from treatments.views.series_words import Asked

MARGIN = timedelta(days=4)
# months nearer than this to the edge lose their name
ROOM_FOR_NAME = 94


@dataclass(frozen=True, slots=True)
class Mark:
    """A session at `at` percent, and where its window begins and how wide it is; `is_unusual` for
    a date outside it."""

    at: str
    window_at: str = ""
    width: str = ""
    is_unusual: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    at: str
    name: str


@dataclass(frozen=True, slots=True)
class Strip:
    marks: tuple[Mark, ...]
    months: tuple[Month, ...]

    @property
    def drawing(self) -> SafeString:
        """The inside of an `svg.strip`, 34 pixels high: the months, the windows, and on them the
        dates.

        Not a template: it is places that were computed here, over a hundred of them on a page.
        """
        lines = [*map(_month, self.months), _LINE, *map(_window, self.marks)]
        return mark_safe("".join([*lines, *map(_dot, self.marks)]))  # noqa: S308 - ours or escaped


@dataclass(frozen=True, slots=True)
class Axis:
    """From the first to the last day drawn."""

    asked: Asked
    first: date
    last: date
    months: tuple[Month, ...] = ()

    def strip(self, proposal: Proposal) -> Strip | None:
        """None for a single session: there is nothing to compare."""
        days = [self.asked.start(slot).date() for slot in proposal.slots]
        if len(days) < 2:
            return None
        gap = proposal.gaps[0]
        before = None if gap is None else days[0] - timedelta(days=gap)
        pairs = pairwise((before, *days))
        return Strip(tuple(self._mark(one, day) for one, day in pairs if day), self.months)

    def _mark(self, before: date | None, day: date) -> Mark:
        spacing = self.asked.spacing
        if before is None or spacing is None:
            return Mark(self._at(day))
        opens = before + timedelta(days=spacing.min)
        closes = self.last if spacing.max is None else before + timedelta(days=spacing.max)
        window = self._clipped(opens), self._clipped(closes + timedelta(days=1))
        unusual = spacing.judge((day - before).days) is not Verdict.NORMAL
        return Mark(self._at(day), _percent(window[0]), _percent(window[1] - window[0]), unusual)

    def with_months(self) -> "Axis":
        """The same with the beginnings of its months, named."""
        months, day = [], self.first.replace(day=1)
        while day <= self.last:
            place = self._place(day)
            if place >= 0:
                name = date_format(day, "M") if place < ROOM_FOR_NAME else ""
                months.append(Month(_percent(place), name))
            day = (day + timedelta(days=32)).replace(day=1)
        return replace(self, months=tuple(months))

    def _at(self, day: date) -> str:
        return _percent(self._place(day))

    def _place(self, day: date) -> float:
        return 100 * (day - self.first).days / (self.last - self.first).days

    def _clipped(self, day: date) -> float:
        return self._place(min(max(day, self.first), self.last))


def axis_of(asked: Asked, proposals: Sequence[Proposal]) -> Axis:
    """One that holds every date of these proposals, at least one."""
    days = [asked.start(slot).date() for each in proposals for slot in each.slots]
    return Axis(asked, min(days) - MARGIN, max(days) + MARGIN).with_months()


_LINE = '<line class="strip-line" x1="0" x2="100%" y1="11" y2="11"/>'


def _month(month: Month) -> str:
    line = f'<line class="strip-month" x1="{month.at}" x2="{month.at}" y1="2" y2="32"/>'
    if not month.name:
        return line
    name = escape(month.name)
    return f'{line}<text class="strip-name" x="{month.at}" y="31" dx="4">{name}</text>'


def _window(mark: Mark) -> str:
    if not mark.width:
        return ""
    x = f'x="{mark.window_at}" width="{mark.width}"'
    return f'<rect class="strip-window" {x} y="6" height="10" rx="5"/>'


def _dot(mark: Mark) -> str:
    unusual = " is-unusual" if mark.is_unusual else ""
    return f'<circle class="strip-date{unusual}" cx="{mark.at}" cy="11" r="5"/>'


def _percent(place: float) -> str:
    return f"{place:.2f}%"
