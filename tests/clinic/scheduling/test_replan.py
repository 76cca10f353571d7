"""All visits that one cause touches, solved together: exact results on hand-made cases.

Dr Cole and Dr Fry peel in one room, weekdays 9 to 17; a peel holds the room for 40 minutes.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.refusals import BookedUp, Closed, PatientBusy, When
from clinic.scheduling.replan import (
    Link,
    NoDayLeft,
    Outcome,
    Outnumbered,
    PinnedTaken,
    ReplanRequest,
    Touched,
    replan,
)
from clinic.scheduling.slots import Slot
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

SECOND_ROOM = Resource(4, "Second room", "room", frozenset({"peel room"}))
WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (2, 3, 4))
ILL = {COLE.id: [between(TUESDAY, TUESDAY)]}
NEVER = [between(MONDAY, MONDAY + timedelta(days=13))]


def slot(day: date, hour: int, minute: int = 0, person: Resource = COLE, **how: Any) -> Slot:
    start = at(day, hour, minute)
    return Slot(start, start + how.get("minutes", 30), (person.id, how.get("room", ROOM).id))


def peel(key: int, day: date, hour: int, minute: int = 0, **limits: Any) -> Touched:
    """A peel with Dr Cole that may move within its week."""
    known = {
        "patient": key,
        "shape": PEEL,
        "slot": slot(day, hour, minute),
        "days": (MONDAY, FRIDAY),
    }
    return Touched(key=key, **known | limits)


def solved(
    *visits: Touched, view: Snapshot | None = None, links: tuple[Link, ...] = (), **limits: Any
) -> tuple[Outcome, ...]:
    request = ReplanRequest(
        visits=visits, links=links, zone=LONDON, **{"earliest": at(MONDAY), **limits}
    )
    return replan(view or clinic(days=14, busy=ILL), request)


def table(outcomes: tuple[Outcome, ...]) -> list[tuple[int, str, str]]:
    """Key, new time or "unsolved", and with whom."""
    names = {one.id: one.name for one in EVERYBODY}
    return [
        (one.key, wall(one.after.start), names[one.after.assignment[0]])
        if one.after
        else (one.key, "unsolved", "")
        for one in outcomes
    ]


# Who goes where ----------------------------------------------------------------------------------


def test_nothing_touched_is_nothing_to_do() -> None:
    assert solved() == ()


def test_somebody_else_at_the_same_time_is_the_least_change() -> None:
    (found,) = solved(peel(1, TUESDAY, 10))
    assert found.after == slot(TUESDAY, 10, person=FRY)
    assert (found.days, found.effort, found.late, found.reasons) == (0, 75, False, ())
    assert [wall(other.start) for other in found.others] == [
        "Tue 01 Dec 09:45",
        "Mon 30 Nov 10:00",
        "Wed 02 Dec 10:00",
    ]


def test_a_closed_day_moves_everybody_by_as_little_as_possible() -> None:
    """Both were at ten: one goes a day back, the other a day on, each at its own time."""
    closed = {one.id: [between(TUESDAY, TUESDAY)] for one in EVERYBODY}
    found = solved(
        peel(1, TUESDAY, 10), peel(2, TUESDAY, 10, 45), view=clinic(days=14, busy=closed)
    )
    assert table(found) == [
        (1, "Mon 30 Nov 10:00", "Dr Cole"),
        (2, "Mon 30 Nov 10:45", "Dr Cole"),
    ]
    assert [(one.days, one.effort) for one in found] == [(1, 0), (1, 0)]


def test_a_sick_doctors_visits_share_the_room_with_those_that_stand() -> None:
    """Dr Fry is free only from ten to eleven: one of the two has to go to another day."""
    busy = ILL | {
        FRY.id: [
            Interval(at(TUESDAY, 9), at(TUESDAY, 10)),
            Interval(at(TUESDAY, 10, 45), at(TUESDAY, 17)),
        ]
    }
    found = solved(peel(1, TUESDAY, 10), peel(2, TUESDAY, 10, 15), view=clinic(days=14, busy=busy))
    assert table(found) == [
        (1, "Tue 01 Dec 10:00", "Dr Fry"),
        (2, "Mon 30 Nov 10:15", "Dr Cole"),
    ]


def test_who_can_come_on_one_day_only_is_served_before_who_can_come_on_any() -> None:
    """In the order of the list the first would take the only free hour on Wednesday."""
    hour = Interval(at(WEDNESDAY, 10), at(WEDNESDAY, 10, 40))
    rest = [Interval(at(MONDAY), hour.start), Interval(hour.end, at(THURSDAY))]
    view = clinic(days=14, busy={ROOM.id: rest})
    found = solved(
        peel(1, WEDNESDAY, 10, days=(MONDAY, FRIDAY)),
        peel(2, TUESDAY, 10, days=(TUESDAY, WEDNESDAY)),
        view=view,
    )
    assert table(found) == [
        (1, "Thu 03 Dec 10:00", "Dr Cole"),
        (2, "Wed 02 Dec 10:00", "Dr Cole"),
    ]


def test_a_chain_of_moves_makes_room_for_one_more() -> None:
    """Three rooms of one hour on three days: everybody has to move on for the last to fit."""
    hours = [Interval(at(day, 10), at(day, 10, 40)) for day in (MONDAY, TUESDAY, WEDNESDAY)]
    taken = [
        Interval(at(MONDAY), hours[0].start),
        *(Interval(a.end, b.start) for a, b in pairwise(hours)),
        Interval(hours[-1].end, at(FRIDAY) + 24 * 60),
    ]
    found = solved(
        peel(1, MONDAY, 10, days=(MONDAY, TUESDAY)),
        peel(2, TUESDAY, 10, days=(TUESDAY, WEDNESDAY)),
        peel(3, MONDAY, 10, days=(MONDAY, MONDAY)),
        view=clinic(days=14, busy={ROOM.id: taken}),
    )
    assert [when for _, when, _ in table(found)] == [
        "Tue 01 Dec 10:00",
        "Wed 02 Dec 10:00",
        "Mon 30 Nov 10:00",
    ]


def test_a_warned_of_day_is_the_last_resort() -> None:
    """Wednesday is nearer, but late; Monday was normal."""
    closed = {one.id: [between(TUESDAY, THURSDAY)] for one in EVERYBODY}
    request = peel(1, THURSDAY, 10, normal=(MONDAY, THURSDAY))
    (found,) = solved(request, view=clinic(days=14, busy=closed))
    assert (wall(found.after.start), found.late, found.days) == ("Mon 30 Nov 10:00", False, 3)
    closed = {one.id: [between(MONDAY, THURSDAY)] for one in EVERYBODY}
    (found,) = solved(request, view=clinic(days=14, busy=closed))
    assert (wall(found.after.start), found.late, found.days) == ("Fri 04 Dec 10:00", True, 1)


def test_of_two_for_one_hour_the_higher_priority_is_solved() -> None:
    hour = Interval(at(WEDNESDAY, 10), at(WEDNESDAY, 10, 40))
    taken = [Interval(at(MONDAY), hour.start), Interval(hour.end, at(FRIDAY) + 24 * 60)]
    view = clinic(days=14, busy={ROOM.id: taken})
    found = solved(peel(1, WEDNESDAY, 10), peel(2, TUESDAY, 10, priority=1), view=view)
    assert table(found) == [(1, "unsolved", ""), (2, "Wed 02 Dec 10:00", "Dr Cole")]
    assert found[0].reasons == (Outnumbered((2,)),)
    assert str(found[0].reasons[0]) == "Every time that it could have goes to others of this list"
    assert [wall(other.start) for other in found[0].others] == ["Wed 02 Dec 10:00"]


def test_a_patient_is_in_one_place_at_a_time() -> None:
    other_room = SECOND_ROOM
    found = solved(
        peel(1, TUESDAY, 10, patient=7),
        peel(2, TUESDAY, 10, patient=7),
        view=clinic(days=14, resources=(*EVERYBODY, other_room)),
    )
    assert sorted(when for _, when, _ in table(found)) == ["Tue 01 Dec 09:30", "Tue 01 Dec 10:00"]


def test_sessions_of_one_course_keep_their_order_and_distance() -> None:
    closed = {one.id: [between(MONDAY, TUESDAY)] for one in EVERYBODY}
    found = solved(
        peel(1, MONDAY, 10, patient=7),
        peel(2, TUESDAY, 10, patient=7),
        view=clinic(days=14, busy=closed),
        links=(Link(1, 2, 1, None),),
    )
    assert [when for _, when, _ in table(found)] == ["Wed 02 Dec 10:00", "Thu 03 Dec 10:00"]


def test_a_pinned_visit_gets_its_slot_and_others_go_round_it() -> None:
    pin = slot(TUESDAY, 10, person=FRY)
    found = solved(peel(1, TUESDAY, 10), peel(2, TUESDAY, 14, pinned=pin))
    assert table(found) == [
        (1, "Tue 01 Dec 09:15", "Dr Fry"),
        (2, "Tue 01 Dec 10:00", "Dr Fry"),
    ]
    assert [wall(other.start) for other in found[1].others][:1] == ["Tue 01 Dec 14:00"]


def test_a_visit_keeps_the_room_it_has_where_it_can() -> None:
    view = clinic(days=14, busy=ILL, resources=(*EVERYBODY, SECOND_ROOM))
    (found,) = solved(peel(1, TUESDAY, 10, slot=slot(TUESDAY, 10, room=SECOND_ROOM)), view=view)
    assert found.after == slot(TUESDAY, 10, person=FRY, room=SECOND_ROOM)


def test_each_need_has_its_own_part_of_the_visit() -> None:
    """Numbing needs the room alone: the doctor may still be busy when the patient comes."""
    shape = VisitShape((Need("doctor", "peel", 60, 90), Need("room", "peel room", 0, 100)), 90)
    view = clinic(days=14, busy=ILL | {FRY.id: [Interval(at(TUESDAY, 9), at(TUESDAY, 11))]})
    visit = peel(1, TUESDAY, 10, shape=shape, slot=slot(TUESDAY, 10, minutes=90))
    (found,) = solved(visit, view=view)
    assert found.after == slot(TUESDAY, 10, person=FRY, minutes=90)


def test_nobody_comes_before_the_earliest() -> None:
    (found,) = solved(peel(1, TUESDAY, 10), earliest=at(TUESDAY, 12, 5))
    assert found.after == slot(TUESDAY, 12, 15, person=FRY)


# Why not -----------------------------------------------------------------------------------------


def test_an_unsolved_visit_says_who_stands_in_the_way() -> None:
    """Dr Cole does not work, Dr Fry is booked up."""
    view = clinic(days=14, busy={FRY.id: NEVER, COLE.id: NEVER}, shifts={COLE.id: ()})
    (found,) = solved(peel(1, TUESDAY, 10), view=view)
    when = When(MONDAY, FRIDAY)
    assert found.after is None
    assert found.reasons == (Closed(("Dr Cole",), "person", when), BookedUp(("Dr Fry",), when))
    assert found.others == ()


def test_a_patient_without_time_is_named_as_the_reason() -> None:
    (found,) = solved(peel(1, TUESDAY, 10, busy=(between(MONDAY, FRIDAY),)))
    assert found.reasons == (PatientBusy(When(MONDAY, FRIDAY)),)


def test_no_legal_day() -> None:
    (found,) = solved(peel(1, TUESDAY, 10, days=(FRIDAY, TUESDAY)))
    assert found.reasons == (NoDayLeft(FRIDAY, TUESDAY),)
    assert str(found.reasons[0]) == "The sessions before and after it leave it no day"


def test_the_last_legal_day_has_passed() -> None:
    (found,) = solved(peel(1, MONDAY, 10, days=(MONDAY, MONDAY)), earliest=at(TUESDAY))
    assert str(found.reasons[0]) == "The last day on which it is legal, Mon 30 Nov, has passed"


def test_a_pin_that_was_taken() -> None:
    pin = slot(TUESDAY, 10, person=COLE)
    (found,) = solved(peel(1, TUESDAY, 10, pinned=pin))
    assert found.reasons == (PinnedTaken(),)
    assert wall(found.others[0].start) == "Tue 01 Dec 10:00"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"links": (Link(1, 9, 1, 2),)}, "not touched"),
        ({"step": 7}, "steps"),
        ({"visits": (peel(1, TUESDAY, 9), peel(1, TUESDAY, 10))}, "share a key"),
    ],
)
def test_what_cannot_be_asked(wrong: dict[str, Any], words: str) -> None:
    known = {"visits": (peel(1, TUESDAY, 10),), "zone": LONDON, "earliest": at(MONDAY)}
    with pytest.raises(ValueError, match=words):
        ReplanRequest(**known | wrong)


def test_a_priority_is_one_figure() -> None:
    with pytest.raises(ValueError, match="between 0 and 9, not 10"):
        peel(1, TUESDAY, 10, priority=10)
