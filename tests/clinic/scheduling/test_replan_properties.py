"""What holds for every re-plan, first of all that none is better."""

from dataclasses import replace
from math import prod

from hypothesis import assume, event, given, settings

from clinic.scheduling.availability import Snapshot
from clinic.scheduling.replan import Outcome, Outnumbered, ReplanRequest, replan
from tests.clinic.scheduling.replan_brute import Brute, Put
from tests.depth import often
from tests.strategies import replans

# how many plans brute force may look at for one example
MOST_PLANS = 60_000


def total(outcomes: tuple[Outcome, ...], request: ReplanRequest) -> tuple[int, ...]:
    """The objectives of a whole plan, in their order."""
    left = [
        visit.priority
        for one, visit in zip(outcomes, request.visits, strict=True)
        if one.after is None
    ]
    return (
        len(left),
        sum(left),
        sum(one.late for one in outcomes),
        sum(one.days for one in outcomes),
        sum(one.effort for one in outcomes),
    )


@settings(max_examples=often(200), deadline=None)
@given(replans())
def test_a_plan_equals_brute_force(case: tuple[Snapshot, ReplanRequest]) -> None:
    brute = Brute(*case)
    options = [brute.options(visit) for visit in case[1].visits]
    assume(prod(len(each) + 1 for each in options) <= MOST_PLANS)
    outcomes = replan(*case)
    event(f"{sum(one.after is None for one in outcomes)} of {len(outcomes)} unsolved")
    assert total(outcomes, case[1]) == brute.best(options)


@settings(max_examples=often(200), deadline=None)
@given(replans())
def test_every_plan_can_be_booked_as_it_stands(case: tuple[Snapshot, ReplanRequest]) -> None:
    """Each slot is one that brute force finds too, and no two are in each other's way."""
    brute, chosen = Brute(*case), []
    for at, (one, visit) in enumerate(zip(replan(*case), case[1].visits, strict=True)):
        assert (one.key, one.before) == (visit.key, visit.slot)
        put = None
        if one.after is not None:
            found = {(put.start, put.assignment): put for put in brute.options(visit)}
            put = found[one.after.start, one.after.assignment]
            assert one.after.end == one.after.start + visit.shape.minutes
            assert (int(one.late), one.days, one.effort) == put.price
            assert brute._fits(at, put, chosen)
        chosen.append(put)


@settings(max_examples=often(200), deadline=None)
@given(replans())
def test_who_is_unsolved_is_told_why(case: tuple[Snapshot, ReplanRequest]) -> None:
    brute = Brute(*case)
    for one, visit in zip(replan(*case), case[1].visits, strict=True):
        assert bool(one.reasons) == (one.after is None)
        assert all(str(reason) for reason in one.reasons)
        if one.after is None:
            is_outnumbered = isinstance(one.reasons[0], Outnumbered)
            assert is_outnumbered == bool(brute.options(visit))
            assert not is_outnumbered or one.reasons[0].rivals


@settings(max_examples=often(200), deadline=None)
@given(replans())
def test_others_are_legal_and_on_days_of_their_own(case: tuple[Snapshot, ReplanRequest]) -> None:
    """They fit in with everybody else's new slots; but those of an outnumbered visit do not."""
    brute, outcomes = Brute(*case), replan(*case)
    for at, (one, visit) in enumerate(zip(outcomes, case[1].visits, strict=True)):
        puts = {
            (put.start, put.assignment): put for put in brute.options(replace(visit, pinned=None))
        }
        days = [puts[other.start, other.assignment].day for other in one.others]
        assert len(set(days)) == len(days) <= 3
        if not any(isinstance(reason, Outnumbered) for reason in one.reasons):
            for other in one.others:
                assert one.after is None or other.start != one.after.start
                check_fits(brute, outcomes, at, puts[other.start, other.assignment])


def check_fits(brute: Brute, outcomes: tuple[Outcome, ...], at: int, put: Put) -> None:
    for other, one in enumerate(outcomes):
        if other == at or one.after is None:
            continue
        visit = brute.request.visits[other]
        theirs = next(
            each
            for each in brute.options(visit)
            if (each.start, each.assignment) == (one.after.start, one.after.assignment)
        )
        assert not theirs.held & put.held
        assert brute._apart(other, theirs.day, at, put.day)


@settings(max_examples=often(50), deadline=None)
@given(replans())
def test_one_question_has_one_answer(case: tuple[Snapshot, ReplanRequest]) -> None:
    assert replan(*case) == replan(*case)
