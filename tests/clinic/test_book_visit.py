"""Booking one visit outside a course, as the desk does it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import User
from clinic.models import Appointment, Service
from clinic.queries import free_times
from tests.conftest import NOW, Cast, resource

As = Callable[[User], Client]
TUESDAY = date(2026, 12, 1)
HTMX = {"HX-Request": "true"}


def url(cast: Cast) -> str:
    return reverse("visit-book", args=[cast.ada.pk])


def page(client: Client, cast: Cast, **asked: Any) -> Any:
    return client.get(url(cast), asked).context


def times(context: Any) -> dict[date, list[str]]:
    return {
        day["day"]: [f"{time.starts_at:%H:%M}" for time, _value in day["times"]]
        for day in context["days"]
    }


def value(context: Any, day: date, at: str) -> str:
    (found,) = [
        value
        for each in context["days"]
        if each["day"] == day
        for time, value in each["times"]
        if f"{time.starts_at:%H:%M}" == at
    ]
    return str(found)


def test_only_services_that_stand_alone_are_offered(cast: Cast, as_: As) -> None:
    form = page(as_(cast.fern), cast)["form"]
    assert [words for _pk, words in form.fields["service"].choices] == [
        "Assessment, 30 min",
        "Follow-up, 15 min",
    ]


def test_free_times_are_those_of_clinician_and_room_from_now_on(cast: Cast, as_: As) -> None:
    shown = times(page(as_(cast.fern), cast))
    assert shown[NOW.date()][:2] == ["09:00", "09:15"]
    assert shown[TUESDAY][0] == "09:00"
    assert shown[TUESDAY][-1] == "17:30"
    assert date(2026, 12, 5) not in shown


def test_pressing_a_time_books_it_once(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    pressed = {"time": value(page(client, cast), TUESDAY, "10:30")}
    first = client.post(url(cast), pressed, follow=True)
    client.post(url(cast), pressed)

    appointment = Appointment.objects.get()
    assert appointment.during.lower == datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
    assert [str(each) for each in first.context["messages"]] == [
        "Assessment is booked for Tue 1 Dec, 10:30. The confirmation goes to ada@patient.example."
    ]
    assert "10:30" not in times(page(client, cast))[TUESDAY]


def test_a_time_that_somebody_took_is_refused_and_fresh_ones_shown(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    ada = page(client, cast)
    ben = client.get(reverse("visit-book", args=[cast.ben.pk])).context
    client.post(url(cast), {"time": value(ada, TUESDAY, "10:30")})

    taken = client.post(
        reverse("visit-book", args=[cast.ben.pk]), {"time": value(ben, TUESDAY, "10:30")}
    )
    assert taken.status_code == 409
    assert taken.context["reasons"] == [
        "Dr Cole is already booked then.",
        "Peel room 1 is already booked then.",
    ]
    again = reverse("visit-book", args=[cast.ben.pk]) + taken.context["search_again"]
    assert "10:30" not in times(client.get(again).context)[TUESDAY]


def test_htmx_is_led_to_the_record_when_it_is_booked(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    pressed = {"time": value(page(client, cast), TUESDAY, "10:30"), "then": "book"}
    answer = client.post(url(cast), pressed, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"] == reverse("patient-detail", args=[cast.ada.pk])
    assert Appointment.objects.get().status == "booked"
    assert "Assessment is booked for Tue 1 Dec, 10:30." in (
        client.get(answer["HX-Redirect"]).content.decode()
    )


def test_a_loser_gets_the_reasons_alone_and_the_way_to_fresh_times(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    ada, ben = page(client, cast), reverse("visit-book", args=[cast.ben.pk])
    mine = value(client.get(ben).context, TUESDAY, "10:30")
    client.post(url(cast), {"time": value(ada, TUESDAY, "10:30")})

    answer = client.post(f"{ben}?part=morning", {"time": mine}, headers=HTMX)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "<html" not in html
    assert (
        "<p>Dr Cole is already booked then.</p><p>Peel room 1 is already booked then.</p>" in html
    )
    assert f'id="answer" class="fades" hx-swap-oob="outerHTML" hx-get="{ben}?part=morning"' in html
    assert Appointment.objects.count() == 1


def test_a_refusal_costs_few_statements_and_a_booking_not_many(
    cast: Cast, as_: As, django_assert_num_queries: Any
) -> None:
    client = as_(cast.fern)
    ada, ben = page(client, cast), reverse("visit-book", args=[cast.ben.pk])
    mine = value(client.get(ben).context, TUESDAY, "10:30")
    with django_assert_num_queries(21):
        client.post(url(cast), {"time": value(ada, TUESDAY, "10:30")}, headers=HTMX)
    with django_assert_num_queries(13):
        client.post(ben, {"time": mine}, headers=HTMX)


@pytest.mark.parametrize("time", ["", "nonsense", "1:2:3"])
def test_a_damaged_time_books_nothing(cast: Cast, as_: As, time: str) -> None:
    answer = as_(cast.fern).post(url(cast), {"time": time})
    assert answer.status_code == 409
    assert answer.context["reasons"] == ["This time is not offered any more. Nothing was booked."]
    assert Appointment.objects.count() == 0


def test_a_time_offered_for_another_record_books_nothing(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    offered = value(page(client, cast), TUESDAY, "10:30")
    answer = client.post(reverse("visit-book", args=[cast.ben.pk]), {"time": offered})
    assert answer.context["reasons"] == [
        "This time was offered for another record. Nothing was booked."
    ]


@pytest.mark.parametrize(
    ("earliest", "sentence"),
    [
        ("", "Write the first day that suits."),
        ("yesterday", "This is not a date. Write it like 31/12/2026."),
        ("2026-11-29", "This day is past."),
        ("2028-01-01", "This is more than a year ahead."),
    ],
)
def test_an_impossible_first_day_is_told_at_its_field(
    cast: Cast, as_: As, earliest: str, sentence: str
) -> None:
    form = page(as_(cast.fern), cast, earliest=earliest)["form"]
    assert form.errors == {"earliest": [sentence]}


def test_only_the_chosen_person_is_offered(cast: Cast, as_: As) -> None:
    second = resource(cast.harbour, "person", "Dr Two", "assess")
    shown = page(as_(cast.fern), cast, person=second.pk)
    assert {time.names for day in shown["days"] for time, _ in day["times"]} == {
        ("Dr Two", "Peel room 1")
    }
    none = page(as_(cast.fern), cast, person=cast.nurse_nora.pk)
    assert (none["days"], none["why"]) == (
        [],
        ("Nurse Nora cannot take part in “Assessment”.",),
    )


def test_the_queries_do_not_grow_with_the_clinic(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            free_times.find(
                free_times.Search(
                    patient=cast.ada,
                    location=cast.harbour,
                    service=Service.objects.get(key="assessment"),
                    first=TUESDAY,
                    days=7,
                    now=NOW,
                )
            )
        return len(caught)

    before = queries()
    for number in range(5):
        resource(cast.harbour, "person", f"Dr {number}", "assess")
    assert queries() == before == 5
