"""The window of a gap, drawn: from refused over usual to lapsed, on one line of days.

Places are percentages of the width, which SVG takes without a style of its own.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.scheduling.spacing import Spacing
from treatments.models import Protocol

# share of the last bound that is drawn after it, so that what lies beyond can be seen
BEYOND = 1.15
# numbers nearer to each other than this would overlap, in percent
ROOM = 5.0


@dataclass(frozen=True, slots=True)
class Zone:
    """`kind` is refused, reason, usual, late or lapsed; from day `first`, in percent."""

    kind: str
    name: str
    first: int
    at: str
    width: str


@dataclass(frozen=True, slots=True)
class Tick:
    day: int
    at: str
    is_ideal: bool
    is_low: bool
    """Drawn on the lower line, because the one before stands too near."""


@dataclass(frozen=True, slots=True)
class Window:
    zones: tuple[Zone, ...]
    ticks: tuple[Tick, ...]
    words: str


def window_of(protocol: Protocol) -> Window | None:
    """None for a treatment without gaps."""
    spacing = protocol.spacing
    return None if spacing is None else _drawn(spacing)


def _drawn(spacing: Spacing) -> Window:
    last = spacing.lapse or spacing.max or spacing.ideal * 2
    end = last * BEYOND
    edges = [
        ("refused", _("refused"), 0),
        ("reason", _("with a reason"), spacing.floor),
        ("usual", _("usual"), spacing.min),
        ("late", _("late"), None if spacing.max is None else spacing.max + 1),
        ("lapsed", _("lapsed"), None if spacing.lapse is None else spacing.lapse + 1),
    ]
    known = [(kind, name, first) for kind, name, first in edges if first is not None]
    ends = [first for _kind, _name, first in known[1:]] + [end]
    zones = tuple(
        Zone(kind, name, first, _percent(first / end), _percent((until - first) / end))
        for (kind, name, first), until in zip(known, ends, strict=True)
        if until > first
    )
    words = "; ".join(_("%(name)s from day %(n)d") % {"name": z.name, "n": z.first} for z in zones)
    return Window(zones, _ticks(spacing, end), words)


def _ticks(spacing: Spacing, end: float) -> tuple[Tick, ...]:
    days = (spacing.floor, spacing.min, spacing.ideal, spacing.max, spacing.lapse)
    ticks: list[Tick] = []
    for day in sorted({each for each in days if each is not None}):
        near = bool(ticks) and not ticks[-1].is_low and (day - ticks[-1].day) * 100 / end < ROOM
        ticks.append(Tick(day, _percent(day / end), day == spacing.ideal, near))
    return tuple(ticks)


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"
