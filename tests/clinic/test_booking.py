"""The booking door: what it books, and everything it refuses."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic.actions import booking
from clinic.actions.claims import BookingRefused, Claim, KeyReused
from clinic.models import Absence, Appointment, Booking, Closure, Reservation, Service
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.health import receive


def claim(cast: Cast, start: datetime, person: Any = None, room: Any = None) -> Claim:
    person, room = person or cast.dr_cole, room or cast.peel_room
    return Claim(Service.objects.get(key="glycolic"), start, (person.pk, room.pk))


def book(cast: Cast, start: datetime, patient: Any = None, **more: Any) -> Appointment:
    chosen = {name: more.pop(name) for name in ("person", "room") if name in more}
    request = {"patient": patient or cast.ada, "location": cast.harbour, "by": cast.fern}
    return booking.book(claim=claim(cast, start, **chosen), now=NOW, **request, **more)


def refusals(cast: Cast, start: datetime, **more: Any) -> list[str]:
    with pytest.raises(BookingRefused) as refused:
        book(cast, start, **more)
    return [each.text for each in refused.value.objections]


TUESDAY = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)


def test_book_holds_practitioner_and_room_each_for_its_segment(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)

    assert appointment.status == "booked"
    assert (appointment.during.lower, appointment.during.upper) == (
        TUESDAY,
        TUESDAY + timedelta(minutes=30),
    )
    held = appointment.reservations.order_by("need__position")
    assert [(each.resource.name, each.during.upper) for each in held] == [
        ("Dr Cole", TUESDAY + timedelta(minutes=30)),
        ("Peel room 1", TUESDAY + timedelta(minutes=40)),
    ]


def test_book_refuses_what_is_taken_and_names_all_of_it(cast: Cast) -> None:
    book(cast, TUESDAY)

    assert refusals(cast, TUESDAY + timedelta(minutes=15), patient=cast.ben) == [
        "Dr Cole is already booked then.",
        "Peel room 1 is already booked then.",
    ]
    assert Appointment.objects.count() == 1


def test_book_accepts_back_to_back(cast: Cast) -> None:
    book(cast, TUESDAY)
    later = book(
        cast, TUESDAY + timedelta(minutes=30), patient=cast.ben, room=cast.second_peel_room
    )
    assert later.pk


def test_book_refuses_a_room_that_is_still_being_cleaned(cast: Cast) -> None:
    book(cast, TUESDAY)
    later = TUESDAY + timedelta(minutes=30)
    assert refusals(cast, later, patient=cast.ben, person=cast.nurse_nora) == [
        "Peel room 1 is already booked then."
    ]


def test_book_refuses_a_patient_who_is_elsewhere(cast: Cast) -> None:
    service = Service.objects.get(key="assessment")
    booking.book(
        claim=Claim(service, TUESDAY, (cast.dr_cole.pk, cast.peel_room.pk)),
        patient=cast.ada,
        location=cast.harbour,
        by=cast.fern,
        now=NOW,
    )
    assert refusals(cast, TUESDAY, person=cast.nurse_nora, room=cast.second_peel_room) == [
        "Ada Lindqvist has another visit then: Assessment, 15:30 to 16:00."
    ]


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (datetime(2026, 11, 27, 15, tzinfo=UTC), "Fri 27 Nov, 15:00 is in the past."),
        (datetime(2099, 12, 1, 15, tzinfo=UTC), "1 Dec 2099 is too far ahead to book."),
        (
            datetime(2026, 12, 1, 15, 7, tzinfo=UTC),
            "Visits start every 15 minutes; 15:07 is between.",
        ),
        (
            datetime(2026, 12, 1, 15, 30, 30, tzinfo=UTC),
            "Visits start every 15 minutes; 15:30 is between.",
        ),
        (datetime(2026, 12, 1, 15, 30), "A start needs its time zone."),  # noqa: DTZ001
    ],
)
def test_book_refuses_impossible_times(cast: Cast, start: datetime, sentence: str) -> None:
    assert refusals(cast, start) == [sentence]


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 12, 1, 8, 45, tzinfo=UTC),  # before opening
        datetime(2026, 12, 1, 17, 45, tzinfo=UTC),  # would end after closing
        datetime(2026, 12, 5, 11, tzinfo=UTC),  # a Saturday
    ],
)
def test_book_refuses_times_outside_hours(cast: Cast, start: datetime) -> None:
    assert refusals(cast, start) == [
        "Dr Cole does not work then, or the clinic is closed.",
        "Peel room 1 does not work then, or the clinic is closed.",
    ]


def test_book_refuses_a_closed_day(cast: Cast) -> None:
    Closure.objects.create(
        location=cast.harbour,
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 1),
        reason="Works",
    )
    assert len(refusals(cast, TUESDAY)) == 2


def test_book_refuses_the_absent(cast: Cast) -> None:
    span = (TUESDAY - timedelta(hours=3), TUESDAY + timedelta(hours=3))
    absence = Absence.objects.create(resource=cast.dr_cole, during=span, kind="sick")
    Reservation.objects.create(resource=cast.dr_cole, absence=absence, during=span)
    assert refusals(cast, TUESDAY) == ["Dr Cole is away then (ill)."]


def test_book_refuses_those_who_cannot(cast: Cast) -> None:
    assert refusals(cast, TUESDAY, person=cast.peel_room, room=cast.dr_cole) == [
        "Peel room 1 is not set up for “Gives peels”.",
        "Dr Cole is not set up for “Peel room”.",
    ]


def test_book_refuses_the_deceased(cast: Cast) -> None:
    cast.ada.deceased = True
    cast.ada.save()
    assert refusals(cast, TUESDAY) == ["Ada Lindqvist is recorded as deceased."]


def series(cast: Cast, *starts: datetime, key: uuid.UUID | None = None) -> Booking:
    return booking.book_series(
        patient=cast.ada,
        location=cast.harbour,
        claims=[claim(cast, start) for start in starts],
        by=cast.fern,
        now=NOW,
        key=key,
    )


def test_book_series_books_all_or_none(cast: Cast) -> None:
    book(cast, TUESDAY + timedelta(days=42), patient=cast.ben)
    with pytest.raises(BookingRefused) as refused:
        series(cast, *(TUESDAY + timedelta(days=21 * n) for n in range(5)))

    assert [each.position for each in refused.value.objections] == [2, 2]
    assert Appointment.objects.filter(patient=cast.ada).count() == 0
    assert not Booking.objects.filter(actor=cast.fern, appointments=None).exists()


def test_a_repeated_key_gets_the_first_booking(cast: Cast) -> None:
    key = uuid.uuid4()
    first = series(cast, TUESDAY, key=key)
    again = series(cast, TUESDAY, key=key)

    assert again == first
    assert Appointment.objects.count() == 1


def test_a_key_with_another_request_is_an_error(cast: Cast) -> None:
    key = uuid.uuid4()
    series(cast, TUESDAY, key=key)
    with pytest.raises(KeyReused):
        series(cast, TUESDAY + timedelta(days=28), key=key)


def test_the_queries_of_a_series_grow_by_none_with_its_length(cast: Cast) -> None:
    def queries(patient: Any, first: datetime, sessions: int) -> int:
        claims = [claim(cast, first + timedelta(days=21 * n)) for n in range(sessions)]
        for each in claims[1:]:
            each.service.pk = claims[0].service.pk
        with CaptureQueriesContext(connection) as caught:
            booking.book_series(
                patient=patient, location=cast.harbour, claims=claims, by=cast.fern, now=NOW
            )
        return len(caught)

    assert queries(cast.ada, TUESDAY, 2) == queries(cast.ben, TUESDAY + timedelta(hours=1), 6)


def test_spacing_below_the_floor_is_refused_to_everybody(cast: Cast) -> None:
    book(cast, TUESDAY)
    soon = TUESDAY + timedelta(days=3)
    sentence = "Fri 4 Dec is 3 days after Tue 1 Dec. Glycolic peel needs at least 10 days."
    assert refusals(cast, soon) == [sentence]
    with pytest.raises(BookingRefused):
        booking.book(
            claim=claim(cast, soon),
            patient=cast.ada,
            location=cast.harbour,
            by=cast.cole,
            now=NOW,
            override_reason="the patient travels",
        )


def test_spacing_below_the_minimum_needs_a_clinician_with_a_reason(cast: Cast) -> None:
    book(cast, TUESDAY)
    soon = TUESDAY + timedelta(days=10)
    expected = (
        "Fri 11 Dec is 10 days after Tue 1 Dec; 14 are usual for Glycolic peel. "
        "A clinician may book it with a reason."
    )
    assert refusals(cast, soon) == [expected]
    assert refusals(cast, soon, override_reason="asked for") == [expected]

    booked = booking.book(
        claim=claim(cast, soon),
        patient=cast.ada,
        location=cast.harbour,
        by=cast.cole,
        now=NOW,
        override_reason="the patient travels",
    )
    assert booked.override_reason == "the patient travels"


def test_move_releases_and_claims_in_one_step(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)
    moved = booking.move(
        appointment=appointment,
        claim=claim(cast, TUESDAY + timedelta(minutes=15)),
        by=cast.fern,
        now=NOW,
    )
    assert moved.version == 2
    assert moved.during.lower == TUESDAY + timedelta(minutes=15)
    assert Reservation.objects.count() == 2


def test_move_refused_leaves_everything_as_it_was(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)
    book(cast, TUESDAY + timedelta(hours=1), patient=cast.ben)
    with pytest.raises(BookingRefused):
        booking.move(
            appointment=appointment,
            claim=claim(cast, TUESDAY + timedelta(hours=1)),
            by=cast.fern,
            now=NOW,
        )
    appointment.refresh_from_db()
    assert (appointment.version, appointment.during.lower) == (1, TUESDAY)
    assert appointment.reservations.count() == 2


def test_cancel_frees_what_it_held_and_keeps_the_row(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)
    cancelled = booking.cancel(appointment=appointment, reason="ill", by=cast.fern, now=NOW)

    assert (cancelled.status, cancelled.cancelled_by, cancelled.cancel_reason) == (
        "cancelled",
        cast.fern,
        "ill",
    )
    assert Reservation.objects.count() == 0
    assert book(cast, TUESDAY, patient=cast.ben).pk


def test_the_visit_goes_its_way_and_one_step_back(cast: Cast) -> None:
    today = NOW + timedelta(hours=1)
    appointment = book(cast, today)
    step = {"by": cast.fern, "now": today}
    agree(cast.ada, cast.fern)

    assert receive(appointment=appointment, **step).status == "arrived"
    assert booking.start(appointment=appointment, **step).status == "in_room"
    done = booking.complete(appointment=appointment, **step)
    assert done.status == "done"
    assert booking.undo_status(appointment=done, **step).status == "in_room"


def test_a_visit_of_another_day_cannot_be_checked_in(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)
    with pytest.raises(BookingRefused, match="on Tue 1 Dec at 15:30: it is too early"):
        booking.check_in(appointment=appointment, by=cast.fern, now=NOW)


@pytest.mark.parametrize(
    ("moment", "possible"),
    [
        (datetime(2026, 12, 1, 7, tzinfo=UTC), True),  # early on the day of an afternoon visit
        (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), False),  # a minute before that day
    ],
)
def test_arriving_is_possible_on_the_day_of_the_visit(
    cast: Cast, moment: datetime, possible: bool
) -> None:
    appointment = book(cast, TUESDAY)
    assert appointment.may_become("arrived", moment) is possible


def test_nobody_is_missed_before_the_time(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)
    with pytest.raises(BookingRefused, match="too early"):
        booking.mark_no_show(
            appointment=appointment, by=cast.fern, now=TUESDAY - timedelta(minutes=1)
        )
    missed = booking.mark_no_show(appointment=appointment, by=cast.fern, now=TUESDAY)
    assert missed.status == "no_show"


def test_a_no_show_cannot_be_taken_back_beside_the_visit_that_replaced_it(cast: Cast) -> None:
    missed = book(cast, TUESDAY)
    booking.mark_no_show(appointment=missed, by=cast.fern, now=TUESDAY)
    booking.book(
        claim=claim(cast, TUESDAY + timedelta(days=1)),
        patient=cast.ada,
        location=cast.harbour,
        by=cast.fern,
        now=TUESDAY,
    )
    again = "Wed 2 Dec is 1 day after Tue 1 Dec. Glycolic peel needs at least 10 days."
    with pytest.raises(BookingRefused, match=re.escape(again)):
        booking.undo_status(appointment=missed, by=cast.fern, now=TUESDAY)
    with pytest.raises(BookingRefused, match=re.escape(again)):
        booking.check_in(appointment=missed, by=cast.fern, now=TUESDAY)


def test_undo_from_an_old_page_takes_no_other_step_back(cast: Cast) -> None:
    appointment = book(cast, NOW + timedelta(hours=1))
    receive(appointment=appointment, by=cast.fern, now=NOW)
    with pytest.raises(BookingRefused, match="It is arrived by now"):
        booking.undo_status(appointment=appointment, by=cast.fern, now=NOW, seen="done")


def test_a_visit_that_is_over_cannot_be_cancelled(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)
    with pytest.raises(BookingRefused, match="This visit was on Tue 1 Dec"):
        booking.cancel(
            appointment=appointment, reason="late", by=cast.fern, now=TUESDAY + timedelta(hours=1)
        )


def test_a_repeated_key_does_not_bring_cancelled_visits_back(cast: Cast) -> None:
    key = uuid.uuid4()
    booked = series(cast, TUESDAY, key=key)
    booking.cancel(appointment=booked.appointments.get(), reason="", by=cast.fern, now=NOW)
    with pytest.raises(KeyReused, match="cancelled since"):
        series(cast, TUESDAY, key=key)


def test_a_cancelled_visit_cannot_be_completed(cast: Cast) -> None:
    appointment = book(cast, NOW + timedelta(hours=1))
    booking.cancel(appointment=appointment, reason="", by=cast.fern, now=NOW)
    with pytest.raises(BookingRefused, match="It is cancelled by now"):
        booking.complete(appointment=appointment, by=cast.fern, now=NOW)


def test_the_constraint_refuses_whoever_goes_round_the_door(cast: Cast) -> None:
    appointment = book(cast, TUESDAY)
    with (
        pytest.raises(IntegrityError, match="clinic_reservation_resource_once_at_a_time"),
        transaction.atomic(),
    ):
        Reservation.objects.create(
            resource=cast.dr_cole, appointment=appointment, during=appointment.during
        )
