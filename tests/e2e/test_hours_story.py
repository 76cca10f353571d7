"""The manager's pages with mouse and keyboard: what a press really sends."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from clinic.accounts.models import User
from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Absence, Service, WeeklyHours
from clinic.scheduling.clock import local_minute_or_next, to_datetime
from tests.conftest import Cast
from tests.e2e.conftest import Window
from tests.flows.running import next_tuesday, open_clinic

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[User], Window]


def local(cast: Cast, day: date, hour: int) -> datetime:
    return to_datetime(local_minute_or_next(day, time(hour), cast.harbour.zone))


def test_a_morning_off_over_a_visit_kept_and_taken_back(window: Window, sign_in: SignIn) -> None:
    cast = open_clinic()
    day = next_tuesday().date()
    claim = Claim(
        Service.objects.get(key="glycolic"),
        local(cast, day, 10),
        (cast.dr_cole.pk, cast.peel_room.pk),
    )
    now = datetime.now(cast.harbour.zone)
    booking.book(claim=claim, patient=cast.ada, location=cast.harbour, by=cast.fern, now=now)
    page = sign_in(cast.mina).page
    window.open("/clinic/")
    page.get_by_role("link", name="Away Dr Cole").click()
    page.get_by_text("Ill", exact=True).click()
    page.locator("[name=first]").fill(day.isoformat())
    expect(page.get_by_label("From, on the first day")).to_be_hidden()
    page.get_by_text("Morning", exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 visit stands in the way")
    expect(page.get_by_role("link", name="+44 20 7946 0123")).to_be_visible()
    page.get_by_role("button", name="Save now, re-plan after").click()
    expect(page.get_by_text("1 visit cannot take place as booked")).to_be_visible()
    absence = Absence.objects.get()
    half_past_one = local(cast, day, 13) + timedelta(minutes=30)
    assert (absence.kind, absence.during.upper) == ("sick", half_past_one)

    page.get_by_role("button", name="Take back Dr Cole").click()
    expect(page.get_by_text("Nobody is away")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    # the visit stands in the way again
    page.get_by_role("button", name="Save now, re-plan after").click()
    expect(page.get_by_role("button", name="Take back Dr Cole")).to_be_visible()
    assert Absence.objects.get().during == absence.during
    assert window.complaints == []


def test_enter_saves_the_week_and_copies_nothing(window: Window, sign_in: SignIn) -> None:
    cast = open_clinic()
    page = sign_in(cast.mina).page
    window.open(f"/clinic/resources/{cast.dr_cole.pk}/hours/{cast.harbour.pk}/")
    page.get_by_label("Monday, stretch 1, until").fill("12:00")
    page.get_by_role("button", name="to all days").click()
    expect(page.get_by_label("Sunday, stretch 1, until")).to_have_value("12:00")
    page.get_by_label("Sunday, stretch 1, until").fill("11:00")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The hours of Dr Cole are saved")).to_be_visible()
    now = WeeklyHours.objects.filter(resource=cast.dr_cole, valid_until=None)
    closes = dict(now.values_list("weekday", "closes"))
    assert closes == {day: time(12) for day in range(6)} | {6: time(11)}
    assert window.complaints == []
