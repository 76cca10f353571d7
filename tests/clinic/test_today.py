"""The page the desk lives on: who is expected, here, done; one press moves a patient on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.models import Appointment, Service
from clinic.queries import appointments
from tests.conftest import Cast
from tests.factories.clinic import (
    AppointmentFactory,
    LocationFactory,
    ResourceFactory,
    ServiceFactory,
)
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
Status = Appointment.Status

# the clock of the cast stands at 09:00
EARLY = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)
LATER = datetime(2026, 11, 30, 15, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def peel() -> Service:
    return ServiceFactory(needs=[("peel", 0, 30), ("peel-room", 0, 35)])


@pytest.fixture
def visit(cast: Cast, peel: Service) -> Callable[..., Appointment]:
    """`visit(SOON, arrived=True)`: of Ada unless said, with Dr Cole in peel room 1 unless said."""

    def make(start: datetime, **more: Any) -> Appointment:
        defaults: dict[str, Any] = {
            "location": cast.harbour,
            "service": peel,
            "patient": cast.ada,
            "holding": [] if more.get("cancelled") else [cast.dr_cole, cast.peel_room],
        }
        return AppointmentFactory(start=start, **(defaults | more))

    return make


def shown(page: Any, lane: str) -> list[Appointment]:
    found = getattr(page.context["lanes"], lane)
    return [each.visit.appointment for each in (*found.cards, *found.rows)]


def test_visits_stand_in_the_lane_of_their_state(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    late = visit(EARLY)
    soon = visit(SOON)
    later = visit(LATER)
    waiting = visit(datetime(2026, 11, 30, 12, tzinfo=UTC), arrived=True)
    treated = visit(datetime(2026, 11, 30, 7, 45, tzinfo=UTC), in_room=True)
    done = visit(datetime(2026, 11, 30, 7, 0, tzinfo=UTC), done=True)
    cancelled = visit(datetime(2026, 11, 30, 16, tzinfo=UTC), cancelled=True)
    page = as_(cast.fern).get(reverse("today"))
    assert shown(page, "expected") == [late, soon, later]
    assert shown(page, "arrived") == [waiting]
    assert shown(page, "in_room") == [treated]
    assert shown(page, "closed") == [done, cancelled]
    assert [lane.total for lane in page.context["lanes"]] == [3, 0, 1, 1, 2]


def test_neither_holds_nor_other_days_nor_other_places_are_listed(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    visit(SOON, held=True, held_until=LATER)
    visit(SOON + timedelta(days=1))
    visit(SOON, location=LocationFactory(), patient=cast.ben, holding=[])
    page = as_(cast.fern).get(reverse("today"))
    assert page.context["shown"] == ()
    assert "Nobody is booked on Mon 30 Nov" in page.content.decode()


def test_day_ends_at_the_midnight_of_the_location() -> None:
    mumbai = LocationFactory(far=True)
    midnight = datetime(2026, 11, 30, 18, 30, tzinfo=UTC)  # 00:00 of 1 December there
    before = AppointmentFactory(location=mumbai, start=midnight - timedelta(minutes=5))
    after = AppointmentFactory(location=mumbai, start=midnight)
    listed = {
        day: [each.appointment for each in appointments.on_day(mumbai, day, midnight)]
        for day in (date(2026, 11, 30), date(2026, 12, 1))
    }
    assert listed == {date(2026, 11, 30): [before], date(2026, 12, 1): [after]}


def test_visit_left_open_is_found_on_its_day(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    friday = visit(datetime(2026, 11, 27, 10, tzinfo=UTC))
    page = as_(cast.fern).get(reverse("today"), {"on": "2026-11-27"})
    assert shown(page, "expected") == [friday]
    text = page.content.decode()
    assert "Left open" in text
    assert "never closed" in text
    # the empty lanes stand on the present day only
    assert 'id="lane-arrived"' not in text


def test_clinician_sees_own_visits_first(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    cast.dr_cole.user = cast.cole
    cast.dr_cole.save()
    own = visit(SOON)
    other = visit(LATER, patient=cast.ben, holding=[cast.nurse_nora, cast.second_peel_room])
    client = as_(cast.cole)
    assert [each.appointment for each in client.get(reverse("today")).context["shown"]] == [own]
    everything = client.get(reverse("today"), {"show": "all"}).context["shown"]
    assert [each.appointment for each in everything] == [own, other]


def test_clinician_without_visits_is_told_of_the_others(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    visit(SOON)
    page = as_(cast.nora).get(reverse("today"), {"show": "mine"}).content.decode()
    assert "There is one visit of somebody else." in page
    assert "?on=2026-11-30&amp;show=all" in page


@pytest.mark.parametrize(
    ("state", "start", "steps"),
    [
        ({}, SOON, ("check-in",)),
        ({}, EARLY, ("check-in", "no-show")),
        ({"confirmed": True}, EARLY, ("check-in", "no-show")),
        ({}, SOON + timedelta(days=1), ("confirm",)),
        ({"confirmed": True}, SOON + timedelta(days=1), ("unconfirm",)),
        ({}, EARLY - timedelta(days=3), ("check-in", "no-show")),
        ({"arrived": True}, SOON, ("start", "undo")),
        ({"in_room": True}, SOON, ("complete", "undo")),
        ({"done": True}, EARLY, ("undo",)),
        ({"missed": True}, EARLY, ("undo",)),
        ({"cancelled": True}, SOON, ()),
    ],
)
def test_offered_steps(
    visit: Callable[..., Appointment],
    now: datetime,
    state: dict[str, bool],
    start: datetime,
    steps: tuple[str, ...],
) -> None:
    assert appointments.offered_steps(visit(start, **state), now) == steps


def test_every_offered_step_is_a_legal_transition(
    visit: Callable[..., Appointment], now: datetime
) -> None:
    leads_to = {
        "check-in": Status.ARRIVED,
        "start": Status.IN_ROOM,
        "complete": Status.DONE,
        "no-show": Status.NO_SHOW,
    }
    appointment = visit(EARLY)
    for status in Status:
        appointment.status = status
        forward = set(appointments.offered_steps(appointment, now)) - {"undo"}
        assert {leads_to[verb] for verb in forward} <= Appointment.TRANSITIONS[status]


def test_lateness_and_waiting_are_counted_for_whom_they_concern(
    visit: Callable[..., Appointment], now: datetime
) -> None:
    late = visit(EARLY)
    waiting = visit(SOON, arrived=True, status_at=now - timedelta(minutes=12))
    found = [appointments.visit(each, now) for each in (late, waiting)]
    assert [(each.late_minutes, each.waiting_minutes) for each in found] == [(30, 0), (0, 12)]


def test_arrived_answers_with_the_board_and_says_so(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    appointment = visit(SOON)
    url = reverse("appointment-check-in", args=[appointment.pk])
    answer = as_(cast.fern).post(url, {"on": "2026-11-30", "show": "all"}, headers=HTMX)
    appointment.refresh_from_db()
    assert appointment.status == Status.ARRIVED
    page = answer.content.decode()
    assert "Nobody else is expected today." in page
    assert "Ada Lindqvist has arrived." in page
    assert reverse("appointment-start", args=[appointment.pk]) in page
    assert "<html" not in page


def test_merged_board_equals_the_reloaded_one(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    appointment = visit(SOON)
    client = as_(cast.fern)
    url = reverse("appointment-check-in", args=[appointment.pk])
    part = client.post(url, {"on": "2026-11-30", "show": "all"}, headers=HTMX).content.decode()
    page = client.get(reverse("today"), {"on": "2026-11-30", "show": "all"}).content.decode()
    lanes = part[part.index('<section id="lane-expected"') : part.index("</form>")]
    assert lanes in page


def test_refusal_is_shown_above_the_board(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    appointment = visit(SOON)
    url = reverse("appointment-complete", args=[appointment.pk])
    answer = as_(cast.fern).post(url, {"on": "2026-11-30", "show": "all"}, headers=HTMX)
    appointment.refresh_from_db()
    assert appointment.status == Status.BOOKED
    assert answer.context["outcome"].refused is True
    assert "Nothing was changed." in answer.content.decode()


def test_without_scripts_the_same_button_leads_back_to_the_board(
    cast: Cast, as_: SignIn, visit: Callable[..., Appointment]
) -> None:
    appointment = visit(SOON)
    back = f"{reverse('today')}?on=2026-11-30&show=all"
    url = reverse("appointment-check-in", args=[appointment.pk])
    page = as_(cast.fern).post(url, {"on": "2026-11-30", "next": back}, follow=True)
    assert page.redirect_chain == [(back, 302)]
    assert [str(each) for each in page.context["messages"]] == ["Ada Lindqvist has arrived."]


@pytest.mark.parametrize("visits", [3, 30])
def test_page_takes_the_same_queries_for_few_and_many(
    cast: Cast,
    as_: SignIn,
    peel: Service,
    visits: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for n in range(visits):
        AppointmentFactory(
            location=cast.harbour,
            service=peel,
            patient=PatientFactory(),
            start=SOON + timedelta(minutes=5 * n),
            holding=[
                ResourceFactory(location=cast.harbour),
                ResourceFactory(room=True, location=cast.harbour),
            ],
        )
    client = as_(cast.fern)
    client.get(reverse("today"))  # the session notes its first activity once
    with django_assert_num_queries(13):
        page = client.get(reverse("today"))
    assert len(page.context["shown"]) == visits


def test_clinic_without_a_location_is_told_what_to_do(db: None, as_: SignIn, now: datetime) -> None:
    boss = User.objects.create_superuser("boss@clinic.example", "x", name="Boss")
    page = as_(boss).get(reverse("today")).content.decode()
    assert "The clinic has no location yet" in page
