"""How far apart sessions may lie; the numbers are those of a peel (clinical fact base 0)."""

import pytest

from clinic.scheduling.spacing import Spacing, Verdict

PEEL = Spacing(floor=10, min=14, ideal=21, max=28, lapse=42)


@pytest.mark.parametrize(
    ("gap", "verdict"),
    [
        (-21, Verdict.REFUSED),
        (0, Verdict.REFUSED),
        (9, Verdict.REFUSED),
        (10, Verdict.NEEDS_REASON),
        (13, Verdict.NEEDS_REASON),
        (14, Verdict.NORMAL),
        (28, Verdict.NORMAL),
        (29, Verdict.LATE),
        (42, Verdict.LATE),
        (43, Verdict.LAPSED),
        (400, Verdict.LAPSED),
    ],
)
def test_a_gap_is_judged_by_the_five_numbers(gap: int, verdict: Verdict) -> None:
    assert PEEL.judge(gap) is verdict


def test_without_a_longest_gap_no_session_is_late() -> None:
    extraction = Spacing(floor=7, min=14, ideal=28)
    assert extraction.judge(13) is Verdict.NEEDS_REASON
    assert extraction.judge(4000) is Verdict.NORMAL


def test_a_course_may_lapse_without_ever_being_late() -> None:
    assert Spacing(7, 14, 28, None, 60).judge(61) is Verdict.LAPSED
    assert Spacing(7, 14, 28, 60).judge(4000) is Verdict.LATE


@pytest.mark.parametrize(
    "days",
    [
        (0, 14, 21, 28, 42),
        (15, 14, 21, 28, 42),
        (10, 22, 21, 28, 42),
        (10, 14, 29, 28, 42),
        (10, 14, 21, 43, 42),
        (10, 14, 43, None, 42),
    ],
)
def test_numbers_out_of_order_are_refused(days: tuple[int, int, int, int | None, int]) -> None:
    with pytest.raises(ValueError, match="must rise from 1 day up"):
        Spacing(*days)


def test_numbers_may_be_equal() -> None:
    assert Spacing(21, 21, 21, 21, 21).judge(21) is Verdict.NORMAL
