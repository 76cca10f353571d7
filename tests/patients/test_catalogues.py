"""German and Spanish: complete, compiled, and true to the English in numbers and placeholders."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from django.template import engines
from django.utils import translation

from clinic.local import catalogues

LANGUAGES = pytest.mark.parametrize("language", catalogues.LANGUAGES)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%s|<[^>]+>")
# forms of days and times are no sentences: docs/messages.md, "Languages"
FORM = re.compile(r"[DljFMYHi:, ]+")


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Each English form with its translation."""
    if isinstance(message.id, tuple):
        yield from zip(message.id, message.string, strict=True)
    else:
        yield message.id, message.string


def messages(language: str) -> list[Message]:
    return [each for each in catalogues.load(language) if each.id]


@LANGUAGES
def test_the_catalogue_has_every_text_that_patients_read_and_no_other(language: str) -> None:
    """After a new text: `make words-extract`, translate, `make words-compile`."""
    kept = catalogues.po_file(language).read_bytes()
    assert catalogues.written(catalogues.merged(language, catalogues.texts())) == kept


@LANGUAGES
def test_every_text_is_translated(language: str) -> None:
    assert catalogues.missing(language) == []


@LANGUAGES
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    path = catalogues.po_file(language).with_suffix(".mo")
    assert path.read_bytes() == catalogues.compiled(language)


@LANGUAGES
def test_every_placeholder_and_number_of_the_english_is_in_the_translation(language: str) -> None:
    def facts(text: str) -> tuple[list[str], list[str]]:
        numbers = re.findall(r"\d+", PLACEHOLDER.sub(" ", text))
        return sorted(PLACEHOLDER.findall(text)), sorted(numbers)

    wrong = [
        (english, translated)
        for message in messages(language)
        for english, translated in forms(message)
        if facts(english) != facts(translated)
    ]
    assert wrong == []


@LANGUAGES
def test_plurals_have_the_forms_that_the_rule_asks_for(language: str) -> None:
    kept = catalogues.load(language)
    several = [each for each in messages(language) if isinstance(each.id, tuple)]
    assert kept.num_plurals == 2
    assert kept.plural_expr == "(n != 1)"
    assert len(several) == 9
    assert all(len(each.string) == 2 for each in several)


@LANGUAGES
def test_sentences_end_as_they_do_in_english(language: str) -> None:
    """A translation that lost its second half ends in another way."""
    ends = (".", "?", ":", "!")
    wrong = [
        (english, translated)
        for message in messages(language)
        for english, translated in forms(message)
        if not english.startswith("Hello")
        and not FORM.fullmatch(english)
        and english != "j"
        and (english[-1] in ends or translated[-1] in ends)
        and english[-1] != translated[-1]
    ]
    assert wrong == []


def test_the_polite_form_is_kept() -> None:
    """Sie and usted: no du, no tú."""
    german = " ".join(str(each.string) for each in messages("de"))
    spanish = " ".join(str(each.string) for each in messages("es"))
    assert not re.search(r"\b(du|dich|dir|dein\w*|euch|euer)\b", german, re.IGNORECASE)
    assert not re.search(r"\b(tú|tu|tus|te|ti|vosotros|vuestr\w+)\b", spanish, re.IGNORECASE)


def test_a_new_text_in_a_letter_is_found() -> None:
    found = catalogues.of_template(
        """{% load i18n %}{% translate "One" %}
        {% blocktranslate trimmed with day=x|date:_("l j F") %}
          Two, {{ day }}:
          100 %
        {% endblocktranslate %}
        {% blocktranslate count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
        {{ y|date:_("H:i") }}{% include "a.html" with label=_("Three (3)") %}"""
    )
    assert list(found) == [
        "One",
        "l j F",
        "Two, %(day)s: 100 %%",
        ("%(n)s day", "%(n)s days"),
        "H:i",
        "Three (3)",
    ]


def test_texts_of_modules_are_found_by_the_names_that_are_asked_for() -> None:
    source = """
class A:
    x = _("staff")
    class B:
        y = _("one " "two")
C = ngettext("%d day", "%d days", n)
"""
    assert set(catalogues.of_module(source, ("B", "C"))) == {"one two", ("%d day", "%d days")}
    assert len(list(catalogues.of_module(source))) == 3


@pytest.mark.parametrize("path", list(catalogues.template_files()), ids=lambda path: path.name)
def test_no_template_for_patients_writes_a_date_in_english_order(path: object) -> None:
    """The form of a date or time is translated like a text: `|date:_("l j F")`."""
    assert not re.search(r'\|(date|time):"', path.read_text())  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", list(catalogues.template_files()), ids=lambda path: path.name)
def test_no_template_for_patients_has_words_that_are_not_marked(path: object) -> None:
    source = path.read_text()  # type: ignore[attr-defined]
    bare = re.sub(
        r"(?s){% blocktrans.*?{% endblocktrans\w* %}|{% comment.*?endcomment %}", "", source
    )
    bare = re.sub(r"(?s)<style.*?</style>|{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", bare)
    assert re.findall(r"[A-Za-z]{2,}", bare.replace("&nbsp;", " ")) in ([], ["doctype", "html"])


def test_django_reads_the_same_texts() -> None:
    """The extraction and the running template agree on one with everything in it."""
    template = engines["django"].from_string(
        "{% load i18n %}{% blocktranslate count visits=n %}Your visit is booked{% plural %}"
        "Your {{ visits }} visits are booked{% endblocktranslate %}"
    )
    said = {}
    for language in ("en-gb", "de", "es"):
        with translation.override(language):
            said[language] = [template.render({"n": n}) for n in (1, 2)]
    assert said == {
        "en-gb": ["Your visit is booked", "Your 2 visits are booked"],
        "de": ["Ihr Termin ist gebucht", "Ihre 2 Termine sind gebucht"],
        "es": ["Su cita está reservada", "Sus 2 citas están reservadas"],
    }
