"""Every letter in German and in Spanish: exact subjects and dates, both formats alike, whole."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from patients import letter_kinds
from tests.treatments.letters import (
    ANSWERS,
    KINDS,
    LATER,
    LINKS,
    MODALITIES,
    PHONE,
    VISIT,
    facts,
    html_of,
    subject,
    text_of,
)
from tests.treatments.test_letters import words, words_of_html

SUBJECTS = {
    "de": {
        "aftercare_day0": "Heute Abend und heute Nacht",
        "antiviral": "Vor Di, 12. Jan: noch etwas",
        "booked": "Ihr Termin ist gebucht",
        "cancelled": "Ihr Termin am Di, 12. Jan ist abgesagt",
        "check_1": "Wie sich Ihre Haut heute anfühlen kann",
        "education": "Gut zu wissen: warum Finger weg das Beste ist",
        "flaking_3": "Tag 3: was jetzt normal ist",
        "healing_14": "Zwei Wochen danach",
        "healing_7": "Eine Woche danach",
        "heat_10": "Wieder Sport und Schwimmen",
        "lapsed": "Sehen wir uns Ihren Plan noch einmal an",
        "late": "Noch ist Zeit für Ihren nächsten Termin",
        "look_back_90": "Drei Monate danach",
        "maintenance": "Das Ergebnis erhalten",
        "moved": "Neue Zeit: Di, 12. Jan, 15:30 Uhr",
        "next_window": "Zeit, Ihren nächsten Termin zu wählen",
        "offer": "Eine Zeit für Sie: Di, 12. Jan, 15:30 Uhr",
        "outcome": "Vier Wochen danach: Wie sieht es aus?",
        "overdue": "Ihr nächster Termin ist an der Reihe",
        "plan_complete": "Wie ist es gelaufen?",
        "precare_14": "Noch zwei Wochen: Di, 12. Jan",
        "precare_3": "Noch drei Tage",
        "precare_sun": "Vorbereitung auf Di, 12. Jan",
        "pregnancy": "Eine Frage, die wir jeden Monat stellen",
        "priming": "Vorbereitung auf Ihren ersten Termin",
        "progress": "Vier Termine geschafft: Sehen wir gemeinsam hin",
        "rebook": "Suchen wir einen neuen Termin?",
        "regimen_changed": "Eine Änderung für Ihre Abende",
        "regimen_review": "Sehen wir nach, wie es läuft",
        "regimen_start": "Ihre ersten Abende",
        "regimen_week": "Ihre Abende in dieser Woche",
        "routine_3": "Zurück zu Ihrer gewohnten Pflege",
        "scab_3": "Tag 3: Hände weg",
        "screen_due": "Einige Fragen vor Di, 12. Jan",
        "settled_7": "Nach einer Woche",
        "stop_retinoid": "Ab Sa, 9. Jan: eine Änderung am Abend",
        "sunscreen": "Ihre Erinnerung an den Sonnenschutz",
        "tomorrow": "Morgen, 15:30 Uhr",
    },
    "es": {
        "aftercare_day0": "Esta tarde y esta noche",
        "antiviral": "Antes del mar 12 ene: una cosa más",
        "booked": "Su cita está reservada",
        "cancelled": "Su cita del mar 12 ene está cancelada",
        "check_1": "Cómo puede estar su piel hoy",
        "education": "Conviene saberlo: mejor no tocar",
        "flaking_3": "Día 3: lo que es normal ahora",
        "healing_14": "Dos semanas después",
        "healing_7": "Una semana más tarde",
        "heat_10": "Deporte y natación de nuevo",
        "lapsed": "Veamos su plan de nuevo",
        "late": "Todavía hay tiempo para su próxima cita",
        "look_back_90": "Tres meses después",
        "maintenance": "Mantener el resultado",
        "moved": "Nueva hora: mar 12 ene, 15:30 h",
        "next_window": "Es hora de elegir su próxima cita",
        "offer": "Una hora para usted: mar 12 ene, 15:30 h",
        "outcome": "Cuatro semanas después: ¿cómo se ve?",
        "overdue": "Toca su próxima cita",
        "plan_complete": "¿Qué tal fue?",
        "precare_14": "Faltan dos semanas: mar 12 ene",
        "precare_3": "Faltan tres días",
        "precare_sun": "Preparación para el mar 12 ene",
        "pregnancy": "Una pregunta que hacemos cada mes",
        "priming": "Preparación para su primera cita",
        "progress": "Cuatro citas hechas: veámoslo juntos",
        "rebook": "¿Buscamos otra hora?",
        "regimen_changed": "Un cambio en sus noches",
        "regimen_review": "Veamos cómo va",
        "regimen_start": "Sus primeras noches",
        "regimen_week": "Sus noches esta semana",
        "routine_3": "De vuelta a su rutina",
        "scab_3": "Día 3: manos fuera",
        "screen_due": "Unas preguntas antes del mar 12 ene",
        "settled_7": "Una semana después",
        "stop_retinoid": "Desde el sáb 9 ene: un cambio en sus noches",
        "sunscreen": "Su recordatorio de cuidado solar",
        "tomorrow": "Mañana, 15:30 h",
    },
}
SEVERAL = {
    "de": ["Ihre 2 Termine sind gebucht", "Neue Zeiten für 2 Termine", "2 Termine sind abgesagt"],
    "es": ["Sus 2 citas están reservadas", "Nuevas horas para 2 citas", "2 citas están canceladas"],
}
SPEAKS = pytest.mark.parametrize("language", sorted(SUBJECTS))
# what stands in a letter as the clinic typed it
NAMES = re.compile(r"Harbour|Dr Cole|Bristol|Ada|https://")


def full(modality: str, kind: str) -> dict[str, Any]:
    """Facts with everything that a letter can show."""
    return facts(
        modality,
        **LINKS,
        appointments=[VISIT | {"was": VISIT["starts"] - timedelta(days=2)}, LATER],
        gone=[VISIT],
        instead_of=VISIT["starts"],
        until=VISIT["starts"],
        last_done_on=date(2026, 12, 22),
        next_stop_on=date(2027, 1, 30),
        pause_retinoid=True,
        days_since_last=28,
        week=3,
        nights_per_week=4,
        leave_out_from=date(2027, 1, 15),
        change="pause",
        again_on=date(2027, 1, 26),
        pregnancy_said=True,
        broken_off=True,
        eye_area=True,
        blister=True,
        plaster=True,
        taken_home="Balm Ada",
        transactional=kind in ANSWERS,
    )


@pytest.fixture(autouse=True)
def spoken(language: str) -> Iterator[None]:
    with translation.override(language):
        yield


@SPEAKS
def test_every_subject_is_known(language: str) -> None:
    assert {kind: subject(kind, facts()) for kind in KINDS} == SUBJECTS[language]


@SPEAKS
def test_subjects_of_several_visits_count_them(language: str) -> None:
    several = facts(appointments=[VISIT, LATER])
    assert [subject(kind, several) for kind in ANSWERS] == SEVERAL[language]


@SPEAKS
@pytest.mark.parametrize("kind", KINDS)
def test_subjects_reveal_nothing_in_any_language(kind: str, language: str) -> None:
    line = subject(kind, full("salicylic", kind))
    assert letter_kinds.revealed(line) == ""
    assert len(line) <= 60
    assert "\n" not in line


@SPEAKS
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_text_and_html_say_the_same(kind: str, modality: str, language: str) -> None:
    context = full(modality, kind)
    html = html_of(context, kind)
    assert words_of_html(html) == words(text_of(context, kind))
    assert f'<html lang="{language}"' in html


@SPEAKS
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_no_line_of_a_letter_is_left_in_english(kind: str, modality: str, language: str) -> None:
    for context in (facts(modality), full(modality, kind)):
        own = text_of(context, kind).splitlines()
        with translation.override("en"):
            english = set(text_of(context, kind).splitlines())
        left = [line for line in own if line in english and re.search(r"[a-z]{2}", line)]
        assert [line for line in left if not NAMES.search(line)] == []


CHANGES = {
    "de": {
        ("up", 4): "Ab jetzt mehr Abende In dieser Woche sind es 4 Abende. Verteilen Sie sie",
        ("down", 1): "bekommt mehr Zeit zwischen zwei Abenden mit der Creme. Ist sie ruhig, steigt "
        "die Zahl wieder. In dieser Woche ist es 1 Abend. - Jeden Abend Feuchtigkeitspflege",
        ("hold", 3): "Eine Woche länger wie bisher Die Zahl der Abende bleibt noch eine Woche",
        ("pause", 0): "Sie lassen sie ab heute Abend weg, bis wir Ihnen sagen, dass Sie wieder",
        ("resume", 2): "Sie wenden die Creme wieder an Beginnen Sie auf trockener, ruhiger Haut",
        ("stop", 0): "Sie setzen die Creme ab Ab heute Abend lassen Sie sie weg.",
        ("", 0): "Ihre Abende ändern sich - Jeden Abend Feuchtigkeitspflege",
    },
    "es": {
        ("up", 4): "Más noches a partir de ahora Esta semana son 4 noches. Repártalas por igual.",
        ("down", 1): "Su piel tiene más tiempo entre dos noches con la crema. Cuando esté "
        "tranquila, el número vuelve a subir. Esta semana es 1 noche. - Crema hidratante",
        ("hold", 3): "Una semana más como hasta ahora El número de noches se mantiene una semana",
        ("pause", 0): "Desde esta noche no se la pone, hasta que le digamos que vuelva a empezar.",
        ("resume", 2): "Usted vuelve a usar la crema del tratamiento Empiece sobre la piel seca",
        ("stop", 0): "Usted deja de usar la crema del tratamiento Desde esta noche ya no se la",
        ("", 0): "Sus noches cambian - Crema hidratante cada noche",
    },
}


@SPEAKS
@pytest.mark.parametrize(("change", "nights"), list(CHANGES["de"]))
def test_every_change_of_the_evenings_is_said(change: str, nights: int, language: str) -> None:
    context = facts("retinoid", change=change, nights_per_week=nights)
    text = text_of(context, "regimen_changed")
    assert CHANGES[language][change, nights] in " ".join(text.split())
    assert words_of_html(html_of(context, "regimen_changed")) == words(text)


DONE = {
    "de": [
        "Wir haben heute früher aufgehört als geplant.",
        "Das Pflaster darf morgen früh ab.",
        "Was Sie mitgenommen haben: Balm Ada. Verwenden Sie es so,",
        "Das Pflaster darf jetzt ab.",
        "Wird sie größer oder ist sie prall, rufen Sie uns an.",
    ],
    "es": [
        "Hoy hemos terminado antes de lo previsto.",
        "La tirita puede quitarse mañana por la mañana.",
        "Lo que se llevó a casa: Balm Ada. Úselo como le enseñamos.",
        "La tirita ya puede quitarse.",
        "Si crece o está tensa, llámenos.",
    ],
}


@SPEAKS
def test_what_was_done_is_said_on_the_first_evening_and_the_next_morning(language: str) -> None:
    said = " ".join(text_of(full("extraction", ""), "aftercare_day0", "check_1").split())
    assert [each for each in DONE[language] if each not in said] == []


@SPEAKS
@pytest.mark.parametrize("kind", KINDS)
def test_links_and_the_telephone_are_those_of_the_english_letter(kind: str, language: str) -> None:
    context = full("laser", kind)

    def links(text: str) -> list[str]:
        return [*re.findall(r"https://\S+", text), *re.findall(re.escape(PHONE), text)]

    own = links(text_of(context, kind))
    with translation.override("en"):
        assert own == links(text_of(context, kind))


@pytest.mark.parametrize("language", ["de"])
def test_days_and_times_are_written_as_germans_do(language: str) -> None:
    said = text_of(full("glycolic", "moved"), "moved")
    assert "Di, 12. Jan 2027, 15:30 Uhr\nstatt Sonntag, 10. Januar, 15:30 Uhr\n" in said
    assert "Di, 2. Feb 2027, 15:30 Uhr\n" in said
    assert "Termin 4 von 5\n21 Tage nach dem Termin davor\n" in said
    assert "Di, 12. Januar 2027, 15:30 Uhr\n" in text_of(facts(), "tomorrow")
    paused = " ".join(text_of(full("retinoid", ""), "regimen_week", "regimen_changed").split())
    assert "Lassen Sie die Creme ab Freitag, 15. Januar weg." in paused
    assert "ab heute Abend weg und beginnen am Dienstag, 26. Januar wieder." in paused
    offered = " ".join(text_of(full("glycolic", "offer"), "offer").split())
    assert "bis 15:30 Uhr am Dienstag, 12. Januar für Sie frei" in offered
    window = " ".join(text_of(facts(), "next_window").split())
    assert "von Dienstag, 26. Januar bis Dienstag, 9. Februar." in window


@pytest.mark.parametrize("language", ["es"])
def test_days_and_times_are_written_as_spaniards_do(language: str) -> None:
    said = text_of(full("glycolic", "moved"), "moved")
    assert "mar 12 ene 2027, 15:30 h\nen lugar del domingo 10 de enero, 15:30 h\n" in said
    assert "Cita 4 de 5\n21 días después de la cita anterior\n" in said
    assert "mar 12 de enero de 2027, 15:30 h\n" in text_of(facts(), "tomorrow")
    paused = " ".join(text_of(full("retinoid", ""), "regimen_week", "regimen_changed").split())
    assert "No se ponga la crema del tratamiento desde el viernes 15 de enero." in paused
    assert "no se la pone, y vuelve a empezar el martes 26 de enero." in paused
    window = " ".join(text_of(facts(), "next_window").split())
    assert "van del martes 26 de enero al martes 9 de febrero." in window


@SPEAKS
@pytest.mark.parametrize(
    ("days", "said"), [(1, {"de": "1 Tag", "es": "1 día"}), (2, {"de": "2 Tage", "es": "2 días"})]
)
def test_a_single_day_is_no_days(days: int, said: dict[str, str], language: str) -> None:
    visits = [VISIT, LATER | {"gap_days": days}]
    assert f"\n{said[language]} " in text_of(facts(appointments=visits), "booked")


REVEALED = [
    ("Ihre Milien", "Milien"),
    ("Vor der Glykolsäure", "Glykolsäure"),
    ("Zum Vereisen", "Vereisen"),
    ("Ihre Laserbehandlung", "Laserbehandlung"),
    ("Gegen Lippenherpes", "Lippenherpes"),
    ("Narben vermeiden", "Narben"),
    ("Are you pregnant?", "pregnant"),
    ("Könnten Sie schwanger sein?", "schwanger"),
    ("Ihre Frühschwangerschaft", "Frühschwangerschaft"),
    ("Wartezeit am Dienstag", None),
    ("Ihr Termin im Winter", None),
    ("Sus milios", "milios"),
    ("Su peeling", "peeling"),
    ("El ácido", "ácido"),
    ("Su crioterapia", "crioterapia"),
    ("Cuidar las cicatrices", "cicatrices"),
    ("¿Podría estar embarazada?", "embarazada"),
    ("Durante el embarazo", "embarazo"),
    ("Nos vemos el lunes", None),
]


@pytest.mark.parametrize("language", ["de"])
@pytest.mark.parametrize(("line", "word"), REVEALED)
def test_words_that_say_too_much_in_a_subject(line: str, word: str | None, language: str) -> None:
    assert letter_kinds.revealed(line) == (word or "")
