"""The next step of a course, and when it is to be looked at again."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.progress import (
    Event,
    Ladder,
    Last,
    next_step,
    percent_change,
    review_points,
    reviews,
)

GLYCOLIC = Ladder(
    strengths=(Decimal(20), Decimal(35), Decimal(50), Decimal(70)), contact_seconds=(60, 180)
)
NURSE = Ladder(GLYCOLIC.strengths, (60, 180), max_percent=Decimal(30))
BLISTER = Event("blister", "moderate")


def last(percent: int = 35, seconds: int = 120, **said: Any) -> Last:
    return Last(Decimal(percent), seconds, **said)


@pytest.mark.parametrize(
    ("why", "before", "ladder", "expected"),
    [
        ("first session", None, GLYCOLIC, ("start", 20, 60)),
        ("well borne", last(), GLYCOLIC, ("stronger", 50, 120)),
        ("pink is no endpoint", last(endpoint="pink"), GLYCOLIC, ("stronger", 50, 120)),
        ("a strength between rungs", last(30), GLYCOLIC, ("stronger", 35, 120)),
        ("top strength", last(70), GLYCOLIC, ("longer", 70, 150)),
        ("top strength, nearly longest", last(70, 170), GLYCOLIC, ("longer", 70, 180)),
        ("top strength, longest", last(70, 180), GLYCOLIC, ("same", 70, 180)),
        ("a nurse stays in her limit", last(20), NURSE, ("longer", 20, 150)),
        ("a nurse after a doctor's 50 %", last(50), NURSE, ("weaker", 20, 120)),
        ("and after frost", last(50, endpoint="frost"), NURSE, ("weaker", 20, 120)),
        ("endpoint reached", last(endpoint="erythema"), GLYCOLIC, ("same", 35, 120)),
        ("pain 7", last(pain=7), GLYCOLIC, ("same", 35, 120)),
        ("pain 6", last(pain=6), GLYCOLIC, ("stronger", 50, 120)),
        ("calmed down late", last(healed_badly=True), GLYCOLIC, ("same", 35, 120)),
        ("adverse event", last(events=(BLISTER,)), GLYCOLIC, ("weaker", 20, 120)),
        ("adverse event, lowest", last(20, events=(BLISTER,)), GLYCOLIC, ("shorter", 20, 90)),
        ("lowest, shortest", last(20, 60, events=(BLISTER,)), GLYCOLIC, ("same", 20, 60)),
        ("frost", last(endpoint="frost"), GLYCOLIC, ("weaker", 20, 120)),
        ("patchy frost", last(endpoint="patchy_frost"), GLYCOLIC, ("weaker", 20, 120)),
        ("broken off", last(broken_off=True), GLYCOLIC, ("weaker", 20, 120)),
        ("on the last day", last(days_ago=42), GLYCOLIC, ("stronger", 50, 120)),
        ("lapsed", last(days_ago=43), GLYCOLIC, ("weaker", 20, 120)),
        ("no ladder", Last(), Ladder(), ("same", None, None)),
    ],
)
def test_the_next_step(
    why: str, before: Last | None, ladder: Ladder, expected: tuple[str, Any, Any]
) -> None:
    step = next_step(before, ladder, lapse_days=42)
    assert (step.change, step.strength, step.contact_seconds) == expected, why
    assert step.sentence
    assert step.source


@pytest.mark.parametrize(
    ("event", "looks"),
    [
        (Event("blister", "mild"), False),
        (Event("blister", "severe"), True),
        (Event("allergy", "mild"), True),
        (Event("eye", "mild"), True),
        (Event("scar", "mild"), True),
    ],
)
def test_who_looks_first(event: Event, looks: bool) -> None:
    assert next_step(last(events=(event,)), GLYCOLIC).look_first is looks


lasts = st.builds(
    Last,
    strength=st.sampled_from([*GLYCOLIC.strengths, Decimal(25), None]),
    contact_seconds=st.one_of(st.none(), st.integers(0, 600)),
    endpoint=st.sampled_from(["", "none", "pink", "erythema", "patchy_frost", "frost"]),
    pain=st.one_of(st.none(), st.integers(0, 10)),
    events=st.lists(st.just(BLISTER), max_size=1).map(tuple),
    broken_off=st.booleans(),
    healed_badly=st.booleans(),
    days_ago=st.one_of(st.none(), st.integers(1, 100)),
)


@given(lasts, st.sampled_from([None, Decimal(20), Decimal(30), Decimal(70)]))
def test_never_two_variables_at_once(before: Last, limit: Decimal | None) -> None:
    step = next_step(before, Ladder(GLYCOLIC.strengths, (60, 180), limit), lapse_days=42)
    same_strength = step.strength == before.strength
    same_time = step.contact_seconds == before.contact_seconds
    assert same_strength or same_time
    assert (step.change == "same") == (same_strength and same_time)
    if step.change in ("stronger", "weaker") and limit is not None:
        assert step.strength is not None
        assert step.strength <= limit


@given(lasts)
def test_something_untoward_is_never_followed_by_more(before: Last) -> None:
    step = next_step(before, GLYCOLIC, lapse_days=42)
    if before.events or before.broken_off or before.endpoint in ("frost", "patchy_frost"):
        assert step.change in ("weaker", "shorter", "same")


@pytest.mark.parametrize(
    ("done", "baseline", "count", "expected"),
    [
        (2, 10, 12, []),
        (3, 10, 11, []),
        (3, 10, 12, ["rising"]),
        (4, 10, 12, ["rising", "review"]),
        (4, 10, 5, ["review"]),
        (3, 10, 2, []),
        (3, 10, 1, ["target_met"]),
        (4, 10, 0, ["target_met", "review"]),
        (6, 10, 0, []),
        (6, 10, 6, ["not_responding"]),
        (6, 10, 5, []),
        (6, 0, 3, ["rising"]),
        (6, 0, 0, []),
        (2, 0, 3, []),
        (4, None, 3, ["review"]),
        (5, None, None, []),
    ],
)
def test_when_a_course_is_looked_at_again(
    done: int, baseline: int | None, count: int | None, expected: list[str]
) -> None:
    found = reviews(done=done, total=6, baseline=baseline, count=count, review_after_session=4)
    assert [each.prompt for each in found] == expected


def test_percent_change() -> None:
    assert percent_change(10, 12) == 20
    assert percent_change(10, 1) == -90
    assert percent_change(0, 5) is None
    assert percent_change(1000, 101) == -89
    assert percent_change(1000, 1199) == 19


def test_review_points() -> None:
    peel = review_points(total=6, review_after_session=4, review_days=())
    assert list(peel) == [("session", 4)]
    retinoid = review_points(total=1, review_after_session=None, review_days=(42, 84, 168))
    assert list(retinoid) == [("day", 42), ("day", 84), ("day", 168)]
    assert not list(review_points(total=4, review_after_session=4, review_days=()))
