"""The search for a whole series: from the rows of a clinic to dates, or to what is in the way."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import (
    Absence,
    Closure,
    Location,
    Reservation,
    Resource,
    Service,
    WeeklyHours,
)
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.series import Proposal
from tests.agreed import agree
from tests.conftest import NOW, Cast, resource
from tests.health import receive
from treatments.actions import plans
from treatments.actions.plans import CourseTerms
from treatments.models import Course, Protocol
from treatments.queries import courses, series
from treatments.queries.series import Search, Wishes

LONDON = ZoneInfo("Europe/London")
TUESDAY = date(2026, 12, 1)


def start(cast: Cast, sessions: int = 5, modality: str = "glycolic", **more: Any) -> Course:
    """A course of Ada's, nothing booked yet."""
    protocol = Protocol.objects.get(modality=modality)
    # nobody who uses no retinoid has to wait for its pause
    more = {"uses_retinoid": False} | more
    terms = CourseTerms(protocol, cast.harbour, sessions, **more)
    return plans.start_course(patient=cast.ada, terms=terms, by=cast.fern, now=NOW)


def loaded(course: Course) -> Course:
    return courses.with_sessions().get(pk=course.pk)


def find(course: Course, number: int = 52, **wishes: Any) -> Search:
    """Search for the next open sessions of a course, at most `number`."""
    full = loaded(course)
    asked = Wishes(**{"earliest": TUESDAY} | wishes)
    return series.search(full, courses.open_run(full)[:number], asked, NOW)


def starts(proposal: Proposal) -> list[str]:
    return [
        f"{to_datetime(slot.start).astimezone(LONDON):%a %-d %b %H:%M}" for slot in proposal.slots
    ]


def best(found: Search) -> Proposal:
    assert not isinstance(found.answer, Refusal), found.answer.sentences
    return found.answer.best


def sentences(found: Search) -> Sequence[str]:
    assert isinstance(found.answer, Refusal), [starts(each) for each in found.answer]
    return found.answer.sentences


def book_session(course: Course, number: int, at: datetime, cast: Cast, *, done: bool) -> None:
    """Give one session an appointment with Dr Cole in peel room 1; `done` closes it."""
    session = course.sessions.get(number=number)
    claim = Claim(course.protocol.service_of(number), at, (cast.dr_cole.pk, cast.peel_room.pk))
    session.appointment = booking.book(
        claim=claim, patient=cast.ada, location=cast.harbour, by=cast.fern, now=min(NOW, at)
    )
    session.save()
    if done:
        agree(cast.ada, cast.fern, course.protocol.modality)
        for step in (receive, booking.start, booking.complete):
            step(appointment=session.appointment, by=cast.fern, now=at)


def away(resource: Resource, first: date, until: date) -> None:
    """Nothing can be booked with it on these days."""
    during = DateTimeTZRange(
        datetime.combine(first, time.min, LONDON), datetime.combine(until, time.min, LONDON)
    )
    absence = Absence.objects.create(resource=resource, during=during, kind="leave")
    Reservation.objects.create(resource=resource, absence=absence, during=during)


def test_search_proposes_the_ideal_gaps_from_the_first_day_on(cast: Cast) -> None:
    found = best(find(start(cast)))
    assert starts(found) == [
        "Tue 1 Dec 09:00",
        "Tue 22 Dec 09:00",
        "Tue 12 Jan 09:00",
        "Tue 2 Feb 09:00",
        "Tue 23 Feb 09:00",
    ]
    assert found.gaps == (None, 21, 21, 21, 21)


def test_search_keeps_the_wished_weekdays_hours_and_person(cast: Cast) -> None:
    found = find(
        start(cast),
        weekdays=frozenset({3}),
        hours=(time(15), time(18)),
        person=cast.nurse_nora.pk,
        only_that_person=True,
    )
    assert starts(best(found)) == [
        "Thu 3 Dec 15:00",
        "Thu 24 Dec 15:00",
        "Thu 14 Jan 15:00",
        "Thu 4 Feb 15:00",
        "Thu 25 Feb 15:00",
    ]
    assert {slot.assignment[0] for slot in best(found).slots} == {cast.nurse_nora.pk}


def test_search_counts_from_the_session_that_was_done(cast: Cast) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    found = best(find(course))
    assert starts(found) == ["Mon 7 Dec 09:00", "Mon 28 Dec 09:00", "Mon 18 Jan 09:00"]
    assert found.gaps == (21, 21, 21)


def test_search_keeps_its_distance_from_a_session_booked_after_the_run(cast: Cast) -> None:
    course = start(cast, 4)
    book_session(course, 2, datetime(2026, 12, 21, 15, 30, tzinfo=UTC), cast, done=False)
    found = best(find(course))
    assert [each.number for each in find(course).sessions] == [1]
    assert starts(found) == ["Tue 1 Dec 09:00"]


def test_search_passes_over_a_month_in_which_nobody_is_there(cast: Cast) -> None:
    for person in (cast.dr_cole, cast.nurse_nora):
        away(person, date(2026, 12, 1), date(2027, 1, 1))
    assert starts(best(find(start(cast, 4))))[0] == "Fri 1 Jan 09:00"


def test_search_refuses_a_running_course_in_a_month_that_is_booked_out(cast: Cast) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    for person in (cast.dr_cole, cast.nurse_nora):
        away(person, date(2026, 12, 1), date(2027, 1, 1))
    assert sentences(find(course)) == (
        "Session 2: Dr Cole and Nurse Nora are away until Fri 1 Jan (leave)",
    )


def test_search_says_so_when_the_course_is_longer_than_the_horizon(
    cast: Cast, settings: Any
) -> None:
    settings.SERIES_HORIZON_WEEKS = 6
    assert sentences(find(start(cast))) == (
        "Session 4: 5 sessions with at least 14 days between them need 57 days; "
        "the calendar is searched for 42",
        "Session 5: 5 sessions with at least 14 days between them need 57 days; "
        "the calendar is searched for 42",
    )
    assert len(best(find(Course.objects.get(), number=3)).slots) == 3


def test_search_keeps_clear_of_a_visit_at_a_location_on_another_clock(cast: Cast) -> None:
    """Ten at night in Auckland is nine in the morning in London."""
    auckland = Location.objects.create(name="Queen St", time_zone="Pacific/Auckland", phone="1")
    doctor = resource(auckland, "person", "Dr Ngata", "assess")
    room = resource(auckland, "room", "Room A", "consult-room")
    for one in (doctor, room):
        one.weekly_hours.update(opens=time(20), closes=time(23, 59))
    night = datetime(2026, 12, 1, 22, tzinfo=auckland.zone)
    claim = Claim(Service.objects.get(key="assessment"), night, (doctor.pk, room.pk))
    booking.book(claim=claim, patient=cast.ada, location=auckland, by=cast.fern, now=NOW)
    assert starts(best(find(start(cast), number=1))) == ["Tue 1 Dec 09:30"]


def test_search_passes_over_closed_days_of_its_own_location_only(cast: Cast) -> None:
    elsewhere = Location.objects.create(name="Queen St", time_zone="Pacific/Auckland", phone="1")
    for where, last in ((cast.harbour, date(2026, 12, 2)), (elsewhere, date(2026, 12, 31))):
        Closure.objects.create(
            location=where, starts_on=TUESDAY, ends_on=last, reason="Stocktaking"
        )
    assert starts(best(find(start(cast), number=1))) == ["Thu 3 Dec 09:00"]


def test_search_never_offers_the_hour_that_the_clocks_skip(cast: Cast) -> None:
    """On 28 March 2027 London goes from 01:00 to 02:00; the clinic works at night for once."""
    for one in (cast.dr_cole, cast.peel_room):
        WeeklyHours.objects.create(
            resource=one, location=cast.harbour, weekday=6, opens=time(0), closes=time(6)
        )
    night = {"earliest": date(2027, 3, 28), "weekdays": frozenset({6})}
    course = start(cast, 4)
    found = find(course, number=1, hours=(time(0), time(6)), **night)
    assert starts(best(found)) == ["Sun 28 Mar 00:00"]
    skipped = find(course, number=1, hours=(time(1), time(2)), **night)
    assert starts(best(skipped)) == ["Sun 4 Apr 01:00"]


def test_search_finds_a_date_for_a_treatment_without_gaps(cast: Cast) -> None:
    assert starts(best(find(start(cast, 1, "retinoid")))) == ["Tue 1 Dec 09:00"]


def queries(course: Course) -> int:
    full = loaded(course)
    run = courses.open_run(full)
    with CaptureQueriesContext(connection) as caught:
        series.search(full, run, Wishes(TUESDAY), NOW)
    return len(caught)


def test_search_asks_the_same_few_queries_for_two_sessions_and_for_six(cast: Cast) -> None:
    two = start(cast, 6)
    two.sessions.filter(number__gt=2).delete()
    six = plans.start_course(
        patient=cast.ben,
        terms=CourseTerms(cast.glycolic, cast.harbour, 6),
        by=cast.fern,
        now=NOW,
    )
    assert (queries(two), queries(six)) == (4, 4)


def test_search_reads_nobody_who_could_not_serve_the_course(cast: Cast) -> None:
    resource(cast.harbour, "device", "CO2 laser", "co2-laser")
    known = find(start(cast)).snapshot.resources
    assert {each.name for each in known} == {
        cast.dr_cole.name,
        cast.nurse_nora.name,
        cast.peel_room.name,
        cast.second_peel_room.name,
    }


# The line of a course ----------------------------------------------------------------------------


def test_dots_say_what_is_done_booked_out_of_its_window_and_to_book(cast: Cast) -> None:
    course = start(cast, 5)
    book_session(course, 1, datetime(2026, 11, 2, 15, 30, tzinfo=UTC), cast, done=True)
    book_session(course, 2, datetime(2026, 11, 23, 15, 30, tzinfo=UTC), cast, done=True)
    book_session(course, 3, datetime(2026, 12, 15, 15, 30, tzinfo=UTC), cast, done=False)
    book_session(course, 4, datetime(2027, 1, 20, 15, 30, tzinfo=UTC), cast, done=False)
    assert [(each.state, each.gap, each.label) for each in courses.dots(loaded(course))] == [
        ("done", None, "Session 1, Mon 2 Nov, 15:30"),
        ("done", 21, "Session 2, Mon 23 Nov, 15:30, 21 days after session 1"),
        ("booked", 22, "Session 3, Tue 15 Dec, 15:30, 22 days after session 2"),
        ("out", 36, "Session 4, Wed 20 Jan, 15:30, 36 days after session 3"),
        ("open", None, "Session 5"),
    ]


def test_a_missed_session_is_to_be_booked_again(cast: Cast) -> None:
    course = start(cast, 4)
    monday = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    book_session(course, 1, monday, cast, done=False)
    appointment = course.sessions.get(number=1).appointment
    assert appointment is not None
    booking.mark_no_show(appointment=appointment, by=cast.fern, now=monday + timedelta(hours=1))
    full = loaded(course)
    assert [each.number for each in courses.open_run(full)] == [1, 2, 3, 4]
    assert courses.dots(full)[0].label == "Session 1, missed on Mon 23 Nov, 15:30"


def test_next_due_counts_from_the_last_session_that_stands(cast: Cast) -> None:
    course = start(cast, 4)
    assert courses.next_due(loaded(course)) is None
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    due = courses.next_due(loaded(course))
    assert due is not None
    assert (due.session.number, due.soonest, due.ideal, due.latest, due.lapses) == (
        2,
        date(2026, 11, 30),
        date(2026, 12, 7),
        date(2026, 12, 14),
        date(2026, 12, 28),
    )
