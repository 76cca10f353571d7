"""The rest of a course after a change: exact results by hand, and the equality with brute force."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings

from bench.ripple_reference import Found, best_ripple
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import local_date
from clinic.scheduling.intervals import Interval, contains, covers
from clinic.scheduling.refusals import BookedUp, OutOfReach, Refusal, WashOut, When, WindowPassed
from clinic.scheduling.ripple import Anchor, Later, Pinned, Ripple, RippleRequest, ripple
from clinic.scheduling.ripple_days import OTHER_PERSON
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from tests.clinic.scheduling.clinics import (
    COLE,
    FRY,
    GLYCOLIC,
    LONDON,
    MONDAY,
    PEEL,
    ROOM,
    at,
    between,
    clinic,
    day,
    wall,
)
from tests.strategies import ripples

HORIZON = MONDAY + timedelta(days=182)


def booked(number: int, text: str, hour: int = 15, minute: int = 30, **how: Any) -> Later:
    """A peel with Dr Cole that stands in the book: "2 Feb" at half past three."""
    start = at(day(text), hour, minute)
    return Later(number, Slot(start, start + 30, (COLE.id, ROOM.id)), PEEL, **how)


def course(*texts: str, first: int = 4) -> tuple[Later, ...]:
    return tuple(booked(number, text) for number, text in enumerate(texts, first))


def moved(number: int, was: str | None, now: str) -> Anchor:
    return Anchor(number, day(now), day(was) if was else None)


def asked(anchor: Anchor | None, *later: Later, **limits: Any) -> RippleRequest:
    known: dict[str, Any] = {
        "spacing": GLYCOLIC,
        "zone": LONDON,
        "earliest": at(MONDAY),
        "horizon_until": at(HORIZON),
    }
    return RippleRequest(anchor=anchor, later=later, **known | limits)


def answer(request: RippleRequest, snapshot: Snapshot | None = None) -> Ripple:
    found = ripple(snapshot or clinic(), request)
    assert isinstance(found, Ripple), found.sentences
    return found


def refusal(request: RippleRequest, snapshot: Snapshot | None = None) -> Refusal:
    found = ripple(snapshot or clinic(), request)
    assert isinstance(found, Refusal), found
    return found


def table(found: Ripple) -> list[tuple[int, str, int | None]]:
    """Number, new time or "stays", and the gap before it."""
    return [
        (one.number, wall(one.after.start) if one.moved else "stays", one.gap_after)
        for one in found.changes
    ]


# A session is moved ------------------------------------------------------------------------------


def test_a_move_within_the_slack_moves_nothing_else() -> None:
    request = asked(moved(3, "12 Jan", "14 Jan"), *course("2 Feb", "23 Feb"))
    found = answer(request)
    assert table(found) == [(4, "stays", 19), (5, "stays", 21)]
    assert [one.gap_before for one in found.changes] == [21, 21]
    assert [one.after for one in found.changes] == [later.slot for later in request.later]
    assert [one.verdict for one in found.changes] == [Verdict.NORMAL] * 2
    assert (found.moved, found.days) == ((), 0)


def test_a_session_that_comes_too_close_moves_by_as_little_as_possible() -> None:
    """12 days would be too soon: two days later there are 14, and the next one can stay."""
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb", "23 Feb")))
    assert table(found) == [(4, "Thu 04 Feb 15:30", 14), (5, "stays", 19)]
    assert found.changes[0].gap_before == 21
    assert found.changes[0].after.assignment == (COLE.id, ROOM.id)
    assert ([one.number for one in found.moved], found.days) == ([4], 2)


def test_a_long_move_pushes_only_as_far_as_it_has_to() -> None:
    """Session 4 must be 14 days on; 5 follows as it would be too close, 6 and 7 can stay."""
    later = course("2 Feb", "16 Feb", "16 Mar", "6 Apr")
    found = answer(asked(moved(3, "12 Jan", "28 Jan"), *later))
    assert table(found) == [
        (4, "Thu 11 Feb 15:30", 14),
        (5, "Thu 25 Feb 15:30", 14),
        (6, "stays", 19),
        (7, "stays", 21),
    ]
    assert found.days == 9 + 9


def test_fewer_sessions_come_before_fewer_days() -> None:
    """Two sessions by a day each would be less than one by five: the day between is closed."""
    week = {one: [between(day("9 Feb"), day("12 Feb"))] for one in (COLE.id, FRY.id)}
    later = course("8 Feb", "22 Feb", "8 Mar")
    found = answer(asked(moved(3, "18 Jan", "26 Jan"), *later), clinic(busy=week))
    # from Tue 26 Jan the 9th would do, which is booked up; from the 15th on, 5 has to move too
    assert table(found) == [
        (4, "Mon 15 Feb 15:30", 20),
        (5, "Mon 01 Mar 15:30", 14),
        (6, "Mon 15 Mar 15:30", 14),
    ]
    roomy = course("8 Feb", "1 Mar", "15 Mar")
    found = answer(asked(moved(3, "18 Jan", "26 Jan"), *roomy), clinic(busy=week))
    assert table(found) == [(4, "Mon 15 Feb 15:30", 20), (5, "stays", 14), (6, "stays", 14)]


def test_a_move_earlier_pulls_what_would_be_late() -> None:
    found = answer(asked(moved(3, "12 Jan", "30 Dec"), *course("2 Feb", "23 Feb")))
    # 34 days: the 27th is 28 after 30 Dec, and 27 before session 5
    assert table(found) == [(4, "Wed 27 Jan 15:30", 28), (5, "stays", 27)]
    assert found.days == 6


def test_late_gaps_that_are_accepted_move_nobody() -> None:
    request = asked(moved(3, "12 Jan", "30 Dec"), *course("2 Feb", "23 Feb"), accept_late=True)
    found = answer(request)
    assert table(found) == [(4, "stays", 34), (5, "stays", 21)]
    assert [one.verdict for one in found.changes] == [Verdict.LATE, Verdict.NORMAL]


def test_beyond_the_lapse_nothing_is_acceptable() -> None:
    request = asked(moved(3, "12 Jan", "21 Dec"), *course("2 Feb"), accept_late=True)
    assert table(answer(request)) == [(4, "Mon 01 Feb 15:30", 42)]


def test_a_late_gap_is_the_last_resort() -> None:
    """No peel between 13 and 28 January: session 4 comes as soon as it can, and with a warning."""
    shut = {ROOM.id: [between(day("13 Jan"), day("28 Jan"))]}
    request = asked(moved(3, "12 Jan", "30 Dec"), *course("10 Feb"))
    found = answer(request, clinic(busy=shut))
    assert table(found) == [(4, "stays", 42)]
    later = asked(moved(3, "12 Jan", "30 Dec"), *course("12 Feb"))
    found = answer(later, clinic(busy=shut))
    assert table(found) == [(4, "Wed 10 Feb 15:30", 42)]
    assert found.changes[0].verdict is Verdict.LATE


def test_a_late_gap_that_was_accepted_is_left_in_peace() -> None:
    """Sessions 4 and 5 stand 35 days apart, 6 only 12 after that; nobody asks them to move."""
    found = answer(asked(moved(3, "12 Jan", "14 Jan"), *course("2 Feb", "9 Mar", "21 Mar")))
    assert table(found) == [(4, "stays", 19), (5, "stays", 35), (6, "stays", 12)]
    verdicts = [one.verdict for one in found.changes]
    assert verdicts == [Verdict.NORMAL, Verdict.LATE, Verdict.NEEDS_REASON]


def test_once_one_of_the_two_moves_their_gap_must_be_normal_again() -> None:
    found = answer(asked(moved(3, "12 Jan", "20 Jan"), *course("2 Feb", "14 Feb")))
    assert table(found) == [(4, "Wed 03 Feb 15:30", 14), (5, "Wed 17 Feb 15:30", 14)]


def test_the_same_day_again_changes_nothing() -> None:
    """Not even the gap of 12 days for which there once was a reason."""
    found = answer(asked(moved(3, "12 Jan", "12 Jan"), *course("24 Jan", "23 Feb")))
    assert table(found) == [(4, "stays", 12), (5, "stays", 30)]


def test_a_course_without_a_longest_gap_is_never_late() -> None:
    spacing = Spacing(7, 14, 28)
    found = answer(asked(moved(3, "12 Jan", "1 Dec"), *course("2 Feb", "30 Apr"), spacing=spacing))
    assert table(found) == [(4, "stays", 63), (5, "stays", 87)]


def test_nothing_later_is_nothing_to_do() -> None:
    assert answer(asked(moved(3, "12 Jan", "21 Jan"))) == Ripple((), 0)


# The slot of a session that moves ----------------------------------------------------------------


def test_the_time_of_day_is_kept_where_it_can_be() -> None:
    busy = {COLE.id: [Interval(at(day("4 Feb"), 15), at(day("4 Feb"), 16))], FRY.id: []}
    busy[FRY.id] = [between(MONDAY, HORIZON)]
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=busy))
    # half an hour later is as near as an hour earlier is not: 16:00, not 14:30
    assert table(found) == [(4, "Thu 04 Feb 16:00", 14)]


def test_of_two_times_as_near_the_earlier_is_taken() -> None:
    taken = [Interval(at(day("4 Feb"), 15, 15), at(day("4 Feb"), 16))]
    busy = {COLE.id: taken, FRY.id: taken}
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=busy))
    assert table(found) == [(4, "Thu 04 Feb 14:45", 14)]
    busy = {COLE.id: taken[:], FRY.id: taken[:]}
    earlier = [Interval(at(day("4 Feb"), 14, 55), at(day("4 Feb"), 16))]
    found = answer(
        asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")),
        clinic(busy={COLE.id: earlier, FRY.id: earlier}),
    )
    assert table(found) == [(4, "Thu 04 Feb 16:00", 14)]


@pytest.mark.parametrize(("until", "start", "person"), [(16, "16:00", 1), (17, "15:30", 2)])
def test_the_practitioner_is_kept_for_another_time_but_not_at_any_price(
    until: int, start: str, person: int
) -> None:
    """Half an hour is worth keeping Dr Cole, more than an hour and a quarter is not."""
    busy = {COLE.id: [Interval(at(day("4 Feb"), 13), at(day("4 Feb"), until))]}
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=busy))
    assert table(found) == [(4, f"Thu 04 Feb {start}", 14)]
    assert found.changes[0].after.assignment == (person, ROOM.id)


def test_a_day_nearer_is_worth_any_hour() -> None:
    busy = {one: [Interval(at(day("4 Feb"), 9, 30), at(day("4 Feb"), 17))] for one in (1, 2)}
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=busy))
    assert table(found) == [(4, "Thu 04 Feb 09:00", 14)]


def test_of_two_ways_of_as_many_days_the_one_that_changes_less_is_taken() -> None:
    """Session 4 must come 14 days before session 5 or that one after it: a day more here or there.

    On Tuesday Dr Cole is away, so 4 and 5 share the days the other way round.
    """
    request = asked(moved(3, "12 Jan", "25 Jan"), *course("5 Feb", "18 Feb", "11 Mar"))
    assert table(answer(request))[:2] == [(4, "Mon 08 Feb 15:30", 14), (5, "Mon 22 Feb 15:30", 14)]
    away = {one: [between(day("8 Feb"), day("8 Feb"))] for one in (COLE.id,)}
    found = answer(request, clinic(busy=away))
    assert table(found)[:2] == [(4, "Mon 08 Feb 15:30", 14), (5, "Mon 22 Feb 15:30", 14)]
    assert [one.after.assignment[0] for one in found.changes] == [FRY.id, COLE.id, COLE.id]


def test_wished_hours_and_weekdays_hold_for_those_that_move() -> None:
    request = asked(
        moved(3, "12 Jan", "21 Jan"), *course("2 Feb", "23 Feb"), weekdays=frozenset({1})
    )
    assert table(answer(request)) == [(4, "Tue 09 Feb 15:30", 19), (5, "stays", 14)]


def test_the_time_on_the_wall_is_kept_when_the_clocks_change() -> None:
    """On 28 March they go forward; half past three in summer is an hour earlier in UTC."""
    found = answer(asked(moved(3, "23 Feb", "17 Mar"), *course("16 Mar", "6 Apr")))
    assert table(found) == [(4, "Wed 31 Mar 15:30", 14), (5, "Wed 14 Apr 15:30", 14)]
    before, after = found.changes[0].before, found.changes[0].after
    assert (after.start - before.start) == 15 * 24 * 60 - 60


def test_blocked_days_and_other_appointments_are_avoided() -> None:
    request = asked(
        moved(3, "12 Jan", "21 Jan"),
        *course("2 Feb", "23 Feb"),
        blocked=(between(day("4 Feb"), day("4 Feb")),),
        patient_busy=(Interval(at(day("5 Feb"), 15), at(day("5 Feb"), 16)),),
    )
    assert table(answer(request)) == [(4, "Fri 05 Feb 16:00", 15), (5, "stays", 18)]


# Pinned, freed, left open ------------------------------------------------------------------------


def test_a_pinned_session_stays_and_the_others_arrange_themselves() -> None:
    """Unpinned, 5 would go with 4; pinned, 4 has one day left: 14 before it."""
    anchor, (four, _) = moved(3, "12 Jan", "26 Jan"), course("2 Feb", "23 Feb")
    found = answer(asked(anchor, four, booked(5, "23 Feb", pinned=True)))
    assert table(found) == [(4, "Tue 09 Feb 15:30", 14), (5, "stays", 14)]


def test_a_pinned_session_in_the_way_is_named() -> None:
    request = asked(moved(3, "12 Jan", "26 Jan"), booked(4, "2 Feb", pinned=True))
    found = refusal(request)
    assert found.sessions[0].reasons == (Pinned(3, 14, 42, day("2 Feb")),)
    assert found.sentences == (
        "Session 4: Pinned to Tue 2 Feb, which is not 14 to 42 days after any possible date of "
        "session 3",
    )
    assert [wall(slot.start) for slot in found.sessions[0].nearest] == [
        "Tue 09 Feb 15:30",
        "Wed 10 Feb 15:30",
    ]


def test_a_pinned_session_may_stand_in_the_way_of_the_one_before_it() -> None:
    request = asked(
        moved(3, "12 Jan", "26 Jan"), *course("2 Feb"), booked(5, "22 Feb", pinned=True)
    )
    four, five = refusal(request).sessions
    assert (four.number, four.reasons, four.nearest) == (4, (), ())
    assert four.window == (day("9 Feb"), day("9 Mar"))
    assert five.reasons == (Pinned(4, 14, 42, day("22 Feb")),)


def test_without_a_lapse_any_later_day_would_do() -> None:
    request = asked(
        moved(3, "12 Jan", "26 Jan"),
        booked(4, "2 Feb", pinned=True),
        spacing=Spacing(10, 14, 21, 28),
    )
    assert "which is not at least 14 days after" in refusal(request).sentences[0]


def test_a_cancelled_session_finds_another_day_between_its_neighbours() -> None:
    """Ada cannot come on 12 January; the day after is the nearest, and nobody else moves."""
    request = asked(
        moved(2, "22 Dec", "22 Dec"),
        booked(3, "12 Jan", freed=True),
        *course("2 Feb", "23 Feb"),
        blocked=(between(day("12 Jan"), day("12 Jan")),),
    )
    found = answer(request)
    assert table(found) == [(3, "Mon 11 Jan 15:30", 20), (4, "stays", 22), (5, "stays", 21)]
    assert (len(found.moved), found.days) == (1, 1)


def test_a_missed_session_comes_as_soon_as_it_can() -> None:
    request = asked(
        moved(2, "22 Dec", "22 Dec"),
        booked(3, "12 Jan", freed=True),
        *course("2 Feb", "23 Feb"),
        earliest=at(day("13 Jan"), 9),
    )
    found = answer(request)
    assert table(found) == [(3, "Wed 13 Jan 15:30", 22), (4, "stays", 20), (5, "stays", 21)]


def test_a_missed_session_pushes_the_next_one_if_there_is_no_room() -> None:
    request = asked(
        moved(2, "22 Dec", "22 Dec"),
        booked(3, "12 Jan", freed=True),
        *course("2 Feb", "23 Feb"),
        earliest=at(day("20 Jan"), 9),
    )
    assert table(answer(request)) == [
        (3, "Wed 20 Jan 15:30", 29),
        (4, "Wed 03 Feb 15:30", 14),
        (5, "stays", 20),
    ]


def test_the_first_session_of_a_course_may_be_the_one_that_fell_out() -> None:
    request = asked(
        None,
        booked(1, "1 Dec", freed=True),
        *course("22 Dec", first=2),
        earliest=at(day("2 Dec"), 9),
    )
    found = answer(request)
    assert table(found) == [(1, "Wed 02 Dec 15:30", None), (2, "stays", 20)]
    assert (found.changes[0].gap_before, found.changes[0].verdict) == (None, None)


def test_a_freed_session_may_stay_in_its_slot_if_that_is_free_again() -> None:
    found = answer(asked(moved(2, "22 Dec", "22 Dec"), booked(3, "12 Jan", freed=True)))
    assert (found.changes[0].after, found.changes[0].moved) == (found.changes[0].before, True)
    assert found.days == 0


def test_a_doctor_who_is_ill_is_replaced_on_the_same_day() -> None:
    ill = {COLE.id: [between(day("12 Jan"), day("12 Jan"))]}
    request = asked(moved(2, "22 Dec", "22 Dec"), booked(3, "12 Jan", freed=True))
    found = answer(request, clinic(busy=ill))
    assert table(found) == [(3, "Tue 12 Jan 15:30", 21)]
    assert found.changes[0].after.assignment == (FRY.id, ROOM.id)


def test_a_session_left_open_has_room_kept_for_it() -> None:
    """Session 3 is open: session 4 keeps twice the distance from session 2."""
    left = asked(Anchor(2, day("22 Dec"), day("22 Dec")), *course("2 Feb", "23 Feb"))
    assert table(answer(left)) == [(4, "stays", 42), (5, "stays", 21)]
    near = asked(moved(2, "22 Dec", "6 Jan"), *course("2 Feb", "23 Feb"))
    assert table(answer(near)) == [(4, "Wed 03 Feb 15:30", 28), (5, "stays", 20)]
    assert answer(near).changes[0].verdict is Verdict.NORMAL


def test_a_session_left_out_for_good_is_numbered_away() -> None:
    """What was session 4 is session 3 now, and 42 days after session 2 it would be late."""
    found = answer(asked(moved(2, "12 Jan", "22 Dec"), *course("2 Feb", "23 Feb", first=3)))
    assert table(found) == [(3, "Tue 19 Jan 15:30", 28), (4, "Tue 16 Feb 15:30", 28)]
    assert found.changes[0].gap_before == 21


def test_performed_late_is_a_move_to_the_day_it_was_performed() -> None:
    request = asked(
        moved(3, "12 Jan", "25 Jan"), *course("2 Feb", "23 Feb"), earliest=at(day("25 Jan"), 18)
    )
    assert table(answer(request)) == [(4, "Mon 08 Feb 15:30", 14), (5, "stays", 15)]


def test_performed_after_the_next_one_was_due_pushes_that_one() -> None:
    request = asked(
        moved(3, "12 Jan", "3 Feb"), *course("2 Feb", "23 Feb"), earliest=at(day("3 Feb"), 18)
    )
    assert table(answer(request)) == [(4, "Wed 17 Feb 15:30", 14), (5, "Wed 03 Mar 15:30", 14)]


# Why not -----------------------------------------------------------------------------------------


def test_nothing_free_names_who_is_booked_up() -> None:
    full = {one: [between(day("3 Feb"), HORIZON)] for one in (COLE.id, FRY.id)}
    request = asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb", "23 Feb"))
    four, five = refusal(request, clinic(busy=full)).sessions
    assert four.window == (day("4 Feb"), day("4 Mar"))
    assert four.reasons == (BookedUp(("Dr Cole", "Dr Fry"), When(*four.window)),)
    assert four.nearest == ()
    assert (five.number, five.reasons) == (5, ())


def test_a_rest_period_is_named_and_the_wishes_are_dropped_for_the_nearest() -> None:
    request = asked(
        moved(3, "12 Jan", "21 Jan"),
        *course("2 Feb"),
        blocked=(between(day("3 Feb"), day("1 Mar")),),
        weekdays=frozenset({5}),
    )
    found = refusal(request)
    assert WashOut in {type(reason) for reason in found.sessions[0].reasons} or found.sentences
    assert [wall(slot.start) for slot in found.sessions[0].nearest] == [
        "Tue 02 Mar 15:30",
        "Wed 03 Mar 15:30",
    ]


def test_a_window_that_has_passed_is_named() -> None:
    request = asked(
        moved(2, "22 Dec", "22 Dec"),
        booked(3, "12 Jan", freed=True),
        earliest=at(day("15 Feb"), 9),
    )
    (three,) = refusal(request).sessions
    assert three.reasons == (WindowPassed(day("2 Feb"), lapsed=True),)


def test_days_that_exist_but_do_not_follow_are_out_of_reach() -> None:
    """Session 4 can be had on 4 and 26 February only: 13 days and 35 before 17 and 40 after."""
    days_ = {day("4 Feb"), day("26 Feb"), day("4 Mar")}
    gone = [between(each, each) for each in every_day(day("22 Jan"), HORIZON) if each not in days_]
    rule = Spacing(5, 7, 7, 10, 12)
    request = asked(moved(3, "12 Jan", "22 Jan"), *course("23 Jan", "30 Jan"), spacing=rule)
    four, five = refusal(request, clinic(busy={ROOM.id: gone})).sessions
    assert (four.reasons, four.window) == ((), (day("29 Jan"), day("3 Feb")))
    assert isinstance(five.reasons[0], OutOfReach)


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: booked(4, "2 Feb", pinned=True, freed=True), "cannot stay in a slot it has lost"),
        (lambda: asked(moved(4, None, "2 Feb"), *course("23 Feb")), r"must rise, not \[4, 4\]"),
        (lambda: asked(None, *course("23 Feb"), step=20), "steps of"),
        (lambda: asked(None, *course("23 Feb"), horizon_until=0), "after the earliest"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


# Against brute force, and what must always hold --------------------------------------------------


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=150, deadline=None)
@given(ripples())
def test_a_move_by_no_days_changes_nothing(case: tuple[Snapshot, RippleRequest]) -> None:
    snapshot, request = case
    anchor = request.anchor and replace(request.anchor, was=request.anchor.day)
    later = tuple(replace(one, freed=False) for one in request.later)
    found = answer(replace(request, anchor=anchor, later=later), snapshot)
    assert [one.after for one in found.changes] == [one.slot for one in later]
    assert (found.moved, found.days) == ((), 0)


@settings(max_examples=150, deadline=None)
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


@settings(max_examples=100, deadline=None)
@given(ripples())
def test_to_accept_late_gaps_never_moves_more(case: tuple[Snapshot, RippleRequest]) -> None:
    snapshot, request = case
    strict = ripple(snapshot, replace(request, accept_late=False))
    lenient = ripple(snapshot, replace(request, accept_late=True))
    assert isinstance(strict, Refusal) == isinstance(lenient, Refusal)
    if isinstance(strict, Ripple) and isinstance(lenient, Ripple):
        assert len(lenient.moved) <= len(strict.moved)
