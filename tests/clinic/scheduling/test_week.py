"""A week of hours as it is typed: its faults, and how one week follows another."""

from datetime import date, time

import pytest

from clinic.scheduling.week import (
    Fault,
    Handover,
    Row,
    Stretch,
    changes_after,
    faults,
    hand_over,
    middle,
    week_on,
)

MONDAY, TUESDAY = 0, 1
FIRST = date(2027, 1, 4)
EVE = date(2027, 1, 3)


def stretch(weekday: int, opens: str, closes: str) -> Stretch:
    return Stretch(weekday, time.fromisoformat(opens), time.fromisoformat(closes))


NINE_TO_TWELVE = stretch(MONDAY, "09:00", "12:00")
ONE_TO_FIVE = stretch(MONDAY, "13:00", "17:00")
TUESDAYS = stretch(TUESDAY, "09:00", "12:00")


def test_a_sound_week_has_no_faults() -> None:
    touching = stretch(MONDAY, "12:00", "13:00")
    assert faults([NINE_TO_TWELVE, touching, ONE_TO_FIVE, TUESDAYS], 15) == {}


def test_each_fault_has_its_place() -> None:
    week = [
        stretch(MONDAY, "13:00", "13:00"),
        stretch(MONDAY, "09:10", "12:00"),
        stretch(TUESDAY, "11:00", "15:00"),
        TUESDAYS,
        stretch(2, "18:00", "09:00"),
    ]
    assert faults(week, 15) == {
        0: Fault.REVERSED,
        1: Fault.OFF_GRID,
        2: Fault.OVERLAPS,
        4: Fault.REVERSED,
    }
    assert faults(week, 10) == {0: Fault.REVERSED, 2: Fault.OVERLAPS, 4: Fault.REVERSED}


def test_a_stretch_inside_a_longer_one_overlaps_and_so_does_what_follows_it() -> None:
    week = [
        stretch(MONDAY, "09:00", "17:00"),
        stretch(MONDAY, "10:00", "11:00"),
        stretch(MONDAY, "16:00", "18:00"),
    ]
    assert faults(week, 15) == {1: Fault.OVERLAPS, 2: Fault.OVERLAPS}


def test_new_hours_end_the_old_ones_the_day_before() -> None:
    rows = [Row(1, NINE_TO_TWELVE, None, None), Row(2, TUESDAYS, date(2026, 1, 1), None)]
    week = [NINE_TO_TWELVE, ONE_TO_FIVE]
    assert hand_over(rows, week, FIRST) == Handover(
        ends=(2,), goes_on=(1,), never_begins=(), begins=(ONE_TO_FIVE,)
    )


def test_what_was_planned_for_later_is_replaced_and_history_is_left_alone() -> None:
    rows = [
        Row(1, TUESDAYS, None, date(2026, 6, 30)),
        Row(2, NINE_TO_TWELVE, date(2026, 7, 1), date(2027, 1, 31)),
        Row(3, ONE_TO_FIVE, date(2027, 2, 1), None),
    ]
    assert hand_over(rows, [TUESDAYS], FIRST) == Handover(
        ends=(2,), goes_on=(), never_begins=(3,), begins=(TUESDAYS,)
    )


def test_taking_planned_hours_back_continues_the_old_rows() -> None:
    rows = [Row(1, NINE_TO_TWELVE, None, EVE), Row(2, TUESDAYS, FIRST, None)]
    assert hand_over(rows, [NINE_TO_TWELVE], FIRST) == Handover(
        ends=(), goes_on=(1,), never_begins=(2,), begins=()
    )


def test_saving_planned_hours_again_changes_nothing_but_the_difference() -> None:
    rows = [Row(1, NINE_TO_TWELVE, None, EVE), Row(2, TUESDAYS, FIRST, None)]
    assert hand_over(rows, [TUESDAYS, ONE_TO_FIVE], FIRST) == Handover(
        ends=(1,), goes_on=(2,), never_begins=(), begins=(ONE_TO_FIVE,)
    )


def test_the_week_of_a_day_and_the_days_on_which_it_changes() -> None:
    rows = [
        Row(1, NINE_TO_TWELVE, None, EVE),
        Row(2, TUESDAYS, FIRST, date(2027, 3, 31)),
        Row(3, ONE_TO_FIVE, None, None),
    ]
    assert week_on(rows, EVE) == (NINE_TO_TWELVE, ONE_TO_FIVE)
    assert week_on(rows, FIRST) == (ONE_TO_FIVE, TUESDAYS)
    assert changes_after(rows, date(2026, 12, 1)) == (FIRST, date(2027, 4, 1))
    assert changes_after(rows, FIRST) == (date(2027, 4, 1),)


@pytest.mark.parametrize(
    ("stretches", "parting"),
    [
        ([], time(12)),
        ([NINE_TO_TWELVE, ONE_TO_FIVE], time(12)),
        ([stretch(MONDAY, "09:00", "18:00")], time(13, 30)),
        ([stretch(MONDAY, "09:00", "15:45")], time(12, 15)),
    ],
)
def test_where_the_morning_ends(stretches: list[Stretch], parting: time) -> None:
    assert middle(stretches, 15) == parting
