"""What is left of a text of one line."""

import pytest

from patients.one_line import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Ada Lindqvist", "Ada Lindqvist"),
        ("  Ada\r\n\tLindqvist\x85", "Ada Lindqvist"),
        ("Ada\x1b[31m", "Ada [31m"),
        ("A\u200bd\u00ada\ufeff\u202e", "Ada"),
        ("x\x00y", "x y"),
        ("\ud800", ""),
        ("\u200b", ""),
        ("\u200d \u3164\u2800", ""),
        ("\u3000Ada\u00a0L\u2028", "Ada L"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("-", "-"),
        ("李", "李"),
    ],
)
def test_only_what_can_be_seen_stays(text: str, line: str) -> None:
    assert one_line(text) == line
    assert one_line(line) == line
