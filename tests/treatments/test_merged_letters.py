"""What several letters of one day have in common is said once."""

from datetime import timedelta
from typing import Any

import pytest

from patients.actions import letters
from patients.actions.letters import Letter, Section
from patients.models import Message, Patient
from patients.queries.letter_texts import OwnWords
from patients.subjects import Facts
from tests.conftest import NOW
from tests.treatments.letters import LINKS, facts
from tests.treatments.test_letters import words, words_of_html

ALARM = "Call us the same day if you notice"
BEFORE = "Call us before you come if"
CARE = LINKS["aftercare_url"]


def merged(*parts: tuple[str, dict[str, Any]], language: str = "en-gb") -> Letter:
    """Of the facts of each part; a link of a part stands in its facts."""
    nobody = Patient(given_name="Ada", language=language, time_zone="Europe/London")
    sections, urls = [], []
    for kind, known in parts:
        urls.append({name: url for name, url in known.items() if name.endswith("_url")})
        message = Message(patient=nobody, kind=kind, due_at=NOW, expires_at=NOW + timedelta(days=1))
        sections.append(Section(message, Facts(known)))
    return letters.render(nobody, sections, urls, OwnWords())


@pytest.mark.parametrize("language", ["en-gb", "de", "es"])
def test_alarm_signs_and_care_stand_once_at_the_end(language: str) -> None:
    own = facts("cryo")
    letter = merged(
        ("outcome", own), ("sunscreen", own | {"aftercare_url": CARE}), language=language
    )
    assert letter.text.count(CARE) == 1
    assert letter.page.count(CARE) == 1
    assert letter.page.count('class="alarm"') == 1
    first, _line, second = letter.text.partition("* * *")
    assert "4" not in first
    assert "4 " in second  # "a spot that has not healed after 4 weeks"
    assert words_of_html(letter.page) == words(letter.text)


def test_the_signs_of_two_treatments_both_stand() -> None:
    letter = merged(("sunscreen", facts("glycolic")), ("regimen_week", facts("retinoid")))
    assert letter.text.count(ALARM) == 2
    assert "redness that is still there after 7 days" in letter.text
    assert "a positive pregnancy test" in letter.text


def test_what_keeps_one_from_coming_is_said_once() -> None:
    letter = merged(("precare_3", facts()), ("antiviral", facts()), ("tomorrow", facts()))
    assert letter.text.count(BEFORE) == 1
    assert letter.text.rindex("See you tomorrow") < letter.text.index(BEFORE)
    assert letter.page.count(BEFORE) == 1


def test_a_letter_of_one_part_keeps_what_it_has() -> None:
    letter = merged(("check_1", facts() | {"aftercare_url": CARE}))
    assert letter.text.count(ALARM) == letter.text.count(CARE) == 1
