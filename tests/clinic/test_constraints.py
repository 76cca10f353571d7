"""What the database refuses about time, places and visits, each rule by its name.

These rows go round the actions: whoever writes to the tables, the rules hold.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clinic.models import Absence, Appointment, Booking, Reservation, Resource
from tests.factories.clinic import (
    MONDAY,
    AbsenceFactory,
    AppointmentFactory,
    BookingFactory,
    ClosureFactory,
    LocationFactory,
    NeedFactory,
    RearrangedVisitFactory,
    RearrangementFactory,
    ReservationFactory,
    ResourceFactory,
    ServiceFactory,
    UserFactory,
    WeeklyHoursFactory,
    span,
)
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

HALF_HOUR = timedelta(minutes=30)


# What is no time ---------------------------------------------------------------------------------


class Holder(NamedTuple):
    """A table with a column `during`, and the names of the three rules about it."""

    make: Callable[[], models.Model]
    half_open: str
    length: str
    our_time: str


HOLDERS = {
    "absence": Holder(
        lambda: AbsenceFactory(holds=False),
        "clinic_absence_during_half_open",
        "clinic_absence_during_believable_length",
        "clinic_absence_during_in_our_time",
    ),
    "appointment": Holder(
        AppointmentFactory,
        "clinic_appointment_during_half_open",
        "clinic_appointment_during_believable_length",
        "clinic_appointment_during_in_our_time",
    ),
    "reservation": Holder(
        lambda: ReservationFactory(appointment=AppointmentFactory()),
        "clinic_reservation_during_half_open",
        "clinic_reservation_during_believable_length",
        "clinic_reservation_during_in_our_time",
    ),
}


@pytest.fixture(params=HOLDERS)
def holder(request: pytest.FixtureRequest) -> Holder:
    return HOLDERS[request.param]


def store(row: models.Model, during: str | None) -> None:
    """Write the range as SQL spells it: the ORM would not let every one of these through."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET during = %s::tstzrange WHERE id = %s",
            [during, row.pk],
        )


@pytest.mark.parametrize(
    ("during", "rule"),
    [
        # where several rules refuse, PostgreSQL names the first in the alphabet
        ("empty", "length"),
        ("[2026-11-30 10:00Z, 2026-11-30 10:00Z)", "length"),
        ("[2026-11-30 10:00Z, 2026-11-30 10:00Z]", "length"),
        ("[2026-11-30 10:00Z, 2026-11-30 10:04:59Z)", "length"),
        ("[2026-11-30 10:00Z, 2027-12-02 10:00Z)", "length"),
        ("[2026-11-30 10:00Z, infinity)", "length"),
        ("[-infinity, 2026-11-30 10:00Z)", "length"),
        ("[-infinity, infinity)", "length"),
        # instants are not counted in steps, so PostgreSQL cannot rewrite these as half-open
        ("[2026-11-30 10:00Z, 2026-11-30 10:30Z]", "half_open"),
        ("(2026-11-30 10:00Z, 2026-11-30 10:30Z)", "half_open"),
        ("(2026-11-30 10:00Z, 2026-11-30 10:30Z]", "half_open"),
        ("[2026-11-30 10:00Z,)", "half_open"),
        ("(,2026-11-30 10:00Z)", "half_open"),
        ("(,)", "half_open"),
        ("[9999-12-30 10:00Z, 9999-12-30 10:30Z)", "our_time"),
        ("[2199-12-31 23:45Z, 2200-01-01 00:15Z)", "our_time"),
        ("[1999-12-31 23:55Z, 2000-01-01 00:25Z)", "our_time"),
        ("[0026-11-30 10:00Z, 0026-11-30 10:30Z)", "our_time"),
    ],
)
def test_a_range_that_is_no_time_is_refused(holder: Holder, during: str, rule: str) -> None:
    row = holder.make()
    with pytest.raises(IntegrityError, match=f'check constraint "{getattr(holder, rule)}"'):
        store(row, during)


@pytest.mark.parametrize(
    "during",
    [
        "[2026-11-30 10:00Z, 2026-11-30 10:05Z)",
        "[2026-11-30 10:00Z, 2026-11-30 22:00Z)",
        "[2000-01-01 00:00Z, 2000-01-01 00:30Z)",
        "[2199-12-31 23:00Z, 2199-12-31 23:30Z)",
        # the same instants on another clock
        "[2026-11-30 15:30+05:30, 2026-11-30 16:00+05:30)",
    ],
)
def test_a_range_at_the_edge_is_stored(holder: Holder, during: str) -> None:
    row = holder.make()
    store(row, during)
    row.refresh_from_db()
    assert row.during.lower < row.during.upper


def test_a_range_backwards_is_no_range_to_postgresql(holder: Holder) -> None:
    row = holder.make()
    with pytest.raises(DataError, match="lower bound must be less than or equal"):
        store(row, "[2026-11-30 10:30Z, 2026-11-30 10:00Z)")


def test_a_time_is_not_left_out(holder: Holder) -> None:
    row = holder.make()
    with pytest.raises(IntegrityError, match='null value in column "during"'):
        store(row, None)


def test_a_visit_lasts_half_a_day_at_most_and_an_absence_a_year() -> None:
    a_day_and_an_hour = "[2026-11-30 10:00Z, 2026-12-01 11:00Z)"
    with pytest.raises(IntegrityError, match="clinic_appointment_during_believable_length"):
        store(AppointmentFactory(), a_day_and_an_hour)
    with pytest.raises(IntegrityError, match="clinic_appointment_during_believable_length"):
        store(AppointmentFactory(), "[2026-11-30 10:00Z, 2026-11-30 22:01Z)")
    absence = AbsenceFactory()
    store(absence, a_day_and_an_hour)
    store(absence, "[2026-11-30 10:00Z, 2027-12-01 10:00Z)")
    store(absence.reservation, "[2026-11-30 10:00Z, 2027-12-01 10:00Z)")


@pytest.mark.parametrize(
    ("during", "sentences"),
    [
        (
            DateTimeTZRange(MONDAY, MONDAY + HALF_HOUR, "[]"),
            ["A time needs a start and a later end."],
        ),
        (span(MONDAY, 25 * 60), ["A time must last at least five minutes and not absurdly long."]),
        (span(datetime(2200, 1, 1, tzinfo=UTC), 30), ["That date cannot be meant."]),
    ],
)
def test_a_form_says_what_is_wrong_with_a_time(during: DateTimeTZRange, sentences: Any) -> None:
    appointment = AppointmentFactory()
    appointment.during = during
    with pytest.raises(ValidationError) as refused:
        appointment.full_clean()
    assert refused.value.message_dict == {"__all__": sentences}


# Once at a time ----------------------------------------------------------------------------------


def test_a_resource_is_held_once_at_a_time() -> None:
    first, second = AppointmentFactory.create_batch(2)
    held = ReservationFactory(appointment=first, during=span(MONDAY, 30))
    with (
        pytest.raises(IntegrityError, match="clinic_reservation_resource_once_at_a_time"),
        transaction.atomic(),
    ):
        ReservationFactory(
            appointment=second,
            resource=held.resource,
            during=span(MONDAY + timedelta(minutes=29), 30),
        )
    for start in (MONDAY - HALF_HOUR, MONDAY + HALF_HOUR):
        assert ReservationFactory(
            appointment=second, resource=held.resource, during=span(start, 30)
        ).pk
    assert ReservationFactory(appointment=second, during=span(MONDAY, 30)).pk


def test_an_absence_keeps_visits_out_like_a_visit_does() -> None:
    absence = AbsenceFactory(start=MONDAY, minutes=60)
    with (
        pytest.raises(IntegrityError, match="clinic_reservation_resource_once_at_a_time"),
        transaction.atomic(),
    ):
        ReservationFactory(
            appointment=AppointmentFactory(), resource=absence.resource, during=span(MONDAY, 30)
        )


def test_a_resource_is_away_once_at_a_time() -> None:
    absence = AbsenceFactory(start=MONDAY, minutes=60)
    with (
        pytest.raises(IntegrityError, match="clinic_absence_once_at_a_time"),
        transaction.atomic(),
    ):
        AbsenceFactory(resource=absence.resource, start=MONDAY + HALF_HOUR, holds=False)
    assert AbsenceFactory(resource=absence.resource, start=MONDAY + 2 * HALF_HOUR).pk
    assert AbsenceFactory(start=MONDAY + HALF_HOUR).pk


def test_a_patient_is_in_one_place_at_a_time() -> None:
    first = AppointmentFactory(start=MONDAY)
    with (
        pytest.raises(IntegrityError, match="clinic_appointment_patient_once_at_a_time"),
        transaction.atomic(),
    ):
        AppointmentFactory(patient=first.patient, start=MONDAY + timedelta(minutes=29))
    for start in (MONDAY - HALF_HOUR, MONDAY + HALF_HOUR):
        assert AppointmentFactory(patient=first.patient, start=start).pk
    assert AppointmentFactory(start=MONDAY).pk


@pytest.mark.parametrize("state", ["cancelled", "missed"])
def test_a_visit_that_does_not_take_place_leaves_its_time(state: str) -> None:
    first = AppointmentFactory(start=MONDAY, **{state: True})
    assert not first.blocks_time
    assert AppointmentFactory(patient=first.patient, start=MONDAY).blocks_time


@pytest.mark.parametrize(
    "state", ["held", "booked", "confirmed", "arrived", "in_room", "done", "triage"]
)
def test_every_other_status_blocks_time_also_one_nobody_knows_yet(state: str) -> None:
    more = {"held_until": MONDAY} if state == "held" else {}
    first = AppointmentFactory(start=MONDAY, status=state, **more)
    first.refresh_from_db()
    assert first.blocks_time
    with (
        pytest.raises(IntegrityError, match="clinic_appointment_patient_once_at_a_time"),
        transaction.atomic(),
    ):
        AppointmentFactory(patient=first.patient, start=MONDAY)


def test_a_missed_visit_cannot_be_brought_back_over_another() -> None:
    missed = AppointmentFactory(start=MONDAY, missed=True)
    AppointmentFactory(patient=missed.patient, start=MONDAY)
    with (
        pytest.raises(IntegrityError, match="clinic_appointment_patient_once_at_a_time"),
        transaction.atomic(),
    ):
        Appointment.objects.filter(pk=missed.pk).update(status="arrived")


def test_a_form_says_what_is_taken() -> None:
    visit = AppointmentFactory(start=MONDAY)
    second = AppointmentFactory.build(
        booking=visit.booking,
        patient=visit.patient,
        service=visit.service,
        location=visit.location,
        start=MONDAY,
    )
    held = ReservationFactory(appointment=visit)
    twice = Reservation(resource=held.resource, appointment=visit, during=held.during)
    absence = AbsenceFactory(start=MONDAY + timedelta(hours=2))
    away = Absence(resource=absence.resource, during=absence.during, kind="sick")
    assert [said(each) for each in (second, twice, away)] == [
        ["The patient has another visit at this time."],
        ["This is taken at that time."],
        ["There is an absence in this time already."],
    ]


def said(row: models.Model) -> list[str]:
    """What a form would show above its fields."""
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    return refused.value.message_dict["__all__"]


# Visits, and what they hold ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"status": "cancelled"},
        {"status": "cancelled", "cancelled_at": MONDAY},
        {"cancelled_at": MONDAY},
        {"status": "no_show", "cancelled_at": MONDAY},
    ],
)
def test_a_cancelled_visit_says_who_and_when_and_no_other_does(values: dict[str, Any]) -> None:
    visit = AppointmentFactory()
    with (
        pytest.raises(IntegrityError, match="clinic_appointment_cancelled_at_with_by"),
        transaction.atomic(),
    ):
        Appointment.objects.filter(pk=visit.pk).update(**values)


def test_a_cancelled_visit_needs_the_name_too() -> None:
    visit = AppointmentFactory()
    by = {"cancelled_by": visit.booking.actor}
    for values in (by, by | {"status": "cancelled"}):
        with (
            pytest.raises(IntegrityError, match="clinic_appointment_cancelled_at_with_by"),
            transaction.atomic(),
        ):
            Appointment.objects.filter(pk=visit.pk).update(**values)
    whole = by | {"status": "cancelled", "cancelled_at": MONDAY}
    assert Appointment.objects.filter(pk=visit.pk).update(**whole) == 1


@pytest.mark.parametrize(
    "values", [{"status": "held"}, {"held_until": MONDAY}, {"status": "done", "held_until": MONDAY}]
)
def test_only_a_hold_expires_and_every_hold_does(values: dict[str, Any]) -> None:
    visit = AppointmentFactory()
    with (
        pytest.raises(IntegrityError, match="clinic_appointment_only_a_hold_expires"),
        transaction.atomic(),
    ):
        Appointment.objects.filter(pk=visit.pk).update(**values)
    assert AppointmentFactory(held=True).held_until


def test_a_reservation_is_for_a_visit_or_for_an_absence() -> None:
    visit, absence = AppointmentFactory(), AbsenceFactory(holds=False)
    for values in ({}, {"appointment": visit, "absence": absence}):
        with (
            pytest.raises(IntegrityError, match="clinic_reservation_for_one_thing"),
            transaction.atomic(),
        ):
            ReservationFactory(resource=absence.resource, **values)
    assert ReservationFactory(resource=absence.resource, absence=absence).pk
    assert ReservationFactory(appointment=visit).pk


def test_one_key_of_one_person_makes_one_booking() -> None:
    first = BookingFactory()
    with pytest.raises(IntegrityError, match="clinic_booking_key_once"), transaction.atomic():
        BookingFactory(actor=first.actor, key=first.key, content_hash="1" * 64)
    # the same key from somebody else is another request
    BookingFactory(key=first.key)
    assert Booking.objects.filter(key=first.key).count() == 2


# Places, people, services ------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [0, 1, 7, 20, 30, 60])
def test_visits_start_on_a_grid_that_every_clock_shares(minutes: int) -> None:
    """Kathmandu is 5:45 off: a grid of 20 or 30 minutes by UTC is none on its clocks."""
    with (
        pytest.raises(IntegrityError, match="clinic_location_grid_divides_every_zone_offset"),
        transaction.atomic(),
    ):
        LocationFactory(grid_minutes=minutes)
    assert LocationFactory(grid_minutes=5).pk


def test_a_name_is_taken_once_at_each_location() -> None:
    room = ResourceFactory(room=True, name="Room 1")
    with (
        pytest.raises(IntegrityError, match="clinic_resource_name_unique_at_location"),
        transaction.atomic(),
    ):
        ResourceFactory(name="Room 1", location=room.location)
    assert ResourceFactory(room=True, name="Room 1").pk
    assert said(Resource(kind="room", name="Room 1", location=room.location)) == [
        "This location has something of that name already."
    ]


@pytest.mark.parametrize("kind", ["room", "device", "robot"])
def test_only_people_sign_in(kind: str) -> None:
    with (
        pytest.raises(IntegrityError, match="clinic_resource_only_people_sign_in"),
        transaction.atomic(),
    ):
        ResourceFactory(kind=kind, user=UserFactory())
    assert ResourceFactory(user=UserFactory()).pk
    assert ResourceFactory(kind=kind).pk


@pytest.mark.parametrize("minutes", [0, 4, 721, 32767])
def test_a_service_lasts_a_believable_time(minutes: int) -> None:
    with (
        pytest.raises(IntegrityError, match="clinic_service_minutes_believable"),
        transaction.atomic(),
    ):
        ServiceFactory(minutes=minutes)
    assert said(ServiceFactory.build(minutes=minutes)) == [
        "A visit lasts between 5 minutes and 12 hours."
    ]


@pytest.mark.parametrize("minutes", [5, 720])
def test_the_shortest_and_the_longest_service_are_kept(minutes: int) -> None:
    assert ServiceFactory(minutes=minutes).pk


@pytest.mark.parametrize(("starts", "ends"), [(0, 0), (0, 4), (30, 30), (40, 30), (700, 721)])
def test_a_need_is_held_for_a_believable_time(starts: int, ends: int) -> None:
    with (
        pytest.raises(IntegrityError, match="clinic_need_segment_believable"),
        transaction.atomic(),
    ):
        NeedFactory(starts=starts, ends=ends)


@pytest.mark.parametrize(("starts", "ends"), [(0, 5), (715, 720)])
def test_the_shortest_and_the_latest_need_are_kept(starts: int, ends: int) -> None:
    assert NeedFactory(starts=starts, ends=ends).pk


def test_the_needs_of_a_service_have_an_order() -> None:
    need = NeedFactory(position=1)
    with pytest.raises(IntegrityError, match="clinic_need_position_unique"), transaction.atomic():
        NeedFactory(service=need.service, position=1)
    assert NeedFactory(service=need.service, position=2).pk
    assert NeedFactory(position=1).pk


# Hours and closed days ---------------------------------------------------------------------------


@pytest.mark.parametrize("closes", [time(9), time(8, 59), time(0)])
def test_closing_comes_after_opening(closes: time) -> None:
    with (
        pytest.raises(IntegrityError, match="clinic_weeklyhours_close_after_open"),
        transaction.atomic(),
    ):
        WeeklyHoursFactory(opens=time(9), closes=closes)
    assert said(WeeklyHoursFactory.build(resource=ResourceFactory(), closes=closes)) == [
        "Closing time must be after opening time."
    ]


@pytest.mark.parametrize("weekday", [7, 8])
def test_a_week_has_seven_days(weekday: int) -> None:
    with (
        pytest.raises(IntegrityError, match="clinic_weeklyhours_weekday_zero_to_six"),
        transaction.atomic(),
    ):
        WeeklyHoursFactory(weekday=weekday)
    assert [WeeklyHoursFactory(weekday=day).weekday for day in (0, 6)] == [0, 6]


def test_hours_do_not_end_before_they_begin() -> None:
    hours = WeeklyHoursFactory(valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 1))
    with (
        pytest.raises(IntegrityError, match="clinic_weeklyhours_until_not_before_from"),
        transaction.atomic(),
    ):
        WeeklyHoursFactory(valid_from=date(2026, 12, 2), valid_until=date(2026, 12, 1))
    hours.valid_from = date(2026, 12, 2)
    assert said(hours) == ["The last day is before the first."]
    assert WeeklyHoursFactory(valid_from=date(2026, 12, 2)).pk
    assert WeeklyHoursFactory(valid_until=date(2026, 12, 1)).pk


def test_a_closure_does_not_end_before_it_starts() -> None:
    with (
        pytest.raises(IntegrityError, match="clinic_closure_ends_not_before_start"),
        transaction.atomic(),
    ):
        ClosureFactory(starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 1))
    assert ClosureFactory(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1)).pk


def test_a_decision_counts_once_for_each_patient() -> None:
    made = RearrangementFactory()
    with (
        pytest.raises(IntegrityError, match="clinic_rearrangement_key_once"),
        transaction.atomic(),
    ):
        RearrangementFactory(key=made.key, actor=made.actor, patient=made.patient)
    assert RearrangementFactory(key=made.key, actor=made.actor).pk


def test_a_visit_is_in_a_decision_once() -> None:
    row = RearrangedVisitFactory()
    with (
        pytest.raises(IntegrityError, match="clinic_rearrangedvisit_once"),
        transaction.atomic(),
    ):
        RearrangedVisitFactory(rearrangement=row.rearrangement, appointment=row.appointment)


@pytest.mark.parametrize(
    ("what", "was", "became"),
    [
        ("moved", None, span(MONDAY, 30)),
        ("moved", span(MONDAY, 30), None),
        ("cancelled", span(MONDAY, 30), span(MONDAY, 30)),
        ("booked", span(MONDAY, 30), span(MONDAY, 30)),
        ("reinstated", None, None),
    ],
)
def test_a_decision_says_what_was_and_what_became(what: str, was: Any, became: Any) -> None:
    with (
        pytest.raises(IntegrityError, match="clinic_rearrangedvisit_was_and_became"),
        transaction.atomic(),
    ):
        RearrangedVisitFactory(what=what, was=was, became=became)


def test_nothing_of_all_this_takes_a_patient_with_it() -> None:
    """A patient with visits cannot be deleted: their rows are kept."""
    visit = AppointmentFactory(patient=PatientFactory())
    with pytest.raises(models.ProtectedError):
        visit.patient.delete()
