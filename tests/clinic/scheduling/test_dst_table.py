"""Every change of the clocks from 2025 to 2030 in six zones: opening hours, search and gaps.

The expected instants come from `bench.dst_table`, which counts UTC minutes and asks what the
wall shows at each; nothing of the core is used for them.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bench.dst_table import EVERY, TABLE, ZONES, Case, Transition, wall
from clinic.actions.claims import Claim, Proposal
from clinic.models import Location
from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.clock import NoSuchLocalTime, local_date, local_minute, midnights
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import Shift, opening
from clinic.scheduling.request import SeriesRequest
from clinic.scheduling.series import Proposals, propose
from clinic.scheduling.slots import slots
from clinic.scheduling.spacing import Spacing
from clinic.scheduling.words import short_day
from tests.conftest import NOW, Cast
from treatments import booking_rules

DAY = timedelta(days=1)
EVERYBODY = (Resource(1, "Dr Cole", "person", frozenset({"peel"})),)
VISIT = VisitShape((Need("doctor", "peel", 0, 15),), 15)
ALWAYS = tuple(Shift(weekday, time(0), time(0)) for weekday in range(7))


def name(one: object) -> str:
    if isinstance(one, Transition):
        return f"{one.zone.key} {wall(one.minute, one.zone):%Y-%m-%d}"
    return f"{one.kind} {one.wall:%H:%M}" if isinstance(one, Case) else ""


def test_the_table_holds_every_change_of_the_six_zones() -> None:
    counted = {zone: sum(each.zone.key == zone for each in EVERY) for zone in ZONES}
    assert counted == {
        "Europe/London": 12,
        "America/New_York": 12,
        "Australia/Lord_Howe": 12,
        "Africa/Cairo": 12,
        "Asia/Kathmandu": 0,
        "Africa/Casablanca": 13,
    }
    assert {each.jump for each in EVERY} == {60, -60, 30, -30}
    shown = {(case.kind, len(case.minutes)) for _, case in TABLE}
    assert shown == {("before", 1), ("gap", 0), ("overlap", 2), ("after", 1)}


@pytest.mark.parametrize(("change", "case"), TABLE, ids=name)
def test_a_wall_time_is_its_first_instant_or_none(change: Transition, case: Case) -> None:
    day, at = case.wall.date(), case.wall.time()
    if case.minutes:
        assert local_minute(day, at, change.zone) == case.minutes[0]
        return
    with pytest.raises(NoSuchLocalTime, match="does not exist") as skipped:
        local_minute(day, at, change.zone)
    assert skipped.value.resumes == change.minute


def around(change: Transition) -> tuple[date, date]:
    """The local days from before the change to after it, the second one not included."""
    day = wall(change.minute, change.zone).date()
    return day - DAY, day + 2 * DAY


def view(change: Transition, first: date, until: date, hours: tuple[Shift, ...]) -> Snapshot:
    marks = midnights(first, until, change.zone)
    open_ = {1: opening(hours, change.zone, first, until)}
    return Snapshot.build(Interval(marks[0], marks[-1]), EVERYBODY, open_, {})


def expected_open(change: Transition, first: date, until: date) -> set[int]:
    """Open day and night, each time on the wall once: the second pass of a repeated hour is not."""
    seen, minutes = set(), set()
    for minute in range(change.minute - 3 * 1440, change.minute + 3 * 1440):
        shown = wall(minute, change.zone)
        if first <= shown.date() < until and shown not in seen:
            minutes.add(minute)
        seen.add(shown)
    return minutes


@pytest.mark.parametrize("change", EVERY, ids=name)
def test_every_wall_time_is_open_once(change: Transition) -> None:
    first, until = around(change)
    found = view(change, first, until, ALWAYS).open[1]
    minutes = {minute for start, end in found for minute in range(start, end)}
    assert minutes == expected_open(change, first, until)


@pytest.mark.parametrize("change", EVERY, ids=name)
def test_the_search_offers_no_skipped_and_no_repeated_start(change: Transition) -> None:
    first, until = around(change)
    found = slots(view(change, first, until, ALWAYS), VISIT, 15)
    starts = [wall(slot.start, change.zone) for slot in found]
    assert len(starts) == len(set(starts))
    open_ = expected_open(change, first, until)
    assert {slot.start for slot in slots(view(change, first, until, ALWAYS), VISIT, 15)} == {
        minute
        for minute in open_
        if minute % 15 == 0 and open_.issuperset(range(minute, minute + 15))
    }


@pytest.mark.parametrize(("change", "case"), TABLE, ids=name)
def test_hours_that_open_at_such_a_time_open_at_its_instant(change: Transition, case: Case) -> None:
    """A shop that opens then: at the first such minute, or where the clocks go on."""
    day = case.wall.date()
    shift = Shift(day.weekday(), case.wall.time(), time(0), day, day)
    found = opening([shift], change.zone, day, day + DAY)
    start = case.minutes[0] if case.minutes else change.minute
    if wall(start, change.zone).date() == day:
        assert found[0].start == start
    else:
        assert not found  # the gap reaches to midnight: nothing of the day is left


@pytest.mark.parametrize("change", EVERY, ids=name)
def test_a_series_over_the_change_keeps_its_days_and_its_hour(change: Transition) -> None:
    """Three sessions a week apart at ten on the wall, the second on or after the change."""
    day = wall(change.minute, change.zone).date()
    first = day - 10 * DAY
    hours = tuple(Shift(weekday, time(10), time(11)) for weekday in range(7))
    snapshot = view(change, first, first + 30 * DAY, hours)
    asked = SeriesRequest(
        shapes=(VISIT,) * 3,
        spacing=Spacing(1, 7, 7, 7),
        zone=change.zone,
        earliest=snapshot.window.start,
        horizon_until=snapshot.window.end,
    )
    answer = propose(snapshot, asked)
    assert isinstance(answer, Proposals)
    shown = [wall(slot.start, change.zone) for slot in answer.best.slots]
    expected = [datetime.combine(first + n * 7 * DAY, time(10)) for n in range(3)]
    assert shown == expected
    assert answer.best.gaps == (None, 7, 7)


@pytest.mark.parametrize(("change", "case"), TABLE, ids=name)
def test_a_start_belongs_to_the_day_on_the_wall(change: Transition, case: Case) -> None:
    assert {local_date(minute, change.zone) for minute in case.minutes} <= {case.wall.date()}


def test_the_booking_rules_count_the_days_on_the_wall(cast: Cast) -> None:
    """Ten days after noon on another day, at every time of the table and both passes of it."""
    peel, judged = cast.glycolic.follow_up_service, 0
    for change, case in TABLE:
        before = datetime.combine(case.wall.date() - 10 * DAY, time(12), change.zone)
        location = replace_zone(cast.harbour, change.zone)
        for minute in case.minutes:
            starts = (before, datetime.fromtimestamp(minute * 60, UTC))
            claims = [Claim(peel, start, ()) for start in starts]
            (objection,) = booking_rules.distances(Proposal(cast.ada, location, claims, NOW))
            days = f"{short_day(case.wall.date())} is 10 days after {short_day(before.date())}; 14"
            assert objection.text.startswith(days), (change, case)
            judged += 1
    assert judged == sum(len(case.minutes) for _, case in TABLE) > 200


def replace_zone(location: Location, zone: ZoneInfo) -> Location:
    """The same location, not saved, on the clock of another zone."""
    return Location(pk=location.pk, name=location.name, time_zone=zone.key)
