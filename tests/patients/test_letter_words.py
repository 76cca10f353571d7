"""Placeholders: what is read, what is refused, what is put in. And what can be read on a colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients import letter_colours, letter_words
from patients.letter_words import Problem, expand, names, pieces, problems

KNOWN = ("first_name", "visit_day", "clinic_phone")
VALUES = {"first_name": "Ada", "visit_day": "Tuesday 12 January", "clinic_phone": "020 7946 0018"}


def found(text: str, *, limit: int = 600, is_line: bool = False) -> list[Problem]:
    return problems(text, KNOWN, limit, is_line=is_line)


def test_words_with_known_placeholders_can_be_used() -> None:
    assert found("Hello {first_name}, see you on {visit_day}. Call {clinic_phone}.") == []
    assert names("{first_name} {first_name} {visit_day}") == {"first_name", "visit_day"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("On {visit_dya}", Problem("unknown", "{visit_dya}", "{visit_day}")),
        ("Dear { first_name }", Problem("unknown", "{ first_name }", "{first_name}")),
        ("{FIRST_NAME}", Problem("unknown", "{FIRST_NAME}", "{first_name}")),
        ("{}", Problem("unknown", "{}")),
        ("{qqq}", Problem("unknown", "{qqq}")),
        ("{first_name.__class__}", Problem("unknown", "{first_name.__class__}", "{first_name}")),
        ("Hello {first_name", Problem("never_closed", "{first_name")),
        ("Hello {first\nname}", Problem("never_closed", "{first")),
        ("Hello first_name}!", Problem("never_opened", "}!")),
        ("200 mg a day", Problem("dose", "200 mg")),
        ("a 30% peel", Problem("dose", "30%")),
    ],
)
def test_what_cannot_be_used_is_named(text: str, problem: Problem) -> None:
    assert problem in found(text)


def test_double_braces_are_a_slip_on_both_sides() -> None:
    assert [each.fault for each in found("{{first_name}}")] == ["never_closed", "never_opened"]


def test_a_subject_is_one_line_and_short() -> None:
    assert found("Bcc: all\r\nx", is_line=True) == [Problem("line_break")]
    assert found("one\u2028two", is_line=True) == [Problem("line_break")]
    assert found("a" * 61, limit=60) == [Problem("too_long", limit=60)]
    assert found("a" * 60, limit=60, is_line=True) == []


def test_ten_megabytes_are_too_long_and_nothing_hangs() -> None:
    assert found("{" * 5_000_000 + "x" * 5_000_000) == [Problem("too_long", limit=600)]


def test_a_dose_is_not_every_number() -> None:
    assert found("Come 10 minutes early, by 15:30, gate 4g2, in 2 groups.") == []


def test_values_are_put_in_once_and_never_looked_at_again() -> None:
    odd = VALUES | {"first_name": "{clinic_phone}"}
    assert expand("Hello {first_name}", odd) == "Hello {clinic_phone}"


@pytest.mark.parametrize("name", ["visit_day", "treated_by"])
def test_words_that_lack_a_fact_are_left_out_whole(name: str) -> None:
    assert expand(f"See you on {{{name}}}.", VALUES | {"visit_day": ""}) is None


typed = st.text(st.sampled_from("{}{}ab_ \nfirst_name") | st.characters(), max_size=80)


@given(typed)
def test_pieces_leave_nothing_out(text: str) -> None:
    def shown(piece: letter_words.Piece) -> str:
        return f"{{{piece.text}}}" if piece.what == "name" else piece.text

    assert "".join(shown(each) for each in pieces(text)) == text


@given(typed, st.dictionaries(st.sampled_from(KNOWN), st.text(max_size=20)))
def test_words_without_problems_are_filled_or_left_out(text: str, values: dict[str, str]) -> None:
    """What passed the form never raises later, whatever the facts are."""
    if found(text):
        return
    filled = expand(text, values)
    wanted = names(text)
    assert wanted <= set(KNOWN)
    assert (filled is None) == any(not values.get(name) for name in wanted)


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_a_value_stands_as_it_is(before: str, after: str, value: str) -> None:
    plain = (before + after).replace("{", "").replace("}", "")
    assert expand(f"{plain}{{first_name}}", {"first_name": value}) == plain + value


@given(typed)
def test_only_closed_known_names_pass(text: str) -> None:
    without = text
    for name in KNOWN:
        without = without.replace(f"{{{name}}}", "")
    assert found(text) or not set("{}") & set(without)


# Colours -----------------------------------------------------------------------------------------

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@pytest.mark.parametrize(
    ("colour", "ratio"), [("#FFFFFF", 1.0), ("#000000", 21.0), ("#767676", 4.54)]
)
def test_contrast_is_that_of_wcag(colour: str, ratio: float) -> None:
    assert letter_colours.contrast(colour, "#FFFFFF") == pytest.approx(ratio, abs=0.01)


def test_without_a_colour_letters_have_the_shipped_one() -> None:
    assert letter_colours.shades("") == letter_colours.shades("#0E6B6B") == letter_colours.SHIPPED


@given(colours)
def test_every_colour_has_a_shade_for_dark_screens(colour: str) -> None:
    night = letter_colours.shades(colour).night
    assert letter_colours.contrast(night, "#1B2528") >= 4.5
    assert letter_colours.contrast(night, "#0B2424") >= 4.5


@pytest.mark.parametrize("text", ["red", "#12345", "#1234567", "#0e6b6b", "#0E6B6B\n", "url(x)"])
def test_only_six_digits_are_a_colour(text: str) -> None:
    assert not letter_colours.is_colour(text)
