"""Courses: agreed, booked as a series, kept in step with their letters."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.http import QueryDict

from clinic.actions import booking
from clinic.actions.claims import BookingRefused, KeyReused
from clinic.models import Appointment
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.series import Proposals
from clinic.scheduling.slots import Slot
from patients.models import Message
from tests.conftest import NOW, Cast
from treatments.actions import course_messages, plans
from treatments.actions.plans import CourseTerms, PlanRefused
from treatments.forms.series import SeriesForm
from treatments.models import Course
from treatments.queries import courses, series
from treatments.queries.series import Wishes

WISHES = Wishes(date(2026, 12, 1), frozenset({1, 3}), (time(15), time(18)))


def start(cast: Cast, sessions: int = 5, **more: object) -> Course:
    terms = CourseTerms(cast.glycolic, cast.harbour, sessions, cast.dr_cole)
    return plans.start_course(
        patient=cast.ada,
        terms=replace(terms, **more),  # type: ignore[arg-type]
        by=cast.fern,
        now=NOW,
    )


def proposed(course: Course, wishes: Wishes = WISHES) -> Proposals:
    course = courses.with_sessions().get(pk=course.pk)
    answer = series.search(course, plans.open_sessions(course), wishes, NOW).answer
    assert not isinstance(answer, Refusal), [str(each) for each in answer.sessions]
    return answer


def book(cast: Cast, course: Course, slots: tuple[Slot, ...], key: uuid.UUID | None = None) -> None:
    plans.book_series(
        course=courses.with_sessions().get(pk=course.pk),
        slots=slots,
        by=cast.fern,
        now=NOW,
        key=key or uuid.uuid4(),
    )


def starts(course: Course) -> list[datetime]:
    rows = Appointment.objects.filter(session__course=course).order_by("during")
    return [row.during.lower for row in rows]


def test_a_course_begins_with_all_its_sessions_open(cast: Cast) -> None:
    course = start(cast)
    assert [(each.number, each.state) for each in course.sessions.order_by("number")] == [
        (n, "open") for n in range(1, 6)
    ]


@pytest.mark.parametrize("sessions", [3, 7])
def test_the_protocol_limits_the_number_of_sessions(cast: Cast, sessions: int) -> None:
    with pytest.raises(PlanRefused, match="Glycolic peel takes 4 to 6 sessions"):
        start(cast, sessions)


def test_a_second_running_course_of_one_kind_is_refused(cast: Cast) -> None:
    start(cast)
    with pytest.raises(PlanRefused, match="Ada Lindqvist has a running course"):
        start(cast)


def test_the_best_series_keeps_the_ideal_gap_on_the_wished_days(cast: Cast) -> None:
    course = start(cast)
    best = proposed(course).best
    book(cast, course, best.slots)

    first = datetime(2026, 12, 1, 15, tzinfo=UTC)
    assert starts(course) == [first + timedelta(days=21 * n) for n in range(5)]
    assert best.gaps == (None, 21, 21, 21, 21)


def test_at_least_two_other_series_are_really_different(cast: Cast) -> None:
    best, *others = proposed(start(cast))
    assert len(others) >= 2
    for other in others:
        moved = sum(
            a.start // 1440 != b.start // 1440 for a, b in zip(best.slots, other.slots, strict=True)
        )
        assert moved >= 3


def test_booking_links_each_session_to_its_appointment_and_resources(cast: Cast) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    for session in course.sessions.select_related("appointment"):
        assert session.appointment is not None
        held = session.appointment.reservations.order_by("need__position")
        assert [each.resource.kind for each in held] == ["person", "room"]


def test_the_first_session_takes_longer(cast: Cast) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    rows = Appointment.objects.filter(session__course=course).order_by("during")
    assert [(row.during.upper - row.during.lower).seconds // 60 for row in rows] == [
        45,
        30,
        30,
        30,
        30,
    ]


def test_pressing_twice_books_once(cast: Cast) -> None:
    course, key = start(cast), uuid.uuid4()
    slots = proposed(course).best.slots
    book(cast, course, slots, key)
    book(cast, course, slots, key)
    assert Appointment.objects.count() == 5


def test_a_series_proposed_before_somebody_else_booked_it_is_refused(cast: Cast) -> None:
    course = start(cast)
    slots = proposed(course).best.slots
    book(cast, course, slots)
    with pytest.raises(BookingRefused, match="booked meanwhile"):
        book(cast, course, slots)


def test_a_refused_series_leaves_nothing_behind(cast: Cast) -> None:
    course = start(cast)
    slots = proposed(course).best.slots
    closed = replace(slots[3], start=slots[3].start + 4 * 1440)  # a Saturday
    with pytest.raises(BookingRefused):
        book(cast, course, (*slots[:3], closed, slots[4]))
    assert Appointment.objects.count() == 0
    assert not Message.objects.exclude(kind="education").exists()


def test_a_cancelled_session_is_proposed_between_its_neighbours(cast: Cast) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    third = Appointment.objects.get(session__course=course, session__number=3)
    booking.cancel(appointment=third, reason="ill", by=cast.fern, now=NOW)

    answer = proposed(course, replace(WISHES, weekdays=frozenset(), hours=None))
    (slot,) = answer.best.slots
    assert answer.best.gaps == (21,)
    book(cast, course, (slot,))
    assert len([each for each in starts(course) if each]) == 5


def test_search_takes_the_same_queries_for_two_sessions_and_six(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    def queries(sessions: int) -> int:
        course = courses.with_sessions().get(pk=started.pk)
        run = plans.open_sessions(course)[:sessions]
        with CaptureQueriesContext(connection) as caught:
            series.search(course, run, WISHES, NOW)
        return len(caught)

    started = start(cast, 6)
    assert queries(2) == queries(6) <= 9


def test_letters_are_planned_with_the_booking_and_withdrawn_with_the_visit(cast: Cast) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    third = course.sessions.get(number=3)
    planned = Message.objects.filter(subject_key=third.subject_key, status="planned")
    assert {each.kind for each in planned} == {
        "precare_14",
        "screen_due",
        "stop_retinoid",
        "precare_3",
        "tomorrow",
        "aftercare_day0",
        "check_1",
        "flaking_3",
        "settled_7",
        "sunscreen",
    }

    assert third.appointment is not None
    booking.cancel(appointment=third.appointment, reason="ill", by=cast.fern, now=NOW)

    rows = Message.objects.filter(subject_key=third.subject_key)
    assert set(rows.values_list("status", "reason")) == {("withdrawn", "visit moved or cancelled")}
    about = Message.objects.filter(
        subject_key=third.appointment.rearranged.get().rearrangement.subject_key
    )
    assert list(about.values_list("kind", "status")) == [("cancelled", "planned")]


def test_planning_letters_again_changes_nothing(cast: Cast) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    before = list(Message.objects.order_by("pk").values())

    assert course_messages.replan_all(now=NOW) == 0
    assert list(Message.objects.order_by("pk").values()) == before


def test_a_moved_session_gets_letters_for_its_new_day(cast: Cast) -> None:
    course = start(cast)
    book(cast, course, proposed(course).best.slots)
    fifth = Appointment.objects.get(session__course=course, session__number=5)
    later = fifth.during.lower + timedelta(days=2)
    people = tuple(fifth.reservations.order_by("need__position").values_list("resource", flat=True))
    booking.move(
        appointment=fifth,
        claim=booking.Claim(fifth.service, later, people),
        by=cast.fern,
        now=NOW,
    )
    tomorrow = Message.objects.get(
        subject_key=f"session:{fifth.session.pk}", kind="tomorrow", status="planned"
    )
    assert tomorrow.due_at == datetime(2027, 2, 24, 18, tzinfo=UTC)


def test_a_key_used_for_another_request_is_told_apart(cast: Cast) -> None:
    course, key = start(cast), uuid.uuid4()
    best, other, *_ = proposed(course)
    book(cast, course, best.slots, key)
    with pytest.raises(KeyReused):
        book(cast, course, other.slots, key)


@pytest.mark.parametrize(
    ("uses_retinoid", "skin_type", "first_day"),
    [
        (False, 3, date(2026, 12, 1)),
        (True, 3, date(2026, 12, 3)),
        (None, 3, date(2026, 12, 3)),
        (None, 5, date(2026, 12, 7)),
    ],
)
def test_the_usual_first_day_leaves_time_to_pause_a_retinoid(
    cast: Cast, uses_retinoid: bool | None, skin_type: int, first_day: date
) -> None:
    """Three days before for skin types I-III, seven for IV-VI (clinical fact base 1.2)."""
    cast.ada.skin_type = skin_type
    cast.ada.save()
    course = start(cast, uses_retinoid=uses_retinoid)
    form = SeriesForm(
        QueryDict(), course=course, run=plans.open_sessions(course), people=[], today=NOW.date()
    )
    assert form["earliest"].value() == first_day.isoformat()


def test_sessions_before_a_standing_one_keep_its_window(cast: Cast) -> None:
    """Two cancelled sessions at the front: the second of them must reach the third in time."""
    course = start(cast, 4)
    later = replace(WISHES, earliest=date(2027, 1, 11), weekdays=frozenset(), hours=None)
    book(cast, course, proposed(course, later).best.slots)
    for number in (1, 2):
        visit = Appointment.objects.get(session__course=course, session__number=number)
        booking.cancel(appointment=visit, reason="ill", by=cast.fern, now=NOW)

    third = Appointment.objects.get(session__course=course, session__number=3).during.lower.date()
    now_ = replace(later, earliest=date(2026, 12, 1))
    for proposal in proposed(course, now_):
        days = [date(1970, 1, 1) + timedelta(minutes=slot.start) for slot in proposal.slots]
        assert 14 <= (third - days[-1]).days <= 28


def test_fewer_sessions_than_are_open_leave_room_for_the_others(cast: Cast) -> None:
    course = start(cast, 4)
    book(cast, course, proposed(course).best.slots)
    for number in (2, 3):
        visit = Appointment.objects.get(session__course=course, session__number=number)
        booking.cancel(appointment=visit, reason="ill", by=cast.fern, now=NOW)
    full = courses.with_sessions().get(pk=course.pk)
    wishes = replace(WISHES, weekdays=frozenset(), hours=None)
    answer = series.search(full, plans.open_sessions(course)[:1], wishes, NOW).answer
    assert not isinstance(answer, Refusal)
    fourth = Appointment.objects.get(session__course=course, session__number=4).during.lower
    for proposal in answer:
        left = fourth - datetime.fromtimestamp(proposal.slots[0].start * 60, UTC)
        assert 28 <= left.days <= 56
