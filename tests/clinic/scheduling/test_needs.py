"""What a visit asks for."""

import pytest

from clinic.scheduling.needs import Need, VisitShape

NUMBING = Need("room", "laser room", 0, 100)
DOCTOR = Need("doctor", "lasers", 60, 90)
LASER = Need("laser", "CO2 laser", 65, 85)


def test_segments_that_share_a_minute_overlap() -> None:
    assert NUMBING.overlaps(DOCTOR)
    assert DOCTOR.overlaps(NUMBING)
    first, second = Need("a", "x", 0, 30), Need("b", "x", 30, 60)
    assert not first.overlaps(second)
    assert not second.overlaps(first)
    assert Need("a", "x", 0, 31).overlaps(Need("b", "x", 30, 60))


def test_a_shape_spans_preparation_visit_and_cleaning() -> None:
    prepared = Need("nurse", "peel", -10, 5)
    assert (VisitShape((NUMBING, DOCTOR, LASER), 90).starts, NUMBING.ends) == (0, 100)
    assert VisitShape((prepared, NUMBING), 90).starts == -10
    assert VisitShape((NUMBING,), 90).ends == 100
    assert VisitShape((DOCTOR,), 95).ends == 95


def test_one_need_can_be_fixed_on_a_resource() -> None:
    shape = VisitShape((NUMBING, DOCTOR, LASER), 90)
    fixed = shape.served_by(1, 7)
    assert fixed.needs == (NUMBING, Need("doctor", "lasers", 60, 90, frozenset({7})), LASER)
    assert fixed.minutes == 90


@pytest.mark.parametrize("ends", [10, 9])
def test_a_need_without_length_is_refused(ends: int) -> None:
    with pytest.raises(ValueError, match="'room' must end after minute 10"):
        Need("room", "peel room", 10, ends)


def test_a_need_without_a_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves no resource"):
        Need("room", "peel room", 0, 30, frozenset())


@pytest.mark.parametrize(
    ("needs", "minutes", "message"),
    [
        ((NUMBING,), 0, "at least a minute"),
        ((), 30, "at least one resource"),
        ((NUMBING, NUMBING), 30, "different keys"),
    ],
)
def test_an_impossible_shape_is_refused(
    needs: tuple[Need, ...], minutes: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        VisitShape(needs, minutes)
