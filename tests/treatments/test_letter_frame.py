"""What stands around the sections of a letter is rendered once and kept: it looks the same."""

from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from patients import letter_colours
from patients.actions import letter_frame
from patients.actions.letter_frame import Frame
from tests.treatments.letters import KINDS, LINKS, PHONE, facts

SIGNATURE = "Dr Cole & team\n<Harbour Street>"
NAMES = (
    "Ada",
    "",
    'O\'Neil <b>&"Ada"</b>',
    "[0123456789abcdef0123456789abcdef:subject]",
    "Zoë {clinic_phone} %(patient_name)s \\1",
)


def context(name: str, **more: Any) -> dict[str, Any]:
    """All facts that a letter may have, so that a frame which shows one more is found out."""
    own = {"kind": "check_1", "transactional": False, "subject": "How <are> you?"}
    look = {"signature": SIGNATURE, "shades": letter_colours.shades("#7A1F5C")}
    return {**facts(), **LINKS, **own, **look, "patient_name": name, **more}


def frame(known: dict[str, Any], language: str) -> Frame:
    return Frame(
        language=language,
        kind=known["kind"],
        transactional=known["transactional"],
        clinic_name=known["clinic_name"],
        clinic_phone=known["clinic_phone"],
        location_name=known["location"]["name"],
        location_address=known["location"]["address"],
        signature=known["signature"],
        shades=known["shades"],
    )


def assert_is_the_template(known: dict[str, Any], sections: list[str], language: str) -> None:
    filled = frame(known, language)
    with translation.override(language):
        page = render_to_string("messages/letter.html", known | {"sections": sections})
        text = render_to_string("messages/letter.txt", known | {"sections": sections})
    assert letter_frame.page(filled, known, sections) == page
    assert letter_frame.text(filled, known, sections) == text


@pytest.mark.parametrize("language", settings.LETTER_LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_stands_in_the_frame_of_its_template(kind: str, language: str) -> None:
    section = mark_safe("<p>One &amp; two</p>")
    for transactional in (False, True):
        known = context("Ada", kind=kind, transactional=transactional)
        assert_is_the_template(known, [section], language)


@pytest.mark.parametrize("language", settings.LETTER_LANGUAGES)
def test_each_letter_has_its_own_name_and_sections(language: str) -> None:
    for name in (*NAMES, *NAMES):
        assert_is_the_template(context(name), [mark_safe(f"<p>{len(name)}</p>")], language)


@pytest.mark.parametrize(
    "more",
    [
        {"preferences_url": ""},
        {"preferences_url": "https://clinic.example/?a=1&b=<2>"},
        {"subject": ""},
        {"signature": ""},
        {"clinic_phone": "0<2>0 79&46", "clinic_name": "Haut & <Co>"},
        {"location": {"name": "", "address": ""}},
        {"location": {"name": "Harbour <Street>", "address": "12 & 14"}},
        {"shades": letter_colours.SHIPPED},
    ],
    ids=str,
)
def test_what_is_empty_is_left_out_and_what_is_typed_is_escaped(more: dict[str, Any]) -> None:
    assert_is_the_template(context("Ada", **more), [mark_safe("<p>One</p>")], "en-gb")


def test_a_merged_day_has_as_many_sections_as_it_has_messages() -> None:
    sections = [mark_safe(f"<p>{number}</p>") for number in range(12)]
    for count in (12, 1, 2):
        assert_is_the_template(context("Ada"), sections[:count], "de")


def test_a_section_that_is_not_marked_safe_is_escaped() -> None:
    known = context("Ada")
    page = letter_frame.page(frame(known, "en-gb"), known, ["<script>"])
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert PHONE in page


def test_no_mark_of_a_slot_is_left() -> None:
    known = context("Ada")
    for write in (letter_frame.page, letter_frame.text):
        assert letter_frame._MARK not in write(frame(known, "es"), known, ["one", "two"])
