"""What holds for every ripple, first of all that it is the one that brute force finds."""

from dataclasses import replace

from hypothesis import event, given, settings

from bench.ripple_reference import Found, best_ripple
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_date
from clinic.scheduling.intervals import contains, covers
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.ripple import Ripple, RippleRequest, ripple
from clinic.scheduling.ripple_days import OTHER_PERSON
from tests.depth import often
from tests.strategies import ripples


@settings(max_examples=often(200), deadline=None)
@given(ripples())
def test_a_ripple_equals_brute_force(case: tuple[Snapshot, RippleRequest]) -> None:
    """The same days, starts and practitioners, hence the same objectives, or none at all."""
    snapshot, request = case
    found, expected = ripple(snapshot, request), best_ripple(snapshot, request, OTHER_PERSON)
    event(outcome(found))
    if isinstance(found, Refusal) or expected is None:
        assert isinstance(found, Refusal)
        assert expected is None
        return
    assert [one.after.start for one in found.changes] == [one.start for one in expected.places]
    assert [one.moved for one in found.changes] == [
        one.person is not None for one in expected.places
    ]
    assert found.days == expected.days
    check_people(found, expected)


def outcome(found: Ripple | Refusal) -> str:
    return "refused" if isinstance(found, Refusal) else f"{len(found.moved)} moved"


def check_people(found: Ripple, expected: Found) -> None:
    for one, place in zip(found.changes, expected.places, strict=True):
        assert place.person in (None, -1, *one.after.assignment)


@settings(max_examples=often(200), deadline=None)
@given(ripples())
def test_every_ripple_can_be_booked_as_it_stands(case: tuple[Snapshot, RippleRequest]) -> None:
    snapshot, request = case
    found = ripple(snapshot, request)
    if isinstance(found, Ripple):
        check_slots(snapshot, request, found)
        check_gaps(request, found)


def check_slots(snapshot: Snapshot, request: RippleRequest, found: Ripple) -> None:
    for later, one in zip(request.later, found.changes, strict=True):
        assert (one.number, one.before) == (later.number, later.slot)
        if not one.moved:
            assert one.after is later.slot
            assert not later.freed
            continue
        assert not later.pinned
        assert request.earliest <= one.after.start < one.after.end <= request.horizon_until
        assert one.after.end == one.after.start + later.shape.minutes
        assert one.after.start % request.step == 0
        assert not contains(request.blocked, one.after.start)
        assert all(b <= one.after.start or one.after.end <= a for a, b in request.patient_busy)
        for need, id_ in zip(later.shape.needs, one.after.assignment, strict=True):
            held = one.after.start + need.starts, one.after.start + need.ends
            assert covers(snapshot.free[id_], *held)


def check_gaps(request: RippleRequest, found: Ripple) -> None:
    """None is illegal but where both sides of it stay as they were."""
    anchor = request.anchor
    day_before, number = (anchor.day, anchor.number) if anchor else (None, 0)
    stood = anchor is not None and anchor.day == anchor.was
    for one in found.changes:
        here = local_date(one.after.start, request.zone)
        assert one.gap_after == (here - day_before).days if day_before else one.gap_after is None
        if day_before and not (stood and not one.moved):
            times, gap = one.number - number, (here - day_before).days
            assert gap >= request.spacing.min * times
            assert request.spacing.lapse is None or gap <= request.spacing.lapse * times
        day_before, number, stood = here, one.number, not one.moved


@settings(max_examples=often(150), deadline=None)
@given(ripples())
def test_a_move_by_no_days_changes_nothing(case: tuple[Snapshot, RippleRequest]) -> None:
    snapshot, request = case
    anchor = request.anchor and replace(request.anchor, was=request.anchor.day)
    later = tuple(replace(one, freed=False) for one in request.later)
    found = ripple(snapshot, replace(request, anchor=anchor, later=later))
    assert isinstance(found, Ripple)
    assert [one.after for one in found.changes] == [one.slot for one in later]
    assert (found.moved, found.days) == ((), 0)


@settings(max_examples=often(150), deadline=None)
@given(ripples())
def test_a_refusal_names_a_reason_and_only_legal_alternatives(
    case: tuple[Snapshot, RippleRequest],
) -> None:
    snapshot, request = case
    found = ripple(snapshot, request)
    if isinstance(found, Ripple):
        return
    assert [one.number for one in found.sessions] == [one.number for one in request.later]
    assert found.sentences
    for one, later in zip(found.sessions, request.later, strict=True):
        assert len({local_date(slot.start, request.zone) for slot in one.nearest}) <= 2
        for slot in one.nearest:
            for need, id_ in zip(later.shape.needs, slot.assignment, strict=True):
                held = slot.start + need.starts, slot.start + need.ends
                assert covers(snapshot.free[id_], *held)


@settings(max_examples=often(100), deadline=None)
@given(ripples())
def test_to_accept_late_gaps_never_moves_more(case: tuple[Snapshot, RippleRequest]) -> None:
    snapshot, request = case
    strict = ripple(snapshot, replace(request, accept_late=False))
    lenient = ripple(snapshot, replace(request, accept_late=True))
    assert isinstance(strict, Refusal) == isinstance(lenient, Refusal)
    if isinstance(strict, Ripple) and isinstance(lenient, Ripple):
        assert len(lenient.moved) <= len(strict.moved)
