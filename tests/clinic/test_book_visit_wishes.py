"""The wishes of a search for one visit, and what the page says when nothing keeps them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.models import Absence, Appointment, Resource, Service
from tests.conftest import NOW, Cast, resource
from tests.factories.clinic import AbsenceFactory, AppointmentFactory, ClosureFactory

As = Callable[[User], Client]
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)
WEEK = 7 * 24 * 60


def page(client: Client, cast: Cast, **asked: Any) -> Any:
    return client.get(reverse("visit-book", args=[cast.ada.pk]), asked).context


def times(context: Any) -> dict[date, list[str]]:
    return {
        day["day"]: [f"{time.starts_at:%H:%M}" for time, _value in day["times"]]
        for day in context["days"]
    }


@pytest.fixture
def second(cast: Cast) -> Resource:
    """Another room for assessments."""
    return resource(cast.harbour, "room", "Study", "consult-room")


def away(who: Resource, kind: str, start: datetime, minutes: int) -> None:
    AbsenceFactory(resource=who, kind=kind, start=start, minutes=minutes)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_mornings_end_and_afternoons_begin_at_noon(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    morning = times(page(client, cast, part="morning"))[TUESDAY]
    assert (morning[0], morning[-1]) == ("09:00", "11:30")
    afternoon = times(page(client, cast, part="afternoon"))[TUESDAY]
    assert (afternoon[0], afternoon[-1]) == ("12:00", "17:30")


def test_from_and_until_narrow_the_part_of_the_day(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    asked = {"part": "afternoon", "closes": "13:15"}
    assert times(page(client, cast, **asked))[TUESDAY] == ["12:00", "12:15", "12:30", "12:45"]
    asked = {"opens": "17:10", "closes": "00:00"}
    assert times(page(client, cast, **asked))[TUESDAY] == ["17:15", "17:30"]


def test_only_the_wished_weekdays_are_shown(cast: Cast, as_: As) -> None:
    shown = times(page(as_(cast.fern), cast, weekdays=[1, 3]))
    assert list(shown) == [TUESDAY, TUESDAY + timedelta(days=2)]


def test_one_room_of_several_and_a_person_with_it(cast: Cast, as_: As, second: Resource) -> None:
    shown = page(as_(cast.fern), cast, room=second.pk, person=cast.dr_cole.pk)
    names = {time.names for day in shown["days"] for time, _value in day["times"]}
    assert names == {("Dr Cole", "Study")}


def test_a_choice_of_rooms_is_offered_where_there_is_one(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    assert {"room", "device"}.isdisjoint(page(client, cast)["form"].fields)
    study = resource(cast.harbour, "room", "Study", "consult-room")
    form = page(client, cast)["form"]
    # the second peel room serves no visit that stands alone
    assert form.fields["room"].choices == [
        ("", "Any room"),
        (str(cast.peel_room.pk), "Peel room 1"),
        (str(study.pk), "Study"),
    ]


def test_a_lapsed_hold_is_offered_again(cast: Cast, as_: As) -> None:
    assessment = Service.objects.get(key="assessment")
    for hour, until in ((9, NOW), (11, NOW + timedelta(minutes=1))):
        AppointmentFactory(
            location=cast.harbour,
            service=assessment,
            held=True,
            held_until=until,
            start=datetime(2026, 12, 1, hour, tzinfo=UTC),
            holding=[cast.dr_cole, cast.peel_room],
        )
    shown = times(page(as_(cast.fern), cast, closes="12:00"))[TUESDAY]
    assert shown == ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "11:30"]
    lapsed = Appointment.objects.lapsed(NOW)
    assert [each.during.lower.hour for each in lapsed] == [9]


@pytest.mark.parametrize(
    ("asked", "errors"),
    [
        ({"opens": "14:00", "closes": "13:00"}, {"closes": ["This is not later than “from”."]}),
        ({"part": "morning", "opens": "12:00"}, {"opens": ["The morning ends at 12:00."]}),
        ({"part": "afternoon", "closes": "12:00"}, {"closes": ["The afternoon begins at 12:00."]}),
        ({"opens": "late"}, {"opens": ["Write a time of day like 15:30."]}),
        ({"part": "night"}, {"part": ["Choose any time, morning or afternoon."]}),
        ({"weekdays": "7"}, {"weekdays": ["Choose among Monday to Sunday."]}),
        ({"person": "0"}, {"person": ["Choose somebody who works here."]}),
        ({"service": "0"}, {"service": ["Choose one of the services listed."]}),
    ],
)
def test_contradictions_are_told_at_their_field(
    cast: Cast, as_: As, asked: dict[str, str], errors: dict[str, list[str]]
) -> None:
    context = page(as_(cast.fern), cast, **asked)
    assert context["form"].errors == errors
    assert "days" not in context


def test_an_absence_is_told_with_its_kind_and_end(cast: Cast, as_: As) -> None:
    away(cast.dr_cole, Absence.Kind.SICK, midnight(MONDAY), WEEK + 5 * 24 * 60)
    shown = page(as_(cast.fern), cast)
    assert shown["why"] == ("Dr Cole is away (ill) until Fri 11 Dec.",)
    assert f"{shown['nearest'].starts_at:%a %d %H:%M}" == "Mon 14 09:00"


def test_a_room_is_closed_until_a_day(cast: Cast, as_: As) -> None:
    away(cast.peel_room, Absence.Kind.MAINTENANCE, midnight(MONDAY), 3 * WEEK)
    shown = page(as_(cast.fern), cast)
    assert shown["why"] == ("Peel room 1 is closed (maintenance) until Sun 20 Dec.",)


def test_a_closed_place_is_told_with_its_reason(cast: Cast, as_: As) -> None:
    ClosureFactory(location=cast.harbour, ends_on=date(2026, 12, 9), reason="New floor")
    assert page(as_(cast.fern), cast)["why"] == (
        "Harbour Street is closed (New floor) until Wed 9 Dec.",
    )


def test_booked_days_are_named(cast: Cast, as_: As) -> None:
    assessment = Service.objects.get(key="assessment")
    for hour in range(9, 18):
        for minute in (0, 30):
            AppointmentFactory(
                location=cast.harbour,
                service=assessment,
                start=datetime(2026, 12, 1, hour, minute, tzinfo=UTC),
                holding=[cast.dr_cole, cast.peel_room],
            )
    shown = page(as_(cast.fern), cast, weekdays=[1])
    assert shown["why"] == (
        "Dr Cole is booked up on Tue 1 Dec.",
        "Peel room 1 is booked up on Tue 1 Dec.",
    )
    assert [(str(words), f"{time.starts_at:%a %H:%M}") for words, time, _ in shown["ways_out"]] == [
        ("On any day", "Mon 09:00")
    ]


def test_a_patient_who_is_expected_elsewhere(cast: Cast, as_: As) -> None:
    AppointmentFactory(
        patient=cast.ada,
        service=Service.objects.get(key="assessment"),
        start=datetime(2026, 12, 1, 9, tzinfo=UTC),
    )
    asked = {"weekdays": 1, "closes": "09:30"}
    assert page(as_(cast.fern), cast, **asked)["why"] == (
        "The patient has other appointments on Tue 1 Dec, 00:00 to 09:30.",
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"opens": "09:00", "closes": "09:15"},
            "A visit of 30 minutes is too long for the time there is every day from Mon 30 Nov "
            "to Sun 6 Dec, 09:00 to 09:15.",
        ),
        (
            {"closes": "08:00"},
            "Dr Cole is away every day from Tue 1 Dec to Sun 6 Dec, 00:00 to 08:00.",
        ),
    ],
)
def test_hours_in_which_nothing_can_be(
    cast: Cast, as_: As, asked: dict[str, str], sentence: str
) -> None:
    shown = page(as_(cast.fern), cast, **asked)
    assert shown["why"][0] == sentence
    assert shown["nearest"] is None
    ((words, time, query),) = shown["ways_out"]
    assert (str(words), f"{time.starts_at:%H:%M}") == ("At any time of day", "09:00")
    assert "opens" not in query
    assert "closes" not in query


def test_two_who_cannot_do_it_together(cast: Cast, as_: As, second: Resource) -> None:
    shown = page(as_(cast.fern), cast, person=cast.nurse_nora.pk, room=second.pk)
    assert shown["why"] == ("Nurse Nora, Study cannot take part in “Assessment” together.",)


def test_the_nearest_free_time_is_booked_by_its_button(cast: Cast, as_: As) -> None:
    away(cast.dr_cole, Absence.Kind.LEAVE, midnight(MONDAY), WEEK)
    client = as_(cast.fern)
    shown = page(client, cast, part="afternoon")
    assert shown["nearest"].names == ("Dr Cole", "Peel room 1")
    assert shown["nearest_days"] == "?service={}&earliest=2026-12-07&part=afternoon".format(
        Service.objects.get(key="assessment").pk
    )
    client.post(reverse("visit-book", args=[cast.ada.pk]), {"time": shown["nearest_value"]})
    assert Appointment.objects.get().during.lower == datetime(2026, 12, 7, 12, tzinfo=UTC)


def test_today_late_in_the_evening(cast: Cast, as_: As) -> None:
    asked = {"weekdays": 0, "closes": "09:00"}
    assert page(as_(cast.fern), cast, **asked)["why"] == (
        "The wished times of these days are past.",
    )
