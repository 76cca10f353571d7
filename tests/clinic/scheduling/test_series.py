"""Whole series: exact results on hand-made cases, and the equality with brute force."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bench.series_kinds import best_series
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_date
from clinic.scheduling.intervals import Interval, contains, covers, merge
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import Shift, opening
from clinic.scheduling.request import SeriesRequest, Weights, Wish
from clinic.scheduling.series import Label, Proposal, Proposals, propose
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from tests.clinic.scheduling.clinics import (
    COLE,
    FRY,
    MONDAY,
    PEEL,
    ROOM,
    TUESDAY,
    at,
    between,
    clinic,
    day,
    request,
    wall,
)
from tests.depth import often
from tests.strategies import moment, series


def proposals(snapshot: Snapshot, asked: SeriesRequest, count: int = 4) -> Proposals:
    answer = propose(snapshot, asked, count)
    assert isinstance(answer, Proposals), answer
    return answer


def starts(proposal: Proposal) -> list[str]:
    return [wall(slot.start) for slot in proposal.slots]


def labels(found: Proposals) -> list[str]:
    return [proposal.label for proposal in found]


def test_an_empty_clinic_gives_the_ideal_series_at_once() -> None:
    best = proposals(clinic(), request(4)).best
    assert best.label == "best"
    assert starts(best) == [
        "Mon 30 Nov 09:00",
        "Mon 21 Dec 09:00",
        "Mon 11 Jan 09:00",
        "Mon 01 Feb 09:00",
    ]
    assert [slot.end - slot.start for slot in best.slots] == [30] * 4
    assert [slot.assignment for slot in best.slots] == [(1, 3)] * 4
    assert best.gaps == (None, 21, 21, 21)
    assert best.cost == 0


def test_the_other_proposals_are_really_different() -> None:
    found = proposals(clinic(), request(4), count=6)
    assert labels(found) == [
        "best",
        "sooner",
        "other_weekdays",
        "other_times",
        "other_person",
        "other_days",
    ]
    assert [(starts(one)[0], starts(one)[-1], one.cost) for one in found] == [
        ("Mon 30 Nov 09:00", "Mon 01 Feb 09:00", 0),
        ("Mon 30 Nov 09:00", "Mon 25 Jan 09:00", 28),
        ("Tue 01 Dec 09:00", "Tue 02 Feb 09:00", 1),
        ("Wed 02 Dec 12:00", "Wed 03 Feb 12:00", 2),
        ("Thu 03 Dec 09:00", "Thu 04 Feb 09:00", 3),
        ("Mon 30 Nov 09:00", "Tue 02 Feb 09:00", 4),
    ]
    assert {slot.assignment for slot in found.proposals[4].slots} == {(2, 3)}


def test_as_many_proposals_as_asked_for() -> None:
    assert len(proposals(clinic(), request(2), count=1)) == 1
    assert len(proposals(clinic(), request(2), count=5)) == 5
    with pytest.raises(ValueError, match="at least one proposal"):
        propose(clinic(), request(2), 0)


def test_a_closed_fortnight_is_stepped_over() -> None:
    """The peel room is closed from 14 December to 1 January: the gap stretches to its longest."""
    shut = {ROOM.id: [between(day("14 Dec"), day("1 Jan"))]}
    best = proposals(clinic(busy=shut), request(3)).best
    # waiting from Mon 30 Nov to Mon 7 Dec costs 7; a gap of 28 days instead of 21 would cost 28
    assert starts(best) == ["Fri 11 Dec 09:00", "Mon 04 Jan 09:00", "Mon 25 Jan 09:00"]
    assert best.gaps == (None, 24, 21)
    assert best.cost == 11 + 4 * 3


def test_the_first_gap_counts_from_the_session_performed() -> None:
    best = proposals(clinic(), request(2, previous=date(2026, 11, 24), first_number=3)).best
    assert starts(best) == ["Tue 15 Dec 09:00", "Tue 05 Jan 09:00"]
    assert best.gaps == (21, 21)
    assert best.cost == 0


def test_an_overdue_session_with_no_longest_gap_is_proposed_at_once() -> None:
    long_ago = request(1, previous=date(2024, 1, 1), spacing=Spacing(7, 14, 28))
    assert starts(proposals(clinic(), long_ago).best) == ["Mon 30 Nov 09:00"]


def test_the_preferred_practitioner_is_worth_some_days() -> None:
    away = {FRY.id: [between(MONDAY, day("4 Dec"))]}
    best = proposals(clinic(busy=away), request(2, preferred=frozenset({FRY.id}))).best
    assert starts(best) == ["Mon 07 Dec 09:00", "Mon 28 Dec 09:00"]
    assert [slot.assignment for slot in best.slots] == [(2, 3), (2, 3)]
    assert best.cost == 7


def test_without_a_wish_the_practitioner_does_not_change() -> None:
    """Dr Cole is away when the second peel would be ideal; Dr Fry takes the whole series."""
    away = {COLE.id: [between(day("21 Dec"), day("25 Dec"))]}
    best = proposals(clinic(busy=away), request(2)).best
    assert starts(best) == ["Mon 30 Nov 09:00", "Mon 21 Dec 09:00"]
    assert [slot.assignment[0] for slot in best.slots] == [2, 2]


def test_a_session_leaves_no_fragment_if_it_can_help_it() -> None:
    """Until 9:40 there is room for one peel, at 9:00; the doctor has ten minutes over."""
    busy = {one: [Interval(at(MONDAY, 9, 40), at(MONDAY, 17))] for one in (1, 2, 3)}
    best = proposals(clinic(busy=busy), request(1, step=10)).best
    assert starts(best) == ["Mon 30 Nov 09:00"]
    assert best.cost == 1  # ten minutes of Dr Cole are left over

    shape = VisitShape((Need("doctor", "peel", 0, 40), Need("room", "peel room", 0, 40)), 30)
    assert proposals(clinic(busy=busy), request(1, step=10, shapes=(shape,))).best.cost == 0


def test_the_first_visit_may_be_longer() -> None:
    first = replace(PEEL, minutes=45)
    best = proposals(clinic(), request(3, shapes=(first, PEEL, PEEL))).best
    assert [slot.end - slot.start for slot in best.slots] == [45, 30, 30]


def test_weekdays_and_hours_hold() -> None:
    asked = request(3, weekdays=frozenset({1, 3}), hours=(time(13), time(14)))
    for proposal in proposals(clinic(), asked):
        for start in starts(proposal):
            assert start[:3] in {"Tue", "Thu"}
            assert start[-5:] in {"13:00", "13:15", "13:30"}


def test_the_patient_has_left_when_the_wished_hours_end() -> None:
    exactly = request(1, hours=(time(13), time(13, 30)))
    assert starts(proposals(clinic(), exactly).best) == ["Mon 30 Nov 13:00"]


def test_hours_are_those_of_the_wall_on_both_sides_of_a_clock_change() -> None:
    asked = request(8, weekdays=frozenset({0}), hours=(time(13), time(13, 30)))
    best = proposals(clinic(), asked).best
    assert {start[-5:] for start in starts(best)} == {"13:00"}
    assert starts(best)[-2:] == ["Mon 05 Apr 13:00", "Mon 26 Apr 13:00"]
    assert best.gaps[-1] == 21


def test_only_the_preferred_means_only_the_preferred() -> None:
    asked = request(3, preferred=frozenset({FRY.id}), only_preferred=True)
    for proposal in proposals(clinic(), asked):
        assert {slot.assignment[0] for slot in proposal.slots} == {FRY.id}


def test_blocked_starts_and_other_appointments_are_avoided() -> None:
    asked = request(
        1,
        blocked=(Interval(at(MONDAY), at(TUESDAY)),),
        patient_busy=(Interval(at(TUESDAY, 9), at(TUESDAY, 10)),),
    )
    assert starts(proposals(clinic(), asked).best) == ["Tue 01 Dec 10:00"]


def test_sooner_ends_a_week_before_the_best() -> None:
    """Thirty days hold five Mondays: two of them three weeks apart, twice, or two weeks apart."""
    found = proposals(clinic(days=30), request(2, days=30, weekdays=frozenset({0})), count=3)
    assert [(one.label, starts(one), one.cost) for one in found] == [
        (Label.BEST, ["Mon 30 Nov 09:00", "Mon 21 Dec 09:00"], 0),
        (Label.SOONER, ["Mon 30 Nov 09:00", "Mon 14 Dec 09:00"], 28),
        (Label.OTHER_TIMES, ["Mon 07 Dec 12:00", "Mon 28 Dec 12:00"], 7),
    ]


def test_a_few_days_less_are_not_called_sooner() -> None:
    """Mondays to Wednesdays of three weeks, mornings with Dr Cole: no kind but by dates."""
    mornings = tuple(Shift(weekday, time(9), time(12)) for weekday in range(5))
    alone = clinic(days=20, resources=(COLE, ROOM), shifts={COLE.id: mornings})
    found = proposals(alone, request(2, days=20))
    assert [(one.label, starts(one)[1], one.cost) for one in found] == [
        (Label.BEST, "Fri 18 Dec 09:00", 12),
        (Label.OTHER_WEEKDAYS, "Thu 17 Dec 09:00", 21),
        (Label.OTHER_DAYS, "Thu 17 Dec 09:00", 16),
        (Label.OTHER_DAYS, "Fri 18 Dec 09:00", 17),
    ]


def test_hours_are_given_up_first_then_weekdays_then_the_person() -> None:
    """One Tuesday at 13:00 with Dr Fry is all that keeps the wishes."""
    asked = request(
        1,
        days=2,
        weekdays=frozenset({1}),
        hours=(time(13), time(13, 30)),
        preferred=frozenset({FRY.id}),
        only_preferred=True,
    )
    found = proposals(clinic(days=2), asked)
    assert [(one.label, starts(one)) for one in found] == [
        (Label.BEST, ["Tue 01 Dec 13:00"]),
        (Label.OTHER_WEEKDAYS, ["Mon 30 Nov 13:00"]),
    ]


def test_given_up_hours_are_missed_by_as_little_as_possible() -> None:
    only_once = {3: [Interval(at(TUESDAY, 12), at(TUESDAY, 14))]}
    asked = request(1, days=2, hours=(time(13), time(13, 30)))
    found = proposals(clinic(days=2, busy=only_once), asked)
    assert [(one.label, starts(one)) for one in found] == [
        (Label.BEST, ["Mon 30 Nov 13:00"]),
        (Label.OTHER_TIMES, ["Tue 01 Dec 14:00"]),
    ]
    assert found.proposals[1].cost == 1 + 4 * Weights().quarter_off


@pytest.mark.parametrize(
    ("hours", "expected"),
    [((time(0), time(1)), "Tue 01 Dec 00:10"), ((time(23, 15), time(0)), "Mon 30 Nov 23:20")],
)
def test_preparation_and_cleaning_stay_within_the_day_of_the_visit(
    hours: tuple[time, time], expected: str
) -> None:
    """Open day and night, with ten minutes to prepare and ten to clean."""
    prepared = VisitShape((Need("doctor", "peel", -10, 40), Need("room", "peel room", 0, 40)), 30)
    always = {one.id: [between(MONDAY, day("6 Dec"))] for one in (COLE, ROOM)}
    snapshot = Snapshot.build(always[COLE.id][0], (COLE, ROOM), always, {})
    asked = request(1, shapes=(prepared,), earliest=at(MONDAY, 12), hours=hours, step=10)
    assert starts(proposals(snapshot, asked, 1).best) == [expected]


def test_a_visit_without_people_can_be_a_series_too() -> None:
    light = VisitShape((Need("room", "peel room", 0, 20),), 20)
    best = proposals(clinic(), request(2, shapes=(light, light))).best
    assert [slot.assignment for slot in best.slots] == [(3,), (3,)]
    assert best.cost == 0


def test_two_doctors_at_once_are_two_doctors() -> None:
    both = VisitShape((Need("doctor", "peel", 0, 30), Need("second", "peel", 0, 30)), 30)
    best = proposals(clinic(), request(2, shapes=(both, both))).best
    assert [slot.assignment for slot in best.slots] == [(1, 2), (1, 2)]


def test_a_day_is_a_local_day_even_when_it_is_the_next_one_in_utc() -> None:
    """Monday evening in Los Angeles is Tuesday in UTC."""
    zone = ZoneInfo("America/Los_Angeles")
    until = MONDAY + timedelta(days=60)
    evenings = opening([Shift(0, time(18), time(20))], zone, MONDAY, until)
    everybody = {one.id: evenings for one in (COLE, ROOM)}
    snapshot = Snapshot.build(between(MONDAY, until), (COLE, ROOM), everybody, {})
    asked = request(2, zone=zone, earliest=evenings[0].start, weekdays=frozenset({0}))
    best = proposals(snapshot, asked).best
    assert [f"{moment(slot.start, zone):%a %d %b %H:%M}" for slot in best.slots] == [
        "Mon 30 Nov 18:00",
        "Mon 21 Dec 18:00",
    ]
    assert best.gaps == (None, 21)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shapes": ()}, "at least one session"),
        ({"step": 20}, "steps of"),
        ({"horizon_until": 0}, "after the earliest"),
        ({"weekdays": frozenset({7})}, "no weekdays"),
        ({"hours": (time(14), time(13))}, "must end after they start"),
        ({"only_preferred": True}, "nobody is preferred"),
    ],
)
def test_a_request_that_contradicts_itself_is_refused(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        request(**change)  # type: ignore[arg-type]


def test_a_price_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        Weights(wait_day=-1)


def test_a_request_names_the_wishes_it_holds() -> None:
    assert request().wishes == ()
    assert request(weekdays=frozenset(range(7))).wishes == ()
    everything = request(
        weekdays=frozenset({1}),
        hours=(time(9), time(12)),
        preferred=frozenset({1}),
        only_preferred=True,
    )
    assert everything.wishes == (Wish.HOURS, Wish.WEEKDAYS, Wish.PERSON)


@settings(max_examples=often(120), deadline=None)
@given(series())
def test_series_equals_brute_force(case: tuple[Snapshot, SeriesRequest]) -> None:
    """The same series at the same cost, the best and the different ones, or none at all."""
    snapshot, asked = case
    answer = propose(snapshot, asked)
    expected = best_series(snapshot, asked, Weights(), 4)
    found = answer.proposals if isinstance(answer, Proposals) else ()
    assert [one.cost for one in found] == [one.cost for one in expected]
    assert [[slot.start for slot in one.slots] for one in found] == [
        [option.start for option in one.options] for one in expected
    ]


@settings(max_examples=often(150), deadline=None)
@given(series())
def test_every_proposal_can_be_booked_as_it_stands(case: tuple[Snapshot, SeriesRequest]) -> None:
    snapshot, asked = case
    answer = propose(snapshot, asked)
    for proposal in answer if isinstance(answer, Proposals) else ():
        check_slots(snapshot, asked, proposal)
        check_gaps(asked, proposal)


def check_slots(snapshot: Snapshot, asked: SeriesRequest, proposal: Proposal) -> None:
    for n, (shape, slot) in enumerate(zip(asked.shapes, proposal.slots, strict=True)):
        pin = asked.pin(n)
        assert asked.earliest <= slot.start < slot.end <= asked.horizon_until
        assert slot.end == slot.start + shape.minutes
        assert all(end <= slot.start or slot.end <= start for start, end in asked.patient_busy)
        for need, id_ in zip(shape.needs, slot.assignment, strict=True):
            first, last = slot.start + need.starts, slot.start + need.ends
            assert covers(snapshot.free[id_], first, last)
        if isinstance(pin, Slot):
            assert slot == pin
            continue
        assert pin in (None, local_date(slot.start, asked.zone))
        assert slot.start % asked.step == 0
        if pin is None and Verdict.NEEDS_REASON not in asked.unusual:
            assert not contains(merge(asked.blocked), slot.start)
        check_held(snapshot, shape, slot)


def check_held(snapshot: Snapshot, shape: VisitShape, slot: Slot) -> None:
    """By those who can, and by nobody twice at once."""
    for need, id_ in zip(shape.needs, slot.assignment, strict=True):
        assert id_ in {one.id for one in snapshot.pool(need)}
    held = [
        (id_, minute)
        for need, id_ in zip(shape.needs, slot.assignment, strict=True)
        for minute in range(need.starts, need.ends)
    ]
    assert len(held) == len(set(held))


def check_gaps(asked: SeriesRequest, proposal: Proposal) -> None:
    days = [local_date(slot.start, asked.zone) for slot in proposal.slots]
    gaps = [(after - before).days for before, after in pairwise(days)]
    first = (days[0] - asked.previous).days if asked.previous else None
    assert proposal.gaps == (first, *gaps)
    for n, gap in enumerate(proposal.gaps):
        if gap is not None:
            allowed = {Verdict.NORMAL, *asked.allowed_before(n)}
            assert asked.spacing_before(n).judge(gap) in allowed


@settings(max_examples=often(100), deadline=None)
@given(series())
def test_the_same_question_has_the_same_answer(case: tuple[Snapshot, SeriesRequest]) -> None:
    snapshot, asked = case
    again = Snapshot.build(
        snapshot.window, snapshot.resources[::-1], snapshot.open, taken(snapshot)
    )
    assert propose(snapshot, asked) == propose(again, asked)


def taken(snapshot: Snapshot) -> dict[int, list[Interval]]:
    """The busy time, read off the free time."""
    gaps: dict[int, list[Interval]] = {}
    for id_, free in snapshot.free.items():
        edges = [
            snapshot.window.start,
            *(edge for one in free for edge in one),
            snapshot.window.end,
        ]
        pairs = zip(edges[::2], edges[1::2], strict=True)
        gaps[id_] = [Interval(a, b) for a, b in pairs if a < b]
    return gaps
