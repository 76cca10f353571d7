"""Why a series does not fit: the reason, the sentence, the dates, and the nearest legal slots."""

import sys
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from types import FrameType

import pytest
from hypothesis import given, settings

from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.causes import Causes
from clinic.scheduling.clock import local_date
from clinic.scheduling.intervals import Interval, contains, merge
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.refusals import (
    BookedUp,
    Closed,
    HorizonTooShort,
    NeverTogether,
    NobodyCapable,
    NoSuchWeekday,
    OutOfReach,
    PatientBusy,
    Refusal,
    TooFew,
    VisitTooLong,
    WashOut,
    When,
    WindowPassed,
    listed,
    short_day,
)
from clinic.scheduling.request import SeriesRequest
from clinic.scheduling.series import explain_series, find, propose
from clinic.scheduling.spacing import Spacing, Verdict
from tests.clinic.scheduling.clinics import (
    COLE,
    EVERYBODY,
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
from tests.strategies import series

LAST = MONDAY + timedelta(days=181)


def refusal(snapshot: Snapshot, asked: SeriesRequest) -> Refusal:
    answer = propose(snapshot, asked)
    assert isinstance(answer, Refusal), answer
    return answer


def nearest(refused: Refusal, number: int = 1) -> list[str]:
    found = next(one for one in refused.sessions if one.number == number)
    return [wall(slot.start) for slot in found.nearest]


def test_a_fully_booked_month_is_named_with_its_dates() -> None:
    full = {COLE.id: [between(MONDAY, day("31 Dec"))], FRY.id: [between(MONDAY, day("31 Dec"))]}
    refused = refusal(clinic(days=32, busy=full), request(1, days=32))
    when = When(MONDAY, day("31 Dec"))
    assert refused.sessions[0].reasons == (BookedUp(("Dr Cole", "Dr Fry"), when),)
    assert refused.sentences == (
        "Session 1: Dr Cole and Dr Fry are booked up every day from Mon 30 Nov to Thu 31 Dec",
    )
    assert nearest(refused) == []


def test_a_booked_up_wish_says_which_weekday_and_offers_the_nearest_others() -> None:
    """Dr Cole has no Tuesday left in the days that are legal for session 2."""
    tuesdays = [MONDAY + timedelta(days=1 + 7 * week) for week in range(26)]
    full = {COLE.id: [between(one, one) for one in tuesdays[1:]]}
    asked = request(2, weekdays=frozenset({1}), preferred=frozenset({COLE.id}), only_preferred=True)
    refused = refusal(clinic(busy=full), asked)
    first, second = refused.sessions
    assert (first.reasons, [wall(one.start) for one in first.nearest]) == ((), ["Tue 01 Dec 09:00"])
    assert second.window == (day("15 Dec"), day("29 Dec"))
    assert refused.sentences == (
        "Session 2: Dr Cole is booked up on every Tuesday between Tue 15 Dec and Tue 29 Dec",
    )
    # the wishes dropped: the ideal day itself with Dr Fry, and the day before with Dr Cole
    assert nearest(refused, 2) == ["Mon 21 Dec 09:00", "Tue 22 Dec 09:00"]
    assert [slot.assignment[0] for slot in second.nearest] == [COLE.id, FRY.id]


def test_a_closed_room_is_closed_and_an_absent_person_is_away() -> None:
    never = {ROOM.id: ()}
    assert refusal(clinic(days=14, shifts=never), request(1, days=14)).sentences == (
        "Session 1: Peel room is closed every day from Mon 30 Nov to Sun 13 Dec",
    )
    away = {COLE.id: (), FRY.id: ()}
    assert refusal(clinic(days=14, shifts=away), request(1, days=14)).sentences == (
        "Session 1: Dr Cole and Dr Fry are away every day from Mon 30 Nov to Sun 13 Dec",
    )


def test_who_is_away_is_told_from_who_is_booked_up() -> None:
    full = {FRY.id: [between(MONDAY, LAST)]}
    refused = refusal(clinic(days=7, shifts={COLE.id: ()}, busy=full), request(1, days=7))
    week = When(MONDAY, MONDAY + timedelta(days=6))
    assert refused.sessions[0].reasons == (
        Closed(("Dr Cole",), "person", week),
        BookedUp(("Dr Fry",), week),
    )


def test_nothing_open_on_the_wished_weekdays() -> None:
    refused = refusal(clinic(days=14), request(1, days=14, weekdays=frozenset({5, 6})))
    dates = "on every Saturday and Sunday between Mon 30 Nov and Sun 13 Dec"
    assert refused.sentences == (
        f"Session 1: Dr Cole and Dr Fry are away {dates}",
        f"Session 1: Peel room is closed {dates}",
    )
    assert nearest(refused) == ["Mon 30 Nov 09:00", "Tue 01 Dec 09:00"]


def test_nothing_open_in_the_wished_hours() -> None:
    refused = refusal(clinic(days=2), request(1, days=2, hours=(time(18), time(20))))
    assert refused.sentences[1] == (
        "Session 1: Peel room is closed every day from Mon 30 Nov to Tue 1 Dec, 18:00 to 20:00"
    )
    # as near to the wished hours as the room allows, which is cleaned for ten minutes
    assert nearest(refused) == ["Mon 30 Nov 16:15", "Tue 01 Dec 16:15"]


def test_a_visit_longer_than_the_wished_hours() -> None:
    asked = request(1, days=1, hours=(time(13), time(13, 15)))
    refused = refusal(clinic(days=1), asked)
    today = When(MONDAY, MONDAY, (), (time(13), time(13, 15)))
    assert refused.sessions[0].reasons == (VisitTooLong(30, today),)
    assert refused.sentences == (
        "Session 1: A visit of 30 minutes is too long for the time there is "
        "on Mon 30 Nov, 13:00 to 13:15",
    )


def test_a_window_without_the_wished_weekday() -> None:
    asked = request(1, days=3, weekdays=frozenset({3, 4}))
    refused = refusal(clinic(days=3), asked)
    assert refused.sessions[0].reasons == (NoSuchWeekday(When(MONDAY, day("2 Dec"), (3, 4))),)
    assert refused.sentences == (
        "Session 1: There is no Thursday or Friday from Mon 30 Nov to Wed 2 Dec",
    )


def test_nobody_is_capable() -> None:
    laser = VisitShape((Need("laser", "CO2 laser", 0, 30), *PEEL.needs), 30)
    refused = refusal(clinic(), request(2, shapes=(laser, laser)))
    assert refused.sessions[0].reasons == (NobodyCapable("CO2 laser"),)
    assert refused.sentences == tuple(
        f"Session {number}: No person, room or device provides “CO2 laser”" for number in (1, 2)
    )


def test_the_only_wished_person_is_not_capable() -> None:
    mina = Resource(9, "Mina", "person", frozenset())
    asked = request(1, preferred=frozenset({9}), only_preferred=True)
    refused = refusal(clinic(resources=(*EVERYBODY, mina)), asked)
    assert refused.sentences == ("Session 1: Mina cannot provide “peel”",)
    assert nearest(refused) == ["Mon 30 Nov 09:00", "Tue 01 Dec 09:00"]


def test_too_few_for_one_visit() -> None:
    rooms = VisitShape((*PEEL.needs, Need("other", "peel room", 10, 20)), 30)
    refused = refusal(clinic(), request(1, shapes=(rooms,)))
    assert refused.sessions[0].reasons == (TooFew(("peel", "peel room", "peel room")),)
    assert refused.sentences == (
        "Session 1: The clinic has too few resources to provide “peel”, “peel room” "
        "and “peel room” in one visit",
    )


def test_a_course_longer_than_the_horizon() -> None:
    refused = refusal(clinic(days=60), request(6, days=60))
    assert [bool(one.reasons) for one in refused.sessions] == [False] * 5 + [True]
    assert refused.sessions[5].reasons == (HorizonTooShort(6, 14, 71, 60),)
    assert refused.sentences == (
        "Session 6: 6 sessions with at least 14 days between them need 71 days; "
        "the calendar is searched for 60",
    )
    assert refused.sessions[5].window[0] == MONDAY + timedelta(days=70)


def test_a_next_session_beyond_the_horizon() -> None:
    asked = request(1, days=10, previous=MONDAY - timedelta(days=1), first_number=4)
    assert refusal(clinic(days=10), asked).sentences == (
        "Session 4: The session is 13 days away at the earliest; the calendar is searched for 10",
    )


def test_an_overdue_session_is_offered_late() -> None:
    asked = request(2, previous=MONDAY - timedelta(days=30), first_number=3)
    refused = refusal(clinic(), asked)
    assert refused.sessions[0].reasons == (WindowPassed(day("28 Nov"), lapsed=False),)
    assert refused.sessions[0].window == (day("14 Nov"), day("28 Nov"))
    assert refused.sentences == (
        "Session 3: It was due by Sat 28 Nov, before the first day that can be booked",
    )
    assert nearest(refused, 3) == ["Mon 30 Nov 09:00", "Tue 01 Dec 09:00"]


def test_the_last_day_before_a_course_lapses_is_offered() -> None:
    asked = request(1, previous=MONDAY - timedelta(days=42))
    refused = refusal(clinic(), asked)
    assert refused.sessions[0].reasons == (WindowPassed(day("16 Nov"), lapsed=False),)
    assert nearest(refused) == ["Mon 30 Nov 09:00"]


def test_normal_days_are_offered_before_late_ones_nearer_to_the_ideal() -> None:
    full = {ROOM.id: [between(TUESDAY, day("14 Dec"))]}
    spacing = Spacing(floor=10, min=14, ideal=28, max=28, lapse=42)
    saturdays = request(1, previous=day("16 Nov"), spacing=spacing, weekdays=frozenset({5}))
    assert nearest(refusal(clinic(busy=full), saturdays)) == [
        "Mon 30 Nov 09:00",
        "Tue 15 Dec 09:00",
    ]


def test_a_lapsed_course_offers_nothing() -> None:
    asked = request(1, previous=MONDAY - timedelta(days=43))
    refused = refusal(clinic(), asked)
    assert refused.sessions[0].reasons == (WindowPassed(day("15 Nov"), lapsed=True),)
    assert refused.sentences[0].endswith("the course has lapsed and needs a new assessment")
    assert nearest(refused) == []


def test_a_full_window_offers_what_is_late_but_not_lapsed() -> None:
    """After a peel on 16 November, 14 December is normal, 28 December late, 29 December lapsed."""
    shut = {ROOM.id: [between(MONDAY, day("17 Dec"))]}
    asked = request(1, previous=day("16 Nov"), first_number=2)
    refused = refusal(clinic(busy=shut), asked)
    assert refused.sentences == (
        "Session 2: Peel room is booked up every day from Mon 30 Nov to Mon 14 Dec",
    )
    assert nearest(refused, 2) == ["Fri 18 Dec 09:00", "Mon 21 Dec 09:00"]
    shut[ROOM.id].append(between(day("18 Dec"), day("28 Dec")))
    assert nearest(refusal(clinic(busy=shut), asked), 2) == []


def test_the_patient_is_elsewhere() -> None:
    asked = request(1, days=2, patient_busy=(between(MONDAY, TUESDAY),))
    refused = refusal(clinic(days=2), asked)
    assert refused.sessions[0].reasons == (PatientBusy(When(MONDAY, TUESDAY)),)
    assert refused.sentences == (
        "Session 1: The patient has other appointments every day from Mon 30 Nov to Tue 1 Dec",
    )


def test_another_course_keeps_the_skin_at_rest() -> None:
    asked = request(1, days=1, blocked=(between(MONDAY, TUESDAY),))
    refused = refusal(clinic(days=1), asked)
    assert refused.sessions[0].reasons == (WashOut(When(MONDAY, MONDAY)),)
    assert refused.sentences == ("Session 1: Another course keeps the skin at rest on Mon 30 Nov",)


def test_everybody_has_time_but_never_at_once() -> None:
    morning, afternoon = (
        Interval(at(MONDAY, 9), at(MONDAY, 13)),
        Interval(at(MONDAY, 13), at(TUESDAY)),
    )
    full = {COLE.id: [morning], FRY.id: [morning], ROOM.id: [afternoon]}
    refused = refusal(clinic(days=1, busy=full), request(1, days=1))
    assert refused.sessions[0].reasons == (
        NeverTogether(("“peel”", "Peel room"), When(MONDAY, MONDAY)),
    )
    assert refused.sentences == (
        "Session 1: No start suits “peel” and Peel room for the whole visit on Mon 30 Nov",
    )


def test_the_patient_and_the_rest_are_parties_too() -> None:
    morning = Interval(at(MONDAY, 9), at(MONDAY, 13))
    asked = request(
        1,
        days=1,
        weekdays=frozenset({0, 1}),
        patient_busy=(morning,),
        blocked=(Interval(at(MONDAY, 13), at(TUESDAY)),),
    )
    assert refusal(clinic(days=1), asked).sentences == (
        "Session 1: No start suits “peel”, Peel room, the patient and the rest after another "
        "course for the whole visit on Mon 30 Nov",
    )


def test_each_session_has_dates_but_they_do_not_follow_each_other() -> None:
    """The room is free on Monday 30 November, on Friday 4 and on Wednesday 23 December."""
    full = [between(TUESDAY, day("3 Dec")), between(day("5 Dec"), day("22 Dec"))]
    full.append(between(day("24 Dec"), LAST))
    exactly = request(2, days=40, spacing=Spacing(21, 21, 21, 21))
    refused = refusal(clinic(days=40, busy={ROOM.id: full}), exactly)
    assert refused.sessions[1].reasons == (OutOfReach(1, 21, 21),)
    assert refused.sessions[1].window == (day("21 Dec"), day("25 Dec"))
    assert refused.sentences == (
        "Session 2: No free date lies 21 days after any possible date of session 1",
    )
    assert nearest(refused, 2) == ["Wed 23 Dec 09:00"]  # 23 days, late


def test_gaps_are_told_in_words() -> None:
    after = "days after any possible date of session 2"
    assert str(OutOfReach(2, 14, 28)) == f"No free date lies 14 to 28 {after}"
    assert str(OutOfReach(2, 14, None)) == f"No free date lies at least 14 {after}"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (date(2027, 1, 12), "Tue 12 Jan"),
        (date(2026, 11, 30), "Mon 30 Nov"),
        (date(2028, 2, 29), "Tue 29 Feb"),
    ],
)
def test_dates_read_the_same_in_every_locale(days: date, expected: str) -> None:
    assert short_day(days) == expected


def test_names_are_listed_as_in_speech() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_many_names_are_counted() -> None:
    when = When(MONDAY, MONDAY)
    assert str(BookedUp(("A", "B", "C"), when)) == "A, B and C are booked up on Mon 30 Nov"
    assert (
        str(BookedUp(("A", "B", "C", "D"), when)) == "A, B and 2 others are booked up on Mon 30 Nov"
    )
    assert str(Closed(("Laser",), "device", when)) == "Laser is out of use on Mon 30 Nov"


@settings(max_examples=often(200), deadline=None)
@given(series())
def test_a_refusal_names_every_session_and_its_legal_slots(
    case: tuple[Snapshot, SeriesRequest],
) -> None:
    snapshot, asked = case
    answer = propose(snapshot, asked)
    if not isinstance(answer, Refusal):
        return
    numbers = [one.number for one in answer.sessions]
    assert numbers == list(range(asked.first_number, asked.first_number + len(asked.shapes)))
    assert answer.sentences
    for one in answer.sessions:
        assert one.window[0] <= one.window[1]
        days = [local_date(slot.start, asked.zone) for slot in one.nearest]
        assert days == sorted(set(days))
        assert len(days) <= 2
        if Verdict.NEEDS_REASON not in asked.unusual:
            blocked = merge(asked.blocked)
            assert all(not contains(blocked, slot.start) for slot in one.nearest)
        if asked.previous and one.number == asked.first_number:
            spacing = asked.spacing_before(0)
            verdicts = {spacing.judge((found - asked.previous).days) for found in days}
            assert verdicts <= {Verdict.NORMAL, Verdict.LATE, *asked.allowed_before(0)}


def test_more_sessions_cost_little_more_to_explain() -> None:
    """What is looked up for one session is known for the others of its shape."""
    few, many = (
        calls(partial(explain_series, clinic(), request(n, weekdays=frozenset({6})), Causes()))
        for n in (3, 9)
    )
    assert many <= 2 * few


def test_a_search_alone_explains_nothing() -> None:
    impossible = request(9, weekdays=frozenset({6}))
    assert find(clinic(), impossible) is None
    assert find(clinic(), request(2)) == propose(clinic(), request(2))
    alone = calls(partial(find, clinic(), impossible))
    assert 2 * alone <= calls(partial(propose, clinic(), impossible))


def calls(act: Callable[[], object]) -> int:
    """How many functions are entered: the same on every machine, unlike a time."""
    entered = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal entered
        entered += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return entered
