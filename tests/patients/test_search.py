"""Finding patients by what a front desk types."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from patients.models import Patient, PatientName
from patients.queries import search
from patients.search_terms import Number, Terms, understood
from tests.factories.patients import PatientFactory, PatientNameFactory

# What was typed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1992-03-14", [date(1992, 3, 14)]),
        ("14/03/1992", [date(1992, 3, 14)]),
        ("14.3.1992", [date(1992, 3, 14)]),
        ("14.3.92", [date(1992, 3, 14), date(2092, 3, 14)]),
        ("3/14/1992", [date(1992, 3, 14)]),
        ("5/4/1992", [date(1992, 4, 5)]),
        ("14 Mar 1992", [date(1992, 3, 14)]),
        ("14th march 1992", [date(1992, 3, 14)]),
        ("Mar 14, 1992", [date(1992, 3, 14)]),
        ("14mar92", [date(1992, 3, 14), date(2092, 3, 14)]),
        ("29.2.2023", []),
    ],
)
def test_birth_dates_are_read_in_their_usual_forms(text: str, days: list[date]) -> None:
    assert [day for births in understood(text).births for day in births] == days


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", Terms()),
        ("  ,; - ' ’ .", Terms()),
        ("\x00", Terms()),
        ("ada lind", Terms(names=("ada", "lind"))),
        ("Lindqvist, Ada", Terms(names=("Lindqvist", "Ada"))),
        ("Smith-Jones", Terms(names=("Smith", "Jones"))),
        ("O'Hara", Terms(names=("O'Hara",))),
        ("Koepp123", Terms(names=("Koepp123",))),
        ("4581", Terms(numbers=(Number("4581", years=(4581,)),))),
        ("ada 92", Terms(("ada",), (), (Number("92", at_end=True, years=(1992, 2092)),))),
        (
            "14031992",
            Terms(numbers=(Number("14031992", days=(date(1992, 3, 14),)),)),
        ),
        ("02079460018", Terms(numbers=(Number("79460018"),))),
        ("0000", Terms(numbers=(Number("0000"),))),
        ("01.01.0000", Terms(numbers=(Number("01010000"),))),
        ("jan 1 0000", Terms(("jan",), (), (Number("10000"),))),
        ("0000-01-01", Terms(numbers=(Number("00000101"),))),
    ],
)
def test_terms(text: str, terms: Terms) -> None:
    wanted = [Number(n.phone, n.at_end, n.years, n.days) for n in understood(text).numbers]
    assert (understood(text).names, tuple(wanted)) == (terms.names, terms.numbers)


def test_a_long_text_is_cut_and_many_words_are_few_terms() -> None:
    assert understood("x" * 10_000).names == ("x" * 100,)
    assert len(understood("a " * 5000).names) == 8


# Who is found -------------------------------------------------------------------------------------


@pytest.fixture
def people(db: None) -> dict[str, Patient]:
    """A small town, by family name."""
    rows = [
        ("Ada", "Lindqvist", date(1992, 3, 14), "555-978-4581"),
        ("Berglind", "Aune", date(1970, 1, 1), "555-100-0001"),
        ("Linda", "Grau", date(1980, 5, 6), "555-100-0002"),
        ("María José", "Guzmán", date(1989, 6, 16), "+44 20 7946 0018"),
        ("Siobhán", "O’Hara", date(1965, 12, 31), "555-100-0003"),
        ("Zoë", "Smith-Jones", date(2001, 2, 3), "555-100-9292"),
        ("Michael", "Smith", date(1955, 7, 7), "555-100-0004"),
        ("Katherine", "Johansson", date(1992, 9, 9), "555-100-0005"),
        ("John", "Müller", date(1949, 10, 10), "555-100-0006"),
        ("Jürgen", "Straße", date(1951, 11, 11), "555-100-0007"),
        ("小明", "李", date(1999, 9, 9), "555-100-0008"),
        ("Per", "50%_Off", date(1998, 8, 8), "555-100-0009"),
    ]
    return {
        family: PatientFactory.create(
            given_name=given, family_name=family, birth_date=born, phone=phone
        )
        for given, family, born, phone in rows
    }


def found(text: str, limit: int = 20) -> list[str]:
    return [patient.family_name for patient in search.find(text, limit)]


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("lindqvist", ["Lindqvist"]),
        ("QVIS", ["Lindqvist"]),
        ("Ada Lindqvist", ["Lindqvist"]),
        ("lindqvist ada", ["Lindqvist"]),
        ("guzman", ["Guzmán"]),
        ("GUZMÁN maria", ["Guzmán"]),
        ("ohara", ["O’Hara"]),
        ("o'hara", ["O’Hara"]),
        ("o hara", ["O’Hara"]),
        ("siobhan", ["O’Hara"]),
        ("smith jones", ["Smith-Jones"]),
        ("smith-jones", ["Smith-Jones"]),
        ("zoe", ["Smith-Jones"]),
        ("strasse", ["Straße"]),
        ("muller", ["Müller"]),
        ("李", ["李"]),
        ("小明", ["李"]),
        ("4581", ["Lindqvist"]),
        ("978-4581", ["Lindqvist"]),
        ("555 978 4581", ["Lindqvist"]),
        ("020 7946 0018", ["Guzmán"]),
        ("+44 (0)20 7946 0018", ["Guzmán"]),
        ("00442079460018", ["Guzmán"]),
        ("1992-03-14", ["Lindqvist"]),
        ("14/3/92", ["Lindqvist"]),
        ("14 Mar 1992", ["Lindqvist"]),
        ("14031992", ["Lindqvist"]),
        ("1992", ["Johansson", "Lindqvist"]),
        ("92 ada", ["Lindqvist"]),
        ("lind 4581", ["Lindqvist"]),
        ("1992 4581", ["Lindqvist"]),
        ("kath 9.9.1992", ["Johansson"]),
        ("ada 1970", []),
        ("50%_off", ["50%_Off"]),
        ("50%", ["50%_Off"]),
        ("_off", ["50%_Off"]),
        ("%%%", []),
        ("100%", []),
        ("\\", []),
        ("' OR 1=1 --", []),
        ("", []),
        ("\x00", []),
        ("ada\x00lind", ["Lindqvist"]),
    ],
)
def test_people_are_found(text: str, families: list[str], people: dict[str, Patient]) -> None:
    assert found(text) == families


def test_a_word_goes_before_its_beginning_and_that_before_its_middle(
    people: dict[str, Patient],
) -> None:
    PatientFactory.create(given_name="Uma", family_name="Lind")
    assert found("lind") == ["Lind", "Grau", "Lindqvist", "Aune"]


def test_one_or_two_letters_find_beginnings_only(people: dict[str, Patient]) -> None:
    assert found("li") == ["Grau", "Lindqvist"]
    assert found("jo") == ["Guzmán", "Johansson", "Müller", "Smith-Jones"]


def test_the_living_go_before_the_dead(db: None) -> None:
    PatientFactory.create(family_name="Aarle", dead=True)
    PatientFactory.create(family_name="Aarle", given_name="Zita")
    assert [patient.given_name for patient in search.find("aarle")] == ["Zita", "Ada"]


def test_other_names_find_their_patient_and_are_told(people: dict[str, Patient]) -> None:
    PatientNameFactory.create(patient=people["Lindqvist"], family_name="Ångström")
    PatientNameFactory.create(patient=people["Lindqvist"], given_name="Addie", family_name="")
    [patient] = search.find("ada angstr")
    assert patient == people["Lindqvist"]
    assert set(patient.also_named.split(", ")) == {"Ada Ångström", "Addie "}


def test_a_maiden_name_that_begins_so_goes_before_a_name_that_holds_it(
    people: dict[str, Patient],
) -> None:
    PatientNameFactory.create(patient=people["Straße"], family_name="Hanssen")
    assert found("hans") == ["Straße", "Johansson"]


@pytest.mark.parametrize(
    ("typed", "family"),
    [
        ("lindqist", "Lindqvist"),
        ("lindkvist", "Lindqvist"),
        ("linqvist", "Lindqvist"),
        ("lindqivst", "Lindqvist"),
        ("guzmn", "Guzmán"),
        ("gusman", "Guzmán"),
        ("gumzan", "Guzmán"),
        ("smyth", "Smith"),
        ("simth", "Smith"),
        ("smitth", "Smith"),
        ("micheal", "Smith"),
        ("mickael", "Smith"),
        ("catherine", "Johansson"),
        ("kathrine", "Johansson"),
        ("johanson", "Johansson"),
        ("johannson", "Johansson"),
        ("jhon", "Müller"),
        ("muler", "Müller"),
        ("mueller", "Müller"),
        ("siobahn", "O’Hara"),
        ("o'harra", "O’Hara"),
        ("lindqist ada", "Lindqvist"),
        ("lindqist 1992", "Lindqvist"),
        ("micheal smyth", "Smith"),
    ],
)
def test_slips_of_the_pen_still_find(typed: str, family: str, people: dict[str, Patient]) -> None:
    assert found(typed)[:1] == [family]


@pytest.mark.parametrize("text", ["kowalski", "zzzz", "brandt", "okonkwo", "tran"])
def test_strangers_do_not_come_in(text: str, people: dict[str, Patient]) -> None:
    assert found(text) == []


def test_no_more_than_the_limit(people: dict[str, Patient]) -> None:
    assert len(found("5", limit=2)) <= 2
    assert len(search.find("1992", limit=1)) == 1


# What it costs ------------------------------------------------------------------------------------


def test_one_query_when_found_and_one_more_when_not(
    people: dict[str, Patient], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        search.find("ada lindqvist 1992 4581")
    # the second, the threshold of the index before it, and the savepoint around both
    with django_assert_num_queries(5):
        search.find("ada kowalskaja nowhere 1992")


def _plan(patients: QuerySet[Any]) -> str:
    sql, params = patients.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("name", ["lindqvist", "li"])
def test_names_are_looked_up_in_their_indexes(name: str, db: None) -> None:
    fits = search._part_of_name(name)
    assert "patients_patient_by_name" in _plan(Patient.objects.filter(fits))
    assert "patients_name_by_name" in _plan(PatientName.objects.filter(fits))


def test_similar_names_and_telephones_are_looked_up_in_their_indexes(db: None) -> None:
    near = search._near_name("lindqvist")
    assert "patients_patient_by_name" in _plan(Patient.objects.filter(near))
    phone = search._number(Number("4581"))
    assert "patients_patient_by_phone" in _plan(Patient.objects.filter(phone))
