"""The manager's pages: who may open them, what they save, and what they show before they save."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path, reverse

from clinic import urls as clinic_urls
from clinic.accounts.models import User
from clinic.actions import booking, hours
from clinic.actions.claims import Claim
from clinic.models import (
    Absence,
    Appointment,
    Closure,
    Location,
    OpenHoliday,
    Resource,
    Service,
    WeeklyHours,
)
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]

TUESDAY = date(2026, 12, 1)
TUESDAY_NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
LEAVE = {"kind": "leave", "first": "2026-12-01", "last": "", "part": "days", "note": "Rome"}
CLOSED = {"first": "2026-12-01", "last": "2026-12-02", "reason": "Stocktaking"}


def replan(_request: Any) -> None: ...


urlpatterns = [
    path("", include(clinic_urls)),
    path("replan/", replan, name="replan"),
]


def peel_at(cast: Cast, start: datetime, **changes: Any) -> Appointment:
    claim = Claim(Service.objects.get(key="glycolic"), start, (cast.dr_cole.pk, cast.peel_room.pk))
    request = {"patient": cast.ada, "location": cast.harbour, "by": cast.fern, "now": NOW}
    return booking.book(claim=claim, **request | changes)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def away_url(cast: Cast) -> str:
    return reverse("setup-absence-new", args=[cast.dr_cole.pk])


def hours_url(cast: Cast) -> str:
    return reverse("setup-hours", args=[cast.dr_cole.pk, cast.harbour.pk])


def week(first: str, **changed: str) -> dict[str, str]:
    """Monday to Friday 9 to 18, with these fields changed: d1_0_closes="12:00"."""
    typed = {"first": first, "count": "2"}
    for day in range(5):
        typed |= {f"d{day}_0_opens": "09:00", f"d{day}_0_closes": "18:00"}
    return typed | changed


# Who may come in ---------------------------------------------------------------------------------


def pages(cast: Cast) -> list[str]:
    return [
        reverse("setup"),
        reverse("setup-resource-new", args=["room"]),
        reverse("setup-resource", args=[cast.dr_cole.pk]),
        hours_url(cast),
        away_url(cast),
        reverse("setup-closure-new"),
        reverse("setup-holidays"),
    ]


def test_only_the_manager_opens_them(cast: Cast, as_: SignIn) -> None:
    for user, status in ((cast.fern, 403), (cast.cole, 403), (cast.nora, 403), (cast.mina, 200)):
        client = as_(user)
        assert [client.get(page).status_code for page in pages(cast)] == [status] * 7


def test_only_the_manager_sees_the_place_in_the_bar(cast: Cast, as_: SignIn) -> None:
    place = '<a href="/clinic/">'
    assert place in text(as_(cast.mina).get("/"))
    assert place not in text(as_(cast.fern).get("/"))


def test_what_changes_something_is_closed_to_the_desk(cast: Cast, as_: SignIn) -> None:
    closure = Closure.objects.create(
        location=cast.harbour, starts_on=TUESDAY, ends_on=TUESDAY, reason="X"
    )
    holiday = OpenHoliday.objects.create(location=cast.harbour, day=TUESDAY, name="X")
    absence = hours.record_absence(
        resource=cast.dr_cole,
        start=TUESDAY_NOON,
        end=TUESDAY_NOON.replace(hour=13),
        kind="leave",
        by=cast.mina,
        now=NOW,
    )
    client = as_(cast.fern)
    for name, args in (
        ("setup-resource-deactivate", [cast.dr_cole.pk]),
        ("setup-resource-reactivate", [cast.dr_cole.pk]),
        ("setup-absence", [absence.pk]),
        ("setup-absence-take-back", [absence.pk]),
        ("setup-closure", [closure.pk]),
        ("setup-closure-take-back", [closure.pk]),
        ("setup-country", []),
        ("setup-holiday-again", [holiday.pk]),
    ):
        assert client.post(reverse(name, args=args)).status_code == 403


# The overview ------------------------------------------------------------------------------------


def test_the_overview_shows_the_week_what_is_ahead_and_what_is_amiss(
    cast: Cast, as_: SignIn
) -> None:
    visit = peel_at(cast, TUESDAY_NOON)
    client = as_(cast.mina)
    client.post(away_url(cast), LEAVE | {"keep": "1", "saw": f"{visit.pk}.{visit.version}"})
    page = client.get(reverse("setup"))
    overview = page.context["overview"]
    lines = {each.resource: each for _kind, group in overview.groups for each in group}
    assert set(lines) == {
        cast.dr_cole,
        cast.nurse_nora,
        cast.peel_room,
        cast.second_peel_room,
    }
    of_day = [(each.opens, each.closes) for each in lines[cast.dr_cole].week.days[0]]
    assert of_day == [(time(9), time(18))]
    assert lines[cast.dr_cole].week.days[6] == ()
    assert overview.misplaced == (visit,)
    assert [each.visits for each in overview.away] == [(visit,)]
    assert "Nobody is away" not in text(page)
    assert "1 visit to be re-planned" in text(page)
    assert "1 visit cannot take place as booked" in text(page)


def test_an_empty_clinic_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    other = Location.objects.create(name="Hudson", time_zone="America/New_York", phone="1")
    client = as_(cast.mina)
    client.post(reverse("choose-location"), {"location": other.pk})
    page = text(client.get(reverse("setup")))
    for sentence in ("Nobody works here yet", "No rooms yet", "No devices yet", "Nobody is away"):
        assert sentence in page


def test_the_overview_asks_the_same_whatever_it_shows(
    cast: Cast, as_: SignIn, django_assert_max_num_queries: Any
) -> None:
    for day in (1, 2, 3):
        peel_at(cast, datetime(2026, 12, day, 12, tzinfo=UTC), patient=_patient(day, cast))
    client = as_(cast.mina)
    client.get(reverse("setup"))
    with django_assert_max_num_queries(22):
        client.get(reverse("setup"))


def _patient(n: int, cast: Cast) -> Any:
    from tests.factories.patients import PatientFactory  # noqa: PLC0415

    return PatientFactory(family_name=f"Patient {n}")


# Absences ----------------------------------------------------------------------------------------


def spans() -> list[tuple[datetime, datetime]]:
    found = Absence.objects.order_by("during")
    return [(each.during.lower, each.during.upper) for each in found]


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ({}, (at(1), at(2))),
        ({"last": "2026-12-03"}, (at(1), at(4))),
        ({"part": "morning"}, (at(1), at(1, 13, 30))),
        ({"part": "afternoon"}, (at(1, 13, 30), at(2))),
        ({"part": "hours", "starts": "10:00", "ends": "11:30"}, (at(1, 10), at(1, 11, 30))),
        (
            {"part": "hours", "starts": "10:00", "ends": "12:00", "last": "2026-12-03"},
            (at(1, 10), at(3, 12)),
        ),
        ({"part": "hours", "starts": "10:00", "ends": "00:00"}, (at(1, 10), at(2))),
    ],
)
def test_days_halves_and_hours(
    cast: Cast, as_: SignIn, typed: dict[str, str], span: tuple[datetime, datetime]
) -> None:
    response = as_(cast.mina).post(away_url(cast), LEAVE | typed)
    assert (response.status_code, response["Location"]) == (302, "/clinic/")
    assert spans() == [span]
    assert Absence.objects.get().note == "Rome"


def test_whole_days_follow_the_wall_clock_over_a_change(cast: Cast, as_: SignIn) -> None:
    typed = LEAVE | {"first": "2027-03-28", "last": "2027-03-29"}
    as_(cast.mina).post(away_url(cast), typed)
    assert spans() == [(datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 3, 29, 23, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"first": ""}, "first", "Write the first day."),
        ({"last": "2026-11-30"}, "last", "The last day is before the first."),
        (
            {"part": "morning", "last": "2026-12-03"},
            "part",
            "Half a day is one day: leave the last day empty.",
        ),
        ({"part": "hours", "ends": "11:00"}, "starts", "Write a time, or choose whole days."),
        (
            {"part": "hours", "starts": "11:00", "ends": "10:00"},
            "ends",
            "The end must be after the start.",
        ),
        (
            {"first": "2036-12-01"},
            "first",
            "Choose a day within a year back and two years ahead.",
        ),
        (
            {"kind": "maintenance"},
            "kind",
            "Select a valid choice. maintenance is not one of the available choices.",
        ),
    ],
)
def test_what_makes_no_sense_is_said_where_it_is_typed(
    cast: Cast, as_: SignIn, typed: dict[str, str], field: str, sentence: str
) -> None:
    response = as_(cast.mina).post(away_url(cast), LEAVE | typed)
    assert response.status_code == 409
    assert response.context["form"].errors[field] == [sentence]
    assert not Absence.objects.exists()


def test_visits_in_the_way_are_listed_before_anything_is_saved(cast: Cast, as_: SignIn) -> None:
    visit = peel_at(cast, TUESDAY_NOON)
    peel_at(cast, at(2, 12), patient=cast.ben)
    client = as_(cast.mina)
    page = client.post(away_url(cast), LEAVE)
    assert page.status_code == 200
    assert page.context["visits"] == (visit,)
    shown = text(page)
    for words in (
        "1 visit stands in the way",
        "Visits while Dr Cole is away, Tue 1 Dec",
        "Tue 1 Dec, 12:00",
        "Ada Lindqvist",
        "Glycolic peel",
        "Dr Cole, Peel room 1",
        "+44 20 7946 0123",
        "Save now, re-plan after",
    ):
        assert words in shown
    assert 'href="tel:+442079460123"' in shown
    assert "Ben Okafor" not in shown
    assert not Absence.objects.exists()
    # what was typed comes along
    assert ("note", "Rome") in page.context["typed"]
    saved = client.post(
        away_url(cast), LEAVE | {"keep": "1", "saw": page.context["saw"]}, follow=True
    )
    assert "Dr Cole is away, Tue 1 Dec." in text(saved)
    assert Absence.objects.get().reservations.count() == 2


def test_a_list_that_has_changed_is_shown_again(cast: Cast, as_: SignIn) -> None:
    first = peel_at(cast, TUESDAY_NOON)
    client = as_(cast.mina)
    page = client.post(away_url(cast), LEAVE)
    second = peel_at(cast, at(1, 15), patient=cast.ben)
    again = client.post(away_url(cast), LEAVE | {"keep": "1", "saw": page.context["saw"]})
    assert again.status_code == 409
    assert again.context["visits"] == (first, second)
    assert again.context["new"] == {second.pk}
    assert "the list has changed meanwhile" in text(again)
    assert not Absence.objects.exists()
    client.post(away_url(cast), LEAVE | {"keep": "1", "saw": again.context["saw"]})
    assert Absence.objects.count() == 1


@pytest.mark.parametrize("saw", ["", "1", "x.y", "0.0-99999999999999999.1"])
def test_keeping_what_was_never_shown_is_refused(cast: Cast, as_: SignIn, saw: str) -> None:
    peel_at(cast, TUESDAY_NOON)
    page = as_(cast.mina).post(away_url(cast), LEAVE | {"keep": "1", "saw": saw})
    assert page.status_code == 409
    assert not Absence.objects.exists()


def test_back_to_what_was_typed(cast: Cast, as_: SignIn) -> None:
    peel_at(cast, TUESDAY_NOON)
    page = as_(cast.mina).post(away_url(cast), LEAVE | {"again": "1"})
    assert (page.status_code, page.context["form"]["note"].value()) == (200, "Rome")
    assert not Absence.objects.exists()


@pytest.mark.urls("tests.clinic.test_setup_views")
def test_the_way_to_plan_anew(cast: Cast, as_: SignIn) -> None:
    visit = peel_at(cast, TUESDAY_NOON)
    peel_at(cast, at(2, 12), patient=cast.ben)
    client = as_(cast.mina)
    page = text(client.post(away_url(cast), LEAVE | {"last": "2026-12-04"}))
    query = f"resource={cast.dr_cole.pk}&amp;first=2026-12-01&amp;last=2026-12-02"
    assert f'<a class="btn btn-primary" href="/replan/?{query}">Re-plan these 2 visits</a>' in page
    closed = text(client.post(reverse("setup-closure-new"), CLOSED | {"last": ""}))
    query = f"location={cast.harbour.pk}&amp;first=2026-12-01&amp;last=2026-12-01"
    assert f'<a class="btn btn-primary" href="/replan/?{query}">Re-plan this visit</a>' in closed
    client.post(away_url(cast), LEAVE | {"keep": "1", "saw": f"{visit.pk}.1"})
    query = f"resource={cast.dr_cole.pk}&amp;first=2026-12-01&amp;last=2026-12-01"
    assert f'href="/replan/?{query}">Re-plan</a>' in text(client.get(reverse("setup")))


def test_an_absence_over_another_is_said_on_the_form(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    client.post(away_url(cast), LEAVE)
    page = client.post(away_url(cast), LEAVE)
    assert page.status_code == 409
    assert "Dr Cole is away already, Tue 1 Dec, 00:00 to Wed 2 Dec, 00:00." in text(page)
    assert Absence.objects.count() == 1


def test_an_absence_is_changed(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    client.post(away_url(cast), LEAVE)
    url = reverse("setup-absence", args=[Absence.objects.get().pk])
    shown = client.get(url).context["form"].initial
    assert (shown["part"], shown["first"], shown["last"]) == ("days", TUESDAY, TUESDAY)
    client.post(url, LEAVE | {"last": "2026-12-03", "kind": "sick"})
    assert (spans(), Absence.objects.get().kind) == ([(at(1), at(4))], "sick")


def test_taken_back_in_one_press_and_put_back_in_another(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    client.post(away_url(cast), LEAVE | {"part": "hours", "starts": "10:00", "ends": "12:00"})
    absence = Absence.objects.get()
    page = client.post(reverse("setup-absence-take-back", args=[absence.pk]), follow=True)
    assert not Absence.objects.exists()
    assert "Dr Cole is available again." in text(page)
    put_back = page.context["put_back"]
    client.post(put_back["url"], put_back["fields"])
    assert spans() == [(at(1, 10), at(1, 12))]
    # said once
    assert client.get(reverse("setup")).context["put_back"] is None


def test_an_absence_under_way_ends_now_and_goes_on_when_put_back(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    client.post(away_url(cast), LEAVE | {"first": "2026-11-30", "last": "2026-12-02"})
    absence = Absence.objects.get()
    page = client.post(reverse("setup-absence-take-back", args=[absence.pk]), follow=True)
    midnight = datetime(2026, 11, 30, tzinfo=UTC)
    assert spans() == [(midnight, NOW)]
    put_back = page.context["put_back"]
    client.post(put_back["url"], put_back["fields"])
    assert spans() == [(midnight, NOW), (NOW, at(3))]


def test_devices_and_rooms_are_maintained_or_broken(cast: Cast, as_: SignIn) -> None:
    url = reverse("setup-absence-new", args=[cast.peel_room.pk])
    client = as_(cast.mina)
    kinds = [key for key, _ in client.get(url).context["form"].fields["kind"].choices]
    assert kinds == ["maintenance", "out_of_order"]
    client.post(url, LEAVE | {"kind": "out_of_order"})
    assert Absence.objects.get().resource == cast.peel_room


# Closed days and holidays ------------------------------------------------------------------------


def test_days_are_closed_changed_and_opened(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    client.post(reverse("setup-closure-new"), CLOSED)
    closure = Closure.objects.get()
    client.post(reverse("setup-closure", args=[closure.pk]), CLOSED | {"last": "2026-12-04"})
    closure.refresh_from_db()
    assert (closure.starts_on, closure.ends_on) == (TUESDAY, date(2026, 12, 4))
    page = client.post(reverse("setup-closure-take-back", args=[closure.pk]), follow=True)
    assert not Closure.objects.exists()
    assert "Tue 1 Dec – Fri 4 Dec is open again." in text(page)
    put_back = page.context["put_back"]
    client.post(put_back["url"], put_back["fields"])
    assert Closure.objects.get().ends_on == date(2026, 12, 4)


def test_closing_lists_the_visits_first(cast: Cast, as_: SignIn) -> None:
    visit = peel_at(cast, TUESDAY_NOON)
    client = as_(cast.mina)
    page = client.post(reverse("setup-closure-new"), CLOSED)
    assert page.context["visits"] == (visit,)
    assert not Closure.objects.exists()
    client.post(reverse("setup-closure-new"), CLOSED | {"keep": "1", "saw": page.context["saw"]})
    assert Closure.objects.get().reason == "Stocktaking"
    assert "1 visit to be re-planned" in text(client.get(reverse("setup")))


@pytest.fixture
def manager(cast: Cast, as_: SignIn) -> Client:
    """Mina, at a Harbour Street that is in England."""
    client = as_(cast.mina)
    client.post(reverse("setup-country"), {"country": "GB"})
    client.post(reverse("setup-country"), {"country": "GB", "subdivision": "ENG"})
    cast.harbour.refresh_from_db()
    assert (cast.harbour.country, cast.harbour.subdivision) == ("GB", "ENG")
    return client


def test_another_country_drops_the_part_of_the_old_one(cast: Cast, manager: Client) -> None:
    manager.post(reverse("setup-country"), {"country": "US", "subdivision": "ENG"})
    cast.harbour.refresh_from_db()
    assert (cast.harbour.country, cast.harbour.subdivision) == ("US", "")
    answer = manager.post(reverse("setup-country"), {"country": "US", "subdivision": "ENG"})
    assert answer.status_code == 409
    assert "Choose a part of that country, or the whole of it." in text(answer)


def test_ticked_holidays_are_closed_in_one_go(cast: Cast, manager: Client) -> None:
    page = manager.get(reverse("setup-holidays"))
    ticked = page.context["form"].initial["days"]
    assert (len(ticked), ticked[:2]) == (19, ["2026-12-25", "2026-12-26"])
    visit = peel_at(cast, datetime(2026, 12, 28, 12, tzinfo=UTC))
    days = {"days": ["2026-12-25", "2026-12-28"]}
    preview = manager.post(reverse("setup-holidays"), days)
    groups = preview.context["groups"]
    assert [(each.on, each.visits) for each in groups] == [(date(2026, 12, 28), (visit,))]
    assert not Closure.objects.exists()
    manager.post(reverse("setup-holidays"), days | {"keep": "1", "saw": preview.context["saw"]})
    closed = Closure.objects.order_by("starts_on").values_list("starts_on", "reason")
    assert list(closed) == [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 28), "Boxing Day (observed)"),
    ]


def test_declined_holidays_stay_quiet_until_they_are_wanted(manager: Client) -> None:
    manager.post(reverse("setup-holidays"), {"days": ["2027-03-26"], "open": "1"})
    page = manager.get(reverse("setup-holidays"))
    assert "2027-03-26" not in page.context["form"].names
    (kept,) = page.context["kept_open"]
    assert (kept.name, kept.day) == ("Good Friday", date(2027, 3, 26))
    manager.post(reverse("setup-holiday-again", args=[kept.pk]))
    assert "2027-03-26" in manager.get(reverse("setup-holidays")).context["form"].names


@pytest.mark.parametrize(
    ("days", "sentence"),
    [([], "Tick at least one day."), (["2027-03-27"], "One of these days was decided meanwhile.")],
)
def test_no_day_and_another_day_are_refused(
    manager: Client, days: list[str], sentence: str
) -> None:
    answer = manager.post(reverse("setup-holidays"), {"days": days})
    assert (answer.status_code, sentence in text(answer)) == (409, True)
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["setup-absence", "setup-absence-take-back", "setup-closure", "setup-closure-take-back"],
)
def test_what_another_window_took_back_is_said(cast: Cast, as_: SignIn, name: str) -> None:
    told = as_(cast.mina).post(reverse(name, args=[1_000_000]), LEAVE, follow=True)
    assert told.redirect_chain == [(reverse("setup"), 302)]
    assert "This was taken back meanwhile. Nothing was changed." in text(told)


# Weekly hours ------------------------------------------------------------------------------------


def stored(cast: Cast, weekday: int) -> list[tuple[Any, ...]]:
    rows = WeeklyHours.objects.filter(resource=cast.dr_cole, weekday=weekday)
    columns = ("opens", "closes", "valid_from", "valid_until")
    return list(rows.order_by("valid_until", "opens").values_list(*columns))


def test_the_form_shows_the_hours_as_they_are(cast: Cast, as_: SignIn) -> None:
    form = as_(cast.mina).get(hours_url(cast)).context["form"]
    assert form["d0_0_opens"].value() == time(9)
    assert form["d0_1_opens"].value() is None
    assert form["d6_0_opens"].value() is None
    assert form["first"].value() == NOW.date()


def test_a_whole_week_is_saved(cast: Cast, as_: SignIn) -> None:
    typed = week("2027-01-04", d1_0_closes="12:00", d1_1_opens="13:00", d1_1_closes="17:00")
    response = as_(cast.mina).post(hours_url(cast), typed)
    assert response["Location"] == reverse("setup-resource", args=[cast.dr_cole.pk])
    assert stored(cast, 0) == [(time(9), time(18), None, None)]
    assert stored(cast, 1) == [
        (time(9), time(18), None, date(2027, 1, 3)),
        (time(9), time(12), date(2027, 1, 4), None),
        (time(13), time(17), date(2027, 1, 4), None),
    ]


def test_monday_is_copied_without_a_script(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    typed = week("2027-01-04", d0_0_closes="12:00", d0_1_opens="13:00", d0_1_closes="17:00")
    form = client.post(hours_url(cast), typed | {"copy": "workdays"}).context["form"]
    for day in range(5):
        assert form[f"d{day}_0_closes"].value() == "12:00"
        assert form[f"d{day}_1_opens"].value() == "13:00"
    assert not form["d5_0_opens"].value()
    everywhere = client.post(hours_url(cast), typed | {"copy": "all"}).context["form"]
    assert everywhere["d6_1_closes"].value() == "17:00"
    assert stored(cast, 0) == [(time(9), time(18), None, None)]


def test_room_for_another_stretch(cast: Cast, as_: SignIn) -> None:
    form = as_(cast.mina).post(hours_url(cast), week("2027-01-04") | {"more": "1"}).context["form"]
    assert (form.per_day, form["d0_2_opens"].value()) == (3, None)
    assert form["count"].value() == "3"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (
            {"d1_0_closes": "08:00"},
            "d1_0_closes",
            "Closing time must be after opening time.",
        ),
        (
            {"d1_0_closes": "17:50"},
            "d1_0_closes",
            "Hours begin and end on full 15 minutes.",
        ),
        (
            {"d1_1_opens": "17:00", "d1_1_closes": "19:00"},
            "d1_1_opens",
            "This overlaps another stretch of the day.",
        ),
        ({"d1_0_closes": ""}, "d1_0_closes", "Write both times, or neither."),
        ({"d1_0_opens": "soon"}, "d1_0_opens", "Write a time like 9:00."),
        ({"first": "2026-11-29"}, "first", "This day is past."),
    ],
)
def test_a_week_that_makes_no_sense_is_refused_where_it_is_typed(
    cast: Cast, as_: SignIn, typed: dict[str, str], field: str, sentence: str
) -> None:
    response = as_(cast.mina).post(hours_url(cast), week("2027-01-04") | typed)
    assert response.status_code == 409
    assert response.context["form"].errors == {field: [sentence]}
    assert sentence in text(response)
    assert WeeklyHours.objects.filter(resource=cast.dr_cole).count() == 5


def test_visits_outside_the_new_hours_are_listed_first(cast: Cast, as_: SignIn) -> None:
    visit = peel_at(cast, datetime(2027, 1, 5, 16, tzinfo=UTC))
    peel_at(cast, datetime(2027, 1, 6, 16, tzinfo=UTC), patient=cast.ben)
    client, typed = as_(cast.mina), week("2027-01-04", d1_0_closes="12:00")
    page = client.post(hours_url(cast), typed)
    assert page.context["visits"] == (visit,)
    assert "Visits outside the new hours of Dr Cole, valid from Mon 4 Jan 2027" in text(page)
    assert stored(cast, 1) == [(time(9), time(18), None, None)]
    client.post(hours_url(cast), typed | {"keep": "1", "saw": page.context["saw"]})
    assert len(stored(cast, 1)) == 2


def test_of_two_who_change_the_hours_the_second_is_told(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    known = client.get(hours_url(cast)).context["known"]
    client.post(hours_url(cast), week("2027-01-04", d0_0_closes="12:00") | {"known": known})
    late = week("2026-12-28", d0_0_opens="10:00") | {"known": known}
    # neither copying nor a mistake makes it look fresh
    for typed in ({"copy": "all"}, {"d1_0_closes": "08:00"}):
        assert client.post(hours_url(cast), late | typed).context["known"] == known
    told = client.post(hours_url(cast), late)
    assert told.status_code == 409
    sentence = "Somebody gave Dr Cole other hours meanwhile. Nothing was saved."
    assert sentence in text(told)
    assert "Other hours are planned from Mon 4 Jan 2027" in text(told)
    assert WeeklyHours.objects.filter(valid_from=date(2027, 1, 4)).exists()
    again = client.post(hours_url(cast), late | {"known": told.context["known"]})
    assert again.status_code == 302
    assert not WeeklyHours.objects.filter(valid_from=date(2027, 1, 4)).exists()


def test_planned_hours_are_shown_with_their_day(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    client.post(hours_url(cast), week("2027-01-04", d1_0_closes="12:00"))
    page = text(client.get(reverse("setup-resource", args=[cast.dr_cole.pk])))
    assert "From Mon 4 Jan 2027" in page
    assert "changes Mon 4 Jan" in text(client.get(reverse("setup")))
    form = client.get(hours_url(cast) + "?first=2027-01-04").context["form"]
    assert form["d1_0_closes"].value() == time(12)


# People, rooms and devices -----------------------------------------------------------------------


def test_a_room_is_added_and_then_asks_for_its_hours(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    url = reverse("setup-resource-new", args=["room"])
    response = client.post(url, {"name": "Peel room 3"})
    room = Resource.objects.get(name="Peel room 3")
    assert response["Location"] == reverse("setup-hours", args=[room.pk, cast.harbour.pk])
    again = client.post(url, {"name": "peel room 3"})
    assert again.context["form"].errors == {"name": ["Harbour Street has a peel room 3 already."]}
    assert client.get(reverse("setup-resource-new", args=["dog"])).status_code == 404


def test_a_name_is_changed_and_a_lost_capability_is_asked_about(cast: Cast, as_: SignIn) -> None:
    visit = peel_at(cast, TUESDAY_NOON)
    url = reverse("setup-resource", args=[cast.dr_cole.pk])
    client = as_(cast.mina)
    keys = {each.key: each.pk for each in cast.dr_cole.capabilities.all()}
    client.post(url, {"name": "Dr H Cole", "capabilities": list(keys.values())})
    cast.dr_cole.refresh_from_db()
    assert cast.dr_cole.name == "Dr H Cole"
    page = client.post(url, {"name": "Dr H Cole", "capabilities": [keys["assess"]]})
    assert page.context["visits"] == (visit,)
    assert cast.dr_cole.capabilities.count() == 4


def test_giving_up_is_previewed_and_undone(cast: Cast, as_: SignIn) -> None:
    visit = peel_at(cast, TUESDAY_NOON)
    client = as_(cast.mina)
    url = reverse("setup-resource-deactivate", args=[cast.peel_room.pk])
    page = client.post(url)
    assert page.context["visits"] == (visit,)
    saved = client.post(url, {"keep": "1", "saw": page.context["saw"]}, follow=True)
    assert "Peel room 1 is not booked any more." in text(saved)
    assert client.get(reverse("setup")).context["overview"].unused == (cast.peel_room,)
    client.post(reverse("setup-resource-reactivate", args=[cast.peel_room.pk]))
    assert Resource.objects.get(pk=cast.peel_room.pk).active
    back = client.post(url, {"again": "1"})
    assert back["Location"] == reverse("setup-resource", args=[cast.peel_room.pk])
