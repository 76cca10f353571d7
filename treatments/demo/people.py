"""The demo clinic's patients: invented names, addresses under ".example". Plain data."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from treatments.demo.places import HARBOUR, HUDSON


@dataclass(frozen=True)
class Person:
    """`skin` is Fitzpatrick 1-6, 0 when nobody noted it. `wants_mail` is None when nobody asked."""

    given: str
    family: str
    born: date
    sex: str
    skin: int
    place: str = HARBOUR
    wants_mail: bool | None = True
    has_address: bool = True
    language: str = "en-gb"
    zone: str = ""
    title: str = ""
    other_name: tuple[str, str, str] | None = None
    deceased: bool = False


ZONES: Final = {HARBOUR: "Europe/London", HUDSON: "America/New_York"}

_AT_HARBOUR: Final = """
Ada Lindqvist 1992-03-14 female 3
Chloé Fontaine-Mbeki 1987-11-02 female 4
Siobhán O’Connell 1979-06-23 female 1
Yusuf Demirtaş 1990-01-30 male 3
Grace Adeyemi 1984-08-17 female 6
Thị+Mai Nguyễn 1996-12-05 female 4
Oliver Pemberton 1971-04-09 male 2
Zofia Wiśniewska 1993-09-28 female 2
Aarav Krishnamurthy 1988-02-11 male 5
Ingrid Sørensen 1966-10-19 female 1
Matteo D’Angelo 1995-05-07 male 3
Fatima Al-Zahrani 1991-07-21 female 4
Hannah Goldberg 1982-03-03 female 2
Kwame Mensah 1986-09-12 male 6
Renée Dubois 1974-01-25 female 3
Tomáš Dvořák 1980-12-14 male 2
Mei-Ling Chow 1998-06-30 female 3
Imogen Hartley-Shaw 2001-02-18 female 1
Dmitri Volkov 1977-08-08 male 2
Aoife Ní+Bhriain 1989-04-27 female 1
Samira Haddad 1994-10-10 female 4
José+María Echeverría 1969-05-16 male 3
Bronwen Llewellyn 1958-11-29 female 2
Anjali Deshpande 1997-03-22 female 5
Callum MacAllister 1983-07-13 male 1
Nadia Benali 1990-12-01 female 4
Emeka Okonkwo 1975-02-26 male 6
Freya Thorsdóttir 1999-08-04 female 1
Lakshmi Venkataraman 1981-06-06 female 5
Hugo Vandenberghe 1992-10-31 male 2
Wanjiru Kamau 1993-01-17 female 6
Eleni Papadopoulou 1972-09-05 female 3
Jürgen Weiß 1964-03-08 male 2
Clara Groß 1985-05-25 female 2
Parisa Farrokhzad 1988-11-11 female 4
Rhys Bevan 1996-04-02 male 2
Ngozi Eze 1991-08-29 female 6
Léa Marchand 2000-07-07 female 2
Sinéad D’Arcy 1976-12-20 female 1
Ibrahim Kourouma 1987-05-12 male 6
Petra Nováková 1995-02-09 female 2
Takumi Hayashi 1989-10-03 male 3
Vera Kuznetsova 1961-06-14 female 2
"""

_AT_HUDSON: Final = """
Marisol Gutiérrez 1990-04-18 female 4
Keisha Washington 1986-01-09 female 6
Daniel O’Rourke 1978-09-30 male 1
Hye-jin Park 1994-12-22 female 3
Rebecca Feinstein 1969-07-05 female 2
Luis+Ángel Peña 1992-02-27 male 4
Chidinma Obi 1997-11-15 female 6
Anders Lindholm 1983-03-19 male 1
Priscilla Tan 1981-08-26 female 3
Giulia Esposito 1999-05-31 female 3
Malik Johnson 1988-10-08 male 6
Eun-seo Choi 1996-06-12 female 2
Teresa Cárdenas 1973-01-21 female 4
Noah Abramowitz 1985-12-11 male 2
Amélie Baptiste 1991-09-16 female 5
Roxana Popescu 1980-04-04 female 2
Devika Iyer 1993-07-28 female 5
Sean Fitzgerald 1967-02-02 male 1
"""

# what is special about some of them
_SPECIAL: Final[dict[str, dict[str, object]]] = {
    "Lindqvist": {"other_name": ("maiden", "Ada", "Holm")},
    "O’Connell": {"title": "Dr", "other_name": ("usual", "Shiv", "O’Connell")},
    "Nguyễn": {"other_name": ("usual", "Mai", "Nguyen")},
    "Pemberton": {"wants_mail": False},
    "Sørensen": {"zone": "Europe/Oslo"},
    "Goldberg": {"wants_mail": None},
    "Mensah": {"skin": 0},
    "Volkov": {"has_address": False, "wants_mail": None},
    "Llewellyn": {"title": "Mrs", "deceased": True},
    "Echeverría": {"language": "es", "zone": "Europe/Madrid"},
    "Weiß": {"language": "de", "zone": "Europe/Berlin", "title": "Dr"},
    "Groß": {"language": "de", "zone": "Europe/Zurich"},
    "Hayashi": {"zone": "Asia/Tokyo"},
    "Kuznetsova": {"wants_mail": None, "has_address": False},
    "Marchand": {"other_name": ("usual", "Léa-Rose", "Marchand")},
    "Gutiérrez": {"language": "es"},
    "Peña": {"language": "es"},
    "Fitzgerald": {"wants_mail": False},
    "Feinstein": {"zone": "America/Los_Angeles"},
    "Abramowitz": {"wants_mail": None},
}

# what earlier records say: (family name, kind, text, status, how many months ago)
STATEMENTS: Final = (
    ("Lindqvist", "allergy", "Salicylate", "active", 60),
    ("Lindqvist", "medication", "Isotretinoin 20 mg", "stopped", 4),
    ("Lindqvist", "medication", "Adapalene 0.1 % gel", "active", 9),
    ("Fontaine-Mbeki", "condition", "Post-inflammatory hyperpigmentation", "active", 14),
    ("Demirtaş", "condition", "Seborrhoeic dermatitis", "resolved", 30),
    ("Adeyemi", "condition", "Keloid scar, left ear lobe", "active", 70),
    ("Nguyễn", "medication", "Tretinoin 0.025 % cream", "active", 6),
    ("Pemberton", "medication", "Apixaban 5 mg", "active", 11),
    ("Mensah", "allergy", "Latex", "active", 90),
    ("Sørensen", "condition", "Herpes labialis, recurrent", "active", 48),
    ("Goldberg", "allergy", "Lidocaine", "active", 120),
    ("Dvořák", "condition", "Raynaud phenomenon", "active", 40),
    ("Dubois", "allergy", "Nickel", "active", 200),
    ("Gutiérrez", "allergy", "Penicillin", "active", 150),
    ("Feinstein", "medication", "Levothyroxine 75 µg", "active", 80),
    ("Chow", "condition", "Atopic eczema", "active", 160),
)


def everybody() -> list[Person]:
    """All of them, in the order of the lists."""
    return [*_read(_AT_HARBOUR, HARBOUR), *_read(_AT_HUDSON, HUDSON)]


def _read(table: str, place: str) -> list[Person]:
    """One line each: given and family name ("+" for a space), birth date, sex, skin type."""
    found = []
    for line in table.strip().splitlines():
        given, family, born, sex, skin = (word.replace("+", " ") for word in line.split())
        known: dict[str, object] = {"skin": int(skin), "place": place, **_SPECIAL.get(family, {})}
        found.append(Person(given, family, date.fromisoformat(born), sex, **known))  # type: ignore[arg-type]
    return found
