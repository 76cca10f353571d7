"""Consent texts as parts, and versions laid over each other."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.consent_words import Block, Line, blocks, changed, compare

# whatever else the machine is busy with
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
TEXT = """\
Take your time.
Ask.

## What it is
- One
- Two

Then this.
## Risks
"""


def test_a_text_is_headings_lists_and_paragraphs() -> None:
    assert blocks(TEXT) == (
        Block("paragraph", ("Take your time. Ask.",)),
        Block("heading", ("What it is",)),
        Block("list", ("One", "Two")),
        Block("paragraph", ("Then this.",)),
        Block("heading", ("Risks",)),
    )


def test_signs_in_the_middle_of_a_line_are_text() -> None:
    assert blocks("a ## b\n#read(1)") == (Block("paragraph", ("a ## b #read(1)",)),)


def test_what_was_replaced_stands_before_its_replacement() -> None:
    assert compare("a\nb\nc", "a\nB\nc\nd") == (
        Line("same", "a"),
        Line("gone", "b"),
        Line("new", "B"),
        Line("same", "c"),
        Line("new", "d"),
    )


def test_only_what_differs_is_shown_with_a_line_around_it() -> None:
    assert changed(compare("a\nb\n\nc\nd\ne", "a\nb\n\nc\nD\ne")) == (
        Line("skipped", "", 2),
        Line("same", "c"),
        Line("gone", "d"),
        Line("new", "D"),
        Line("same", "e"),
    )
    assert changed(compare("a", "a")) == (Line("skipped", ""),)


@PATIENT
@given(st.text(alphabet="ab#- \n"), st.text(alphabet="ab#- \n"))
def test_both_versions_can_be_read_off_the_comparison(before: str, after: str) -> None:
    lines = compare(before, after)
    assert [each.text for each in lines if each.fate != "new"] == before.splitlines()
    assert [each.text for each in lines if each.fate != "gone"] == after.splitlines()


@PATIENT
@given(st.lists(st.sampled_from(["## Head", "- item", "words here", ""])))
def test_no_line_of_a_text_is_lost(lines: list[str]) -> None:
    told = " ".join(line for block in blocks("\n".join(lines)) for line in block.lines)
    wanted = [line.removeprefix("## ").removeprefix("- ") for line in lines if line]
    assert told == " ".join(wanted)
