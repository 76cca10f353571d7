"""A whole course of sessions fitted into the calendar at once: the best series, and others.

The search is exact. Every price in `Weights` belongs to one session or to two neighbours, so the
cheapest series is a shortest path through layers, one per session, whose nodes are a local day and
a practitioner (`candidates` makes the nodes, `paths` finds the way). Which start within a day is
best depends on that day and practitioner alone.

Gaps are counted in local calendar days and always lie between the shortest and the longest normal
one: what needs a reason or a warning is booked by a person, never proposed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.candidates import Nodes, Search
from clinic.scheduling.diagnosis import explain
from clinic.scheduling.paths import FAR, Layer, Network, Path
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.request import SeriesRequest, Weights, Wish
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict

__all__ = [
    "Label",
    "Proposal",
    "Proposals",
    "SeriesRequest",
    "Spacing",
    "Verdict",
    "Weights",
    "Wish",
    "propose",
]

_DEFAULT = Weights()


class Label(StrEnum):
    """How a proposal differs from the best one.

    `SOONER` ends at least a week before it; the last three give up a wish of the patient.
    """

    BEST = "best"
    SOONER = "sooner"
    OTHER_DAYS = "other_days"
    OTHER_TIMES = "other_times"
    OTHER_WEEKDAYS = "other_weekdays"
    OTHER_PERSON = "other_person"


_GIVING_UP = {
    Wish.HOURS: Label.OTHER_TIMES,
    Wish.WEEKDAYS: Label.OTHER_WEEKDAYS,
    Wish.PERSON: Label.OTHER_PERSON,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One whole series: a slot per session, and before each the days since the session before it.

    The first gap is None for a new course. `cost` is in the points of `Weights`.
    """

    label: Label
    slots: tuple[Slot, ...]
    gaps: tuple[int | None, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class Proposals:
    """The best series first, then those that are really different, in the order of giving up."""

    proposals: tuple[Proposal, ...]

    def __iter__(self) -> Iterator[Proposal]:
        return iter(self.proposals)

    def __len__(self) -> int:
        return len(self.proposals)

    @property
    def best(self) -> Proposal:
        return self.proposals[0]


def propose(
    snapshot: Snapshot, request: SeriesRequest, count: int = 3, weights: Weights = _DEFAULT
) -> Proposals | Refusal:
    """The best series and up to `count - 1` really different ones, or why there is none.

    *Really different*: at least half of the sessions lie on another day than the same session of
    every earlier proposal. The patient's wishes (hours, weekdays, only the preferred people) hold
    for the first proposals; if fewer than `count` differ enough, the wishes are given up one after
    the other, hours first, and the label says so. When no series keeps all the wishes, the answer
    is a refusal. Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"at least one proposal must be asked for, not {count}")
    search = Search.of(snapshot, request, weights)
    found: list[Proposal] = []
    days: list[list[int]] = []
    for dropped in range(len(request.wishes) + 1):
        course = _Course.of(search, request.wishes[:dropped])
        while len(found) < count and (path := course.network.cheapest(unlike=days)):
            days.append([day for day, _ in path.steps])
            found.append(course.proposal(path, _label(days, request.wishes[:dropped])))
        if not found:
            return explain(search)
    return Proposals(tuple(found))


@dataclass(frozen=True, slots=True)
class _Course:
    """The search once some wishes are dropped: the nodes of every session, and the way between."""

    search: Search
    nodes: tuple[Nodes, ...]
    network: Network

    @classmethod
    def of(cls, search: Search, dropped: Sequence[Wish]) -> "_Course":
        spans = search.legal_days()
        nodes = search.nodes_of_series(spans, frozenset(dropped))
        layers = [Layer(one.costs, span) for one, span in zip(nodes, spans, strict=True)]
        network = Network(
            layers,
            entry=_entry(search, spans[0]),
            gaps=_gaps(search),
            shortest=search.request.spacing.min,
            handover=search.weights.handover,
        )
        return cls(search, nodes, network)

    def proposal(self, path: Path, label: Label) -> Proposal:
        sessions = zip(self.search.request.shapes, self.nodes, path.steps, strict=True)
        slots = tuple(
            self.search.slot(shape, person, nodes.starts[person][day])
            for shape, nodes, (day, person) in sessions
        )
        previous = self.search.previous_day
        days = [day for day, _ in path.steps]
        first = None if previous is None else days[0] - previous
        gaps = (first, *(after - before for before, after in pairwise(days)))
        return Proposal(label, slots, gaps, path.cost)


def _entry(search: Search, days: range) -> list[int]:
    """The price of beginning on each day: of waiting, or of the gap after the session performed."""
    request, weights, previous = search.request, search.weights, search.previous_day
    prices = [FAR] * len(search.calendar)
    for day in days:
        if previous is None:
            prices[day] = weights.wait_day * day
        else:
            prices[day] = weights.gap_day * abs(day - previous - request.spacing.ideal)
    return prices


def _gaps(search: Search) -> list[int]:
    """The price of each normal gap, the shortest first."""
    spacing = search.request.spacing
    days = range(spacing.min, search.longest_gap + 1)
    return [search.weights.gap_day * abs(gap - spacing.ideal) for gap in days]


def _label(days: Sequence[Sequence[int]], dropped: Sequence[Wish]) -> Label:
    """The label of the last of several series, given the days of all."""
    if dropped:
        return _GIVING_UP[dropped[-1]]
    if len(days) == 1:
        return Label.BEST
    return Label.SOONER if days[-1][-1] <= days[0][-1] - 7 else Label.OTHER_DAYS
