"""One visit that is to get another time: where it fits, and what is in the way at a minute."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.clock import local_minute, midnights
from clinic.scheduling.intervals import Interval
from clinic.scheduling.one_visit import Visit, held_by, leads, why_not, with_changes
from clinic.scheduling.opening import Shift, opening
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing
from tests.clinic.scheduling.clinics import (
    COLE,
    EVERYBODY,
    FRY,
    LONDON,
    MONDAY,
    PEEL,
    ROOM,
    TUESDAY,
    at,
    between,
    clinic,
    wall,
)

DAY = timedelta(days=1)
NINE, TEN = time(9), time(10)
SATURDAY = MONDAY + timedelta(days=5)


def visit(view: Snapshot | None = None, **more: Any) -> Visit:
    known: dict[str, Any] = {"earliest": at(MONDAY), "step": 15, "zone": LONDON}
    return Visit(snapshot=view or clinic(days=14), shape=PEEL, **known | more)


def booked(hour: int, minute: int = 0, day: date = TUESDAY) -> Slot:
    start = at(day, hour, minute)
    return Slot(start, start + 30, (COLE.id, ROOM.id))


def minutes(hour: int, until: int, day: date = TUESDAY) -> Interval:
    return Interval(at(day, hour), at(day, until))


# The calendar as if something were different -----------------------------------------------------


def test_what_a_visit_holds_is_free_once_it_is_given_back() -> None:
    held = held_by(PEEL, booked(10))
    assert held == {
        COLE.id: [Interval(at(TUESDAY, 10), at(TUESDAY, 10, 30))],
        ROOM.id: [Interval(at(TUESDAY, 10), at(TUESDAY, 10, 40))],
    }
    full = clinic(busy=held)
    assert visit(full).slot_at(at(TUESDAY, 10)) is None
    assert with_changes(full, held).free == clinic().free
    assert with_changes(clinic(), {}, held).free == full.free


def test_what_is_given_back_outside_opening_hours_is_not_open() -> None:
    before_nine = {COLE.id: [minutes(7, 10)]}
    view = with_changes(clinic(busy={COLE.id: [minutes(7, 10)]}), before_nine)
    assert view.free[COLE.id] == clinic().free[COLE.id]


def test_a_resource_of_another_location_changes_nothing() -> None:
    assert with_changes(clinic(), {99: [minutes(9, 10)]}).free == clinic().free


# Where it fits -----------------------------------------------------------------------------------


def test_starts_are_parted_by_local_day_and_lie_on_the_grid() -> None:
    found = visit(clinic(days=8), earliest=at(TUESDAY, 9, 7)).starts()
    assert sorted(found) == [(MONDAY + timedelta(days=n)).toordinal() for n in (1, 2, 3, 4, 7)]
    (tuesday,) = found[TUESDAY.toordinal()]
    # the last leaves the room ten minutes for cleaning before 17:00
    assert [wall(tuesday[0]), wall(tuesday[-1])] == ["Tue 01 Dec 09:15", "Tue 01 Dec 16:15"]


def test_starts_that_are_blocked_are_not_offered() -> None:
    rest = (minutes(9, 16),)
    (tuesday,) = visit(blocked=rest).starts()[TUESDAY.toordinal()]
    assert wall(tuesday[0]) == "Tue 01 Dec 16:00"


def test_the_nearest_times_of_a_day_come_in_order_with_the_same_people() -> None:
    busy = {COLE.id: [minutes(15, 16)]}
    asked = visit(clinic(busy=busy), prefer=frozenset({FRY.id}))
    ranges = asked.starts()[TUESDAY.toordinal()]
    found = asked.slots(ranges, at(MONDAY, 15, 30), 3)
    assert [(wall(one.start), one.assignment) for one in found] == [
        ("Tue 01 Dec 15:15", (FRY.id, ROOM.id)),
        ("Tue 01 Dec 15:30", (FRY.id, ROOM.id)),
        ("Tue 01 Dec 15:45", (FRY.id, ROOM.id)),
    ]


def test_a_resource_insisted_on_has_its_part_or_there_is_no_way() -> None:
    (with_fry,) = visit(prefer=frozenset({COLE.id})).insisting_on(FRY.id)
    assert with_fry.slot_at(at(TUESDAY, 10)) == Slot(
        at(TUESDAY, 10), at(TUESDAY, 10, 30), (FRY.id, ROOM.id)
    )
    laser = Resource(9, "CO2 laser", "device", frozenset({"laser"}))
    assert visit(clinic(resources=(*EVERYBODY, laser))).insisting_on(laser.id) == ()


def test_the_first_need_that_a_person_serves_has_the_lead() -> None:
    assert leads(clinic(), PEEL) == 0
    assert leads(clinic(resources=(ROOM,)), PEEL) is None


def test_days_with_two_midnights_apart_by_25_hours_keep_their_starts() -> None:
    """The clocks go back on Sunday 25 October 2026: always open means 100 quarters of an hour."""
    sunday = date(2026, 10, 25)
    marks = midnights(sunday, sunday + timedelta(days=1), LONDON)
    always = {one.id: [Interval(*marks)] for one in EVERYBODY}
    view = Snapshot.build(Interval(*marks), EVERYBODY, always, {})
    found = visit(view, earliest=marks[0]).starts()
    assert sum(map(len, found[sunday.toordinal()])) == 100 - 2


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Lord_Howe", "America/Santiago"])
def test_the_time_of_day_is_that_of_the_wall_in_every_week(zone: str) -> None:
    """The same hour is as near in the week after the clocks change as in the one before."""
    there = ZoneInfo(zone)
    day = date(2027, 3, 25)
    hours = opening([Shift(n, NINE, TEN) for n in range(7)], there, day, day + 14 * DAY)
    window = Interval(*midnights(day, day + 14 * DAY, there)[::14])
    view = Snapshot.build(window, EVERYBODY, {one.id: hours for one in EVERYBODY}, {})
    asked = Visit(view, PEEL, there, window.start, 15)
    near = local_minute(day, NINE, there)
    for ranges in asked.starts().values():
        (slot,) = asked.slots(ranges, near, 1)
        assert asked.time_of_day(slot.start) == 9 * 60


# What stands in the way --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "sentences"),
    [
        (at(TUESDAY, 10), ()),
        (at(TUESDAY, 10, 7), ("Visits start every 15 minutes; 10:07 is between.",)),
        (at(MONDAY - timedelta(days=3), 10), ("Fri 27 Nov, 10:00 is in the past.",)),
        (at(MONDAY + timedelta(days=200), 10), ("18 Jun 2027 is too far ahead to book.",)),
        (at(SATURDAY, 10), ("The clinic is closed then.",)),
        (at(TUESDAY, 16, 45), ("The clinic is closed then.",)),
        (at(TUESDAY, 16, 30), ("Peel room is closed then.",)),
    ],
)
def test_what_is_wrong_with_the_time_itself(start: int, sentences: tuple[str, ...]) -> None:
    assert why_not(visit(clinic()), start, "Ada") == sentences


def test_everybody_who_is_booked_is_named() -> None:
    hour = [minutes(10, 11)]
    ten = at(TUESDAY, 10)
    full = visit(clinic(busy={COLE.id: hour, FRY.id: hour, ROOM.id: hour}))
    assert why_not(full, ten, "Ada") == (
        "Dr Cole and Dr Fry are not free then.",
        "Peel room is not free then.",
    )
    (with_fry,) = visit(clinic(busy={FRY.id: hour})).insisting_on(FRY.id)
    assert why_not(with_fry, ten, "Ada") == ("Dr Fry is not free then.",)


def test_whoever_is_away_is_told_from_who_is_booked() -> None:
    mornings = {FRY.id: (Shift(1, NINE, TEN),)}
    (with_fry,) = visit(clinic(shifts=mornings)).insisting_on(FRY.id)
    assert why_not(with_fry, at(TUESDAY, 11), "Ada") == ("Dr Fry does not work then.",)


def test_the_patient_is_elsewhere() -> None:
    busy = (minutes(10, 11),)
    asked = visit(busy=busy)
    assert why_not(asked, at(TUESDAY, 10, 45), "Ada") == ("Ada has another visit then.",)
    assert why_not(asked, at(TUESDAY, 11), "Ada") == ()


def test_nobody_provides_what_the_visit_needs() -> None:
    alone = visit(clinic(resources=(COLE, FRY)))
    assert why_not(alone, at(TUESDAY, 10), "Ada") == (
        "Nobody and nothing here provides “peel room”.",
    )


def test_people_who_are_free_but_not_twice() -> None:
    """Two needs of one pool at the same time, and one person."""
    twice = with_both()
    assert why_not(twice, at(TUESDAY, 10), "Ada") == (
        "Those whom the visit needs are not free together.",
    )


def with_both() -> Visit:
    first, room = PEEL.needs
    shape = type(PEEL)((first, type(first)("helper", "peel", 0, 30), room), 30)
    only_cole = clinic(resources=(COLE, ROOM))
    return Visit(only_cole, shape, LONDON, at(MONDAY), 15)


def test_room_for_a_session_in_between_doubles_the_window() -> None:
    assert Spacing(10, 14, 21, 28, 42).times(2) == Spacing(20, 28, 42, 56, 84)
    assert Spacing(7, 7, 7).times(3) == Spacing(21, 21, 21)


def test_a_closed_week_leaves_nothing_of_it() -> None:
    shut = {ROOM.id: [between(MONDAY, MONDAY + timedelta(days=4))]}
    found = visit(clinic(days=12, busy=shut)).starts()
    assert sorted(found) == [(MONDAY + timedelta(days=n)).toordinal() for n in (7, 8, 9, 10, 11)]
