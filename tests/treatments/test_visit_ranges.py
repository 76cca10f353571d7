"""Values of a visit: read, refused, asked about, allowed. Pure: no database."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.visit_bounds import HARD, clock_of, parse_seconds
from treatments.visit_needs import Said, missing
from treatments.visit_ranges import Facts, contact_for, unusual
from treatments.visit_rights import needed

LADDER = (Decimal(20), Decimal(35), Decimal(50), Decimal(70))


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("2:30", 150),
        ("150", 150),
        ("150 s", 150),
        (" 0:05 ", 5),
        ("2 min", 120),
        ("2m30s", 150),
        ("-3", -3),
        ("2:75", None),
        ("abc", None),
        ("", None),
        ("2.5", None),
    ],
)
def test_minutes_and_seconds_as_people_type_them(typed: str, seconds: int | None) -> None:
    assert parse_seconds(typed) == seconds


@given(st.integers(min_value=0, max_value=5999))
def test_what_the_stopwatch_writes_is_read_back(seconds: int) -> None:
    assert parse_seconds(clock_of(seconds)) == seconds


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert parse_seconds(text) is None or isinstance(parse_seconds(text), int)


@pytest.mark.parametrize(
    ("kind", "name", "value", "holds"),
    [
        ("peel", "ph", "15", False),
        ("peel", "ph", "7", True),
        ("peel", "contact_seconds", "-3", False),
        ("peel", "contact_seconds", "1200", True),
        ("peel", "strength_percent", "400", False),
        ("peel", "strength_percent", "70", True),
        ("visit", "pain", "11", False),
        ("extraction", "needle_gauge", "12", False),
        ("cryo", "freeze_seconds", "61", False),
        ("laser", "power_watts", "0", False),
        ("retinoid", "nights_per_week", "8", False),
    ],
)
def test_hard_ranges(kind: str, name: str, value: str, holds: bool) -> None:
    assert HARD[kind][name].holds(Decimal(value)) is holds


@pytest.mark.parametrize(
    ("modality", "percent", "window"),
    [
        ("glycolic", 20, (60, 300)),
        ("glycolic", 30, (60, 120)),
        ("glycolic", 49, (60, 120)),
        ("glycolic", 50, (120, 300)),
        ("glycolic", 70, (180, 900)),
        ("salicylic", 20, (120, 300)),
        ("salicylic", 30, (120, 300)),
    ],
)
def test_contact_time_for_each_strength(
    modality: str, percent: int, window: tuple[int, int]
) -> None:
    found = contact_for(modality, Decimal(percent))
    assert found is not None
    assert (found.least, found.most) == window


def peel(last: dict[str, Any] | None = None, modality: str = "glycolic", **record: Any) -> Facts:
    return Facts(modality, record, last=last, strengths=LADDER)


FIRST = {"strength_percent": Decimal(20)}
BEFORE = {"strength_percent": Decimal(20), "contact_seconds": 120}
LASER_BEFORE = {"power_watts": Decimal(3)}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (peel(strength_percent=Decimal(30), contact_seconds=120), []),
        (peel(strength_percent=Decimal(35)), [("strength_percent", "reason")]),
        (peel(BEFORE, strength_percent=Decimal(35), contact_seconds=90), []),
        (peel(BEFORE, strength_percent=Decimal(50)), [("strength_percent", "reason")]),
        (
            peel(BEFORE, strength_percent=Decimal(35), contact_seconds=121),
            [("contact_seconds", "reason"), ("contact_seconds", "hint")],
        ),
        (
            peel(BEFORE, strength_percent=Decimal(20), contact_seconds=59),
            [("contact_seconds", "hint")],
        ),
        (
            peel(BEFORE, strength_percent=Decimal(20), contact_seconds=301),
            [("contact_seconds", "reason")],
        ),
        (peel(ph=Decimal("3.6")), [("ph", "reason")]),
        (peel(endpoint="frost"), [("endpoint", "hint")]),
        (peel(endpoint="patchy_frost"), [("endpoint", "hint")]),
        (peel(modality="salicylic", coats=4), [("coats", "reason")]),
        (peel(modality="salicylic", ringing_or_dizzy=True), [("ringing_or_dizzy", "hint")]),
        (Facts("extraction", {}, treated=20), []),
        (Facts("extraction", {}, treated=21), [("uncharted", "reason")]),
        (Facts("extraction", {"numbing_minutes": 20}), [("numbing_minutes", "hint")]),
        (Facts("extraction", {"bleeding": "more"}), [("bleeding", "hint")]),
        (Facts("cryo", {}, treated=6), [("uncharted", "reason")]),
        (Facts("cryo", {"freeze_seconds": Decimal(6)}), [("freeze_seconds", "reason")]),
        (Facts("cryo", {"halo_mm": Decimal("2.5")}), [("halo_mm", "reason")]),
        (Facts("cryo", {"cycles": 2}), [("cycles", "reason")]),
        (Facts("laser", {"passes": 3}, last=LASER_BEFORE), [("passes", "reason")]),
        (Facts("laser", {}, last=LASER_BEFORE, near_eye=True), [("eye_shield", "reason")]),
        (Facts("laser", {}, skin_type=5), [("test_spot", "reason")]),
        (Facts("laser", {"test_spot": True}, skin_type=5), []),
        (
            Facts("laser", {"power_watts": Decimal(3)}, last=LASER_BEFORE),
            [("plume_extraction", "reason")],
        ),
        (Facts("retinoid", {"nights_per_week": 3}, week=1), [("nights_per_week", "reason")]),
        (Facts("retinoid", {"nights_per_week": 3}, week=2), []),
        (
            Facts("retinoid", {"agent": "tretinoin", "strength_percent": Decimal("0.2")}),
            [("strength_percent", "reason")],
        ),
        (Facts("retinoid", {"redness": 2, "next_step": "up"}), [("next_step", "reason")]),
    ],
)
def test_what_the_protocol_does_not_expect(facts: Facts, expected: list[tuple[str, str]]) -> None:
    found = unusual(facts)
    assert [(each.field, each.level) for each in found] == expected
    assert all(each.source for each in found)


GLYCOLIC = {
    "strength_percent": 20,
    "contact_seconds": 120,
    "endpoint": "pink",
    "neutraliser": "water",
}
SALICYLIC = {
    "strength_percent": 20,
    "contact_seconds": 180,
    "endpoint": "pink",
    "rinse_seconds": 60,
}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said("glycolic", {}, GLYCOLIC), []),
        (Said("glycolic", {}, GLYCOLIC | {"neutraliser": ""}), ["neutraliser"]),
        (Said("salicylic", {}, SALICYLIC), []),
        (Said("salicylic", {}, SALICYLIC | {"rinse_seconds": None}), ["rinse_seconds"]),
        (
            Said("glycolic", {}, {}),
            ["strength_percent", "contact_seconds", "neutraliser", "endpoint"],
        ),
        (
            Said("glycolic", {"broken_off": True}, {"strength_percent": 20, "contact_seconds": 0}),
            ["broken_off_why"],
        ),
        (Said("extraction", {}, {"tool": "lancet", "antiseptic": "alcohol"}), ["uncharted"]),
        (Said("cryo", {}, {"method": "swab", "freeze_seconds": 4, "cycles": 1}, treated=1), []),
        (
            Said(
                "laser",
                {},
                {"mode": "cw", "power_watts": 3, "eye_shield": "goggles", "passes": 1},
                treated=1,
                near_eye=True,
            ),
            ["eye_shield"],
        ),
        (
            Said("retinoid", {}, {"agent": "retinol", "strength_percent": 1}),
            ["nights_per_week", "dryness", "redness", "peeling", "stinging", "next_step"],
        ),
    ],
)
def test_what_a_signature_needs(said: Said, expected: list[str]) -> None:
    assert [each.field for each in missing(said)] == expected


NOWHERE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("modality", "record", "last", "sites", "expected"),
    [
        ("glycolic", {"strength_percent": Decimal(30)}, None, NOWHERE, []),
        ("glycolic", {"strength_percent": Decimal(31)}, None, NOWHERE, ["perform_strong_peel"]),
        ("salicylic", {"strength_percent": Decimal(35)}, None, NOWHERE, ["perform_strong_peel"]),
        ("cryo", {}, None, NOWHERE, ["perform_cryotherapy"]),
        ("laser", {}, None, NOWHERE, ["perform_laser"]),
        ("retinoid", {"agent": "tretinoin"}, None, NOWHERE, ["prescribe_retinoid"]),
        ("retinoid", {"agent": "tretinoin"}, {"agent": "tretinoin"}, NOWHERE, []),
        ("retinoid", {"agent": "adapalene"}, None, NOWHERE, []),
        ("extraction", {}, None, frozenset({"cheek", "lower_eyelid"}), []),
        ("extraction", {}, None, frozenset({"upper_eyelid"}), ["treat_eyelids"]),
    ],
)
def test_who_may(
    modality: str,
    record: dict[str, Any],
    last: dict[str, Any] | None,
    sites: frozenset[str],
    expected: list[str],
) -> None:
    found = [each.permission for each in needed(modality, record, last, sites)]
    assert found == [f"treatments.{name}" for name in expected]
