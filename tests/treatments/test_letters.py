"""Every letter: its files, its subject, and its two formats alike."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from tests.treatments.letters import (
    ANSWERS,
    FOLDER,
    KINDS,
    LATER,
    LINKS,
    MODALITIES,
    VISIT,
    facts,
    html_of,
    subject,
    text_of,
)

SUBJECTS = {
    "aftercare_day0": "This evening and tonight",
    "antiviral": "Before Tue 12 Jan: one thing more",
    "booked": "Your visit is booked",
    "cancelled": "Your visit on Tue 12 Jan is cancelled",
    "check_1": "How your skin may feel today",
    "education": "Good to know: why hands off is best",
    "flaking_3": "Day 3: what is normal now",
    "healing_14": "Two weeks on",
    "healing_7": "A week later",
    "heat_10": "Sport and swimming again",
    "lapsed": "Let us look at your plan again",
    "late": "There is still time for your next visit",
    "look_back_90": "Three months on",
    "maintenance": "Keeping the result",
    "moved": "New time: Tue 12 Jan, 15:30",
    "next_window": "Time to choose your next visit",
    "offer": "A time for you: Tue 12 Jan, 15:30",
    "outcome": "Four weeks on: how does it look?",
    "overdue": "Your next visit is due",
    "plan_complete": "How did it go?",
    "precare_14": "Two weeks to go: Tue 12 Jan",
    "precare_3": "Three days to go",
    "precare_sun": "Getting ready for Tue 12 Jan",
    "pregnancy": "A question we ask every month",
    "priming": "Preparing for your first visit",
    "progress": "Four visits done: let us look together",
    "rebook": "Shall we find another time?",
    "regimen_changed": "A change to your evenings",
    "regimen_review": "Let us look at how it goes",
    "regimen_start": "Your first evenings",
    "regimen_week": "Your evenings this week",
    "routine_3": "Back to your routine",
    "scab_3": "Day 3: hands off",
    "screen_due": "A few questions before Tue 12 Jan",
    "settled_7": "One week on",
    "stop_retinoid": "From Sat 9 Jan: a change to your evenings",
    "sunscreen": "Your sun care reminder",
    "tomorrow": "Tomorrow, 15:30",
}
REVEALING = re.compile(
    r"milia|milium|peel|acid|glycol|salicyl|retin|isotret|laser|cryo|freez|extract|antivir"
    r"|herpes|sore|skin treatment|diagnos|scar",
    re.IGNORECASE,
)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"https?://\S+", "", text))


def words_of_html(html: str) -> list[str]:
    body = html[html.index('class="greeting"') :].partition(">")[2]
    return words(unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


# Files and subjects ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_three_files(kind: str) -> None:
    files = {path.name for path in (FOLDER / kind).iterdir()}
    # passages that a clinic may say in other words stand in files of their own
    assert files - {"opening.txt", "closing.txt"} == {"subject.txt", "body.txt", "body.html"}


def test_no_folder_without_a_kind() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == {*KINDS, "components"}


def test_every_subject_is_known() -> None:
    assert {kind: subject(kind, facts()) for kind in KINDS} == SUBJECTS


def test_subjects_of_several_visits_count_them() -> None:
    several = facts(appointments=[VISIT, LATER])
    assert [subject(kind, several) for kind in ANSWERS] == [
        "Your 2 visits are booked",
        "New times for 2 visits",
        "2 visits are cancelled",
    ]


COUNTED = {
    "precare_14": (14, "Two weeks to go: Tue 12 Jan", "Getting ready for Tue 12 Jan"),
    "precare_3": (3, "Three days to go", "Getting ready for Tue 12 Jan"),
    "tomorrow": (1, "Tomorrow, 15:30", "Tue 12 Jan, 15:30"),
}


@pytest.mark.parametrize("kind", COUNTED)
def test_a_subject_counts_days_only_when_so_many_are_left(kind: str) -> None:
    days, counted, otherwise = COUNTED[kind]
    assert subject(kind, facts(days_to_go=days)) == counted
    assert subject(kind, facts(days_to_go=days + 1)) == otherwise


def test_on_the_day_itself_it_is_no_more_tomorrow() -> None:
    today = facts(days_to_go=0)
    assert subject("tomorrow", today) == "Today, 15:30"
    assert "See you today" in text_of(today, "tomorrow")
    assert "See you on Tuesday 12 January" in text_of(facts(days_to_go=5), "tomorrow")


@pytest.mark.parametrize(
    ("kind", "days", "heading"),
    [("precare_14", 14, "Two weeks to go"), ("screen_due", 7, "One week to go")],
)
def test_a_heading_counts_days_only_when_so_many_are_left(
    kind: str, days: int, heading: str
) -> None:
    assert heading in text_of(facts(days_to_go=days), kind)
    late = facts(days_to_go=days - 2)
    assert heading not in text_of(late, kind)
    assert "Getting ready for Tue 12 Jan" in text_of(late, kind)
    assert words_of_html(html_of(late, kind)) == words(text_of(late, kind))


def test_subject_of_a_retinoid_week_numbers_it() -> None:
    assert subject("regimen_week", facts(week=3)) == "Your evenings in week 3"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_subject_reveals_neither_condition_nor_treatment(kind: str, modality: str) -> None:
    line = subject(kind, facts(modality))
    assert not REVEALING.search(line)
    assert len(line) <= 60
    assert "\n" not in line


# Both formats ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_text_and_html_say_the_same(kind: str, modality: str) -> None:
    bare = facts(modality)
    assert words_of_html(html_of(bare, kind)) == words(text_of(bare, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_say_the_same_with_every_extra(kind: str) -> None:
    full = facts(
        **LINKS,
        appointments=[VISIT | {"was": VISIT["starts"] - timedelta(days=2)}, LATER],
        last_done_on=date(2026, 12, 22),
        next_stop_on=date(2027, 1, 30),
        pause_retinoid=True,
        days_since_last=28,
        week=3,
        nights_per_week=4,
        leave_out_from=date(2027, 1, 15),
        again_on=date(2027, 1, 26),
        broken_off=True,
        eye_area=True,
        blister=True,
        plaster=True,
        taken_home="Calming balm",
        transactional=kind in ANSWERS,
    )
    assert words_of_html(html_of(full, kind)) == words(text_of(full, kind))


@pytest.mark.parametrize("change", ["up", "down", "hold", "pause", "resume", "stop"])
@pytest.mark.parametrize("nights", [0, 1, 4])
def test_text_and_html_say_the_same_of_every_change(change: str, nights: int) -> None:
    context = facts("retinoid", change=change, nights_per_week=nights)
    kind = "regimen_changed"
    assert words_of_html(html_of(context, kind)) == words(text_of(context, kind))


def test_a_pregnancy_that_was_answered_stops_the_cream() -> None:
    told = facts("retinoid", pregnancy_said=True)
    assert subject("pregnancy", told) == "Please read before this evening"
    assert words_of_html(html_of(told, "pregnancy")) == words(text_of(told, "pregnancy"))
    assert "leave it out from today on, and call us" in " ".join(text_of(told, "pregnancy").split())


def test_a_visit_without_a_treatment_is_prepared_for_too() -> None:
    plain = facts("")
    assert "Come without make-up, so that we can look at your skin." in text_of(plain, "tomorrow")
    assert words_of_html(html_of(plain, "tomorrow")) == words(text_of(plain, "tomorrow"))


@pytest.mark.parametrize("kind", KINDS)
def test_both_formats_carry_the_same_links(kind: str) -> None:
    context = facts(**LINKS)
    in_text = re.findall(r"https://\S+", text_of(context, kind))
    assert re.findall(r'href="(https://[^"]+)"', html_of(context, kind)) == in_text


@pytest.mark.parametrize("kind", KINDS)
def test_html_loads_nothing_and_runs_nothing(kind: str) -> None:
    html = html_of(facts(), kind)
    assert not re.search(r"<img|<script|<link|<iframe|src=|url\(|@import|https?://", html)


@pytest.mark.parametrize("kind", KINDS)
def test_text_lines_are_short_and_single_spaced(kind: str) -> None:
    text = text_of(facts(), kind)
    assert max(len(line) for line in text.splitlines()) <= 72
    assert "\n\n\n" not in text


def test_styles_sit_on_elements_and_dark_colours_stay_behind() -> None:
    html = html_of(facts(), "booked")
    assert '<p class="visit-when" style="' in html
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html


def test_names_are_escaped_in_html_and_plain_in_text() -> None:
    context = facts(patient_name="O'Neill <b>")
    assert "Hello O'Neill <b>," in text_of(context, "tomorrow")
    assert "Hello O'Neill &lt;b&gt;," in unescape_quotes(html_of(context, "tomorrow"))


def unescape_quotes(html: str) -> str:
    return html.replace("&#x27;", "'").replace("&#39;", "'")


@pytest.mark.parametrize("kind", [*ANSWERS, "tomorrow", "screen_due"])
def test_times_are_those_of_the_clinic_wherever_the_patient_is(kind: str) -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        assert "12 January 2027, 15:30" in text_of(facts(), kind)
        assert "10:30" not in subject(kind, facts())
