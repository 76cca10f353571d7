"""The search for the best plan: who goes where, so that as many as possible have a place.

Each step is at least as good as the one before. *In turn*: whoever has the fewest places left takes
the cheapest of them. *Chains*: one who has none takes a place from others, who take theirs from
others again, until all have one. *Branch and bound*: a few visits that are in each other's way find
the best places among themselves while the rest stand still, and in the end, when they are not too
many, all. It is exact as long as its looks suffice; they are counted, not timed, so that one
question always has one answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from clinic.scheduling.replan_board import Board, Task
from clinic.scheduling.replan_options import Choice

# from here on a visit has so many places that it does not matter how many
MANY = 24
# how long a chain may get, how many visits one of its members may send away, and how many steps the
# chains of one visit may take
CHAIN, SENT_AWAY, CHAIN_STEPS = 6, 2, 600
# so many visits are searched all at once, with so many looks at a choice
ALL, ALL_LOOKS = 12, 100_000
# so many are a few, with so many looks, and all are gone through so often
FEW, FEW_LOOKS, ROUNDS = 5, 2_000, 3


def best_plan(task: Task) -> Board:
    """Everybody in the best place that is found; who has none is not in `at`."""
    board = Board(task)
    everybody = range(len(task.choices))
    in_turn(board, everybody)
    for visit in _without_place(board, everybody):
        _Chains(board).place(visit)
    _a_few_at_a_time(board, everybody)
    if len(everybody) <= ALL:
        _improve(board, everybody, ALL_LOOKS)
    return board


def in_turn(board: Board, visits: Iterable[int]) -> None:
    """The least slack first; of the same the dearest to leave out, then in the order given."""
    left = list(visits)
    while left:
        visit = min(left, key=lambda one: (board.slack(one, MANY), -board.task.unsolved[one]))
        left.remove(visit)
        choice = next(board.fitting(visit), None)
        if choice is not None:
            board.put(visit, choice)


def _without_place(board: Board, visits: Iterable[int]) -> list[int]:
    """Those who might have one, the dearest to leave out first."""
    found = [one for one in visits if one not in board.at and board.task.choices[one]]
    return sorted(found, key=lambda one: -board.task.unsolved[one])


class _Chains:
    """Ways to give one more visit a place by moving others on."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._steps = CHAIN_STEPS

    def place(self, visit: int) -> bool:
        """Whether it has one now; else nothing has changed. Tries short chains first."""
        return any(self._place([visit], length, frozenset()) for length in range(1, CHAIN + 1))

    def _place(self, visits: Sequence[int], length: int, moving: frozenset[int]) -> bool:
        """All of these, by chains of at most this length that do not touch those `moving`."""
        if not visits:
            return True
        visit, *rest = visits
        before = dict(self._board.at)
        for choice, others in self._ways(visit, length, moving):
            if self._steps <= 0:
                return False
            self._steps -= 1
            for other in others:
                self._board.take_off(other)
            self._board.put(visit, choice)
            now = moving | {visit}
            if self._place(others, length - 1, now) and self._place(rest, length, now):
                return True
            self._board.set(before)
        return False

    def _ways(
        self, visit: int, length: int, moving: frozenset[int]
    ) -> Iterator[tuple[Choice, list[int]]]:
        """A free place if there is one, else those that others can be sent away from."""
        free = next(self._board.fitting(visit), None)
        if free is not None:
            yield free, []
        elif length > 1:
            for choice in self._board.task.choices[visit]:
                others = self._board.in_the_way(visit, choice)
                if len(others) <= SENT_AWAY and moving.isdisjoint(others):
                    yield choice, others


def _improve(board: Board, visits: Sequence[int], looks: int) -> None:
    """Give these visits better places, all others standing still: the best if the looks suffice."""
    before = dict(board.at)
    search = _BranchAndBound(board, sum(map(board.price, visits)), looks)
    for visit in visits:
        board.take_off(visit)
    search.over({visit: board.fitting(visit) for visit in visits}, 0)
    board.set(before if search.found is None else search.found)


class _BranchAndBound:
    """Every way to place some visits, but for those that cannot be cheaper than the best so far."""

    def __init__(self, board: Board, best: int, looks: int) -> None:
        self.found: dict[int, Choice] | None = None
        self.looks = looks
        self._board = board
        self._best = best

    def over(self, choices: Mapping[int, Iterator[Choice]], price: int) -> None:
        """Place these visits, given the choices they may still have and the price of the others."""
        self.looks -= len(choices)
        left = self._worth_it(choices, price)
        if left is None or self.looks <= 0:
            return
        if not left:
            self._best, self.found = price, dict(self._board.at)
            return
        visit = min(left, key=lambda one: len(left[one]))
        self._branch(visit, left, price)

    def _worth_it(
        self, choices: Mapping[int, Iterator[Choice]], price: int
    ) -> dict[int, list[Choice]] | None:
        """The choices without those too dear for a better plan; None if there is no better plan."""
        unsolved = self._board.task.unsolved
        firsts = {visit: next(some, None) for visit, some in choices.items()}
        least = {
            visit: unsolved[visit] if first is None else first.price
            for visit, first in firsts.items()
        }
        spare = self._best - price - sum(least.values())
        if spare <= 0:
            return None
        kept = {
            visit: [] if first is None else [first, *_below(choices[visit], first.price + spare)]
            for visit, first in firsts.items()
        }
        self.looks -= sum(map(len, kept.values()))
        return kept

    def _branch(self, visit: int, left: dict[int, list[Choice]], price: int) -> None:
        rest = {one: choices for one, choices in left.items() if one != visit}
        for choice in left[visit]:
            self._board.put(visit, choice)
            self._over(rest, price + choice.price)
            self._board.take_off(visit)
            if self.looks <= 0:
                return
        self._over(rest, price + self._board.task.unsolved[visit])

    def _over(self, left: Mapping[int, list[Choice]], price: int) -> None:
        self.over({one: self._board.fitting(one, some) for one, some in left.items()}, price)


def _below(choices: Iterator[Choice], price: int) -> Iterator[Choice]:
    return takewhile(lambda one: one.price < price, choices)


def _a_few_at_a_time(board: Board, everybody: Sequence[int]) -> None:
    """Those who are worst off first, each with those in the way of better places."""
    for _ in range(ROUNDS):
        before = board.total()
        for visit in sorted(everybody, key=lambda one: -_loss(board, one)):
            if _loss(board, visit):
                _improve(board, _around(board, visit), FEW_LOOKS)
        if board.total() == before:
            return


def _loss(board: Board, visit: int) -> int:
    """What a visit pays more than if it were alone."""
    choices = board.task.choices[visit]
    return board.price(visit) - choices[0].price if choices else 0


def _around(board: Board, visit: int) -> list[int]:
    """A visit with a few of those in the way of places that would be cheaper."""
    found = [visit]
    for choice in _below(iter(board.task.choices[visit]), board.price(visit)):
        found += [each for each in board.in_the_way(visit, choice) if each not in found]
        if len(found) >= FEW:
            break
    return found[:FEW]
