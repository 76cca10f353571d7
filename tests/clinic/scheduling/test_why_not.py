"""Why one visit has no free time, told by resource and with dates."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from clinic.scheduling.absence_words import Gone, PlaceShut
from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.clock import midnights
from clinic.scheduling.closed_time import Away, Shut
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import opening
from clinic.scheduling.why_not import Blocked, why_not
from clinic.scheduling.wishes import Wishes, wished_days
from tests.clinic.scheduling.clinics import (
    COLE,
    EVERYBODY,
    FRY,
    LONDON,
    MONDAY,
    PEEL,
    ROOM,
    TUESDAY,
    WEEK,
    at,
    between,
)

SUNDAY = MONDAY + timedelta(days=6)
NO_WISHES = Wishes()
LASER = Resource(4, "CO2 laser", "device", frozenset({"laser"}))


def blocked(
    days: int = 7,
    resources: tuple[Resource, ...] = EVERYBODY,
    shape: VisitShape = PEEL,
    busy: Mapping[int, list[Interval]] | None = None,
    away: list[Away] | None = None,
    shut: list[Shut] | None = None,
    shifts: Mapping[int, Any] | None = None,
    wishes: Wishes = NO_WISHES,
) -> list[str]:
    """The sentences for so many days of the hand-made clinic from Monday 30 November."""
    until = MONDAY + timedelta(days=days)
    marks = midnights(MONDAY, until, LONDON)
    planned = {
        one.id: opening((shifts or {}).get(one.id, WEEK), LONDON, MONDAY, until)
        for one in resources
    }
    closed = [between(each.first, each.last) for each in shut or []]
    open_ = {
        one: opening((shifts or {}).get(one, WEEK), LONDON, MONDAY, until, closed)
        for one in planned
    }
    taken = {one: [*(busy or {}).get(one, [])] for one in planned}
    for each in away or []:
        taken[each.resource].append(each.during)
    view = Snapshot.build(Interval(marks[0], marks[-1]), resources, open_, taken)
    asked = wished_days(wishes, MONDAY, marks, shape.minutes, LONDON)
    question = Blocked(
        snapshot=view,
        shape=shape,
        days=[(MONDAY + timedelta(days=number), starts) for number, starts in asked],
        away=away or [],
        shut=shut or [],
        planned=planned,
        place="Harbour Street",
        zone=LONDON,
        step=15,
        weekdays=tuple(sorted(wishes.weekdays)),
        hours=wishes.hours,
    )
    return [str(reason) for reason in why_not(question)]


def all_week(*resources: Resource) -> dict[int, list[Interval]]:
    return {one.id: [between(MONDAY, SUNDAY)] for one in resources}


def gone(one: Resource, kind: str, first: date, last: date) -> Away:
    return Away(one.id, kind, between(first, last))


def test_an_ill_person_is_away_until_a_day_that_may_lie_beyond_the_days_shown() -> None:
    ill = gone(COLE, "sick", MONDAY - timedelta(days=3), date(2026, 12, 11))
    assert blocked(resources=(COLE, ROOM), away=[ill]) == ["Dr Cole is away (ill) until Fri 11 Dec"]


def test_a_room_is_closed_and_a_device_out_of_use() -> None:
    away = [gone(ROOM, "maintenance", MONDAY, SUNDAY), gone(LASER, "maintenance", MONDAY, SUNDAY)]
    laser = VisitShape((Need("room", "peel room", 0, 30), Need("device", "laser", 0, 30)), 30)
    assert blocked(resources=(ROOM, LASER), shape=laser, away=away) == [
        "Peel room is closed (maintenance) until Sun 6 Dec",
        "CO2 laser is out of use (maintenance) until Sun 6 Dec",
    ]


def test_each_part_of_the_week_has_its_own_reason() -> None:
    """On leave from Monday to Wednesday noon, booked for the rest of the working week."""
    leave = Away(COLE.id, "leave", Interval(at(MONDAY), at(date(2026, 12, 2), 16, 45)))
    busy = {COLE.id: [between(date(2026, 12, 3), date(2026, 12, 4))]}
    assert blocked(resources=(COLE, ROOM), away=[leave], busy=busy) == [
        "Dr Cole is away (leave) until Wed 2 Dec, 16:45",
        "Dr Cole is booked up every day from Thu 3 Dec to Fri 4 Dec",
    ]


def test_two_of_one_pool_with_one_reason_share_a_sentence() -> None:
    assert blocked(busy=all_week(COLE, FRY)) == [
        "Dr Cole and Dr Fry are booked up every day from Mon 30 Nov to Fri 4 Dec"
    ]


def test_two_of_one_pool_with_two_reasons_have_a_sentence_each() -> None:
    ill = gone(FRY, "sick", MONDAY, date(2026, 12, 9))
    assert blocked(busy=all_week(COLE), away=[ill]) == [
        "Dr Cole is booked up every day from Mon 30 Nov to Fri 4 Dec",
        "Dr Fry is away (ill) until Wed 9 Dec",
    ]


def test_a_closed_place_is_told_once() -> None:
    shut = [Shut("Stocktaking", MONDAY - timedelta(days=1), date(2026, 12, 4))]
    assert blocked(shut=shut) == ["Harbour Street is closed (Stocktaking) until Fri 4 Dec"]


def test_one_closed_day_beside_booked_ones() -> None:
    assert blocked(days=2, shut=[Shut("", TUESDAY, TUESDAY)], busy=all_week(ROOM)) == [
        "Harbour Street is closed on Tue 1 Dec",
        "Peel room is booked up on Mon 30 Nov",
    ]


def test_days_off_are_told_where_others_work() -> None:
    thursdays = tuple(shift for shift in WEEK if shift.weekday == 3)
    assert blocked(resources=(COLE, ROOM), shifts={COLE.id: thursdays}, busy=all_week(COLE)) == [
        "Dr Cole is away every day from Mon 30 Nov to Wed 2 Dec",
        "Dr Cole is booked up on Thu 3 Dec",
        "Dr Cole is away on Fri 4 Dec",
    ]


def test_where_nobody_works_at_all_everybody_is_named() -> None:
    weekend = Wishes(weekdays=frozenset({5, 6}))
    assert blocked(wishes=weekend) == [
        "Dr Cole and Dr Fry are away on every Saturday and Sunday between Sat 5 Dec and Sun 6 Dec",
        "Peel room is closed on every Saturday and Sunday between Sat 5 Dec and Sun 6 Dec",
    ]


def test_each_day_is_blocked_by_another_need() -> None:
    busy = {COLE.id: [between(MONDAY, MONDAY)], ROOM.id: [between(TUESDAY, TUESDAY)]}
    assert blocked(days=2, resources=(COLE, ROOM), busy=busy) == [
        "Dr Cole is booked up on Mon 30 Nov",
        "Peel room is booked up on Tue 1 Dec",
    ]


def test_times_that_never_meet() -> None:
    busy = {
        COLE.id: [Interval(at(MONDAY, 9), at(MONDAY, 12))],
        ROOM.id: [Interval(at(MONDAY, 12), at(MONDAY, 17))],
    }
    assert blocked(days=1, resources=(COLE, ROOM), busy=busy) == [
        "No start suits Dr Cole and Peel room for the whole visit on Mon 30 Nov"
    ]


def test_where_nothing_else_is_in_the_way_it_is_the_patient() -> None:
    assert blocked(days=1) == ["The patient has other appointments on Mon 30 Nov"]


def test_wished_hours_stand_in_the_sentence() -> None:
    morning = Wishes(hours=(time(9), time(12)))
    busy = {ROOM.id: [Interval(at(MONDAY, 9), at(MONDAY, 12))]}
    assert blocked(days=1, busy=busy, wishes=morning) == [
        "Peel room is booked up on Mon 30 Nov, 09:00 to 12:00"
    ]


def test_nobody_or_too_few_can_do_it() -> None:
    assert blocked(resources=(COLE,)) == ["No person, room or device provides “peel room”"]
    pair = VisitShape((Need("one", "peel", 0, 30), Need("two", "peel", 0, 30)), 30)
    assert blocked(resources=(COLE,), shape=pair) == [
        "The clinic has too few resources to provide “peel” and “peel” in one visit"
    ]


def test_many_with_many_reasons_are_summed_up() -> None:
    many = tuple(Resource(n, f"Dr {n}", "person", frozenset({"peel"})) for n in range(10, 16))
    away = [gone(one, "leave", MONDAY, SUNDAY + timedelta(days=one.id)) for one in many]
    assert blocked(resources=(*many, ROOM), away=away) == [
        "Dr 10, Dr 11 and 4 others are away or booked up every day from Mon 30 Nov to Fri 4 Dec"
    ]


def test_a_cleaning_segment_that_reaches_into_a_closed_day() -> None:
    late = Resource(9, "Night room", "room", frozenset({"night"}))
    shape = VisitShape((Need("room", "night", 8 * 60 + 30, 9 * 60 + 30),), 30)
    found = blocked(
        days=2,
        resources=(late,),
        shape=shape,
        shut=[Shut("Moving", TUESDAY, TUESDAY)],
        busy={late.id: [between(MONDAY, MONDAY)]},
    )
    assert found == [
        "Night room is booked up on Mon 30 Nov",
        "Harbour Street is closed (Moving) on Tue 1 Dec",
    ]


def test_an_absence_of_some_hours_names_them() -> None:
    start, end = (datetime(2026, 12, 1, hour, tzinfo=LONDON) for hour in (9, 17))
    assert str(Gone(("Dr Cole",), "person", "leave", start, end)) == (
        "Dr Cole is away (leave) from Tue 1 Dec, 09:00 until Tue 1 Dec, 17:00"
    )


def test_an_absence_of_one_whole_day_names_the_day() -> None:
    start, end = (datetime(2026, 12, day, tzinfo=LONDON) for day in (1, 2))
    assert str(Gone(("A", "B"), "person", "sick", start, end)) == (
        "A and B are away (ill) on Tue 1 Dec"
    )


def test_a_closure_within_the_days_has_both_ends() -> None:
    assert str(PlaceShut("Mill", "", TUESDAY, date(2026, 12, 3))) == (
        "Mill is closed from Tue 1 Dec until Thu 3 Dec"
    )
