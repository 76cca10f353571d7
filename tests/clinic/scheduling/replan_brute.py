"""The re-plan by brute force: every visit at every start with everybody, and the whole plan priced.

Slow and plain on purpose: minutes are counted one by one, and plans are compared as tuples in the
order in which the objectives are stated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.replan_request import ReplanRequest, Touched
from tests.strategies import moment

OTHER_PERSON = 75

Price = tuple[int, ...]


class Put(NamedTuple):
    """A visit at a start; `held` are the pairs of a resource, or a patient, and a minute."""

    start: int
    assignment: tuple[int, ...]
    day: int
    price: Price
    held: frozenset[tuple[str, int, int]]


@dataclass(frozen=True)
class Brute:
    snapshot: Snapshot
    request: ReplanRequest

    def options(self, visit: Touched) -> list[Put]:
        window = self.snapshot.window
        first = -(-window.start // self.request.step) * self.request.step
        starts = range(first, window.end, self.request.step)
        everybody = [[one.id for one in self.snapshot.pool(need)] for need in visit.shape.needs]
        return [
            put
            for start in starts
            if self._may_start(visit, start)
            for assignment in product(*everybody)
            if (put := self._put(visit, start, assignment)) is not None
        ]

    def best(self, options: Sequence[list[Put]]) -> Price:
        """Unsolved, their priorities, late, days, effort: of the best of all plans."""
        return min(self._prices(options, ()))

    def _prices(
        self, options: Sequence[list[Put]], chosen: tuple[Put | None, ...]
    ) -> Iterator[Price]:
        at = len(chosen)
        if at == len(options):
            yield self._price(chosen)
            return
        yield from self._prices(options, (*chosen, None))
        for put in options[at]:
            if self._fits(at, put, chosen):
                yield from self._prices(options, (*chosen, put))

    def _price(self, chosen: Sequence[Put | None]) -> Price:
        left = [
            visit.priority
            for visit, put in zip(self.request.visits, chosen, strict=True)
            if put is None
        ]
        prices = [put.price for put in chosen if put is not None]
        return (len(left), sum(left), *(sum(one[n] for one in prices) for n in range(3)))

    def _fits(self, at: int, put: Put, chosen: Sequence[Put | None]) -> bool:
        for before, other in enumerate(chosen):
            if other is not None and (
                other.held & put.held or not self._apart(before, other.day, at, put.day)
            ):
                return False
        return True

    def _apart(self, before: int, day_before: int, at: int, day: int) -> bool:
        keys = self.request.visits[before].key, self.request.visits[at].key
        for link in self.request.links:
            gap = day - day_before if (link.earlier, link.later) == keys else None
            gap = day_before - day if (link.later, link.earlier) == keys else gap
            if gap is not None and (
                gap < link.shortest or (link.longest is not None and gap > link.longest)
            ):
                return False
        return True

    def _may_start(self, visit: Touched, start: int) -> bool:
        day = moment(start, self.request.zone).date()
        stay = range(start, start + visit.shape.minutes)
        return (
            start >= self.request.earliest
            and visit.days[0] <= day <= visit.days[1]
            and not any(a <= start < b for a, b in visit.blocked)
            and not any(a <= minute < b for a, b in visit.busy for minute in stay)
            and stay.stop <= self.snapshot.window.end
            and (visit.pinned is None or visit.pinned.start == start)
        )

    def _put(self, visit: Touched, start: int, assignment: tuple[int, ...]) -> Put | None:
        if visit.pinned is not None and visit.pinned.assignment != assignment:
            return None
        held = [
            ("resource", id_, minute)
            for need, id_ in zip(visit.shape.needs, assignment, strict=True)
            for minute in range(start + need.starts, start + need.ends)
        ]
        is_free = all(
            any(a <= minute < b for a, b in self.snapshot.free[id_]) for _, id_, minute in held
        )
        if len(set(held)) < len(held) or not is_free:
            return None
        stay = range(start, start + visit.shape.minutes)
        held += [("patient", visit.patient, minute) for minute in stay]
        day = moment(start, self.request.zone).toordinal()
        return Put(start, assignment, day, self._cost(visit, start, assignment), frozenset(held))

    def _cost(self, visit: Touched, start: int, assignment: tuple[int, ...]) -> Price:
        now, then = moment(visit.slot.start, self.request.zone), moment(start, self.request.zone)
        first, last = visit.normal or visit.days
        minutes = abs(now.hour * 60 + now.minute - then.hour * 60 - then.minute)
        is_other = self._person(visit, assignment) not in (None, *visit.slot.assignment)
        days = abs(then.toordinal() - now.toordinal())
        return int(not first <= then.date() <= last), days, minutes + OTHER_PERSON * is_other

    def _person(self, visit: Touched, assignment: tuple[int, ...]) -> int | None:
        """Who leads: serves the first need that any person can."""
        for need, id_ in zip(visit.shape.needs, assignment, strict=True):
            if any(one.kind == "person" for one in self.snapshot.pool(need)):
                return id_
        return None
