"""A whole course of sessions fitted into the calendar at once: the best series, and others.

The search is exact. Every price in `Weights` belongs to one session or to two neighbours, so the
cheapest series is a shortest path through layers, one per session, whose nodes are a local day and
a practitioner (`candidates` makes the nodes, `paths` finds the way). Which start within a day is
best depends on that day and practitioner alone.

Gaps are counted in local calendar days and lie between the shortest and the longest normal one.
What needs a reason or a warning is booked by a person and not proposed, unless the request allows
it or a pinned session leaves nothing else.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.best_starts import Nodes, Part
from clinic.scheduling.candidates import Search
from clinic.scheduling.causes import Causes
from clinic.scheduling.diagnosis import explain
from clinic.scheduling.layers import FAR, Layer
from clinic.scheduling.paths import Network, Path
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.request import SeriesRequest, Weights, Wish
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from clinic.scheduling.spans import leaving

__all__ = [
    "Label",
    "Proposal",
    "Proposals",
    "SeriesRequest",
    "Spacing",
    "Verdict",
    "Weights",
    "Wish",
    "explain_series",
    "find",
    "propose",
]

_DEFAULT = Weights()

# a series that ends so many days before the best one is called sooner
SOONER_DAYS = 7


class Label(StrEnum):
    """How a proposal differs from the best one, in its sessions that are not pinned.

    `SOONER`          it ends at least a week before
    `OTHER_WEEKDAYS`  none lies on a weekday that the best one uses
    `OTHER_TIMES`     all are in the afternoon if those of the best are all in the morning, and
                      otherwise all in the morning
    `OTHER_PERSON`    none is with a practitioner of the best one
    `OTHER_DAYS`      by its dates alone

    Once a wish of the patient is given up, the label names that wish.
    """

    BEST = "best"
    SOONER = "sooner"
    OTHER_WEEKDAYS = "other_weekdays"
    OTHER_TIMES = "other_times"
    OTHER_PERSON = "other_person"
    OTHER_DAYS = "other_days"


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
    """The best series first, then those that are really different."""

    proposals: tuple[Proposal, ...]

    def __iter__(self) -> Iterator[Proposal]:
        return iter(self.proposals)

    def __len__(self) -> int:
        return len(self.proposals)

    @property
    def best(self) -> Proposal:
        return self.proposals[0]


def propose(
    snapshot: Snapshot, request: SeriesRequest, count: int = 4, weights: Weights = _DEFAULT
) -> Proposals | Refusal:
    """The best series and up to `count - 1` really different ones, or why there is none.

    *Really different*: of the sessions that are not pinned, at least half lie on another day than
    the same session of every earlier proposal. Each proposal is the cheapest of its kind that
    differs so: first one that is sooner, one on other weekdays, one at another time of day and one
    with other people, as far as there are such; then by dates alone. All of these keep the
    patient's wishes (hours, weekdays, only the preferred people). If fewer than `count` are found,
    the wishes are given up one after the other, hours first, and the label says so.

    When no series keeps all the wishes, the answer is a refusal. Raises ValueError for a count
    below 1.
    """
    search = Search.of(snapshot, request, weights)
    return _found(search, count) or explain(search)


def find(
    snapshot: Snapshot, request: SeriesRequest, count: int = 4, weights: Weights = _DEFAULT
) -> Proposals | None:
    """As `propose`, for those who explain a refusal themselves or not at all: that costs more than
    the search."""
    return _found(Search.of(snapshot, request, weights), count)


def explain_series(
    snapshot: Snapshot, request: SeriesRequest, causes: Causes, weights: Weights = _DEFAULT
) -> Refusal:
    """The refusal of a series that `find` found impossible, with what is known of the causes."""
    return explain(Search.of(snapshot, request, weights), causes)


def _found(search: Search, count: int) -> Proposals | None:
    if count < 1:
        raise ValueError(f"at least one proposal must be asked for, not {count}")
    course = _Course.of(search, ())
    path = course.network.cheapest()
    if path is None:
        return None
    found = [course.proposal(path, Label.BEST)]
    days = [path.days]
    for label, other, more in _others(course, path):
        while len(found) < count and (path := other.network.cheapest(unlike=days)):
            days.append(path.days)
            found.append(other.proposal(path, label or _by_dates(days)))
            if not more:
                break
        if len(found) == count:
            break
    return Proposals(tuple(found))


def _others(course: "_Course", best: Path) -> Iterator[tuple[Label | None, "_Course", bool]]:
    """Where to look for other series: the label of what is found there, the course, and whether to
    take more than one."""
    search, request = course.search, course.search.request
    if not course.unpinned:
        return
    if request.pin(len(request.shapes) - 1) is None:
        yield Label.SOONER, course.ending_by(best.days[-1] - SOONER_DAYS), False
    weekdays = {search.calendar.weekday(best.days[at]) for at in course.unpinned}
    if not request.weekdays or request.weekdays - weekdays:
        days = [search.calendar.weekday(day) not in weekdays for day in range(len(search.calendar))]
        yield Label.OTHER_WEEKDAYS, course.only(days=days), False
    yield Label.OTHER_TIMES, course.in_part(course.other_part(best)), False
    yield (
        Label.OTHER_PERSON,
        course.only(without={best.steps[at][1] for at in course.unpinned}),
        False,
    )
    yield None, course, True
    for dropped in range(1, len(request.wishes) + 1):
        wishes = request.wishes[:dropped]
        yield _GIVING_UP[wishes[-1]], _Course.of(search, wishes), True


def _by_dates(days: Sequence[Sequence[int]]) -> Label:
    """The label of the last of several series that keeps all wishes, given the days of all."""
    return Label.SOONER if days[-1][-1] <= days[0][-1] - SOONER_DAYS else Label.OTHER_DAYS


@dataclass(frozen=True)
class _Course:
    """The nodes of every session, and the way between them."""

    search: Search
    spans: Sequence[range]
    nodes: tuple[Nodes, ...]
    # of the gaps before each session, the shortest first
    prices: Sequence[Sequence[int]]

    @classmethod
    def of(cls, search: Search, dropped: Sequence[Wish]) -> "_Course":
        spans = search.legal_days()
        prices = {gap: gap.prices(search.weights) for gap in search.gaps}
        nodes = search.nodes_of_series(spans, frozenset(dropped))
        return cls(search, spans, nodes, [prices[gap] for gap in search.gaps])

    @property
    def unpinned(self) -> list[int]:
        """The sessions that could lie on another day."""
        return [at for at in range(len(self.spans)) if self.search.request.pin(at) is None]

    @cached_property
    def network(self) -> Network:
        search = self.search
        layers = [
            Layer(nodes.costs, span, prices, gap.shortest)
            for nodes, span, prices, gap in zip(
                self.nodes, self.spans, self.prices, search.gaps, strict=True
            )
        ]
        layers[-1] = _with_leaving(layers[-1], search)
        fixed = len(layers) - len(self.unpinned)
        return Network(layers, _entry(search, self.spans[0]), search.weights.handover, fixed)

    def ending_by(self, day: int) -> "_Course":
        """The same course with its last session on that day at the latest."""
        *earlier, last = self.spans
        sooner = range(last.start, min(last.stop, day + 1))
        return replace(self, spans=[*earlier, sooner])

    def only(self, days: Sequence[bool] = (), without: Collection[int] = ()) -> "_Course":
        """The same course on some days only and without some people, pins as they are."""
        known: dict[int, Nodes] = {}
        for nodes in (self.nodes[at] for at in self.unpinned):
            if id(nodes) not in known:
                known[id(nodes)] = nodes.only(days, without)
        return self._with(
            [
                known[id(nodes)] if at in self.unpinned else nodes
                for at, nodes in enumerate(self.nodes)
            ]
        )

    def other_part(self, best: Path) -> Part:
        """The part of the day in which none, or at least not all, of its sessions are."""
        mornings = self.search.calendar.walls(*Part.MORNING.value)
        for at in self.unpinned:
            day, person = best.steps[at]
            if self.nodes[at].starts[person][day] >= mornings[day].end:
                return Part.MORNING
        return Part.AFTERNOON

    def in_part(self, part: Part) -> "_Course":
        return self._with(self.search.nodes_of_series(self.spans, frozenset(), part))

    def _with(self, nodes: Sequence[Nodes]) -> "_Course":
        return replace(self, nodes=tuple(nodes))

    def proposal(self, path: Path, label: Label) -> Proposal:
        slots = tuple(self._slot(at, *step) for at, step in enumerate(path.steps))
        previous = self.search.previous_day
        first = None if previous is None else path.days[0] - previous
        gaps = (first, *(after - before for before, after in pairwise(path.days)))
        return Proposal(label, slots, gaps, path.cost)

    def _slot(self, at: int, day: int, person: int) -> Slot:
        pin = self.search.request.pin(at)
        if isinstance(pin, Slot):
            return pin
        return self.search.slot(
            self.search.request.shapes[at], person, self.nodes[at].starts[person][day]
        )


def _entry(search: Search, days: range) -> list[int]:
    """The price of beginning on each day: of waiting, or of the gap after the session performed."""
    weights, previous = search.weights, search.previous_day
    prices = [FAR] * len(search.calendar)
    for day in days:
        if previous is None:
            prices[day] = weights.wait_day * day
        else:
            prices[day] = search.gaps[0].price(day - previous, weights)
    return prices


def _with_leaving(last: Layer, search: Search) -> Layer:
    """The last layer with the price of an unusual gap after it."""
    prices = leaving(search.request, search.calendar, search.weights)
    if not prices:
        return last
    nodes = {
        person: [cost + prices.get(day, 0) for day, cost in enumerate(row)]
        for person, row in last.nodes.items()
    }
    return Layer(nodes, last.days, last.gaps, last.shortest)
