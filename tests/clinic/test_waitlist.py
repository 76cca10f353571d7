"""Who waits, and for whom a free time is legal."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.actions import booking, matching, waitlist
from clinic.actions.claims import Claim
from clinic.actions.waitlist import WaitRefused, Wishes
from clinic.models import Appointment, Service, WaitlistEntry
from clinic.queries import waitlist as waits
from clinic.queries import waitlist_fits
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.factories.clinic import AbsenceFactory
from tests.factories.patients import PatientFactory
from tests.flows.waiting import (
    TODAY_AT_THREE,
    TWO_DAYS_BEFORE_CHRISTMAS,
    World,
    dates,
    world,
)
from treatments.actions import plans
from treatments.actions.plans import CourseTerms

DAY = timedelta(days=1)
TUESDAY = datetime(2026, 12, 1, 15, tzinfo=UTC)


@pytest.fixture
def clinic(cast: Cast) -> World:
    return world(cast)


def who(takings: list[matching.Taking]) -> list[str]:
    return [each.waiting.patient.given_name for each in takings]


def book(cast: Cast, patient: Patient, at: datetime, key: str = "follow-up") -> Appointment:
    claim = Claim(Service.objects.get(key=key), at, (cast.dr_cole.pk, cast.peel_room.pk))
    return booking.book(claim=claim, patient=patient, location=cast.harbour, by=cast.fern, now=NOW)


# On and off the list ------------------------------------------------------------------------------


def test_somebody_waits_for_something_earlier_and_keeps_the_visit(clinic: World) -> None:
    visit = clinic.booked.visit(2)
    entry = clinic.wait(visit, weekdays=frozenset({3, 1}), comes_from=time(14), urgent=True)
    found = waits.still_waiting(NOW).get()
    assert (found, found.weekdays, found.urgent) == (entry, [1, 3], True)
    assert (found.appointment, found.created_by, found.created_at) == (visit, clinic.cast.fern, NOW)
    visit.refresh_from_db()
    assert visit.status == "booked"


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"latest": date(2026, 11, 29)}, "Sun 29 Nov is over."),
        ({}, "Ada Lindqvist waits for this already."),
    ],
)
def test_who_cannot_wait_is_told_why(clinic: World, wishes: dict[str, Any], sentence: str) -> None:
    clinic.wait(clinic.booked.visit(2))
    with pytest.raises(WaitRefused) as refused:
        clinic.wait(clinic.booked.visit(2), **wishes)
    assert str(refused.value) == sentence


def test_nobody_waits_for_a_visit_that_is_gone_or_of_another_record(clinic: World) -> None:
    cast, visit = clinic.cast, clinic.booked.visit(5)
    with pytest.raises(WaitRefused, match="of another record"):
        waitlist.add(
            patient=cast.ben,
            wishes=Wishes(visit.service, cast.harbour, visit),
            by=cast.fern,
            now=NOW,
        )
    booking.cancel(appointment=visit, reason="ill", by=cast.fern, now=NOW)
    with pytest.raises(WaitRefused, match="not booked any more"):
        clinic.wait(clinic.booked.visit(5))


def test_the_dead_do_not_wait(clinic: World) -> None:
    with pytest.raises(WaitRefused, match="is recorded as deceased"):
        clinic.wait_without_visit(PatientFactory(dead=True))


def test_off_the_list_once_and_for_a_reason(clinic: World) -> None:
    entry = clinic.wait(clinic.booked.visit(2))
    waitlist.close(entry=entry, by=clinic.cast.fern, now=NOW)
    again = waitlist.close(entry=entry, by=clinic.cast.mina, now=NOW + DAY)
    assert (again.closed_at, again.closed_by) == (NOW, clinic.cast.fern)
    assert again.closed_reason == "no_longer"
    assert clinic.wait(clinic.booked.visit(2)).pk != entry.pk


def test_what_is_over_is_taken_off_in_the_night(clinic: World) -> None:
    cast = clinic.cast
    kept = clinic.wait(clinic.booked.visit(3))
    gone = clinic.wait(clinic.booked.visit(2))
    past = clinic.wait_without_visit(cast.ben, latest=date(2026, 11, 30))
    booking.cancel(appointment=clinic.booked.visit(2), reason="ill", by=cast.fern, now=NOW)
    assert list(waits.still_waiting(NOW)) == [kept, past]
    assert waitlist.close_past(now=NOW + DAY) == 2
    assert set(WaitlistEntry.objects.waiting()) == {kept}
    gone.refresh_from_db()
    assert (gone.closed_reason, gone.closed_by) == ("past", cast.fern)


# Whom a free time fits ----------------------------------------------------------------------------


def test_the_session_that_is_far_enough_from_the_one_before_is_legal_and_another_is_not(
    clinic: World,
) -> None:
    """Ada was here 14 days before, Ben 7: both wait for something earlier."""
    cast = clinic.cast
    clinic.wait(clinic.booked.visit(2))
    terms = CourseTerms(cast.glycolic, cast.harbour, 4, uses_retinoid=False)
    course = plans.start_course(patient=cast.ben, terms=terms, by=cast.fern, now=NOW)
    for number, day in ((1, datetime(2026, 12, 15)), (2, datetime(2027, 1, 5))):  # noqa: DTZ001
        session = course.sessions.get(number=number)
        service, at = cast.glycolic.service_of(number), day.replace(hour=10, tzinfo=UTC)
        session.appointment = book(cast, cast.ben, at, service.key)
        session.save()
    clinic.wait(session.appointment)

    assert who(clinic.could_come(TWO_DAYS_BEFORE_CHRISTMAS)) == ["Ada"]
    # a week later both are
    assert who(clinic.could_come(datetime(2026, 12, 30, 10, tzinfo=UTC))) == ["Ben"]


def test_later_sessions_that_must_move_along_are_named(clinic: World) -> None:
    clinic.wait(clinic.booked.visit(1))
    (taking,) = clinic.could_come(TODAY_AT_THREE)
    assert dates(taking) == ["Tue 29 Dec 15:00 to Mon 28 Dec 15:00"]
    assert [each.appointment for each in taking.moves] == [
        clinic.booked.visit(1),
        clinic.booked.visit(2),
    ]


def test_nobody_is_offered_what_leaves_the_rest_without_a_day(clinic: World) -> None:
    cast = clinic.cast
    clinic.wait(clinic.booked.visit(1))
    # Session 2 would have to come a day earlier, and nobody works on the weeks before it.
    for person in (cast.dr_cole, cast.nurse_nora):
        away = datetime(2026, 12, 9, 8, tzinfo=UTC)
        AbsenceFactory(resource=person, start=away, minutes=20 * 1440 - 600)
    assert who(clinic.could_come(TODAY_AT_THREE)) == []


def test_a_session_does_not_pass_the_one_before_it(clinic: World) -> None:
    clinic.wait(clinic.booked.visit(3))
    assert who(clinic.could_come(TUESDAY)) == []


@pytest.mark.parametrize(
    ("wishes", "fits"),
    [
        ({}, True),
        ({"weekdays": frozenset({1})}, True),
        ({"weekdays": frozenset({0, 2})}, False),
        ({"comes_from": time(15), "leaves_by": time(15, 30)}, True),
        ({"comes_from": time(15, 15)}, False),
        ({"leaves_by": time(15, 10)}, False),
        ({"earliest": date(2026, 12, 1), "latest": date(2026, 12, 1)}, True),
        ({"earliest": date(2026, 12, 2)}, False),
        ({"latest": date(2026, 11, 30)}, False),
    ],
)
def test_wishes_are_kept(clinic: World, wishes: dict[str, Any], fits: bool) -> None:
    clinic.wait_without_visit(clinic.cast.ben, **wishes)
    assert who(clinic.could_come(TUESDAY, 15)) == (["Ben"] if fits else [])


def test_a_person_wished_for_has_to_be_free_and_able(clinic: World) -> None:
    cast = clinic.cast
    clinic.wait_without_visit(cast.ben, person=cast.dr_cole)
    (taking,) = clinic.could_come(TUESDAY)
    assert cast.dr_cole.pk in taking.slot.assignment
    AbsenceFactory(resource=cast.dr_cole, start=TUESDAY)
    assert who(clinic.could_come(TUESDAY)) == []


def test_whoever_is_here_already_at_that_time_is_not_offered_it(clinic: World) -> None:
    cast = clinic.cast
    clinic.wait_without_visit(cast.ben)
    service, nora = Service.objects.get(key="glycolic"), cast.nurse_nora
    booking.book(
        claim=Claim(service, TUESDAY, (nora.pk, cast.second_peel_room.pk)),
        patient=cast.ben,
        location=cast.harbour,
        by=cast.fern,
        now=NOW,
    )
    assert who(clinic.could_come(TUESDAY, 15)) == []


def test_a_later_start_of_a_longer_stretch_is_found(clinic: World) -> None:
    cast = clinic.cast
    clinic.wait_without_visit(cast.ben)
    book(cast, cast.ada, TUESDAY)
    (taking,) = clinic.could_come(TUESDAY, 60)
    assert f"{taking.start:%H:%M}" == "15:15"


def test_urgent_ones_come_first_then_who_waits_longest(clinic: World) -> None:
    cast = clinic.cast
    late = clinic.wait_without_visit(PatientFactory(given_name="Late"))
    clinic.wait_without_visit(cast.ben, urgent=True)
    clinic.wait_without_visit(PatientFactory(given_name="Early"))
    WaitlistEntry.objects.filter(pk=late.pk).update(created_at=NOW + DAY)
    assert who(clinic.could_come(TUESDAY)) == ["Ben", "Early", "Late"]


def test_what_a_visit_gave_up_is_known_until_it_is_over(clinic: World) -> None:
    cast, visit = clinic.cast, clinic.booked.visit(1)
    assert waits.freed_by(visit, NOW) is None
    booking.cancel(appointment=visit, reason="ill", by=cast.fern, now=NOW)
    gap = waits.freed_by(clinic.booked.visit(1), NOW)
    assert gap is not None
    assert (gap.start, gap.end) == (visit.during.lower, visit.during.upper)
    assert gap.only == {cast.dr_cole.pk, cast.peel_room.pk}
    assert waits.freed_by(clinic.booked.visit(1), visit.during.upper) is None


# Sessions without a date --------------------------------------------------------------------------


def test_a_session_to_be_booked_counts_when_the_day_is_right_for_it(clinic: World) -> None:
    cast = clinic.cast
    for number in (2, 3, 4, 5):
        booking.cancel(appointment=clinic.booked.visit(number), reason="x", by=cast.fern, now=NOW)
    (taking,) = clinic.could_come(TWO_DAYS_BEFORE_CHRISTMAS)
    assert taking.waiting.what == "Glycolic peel, session 2 of 5"
    assert (taking.waiting.entry, taking.moves) == (None, ())
    # 13 days after session 1, and on a day after the course has lapsed
    assert clinic.could_come(TWO_DAYS_BEFORE_CHRISTMAS - DAY) == []
    assert clinic.could_come(datetime(2027, 6, 1, 10, tzinfo=UTC)) == []


def test_a_hole_in_a_course_needs_room_on_both_sides(clinic: World) -> None:
    cast = clinic.cast
    booking.cancel(appointment=clinic.booked.visit(2), reason="x", by=cast.fern, now=NOW)
    right = datetime(2027, 1, 5, 10, tzinfo=UTC)
    assert who(clinic.could_come(right)) == ["Ada"]
    assert who(clinic.could_come(right + DAY)) == []


def test_whoever_is_on_the_list_is_not_listed_twice(clinic: World) -> None:
    cast = clinic.cast
    booking.cancel(appointment=clinic.booked.visit(2), reason="x", by=cast.fern, now=NOW)
    right = datetime(2027, 1, 5, 10, tzinfo=UTC)
    visit = clinic.booked.visit(3)
    waitlist.add(
        patient=cast.ada, wishes=Wishes(visit.service, cast.harbour), by=cast.fern, now=NOW
    )
    assert [bool(each.waiting.entry) for each in clinic.could_come(right)] == [True]


# What it costs ------------------------------------------------------------------------------------


def test_the_calendar_is_read_once_however_many_wait(clinic: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            waitlist_fits.fits(
                clinic.gap(TUESDAY), waits.waiting_for(clinic.gap(TUESDAY), NOW), NOW
            )
        return len(caught)

    clinic.wait_without_visit(clinic.cast.ben)
    one = asked()
    for _number in range(30):
        clinic.wait_without_visit(PatientFactory())
    assert asked() == one


def test_rules_are_asked_for_the_most_pressing_only(clinic: World) -> None:
    for _number in range(matching.MOST + 3):
        clinic.wait_without_visit(PatientFactory())
    found = matching.matches(clinic.gap(TUESDAY), NOW)
    assert (len(found.takings), found.more) == (matching.MOST, 3)
