"""The calendar: exact places on the wall clock, on ordinary days and when the clocks change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.models import Appointment, Location, Resource, Service
from clinic.queries import board, calendar
from clinic.queries.board import Away, Block, LocalDay, Piece
from clinic.scheduling.intervals import Interval
from clinic.templatetags import grid
from tests.conftest import Cast
from tests.factories.clinic import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    LocationFactory,
    ResourceFactory,
    ServiceFactory,
    WeeklyHoursFactory,
    span,
)
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
SPRING = date(2027, 3, 28)  # 23 hours in London: 01:00 becomes 02:00
AUTUMN = date(2026, 10, 25)  # 25 hours in London: 02:00 becomes 01:00 again

SignIn = Callable[[User], Client]


@pytest.fixture
def place() -> Location:
    return LocationFactory(name="Quay")


@pytest.fixture
def cole(place: Location) -> Resource:
    return ResourceFactory(name="Dr Cole", location=place, works=(9, 17))


@pytest.fixture
def room(place: Location) -> Resource:
    return ResourceFactory(room=True, name="Laser room", location=place, works=(8, 18))


@pytest.fixture
def laser() -> Service:
    """Numbing alone for an hour, half an hour of the doctor, ten minutes of cleaning."""
    return ServiceFactory(laser=True, needs=[("laser", 60, 90), ("laser-room", 0, 100)])


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def column(drawn: board.Board, name: str) -> board.Column:
    return next(each for each in drawn.columns if each.resource.name == name)


def places(blocks: tuple[Block, ...]) -> list[tuple[Piece, ...]]:
    return [(each.main, *each.others) for each in blocks]


def test_room_is_light_while_nobody_need_be_there(
    place: Location, cole: Resource, room: Resource, laser: Service
) -> None:
    AppointmentFactory(location=place, service=laser, start=utc(MONDAY, 10), holding=[cole, room])
    people = calendar.day_board(place, MONDAY, "person", NOW)
    rooms = calendar.day_board(place, MONDAY, "room", NOW)
    assert places(column(people, "Dr Cole").blocks) == [(Piece(660, 690, is_light=False),)]
    assert places(column(rooms, "Laser room").blocks) == [
        (
            Piece(660, 690, is_light=False),
            Piece(600, 660, is_light=True),
            Piece(690, 700, is_light=True),
        )
    ]


def test_visit_without_a_person_is_light_altogether(place: Location, room: Resource) -> None:
    alone = ServiceFactory(needs=[("laser-room", 0, 30)])
    AppointmentFactory(location=place, service=alone, start=utc(MONDAY, 10), holding=[room])
    drawn = calendar.day_board(place, MONDAY, "room", NOW)
    assert places(column(drawn, "Laser room").blocks) == [(Piece(600, 630, is_light=True),)]


def test_visit_of_two_people_stands_in_both_columns(place: Location, cole: Resource) -> None:
    nora = ResourceFactory(name="Nora", location=place, works=(9, 17))
    both = ServiceFactory(minutes=60, needs=[("numb", 0, 20), ("laser", 20, 60)])
    AppointmentFactory(location=place, service=both, start=utc(MONDAY, 10), holding=[nora, cole])
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert [(each.resource.name, each.blocks[0].main) for each in drawn.columns] == [
        ("Dr Cole", Piece(620, 660, is_light=False)),
        ("Nora", Piece(600, 620, is_light=False)),
    ]


def test_board_is_cropped_to_opening_and_half_an_hour(
    place: Location, cole: Resource, room: Resource
) -> None:
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert (drawn.start, drawn.end) == (7 * 60 + 30, 18 * 60 + 30)
    assert column(drawn, "Dr Cole").open == (Interval(540, 1020),)
    assert column(drawn, "Dr Cole").closed == (Interval(0, 540), Interval(1020, 1440))
    assert drawn.now == 540


def test_board_is_stretched_for_a_visit_out_of_hours(place: Location, cole: Resource) -> None:
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    AppointmentFactory(location=place, service=peel, start=utc(MONDAY, 19, 10), holding=[cole])
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert (drawn.start, drawn.end) == (8 * 60 + 30, 20 * 60)


def test_who_is_not_in_has_no_column(place: Location, cole: Resource) -> None:
    away = ResourceFactory(name="Dr Brandt", location=place)
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert [each.resource for each in drawn.columns] == [cole]
    assert drawn.idle == (away,)


def test_who_was_given_up_keeps_the_column_of_a_visit(place: Location) -> None:
    gone = ResourceFactory(name="Dr Gone", location=place, active=False, works=(9, 17))
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    AppointmentFactory(location=place, service=peel, start=utc(MONDAY, 10), holding=[gone])
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert [(each.resource, each.open) for each in drawn.columns] == [(gone, ())]


def test_absence_and_another_location_are_drawn_as_away(place: Location, cole: Resource) -> None:
    hill = LocationFactory(name="Hill")
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    AbsenceFactory(resource=cole, start=utc(MONDAY, 12), minutes=90, note="course")
    AppointmentFactory(location=hill, service=peel, start=utc(MONDAY, 15), holding=[cole])
    drawn = column(calendar.day_board(place, MONDAY, "person", NOW), "Dr Cole")
    assert drawn.blocks == ()
    assert sorted(drawn.away, key=lambda each: each.start) == [
        Away(720, 810, "Leave", "course"),
        Away(900, 930, "At Hill", ""),
    ]


def test_closure_closes_every_column_and_says_why(place: Location, cole: Resource) -> None:
    ClosureFactory(location=place, starts_on=MONDAY, reason="Floor repairs")
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert (drawn.closure, drawn.columns, drawn.idle) == ("Floor repairs", (), (cole,))
    assert (drawn.start, drawn.end) == (480, 1080)


def test_hold_that_ran_out_is_gone(place: Location, cole: Resource) -> None:
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    AppointmentFactory(
        location=place,
        service=peel,
        start=utc(MONDAY, 10),
        held=True,
        held_until=NOW,
        holding=[cole],
    )
    assert calendar.day_board(place, MONDAY, "person", NOW).visits == ()


@pytest.mark.parametrize(
    ("day", "starts", "expected"),
    [
        (MONDAY, utc(MONDAY, 15, 30), Interval(930, 960)),
        (SPRING, utc(SPRING, 14, 30), Interval(930, 960)),
        (SPRING, utc(SPRING, 0, 45), Interval(45, 135)),
        (AUTUMN, utc(AUTUMN, 15, 30), Interval(930, 960)),
        (AUTUMN, utc(AUTUMN, 0, 45), Interval(105, 110)),
    ],
    ids=["winter", "spring", "over the gap", "autumn", "into the repeated hour"],
)
def test_place_follows_the_wall_clock(
    place: Location, day: date, starts: datetime, expected: Interval
) -> None:
    assert LocalDay.of(day, place).stretch_of(span(starts, 30)) == expected


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_opening_keeps_its_wall_clock_when_the_clocks_change(place: Location, day: date) -> None:
    sunday = ResourceFactory(location=place)
    WeeklyHoursFactory(resource=sunday, weekday=6)
    drawn = calendar.day_board(place, day, "person", NOW)
    assert drawn.columns[0].open == (Interval(540, 1080),)


def test_location_far_away_has_its_own_day() -> None:
    mumbai = LocationFactory(far=True)
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    doctor = ResourceFactory(location=mumbai, works=(9, 17))
    late_on_sunday_in_utc = datetime(2026, 11, 29, 20, 30, tzinfo=UTC)
    AppointmentFactory(location=mumbai, service=peel, start=late_on_sunday_in_utc, holding=[doctor])
    drawn = calendar.day_board(mumbai, MONDAY, "person", NOW)
    assert places(drawn.columns[0].blocks) == [(Piece(120, 150, is_light=False),)]
    assert drawn.now == 14 * 60 + 30


def test_week_of_one_resource_has_seven_columns(
    place: Location, cole: Resource, room: Resource, laser: Service
) -> None:
    for day in (1, 3):
        start = utc(MONDAY.replace(month=12, day=day), 10)
        AppointmentFactory(location=place, service=laser, start=start, holding=[cole, room])
    drawn = calendar.week_board(place, MONDAY, cole, NOW)
    assert [len(each.blocks) for each in drawn.columns] == [0, 1, 0, 1, 0, 0, 0]
    assert [each.is_today for each in drawn.columns] == [True] + [False] * 6
    assert len(drawn.visits) == 2


def test_week_of_the_location_lists_days(place: Location, cole: Resource) -> None:
    ClosureFactory(location=place, starts_on=date(2026, 12, 5), ends_on=date(2026, 12, 9))
    made = AppointmentFactory(location=place, start=utc(date(2026, 12, 2), 10))
    days = calendar.week_list(place, MONDAY, NOW)
    assert [[each.appointment for each in day.visits] for day in days] == [
        [], [], [made], [], [], [], [],
    ]  # fmt: skip
    assert [day.closure for day in days] == [""] * 5 + ["Stocktaking"] * 2


@pytest.mark.parametrize("visits", [3, 30])
def test_day_is_read_in_six_queries(
    place: Location, visits: int, django_assert_num_queries: Callable[..., object]
) -> None:
    peel = ServiceFactory(minutes=10, needs=[("peel", 0, 10), ("peel-room", 0, 15)])
    for _ in range(visits):
        holding = [
            ResourceFactory(location=place, works=(9, 17)),
            ResourceFactory(room=True, location=place, works=(9, 17)),
        ]
        AppointmentFactory(location=place, service=peel, start=utc(MONDAY, 10), holding=holding)
    with django_assert_num_queries(6):
        drawn = calendar.day_board(place, MONDAY, "room", NOW)
    assert len(drawn.columns) == visits


def test_a_block_tells_its_part_of_the_visit(
    place: Location, cole: Resource, room: Resource, laser: Service
) -> None:
    AppointmentFactory(location=place, service=laser, start=utc(MONDAY, 10), holding=[cole, room])
    people = calendar.day_board(place, MONDAY, "person", NOW)
    rooms = calendar.day_board(place, MONDAY, "room", NOW)
    parts = [
        (block.lead, block.minutes)
        for drawn in (people, rooms)
        for each in drawn.columns
        for block in each.blocks
    ]
    assert parts == [(60, 30), (0, 100)]


def test_free_is_what_is_open_not_taken_and_not_past(place: Location, cole: Resource) -> None:
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    AppointmentFactory(location=place, service=peel, start=utc(MONDAY, 10), holding=[cole])
    AbsenceFactory(resource=cole, start=utc(MONDAY, 12), minutes=60)

    def free(on: date) -> tuple[Interval, ...]:
        at = utc(MONDAY, 9, 20)
        return column(calendar.day_board(place, on, "person", at), "Dr Cole").free

    assert free(MONDAY) == (Interval(560, 600), Interval(630, 720), Interval(780, 1020))
    assert free(date(2026, 12, 1)) == (Interval(540, 1020),)
    assert free(date(2026, 11, 27)) == ()


def test_free_stretches_begin_on_the_grid_and_can_be_pressed(
    place: Location, cole: Resource
) -> None:
    peel = ServiceFactory(minutes=35, needs=[("peel", 0, 35)])
    for hour, minute in [(10, 0), (10, 45)]:
        AppointmentFactory(
            location=place, service=peel, start=utc(MONDAY, hour, minute), holding=[cole]
        )
    drawn = calendar.day_board(place, MONDAY, "person", utc(MONDAY, 9, 20))
    found = grid.entries(drawn.columns[0], drawn, 15)
    # from 9:30, the first start still to come; the ten minutes between the visits are too low
    assert [(each.kind, each.start) for each in found] == [
        ("gap", 570),
        ("block", 600),
        ("block", 645),
        ("gap", 690),
    ]
    starts = [each.start for each in grid.entries(drawn.columns[0], drawn, 45)]
    assert starts == [600, 645, 690]
    assert [each.kind for each in grid.entries(drawn.columns[0], drawn, None)] == ["block"] * 2


@pytest.mark.parametrize(
    ("zone", "grid", "phase"),
    [("Europe/London", 15, 0), ("Asia/Kathmandu", 10, 5), ("Asia/Kolkata", 15, 0)],
)
def test_grid_of_the_board_lies_where_visits_start(zone: str, grid: int, phase: int) -> None:
    here = LocationFactory(time_zone=zone, grid_minutes=grid)
    ResourceFactory(location=here, works=(9, 17))
    drawn = calendar.day_board(here, date(2026, 12, 1), "person", NOW)
    assert (drawn.step, drawn.phase) == (grid, phase)


def test_cancelled_visits_stand_beside_the_columns(place: Location, cole: Resource) -> None:
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    for minute in (0, 15, 45):
        AppointmentFactory(
            location=place, service=peel, start=utc(MONDAY, 10, minute), cancelled=True
        )
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert [(each.start, each.end, each.lane, each.lanes) for each in drawn.cancelled] == [
        (600, 630, 1, 2),
        (615, 645, 2, 2),
        (645, 675, 1, 1),
    ]
    assert grid.frame(drawn) == "from-102 until-210 cols-2 is-half has-freed"
    without = calendar.day_board(place, MONDAY, "person", NOW, cancelled=False)
    assert (without.cancelled, without.visits) == ((), ())


def test_a_column_put_away_is_named_and_keeps_its_visits_in_the_list(
    place: Location, cole: Resource
) -> None:
    nora = ResourceFactory(name="Nora", location=place, works=(9, 17))
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    made = AppointmentFactory(location=place, service=peel, start=utc(MONDAY, 10), holding=[nora])
    drawn = calendar.day_board(place, MONDAY, "person", NOW, hidden={nora.pk})
    assert [each.resource for each in drawn.columns] == [cole]
    assert [(each.resource, len(each.blocks)) for each in drawn.hidden] == [(nora, 1)]
    assert [each.appointment for each in drawn.visits] == [made]


def test_classes_place_a_block_in_rows_of_five_minutes(place: Location, cole: Resource) -> None:
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert grid.frame(drawn) == "from-102 until-210 cols-1 is-half"
    assert grid.place(600, 635, drawn) == "row-120 span-7"
    assert grid.place(602, 604, drawn) == "row-120 span-1"
    assert grid.place(0, 480, drawn) == ""
    assert grid.closed_places(drawn.columns[0], drawn) == ["row-102 span-6", "row-204 span-6"]
    assert grid.hours(drawn)[0] == ("row-108", "09:00")
    assert grid.now_row(drawn) == "row-108"


def test_long_closed_time_comes_in_pieces_the_style_sheet_knows(place: Location) -> None:
    night = ResourceFactory(location=place)
    for weekday, hours in [(0, (0, 1)), (1, (9, 10))]:
        WeeklyHoursFactory(
            resource=night, weekday=weekday, opens=time(hours[0]), closes=time(hours[1])
        )
    owl = ResourceFactory(location=place)
    WeeklyHoursFactory(resource=owl, weekday=0, opens=time(20), closes=time(23))
    drawn = calendar.day_board(place, MONDAY, "person", NOW)
    assert (drawn.start, drawn.end) == (0, 1410)
    assert grid.closed_places(drawn.columns[0], drawn) == ["row-12 span-144", "row-156 span-126"]


def test_names_are_initials_while_hidden(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    ada = PatientFactory(given_name="Ada", family_name="Lindqvist")
    peel = ServiceFactory(needs=[("peel", 0, 30)])
    AppointmentFactory(
        location=cast.harbour, patient=ada, service=peel, start=NOW, holding=[cast.dr_cole]
    )
    day = reverse("calendar-day")
    assert b"Ada Lindqvist" in client.get(day).content
    answer = client.post(reverse("calendar-names"), {"next": f"{day}?by=room"})
    assert answer["Location"] == f"{day}?by=room"
    page = client.get(day).content.decode()
    assert "Ada Lindqvist" not in page
    assert "A. L." in page


def test_switching_names_never_leads_elsewhere(cast: Cast, as_: SignIn) -> None:
    answer = as_(cast.fern).post(reverse("calendar-names"), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("calendar-day")


@pytest.mark.parametrize(
    "query", ["", "?on=2026-12-01&by=room", "?on=nonsense&by=cow", "?on=0001-01-01"]
)
def test_day_page_answers_any_address(cast: Cast, as_: SignIn, query: str) -> None:
    assert as_(cast.fern).get(reverse("calendar-day") + query).status_code == 200


def test_week_page_shows_a_resource_or_everybody(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    start = utc(date(2026, 12, 2), 10)
    made: Appointment = AppointmentFactory(
        location=cast.harbour,
        service=ServiceFactory(needs=[("peel", 0, 30)]),
        start=start,
        holding=[cast.dr_cole],
    )
    url = reverse("calendar-week")
    link = reverse("appointment-detail", args=[made.pk])
    assert link in client.get(url).content.decode()
    assert link in client.get(f"{url}?resource={cast.dr_cole.pk}").content.decode()
    assert link not in client.get(f"{url}?resource={cast.peel_room.pk}").content.decode()
    assert link not in client.get(f"{url}?on=2026-12-07").content.decode()


def test_pages_carry_no_inline_styles(cast: Cast, as_: SignIn) -> None:
    AppointmentFactory(location=cast.harbour, start=NOW)
    client = as_(cast.fern)
    pages = [
        client.get(reverse(name)).content for name in ("today", "calendar-day", "calendar-week")
    ]
    assert [b" style=" in page for page in pages] == [False, False, False]


def test_only_staff_who_may_see_appointments_come_in(cast: Cast, as_: SignIn) -> None:
    stranger = User.objects.create_user("nobody@clinic.example", "x", name="Nobody")
    assert as_(stranger).get(reverse("calendar-day")).status_code == 403


def test_other_location_is_chosen_for_the_session(cast: Cast, as_: SignIn) -> None:
    hill = LocationFactory(name="Zoo Hill")
    client = as_(cast.fern)
    assert client.post(reverse("choose-location"), {"location": hill.pk}).status_code == 302
    assert client.get(reverse("today")).context["location"] == hill
    client.post(reverse("choose-location"), {"location": "999999"})
    assert client.get(reverse("today")).context["location"] == hill
