"""The calendar's pages as the desk keeps them: view, moves, rail, day sheet, number of queries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import User
from clinic.forms.calendar_view import CalendarView
from clinic.models import Appointment, Resource
from clinic.queries import calendar
from tests.conftest import NOW, Cast, resource
from tests.factories.clinic import AppointmentFactory, ServiceFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

As = Callable[[User], Client]
DAY = reverse("calendar-day")
TUESDAY = date(2026, 12, 1)


def visit(cast: Cast, hour: int = 10, holding: list[Resource] | None = None, **more: Any) -> Any:
    start = datetime(2026, 12, 1, hour, tzinfo=UTC)
    service = ServiceFactory(needs=[("peel", 0, 30), ("peel-room", 0, 40)])
    held = [cast.dr_cole, cast.peel_room] if holding is None else holding
    values = {"location": cast.harbour, "service": service, "start": start, "holding": held}
    return AppointmentFactory(**values | more)


@contextmanager
def moves(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.e2e.calendar_urls"
    yield


def page(client: Client, **asked: Any) -> str:
    return client.get(DAY, {"on": "2026-12-01"} | asked).content.decode()


# The view -----------------------------------------------------------------------------------------


def change(client: Client, **form: Any) -> Any:
    return client.post(reverse("calendar-view"), form | {"next": DAY})


def test_zoom_is_kept(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    assert change(client, zoom="roomy")["Location"] == DAY
    assert "is-fitted is-roomy" in page(client)
    change(client, zoom="gigantic")
    assert "is-fitted is-roomy" in page(client)


def test_columns_put_away_stay_away_until_they_are_shown_again(cast: Cast, as_: As) -> None:
    client, cole, nora = as_(cast.fern), cast.dr_cole, cast.nurse_nora
    change(client, filters=1, cancelled=1, among=[cole.pk, nora.pk], shown=[cole.pk])
    shown = client.get(DAY, {"on": "2026-12-01"}).context["board"]
    assert [each.resource for each in shown.columns] == [cole]
    assert [each.resource for each in shown.hidden] == [nora]
    # the rooms are other columns: what is chosen among them leaves the people alone
    change(client, filters=1, cancelled=1, among=[cast.peel_room.pk], shown=[cast.peel_room.pk])
    assert client.session["calendar_view"]["hidden"] == [nora.pk]
    change(client, filters=1, cancelled=1, among=[cole.pk, nora.pk], shown=[cole.pk, nora.pk])
    assert client.session["calendar_view"]["hidden"] == []


def test_without_the_boxes_a_change_of_zoom_leaves_them_alone(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    change(client, filters=1, among=[cast.dr_cole.pk])
    change(client, zoom="compact")
    kept = client.session["calendar_view"]
    assert (kept["cancelled"], kept["hidden"]) == (False, [cast.dr_cole.pk])


@pytest.mark.parametrize(
    "form", [{"shown": "x", "filters": 1}, {"among": "9999999", "filters": 1}, {"zoom": "\x00"}]
)
def test_nonsense_changes_nothing_and_harms_nothing(cast: Cast, as_: As, form: Any) -> None:
    client = as_(cast.fern)
    assert change(client, **form).status_code == 302
    assert client.session["calendar_view"]["hidden"] == []
    assert client.get(DAY).status_code == 200


def test_the_kind_of_columns_is_remembered(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    client.get(DAY, {"by": "room"})
    assert client.get(DAY).context["by"] == "room"


def test_cancelled_visits_are_faded_or_left_out(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    cancelled = visit(cast, holding=[], cancelled=True)
    link = f'href="{reverse("appointment-detail", args=[cancelled.pk])}"'
    assert page(client).count(link) == 2  # in the grid and in the list
    change(client, filters=1)
    assert page(client).count(link) == 0
    assert page(client, by="room").count(link) == 0


def test_a_view_survives_the_session() -> None:
    view = CalendarView(by="room", zoom="compact", cancelled=False, hidden=frozenset({3, 1}))
    assert CalendarView.of(view.kept()) == view
    assert CalendarView.of({}) == CalendarView()


# Moves --------------------------------------------------------------------------------------------


def test_without_an_address_for_moves_nothing_can_be_taken(cast: Cast, as_: As) -> None:
    visit(cast)
    try:
        reverse("appointment-move", args=[1])
    except Exception:
        assert "data-place-url" not in page(as_(cast.fern))


def test_a_visit_that_may_be_moved_says_what_the_script_needs(
    cast: Cast, as_: As, settings: Any
) -> None:
    made = visit(cast, patient=cast.ada)
    with moves(settings):
        shown = page(as_(cast.fern))
        assert f'data-place-url="/appointments/{made.pk}/move/"' in shown
        assert (
            'data-place-name="Ada L." data-place-when="Tue 1 Dec, 10:00" '
            'data-place-start="2026-12-01T10:00" data-place-minutes="30" data-place-lead="0"'
        ) in shown
        assert f'href="/appointments/{made.pk}/move/"' in shown  # "Move…" in the list


@pytest.mark.parametrize("trait", ["arrived", "done", "missed", "cancelled", "held"])
def test_a_visit_that_stays_cannot_be_taken(cast: Cast, as_: As, settings: Any, trait: str) -> None:
    more = {"held_until": datetime(2026, 12, 1, tzinfo=UTC)} if trait == "held" else {}
    visit(cast, **{trait: True}, **more)
    with moves(settings):
        assert "data-place-url" not in page(as_(cast.fern))


def test_hidden_names_are_hidden_from_the_move_too(cast: Cast, as_: As, settings: Any) -> None:
    client = as_(cast.fern)
    visit(cast, patient=cast.ada)
    client.post(reverse("calendar-names"))
    with moves(settings):
        shown = page(client)
    assert 'data-place-name="A. L."' in shown
    assert "data-names-hidden" in shown
    assert "Ada" not in shown


def test_the_panel_offers_to_pick_the_visit_up(cast: Cast, as_: As, settings: Any) -> None:
    made = visit(cast, patient=cast.ada)
    with moves(settings):
        url = reverse("appointment-detail", args=[made.pk])
        panel = as_(cast.fern).get(url, headers={"HX-Request": "true"}).content.decode()
    assert f'href="/calendar/day/?on=2026-12-01#pick-{made.pk}" data-pick-up' in panel
    assert "skin type III" in panel


# What stands on the page --------------------------------------------------------------------------


def test_jumps_keep_the_weekday(cast: Cast, as_: As) -> None:
    jumps = as_(cast.fern).get(DAY, {"on": "2026-12-01"}).context["jumps"]
    assert jumps == [
        (1, date(2026, 12, 8)),
        (4, date(2026, 12, 29)),
        (27, date(2027, 6, 8)),
    ]


def test_free_stretches_are_links_for_those_who_book(cast: Cast, as_: As) -> None:
    shown = page(as_(cast.fern))
    link = f"/visits/new/?start=2026-12-01T09%3A00&amp;resource={cast.dr_cole.pk}"
    assert link in shown
    watcher = User.objects.create_user("watch@clinic.example", "x", name="Watcher")
    watcher.user_permissions.set(_permissions("view_appointment"))
    assert "/visits/new/" not in page(as_(watcher))


def _permissions(codename: str) -> Any:
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    return Permission.objects.filter(codename=codename)


def test_the_rail_names_who_comes_next_today_only(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    today = NOW.replace(hour=11)
    visit(cast, patient=cast.ada, start=today)
    visit(cast, patient=cast.ben, start=NOW, arrived=True, status_at=NOW, holding=[])
    arrivals = client.get(DAY).context["arrivals"]
    assert [each.appointment.patient for each in arrivals["expected"]] == [cast.ada]
    assert [each.appointment.patient for each in arrivals["waiting"]] == [cast.ben]
    assert client.get(DAY, {"on": "2026-12-01"}).context["arrivals"] == {}
    change(client, rail="hide")
    assert "rail-arrivals" not in client.get(DAY).content.decode()


def many(cast: Cast, number: int) -> None:
    for n in range(number):
        doctor = resource(cast.harbour, "person", f"Dr {number}-{n}", "peel")
        room = resource(cast.harbour, "room", f"Room {number}-{n}", "peel-room")
        visit(cast, holding=[doctor, room], patient=PatientFactory())
        visit(cast, hour=12, holding=[], cancelled=True, patient=PatientFactory())


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/day/?on=2026-12-01",
        "/calendar/day/?on=2026-12-01&by=room",
        "/calendar/week/?on=2026-12-01",
        "/calendar/day/sheet/?on=2026-12-01",
    ],
)
def test_a_page_costs_the_same_whatever_the_day_holds(
    cast: Cast, as_: As, settings: Any, path: str
) -> None:
    client = as_(cast.fern)
    client.get(path)  # the session and the content types are read once

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    with moves(settings):
        many(cast, 2)
        few = queries()
        many(cast, 12)
        assert queries() == few


# The day on paper ---------------------------------------------------------------------------------


def test_a_sheet_for_each_person_in_order_of_time(cast: Cast, as_: As) -> None:
    late = visit(cast, hour=14, patient=cast.ada, note="Brings her mother")
    early = visit(cast, hour=9, patient=cast.ben)
    visit(cast, hour=11, holding=[], cancelled=True)
    alone = visit(cast, hour=16, holding=[], patient=PatientFactory())
    sheets = calendar.day_sheets(cast.harbour, TUESDAY, NOW)
    assert [(each.person, [v.appointment for v in each.visits]) for each in sheets] == [
        (cast.dr_cole, [early, late]),
        (cast.nurse_nora, []),
        (None, [alone]),
    ]
    shown = as_(cast.fern).get(reverse("day-sheet"), {"on": "2026-12-01"}).content.decode()
    assert "Brings her mother" in shown
    assert shown.count("+44 20 7946 0123") == 2


def test_the_sheet_keeps_names_and_telephones_hidden(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    visit(cast, patient=cast.ada)
    client.post(reverse("calendar-names"))
    shown = client.get(reverse("day-sheet"), {"on": "2026-12-01"}).content.decode()
    assert "A. L." in shown
    assert "Lindqvist" not in shown
    assert "+44 20 7946 0123" not in shown


def test_a_visit_with_two_parts_of_one_person_is_listed_once(cast: Cast) -> None:
    service = ServiceFactory(minutes=60, needs=[("peel", 0, 20), ("peel", 40, 60)])
    visit(cast, service=service, holding=[cast.dr_cole, cast.dr_cole])
    (sheet, _nora) = calendar.day_sheets(cast.harbour, TUESDAY, NOW)
    assert len(sheet.visits) == 1
    assert Appointment.objects.count() == 1
