"""The re-plan as CP-SAT solves it: over the same choices, one worker, exact in every objective."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from clinic.scheduling.replan_board import Task
from clinic.scheduling.replan_options import DAY, LATE, PRIORITY, UNSOLVED, Choice

# the places of a price that are objectives of their own, the first the most important
PLACES = (UNSOLVED, PRIORITY, LATE, DAY, 1)


@dataclass(frozen=True)
class Best:
    """A proven optimum: how many visits are unsolved, and the price of the whole plan."""

    unsolved: int
    price: int


def best(task: Task, seconds: float = 60) -> Best:
    """The cheapest plan, its objectives settled one after the other. Raises ValueError when one of
    them was not proven in time."""
    model, chosen = _model(task)
    total = 0
    for place, above in zip(PLACES, (UNSOLVED << 40, *PLACES), strict=False):
        terms = sum(
            variable * (price % above // place)
            for price, variable in chosen
            if price % above // place
        )
        model.minimize(terms)
        value = _solved(model, seconds)
        model.add(terms <= value)
        total += value * place
    return Best(total // UNSOLVED, total)


def _solved(model: cp_model.CpModel, seconds: float) -> int:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    if solver.solve(model) != cp_model.OPTIMAL:
        raise ValueError(f"not proven within {seconds} seconds")
    found: float = solver.objective_value
    return round(found)


def _model(task: Task) -> tuple[cp_model.CpModel, list[tuple[int, cp_model.IntVar]]]:
    """The model, and the price of each of its choices, that of leaving a visit out among them."""
    model = cp_model.CpModel()
    chosen: list[tuple[int, cp_model.IntVar]] = []
    by_visit: list[list[tuple[Choice, cp_model.IntVar]]] = []
    for unsolved, choices in zip(task.unsolved, task.choices, strict=True):
        own = [(choice, model.new_bool_var("")) for choice in choices]
        left_out = model.new_bool_var("")
        model.add_exactly_one([left_out, *(variable for _, variable in own)])
        chosen += [(choice.price, variable) for choice, variable in own]
        chosen.append((unsolved, left_out))
        by_visit.append(own)
    _one_at_a_time(model, [pair for own in by_visit for pair in own])
    _apart(model, task, by_visit)
    return model, chosen


def _one_at_a_time(
    model: cp_model.CpModel, pairs: Sequence[tuple[Choice, cp_model.IntVar]]
) -> None:
    """At each minute at which anything begins, no cell is held twice."""
    held = defaultdict(list)
    for choice, variable in pairs:
        for cell, bits in choice.cells:
            held[cell].append((bits, variable))
    for holders in held.values():
        for first in sorted({bits & -bits for bits, _ in holders}):
            together = [variable for bits, variable in holders if bits & first]
            if len(together) > 1:
                model.add_at_most_one(together)


def _apart(
    model: cp_model.CpModel,
    task: Task,
    by_visit: Sequence[Sequence[tuple[Choice, cp_model.IntVar]]],
) -> None:
    for visit, distances in enumerate(task.distances):
        for rule in distances:
            for choice, variable in by_visit[visit]:
                for other, rival in by_visit[rule.other]:
                    if not rule.least <= choice.day - other.day <= rule.most:
                        model.add_at_most_one([variable, rival])
