"""The best series by OR-Tools CP-SAT: the same question and prices, put to a general solver.

One Boolean per session, day and practitioner, with the price of the cheapest start there; integers
for days, gaps and their distance from the ideal; a Boolean per change of practitioner. The options
are read off the snapshot here, start by start, and share nothing with the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise, product
from typing import Any

from ortools.sat.python import cp_model

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.intervals import covers
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.request import SeriesRequest, Weights

Options = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Answer:
    """The least price, None where no series exists; `proven` unless the time ran out."""

    cost: int | None
    proven: bool


def solve(
    snapshot: Snapshot, request: SeriesRequest, weights: Weights, seconds: float = 60
) -> Answer:
    """For requests with weekdays, hours, people and a session before, as `bench.series` asks."""
    known = {shape: _options(snapshot, request, weights, shape) for shape in set(request.shapes)}
    options = [known[shape] for shape in request.shapes]
    model = cp_model.CpModel()
    if not all(options):
        return Answer(None, True)
    model.minimize(_price(model, request, weights, options))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(round(solver.objective_value), status == cp_model.OPTIMAL)
    return Answer(None, status == cp_model.INFEASIBLE)


def _price(
    model: cp_model.CpModel, request: SeriesRequest, weights: Weights, options: list[Options]
) -> Any:
    chosen = [{key: model.new_bool_var("") for key in one} for one in options]
    for one in chosen:
        model.add_exactly_one(one.values())
    days: list[Any] = [sum(day * var for (day, _), var in one.items()) for one in chosen]
    price: Any = sum(
        cost * one[key]
        for one, own in zip(chosen, options, strict=True)
        for key, cost in own.items()
    )
    if request.previous is None:
        price += weights.wait_day * (days[0] - _first_day(request))
    else:
        days.insert(0, request.previous.toordinal())
    spacings = [request.spacing_before(at) for at in range(len(chosen))]
    gaps = zip(days, days[1:], spacings[request.previous is None :], strict=False)
    for before, after, spacing in gaps:
        longest = spacing.max if spacing.max is not None else 10_000
        gap, off = model.new_int_var(spacing.min, longest, ""), model.new_int_var(0, 10_000, "")
        model.add(gap == after - before)
        model.add_abs_equality(off, gap - spacing.ideal)
        price += weights.gap_day * off
    for before_, after_ in pairwise(chosen):
        price += weights.handover * _changes(model, before_, after_)
    return price


def _changes(
    model: cp_model.CpModel,
    before: dict[tuple[int, int], cp_model.IntVar],
    after: dict[tuple[int, int], cp_model.IntVar],
) -> cp_model.IntVar:
    """1 when the practitioner of two neighbours differs."""
    change = model.new_bool_var("")
    for person in {person for _, person in before}:
        one = sum(var for (_, who), var in before.items() if who == person)
        other = sum(var for (_, who), var in after.items() if who == person)
        model.add(change >= one - other)
    return change


def _options(
    snapshot: Snapshot, request: SeriesRequest, weights: Weights, shape: VisitShape
) -> Options:
    """By day, as an ordinal, and practitioner the price of the cheapest start."""
    found: Options = {}
    for start in range(request.earliest, request.horizon_until - shape.minutes + 1):
        if start % request.step == 0:
            shown = datetime.fromtimestamp(start * 60, UTC).astimezone(request.zone)
            if _is_wished(request, shape, shown):
                day = shown.toordinal()
                for person, cost in _people(snapshot, request, weights, shape, start):
                    key = day, person
                    found[key] = min(cost, found.get(key, cost))
    return found


def _is_wished(request: SeriesRequest, shape: VisitShape, shown: datetime) -> bool:
    if request.weekdays and shown.weekday() not in request.weekdays:
        return False
    minute = shown.hour * 60 + shown.minute
    opens, closes = request.hours or (datetime.min.time(), datetime.min.time())
    first = opens.hour * 60 + opens.minute
    last = closes.hour * 60 + closes.minute or 24 * 60
    return first <= minute and minute + shape.minutes <= last


def _people(
    snapshot: Snapshot, request: SeriesRequest, weights: Weights, shape: VisitShape, start: int
) -> Iterator[tuple[int, int]]:
    """The practitioners, of the first need, with whom every other need can be served as well."""
    lead = shape.needs[0]
    pools = [
        [one.id for one in snapshot.pool(need) if _free(snapshot, one.id, need, start)]
        for need in shape.needs
    ]
    for person in pools[0]:
        if any(len(set(ids)) == len(ids) for ids in product([person], *pools[1:])):
            left = sum(
                0 < side < weights.usable_minutes
                for side in _beside(snapshot, person, start + lead.starts, start + lead.ends)
            )
            other = bool(request.preferred) and person not in request.preferred
            yield person, weights.fragment * left + weights.other_person * other


def _free(snapshot: Snapshot, resource: int, need: Need, start: int) -> bool:
    return covers(snapshot.free[resource], start + need.starts, start + need.ends)


def _beside(snapshot: Snapshot, person: int, start: int, end: int) -> tuple[int, int]:
    """How much free time is left before and after, in the stretch that holds the visit."""
    stretch = next(one for one in snapshot.free[person] if one.start <= start and end <= one.end)
    return start - stretch.start, stretch.end - end


def _first_day(request: SeriesRequest) -> int:
    moment = datetime.fromtimestamp(request.earliest * 60, UTC)
    return moment.astimezone(request.zone).toordinal()
