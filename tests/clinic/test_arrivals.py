"""The arrivals board keeps itself up to date: what changes it, and what looking at it costs."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.actions import answers, booking
from clinic.actions.claims import BookingRefused, Claim
from clinic.models import Appointment, Service, VisitAnswer
from clinic.queries import appointments, arrivals
from patients.actions import readiness, screening
from patients.models import Patient
from patients.questionnaire import Answer
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory, LocationFactory, ServiceFactory
from tests.factories.patients import PatientFactory
from tests.health import asked

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
Status = Appointment.Status
MONDAY = date(2026, 11, 30)
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def peel() -> Service:
    return ServiceFactory(needs=[("peel", 0, 30), ("peel-room", 0, 35)])


@pytest.fixture
def ada_is_booked(cast: Cast, peel: Service) -> Appointment:
    return AppointmentFactory(
        location=cast.harbour,
        service=peel,
        patient=cast.ada,
        start=SOON,
        holding=[cast.dr_cole, cast.peel_room],
    )


# Lanes --------------------------------------------------------------------------------------------


def lanes(cast: Cast, now: datetime) -> arrivals.Lanes:
    return arrivals.lanes(appointments.on_day(cast.harbour, MONDAY, now), now)


def visit(cast: Cast, start: datetime, **more: Any) -> Appointment:
    return AppointmentFactory(location=cast.harbour, patient=PatientFactory(), start=start, **more)


def pks(cards: Any) -> list[int]:
    return [card.visit.appointment.pk for card in cards]


def test_whoever_is_due_within_the_hour_is_shown_in_full(cast: Cast, now: datetime) -> None:
    late, near = visit(cast, now - timedelta(hours=1)), visit(cast, now + timedelta(minutes=60))
    later = visit(cast, now + timedelta(minutes=65))
    expected = lanes(cast, now).expected
    assert (pks(expected.cards), pks(expected.rows)) == ([late.pk, near.pk], [later.pk])


def test_who_waits_longest_and_who_was_through_last_come_first(cast: Cast, now: datetime) -> None:
    def at(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    second = visit(cast, SOON, arrived=True, status_at=at(5))
    first = visit(cast, SOON, arrived=True, status_at=at(20))
    cancelled = visit(cast, SOON, cancelled=True)
    early = visit(cast, at(120), done=True, status_at=at(90))
    missed = visit(cast, at(180), missed=True, status_at=at(30))
    board = lanes(cast, now)
    assert pks(board.arrived.cards) == [first.pk, second.pk]
    assert pks(board.closed.rows) == [missed.pk, early.pk, cancelled.pk]


def test_key_means_the_next_one_who_can_be_checked_in(cast: Cast, now: datetime) -> None:
    assert lanes(cast, now).next is None
    visit(cast, now - timedelta(hours=1), arrived=True)
    later = visit(cast, now + timedelta(hours=3))
    assert lanes(cast, now).next == later.pk
    soon = visit(cast, SOON)
    assert lanes(cast, now).next == soon.pk


# Before its day ----------------------------------------------------------------------------------

TUESDAY_TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


def tuesday(cast: Cast, now: datetime = NOW) -> arrivals.Lanes:
    return arrivals.lanes(appointments.on_day(cast.harbour, date(2026, 12, 1), now), now)


def names(lane: arrivals.Lane) -> list[str]:
    return [each.visit.appointment.patient.given_name for each in (*lane.cards, *lane.rows)]


def test_until_its_day_who_has_confirmed_stands_apart(cast: Cast) -> None:
    visit(cast, TUESDAY_TEN, status=Status.CONFIRMED)
    asked_for = AppointmentFactory(location=cast.harbour, patient=cast.ben, start=TUESDAY_TEN)
    board = tuesday(cast)
    assert (names(board.expected), board.confirmed.total) == (["Ben"], 1)
    assert board.expected.rows[0].visit.steps == ("confirm",)
    assert board.confirmed.rows[0].visit.steps == ("unconfirm",)
    # on the day itself all of them are expected
    board = tuesday(cast, asked_for.during.lower)
    assert (board.expected.total, board.confirmed.total) == (2, 0)


def test_the_desk_confirms_with_one_press_and_takes_it_back(cast: Cast, as_: SignIn) -> None:
    asked_for = AppointmentFactory(location=cast.harbour, patient=cast.ben, start=TUESDAY_TEN)
    with time_machine.travel(NOW, tick=False):
        desk = as_(cast.fern)
        form = {"on": "2026-12-01", "show": "all"}
        address = reverse("appointment-confirm", args=[asked_for.pk])
        page = desk.post(address, form, headers=HTMX).content.decode()
        assert "Ben Okafor has confirmed." in page
        assert names(tuesday(cast).confirmed) == ["Ben"]
        address = reverse("appointment-unconfirm", args=[asked_for.pk])
        assert (
            "Ben Okafor is expected again."
            in desk.post(address, form, headers=HTMX).content.decode()
        )
    assert names(tuesday(cast).expected) == ["Ben"]


def test_who_could_not_come_and_confirms_by_phone_is_seen_to(cast: Cast, as_: SignIn) -> None:
    made = AppointmentFactory(location=cast.harbour, patient=cast.ben, start=TUESDAY_TEN)
    answers.cannot_come(appointment=made, version=1, words="The train", now=NOW)
    with time_machine.travel(NOW, tick=False):
        desk = as_(cast.fern)
        page = desk.get("/", {"on": "2026-12-01"}).content.decode()
        assert "Cannot come: “The train”" in " ".join(page.split())
        desk.post(reverse("appointment-confirm", args=[made.pk]))
    (answer,) = VisitAnswer.objects.all()
    assert (answer.settled_by, answer.settled_at) == (cast.fern, NOW)
    assert names(tuesday(cast).confirmed) == ["Ben"]


def test_the_board_of_today_leads_to_whom_to_call_next(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel(NOW, tick=False):
        desk = as_(cast.fern)
        assert "to confirm," not in desk.get("/").content.decode()
        visit(cast, TUESDAY_TEN, status=Status.CONFIRMED)
        visit(cast, TUESDAY_TEN + timedelta(days=2))
        visit(cast, TUESDAY_TEN + timedelta(days=2, hours=1))
        visit(cast, TUESDAY_TEN + timedelta(days=3))
        page = desk.get("/").content.decode()
    assert "2 to confirm, Thu 3 Dec" in page
    assert "?on=2026-12-03&show=all" in page


def test_another_answer_is_another_board(cast: Cast) -> None:
    made = AppointmentFactory(location=cast.harbour, patient=cast.ben, start=TUESDAY_TEN)
    before = arrivals.version(cast.harbour, date(2026, 12, 1))
    answers.cannot_come(appointment=made, version=1, words="", now=NOW)
    assert arrivals.version(cast.harbour, date(2026, 12, 1)) != before


# The version --------------------------------------------------------------------------------------


def version(cast: Cast) -> str:
    return arrivals.version(cast.harbour, MONDAY)


def check_in(cast: Cast, appointment: Appointment) -> None:
    booking.check_in(appointment=appointment, by=cast.fern, now=NOW)


def move_away(cast: Cast, appointment: Appointment) -> None:
    claim = Claim(
        appointment.service, SOON + timedelta(days=1), (cast.dr_cole.pk, cast.peel_room.pk)
    )
    booking.move(appointment=appointment, claim=claim, by=cast.fern, now=NOW)


def other_room(cast: Cast, appointment: Appointment) -> None:
    rooms = appointment.reservations.filter(resource=cast.peel_room)
    rooms.update(resource=cast.second_peel_room)


def cancel(cast: Cast, appointment: Appointment) -> None:
    booking.cancel(appointment=appointment, reason="ill", by=cast.fern, now=NOW)


def book_another(cast: Cast, appointment: Appointment) -> None:
    AppointmentFactory(location=cast.harbour, patient=cast.ben, start=SOON)


def correct_the_name(cast: Cast, appointment: Appointment) -> None:
    Patient.objects.filter(pk=cast.ada.pk).update(family_name="Holm")


def answer_questions(cast: Cast, appointment: Appointment) -> None:
    readiness.record_screening(patient=cast.ada, outcome="clear", on=MONDAY, by=cast.fern, now=NOW)


def sign_consent(cast: Cast, appointment: Appointment) -> None:
    readiness.record_consent(patient=cast.ada, scope="glycolic", by=cast.fern, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        check_in,
        move_away,
        other_room,
        cancel,
        book_another,
        correct_the_name,
        answer_questions,
        sign_consent,
    ],
)
def test_whatever_the_board_shows_changes_its_version(
    cast: Cast, ada_is_booked: Appointment, change: Callable[[Cast, Appointment], None]
) -> None:
    before = version(cast)
    assert version(cast) == before
    change(cast, ada_is_booked)
    assert version(cast) != before


def test_what_a_clinician_clears_changes_it_too(cast: Cast, ada_is_booked: Appointment) -> None:
    found = asked(cast.ada, cast.fern, MONDAY, keloid=Answer("yes"))
    before = version(cast)
    terms: dict[str, Any] = {"level": "B", "reason": "Fine", "by": cast.cole, "now": NOW}
    screening.clear(screening=found, modality="glycolic", rows=[9], **terms)
    assert version(cast) != before


def test_undone_is_not_as_before(cast: Cast, ada_is_booked: Appointment) -> None:
    """Whoever saw the step in between must see that it was taken back."""
    seen = [version(cast)]
    check_in(cast, ada_is_booked)
    seen.append(version(cast))
    booking.undo_status(appointment=ada_is_booked, by=cast.fern, now=NOW)
    seen.append(version(cast))
    assert len(set(seen)) == 3


def test_other_days_places_and_patients_leave_it_alone(
    cast: Cast, ada_is_booked: Appointment
) -> None:
    before = version(cast)
    AppointmentFactory(location=cast.harbour, patient=cast.ben, start=SOON + timedelta(days=1))
    AppointmentFactory(location=LocationFactory(), patient=cast.ben, start=SOON)
    readiness.record_consent(patient=cast.ben, scope="photos", by=cast.fern, now=NOW)
    assert version(cast) == before


# Looking ------------------------------------------------------------------------------------------


def look(client: Client, cast: Cast, seen: str = "", **more: Any) -> Any:
    asked = {"on": "2026-11-30", "show": "all", "at": cast.harbour.pk, "seen": seen} | more
    return client.get(reverse("today-changes"), asked, headers=HTMX)


@pytest.fixture
def fern(cast: Cast, as_: SignIn) -> Client:
    """Signed in, with the board open."""
    client = as_(cast.fern)
    client.get(reverse("today"))
    return client


def shown(client: Client) -> str:
    return str(client.get(reverse("today")).context["version"])


def test_an_unchanged_board_is_answered_with_nothing(
    cast: Cast, fern: Client, ada_is_booked: Appointment
) -> None:
    answer = look(fern, cast, shown(fern))
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_changed_board_comes_whole(cast: Cast, fern: Client, ada_is_booked: Appointment) -> None:
    seen = shown(fern)
    check_in(cast, ada_is_booked)
    page = look(fern, cast, seen).content.decode()
    assert page.strip().startswith('<div id="day"')
    assert 'data-said="Ada Lindqvist has arrived."' in page
    assert reverse("appointment-start", args=[ada_is_booked.pk]) in page
    # what it answers with is what the next look has seen
    now_seen = shown(fern)
    assert f'data-version="{now_seen}"' in page
    assert look(fern, cast, now_seen).status_code == 204


def test_the_minute_changes_todays_board_and_no_other(
    cast: Cast, fern: Client, ada_is_booked: Appointment
) -> None:
    seen = shown(fern)
    tomorrow = fern.get(reverse("today"), {"on": "2026-12-01"}).context["version"]
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert look(fern, cast, seen).status_code == 200
        assert look(fern, cast, tomorrow, on="2026-12-01").status_code == 204


def test_hiding_names_in_another_window_hides_them_here(
    cast: Cast, fern: Client, ada_is_booked: Appointment
) -> None:
    seen = shown(fern)
    fern.post(reverse("calendar-names"))
    page = look(fern, cast, seen).content.decode()
    assert "A. L." in page
    assert "Lindqvist" not in page


def test_another_location_in_another_window_reloads_the_page(cast: Cast, fern: Client) -> None:
    hudson = LocationFactory(name="Hudson Street")
    seen = shown(fern)
    fern.post(reverse("choose-location"), {"location": hudson.pk})
    answer = look(fern, cast, seen)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


@pytest.mark.parametrize("visits", [1, 40])
def test_a_look_costs_one_query_after_sign_in(
    cast: Cast, fern: Client, visits: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for n in range(visits):
        visit(cast, SOON + timedelta(minutes=5 * n))
    seen = shown(fern)
    # session, user, two for the permissions, the locations; and the version
    with django_assert_num_queries(4):
        assert look(fern, cast, seen).status_code == 204


@pytest.mark.parametrize("visits", [1, 40])
def test_a_changed_board_takes_the_same_queries_for_few_and_many(
    cast: Cast, fern: Client, visits: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for n in range(visits):
        visit(cast, SOON + timedelta(minutes=5 * n))
    with django_assert_num_queries(13):
        assert look(fern, cast, "older").status_code == 200


# Nobody is there ----------------------------------------------------------------------------------


def minutes(n: int) -> Any:
    """So long after the board was opened."""
    return time_machine.travel(NOW + timedelta(minutes=n), tick=False)


def test_looking_keeps_no_session_alive(cast: Cast, fern: Client) -> None:
    for n in range(1, 15):
        with minutes(n):
            assert look(fern, cast).status_code == 200
            # what a changed board asks for by itself
            assert fern.get(reverse("appointment-badges"), headers=HTMX).status_code == 200
    with minutes(16):
        answer = look(fern, cast)
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/account/login/")
    with minutes(16):
        assert fern.get(reverse("today")).status_code == 302


def test_whoever_touches_the_page_stays(cast: Cast, fern: Client) -> None:
    with minutes(10):
        look(fern, cast, active="1")
    with minutes(24):
        assert look(fern, cast).status_code == 200
    with minutes(26):
        assert "HX-Redirect" in look(fern, cast).headers


def test_a_press_counts_like_any_request(
    cast: Cast, fern: Client, ada_is_booked: Appointment
) -> None:
    with minutes(10):
        url = reverse("appointment-check-in", args=[ada_is_booked.pk])
        fern.post(url, {"on": "2026-11-30"}, headers=HTMX)
    with minutes(24):
        assert look(fern, cast).status_code == 200


# Two people press ---------------------------------------------------------------------------------


def test_the_same_step_twice_is_harmless(cast: Cast, ada_is_booked: Appointment) -> None:
    for _ in range(2):
        check_in(cast, ada_is_booked)
    ada_is_booked.refresh_from_db()
    assert ada_is_booked.status == Status.ARRIVED


@pytest.mark.parametrize(
    ("status", "press", "word"),
    [
        (Status.IN_ROOM, booking.check_in, "in the room"),
        (Status.DONE, booking.start, "done"),
        (Status.DONE, booking.check_in, "done"),
        (Status.ARRIVED, booking.mark_no_show, "arrived"),
        (Status.NO_SHOW, booking.start, "marked as no-show"),
    ],
)
def test_an_outdated_press_never_moves_a_visit_back(
    cast: Cast, status: str, press: Callable[..., Appointment], word: str
) -> None:
    found = visit(cast, SOON, status=status)
    with pytest.raises(BookingRefused) as refused:
        press(appointment=found, by=cast.fern, now=NOW)
    assert str(refused.value) == f"It is {word} by now; that step does not follow from there."
    found.refresh_from_db()
    assert found.status == status


def test_the_board_shows_the_truth_after_an_outdated_press(
    cast: Cast, fern: Client, ada_is_booked: Appointment
) -> None:
    check_in(cast, ada_is_booked)
    booking.start(appointment=ada_is_booked, by=cast.cole, now=NOW)
    url = reverse("appointment-check-in", args=[ada_is_booked.pk])
    answer = fern.post(url, {"on": "2026-11-30", "show": "all"}, headers=HTMX)
    page = answer.content.decode()
    assert "It is in the room by now" in page
    assert reverse("appointment-complete", args=[ada_is_booked.pk]) in page
