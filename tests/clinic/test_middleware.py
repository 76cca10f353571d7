"""The place of a browser: asked for only where it is shown, and its clock for every time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.accounts.models import User
from clinic.middleware import LocationMiddleware, Place, PlaceClock
from clinic.models import Location
from clinic.queries.locations import SESSION_KEY
from tests.conftest import Cast

As = Callable[[User], Client]

SUMMER = datetime(2027, 7, 1, 12, tzinfo=UTC)
# 28 March 2027: 01:00 to 02:00 does not exist in London; 31 October: it comes twice
CHANGES = [datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)]


def place(location: int | None = None) -> Place:
    request: Any = HttpRequest()
    request.session = {} if location is None else {SESSION_KEY: location}
    return Place(request)


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def test_a_page_without_times_or_frame_asks_for_no_location(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    request: Any = HttpRequest()
    request.user, request.session = cast.fern, {}
    with django_assert_num_queries(0):
        LocationMiddleware(answer)(request)


def test_times_stand_on_the_clock_of_the_chosen_location(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    india = Location.objects.create(name="Pune", time_zone="Asia/Kolkata", phone="1")
    with django_assert_num_queries(1), timezone.override(PlaceClock(place(india.pk))):
        assert f"{timezone.localtime(SUMMER):%d %H:%M %z}" == "01 17:30 +0530"
        assert timezone.localtime(SUMMER) == SUMMER
        assert timezone.get_current_timezone_name() == "Asia/Kolkata"


def test_without_a_choice_it_is_the_first_location_by_name(cast: Cast) -> None:
    Location.objects.create(name="Albion", time_zone="America/New_York", phone="1")
    assert place().chosen == Location.objects.get(name="Albion")
    assert place(cast.harbour.pk).chosen == cast.harbour
    assert place(0).chosen == Location.objects.get(name="Albion")


def test_a_clinic_without_locations_is_on_the_clock_of_the_settings(db: None) -> None:
    with timezone.override(PlaceClock(place())):
        assert f"{timezone.localtime(SUMMER):%H:%M}" == "12:00"


@pytest.mark.parametrize("change", CHANGES)
def test_the_clock_is_right_through_both_changes(cast: Cast, change: datetime) -> None:
    clock = PlaceClock(place())
    for quarters in range(24):
        moment = change - timedelta(hours=1) + timedelta(minutes=15 * quarters)
        ours, theirs = moment.astimezone(clock), moment.astimezone(cast.harbour.zone)
        assert ours.replace(tzinfo=None) == theirs.replace(tzinfo=None)
        assert (ours.utcoffset(), ours.dst(), ours.tzname()) == (
            theirs.utcoffset(),
            theirs.dst(),
            theirs.tzname(),
        )
        assert ours.astimezone(UTC) == moment


def test_the_bar_names_the_location(cast: Cast, as_: As) -> None:
    page = as_(cast.fern).get(reverse("message-list"))
    assert "Harbour Street" in page.content.decode()
