"""What a patient should be sent, compared with what the ledger holds; quiet hours on any clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.message_rules import (
    Changes,
    Existing,
    Move,
    QuietHours,
    Wanted,
    at_local,
    plain_text,
    reconcile,
)

LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2027, 1, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def want(kind: str = "tomorrow", at: datetime = NOON, occurrence: str = "2027-01-12/-1") -> Wanted:
    return Wanted(kind, occurrence, at, at + 12 * HOUR)


def row(
    status: str = "planned",
    kind: str = "tomorrow",
    at: datetime = NOON,
    pk: int = 1,
    about_at: datetime | None = None,
) -> Existing:
    return Existing(pk, kind, "2027-01-12/-1", at, at + 12 * HOUR, status, 1, about_at)


# Reconciling -------------------------------------------------------------------------------------


def test_missing_message_is_inserted() -> None:
    assert reconcile([], [want()]) == Changes(insert=(want(),))


def test_same_plan_changes_nothing() -> None:
    assert not reconcile([row()], [want()])


def test_planned_row_moves_with_its_time() -> None:
    later = want(at=NOON + HOUR)
    assert reconcile([row()], [later]) == Changes(update=(Move(row(), later),))


def test_planned_row_moves_when_the_visit_it_is_about_does() -> None:
    about = Wanted("tomorrow", "2027-01-12/-1", NOON, NOON + 12 * HOUR, about_at=NOON + 30 * HOUR)
    known = row(about_at=NOON + 29 * HOUR)
    assert reconcile([known], [about]).update == (Move(known, about),)


def test_planned_row_no_longer_wanted_is_withdrawn() -> None:
    assert reconcile([row()], []) == Changes(withdraw=(row(),))


@pytest.mark.parametrize("status", ["claimed", "sent", "failed", "suppressed"])
def test_row_past_planning_is_left_alone_and_not_repeated(status: str) -> None:
    assert not reconcile([row(status)], [want(at=NOON + HOUR)])
    assert not reconcile([row(status)], [])


def test_withdrawn_message_wanted_again_is_inserted_anew() -> None:
    assert reconcile([row("withdrawn")], [want()]) == Changes(insert=(want(),))


def test_planned_copy_of_a_sent_message_is_withdrawn() -> None:
    copy = row(pk=2)
    assert reconcile([row("sent"), copy], [want()]) == Changes(withdraw=(copy,))


def test_expired_message_is_not_inserted_when_the_time_is_given() -> None:
    assert not reconcile([], [want()], now=NOON + 12 * HOUR)
    assert reconcile([], [want()], now=NOON + 11 * HOUR).insert == (want(),)


def test_plan_with_one_message_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="planned twice: tomorrow"):
        reconcile([], [want(), want(at=NOON + HOUR)])


def test_message_that_expires_before_it_is_due_is_refused() -> None:
    with pytest.raises(ValueError, match="expires at"):
        Wanted("tomorrow", "", NOON, NOON)


def test_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        Wanted("tomorrow", "", NOON.replace(tzinfo=None), NOON)


KINDS = st.sampled_from(["booked", "tomorrow", "check_1", "sunscreen"])
TIMES = st.integers(0, 5).map(lambda hours: NOON + hours * HOUR)
STATUSES = st.sampled_from(["planned", "claimed", "sent", "failed", "suppressed", "withdrawn"])
PLANS = st.dictionaries(KINDS, TIMES).map(lambda plan: [want(k, at) for k, at in plan.items()])
LEDGERS = st.lists(st.tuples(STATUSES, KINDS, TIMES), max_size=8).map(
    lambda rows: [row(s, k, at, pk) for pk, (s, k, at) in enumerate(rows)]
)


def applied(ledger: list[Existing], changes: Changes) -> list[Existing]:
    """The ledger after the changes, as the database would hold it."""
    pks = count(1000)
    gone = {each.id for each in changes.withdraw}
    moved = {move.row.id: move.to for move in changes.update}
    kept = [
        row(
            "withdrawn" if each.id in gone else each.status,
            each.kind,
            moved[each.id].due_at if each.id in moved else each.due_at,
            int(str(each.id)),
        )
        for each in ledger
    ]
    return kept + [row("planned", each.kind, each.due_at, next(pks)) for each in changes.insert]


@given(LEDGERS, PLANS)
def test_reconciling_twice_changes_nothing(ledger: list[Existing], plan: list[Wanted]) -> None:
    assert not reconcile(applied(ledger, reconcile(ledger, plan)), plan)


@given(LEDGERS, PLANS)
def test_every_wanted_message_has_one_row_and_no_other_is_planned(
    ledger: list[Existing], plan: list[Wanted]
) -> None:
    after = applied(ledger, reconcile(ledger, plan))
    planned = [each.key for each in after if each.status == "planned"]
    settled = {each.key for each in after if each.status not in ("planned", "withdrawn")}
    wanted = {each.key for each in plan}
    assert len(planned) == len(set(planned))
    assert set(planned) == wanted - settled


@given(LEDGERS, PLANS)
def test_only_planned_rows_change(ledger: list[Existing], plan: list[Wanted]) -> None:
    changes = reconcile(ledger, plan)
    touched = [*changes.withdraw, *(move.row for move in changes.update)]
    assert {each.status for each in touched} <= {"planned"}


# Clocks ------------------------------------------------------------------------------------------


def test_local_time_becomes_utc() -> None:
    assert at_local(date(2027, 7, 1), time(9), LONDON) == datetime(2027, 7, 1, 8, tzinfo=UTC)


def test_time_in_a_gap_becomes_the_first_instant_after_it() -> None:
    # London skips 01:00-02:00 on 28 March 2027.
    assert at_local(date(2027, 3, 28), time(1, 20), LONDON) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_repeated_time_is_its_first_pass_unless_asked() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert at_local(date(2027, 10, 31), time(1, 30), LONDON) == first
    assert at_local(date(2027, 10, 31), time(1, 30, fold=1), LONDON) == first + HOUR


def test_day_that_a_zone_skipped_begins_with_the_next() -> None:
    # Samoa went from 29 to 31 December 2011.
    apia = ZoneInfo("Pacific/Apia")
    answer = at_local(date(2011, 12, 30), time(9), apia)
    assert answer.astimezone(apia) == datetime(2011, 12, 31, tzinfo=apia)


@pytest.mark.parametrize(
    ("wall", "quiet"),
    [("07:59", True), ("08:00", False), ("19:59", False), ("20:00", True), ("23:59", True)],
)
def test_quiet_hours_span_midnight(wall: str, quiet: bool) -> None:
    instant = at_local(date(2027, 7, 1), time.fromisoformat(wall), BERLIN)
    assert QuietHours().contains(instant, BERLIN) is quiet


def test_quiet_hours_within_one_day() -> None:
    lunch = QuietHours(time(12), time(14))
    assert lunch.contains(NOON, UTC)
    assert lunch.next_allowed(NOON, UTC) == NOON + 2 * HOUR


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert not QuietHours(time(8), time(8)).contains(NOON, UTC)


def test_evening_message_waits_for_the_next_morning() -> None:
    late = at_local(date(2027, 7, 1), time(21, 30), BERLIN)
    assert QuietHours().next_allowed(late, BERLIN) == at_local(date(2027, 7, 2), time(8), BERLIN)


def test_night_message_waits_for_the_same_morning() -> None:
    night = at_local(date(2027, 3, 28), time(0, 30), LONDON)
    assert QuietHours().next_allowed(night, LONDON) == datetime(2027, 3, 28, 7, tzinfo=UTC)


def test_end_of_quiet_hours_in_a_repeated_hour_never_lies_before() -> None:
    early = QuietHours(time(20), time(1, 30))
    second_pass = at_local(date(2027, 10, 31), time(1, 10, fold=1), LONDON)
    answer = early.next_allowed(second_pass, LONDON)
    assert answer == at_local(date(2027, 10, 31), time(1, 30, fold=1), LONDON)


ZONES = st.sampled_from(
    ["Europe/London", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Tokyo"]
).map(ZoneInfo)
INSTANTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the strategy makes them aware
    datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
QUIET = st.builds(
    lambda starts, ends: QuietHours(time(starts), time(ends)),
    st.integers(0, 23),
    st.integers(0, 23),
)


@given(INSTANTS, ZONES, QUIET)
def test_next_allowed_moment_is_never_quiet_nor_in_the_past(
    instant: datetime, zone: ZoneInfo, quiet: QuietHours
) -> None:
    answer = quiet.next_allowed(instant, zone)
    assert not quiet.contains(answer, zone)
    assert instant <= answer <= instant + 25 * HOUR
    assert quiet.next_allowed(answer, zone) == answer


@given(st.dates(date(2026, 1, 1), date(2031, 1, 1)), st.times(), ZONES)
def test_local_time_reads_back_unless_the_clocks_skip_it(
    day: date, wall: time, zone: ZoneInfo
) -> None:
    wall = wall.replace(fold=0)
    back = at_local(day, wall, zone).astimezone(zone).replace(tzinfo=None)
    assert back == datetime.combine(day, wall) or (
        back > datetime.combine(day, wall) and back.date() == day
    )


# Plain text --------------------------------------------------------------------------------------


def test_plain_text_wraps_with_hanging_items_and_single_gaps() -> None:
    rendered = "\n  Hello,\n\n\n\n- one two three four\n- https://example.org/a-long-address\n\n"
    assert plain_text(rendered, width=12) == (
        "Hello,\n\n- one two\n  three four\n- https://example.org/a-long-address\n"
    )
