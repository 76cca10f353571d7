"""A FHIR Patient, as far as the clinic takes one over. Pure: standard library only.

Social security numbers, driver's licences, passports, ethnicity, marital status and birthplace are
never even read. The format: https://hl7.org/fhir/R4/patient.html
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from patients.fhir.files import Json, LineError
from patients.fhir.values import (
    PARTIAL_DATE,
    codings,
    first,
    id_of,
    in_order,
    instant,
    objects,
    one_of,
    strings,
    text_of,
)

EARLIEST_BIRTH_YEAR = 1900
# HL7 table 0203: medical record number, patient internal identifier. Identifiers without a type
# could be anything, a social security number too, so they stay behind.
_RECORD_NUMBER_TYPES = {"MR", "PI"}
_NAME_USES = {"official", "usual", "maiden", "old", "nickname"}
_NOT_A_NAME = {"temp", "anonymous"}
_NAME_ORDER = ["official", "usual", None, "nickname", "maiden", "old"]
_PHONE_ORDER = ["mobile", "home", None, "work", "temp"]
_ADDRESS_ORDER = ["home", None, "temp", "work", "billing"]
_ONE_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")


@dataclass(frozen=True, slots=True)
class Name:
    use: str
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class Address:
    lines: str
    city: str
    state: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A Patient resource. `languages` are its tags, preferred first; texts are empty if absent."""

    source_id: str
    prefix: str
    given_name: str
    family_name: str
    birth_date: date
    sex: str
    phone: str
    email: str
    languages: tuple[str, ...]
    deceased: bool
    deceased_at: datetime | None
    other_names: tuple[Name, ...]
    addresses: tuple[Address, ...]
    record_numbers: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


def read_person(resource: Json, *, today: date) -> Person:
    """A Patient resource as a Person. Raises LineError; `today` tells births in the future."""
    names = in_order(_named(resource), _NAME_ORDER)
    if not names or not names[0][1].family_name:
        raise LineError("the patient has no family name")
    telecom = [each for each in objects(resource.get("telecom")) if each.get("use") != "old"]
    email, email_remarks = _email(telecom)
    deceased, deceased_at, death_remarks = _death(resource)
    return Person(
        source_id=id_of(resource),
        prefix=text_of(first(names[0][0].get("prefix")), 20, "title"),
        given_name=names[0][1].given_name,
        family_name=names[0][1].family_name,
        birth_date=_birth_date(resource.get("birthDate"), today),
        sex=one_of(resource.get("gender"), {"female", "male", "other"}, "unknown"),
        phone=_phone(telecom),
        email=email,
        languages=_languages(resource),
        deceased=deceased,
        deceased_at=deceased_at,
        other_names=tuple(dict.fromkeys(name for _, name in names[1:])),
        addresses=_addresses(resource),
        record_numbers=_record_numbers(resource),
        remarks=(*email_remarks, *death_remarks),
    )


def _named(resource: Json) -> list[tuple[Json, Name]]:
    found = [
        (each, _name(each))
        for each in objects(resource.get("name"))
        if one_of(each.get("use"), _NOT_A_NAME, "") == ""
    ]
    return [(each, name) for each, name in found if name.given_name or name.family_name]


def _name(name: Json) -> Name:
    return Name(
        use=one_of(name.get("use"), _NAME_USES, "usual"),
        given_name=text_of(" ".join(strings(name.get("given"))), 100, "first name"),
        family_name=text_of(name.get("family"), 100, "family name"),
    )


def _birth_date(value: object, today: date) -> date:
    if not isinstance(value, str) or not value:
        raise LineError("the patient has no birth date")
    if PARTIAL_DATE.fullmatch(value):
        raise LineError("the birth date is not a full date")
    try:
        born = date.fromisoformat(value)
    except ValueError:
        raise LineError("the birth date is not a day of the calendar") from None
    if born.year < EARLIEST_BIRTH_YEAR or born > today:
        raise LineError(f"the birth date is before {EARLIEST_BIRTH_YEAR} or in the future")
    return born


def _death(resource: Json) -> tuple[bool, datetime | None, list[str]]:
    """(deceased, when, remarks). Who may be dead counts as dead: such a person gets no e-mail."""
    when = resource.get("deceasedDateTime")
    if when is None:
        return resource.get("deceasedBoolean") is True, None, []
    try:
        return True, instant(when, "date of death"), []
    except LineError as problem:
        return True, None, [f"{problem}; taken over as deceased without a date"]


def _phone(telecom: Sequence[Json]) -> str:
    phones = [(each, each.get("value")) for each in telecom if each.get("system") == "phone"]
    ordered = in_order(phones, _PHONE_ORDER)
    return text_of(ordered[0][1], 40, "telephone") if ordered else ""


def _email(telecom: Sequence[Json]) -> tuple[str, list[str]]:
    found = [each.get("value") for each in telecom if each.get("system") == "email"]
    if not found:
        return "", []
    address = found[0].strip() if isinstance(found[0], str) else ""
    if len(address) <= 254 and address.isascii() and _ONE_ADDRESS.fullmatch(address):
        return text_of(address, 254, "e-mail"), []
    return "", ["the e-mail address is not one address; taken over without it"]


def _languages(resource: Json) -> tuple[str, ...]:
    spoken = sorted(
        objects(resource.get("communication")), key=lambda each: each.get("preferred") is not True
    )
    tags = [coding.get("code") for each in spoken for coding in codings(each.get("language"))]
    return tuple(tag for tag in tags if isinstance(tag, str))


def _addresses(resource: Json) -> tuple[Address, ...]:
    current = [a for a in objects(resource.get("address")) if a.get("use") != "old"]
    ordered = in_order([(each, _address(each)) for each in current], _ADDRESS_ORDER)
    return tuple(dict.fromkeys(address for _, address in ordered if any(_parts(address))))


def _address(address: Json) -> Address:
    rows = strings(address.get("line")) or strings([address.get("text")])
    return Address(
        lines="\n".join(text_of(row, 500, "address") for row in rows),
        city=text_of(address.get("city"), 100, "town"),
        state=text_of(address.get("state"), 100, "state"),
        postal_code=text_of(address.get("postalCode"), 20, "postal code"),
        country=text_of(address.get("country"), 60, "country"),
    )


def _parts(address: Address) -> tuple[str, ...]:
    return (address.lines, address.city, address.state, address.postal_code, address.country)


def _record_numbers(resource: Json) -> tuple[tuple[str, str], ...]:
    found = [
        (
            text_of(i.get("system"), 200, "record number"),
            text_of(i.get("value"), 200, "record number"),
        )
        for i in objects(resource.get("identifier"))
        if i.get("use") != "old"
        and _RECORD_NUMBER_TYPES & {str(c.get("code")) for c in codings(i.get("type"))}
    ]
    return tuple(dict.fromkeys((system, value) for system, value in found if system and value))
