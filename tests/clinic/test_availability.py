"""The free times as JSON: exact, lean, and clear about questions without sense."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import User
from clinic.models import Location, Resource, Service, WeeklyHours
from clinic.queries.availability import shape_of, snapshot
from clinic.queries.locations import SESSION_KEY
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import slots
from tests.conftest import NOW, Cast, resource
from tests.factories.clinic import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    ServiceFactory,
)

As = Callable[[User], Client]
TUESDAY = "2026-12-01"
URL = reverse("availability")


@pytest.fixture
def peel(db: None) -> Service:
    """Half an hour with somebody who peels; the room ten minutes longer."""
    return ServiceFactory(needs=[("peel", 0, 30), ("peel-room", 0, 40)])


def ask(client: Client, service: Service, **asked: Any) -> Any:
    answer = client.get(URL, {"service": service.pk, "first": TUESDAY, "days": 1} | asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def quarters(first: str, last: str) -> list[str]:
    """Every quarter of an hour from one wall-clock time to another, both included."""
    start, end = time.fromisoformat(first), time.fromisoformat(last)
    begin, finish = (each.hour * 60 + each.minute for each in (start, end))
    return [f"{n // 60:02}:{n % 60:02}" for n in range(begin, finish + 1, 15)]


def test_the_answer_says_what_was_asked_and_when_it_is_free(
    cast: Cast, as_: As, peel: Service
) -> None:
    assert ask(as_(cast.fern), peel) == {
        "location": cast.harbour.pk,
        "zone": "Europe/London",
        "service": peel.pk,
        "minutes": 30,
        "step": 15,
        "first": TUESDAY,
        "days": 1,
        "free": {TUESDAY: quarters("09:00", "17:15")},
    }


def test_what_is_past_is_not_free_and_weekends_are_left_out(
    cast: Cast, as_: As, peel: Service
) -> None:
    free = ask(as_(cast.fern), peel, first="2026-11-28", days=4)["free"]
    assert free == {
        "2026-11-30": quarters("09:00", "17:15"),
        TUESDAY: quarters("09:00", "17:15"),
    }
    at_noon = as_(cast.fern).get(URL, {"service": peel.pk, "first": "2026-11-27", "days": 3})
    assert at_noon.json()["free"] == {}


def test_bookings_of_all_who_could_serve_leave_gaps(cast: Cast, as_: As, peel: Service) -> None:
    for person, room in ((cast.dr_cole, cast.peel_room), (cast.nurse_nora, cast.second_peel_room)):
        AppointmentFactory(
            location=cast.harbour,
            service=peel,
            start=datetime(2026, 12, 1, 10, tzinfo=UTC),
            holding=[person, room],
        )
    free = ask(as_(cast.fern), peel)["free"][TUESDAY]
    # both rooms are cleaned until 10:40, and a visit needs 40 minutes of one before 10:00
    assert free == quarters("09:00", "09:15") + quarters("10:45", "17:15")


def test_one_person_one_room_and_the_hours_of_the_day(cast: Cast, as_: As, peel: Service) -> None:
    client = as_(cast.fern)
    AppointmentFactory(
        location=cast.harbour,
        service=peel,
        start=datetime(2026, 12, 1, 9, tzinfo=UTC),
        holding=[cast.nurse_nora, cast.peel_room],
    )
    nora = {"person": cast.nurse_nora.pk}
    assert ask(client, peel, **nora)["free"][TUESDAY] == quarters("09:30", "17:15")
    first_room = {"room": cast.peel_room.pk}
    assert ask(client, peel, **first_room)["free"][TUESDAY] == quarters("09:45", "17:15")
    hours = {"from": "09:20", "until": "10:15"}
    assert ask(client, peel, **nora, **hours)["free"][TUESDAY] == ["09:30", "09:45"]
    assert ask(client, peel, **first_room, until="10:15")["free"][TUESDAY] == ["09:45"]


def test_weekdays_by_comma_or_one_by_one(cast: Cast, as_: As, peel: Service) -> None:
    client = as_(cast.fern)
    week = {"first": "2026-11-30", "days": 7, "until": "09:30"}
    expected = {"2026-12-01": ["09:00"], "2026-12-03": ["09:00"]}
    assert ask(client, peel, **week, weekdays="1,3,6")["free"] == expected
    assert ask(client, peel, **week, weekdays=[1, 3])["free"] == expected


def test_two_needs_of_one_pool_take_two_people(cast: Cast, as_: As) -> None:
    pair = ServiceFactory(needs=[("peel", 0, 30), ("peel", 0, 30)])
    AbsenceFactory(
        resource=cast.nurse_nora, start=datetime(2026, 12, 1, 9, 30, tzinfo=UTC), minutes=450
    )
    client = as_(cast.fern)
    assert ask(client, pair)["free"][TUESDAY] == ["09:00", "17:00", "17:15", "17:30"]
    assert ask(client, pair, person=cast.dr_cole.pk)["free"][TUESDAY][0] == "09:00"
    Resource.objects.filter(pk=cast.nurse_nora.pk).update(active=False)
    assert ask(client, pair)["free"] == {}


def test_somebody_who_cannot_give_the_service_has_no_free_time(
    cast: Cast, as_: As, peel: Service
) -> None:
    writer = resource(cast.harbour, "person", "Wren", "prescribe")
    assert ask(as_(cast.fern), peel, person=writer.pk)["free"] == {}


def test_closed_days_and_absences_are_not_free(cast: Cast, as_: As, peel: Service) -> None:
    ClosureFactory(location=cast.harbour, starts_on=date(2026, 12, 2))
    for person in (cast.dr_cole, cast.nurse_nora):
        AbsenceFactory(
            resource=person, start=datetime(2026, 11, 30, 20, tzinfo=UTC), minutes=24 * 60 - 210
        )
    free = ask(as_(cast.fern), peel, days=3)["free"]
    assert free == {TUESDAY: ["16:30", "16:45", "17:00", "17:15"], "2026-12-03": free["2026-12-03"]}


def test_a_lapsed_hold_is_free_and_a_standing_one_is_not(
    cast: Cast, as_: As, peel: Service
) -> None:
    Resource.objects.filter(pk=cast.nurse_nora.pk).update(active=False)
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    holds = {"location": cast.harbour, "service": peel, "held": True}
    rooms = cast.peel_room, cast.second_peel_room
    for at, minutes in enumerate((0, 10)):
        AppointmentFactory(
            **holds,
            start=start + timedelta(hours=at),
            held_until=NOW + timedelta(minutes=minutes),
            holding=[cast.dr_cole, rooms[at]],
        )
    AbsenceFactory(resource=cast.dr_cole, start=start + timedelta(hours=3), minutes=360)
    free = ask(as_(cast.fern), peel)["free"][TUESDAY]
    assert free == quarters("09:00", "09:30") + quarters("10:30", "11:30")


def test_a_visit_over_midnight_belongs_to_the_day_it_starts(
    cast: Cast, as_: As, peel: Service
) -> None:
    for one in (cast.nurse_nora, cast.second_peel_room):
        WeeklyHours.objects.filter(resource=one).update(opens=time(0), closes=time(1))
    AppointmentFactory(
        location=cast.harbour,
        service=peel,
        start=datetime(2026, 12, 1, 0, 15, tzinfo=UTC),
        holding=[cast.nurse_nora, cast.second_peel_room],
    )
    free = ask(as_(cast.fern), peel, person=cast.nurse_nora.pk, days=2)["free"]
    assert free == {"2026-12-02": ["00:00", "00:15"]}


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "expected"),
    [
        # London 28 March 2027: 01:00 to 02:00 is skipped
        (
            "Europe/London",
            "2027-03-28",
            time(0, 30),
            time(3),
            ["00:30", "00:45", "02:00", "02:15", "02:30"],
        ),
        # New York 7 November 2027: 01:00 to 02:00 comes twice
        (
            "America/New_York",
            "2027-11-07",
            time(0, 45),
            time(2, 30),
            ["00:45", "01:00", "01:15", "01:30", "02:00"],
        ),
    ],
)
def test_nights_of_a_clock_change_show_the_clock_on_the_wall(
    cast: Cast, as_: As, zone: str, day: str, opens: time, closes: time, expected: list[str]
) -> None:
    talk = ServiceFactory(minutes=30, needs=[("talk", 0, 30)])
    there = Location.objects.create(name="There", time_zone=zone, phone="1")
    night = Resource.objects.create(location=there, kind="person", name="Night")
    night.capabilities.set([talk.needs.get().capability])
    for weekday in range(7):
        WeeklyHours.objects.create(
            resource=night, location=there, weekday=weekday, opens=opens, closes=closes
        )
    client = as_(cast.fern)
    session = client.session
    session[SESSION_KEY] = there.pk
    session.save()
    assert ask(client, talk, first=day)["free"] == {day: expected}


def test_it_is_what_the_booking_page_finds_one_by_one(cast: Cast, as_: As, peel: Service) -> None:
    """Ninety days with a busy week, against the slots with their assignments."""
    for number in range(40):
        person, room = (
            (cast.dr_cole, cast.peel_room)
            if number % 3
            else (cast.nurse_nora, cast.second_peel_room)
        )
        start = datetime(2026, 12, 1 + number // 8, 9 + number % 8, tzinfo=UTC)
        AppointmentFactory(location=cast.harbour, service=peel, start=start, holding=[person, room])
    view = snapshot(cast.harbour, date(2026, 12, 1), date(2027, 3, 1), now=NOW)
    expected: dict[str, list[str]] = {}
    for slot in slots(view, shape_of(peel), 15):
        local = to_datetime(slot.start).astimezone(cast.harbour.zone)
        expected.setdefault(f"{local:%Y-%m-%d}", []).append(f"{local:%H:%M}")
    assert ask(as_(cast.fern), peel, days=90)["free"] == expected


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"service": ""}, "Say which service: service=12."),
        ({"service": "peel"}, "Write “service” as a number."),
        ({"service": "9" * 30}, "Write “service” as a number."),
        ({"service": "123456789"}, "There is no such service."),
        ({"first": ""}, "Say the first day: first=2026-12-31."),
        ({"first": "tomorrow"}, "Write the first day like 2026-12-31."),
        ({"first": "2026-02-30"}, "Write the first day like 2026-12-31."),
        ({"first": "9999-12-31"}, "The first day is more than a year away."),
        ({"first": "1900-01-01"}, "The first day is more than a year away."),
        ({"days": "0"}, "Ask for 1 to 92 days."),
        ({"days": "93"}, "Ask for 1 to 92 days."),
        ({"days": "-1"}, "Ask for 1 to 92 days."),
        ({"person": "cole"}, "Write “person” as a number."),
        ({"person": "0"}, "Nobody with the number 0 works here."),
        ({"room": "0"}, "There is no room with the number 0 here."),
        ({"device": "0"}, "There is no device with the number 0 here."),
        ({"from": "25:00"}, "Write “from” as a time like 09:30."),
        ({"until": "noon"}, "Write “until” as a time like 09:30."),
        ({"until": "09:30:10"}, "Write “until” as a time like 09:30."),
        ({"from": "09:30+01:00"}, "Write “from” as a time like 09:30."),
        ({"from": "14:00", "until": "13:00"}, "“until” is not later than “from”."),
        (
            {"weekdays": "7"},
            "Write the weekdays as numbers from 0, Monday, to 6: weekdays=0,2,4.",
        ),
    ],
)
def test_a_question_without_sense_gets_a_sentence(
    cast: Cast, as_: As, peel: Service, asked: dict[str, str], sentence: str
) -> None:
    answer = as_(cast.fern).get(URL, {"service": peel.pk, "first": TUESDAY} | asked)
    assert (answer.status_code, answer.json()) == (400, {"error": sentence})


def test_a_room_is_no_person_and_nobody_works_elsewhere(cast: Cast, as_: As, peel: Service) -> None:
    elsewhere = Location.objects.create(name="Mill", time_zone="Europe/London", phone="1")
    stranger = resource(elsewhere, "person", "Stranger", "peel")
    client = as_(cast.fern)
    for pick in (cast.peel_room, stranger):
        answer = client.get(URL, {"service": peel.pk, "first": TUESDAY, "person": pick.pk})
        assert answer.json() == {"error": f"Nobody with the number {pick.pk} works here."}


def test_an_inactive_service_is_not_offered(cast: Cast, as_: As, peel: Service) -> None:
    Service.objects.filter(pk=peel.pk).update(active=False)
    answer = as_(cast.fern).get(URL, {"service": peel.pk, "first": TUESDAY})
    assert answer.json() == {"error": "There is no such service."}


def test_a_clinic_without_locations_says_so(db: None, client: Client) -> None:
    user = User.objects.create_user("new@clinic.example", name="New")
    user.groups.add(Group.objects.get(name="front desk"))
    client.force_login(user)
    answer = client.get(URL, {"service": 1, "first": datetime.now(UTC).date().isoformat()})
    assert (answer.status_code, answer.json()["error"]) == (400, "This clinic has no location yet.")


def test_only_those_who_may_see_the_calendar_are_told(cast: Cast, as_: As, peel: Service) -> None:
    cast.fern.groups.clear()
    asked = {"service": peel.pk, "first": TUESDAY}
    assert as_(cast.fern).get(URL, asked).status_code == 403
    assert as_(cast.fern).post(URL, asked).status_code == 403
    assert as_(cast.cole).post(URL, asked).status_code == 405
    assert Client().get(URL, asked).status_code == 302


def test_the_whole_request_takes_four_queries_whatever_the_clinic_and_the_days(
    cast: Cast, as_: As, peel: Service
) -> None:
    """Session; user and permissions; the place with everybody; their bookings."""
    client = as_(cast.fern)
    ask(client, peel)  # the session notes its first activity once

    def queries(**asked: Any) -> int:
        with CaptureQueriesContext(connection) as caught:
            ask(client, peel, **asked)
        return len(caught)

    few = queries(days=1), queries(days=92)
    for number in range(12):
        resource(cast.harbour, "person", f"Dr {number}", "peel")
        resource(cast.harbour, "room", f"Room {number}", "peel-room")
        AbsenceFactory(resource=cast.dr_cole, start=NOW + timedelta(days=2 + number))
        AppointmentFactory(
            location=cast.harbour,
            service=peel,
            start=NOW + timedelta(days=1, minutes=40 * number),
            holding=[cast.nurse_nora, cast.second_peel_room],
        )
    ClosureFactory(location=cast.harbour, starts_on=date(2026, 12, 24))
    many = queries(days=1), queries(days=92), queries(person=cast.dr_cole.pk)
    assert (few, many) == ((4, 4), (4, 4, 4))
