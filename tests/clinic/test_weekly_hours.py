"""Other weekly hours from a day on: history stays, and the visits outside are named first."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from clinic.accounts.models import RecordAccess
from clinic.actions import booking, weekly_hours
from clinic.actions.claims import BookingRefused, Claim
from clinic.actions.keeping import VisitsStand, seen
from clinic.models import Appointment, Location, Service, WeeklyHours
from clinic.queries import broken
from clinic.scheduling.week import Stretch
from tests.conftest import NOW, Cast
from tests.factories.clinic import (
    AppointmentFactory,
    ResourceFactory,
    ServiceFactory,
    WeeklyHoursFactory,
)

pytestmark = pytest.mark.django_db

JANUARY = date(2027, 1, 4)
TUESDAY_FOUR = datetime(2027, 1, 5, 16, tzinfo=UTC)


def days(numbers: range, *stretches: tuple[int, int]) -> list[Stretch]:
    return [
        Stretch(day, time(opens), time(closes)) for day in numbers for opens, closes in stretches
    ]


MORNINGS = days(range(5), (9, 13))


def change(cast: Cast, week: list[Stretch], first: date = JANUARY, **more: Any) -> None:
    asked = {"resource": cast.dr_cole, "location": cast.harbour, "by": cast.mina, "now": NOW}
    weekly_hours.set_week(week=week, first=first, **asked | more)


def peel_at(cast: Cast, start: datetime, **changes: Any) -> Appointment:
    claim = Claim(Service.objects.get(key="glycolic"), start, (cast.dr_cole.pk, cast.peel_room.pk))
    request = {"patient": cast.ada, "location": cast.harbour, "by": cast.fern, "now": NOW}
    return booking.book(claim=claim, **request | changes)


def rows(cast: Cast, weekday: int) -> list[tuple[Any, ...]]:
    found = WeeklyHours.objects.filter(resource=cast.dr_cole, weekday=weekday)
    columns = ("opens", "closes", "valid_from", "valid_until")
    return list(found.order_by("opens", "pk").values_list(*columns))


def test_the_old_hours_stay_true_until_the_day_before(cast: Cast) -> None:
    change(cast, [*MORNINGS, *days(range(1, 2), (14, 18))])
    old = (time(9), time(18), None, date(2027, 1, 3))
    assert rows(cast, 0) == [old, (time(9), time(13), JANUARY, None)]
    assert rows(cast, 1) == [
        old,
        (time(9), time(13), JANUARY, None),
        (time(14), time(18), JANUARY, None),
    ]
    noted = RecordAccess.objects.get(record="clinic.weeklyhours")
    assert (noted.user, noted.record_id) == (cast.mina, cast.dr_cole.pk)


def test_the_day_decides_what_can_be_booked(cast: Cast) -> None:
    change(cast, MORNINGS)
    assert peel_at(cast, datetime(2026, 12, 29, 16, tzinfo=UTC)).status == "booked"
    with pytest.raises(BookingRefused, match="Dr Cole does not work then"):
        peel_at(cast, TUESDAY_FOUR, patient=cast.ben)


def test_taking_a_planned_change_back_leaves_no_trace_of_it(cast: Cast) -> None:
    before = rows(cast, 0)
    change(cast, MORNINGS)
    change(cast, days(range(5), (9, 18)))
    assert rows(cast, 0) == before == [(time(9), time(18), None, None)]
    assert WeeklyHours.objects.filter(resource=cast.dr_cole).count() == 5


def test_a_visit_outside_the_new_hours_is_named_and_nothing_changed(cast: Cast) -> None:
    inside = peel_at(cast, datetime(2027, 1, 5, 12, 30, tzinfo=UTC))
    before_the_day = peel_at(cast, datetime(2026, 12, 1, 16, tzinfo=UTC), patient=cast.ben)
    outside = peel_at(cast, TUESDAY_FOUR, patient=cast.ben)
    with pytest.raises(VisitsStand) as refused:
        change(cast, MORNINGS)
    assert refused.value.visits == (outside,)
    assert str(refused.value) == (
        "Ben Okafor, Tue 5 Jan, 16:00, Glycolic peel falls outside the new hours of Dr Cole."
    )
    assert rows(cast, 1) == [(time(9), time(18), None, None)]
    change(cast, MORNINGS, keep_visits=True, saw=seen([outside]))
    assert broken.misplaced(cast.harbour, NOW) == [outside]
    assert {inside.status, before_the_day.status} == {"booked"}


def test_no_hours_at_all_break_everything_from_that_day_on(cast: Cast) -> None:
    first = peel_at(cast, TUESDAY_FOUR)
    second = peel_at(cast, TUESDAY_FOUR + timedelta(days=21))
    with pytest.raises(VisitsStand) as refused:
        change(cast, [])
    assert refused.value.visits == (first, second)


@pytest.mark.parametrize(
    ("zone", "day", "open_minutes_utc"),
    [
        # clocks forward at 01:00 UTC: 9 to 13 is 8 to 12 UTC from that day on
        ("Europe/London", date(2027, 3, 28), (8 * 60, 12 * 60)),
        # and back at 01:00 UTC
        ("Europe/London", date(2027, 10, 31), (9 * 60, 13 * 60)),
        # forward at 07:00 UTC: 9 to 13 is 13 to 17 UTC
        ("America/New_York", date(2027, 3, 14), (13 * 60, 17 * 60)),
    ],
)
def test_new_hours_over_a_clock_change(
    zone: str, day: date, open_minutes_utc: tuple[int, int]
) -> None:
    """On the very day of the change the first and the last visit inside stay, others do not."""
    person = ResourceFactory(location__time_zone=zone, works=(9, 18))
    location: Location = person.location
    WeeklyHoursFactory(resource=person, weekday=6, opens=time(7), closes=time(20))
    visit = ServiceFactory(minutes=30, needs=[("peel", 0, 30)])
    midnight = datetime.combine(day, time(), UTC)
    opens, closes = open_minutes_utc

    def at(minute: int) -> Appointment:
        start = midnight + timedelta(minutes=minute)
        return AppointmentFactory(service=visit, location=location, start=start, holding=[person])

    early, first, last, late = at(opens - 45), at(opens), at(closes - 30), at(closes)
    week = days(range(7), (9, 13))
    found = broken.outside(week, person, location, date(2027, 1, 4), NOW)
    assert found == [early, late]
    assert {first.pk, last.pk} & {each.pk for each in found} == set()


def test_hours_elsewhere_are_another_matter(cast: Cast) -> None:
    other = Location.objects.create(name="Hudson", time_zone="America/New_York", phone="1")
    visit = peel_at(cast, TUESDAY_FOUR)
    change(cast, MORNINGS, location=other)
    assert broken.misplaced(cast.harbour, NOW) == []
    assert visit.status == "booked"
    assert WeeklyHours.objects.filter(location=other).count() == 5


@pytest.mark.parametrize(
    ("week", "first", "sentence"),
    [
        (MORNINGS, date(2026, 11, 29), "Hours change from today on"),
        ([Stretch(0, time(13), time(9))], JANUARY, "Closing time must be after opening time"),
        ([Stretch(0, time(9), time(9, 20))], JANUARY, "on the grid on which visits start"),
        (days(range(1), (9, 13), (12, 14)), JANUARY, "Two stretches of one day overlap"),
    ],
)
def test_nonsense_is_refused(cast: Cast, week: list[Stretch], first: date, sentence: str) -> None:
    with pytest.raises(BookingRefused, match=sentence):
        change(cast, week, first)
    assert rows(cast, 0) == [(time(9), time(18), None, None)]
