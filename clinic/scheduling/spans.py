"""Which gaps a series may have, what they cost, and which days they leave to each session."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from clinic.scheduling.calendar_days import Calendar
from clinic.scheduling.layers import FAR
from clinic.scheduling.request import SeriesRequest, Weights
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict


@dataclass(frozen=True, slots=True)
class Gap:
    """The days that may lie before a session, `shortest` and `longest` included."""

    shortest: int
    longest: int
    spacing: Spacing

    def __contains__(self, days: int) -> bool:
        return self.shortest <= days <= self.longest

    def price(self, days: int, weights: Weights) -> int:
        """Of one of these gaps: its distance from the ideal one, and of not being normal."""
        unusual = self.spacing.judge(days) is not Verdict.NORMAL
        return weights.gap_day * abs(days - self.spacing.ideal) + weights.unusual_gap * unusual

    def prices(self, weights: Weights) -> list[int]:
        """Of each gap, the shortest first."""
        return [self.price(days, weights) for days in range(self.shortest, self.longest + 1)]


def gaps_of(request: SeriesRequest, calendar: Calendar) -> tuple[Gap, ...]:
    """One per session, for the gap before it."""
    return tuple(gap_before(request, calendar, at) for at in range(len(request.shapes)))


def gap_before(request: SeriesRequest, calendar: Calendar, at: int) -> Gap:
    """Where the spacing has no longest gap, it goes to the end of the calendar."""
    shortest, longest = limits_before(request, at)
    if longest is None:
        past = 0 if request.previous is None else min(0, calendar.index(request.previous))
        longest = len(calendar) + shortest - past
    return Gap(shortest, longest, request.spacing_before(at))


def limits_before(request: SeriesRequest, at: int) -> tuple[int, int | None]:
    """The shortest and the longest gap before a session; `at` beyond the last one for those after
    the series."""
    spacing, allowed = request.spacing_before(at), request.allowed_before(at)
    return (
        spacing.floor if Verdict.NEEDS_REASON in allowed else spacing.min,
        spacing.lapse if Verdict.LATE in allowed else spacing.max,
    )


def legal_days(request: SeriesRequest, calendar: Calendar, gaps: Sequence[Gap]) -> list[range]:
    """For every session the days that the gaps, the pins and the horizon leave to it.

    May be empty, and may lie beyond the calendar.
    """
    shortest = list(accumulate((gap.shortest for gap in gaps[1:]), initial=0))
    longest = list(accumulate((gap.longest for gap in gaps[1:]), initial=0))
    spans = []
    for at in range(len(gaps)):
        firsts, lasts = [], []
        for anchor, first, last in _anchors(request, calendar, gaps):
            near, far = shortest[at] - shortest[anchor], longest[at] - longest[anchor]
            firsts.append(first + (near if at >= anchor else far))
            lasts.append(last + (far if at >= anchor else near))
        spans.append(range(max(firsts), min(lasts) + 1))
    return spans


def _anchors(
    request: SeriesRequest, calendar: Calendar, gaps: Sequence[Gap]
) -> Iterator[tuple[int, int, int]]:
    """(session, first day, last day) where something else than its neighbours bounds a session."""
    if request.previous is None:
        yield 0, 0, len(calendar)
    else:
        previous = calendar.index(request.previous)
        yield 0, max(0, previous + gaps[0].shortest), previous + gaps[0].longest
    yield (len(gaps) - 1, *_last_session(request, calendar))
    for at, pin in enumerate(request.pinned):
        if pin is not None:
            day = calendar.day_of(pin.start) if isinstance(pin, Slot) else calendar.index(pin)
            yield at, day, day


def _last_session(request: SeriesRequest, calendar: Calendar) -> tuple[int, int]:
    """The first and the last day that the calendar, and the session that stands after the series,
    leave to the last session of it."""
    end = len(calendar) - 1
    if request.following is None:
        return 0, end
    day, shortest, longest = calendar.index(request.following), *_after(request)
    return 0 if longest is None else max(0, day - longest), min(end, day - shortest)


def leaving(request: SeriesRequest, calendar: Calendar, weights: Weights) -> dict[int, int]:
    """By day of the last session the price of coming unusually near to the session that stands
    after the series, or unusually long before it; empty where it can be neither."""
    if request.following is None or not request.allowed_before(len(request.shapes)):
        return {}
    day, gaps, spacing = calendar.index(request.following), request.unplaced + 1, request.spacing
    longest = FAR if spacing.max is None else gaps * spacing.max
    return {
        last: weights.unusual_gap
        for last in range(len(calendar))
        if not gaps * spacing.min <= day - last <= longest
    }


def _after(request: SeriesRequest) -> tuple[int, int | None]:
    """The shortest and the longest distance from the last session to the one that stands after."""
    sessions = len(request.shapes)
    limits = [limits_before(request, sessions + at) for at in range(request.unplaced + 1)]
    every = [longest for _, longest in limits if longest is not None]
    return sum(first for first, _ in limits), sum(every) if len(every) == len(limits) else None
