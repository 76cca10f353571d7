"""Keeping a whole series for some minutes: on the screens, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinic.actions import holding, lapsing
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment, Booking
from clinic.queries import holds as kept_times
from clinic.scheduling.clock import to_minute
from clinic.scheduling.slots import Slot
from patients.models import Message
from tests.conftest import NOW, Cast
from tests.treatments.test_series_search import loaded, start
from tests.treatments.test_series_views import ALL_FIVE, cards, confirm_url, offer, url, words
from treatments.actions import courses as course_actions
from treatments.actions import holds, plans
from treatments.models import Course, SeriesHold, Session

As = Callable[[Any], Client]
LATER = NOW + timedelta(minutes=10)


def hold_url(course: Course) -> str:
    return reverse("series-hold", args=[course.pk])


def hold_best(client: Client, course: Course) -> Any:
    chosen = offer(cards(client.get(url(course)))[0])
    return client.post(hold_url(course), {"offer": chosen}, follow=True)


def sessions(course: Course) -> list[str]:
    return [str(each.state) for each in loaded(course).sessions.all()]


def test_a_series_is_kept_for_ten_minutes_and_shown_with_its_dates(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    page = hold_best(client, course)
    text = words(page.content.decode())

    assert page.redirect_chain == [(f"{url(course)}?", 302)]
    assert "Nobody else can have it for 10 minutes" in text
    assert (
        "Kept until 09:10 " + " · ".join(each[:-6] + "," + each[-6:] for each in ALL_FIVE) in text
    )
    assert "Book all 5" in text
    assert "Give them back" in text
    assert "cards" not in page.context
    held = Appointment.objects.all()
    assert {(each.status, each.held_until) for each in held} == {("held", LATER)}
    assert sessions(course) == ["open"] * 5
    assert not Message.objects.exclude(kind="education").exists()


def test_the_proposals_offer_to_hold_beside_to_book(cast: Cast, as_: As) -> None:
    course = start(cast)
    page = as_(cast.fern).get(url(course)).content.decode()
    assert page.count(f'formaction="{hold_url(course)}?') == 4
    assert page.count("Hold 10 min") == 4


def test_the_patients_page_shows_what_is_kept_and_offers_no_other_dates(
    cast: Cast, as_: As
) -> None:
    client, course = as_(cast.fern), start(cast)
    hold_best(client, course)
    page = client.get(reverse("patient-detail", args=[cast.ada.pk]))
    text = words(page.content.decode())
    assert [len(each.visits) for each in page.context["page"].kept] == [5]
    assert "Kept until 09:10" in text
    assert "Dates are kept, see above" in text
    assert url(course) not in page.content.decode()


def test_booking_what_is_kept_binds_the_sessions_and_tells_the_patient(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    hold_best(client, course)
    kept = Booking.objects.get()
    page = client.post(reverse("hold-confirm", args=[kept.pk]), follow=True)
    again = client.post(reverse("hold-confirm", args=[kept.pk]), follow=True)

    assert page.redirect_chain == again.redirect_chain
    assert page.redirect_chain == [(reverse("patient-detail", args=[cast.ada.pk]), 302)]
    assert "The confirmation goes to ada@patient.example." in words(page.content.decode())
    assert sessions(course) == ["booked"] * 5
    visits = [each.appointment for each in loaded(course).sessions.all()]
    assert visits == list(Appointment.objects.order_by("during"))
    assert Message.objects.filter(kind="booked").get().subject_key == f"booking:{kept.pk}"
    # what a session booked at once has: letters before it
    planned = set(Message.objects.values_list("subject_key", flat=True))
    assert {each.subject_key for each in course.sessions.all()} <= planned


def test_given_back_it_is_free_and_nothing_is_said_to_the_patient(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    hold_best(client, course)
    page = client.post(
        reverse("hold-release", args=[Booking.objects.get().pk]), {"next": url(course)}, follow=True
    )
    assert "The time is free again." in words(page.content.decode())
    assert len(cards(page)) == 4
    assert set(Appointment.objects.values_list("status", flat=True)) == {"cancelled"}
    assert not Message.objects.exclude(kind="education").exists()


def test_it_lapses_by_itself(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    hold_best(client, course)
    kept = Booking.objects.get()
    with time_machine.travel(LATER, tick=False):
        assert lapsing.sweep(now=LATER) == 5
        assert len(cards(client.get(url(course)))) == 4
        page = client.post(reverse("hold-confirm", args=[kept.pk]), follow=True)
    assert "is free again. Choose once more. Nothing was booked." in words(page.content.decode())
    assert sessions(course) == ["open"] * 5


def test_a_page_from_before_the_hold_is_told_of_it_in_one_sentence(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    stale = {"offer": offer(cards(client.get(url(course)))[1])}
    hold_best(client, course)
    page = client.post(reverse("series-book", args=[course.pk]), stale)
    assert page.status_code == 409
    assert page.context["reasons"] == [
        "Dates of this course are kept already: book these, or give them back first."
    ]
    assert sessions(course) == ["open"] * 5


def test_pressed_twice_it_is_kept_once(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    chosen = {"offer": offer(cards(client.get(url(course)))[0])}
    client.post(hold_url(course), chosen)
    client.post(hold_url(course), chosen)
    assert (Booking.objects.count(), SeriesHold.objects.count()) == (1, 1)
    assert Appointment.objects.count() == 5


def test_booking_the_same_proposal_after_holding_it_does_not_pass_the_hold_off_as_booked(
    cast: Cast, as_: As
) -> None:
    client, course = as_(cast.fern), start(cast)
    chosen = {"offer": offer(cards(client.get(url(course)))[0])}
    client.post(hold_url(course), chosen)
    assert client.post(confirm_url(course), chosen).status_code == 409
    assert sessions(course) == ["open"] * 5


def test_a_second_proposal_of_the_course_is_not_kept_beside_the_first(cast: Cast, as_: As) -> None:
    client, course = as_(cast.fern), start(cast)
    first, second, *_others = map(offer, cards(client.get(url(course))))
    client.post(hold_url(course), {"offer": first})
    page = client.post(hold_url(course), {"offer": second}, follow=True)
    assert "Dates are kept for this course already." in words(page.content.decode())
    assert Booking.objects.count() == 1


def test_a_damaged_offer_keeps_nothing(cast: Cast, as_: As) -> None:
    page = as_(cast.fern).post(hold_url(start(cast)), {"offer": "nonsense"}, follow=True)
    assert "The dates did not arrive as they were shown." in words(page.content.decode())
    assert not Booking.objects.exists()


def test_holding_needs_the_right_to_book(cast: Cast, as_: As) -> None:
    course = start(cast)
    cast.fern.groups.clear()
    assert as_(cast.fern).post(hold_url(course), {"offer": ""}).status_code == 403


# What happens meanwhile ---------------------------------------------------------------------------


def kept_for(course: Course, cast: Cast, number: int = 5) -> Booking:
    """Held by hand at three on Tuesdays, three weeks apart, whatever the search would say."""
    starts = [NOW + timedelta(days=8 + 21 * n, hours=6) for n in range(number)]
    slots = [
        Slot(to_minute(at), to_minute(at) + 30, (cast.dr_cole.pk, cast.peel_room.pk))
        for at in starts
    ]
    key = Booking._meta.get_field("key").get_default()
    return holds.hold_series(course=loaded(course), slots=slots, by=cast.fern, now=NOW, key=key)


def test_sessions_that_got_other_dates_meanwhile_are_not_booked_twice(cast: Cast) -> None:
    course = start(cast)
    kept = kept_for(course, cast)
    other = kept.appointments.order_by("during")[4]
    # written round the booking door: the spacing rule keeps everybody else from doing this
    made = Appointment.objects.create(
        booking=Booking.objects.create(actor=cast.fern, content_hash="0" * 64),
        patient=cast.ada,
        service=other.service,
        location=cast.harbour,
        during=other.during.__class__(other.during.lower - timedelta(hours=3), other.during.lower),
    )
    course.sessions.filter(number=5).update(appointment=made)
    with pytest.raises(BookingRefused, match="Session 5 got another date meanwhile"):
        holding.confirm(booking=kept, by=cast.fern, now=NOW)
    assert sessions(course) == ["open"] * 4 + ["booked"]
    assert set(kept.appointments.values_list("status", flat=True)) == {"held"}


def test_a_course_stopped_meanwhile_is_not_booked(cast: Cast) -> None:
    course = start(cast)
    kept = kept_for(course, cast)
    course_actions.stop(course=course, reason="pregnant", by=cast.cole, now=NOW)
    with pytest.raises(BookingRefused, match="This course is stopped"):
        holding.confirm(booking=kept, by=cast.fern, now=NOW)


def test_nothing_is_kept_for_a_stopped_course_or_for_more_sessions_than_are_open(
    cast: Cast,
) -> None:
    course = start(cast, 4)
    with pytest.raises(BookingRefused, match="were booked meanwhile"):
        kept_for(course, cast, 5)
    course_actions.stop(course=course, reason="pregnant", by=cast.cole, now=NOW)
    with pytest.raises(BookingRefused, match="Nothing is kept for it"):
        kept_for(course, cast, 4)


def test_only_the_first_sessions_may_be_kept(cast: Cast) -> None:
    course = start(cast)
    kept = kept_for(course, cast, 2)
    holding.confirm(booking=kept, by=cast.fern, now=NOW)
    assert sessions(course) == ["booked"] * 2 + ["open"] * 3
    assert [each.number for each in plans.open_sessions(course)] == [3, 4, 5]


def test_one_course_of_two_is_found_for_a_single_kept_session(cast: Cast) -> None:
    """Kept through the plain door, as an offer of the wait list is."""
    course = start(cast)
    other = start(cast, 4, "salicylic")
    holding.hold(
        patient=cast.ada,
        location=cast.harbour,
        claims=plans.claims_of(
            loaded(other),
            plans.open_sessions(other)[:1],
            [Slot(to_minute(LATER) // 15 * 15 + 1440, 0, (cast.dr_cole.pk, cast.peel_room.pk))],
        ),
        by=cast.fern,
        now=NOW,
    )
    meant = SeriesHold.objects.get()
    assert (meant.course, meant.first_number) == (other, 1)
    assert meant.course != course
    holding.confirm(booking=meant.booking, by=cast.fern, now=NOW)
    assert sessions(other) == ["booked", "open", "open", "open"]


def test_a_hold_is_meant_for_a_session_that_can_exist(cast: Cast) -> None:
    kept = kept_for(start(cast), cast)
    name = "treatments_serieshold_number_believable"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        SeriesHold.objects.filter(booking=kept).update(first_number=0)
    assert name == "treatments_serieshold_number_believable"


def test_nothing_kept_is_nothing_shown(cast: Cast) -> None:
    kept = kept_for(start(cast), cast)
    assert kept_times.of_booking(kept.pk, LATER) is None
    assert kept_times.kept([], NOW) == []
    assert Session.objects.filter(appointment__isnull=False).count() == 0
