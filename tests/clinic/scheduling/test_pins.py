"""Sessions pinned to a slot or a day, gaps that differ, gaps outside the window: by hand."""

from datetime import date, time, timedelta

import pytest

from clinic.scheduling.intervals import Interval
from clinic.scheduling.refusals import PinApart, PinOutside, PinTaken, PinTooSoon, Refusal
from clinic.scheduling.series import Label, Proposals, propose
from clinic.scheduling.slots import Slot
from clinic.scheduling.spacing import Spacing, Verdict
from tests.clinic.scheduling.clinics import (
    COLE,
    FRY,
    MONDAY,
    ROOM,
    at,
    between,
    clinic,
    day,
    request,
)
from tests.clinic.scheduling.test_series import proposals, starts

LATE = frozenset({Verdict.LATE})
REASON = frozenset({Verdict.LATE, Verdict.NEEDS_REASON})


def slot(text: str, hour: int = 15, person: int = FRY.id) -> Slot:
    start = at(day(text), hour)
    return Slot(start, start + 30, (person, ROOM.id))


def test_the_rest_is_found_around_a_pinned_slot() -> None:
    pin = slot("16 Dec")
    best = proposals(clinic(), request(3, pinned=(None, pin, None))).best
    assert best.slots[1] is pin
    # Dr Fry takes the others too: a change of practitioner would cost more
    assert [one.assignment for one in best.slots] == [(FRY.id, ROOM.id)] * 3
    assert starts(best) == ["Mon 30 Nov 09:00", "Wed 16 Dec 15:00", "Wed 06 Jan 09:00"]
    # 16 days instead of 21 are cheaper than no normal gap before day 0
    assert (best.gaps, best.cost) == ((None, 16, 21), 4 * 5)


def test_a_pinned_slot_is_asked_for_no_wish() -> None:
    pin = slot("16 Dec")
    asked = request(
        2,
        pinned=(pin, None),
        weekdays=frozenset({0}),
        hours=(time(9), time(12)),
        preferred=frozenset({COLE.id}),
        only_preferred=True,
    )
    best = proposals(clinic(), asked).best
    assert starts(best) == ["Wed 16 Dec 15:00", "Mon 04 Jan 09:00"]
    assert best.slots[1].assignment == (COLE.id, ROOM.id)


def test_a_pinned_day_leaves_the_time_open() -> None:
    taken = {ROOM.id: [Interval(at(day("16 Dec"), 9), at(day("16 Dec"), 13))]}
    asked = request(2, pinned=(day("16 Dec"), None), weekdays=frozenset({0}))
    best = proposals(clinic(busy=taken), asked).best
    assert starts(best) == ["Wed 16 Dec 13:00", "Mon 04 Jan 09:00"]


def test_other_proposals_differ_in_half_of_what_is_not_pinned() -> None:
    pin = slot("16 Dec", person=COLE.id)
    found = proposals(clinic(), request(3, pinned=(None, pin, None)), count=6)
    for one in found:
        assert one.slots[1] is pin
    days = [(one.slots[0].start // 1440, one.slots[2].start // 1440) for one in found]
    for at_, mine in enumerate(days):
        assert all(mine[0] != other[0] or mine[1] != other[1] for other in days[:at_])
    assert found.best.label is Label.BEST


def test_a_series_of_pins_has_one_answer() -> None:
    pins = (slot("1 Dec"), day("22 Dec"))
    found = proposals(clinic(), request(2, pinned=pins))
    assert [one.label for one in found] == [Label.BEST]


def test_a_gap_beside_a_pin_may_be_late_or_need_a_reason() -> None:
    """Both are booked by a person who knows: the search only prices them."""
    asked = request(2, previous=date(2026, 11, 24), pinned=(day("6 Dec"), None))
    assert isinstance(propose(clinic(), asked), Refusal)  # a Sunday
    soon = request(2, previous=date(2026, 11, 24), pinned=(day("7 Dec"), None))
    best = proposals(clinic(), soon).best
    assert (best.gaps, best.cost) == ((13, 21), 4 * 8 + 1000)
    late = request(2, previous=date(2026, 11, 24), pinned=(day("5 Jan"), None))
    best = proposals(clinic(), late).best
    assert (best.gaps, best.cost) == ((42, 21), 4 * 21 + 1000)


@pytest.mark.parametrize(
    ("pinned", "sentence"),
    [
        ("3 Dec", "Thu 3 Dec is 9 days after session 1; at least 10 are needed"),
        (
            "6 Jan",
            "Wed 6 Jan is 43 days after session 1; "
            "after 42 the course has lapsed and needs a new assessment",
        ),
    ],
)
def test_a_pin_below_the_floor_or_beyond_the_lapse_is_refused(pinned: str, sentence: str) -> None:
    asked = request(2, previous=date(2026, 11, 24), first_number=2, pinned=(day(pinned), None))
    answer = propose(clinic(), asked)
    assert isinstance(answer, Refusal)
    assert answer.sessions[0].sentences == (f"Session 2: {sentence}",)
    assert isinstance(answer.sessions[0].reasons[0], PinApart)
    assert len(answer.sessions[0].nearest) == 2


def test_two_pins_too_near_to_each_other_are_told_apart() -> None:
    asked = request(3, pinned=(slot("1 Dec"), None, slot("14 Dec")))
    answer = propose(clinic(), asked)
    assert isinstance(answer, Refusal)
    assert answer.sentences[0] == (
        "Session 3: Mon 14 Dec is 13 days after session 1; at least 20 are needed"
    )


def test_a_pin_too_soon_for_those_before_it_says_so_with_other_days() -> None:
    answer = propose(clinic(), request(3, pinned=(None, None, day("21 Dec"))))
    assert isinstance(answer, Refusal)
    assert [one.reasons for one in answer.sessions] == [(), (), (PinTooSoon(day("21 Dec"), 1, 24),)]
    assert answer.sentences == (
        "Session 3: Mon 21 Dec is too soon: session 1 comes at least 24 days before",
    )
    nearest = answer.sessions[2].nearest
    assert nearest
    for choice in nearest:
        assert isinstance(propose(clinic(), request(3, pinned=(None, None, choice))), Proposals)


def test_a_pinned_slot_that_was_taken_is_named() -> None:
    pin = slot("16 Dec")
    answer = propose(
        clinic(busy={FRY.id: [Interval(pin.start, pin.end)]}), request(2, pinned=(pin, None))
    )
    assert isinstance(answer, Refusal)
    assert answer.sessions[0].reasons == (PinTaken(day("16 Dec"), time(15)),)
    assert answer.sentences[0] == "Session 1: Wed 16 Dec, 15:00 is no longer free"
    assert answer.sessions[0].nearest


@pytest.mark.parametrize("outside", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=182)])
def test_a_pinned_day_outside_the_calendar_is_named(outside: date) -> None:
    answer = propose(clinic(), request(1, pinned=(outside,)))
    assert isinstance(answer, Refusal)
    assert answer.sessions[0].reasons == (PinOutside(outside),)


def test_every_gap_may_have_its_own_window() -> None:
    usual = Spacing(10, 14, 21, 28, 42)
    rising = (usual, Spacing(5, 7, 7, 9, 20), Spacing(20, 28, 35, 42, 60))
    best = proposals(clinic(), request(3, spacings=rising)).best
    assert best.gaps == (None, 7, 35)


def test_late_gaps_are_proposed_only_if_need_be() -> None:
    shut = {ROOM.id: [between(day("14 Dec"), day("5 Jan"))]}
    asked = request(2, previous=date(2026, 12, 1), earliest=at(day("14 Dec")))
    assert isinstance(propose(clinic(busy=shut), asked), Refusal)
    allowed = request(2, previous=date(2026, 12, 1), earliest=at(day("14 Dec")), unusual=LATE)
    best = proposals(clinic(busy=shut), allowed).best
    assert (starts(best)[0], best.gaps) == ("Wed 06 Jan 09:00", (36, 21))
    assert proposals(clinic(), allowed).best.gaps == (21, 21)


def test_a_reason_opens_close_gaps_and_the_rest_of_another_course() -> None:
    rest = (between(MONDAY, day("8 Dec")),)
    free = clinic(days=12)
    assert isinstance(propose(free, request(2, days=12, blocked=rest)), Refusal)
    best = proposals(free, request(2, days=12, blocked=rest, unusual=REASON)).best
    # below 14 days, and the first one while the skin rests
    assert (starts(best), best.cost) == (
        ["Mon 30 Nov 09:00", "Fri 11 Dec 09:00"],
        1000 + 4 * 10 + 1000,
    )


def test_gaps_that_nobody_may_book_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="never proposed"):
        request(unusual=frozenset({Verdict.REFUSED}))
    with pytest.raises(ValueError, match="2 were given for 3 sessions"):
        request(3, pinned=(None, None))
