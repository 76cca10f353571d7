"""Planning anew what a cause touches: which visits, their limits, the page, and the one press."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.actions import booking
from clinic.actions.claims import Claim
from clinic.models import Absence, Appointment, Closure, Rearrangement, Resource, Service
from clinic.scheduling.intervals import merge
from clinic.scheduling.replan import Link
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.health import receive
from tests.treatments.test_series_search import book_session, start
from tests.treatments.test_series_views import words
from treatments.models import Course
from treatments.queries.replan import Choice, Situation
from treatments.queries.replan_causes import Cause, touched

As = Callable[[Any], Client]
TUESDAY = datetime(2026, 12, 1, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
URL = "/replan/"


def visit(
    cast: Cast,
    at: datetime,
    patient: Patient | None = None,
    person: Resource | None = None,
    key: str = "glycolic",
) -> Appointment:
    """A peel with Dr Cole in room 1, with Nora in room 2."""
    who = person or cast.dr_cole
    room = cast.second_peel_room if who == cast.nurse_nora else cast.peel_room
    return booking.book(
        claim=Claim(Service.objects.get(key=key), at, (who.pk, room.pk)),
        patient=patient or PatientFactory(),
        location=cast.harbour,
        by=cast.fern,
        now=NOW,
    )


def ill(cast: Cast, first: date | None = None, last: date | None = None) -> Cause:
    """On Tuesday, unless other days are given."""
    day = first or TUESDAY.date()
    return Cause(cast.harbour, day, last or day, cast.dr_cole)


def look(cause: Cause, **choices: Choice) -> Situation:
    """The situation at nine on Monday."""
    decided = {int(name[1:]): choice for name, choice in choices.items()}
    return Situation(cause, touched(cause, NOW), decided, NOW)


def times(situation: Situation) -> dict[int, str]:
    """By visit its new start, with "Nora" or "Cole"."""
    known = {one.id: one.name.split()[-1] for one in situation.view.resources}
    zone = situation.cause.location.zone
    return {
        pk: f"{datetime.fromtimestamp(one.after.start * 60, UTC).astimezone(zone):%a %H:%M} "
        f"{known[one.after.assignment[0]]}"
        if one.after
        else "none"
        for pk, one in situation.outcomes.items()
    }


# Which visits ------------------------------------------------------------------------------------


def test_a_sick_person_touches_the_visits_still_to_come_that_hold_them(cast: Cast) -> None:
    own = visit(cast, TUESDAY)
    visit(cast, TUESDAY, person=cast.nurse_nora)
    visit(cast, TUESDAY + DAY)
    cancelled = visit(cast, TUESDAY + 2 * HOUR)
    booking.cancel(appointment=cancelled, reason="ill", by=cast.fern, now=NOW)
    assert touched(ill(cast), NOW) == [own]
    assert touched(ill(cast), TUESDAY + HOUR) == []


def test_a_room_that_is_out_touches_its_visits(cast: Cast) -> None:
    visit(cast, TUESDAY)
    second = visit(cast, TUESDAY, person=cast.nurse_nora)
    day = TUESDAY.date()
    cause = Cause(cast.harbour, day, day, cast.second_peel_room)
    assert touched(cause, NOW) == [second]
    assert times(look(cause)) == {second.pk: "Tue 09:15 Nora"}


def test_a_closed_day_touches_everybody(cast: Cast) -> None:
    found = [visit(cast, TUESDAY), visit(cast, TUESDAY, person=cast.nurse_nora)]
    visit(cast, TUESDAY + DAY)
    day = TUESDAY.date()
    assert touched(Cause(cast.harbour, day, day), NOW) == found


def test_who_is_here_already_is_not_moved(cast: Cast) -> None:
    here = visit(cast, NOW + HOUR)
    receive(appointment=here, by=cast.fern, now=NOW)
    assert touched(ill(cast, NOW.date()), NOW) == []


# Their limits ------------------------------------------------------------------------------------


def test_somebody_else_takes_over_at_the_same_time(cast: Cast) -> None:
    own = visit(cast, TUESDAY)
    assert times(look(ill(cast))) == {own.pk: "Tue 10:00 Nora"}


def test_who_only_one_person_can_see_goes_to_the_nearest_day(cast: Cast) -> None:
    own = visit(cast, TUESDAY + 7 * DAY, key="follow-up")
    day = own.starts_at.date()
    assert times(look(ill(cast, day, day + 2 * DAY))) == {own.pk: "Mon 10:00 Cole"}


def test_nobody_has_to_come_sooner_at_short_notice(cast: Cast) -> None:
    """Today and tomorrow are left out, but for those who come then anyway."""
    tomorrow, later = visit(cast, TUESDAY, key="follow-up"), visit(cast, TUESDAY + 2 * DAY)
    situation = look(Cause(cast.harbour, TUESDAY.date(), TUESDAY.date() + 2 * DAY))
    first, second = situation.request.visits
    assert [first.key, second.key] == [tomorrow.pk, later.pk]
    assert (first.days[0], second.days[0]) == (date(2026, 12, 1), date(2026, 12, 2))


def test_a_session_keeps_its_distance_from_its_neighbours(cast: Cast) -> None:
    """14 days before and after: it cannot move by a day, and only Nora is left."""
    course = start(cast, 4)
    for number, at in ((1, TUESDAY), (2, TUESDAY + 14 * DAY), (3, TUESDAY + 28 * DAY)):
        book_session(course, number, at, cast, done=False)
    second = course.sessions.get(number=2).appointment
    situation = look(ill(cast, second.during.lower.date()))
    (touched,) = situation.request.visits
    assert touched.days == (date(2026, 12, 15), date(2026, 12, 15))
    assert touched.priority == 1
    assert times(situation) == {second.pk: "Tue 10:00 Nora"}


def test_the_window_of_a_session_tells_normal_days_from_late_ones(cast: Cast) -> None:
    """28 days after the first at most, 42 until it lapses; four weeks after the cause at most."""
    course = start(cast, 4)
    for number, at in ((1, TUESDAY), (2, TUESDAY + 21 * DAY)):
        book_session(course, number, at, cast, done=False)
    (touched,) = look(ill(cast, date(2026, 12, 22))).request.visits
    assert touched.days == (date(2026, 12, 15), date(2027, 1, 12))
    assert touched.normal == (date(2026, 12, 15), date(2026, 12, 29))


def test_two_touched_sessions_are_linked_and_bound_by_those_that_stand(cast: Cast) -> None:
    course = start(cast, 4)
    days = [0, 21, 42, 63]
    for number, day in enumerate(days, 1):
        book_session(course, number, TUESDAY + day * DAY, cast, done=False)
    second, third = (course.sessions.get(number=n).appointment for n in (2, 3))
    situation = look(ill(cast, second.during.lower.date(), third.during.lower.date()))
    assert situation.request.links == (Link(second.pk, third.pk, 14, 28),)
    two, three = situation.request.visits
    assert (two.days[0], three.days[1]) == (date(2026, 12, 15), date(2027, 1, 19))
    # the one in between is not there to hold it: twice the distance
    assert (three.days[0], three.normal[1]) == (date(2026, 12, 29), date(2027, 1, 19))


def test_a_visit_outside_a_course_moves_by_a_fortnight_at_most(cast: Cast) -> None:
    visit(cast, TUESDAY + 21 * DAY, key="follow-up")
    (touched,) = look(ill(cast, date(2026, 12, 22))).request.visits
    assert touched.days == (date(2026, 12, 8), date(2027, 1, 5))
    assert touched.priority == 0


def test_other_visits_of_the_patient_are_in_the_way(cast: Cast) -> None:
    own = visit(cast, TUESDAY, cast.ada)
    AppointmentFactory(patient=cast.ada, location=cast.harbour, start=TUESDAY + HOUR)
    situation = look(ill(cast))
    assert len(situation.request.visits[0].busy) == 1
    assert times(situation)[own.pk] == "Tue 10:00 Nora"


def test_the_skin_rests_beside_other_treatments_of_the_patient(cast: Cast) -> None:
    """Two weeks between two different peels, on either side."""
    own = visit(cast, TUESDAY, cast.ada)
    visit(cast, TUESDAY + 20 * DAY, cast.ada, key="salicylic")
    (touched_one,) = look(ill(cast, own.starts_at.date())).request.visits
    (rest,) = merge(touched_one.blocked)
    assert (local(rest.start), local(rest.end)) == (date(2026, 12, 8), date(2027, 1, 4))


def local(minute: int) -> date:
    return datetime.fromtimestamp(minute * 60, UTC).date()


def test_a_visit_that_stays_keeps_what_it_holds_and_one_given_up_does_not(cast: Cast) -> None:
    one, other = visit(cast, TUESDAY), visit(cast, TUESDAY + timedelta(minutes=45))
    day = TUESDAY.date()
    room_out = Cause(cast.harbour, day, day, cast.peel_room)
    cast.nurse_nora.delete()
    for choice, expected in ((Choice(stays=True), "10:45"), (Choice(later=True), "10:45")):
        situation = look(room_out, **{f"v{one.pk}": choice})
        assert times(situation) == {other.pk: f"Tue {expected} Cole"}
        held = situation.view.free[cast.dr_cole.pk]
        at = int(TUESDAY.timestamp()) // 60
        assert any(a <= at < b for a, b in held) == choice.later


def test_everything_is_read_with_the_same_queries_for_one_and_for_many(cast: Cast) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            situation = look(ill(cast))
            assert situation.outcomes
        return len(caught)

    visit(cast, TUESDAY, cast.ben)
    few = count()
    course = start(cast, 4)
    book_session(course, 1, TUESDAY + 2 * HOUR, cast, done=False)
    with_course = count()
    for hours in (3, 4, 5, 6):
        visit(cast, TUESDAY + hours * HOUR)
    assert count() == with_course
    assert (few, with_course) == (10, 13)


# The page ----------------------------------------------------------------------------------------


def ask(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"resource": cast.dr_cole.pk, "first": "2026-12-01", "last": "2026-12-01"} | more


def press(client: Client, page: Any, asked: dict[str, Any], do: str = "apply", **more: Any) -> Any:
    """Send the plan back as the page shows it, with some fields changed."""
    plan = page.context["plan"]
    fields = {"plan": plan.offer, "do": do}
    for row in [*plan.unsolved, *plan.moved, *plan.left]:
        at = next((n for n, time in enumerate(row.times) if time.is_chosen), "")
        left = "later" if row.choice.later else "stays"
        fields[f"to-{row.visit.pk}"] = left if row.choice.is_left else at
        if row.choice.is_kept:
            fields[f"pin-{row.visit.pk}"] = "on"
    address = f"{URL}?" + "&".join(f"{name}={value}" for name, value in asked.items())
    return client.post(address, fields | more, follow=do == "apply")


def shown(page: Any) -> list[tuple[str, str, str]]:
    """Patient, chosen time, what changes."""
    plan = page.context["plan"]
    return [
        (
            row.visit.patient.full_name,
            next(time.text for time in row.times if time.is_chosen),
            " · ".join((*row.changes, row.shift)),
        )
        for row in plan.moved
    ]


def test_the_page_asks_for_the_cause_first(cast: Cast, as_: As) -> None:
    page = as_(cast.fern).get(URL)
    text = words(page.content.decode())
    assert "All of Harbour Street is closed" in text
    assert "Show the visits" in text
    assert "plan" not in page.context


def test_the_page_shows_before_after_and_what_changes(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY, cast.ada)
    visit(cast, TUESDAY + HOUR, cast.ben, key="follow-up")
    page = as_(cast.fern).get(URL, ask(cast))
    assert shown(page) == [
        (
            "Ada Lindqvist",
            "Tue 1 Dec, 10:00 · Nurse Nora",
            "Nurse Nora instead of Dr Cole · same day and time",
        ),
        ("Ben Okafor", "Wed 2 Dec, 11:00", "1 day later"),
    ]
    text = words(page.content.decode())
    assert "2 visits are touched: 2 have a new time." in text
    assert "Move 2 visits and tell the patients" in text


def test_the_gaps_of_a_course_are_told_before_and_after(cast: Cast, as_: As) -> None:
    Resource.objects.filter(pk=cast.nurse_nora.pk).update(active=False)
    course = start(cast, 4)
    for number, day in enumerate((0, 21, 42), 1):
        book_session(course, number, TUESDAY + day * DAY, cast, done=False)
    page = as_(cast.fern).get(URL, ask(cast, first="2026-12-22", last="2026-12-22"))
    assert shown(page) == [("Ada Lindqvist", "Mon 21 Dec, 10:00", "1 day earlier")]
    text = words(page.content.decode())
    assert "20 days after session 1 (was 21)" in text
    assert "22 days before session 3 (was 21)" in text


def test_who_has_no_time_stands_on_top_with_the_reason_and_the_telephone(
    cast: Cast, as_: As
) -> None:
    Resource.objects.filter(pk=cast.nurse_nora.pk).update(active=False)
    course = start(cast, 4)
    for number, day in enumerate((0, 14, 28), 1):
        book_session(course, number, TUESDAY + day * DAY, cast, done=False)
    page = as_(cast.fern).get(URL, ask(cast, first="2026-12-15", last="2026-12-15"))
    (row,) = page.context["plan"].unsolved
    assert row.reasons == ("Dr Cole is away on Tue 15 Dec.",)
    text = words(page.content.decode())
    assert "1 has none" in text.replace(" ,", ",")
    assert "+44 20 7946 0123" in text
    assert "tell the patient" not in text


def test_nothing_touched_says_so(cast: Cast, as_: As) -> None:
    text = words(as_(cast.fern).get(URL, ask(cast)).content.decode())
    assert "No visit is touched" in text


def test_too_many_visits_are_planned_in_steps(cast: Cast, as_: As, monkeypatch: Any) -> None:
    monkeypatch.setattr("treatments.views.replan.MOST", 1)
    visit(cast, TUESDAY)
    visit(cast, TUESDAY + HOUR)
    text = words(as_(cast.fern).get(URL, ask(cast)).content.decode())
    assert "2 visits are too many for one plan" in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first": ""}, "Choose the first day."),
        ({"first": "soon"}, "Write a date like 2027-01-12."),
        ({"last": "2026-11-20"}, "The last day is before the first."),
        ({"first": "2026-11-01", "last": "2026-11-20"}, "These days have passed."),
        ({"last": "2027-06-01"}, "At most 31 days are planned at once."),
        ({"first": "9999-12-30", "last": "9999-12-31"}, "That date cannot be meant."),
        ({"resource": "999999", "location": ""}, "Choose from the list."),
    ],
)
def test_a_cause_that_cannot_be(cast: Cast, as_: As, wrong: dict[str, str], sentence: str) -> None:
    page = as_(cast.fern).get(URL, ask(cast) | wrong)
    assert page.status_code == 200
    assert sentence in words(page.content.decode())
    assert "plan" not in page.context


def test_the_link_of_the_hours_page_opens_it_for_a_closed_location(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY)
    asked = {"location": cast.harbour.pk, "first": "2026-12-01", "last": "2026-12-01"}
    page = as_(cast.fern).get(URL, asked)
    assert page.context["cause"] == Cause(cast.harbour, TUESDAY.date(), TUESDAY.date())
    assert len(page.context["plan"].moved) == 1


# Deciding ----------------------------------------------------------------------------------------


def test_another_time_is_kept_and_the_others_are_solved_around_it(cast: Cast, as_: As) -> None:
    """Ben takes the time that Ada was to have."""
    ada, ben = visit(cast, TUESDAY, cast.ada), visit(cast, TUESDAY + HOUR, cast.ben)
    client, asked = as_(cast.fern), ask(cast)
    page = client.get(URL, asked)
    row = page.context["plan"].moved[1]
    other = [time.text for time in row.times].index("Wed 2 Dec, 11:00")
    again = press(client, page, asked, "solve", **{f"to-{ben.pk}": other})
    assert [each[1] for each in shown(again)] == [
        "Tue 1 Dec, 10:00 · Nurse Nora",
        "Wed 2 Dec, 11:00",
    ]
    assert [row.choice.is_kept for row in again.context["plan"].moved] == [False, True]
    once_more = press(client, again, asked, "solve")
    assert shown(once_more) == shown(again)
    press(client, once_more, asked)
    ada.refresh_from_db()
    ben.refresh_from_db()
    assert [ada.starts_at, ben.starts_at] == [TUESDAY, TUESDAY + HOUR + DAY]


def test_a_choice_alone_moves_nobody_else(cast: Cast, as_: As) -> None:
    ada = visit(cast, TUESDAY, cast.ada)
    visit(cast, TUESDAY + HOUR, cast.ben)
    client, asked = as_(cast.fern), ask(cast)
    page = client.get(URL, asked)
    again = press(client, page, asked, "keep", **{f"to-{ada.pk}": "later"})
    plan = again.context["plan"]
    assert [row.visit for row in plan.left] == [ada]
    assert [row.choice.is_kept for row in plan.moved] == [False]
    text = words(again.content.decode())
    assert "Move 1 visit, give 1 up, and tell the patients" in text
    # and its times are still there to be chosen
    assert [time.text for time in plan.left[0].times] == [
        time.text for time in page.context["plan"].moved[0].times
    ]


def test_htmx_gets_the_plan_alone(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY, cast.ada)
    client, asked = as_(cast.fern), ask(cast)
    page = client.get(URL, asked)
    address = f"{URL}?resource={cast.dr_cole.pk}&first=2026-12-01&last=2026-12-01"
    fields = {"plan": page.context["plan"].offer, "do": "solve"}
    html = client.post(address, fields, headers={"HX-Request": "true"}).content.decode()
    assert html.strip().startswith('<div id="plan"')


# Carrying it out ---------------------------------------------------------------------------------


def test_all_move_at_once_and_the_absence_is_recorded(cast: Cast, as_: As) -> None:
    ada, ben = visit(cast, TUESDAY, cast.ada), visit(cast, TUESDAY + HOUR, cast.ben)
    client, asked = as_(cast.mina), ask(cast)
    answer = press(client, client.get(URL, asked), asked, record="on", kind="sick")
    text = words(answer.content.decode())
    assert "2 visits are moved. 2 patients are told by e-mail. The absence is on record." in text
    assert "No visit is touched" in text
    assert [each.cause for each in Rearrangement.objects.all()] == ["Dr Cole is away"] * 2
    absence = Absence.objects.get()
    assert (absence.kind, absence.during.lower) == ("sick", TUESDAY.replace(hour=0))
    assert absence.during.upper == TUESDAY.replace(hour=0) + DAY
    held = {
        pk for each in (ada, ben) for pk in each.reservations.values_list("resource", flat=True)
    }
    assert held == {cast.nurse_nora.pk, cast.peel_room.pk}


def test_undo_puts_all_back_and_takes_the_absence_away(cast: Cast, as_: As) -> None:
    ada, ben = visit(cast, TUESDAY, cast.ada), visit(cast, TUESDAY + HOUR, cast.ben)
    client, asked = as_(cast.mina), ask(cast)
    answer = press(client, client.get(URL, asked), asked, record="on", kind="sick")
    (message,) = answer.context["messages"]
    back = client.post(message.extra_tags, follow=True)
    assert "Taken back: the visits of 2 patients stand as before." in words(back.content.decode())
    assert len(back.context["plan"].moved) == 2
    assert not Absence.objects.exists()
    for each in (ada, ben):
        assert cast.dr_cole.pk in each.reservations.values_list("resource", flat=True)
    client.post(message.extra_tags)
    assert Rearrangement.objects.count() == 4


def test_a_closed_day_is_recorded_with_its_reason(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY, cast.ada)
    client, asked = as_(cast.mina), ask(cast, resource="")
    answer = press(client, client.get(URL, asked), asked, record="on", reason="Burst pipe")
    assert "The closed days are on record." in words(answer.content.decode())
    closure = Closure.objects.get()
    assert (closure.reason, closure.starts_on, closure.ends_on) == (
        "Burst pipe",
        TUESDAY.date(),
        TUESDAY.date(),
    )


def test_the_desk_moves_visits_but_does_not_record_absences(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY, cast.ada)
    client, asked = as_(cast.fern), ask(cast)
    page = client.get(URL, asked)
    assert 'name="record"' not in page.content.decode()
    press(client, page, asked, record="on", kind="sick")
    assert not Absence.objects.exists()
    assert Rearrangement.objects.count() == 1


def test_a_visit_that_stays_keeps_the_absence_from_being_recorded(cast: Cast, as_: As) -> None:
    ada, ben = visit(cast, TUESDAY, cast.ada), visit(cast, TUESDAY + HOUR, cast.ben)
    client, asked = as_(cast.mina), ask(cast)
    page = client.get(URL, asked)
    refused = press(client, page, asked, record="on", kind="sick", **{f"to-{ada.pk}": "stays"})
    assert refused.status_code == 409
    text = words(refused.content.decode())
    assert "Nothing was changed Dr Cole is booked: Ada Lindqvist" in text
    ben.refresh_from_db()
    assert cast.dr_cole.pk in ben.reservations.values_list("resource", flat=True)
    press(client, page, asked, **{f"to-{ada.pk}": "stays"})
    assert cast.nurse_nora.pk in ben.reservations.values_list("resource", flat=True)
    assert cast.dr_cole.pk in ada.reservations.values_list("resource", flat=True)


def test_a_visit_given_up_waits_in_the_worklist(cast: Cast, as_: As) -> None:
    course = start(cast, 4)
    book_session(course, 1, TUESDAY, cast, done=False)
    own = Appointment.objects.get()
    client, asked = as_(cast.fern), ask(cast)
    answer = press(client, client.get(URL, asked), asked, **{f"to-{own.pk}": "later"})
    assert "1 is given up, to be booked." in words(answer.content.decode())
    own.refresh_from_db()
    assert (own.status, own.cancel_reason) == ("cancelled", "Dr Cole is away")
    assert "Book all 4" in words(client.get("/worklist/").content.decode())


def test_who_is_not_emailed_is_named_with_the_telephone(cast: Cast, as_: As) -> None:
    Patient.objects.filter(pk=cast.ben.pk).update(email_consent="refused")
    visit(cast, TUESDAY, cast.ada)
    visit(cast, TUESDAY + HOUR, cast.ben)
    client, asked = as_(cast.fern), ask(cast)
    text = words(press(client, client.get(URL, asked), asked).content.decode())
    assert "1 patient is told by e-mail. Call Ben Okafor, +44 20 7946 0123." in text


def test_of_two_people_at_once_the_second_gets_a_fresh_plan(cast: Cast, as_: As) -> None:
    own = visit(cast, TUESDAY, cast.ada)
    client, asked = as_(cast.fern), ask(cast)
    first, second = client.get(URL, asked), client.get(URL, asked)
    press(client, first, asked)
    late = press(client, second, asked)
    assert late.status_code == 409
    text = words(late.content.decode())
    assert "The visit is on Tue 1 Dec, 10:00 by now: somebody changed it." in text
    assert "No visit is touched" in text
    own.refresh_from_db()
    assert own.version == 2


def test_a_time_that_was_taken_meanwhile_changes_nothing(cast: Cast, as_: As) -> None:
    ada, ben = visit(cast, TUESDAY, cast.ada), visit(cast, TUESDAY + HOUR, cast.ben)
    client, asked = as_(cast.fern), ask(cast)
    page = client.get(URL, asked)
    visit(cast, TUESDAY + HOUR, person=cast.nurse_nora)
    refused = press(client, page, asked)
    assert refused.status_code == 409
    assert "Nurse Nora is already booked then." in words(refused.content.decode())
    assert [each[1] for each in shown(refused)] != [each[1] for each in shown(page)]
    for each in (ada, ben):
        assert cast.dr_cole.pk in each.reservations.values_list("resource", flat=True)


def test_the_same_press_twice_is_one(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY, cast.ada)
    client, asked = as_(cast.mina), ask(cast)
    page = client.get(URL, asked)
    for _ in range(2):
        answer = press(client, page, asked, record="on", kind="sick")
        assert "1 visit is moved." in words(answer.content.decode())
    assert (Rearrangement.objects.count(), Absence.objects.count()) == (1, 1)


@pytest.mark.parametrize("text", ["", "forged", "7:forged:forged"])
def test_a_plan_that_is_none_of_ours(cast: Cast, as_: As, text: str) -> None:
    own = visit(cast, TUESDAY, cast.ada)
    client, asked = as_(cast.fern), ask(cast)
    refused = press(client, client.get(URL, asked), asked, plan=text)
    assert refused.status_code == 409
    assert "The plan did not arrive as it was shown." in words(refused.content.decode())
    own.refresh_from_db()
    assert own.version == 1


def test_a_plan_is_good_for_its_cause_alone(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY, cast.ada)
    client = as_(cast.fern)
    page = client.get(URL, ask(cast))
    refused = press(client, page, ask(cast, first="2026-11-30"))
    assert refused.status_code == 409


def test_an_old_plan_is_made_anew(cast: Cast, as_: As) -> None:
    visit(cast, TUESDAY, cast.ada)
    client, asked = as_(cast.fern), ask(cast)
    page = client.get(URL, asked)
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        later = Client()
        later.force_login(cast.fern)
        refused = press(later, page, asked)
    assert refused.status_code == 409
    assert "This plan is hours old." in words(refused.content.decode())


def test_what_was_not_offered_is_not_taken(cast: Cast, as_: As) -> None:
    own = visit(cast, TUESDAY, cast.ada)
    stranger = visit(cast, TUESDAY + 7 * DAY, cast.ben)
    client, asked = as_(cast.fern), ask(cast)
    page = client.get(URL, asked)
    for nonsense in ("99", "-1", "x", "²"):
        answer = press(client, page, asked, **{f"to-{own.pk}": nonsense})
        assert answer.status_code == 409
    press(client, page, asked, **{f"to-{stranger.pk}": "later"})
    stranger.refresh_from_db()
    assert (stranger.status, stranger.version) == ("booked", 1)


def test_who_may_not_move_visits_may_not_look(cast: Cast, as_: As) -> None:
    cast.fern.groups.clear()
    assert as_(cast.fern).get(URL).status_code == 403
    assert as_(cast.fern).post(reverse("replan-undo", args=["x"])).status_code == 403


def test_an_undo_that_is_none_of_ours(cast: Cast, as_: As) -> None:
    answer = as_(cast.fern).post(reverse("replan-undo", args=["forged"]), follow=True)
    assert "This cannot be undone from here any more." in words(answer.content.decode())
    assert Course.objects.count() == 0
