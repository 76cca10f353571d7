"""The rest of the skin between two treatments: the table, the rule at the door, and the search."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.actions import booking, rearranging
from clinic.actions.claims import BookingRefused, Claim
from clinic.actions.rearranging import Move, Wanted, rearrange
from clinic.models import Appointment, Location, Rearrangement, Resource
from clinic.scheduling.clock import midnights
from clinic.scheduling.intervals import Interval
from tests.conftest import NOW, Cast, resource
from tests.treatments.test_series_search import best, book_session, find, sentences, start, starts
from treatments.models import Protocol
from treatments.protocol_data import PROTOCOLS
from treatments.protocol_data.washout import LONGEST, RESTS, rest_days
from treatments.queries import rest_periods

LONDON = ZoneInfo("Europe/London")
NINE = 9


def laser_people(cast: Cast, location: Location | None = None) -> tuple[Resource, ...]:
    """Who and what a laser visit needs, in the order of its needs."""
    where = location or cast.harbour
    service = Protocol.objects.get(modality="laser").follow_up_service
    return tuple(
        resource(
            where, "room" if need.label == "room" else "person", need.label, need.capability.key
        )
        for need in service.needs.order_by("position").select_related("capability")
    )


def book_laser(cast: Cast, day: date, people: tuple[Resource, ...], **more: Any) -> Appointment:
    claim = Claim(
        Protocol.objects.get(modality="laser").follow_up_service,
        datetime(day.year, day.month, day.day, NINE, tzinfo=UTC),
        tuple(each.pk for each in people),
    )
    asked: dict[str, Any] = {
        "patient": cast.ada,
        "location": cast.harbour,
        "by": cast.fern,
        "now": min(NOW, claim.start),
    }
    return booking.book(claim=claim, **asked | more)


def book_peel(cast: Cast, day: date, modality: str = "glycolic", **more: Any) -> Appointment:
    claim = Claim(
        Protocol.objects.get(modality=modality).follow_up_service,
        datetime(day.year, day.month, day.day, 14, tzinfo=UTC),
        (cast.nurse_nora.pk, cast.peel_room.pk),
    )
    asked: dict[str, Any] = {
        "patient": cast.ada,
        "location": cast.harbour,
        "by": cast.fern,
        "now": min(NOW, claim.start),
    }
    return booking.book(claim=claim, **asked | more)


# The table ----------------------------------------------------------------------------------------


def test_each_pair_of_treatments_stands_once_with_its_source() -> None:
    pairs = [(rest.first, rest.then) for rest in RESTS]
    assert len(set(pairs)) == len(pairs)
    assert all(rest.first != rest.then and rest.days > 0 and rest.source for rest in RESTS)
    modalities = {protocol.modality for protocol in PROTOCOLS}
    procedures = modalities - {"retinoid"}
    assert set(pairs) == {(a, b) for a in procedures for b in modalities if a != b}


@pytest.mark.parametrize(
    ("first", "then", "days"),
    [
        ("laser", "glycolic", 42),
        ("glycolic", "laser", 21),
        ("cryo", "extraction", 21),
        ("extraction", "salicylic", 7),
        ("salicylic", "retinoid", 7),
        ("retinoid", "laser", 0),
        ("glycolic", "glycolic", 0),
    ],
)
def test_the_days_are_those_of_the_fact_base(first: str, then: str, days: int) -> None:
    assert rest_days(first, then) == days
    assert days <= LONGEST == 42


# The door -----------------------------------------------------------------------------------------


def test_a_peel_too_soon_after_the_laser_is_refused_at_the_door(cast: Cast) -> None:
    book_laser(cast, date(2026, 12, 1), laser_people(cast))
    with pytest.raises(BookingRefused) as refused:
        book_peel(cast, date(2027, 1, 11))
    (objection,) = refused.value.objections
    assert objection.text == (
        "Mon 11 Jan is 41 days after CO2 laser on Tue 1 Dec; the skin rests 42 days between "
        "CO2 laser and Glycolic peel. A clinician may book it with a reason."
    )
    assert (objection.position, objection.permission) == (0, "treatments.override_spacing")
    book_peel(cast, date(2027, 1, 12))


def test_a_peel_too_near_before_a_booked_laser_is_refused_too(cast: Cast) -> None:
    book_laser(cast, date(2026, 12, 22), laser_people(cast))
    with pytest.raises(BookingRefused, match="is 20 days before CO2 laser on Tue 22 Dec"):
        book_peel(cast, date(2026, 12, 2))
    book_peel(cast, date(2026, 12, 1))


def test_two_treatments_of_one_day_or_one_request_are_judged_as_well(cast: Cast) -> None:
    people = laser_people(cast)
    laser = Protocol.objects.get(modality="laser").follow_up_service
    claims = [
        Claim(
            cast.glycolic.follow_up_service,
            datetime(2026, 12, 1, 14, tzinfo=UTC),
            (cast.nurse_nora.pk, cast.peel_room.pk),
        ),
        Claim(laser, datetime(2026, 12, 1, 9, tzinfo=UTC), tuple(each.pk for each in people)),
    ]
    with pytest.raises(BookingRefused) as refused:
        booking.book_series(
            patient=cast.ada, location=cast.harbour, claims=claims, by=cast.fern, now=NOW
        )
    (objection,) = refused.value.objections
    assert objection.position == 1
    assert "the skin rests 42 days" in objection.text


def test_a_clinician_overrules_it_with_a_reason_and_the_desk_does_not(cast: Cast) -> None:
    book_laser(cast, date(2026, 12, 1), laser_people(cast))
    day = date(2026, 12, 15)
    for by, reason in ((cast.fern, "skin healed"), (cast.cole, " ")):
        with pytest.raises(BookingRefused, match="the skin rests"):
            book_peel(cast, day, by=by, override_reason=reason)
    booked = book_peel(cast, day, by=cast.cole, override_reason="skin healed")
    assert booked.override_reason == "skin healed"


@pytest.mark.parametrize("change", ["cancelled", "moved", "missed"])
def test_what_was_overruled_is_not_asked_again_when_it_is_taken_back(
    cast: Cast, change: str
) -> None:
    book_laser(cast, date(2026, 12, 1), laser_people(cast))
    peel = book_peel(cast, date(2026, 12, 15), by=cast.cole, override_reason="skin healed")
    take_back = changed(cast, peel, change)
    take_back()
    peel.refresh_from_db()
    assert (peel.status, peel.override_reason) == ("booked", "skin healed")
    assert peel.during.lower.date() == date(2026, 12, 15)


@pytest.mark.parametrize("change", ["cancelled", "moved", "missed"])
def test_it_is_asked_again_once_another_visit_got_its_time(cast: Cast, change: str) -> None:
    book_laser(cast, date(2026, 12, 1), laser_people(cast))
    peel = book_peel(cast, date(2026, 12, 15), by=cast.cole, override_reason="skin healed")
    take_back = changed(cast, peel, change)
    since = NOW + timedelta(days=16) if change == "missed" else NOW + timedelta(minutes=1)
    book_peel(cast, date(2027, 2, 16), now=since)
    with pytest.raises(BookingRefused, match="the skin rests"):
        take_back()


def changed(cast: Cast, peel: Appointment, change: str) -> Callable[[], object]:
    """The visit cancelled, moved or missed; answers how the desk takes that back."""
    if change == "missed":
        at = peel.during.lower + timedelta(hours=3)
        booking.mark_no_show(appointment=peel, by=cast.fern, now=at)
        return lambda: booking.undo_status(appointment=peel, by=cast.fern, now=at)
    if change == "cancelled":
        booking.cancel(appointment=peel, reason="", by=cast.fern, now=NOW)
    else:
        held = peel.reservations.order_by("need__position").values_list("resource", flat=True)
        to = Claim(peel.service, peel.during.lower + timedelta(days=42), tuple(held))
        booking.move(appointment=peel, claim=to, by=cast.fern, now=NOW)
    made = list(Rearrangement.objects.filter(visits__appointment=peel))
    soon, key = NOW + timedelta(hours=1), uuid.uuid4()
    return lambda: rearranging.undo(rearrangements=made, by=cast.fern, now=soon, key=key)


def test_cancelled_and_missed_visits_do_not_make_the_skin_rest(cast: Cast) -> None:
    people = laser_people(cast)
    cancelled = book_laser(cast, date(2026, 12, 1), people)
    booking.cancel(appointment=cancelled, reason="", by=cast.fern, now=NOW)
    missed = book_laser(cast, date(2026, 11, 30), people)
    later = NOW + timedelta(hours=3)
    booking.mark_no_show(appointment=missed, by=cast.fern, now=later)
    assert book_peel(cast, date(2026, 12, 2)).status == "booked"


def test_visits_that_move_together_rest_from_each_others_new_days(cast: Cast) -> None:
    people = laser_people(cast)
    laser = book_laser(cast, date(2026, 12, 1), people)
    peel = book_peel(cast, date(2027, 1, 12))
    fortnight = timedelta(days=14)
    later = tuple(
        Move(
            visit,
            Claim(
                visit.service,
                visit.during.lower + fortnight,
                tuple(
                    visit.reservations.order_by("need__position").values_list("resource", flat=True)
                ),
            ),
        )
        for visit in (laser, peel)
    )
    alone = Wanted(cast.ada, cast.harbour, later[:1])
    with pytest.raises(BookingRefused, match="the skin rests 42 days"):
        rearrange(wanted=[alone], by=cast.fern, now=NOW)
    rearrange(wanted=[Wanted(cast.ada, cast.harbour, later)], by=cast.fern, now=NOW)
    peel.refresh_from_db()
    assert peel.starts_at.date() == date(2027, 1, 26)


def test_the_start_of_a_retinoid_waits_and_its_reviews_do_not(cast: Cast) -> None:
    book_peel(cast, date(2026, 12, 1))
    retinoid = Protocol.objects.get(modality="retinoid")
    held = (cast.dr_cole.pk, cast.peel_room.pk)
    noon = datetime(2026, 12, 7, 12, tzinfo=UTC)
    asked = {"patient": cast.ada, "location": cast.harbour, "by": cast.fern, "now": NOW}
    with pytest.raises(BookingRefused, match="the skin rests 7 days"):
        booking.book(claim=Claim(retinoid.first_service, noon, held), **asked)
    booking.book(claim=Claim(retinoid.follow_up_service, noon, held), **asked)


# The search ---------------------------------------------------------------------------------------


def window(first: date, until: date) -> Interval:
    marks = midnights(first, until, LONDON)
    return Interval(marks[0], marks[-1])


def test_rests_are_whole_local_days_on_both_sides_of_a_visit(cast: Cast) -> None:
    book_laser(cast, date(2027, 1, 20), laser_people(cast))
    found = rest_periods.rests(
        patient=cast.ada,
        modality="glycolic",
        window=window(date(2026, 12, 1), date(2027, 6, 1)),
        zone=LONDON,
    )
    assert [(note.during, note.text) for note in found] == [
        (
            window(date(2026, 12, 31), date(2027, 1, 20)),
            "The skin rests from Thu 31 Dec on before CO2 laser on Wed 20 Jan",
        ),
        (
            window(date(2027, 1, 20), date(2027, 3, 3)),
            "After CO2 laser on Wed 20 Jan the skin rests until Wed 3 Mar",
        ),
    ]


def test_a_series_keeps_away_from_the_laser_at_any_location(cast: Cast) -> None:
    """Booked in Auckland for the morning of 20 January there, which is the 19th in London."""
    auckland = Location.objects.create(name="Queen St", time_zone="Pacific/Auckland", phone="1")
    people = laser_people(cast, auckland)
    claim = Claim(
        Protocol.objects.get(modality="laser").follow_up_service,
        datetime(2027, 1, 19, 21, tzinfo=UTC),
        tuple(each.pk for each in people),
    )
    booking.book(claim=claim, patient=cast.ada, location=auckland, by=cast.fern, now=NOW)
    found = best(find(start(cast, 4)))
    days = [text[:-6] for text in starts(found)]
    # the skin rests from 31 December to 2 March: sessions 1 and 2 before, no gap of 28 over it
    assert days == ["Wed 3 Mar", "Wed 24 Mar", "Wed 14 Apr", "Wed 5 May"]


def test_a_refusal_names_the_treatment_and_the_day(cast: Cast) -> None:
    course = start(cast, 4)
    book_session(course, 1, datetime(2026, 11, 16, 15, 30, tzinfo=UTC), cast, done=True)
    book_laser(cast, date(2026, 12, 7), laser_people(cast), by=cast.cole, override_reason="agreed")
    assert sentences(find(course))[0] == (
        "Session 2: The skin rests from Tue 17 Nov on before CO2 laser on Mon 7 Dec. "
        "After CO2 laser on Mon 7 Dec the skin rests until Mon 18 Jan"
    )


def test_rests_take_one_query_and_two_however_much_is_booked(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            rest_periods.blocked(
                patient=cast.ada,
                modality="glycolic",
                window=window(date(2026, 12, 1), date(2027, 6, 1)),
                zone=LONDON,
            )
        return len(caught)

    none = asked()
    people = laser_people(cast)
    for day in (date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 8)):
        book_laser(cast, day, people)
    assert (none, asked()) == (1, 2)
