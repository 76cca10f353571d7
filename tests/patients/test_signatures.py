"""Drawn and typed signatures."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients import signatures
from patients.signatures import MAX_LENGTH, is_a_signature, is_name_of, read, write

# whatever else the machine is busy with
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
POINT = st.tuples(st.integers(0, 600), st.integers(0, 200))
STROKES = st.lists(st.lists(POINT, min_size=1, max_size=20).map(tuple), min_size=1).map(tuple)
LINE = tuple((x, 100 + x % 7) for x in range(20, 400, 20))


@PATIENT
@given(STROKES)
def test_what_is_written_is_read_again(strokes: signatures.Strokes) -> None:
    assert read(write(strokes)) == strokes


def test_a_path_reads_as_strokes() -> None:
    assert read("M10 90L14 80 20 71M200 40") == (((10, 90), (14, 80), (20, 71)), ((200, 40),))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "L1 2",
        "M1",
        "M1 2L3",
        "M1 2 3 4",
        "M-1 2",
        "M1 2Z",
        'M1 2"/><script>',
        "M601 10L602 20",
        "M10 201",
        "M1 2\n",
        "M1 2" * (MAX_LENGTH // 4 + 1),
    ],
)
def test_anything_else_is_no_path(path: str) -> None:
    assert read(path) is None


def test_a_dot_and_a_dash_are_no_signature() -> None:
    assert not is_a_signature((((100, 100),),))
    assert not is_a_signature((((100, 100), (110, 100)),))
    assert not is_a_signature(tuple(((x, 100),) for x in range(0, 600, 10)))
    assert is_a_signature((LINE,))


@pytest.mark.parametrize(
    ("typed", "given", "family"),
    [
        ("Ada Lindqvist", "Ada", "Lindqvist"),
        ("lindqvist  ADA", "Ada", "Lindqvist"),
        ("Malgorzata Wisniewska", "Małgorzata", "Wiśniewska"),
        ("Sean OConnell", "Seán", "O’Connell"),
        ("Thi Hoa Nguyen", "Thị Hoa", "Nguyễn"),
        ("Hoa Nguyễn", "Thị Hoa", "Nguyễn"),
        ("Teller", "", "Teller"),
        ("龍 山", "山", "龍"),
    ],
)
def test_it_is_the_patients_name(typed: str, given: str, family: str) -> None:
    assert is_name_of(typed, given, family)


@pytest.mark.parametrize(
    "typed", ["", " ", "Ada", "Lindqvist", "Ben Okafor", "Ada B Lindqvist", "…"]
)
def test_it_is_not(typed: str) -> None:
    assert not is_name_of(typed, "Ada", "Lindqvist")
