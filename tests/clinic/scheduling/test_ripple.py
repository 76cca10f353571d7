"""The rest of a course after a change: exact results on hand-made cases."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.candidates import NOBODY, Search
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.refusals import (
    BookedUp,
    Closed,
    OutOfReach,
    Refusal,
    WashOut,
    When,
    WindowPassed,
)
from clinic.scheduling.request import Weights
from clinic.scheduling.ripple import Anchor, Later, Pinned, Ripple, RippleRequest, ripple
from clinic.scheduling.ripple_days import Opening, Openings
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
    """A day later for session 3 and 4 each would be less than six days earlier for 3 alone."""
    shut = {ROOM.id: [between(day("7 Jan"), day("12 Jan"))]}
    three, four = booked(3, "12 Jan", freed=True), booked(4, "26 Jan")
    found = answer(asked(moved(2, "22 Dec", "22 Dec"), three, four), clinic(busy=shut))
    assert table(found) == [(3, "Wed 06 Jan 15:30", 15), (4, "stays", 20)]
    pushed = answer(asked(moved(2, "28 Dec", "28 Dec"), three, four), clinic(busy=shut))
    assert table(pushed) == [(3, "Wed 13 Jan 15:30", 16), (4, "Wed 27 Jan 15:30", 14)]


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
    """With no peels from 13 to 28 January, 42 days after the 30th of December are the most."""
    shut = {ROOM.id: [between(day("13 Jan"), day("28 Jan"))]}
    stays = answer(asked(moved(3, "12 Jan", "30 Dec"), *course("10 Feb")), clinic(busy=shut))
    assert table(stays) == [(4, "stays", 42)]
    comes = answer(asked(moved(3, "12 Jan", "30 Dec"), *course("12 Feb")), clinic(busy=shut))
    assert table(comes) == [(4, "Wed 10 Feb 15:30", 42)]
    assert comes.changes[0].verdict is Verdict.LATE


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


def test_the_time_of_day_is_kept_as_nearly_as_it_can_be() -> None:
    """Dr Fry is away and Dr Cole taken from 15:00 to 16:00: 16:00 is nearer than 14:30."""
    taken = {
        COLE.id: [Interval(at(day("4 Feb"), 15), at(day("4 Feb"), 16))],
        FRY.id: [between(MONDAY, HORIZON)],
    }
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=taken))
    assert table(found) == [(4, "Thu 04 Feb 16:00", 14)]


def test_of_two_times_as_near_the_earlier_is_taken() -> None:
    taken = [Interval(at(day("4 Feb"), 15, 30), at(day("4 Feb"), 16))]
    both = {COLE.id: taken, FRY.id: taken}
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=both))
    assert table(found) == [(4, "Thu 04 Feb 15:00", 14)]


@pytest.mark.parametrize(("until", "start", "person"), [(16, "16:00", 1), (17, "15:30", 2)])
def test_the_practitioner_is_kept_for_another_time_but_not_at_any_price(
    until: int, start: str, person: int
) -> None:
    """Half an hour is worth keeping Dr Cole, more than an hour and a quarter is not."""
    busy = {COLE.id: [Interval(at(day("4 Feb"), 13), at(day("4 Feb"), until))]}
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=busy))
    assert table(found) == [(4, f"Thu 04 Feb {start}", 14)]
    assert found.changes[0].after.assignment == (person, ROOM.id)


def test_the_room_is_kept_too_where_it_is_free() -> None:
    other = Resource(9, "Small room", "room", ROOM.capabilities)
    (four,) = course("2 Feb")
    here = replace(four, slot=replace(four.slot, assignment=(COLE.id, other.id)))
    request = asked(moved(3, "12 Jan", "21 Jan"), here)
    both = (COLE, FRY, ROOM, other)
    assert answer(request, clinic(resources=both)).changes[0].after.assignment == (1, 9)
    full = {other.id: [between(day("4 Feb"), day("4 Feb"))]}
    found = answer(request, clinic(resources=both, busy=full))
    assert found.changes[0].after.assignment == (1, 3)


def test_nobody_is_nobody_new() -> None:
    """A visit without people changes by its time alone."""
    light = VisitShape((Need("room", "peel room", 0, 20),), 20)
    start = at(day("2 Feb"), 15, 30)
    request = asked(None, Later(4, Slot(start, start + 20, (ROOM.id,)), light))
    search = Search.of(clinic(), request.search_for(request.later), Weights())
    openings, four_oclock = Openings(search, light, frozenset()), at(day("2 Feb"), 16)
    found = openings.best_on(day("4 Feb").toordinal(), Slot(four_oclock, four_oclock + 20, (9,)))
    assert found == Opening(0, at(day("4 Feb"), 16), NOBODY)


def test_a_day_nearer_is_worth_any_hour() -> None:
    busy = {one: [Interval(at(day("4 Feb"), 9, 30), at(day("4 Feb"), 17))] for one in (1, 2)}
    found = answer(asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb")), clinic(busy=busy))
    assert table(found) == [(4, "Thu 04 Feb 09:00", 14)]


def test_of_two_days_as_near_the_one_with_the_same_hour_and_person_is_taken() -> None:
    request = asked(
        moved(2, "22 Dec", "22 Dec"),
        booked(3, "12 Jan", freed=True),
        blocked=(between(day("12 Jan"), day("12 Jan")),),
    )
    assert table(answer(request)) == [(3, "Mon 11 Jan 15:30", 20)]
    taken = {COLE.id: [Interval(at(day("11 Jan"), 15), at(day("11 Jan"), 17))]}
    assert table(answer(request, clinic(busy=taken))) == [(3, "Wed 13 Jan 15:30", 22)]


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


def test_a_rest_period_is_named() -> None:
    request = asked(
        moved(3, "12 Jan", "21 Jan"),
        *course("2 Feb"),
        blocked=(between(day("3 Feb"), day("4 Mar")),),
    )
    (four,) = refusal(request).sessions
    assert four.reasons == (WashOut(When(day("4 Feb"), day("4 Mar"))),)


def test_the_nearest_days_are_those_without_the_wishes() -> None:
    saturdays = asked(moved(3, "12 Jan", "21 Jan"), *course("2 Feb"), weekdays=frozenset({5}))
    (four,) = refusal(saturdays).sessions
    when = When(day("4 Feb"), day("4 Mar"), weekdays=(5,))
    assert four.reasons == (
        Closed(("Dr Cole", "Dr Fry"), "person", when),
        Closed(("Peel room",), "room", when),
    )
    assert [wall(slot.start) for slot in four.nearest] == ["Thu 04 Feb 15:30", "Fri 05 Feb 15:30"]


def test_the_nearest_days_lie_around_the_one_that_was_lost() -> None:
    three = booked(3, "12 Jan", freed=True)
    (refused,) = refusal(
        asked(moved(2, "22 Dec", "22 Dec"), three, weekdays=frozenset({5}))
    ).sessions
    assert [wall(slot.start) for slot in refused.nearest] == [
        "Mon 11 Jan 15:30",
        "Tue 12 Jan 15:30",
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
    """Open on 29 January, 10 and 12 February only: no two of them are seven or eight days apart."""
    open_ = {day("29 Jan"), day("10 Feb"), day("12 Feb")}
    shut = [between(each, each) for each in every_day(MONDAY, HORIZON) if each not in open_]
    four, five = booked(4, "29 Jan", freed=True), booked(5, "10 Feb", freed=True)
    request = asked(None, four, five, spacing=Spacing(5, 7, 7, 8, 8))
    found = refusal(request, clinic(busy={ROOM.id: shut}))
    assert [one.reasons for one in found.sessions] == [(), (OutOfReach(4, 7, 8),)]
    assert found.sessions[1].window == (day("5 Feb"), day("20 Feb"))


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
