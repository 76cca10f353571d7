"""What a telephone dials of a number as people write it."""

import pytest

from patients.phone_numbers import dialled


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("020 7946 0018", "02079460018"),
        ("+44 20 7946-0180", "+442079460180"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("(020) 7946 0018", "02079460018"),
        ("+1 (212) 555-0142 ext. 4", "+12125550142"),
        ("020 7946 0018 #4", "02079460018"),
        ("ask for Nora", ""),
        ("+", ""),
    ],
)
def test_a_number_is_dialled_without_what_helps_to_read_it(written: str, number: str) -> None:
    assert dialled(written) == number
