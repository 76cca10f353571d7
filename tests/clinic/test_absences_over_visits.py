"""Somebody is ill although visits are booked: they stand for now, and nothing more is booked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clinic.actions import booking, hours
from clinic.actions.claims import BookingRefused, Claim
from clinic.actions.keeping import VisitsStand, seen
from clinic.models import Absence, Appointment, Reservation, Service
from clinic.queries import broken, free_times
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.factories.clinic import span
from tests.factories.patients import PatientFactory
from tests.health import receive

TUESDAY = datetime(2026, 12, 1, tzinfo=UTC)
NINE, NOON, SIX = (TUESDAY + timedelta(hours=hour) for hour in (9, 12, 18))
HOUR = timedelta(hours=1)
WEDNESDAY = timedelta(days=1)


def peel(cast: Cast) -> Service:
    return Service.objects.get(key="glycolic")


def peel_at(cast: Cast, start: datetime, **changes: Any) -> Appointment:
    """Half an hour of Dr Cole, 40 minutes of the room."""
    claim = Claim(peel(cast), start, (cast.dr_cole.pk, cast.peel_room.pk))
    request = {"patient": cast.ada, "location": cast.harbour, "by": cast.fern, "now": NOW}
    return booking.book(claim=claim, **request | changes)


def ill(cast: Cast, start: datetime = NINE, end: datetime = SIX, **more: Any) -> Absence:
    asked = {"resource": cast.dr_cole, "start": start, "end": end, "kind": "sick"}
    return hours.record_absence(**asked | {"by": cast.mina, "now": NOW} | more)


def held(absence: Absence) -> list[tuple[datetime, datetime]]:
    rows = absence.reservations.order_by("during")
    return [(each.during.lower, each.during.upper) for each in rows]


def test_an_absence_holds_the_time_around_the_visits_that_stand_in_it(cast: Cast) -> None:
    peel_at(cast, NOON)
    peel_at(cast, NOON + HOUR, patient=cast.ben)
    absence = ill(cast, keep_visits=True)
    minutes = timedelta(minutes=30)
    assert held(absence) == [
        (NINE, NOON),
        (NOON + minutes, NOON + HOUR),
        (NOON + HOUR + minutes, SIX),
    ]
    assert Appointment.objects.standing().count() == 2


def test_only_the_visits_that_were_seen_may_be_kept(cast: Cast) -> None:
    ada = peel_at(cast, NOON)
    saw = seen([ada])
    ben = peel_at(cast, NOON + HOUR, patient=cast.ben)
    with pytest.raises(VisitsStand) as refused:
        ill(cast, keep_visits=True, saw=saw)
    assert refused.value.visits == (ada, ben)
    assert not Absence.objects.exists()
    # one that has left meanwhile is no reason to ask again
    booking.cancel(appointment=ada, reason="ill", by=cast.fern, now=NOW)
    assert held(ill(cast, keep_visits=True, saw=saw | seen([ben])))[0] == (NINE, NOON + HOUR)


def test_a_visit_that_was_moved_since_it_was_seen_is_shown_again(cast: Cast) -> None:
    ada = peel_at(cast, NOON)
    saw = seen([ada])
    claim = Claim(peel(cast), NOON + HOUR, (cast.dr_cole.pk, cast.peel_room.pk))
    booking.move(appointment=ada, claim=claim, by=cast.fern, now=NOW)
    with pytest.raises(VisitsStand):
        ill(cast, keep_visits=True, saw=saw)


def test_a_visit_that_leaves_gives_its_time_to_the_absence(cast: Cast) -> None:
    ada, ben = peel_at(cast, NOON), peel_at(cast, NOON + HOUR, patient=cast.ben)
    absence = ill(cast, keep_visits=True)
    claim = Claim(peel(cast), NOON + WEDNESDAY, (cast.dr_cole.pk, cast.peel_room.pk))
    booking.move(appointment=ada, claim=claim, by=cast.fern, now=NOW)
    assert held(absence) == [(NINE, NOON + HOUR), (NOON + HOUR + HOUR / 2, SIX)]
    booking.cancel(appointment=ben, reason="ill", by=cast.fern, now=NOW)
    assert held(absence) == [(NINE, SIX)]


def test_a_visit_does_not_move_within_the_absence(cast: Cast) -> None:
    ada = peel_at(cast, NOON)
    ill(cast, keep_visits=True)
    for start in (NOON + timedelta(minutes=15), NOON + HOUR):
        claim = Claim(peel(cast), start, (cast.dr_cole.pk, cast.peel_room.pk))
        with pytest.raises(BookingRefused, match=r"Dr Cole is away then \(ill\)"):
            booking.move(appointment=ada, claim=claim, by=cast.fern, now=NOW)


def test_even_unguarded_time_of_an_absence_is_busy(cast: Cast) -> None:
    """As a re-plan sees it: the visit is thought away, and nothing holds its time."""
    ada = peel_at(cast, NOON)
    ill(cast, keep_visits=True)
    Reservation.objects.filter(appointment=ada).delete()
    with pytest.raises(BookingRefused, match=r"Dr Cole is away then\.$"):
        peel_at(cast, NOON, patient=cast.ben)
    search = free_times.Search(
        patient=cast.ben,
        location=cast.harbour,
        service=peel(cast),
        first=TUESDAY.date(),
        days=1,
        now=NOW,
        picks={"person": cast.dr_cole.pk},
    )
    assert free_times.find(search) == []


def test_past_and_finished_visits_do_not_stand_in_the_way(cast: Cast) -> None:
    done = peel_at(cast, NOW)
    agree(done.patient, cast.fern)
    receive(appointment=done, by=cast.fern, now=NOW)
    booking.start(appointment=done, by=cast.fern, now=NOW)
    absence = ill(cast, NOW - HOUR, NOW + 2 * HOUR)
    half = timedelta(minutes=30)
    assert held(absence) == [(NOW - HOUR, NOW), (NOW + half, NOW + 2 * HOUR)]


def test_an_absence_made_longer_asks_about_the_new_time_only(cast: Cast) -> None:
    peel_at(cast, NOON)
    ben = peel_at(cast, NOON + 2 * HOUR, patient=cast.ben)
    absence = ill(cast, NINE, NOON + HOUR, keep_visits=True)
    longer = {"absence": absence, "start": NINE, "kind": "sick", "by": cast.mina, "now": NOW}
    changed = hours.change_absence(end=NOON + 2 * HOUR, **longer)
    half = timedelta(minutes=30)
    assert held(changed) == [(NINE, NOON), (NOON + half, NOON + 2 * HOUR)]
    with pytest.raises(VisitsStand) as refused:
        hours.change_absence(end=SIX, **longer)
    assert refused.value.visits == (ben,)


def test_an_absence_made_shorter_frees_the_rest(cast: Cast) -> None:
    absence = ill(cast)
    changed = hours.change_absence(
        absence=absence, start=NINE, end=NOON, kind="leave", note="x", by=cast.mina, now=NOW
    )
    assert (held(changed), changed.kind, changed.note) == ([(NINE, NOON)], "leave", "x")
    assert peel_at(cast, NOON).status == "booked"


def test_an_absence_is_not_moved_onto_another(cast: Cast) -> None:
    absence = ill(cast, NINE, NOON)
    ill(cast, NOON, SIX)
    with pytest.raises(BookingRefused, match="Dr Cole is away already, Tue 1 Dec, 12:00"):
        hours.change_absence(
            absence=absence, start=NINE, end=SIX, kind="sick", by=cast.mina, now=NOW
        )


def test_one_ahead_is_taken_back_whole(cast: Cast) -> None:
    absence = ill(cast)
    hours.take_back_absence(absence=absence, by=cast.mina, now=NOW)
    assert not Absence.objects.exists()
    assert not Reservation.objects.exists()
    with pytest.raises(BookingRefused, match="took this back a moment ago"):
        hours.take_back_absence(absence=absence, by=cast.mina, now=NOW)


def test_one_that_has_begun_ends_now(cast: Cast) -> None:
    absence = ill(cast)
    hours.take_back_absence(absence=absence, by=cast.mina, now=NOON + timedelta(seconds=40))
    absence.refresh_from_db()
    assert (absence.during.upper, held(absence)) == (NOON, [(NINE, NOON)])
    assert peel_at(cast, NOON, now=NOON).status == "booked"


def test_one_that_is_over_stays(cast: Cast) -> None:
    absence = ill(cast)
    with pytest.raises(BookingRefused, match="What has passed stays as it was"):
        hours.take_back_absence(absence=absence, by=cast.mina, now=SIX)


@pytest.mark.parametrize(
    ("kind", "of"), [("leave", "peel_room"), ("sick", "peel_room"), ("maintenance", "dr_cole")]
)
def test_people_are_not_repaired_and_rooms_are_not_ill(cast: Cast, kind: str, of: str) -> None:
    with pytest.raises(BookingRefused, match=r"That is nothing a (room|person) can be"):
        ill(cast, resource=getattr(cast, of), kind=kind)


def test_a_closure_leaves_visits_to_be_replanned(cast: Cast) -> None:
    ada = peel_at(cast, NOON)
    asked = {"location": cast.harbour, "first": date(2026, 12, 1), "last": date(2026, 12, 2)}
    closure = hours.close_days(
        **asked, reason="Flood", by=cast.mina, now=NOW, keep_visits=True, saw=seen([ada])
    )
    assert (closure.starts_on, closure.ends_on) == (date(2026, 12, 1), date(2026, 12, 2))
    assert broken.misplaced(cast.harbour, NOW) == [ada]
    with pytest.raises(BookingRefused, match="or the clinic is closed"):
        peel_at(cast, NOON + HOUR, patient=cast.ben)
    # longer by a day on which nobody comes: nothing to ask
    hours.change_closure(
        closure=closure,
        first=date(2026, 12, 1),
        last=date(2026, 12, 3),
        reason="Flood",
        by=cast.mina,
        now=NOW,
    )
    hours.take_back_closure(closure=closure, by=cast.mina, now=NOW)
    assert broken.misplaced(cast.harbour, NOW) == []


def test_a_closure_that_has_begun_keeps_its_past(cast: Cast) -> None:
    closure = hours.close_days(
        location=cast.harbour,
        first=date(2026, 11, 28),
        last=date(2026, 12, 4),
        reason="Flood",
        by=cast.mina,
        now=NOW,
    )
    hours.take_back_closure(closure=closure, by=cast.mina, now=NOW)
    closure.refresh_from_db()
    assert (closure.starts_on, closure.ends_on) == (date(2026, 11, 28), date(2026, 11, 29))
    with pytest.raises(BookingRefused, match="What has passed stays as it was"):
        hours.take_back_closure(closure=closure, by=cast.mina, now=NOW)


def test_days_that_are_closed_are_not_closed_again(cast: Cast) -> None:
    asked = {"location": cast.harbour, "by": cast.mina, "now": NOW}
    hours.close_days(first=date(2026, 12, 24), last=date(2027, 1, 2), reason="Winter", **asked)
    with pytest.raises(BookingRefused, match=r"These days are closed already: Winter\."):
        hours.close_days(first=date(2026, 12, 25), last=date(2026, 12, 25), reason="X", **asked)


def test_what_is_misplaced_and_why_nothing_else_is(cast: Cast) -> None:
    """A visit outside the hours, one with somebody away, one with a room given up; three sound."""
    for day, patient in enumerate((cast.ada, cast.ben)):
        peel_at(cast, NOON + day * WEDNESDAY, patient=patient)
    assert broken.misplaced(cast.harbour, NOW) == []
    absent = peel_at(cast, NOON + 2 * WEDNESDAY, patient=PatientFactory())
    ill(cast, NINE + 2 * WEDNESDAY, SIX + 2 * WEDNESDAY, keep_visits=True)
    assert broken.misplaced(cast.harbour, NOW) == [absent]
    cast.peel_room.active = False
    cast.peel_room.save()
    assert len(broken.misplaced(cast.harbour, NOW)) == 3


def test_a_reservation_of_an_absence_still_keeps_out_whoever_goes_round_the_door(
    cast: Cast,
) -> None:
    absence = ill(cast)
    assert absence.reservations.get().during == span(NINE, 540)
