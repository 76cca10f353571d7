"""The six shipped protocols against the clinical fact base, row by row."""

from datetime import time
from typing import Any

import pytest

from treatments.protocol_data import PROTOCOLS, Gaps, ProtocolData, Segment, by_code
from treatments.protocol_data.step import Step, skin_group

CAPABILITIES = {
    *("assess", "extract", "peel", "prescribe", "freeze", "co2-laser"),
    *("consult-room", "procedure-room", "peel-room", "laser-room", "co2-laser-device", "ln2"),
}

# Clinical fact base 0: sessions, gaps, minutes first / follow-up, most lesions.
AT_A_GLANCE: dict[str, tuple[Any, ...]] = {
    "EXT": ((1, 1, 3), Gaps(7, 14, 28, None, None), (20, 20), 20),
    "GLY": ((4, 6, 6), Gaps(10, 14, 21, 28, 42), (45, 30), None),
    "SAL": ((4, 5, 6), Gaps(10, 14, 21, 28, 42), (45, 30), None),
    "RET": ((1, 1, 1), None, (30, 15), None),
    "CRYO": ((1, 1, 3), Gaps(14, 21, 28, 56, 84), (15, 15), 5),
    "CO2": ((1, 1, 3), Gaps(21, 28, 42, 90, 120), (60, 45), 30),
}

# Clinical fact base 5.1 and 5.3: kind, anchor, day, time or minutes after, conditions, skin,
# expiry in hours.
PEEL_TIMELINE = [
    ("priming", "session", -28, "09:00", {"first", "priming"}, "all", 336),
    ("precare_14", "session", -14, "09:00", set(), "all", 48),
    ("stop_retinoid", "session", -9, "09:00", {"retinoid"}, "IV-VI", 48),
    ("screen_due", "session", -7, "09:00", set(), "all", 48),
    ("stop_retinoid", "session", -5, "09:00", {"retinoid"}, "I-III", 48),
    ("precare_3", "session", -3, "09:00", set(), "all", 48),
    ("antiviral", "session", -2, "09:00", {"antiviral"}, "all", 24),
    ("tomorrow", "session", -1, "18:00", set(), "all", 12),
    ("aftercare_day0", "session", 0, "+180", set(), "all", 12),
    ("check_1", "session", 1, "09:00", set(), "all", 48),
    ("flaking_3", "session", 3, "09:00", set(), "all", 48),
    ("settled_7", "session", 7, "09:00", set(), "all", 48),
    ("progress", "session", 10, "09:00", {"after_session_4", "not_last"}, "all", 48),
    ("sunscreen", "session", 1, "09:00", set(), "all", 12),
    ("sunscreen", "session", 14, "09:00", set(), "all", 48),
    ("rebook", "gone", 1, "09:00", {"missed"}, "all", 48),
    ("rebook", "gone", 3, "09:00", {"cancelled"}, "all", 48),
    ("next_window", "unbooked", 7, "09:00", set(), "all", 48),
    ("overdue", "unbooked", 28, "09:00", set(), "all", 48),
    ("late", "unbooked", 35, "09:00", set(), "all", 48),
    ("lapsed", "unbooked", 42, "09:00", set(), "all", 48),
    ("plan_complete", "course_end", 28, "09:00", set(), "all", 48),
    ("maintenance", "course_end", 56, "09:00", set(), "all", 48),
]


def test_the_diary_of_a_laser_visit_includes_the_numbing() -> None:
    assert by_code("CO2").patient_minutes == (120, 105)
    assert by_code("GLY").patient_minutes == (45, 30)


def shown(step: Step) -> tuple[Any, ...]:
    at = f"{step.at:%H:%M}" if step.at else f"+{step.after_minutes}"
    where = (step.kind, step.anchor, step.day, at)
    return (*where, set(step.only), step.skin, step.expires_hours)


def test_six_protocols_ship_in_order() -> None:
    assert [each.code for each in PROTOCOLS] == ["EXT", "GLY", "SAL", "RET", "CRYO", "CO2"]


@pytest.mark.parametrize("code", AT_A_GLANCE)
def test_protocol_has_the_numbers_of_the_fact_base(code: str) -> None:
    each = by_code(code)
    sessions = (each.sessions_min, each.sessions_default, each.sessions_max)
    minutes = (each.minutes_first, each.minutes_follow_up)
    assert (sessions, each.gaps, minutes, each.max_lesions) == AT_A_GLANCE[code]


@pytest.mark.parametrize("code", ["GLY", "SAL"])
def test_peels_have_every_row_of_their_timeline(code: str) -> None:
    assert [shown(step) for step in by_code(code).steps] == PEEL_TIMELINE


@pytest.mark.parametrize("code", ["GLY", "SAL"])
def test_peel_sunscreen_is_daily_for_a_week_then_weekly_to_the_next_session(code: str) -> None:
    rows = [step for step in by_code(code).steps if step.kind == "sunscreen"]
    assert [(r.day, r.every, r.until_day, r.to_next) for r in rows] == [
        (1, 1, 7, False),
        (14, 7, 28, True),
    ]


def test_eye_area_policies() -> None:
    assert {each.code: each.eye_area for each in PROTOCOLS} == {
        "EXT": "allowed",
        "GLY": "override",
        "SAL": "override",
        "RET": "near_only",
        "CRYO": "refused",
        "CO2": "shielded",
    }


@pytest.mark.parametrize(
    ("code", "light", "dark", "unknown"),
    [("GLY", 3, 7, 7), ("SAL", 3, 7, 7), ("CO2", 7, 7, 7), ("EXT", 3, 3, 3)],
)
def test_retinoid_stops_earlier_on_darker_or_unknown_skin(
    code: str, light: int, dark: int, unknown: int
) -> None:
    each = by_code(code)
    days = [each.retinoid_stop_days(skin) for skin in (1, 3, 4, 6, None)]
    assert days == [light, light, dark, dark, unknown]


def test_protocol_without_retinoid_stop_has_no_days() -> None:
    assert by_code("CRYO").retinoid_stop_days(2) is None


def test_glycolic_is_neutralised_and_climbs_to_70_percent() -> None:
    glycolic = by_code("GLY")
    assert (glycolic.needs_neutraliser, glycolic.strengths) == (True, (20, 35, 50, 70))
    assert glycolic.max_percent == 30


def test_salicylic_is_rinsed_and_climbs_to_30_percent() -> None:
    salicylic = by_code("SAL")
    assert (salicylic.needs_neutraliser, salicylic.strengths) == (False, (20, 30))


@pytest.mark.parametrize("code", ["GLY", "SAL"])
def test_peel_holds_its_room_ten_minutes_longer_than_its_performer(code: str) -> None:
    each = by_code(code)
    assert each.first_visit == (
        Segment("performer", "peel", 0, 45),
        Segment("room", "peel-room", 0, 55),
    )
    assert each.follow_up == (
        Segment("performer", "peel", 0, 30),
        Segment("room", "peel-room", 0, 40),
    )
    assert each.review_after_session == 4


def test_laser_visit_begins_with_an_hour_of_numbing() -> None:
    assert by_code("CO2").follow_up == (
        Segment("performer", "co2-laser", 60, 105),
        Segment("laser", "co2-laser-device", 65, 100),
        Segment("room", "laser-room", 0, 115),
    )


def test_retinoid_course_is_reviewed_three_times() -> None:
    assert by_code("RET").review_days == (42, 84, 168)
    assert by_code("RET").nights_per_week == (2, 3, 4, 5, 6, 7)


@pytest.mark.parametrize("each", PROTOCOLS, ids=lambda each: each.code)
def test_protocol_names_known_capabilities_and_sources(each: ProtocolData) -> None:
    assert each.capabilities <= CAPABILITIES
    tagged = [*each.sources.values(), *(step.source for step in each.steps)]
    assert all(
        text.startswith(("guide", "clinical fact base", "practice, unsourced")) for text in tagged
    )


@pytest.mark.parametrize("each", PROTOCOLS, ids=lambda each: each.code)
def test_performer_is_held_for_the_minutes_of_the_visit(each: ProtocolData) -> None:
    for minutes, visit in (
        (each.minutes_first, each.first_visit),
        (each.minutes_follow_up, each.follow_up),
    ):
        person = next(need for need in visit if need.key == "performer")
        room = next(need for need in visit if need.key == "room")
        assert person.ends - person.starts == minutes
        assert room.starts <= person.starts
        assert room.ends - person.ends == each.turnover_minutes


@pytest.mark.parametrize("each", PROTOCOLS, ids=lambda each: each.code)
def test_reminders_expire_within_the_hours_of_the_fact_base(each: ProtocolData) -> None:
    late = {(step.kind, step.expires_hours) for step in each.steps if step.expires_hours > 48}
    # what is still of use weeks later: docs/messages.md
    assert late in (set(), {("priming", 336)}, {("precare_sun", 936), ("precare_sun", 600)})
    near = [step for step in each.steps if step.day in (-1, 0) and step.anchor == "session"]
    assert {step.expires_hours for step in near} == {12}


def test_skin_groups() -> None:
    groups = [skin_group(each) for each in (None, 1, 3, 4, 6)]
    assert groups == ["IV-VI", "I-III", "I-III", "IV-VI", "IV-VI"]


def test_gaps_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="out of order"):
        Gaps(14, 10, 21, 28, 42)


def test_empty_segment_is_refused() -> None:
    with pytest.raises(ValueError, match="minutes 10 to 10"):
        Segment("room", "peel-room", 10, 10)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"at": None}, "time of day or minutes"),
        ({"after_minutes": 60}, "time of day or minutes"),
        ({"every": 7}, "interval and a last day"),
        ({"every": 0, "until_day": 7}, "repeats every 0"),
        ({"expires_hours": 0}, "expires after 0"),
        ({"only": frozenset({"sometimes"})}, "unknown conditions"),
    ],
)
def test_step_that_makes_no_sense_is_refused(wrong: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Step("check_1", "session", 1, "guide", **({"at": time(9)} | wrong))
