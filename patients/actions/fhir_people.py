"""Write people from elsewhere: new ones are registered, known ones follow their source.

Whom staff corrected here is left as corrected: the differences are told, not overwritten. Language,
time zone, skin type and consent belong to this clinic alone; telephone and e-mail are only filled
in where there is none. A death always comes in: nobody may write to the dead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q

from patients import fhir
from patients.models import Patient, PatientAddress, PatientIdentifier, PatientName

_FROM_SOURCE = ("prefix", "given_name", "family_name", "birth_date", "sex")
_IF_EMPTY = ("phone", "email")
_DEATH = ("deceased", "deceased_at")

Number = tuple[str, str]
"""(system, value) of an identifier."""


@dataclass(frozen=True)
class Origin:
    """Where the records come from: its ids mean nothing elsewhere. FHIR knows no time zones."""

    name: str
    time_zone: str

    @property
    def system(self) -> str:
        return f"fhir:{self.name}"


class Came(NamedTuple):
    """What came of a record: "new", "changed", "unchanged" or "kept" (as corrected here)."""

    result: str
    remarks: tuple[str, ...] = ()


Outcome = Came | fhir.LineError


def write(people: Sequence[fhir.Person], origin: Origin) -> list[Outcome]:
    """Bring these people in, no two of whom may be the same, in a fixed number of queries.

    Returns one outcome for each. A patient follows one id of a source, the first that came: a
    second one with the same record number may be somebody else. Raises DatabaseError if the
    database refuses one of them.
    """
    owners = _owners(people, origin)
    known = _known(chain.from_iterable(owners.values()))
    followed = {pk: source_id for pk in known if (source_id := _first_id(known[pk], origin))}
    writing = _Writing(origin)
    outcomes: list[Outcome] = []
    for person in people:
        match sorted(owners[person.source_id]):
            case []:
                outcomes.append(writing.register(person))
            case [pk] if followed.setdefault(pk, person.source_id) != person.source_id:
                outcomes.append(
                    fhir.LineError(
                        "its record number belongs to a patient here who came under another id"
                    )
                )
            case [pk]:
                outcomes.append(writing.follow(known[pk], person))
            case _:
                outcomes.append(
                    fhir.LineError("its record numbers belong to different patients here")
                )
    writing.save()
    return outcomes


def _numbers(person: fhir.Person, origin: Origin) -> set[Number]:
    return {(origin.system, person.source_id), *person.record_numbers}


def _owners(people: Sequence[fhir.Person], origin: Origin) -> dict[str, set[int]]:
    """Whom each person's numbers belong to here, by the id at the source."""
    by_system: dict[str, set[str]] = {}
    for system, value in chain.from_iterable(_numbers(person, origin) for person in people):
        by_system.setdefault(system, set()).add(value)
    wanted = Q()
    for system, values in by_system.items():
        wanted |= Q(system=system, value__in=values)
    rows = PatientIdentifier.objects.filter(wanted).values_list("system", "value", "patient_id")
    owner = {(system, value): patient_id for system, value, patient_id in rows}
    return {
        person.source_id: {owner[n] for n in _numbers(person, origin) if n in owner}
        for person in people
    }


def _known(pks: Iterable[int]) -> dict[int, Patient]:
    """These patients with all their parts, locked until the batch is written; bookings for them
    may still refer to them."""
    patients = Patient.objects.filter(pk__in=set(pks)).order_by("pk")
    patients = patients.select_for_update(no_key=True)
    return {
        patient.pk: patient
        for patient in patients.prefetch_related("other_names", "addresses", "identifiers")
    }


def _first_id(patient: Patient, origin: Origin) -> str:
    """The id by which this source named the patient first; empty if it never did."""
    ids = [each for each in patient.identifiers.all() if each.system == origin.system]
    return min(ids, key=lambda each: each.pk).value if ids else ""


@dataclass
class _Differences:
    """What a source says otherwise than the record here."""

    values: dict[str, Any]
    other_names: bool
    addresses: bool

    @property
    def fields(self) -> list[str]:
        lists = {"other names": self.other_names, "addresses": self.addresses}
        named = [name.replace("_", " ") for name in self.values]
        return named + [name for name, differs in lists.items() if differs]


def _differences(patient: Patient, person: fhir.Person) -> _Differences:
    values = {
        name: getattr(person, name)
        for name in (*_FROM_SOURCE, *_DEATH)
        if getattr(person, name) != getattr(patient, name)
    }
    return _Differences(
        values=values | _fillings(patient, person),
        other_names=_names(patient) != set(person.other_names),
        addresses=_addresses(patient) != list(person.addresses),
    )


def _fillings(patient: Patient, person: fhir.Person) -> dict[str, Any]:
    return {
        name: getattr(person, name)
        for name in _IF_EMPTY
        if getattr(person, name) and not getattr(patient, name)
    }


def _to_an_edited(patient: Patient, person: fhir.Person) -> _Differences:
    """The little that still comes in for somebody whose record staff corrected."""
    values = _fillings(patient, person)
    if person.deceased and not patient.deceased:
        values |= {name: getattr(person, name) for name in _DEATH}
    return _Differences(values, other_names=False, addresses=False)


class _Writing:
    """Collects what a batch changes, then writes it with a few statements for each table."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.new: list[tuple[Patient, fhir.Person]] = []
        self.changed: list[Patient] = []
        self.renamed: list[tuple[Patient, fhir.Person]] = []
        self.moved: list[tuple[Patient, fhir.Person]] = []
        self.numbers: list[PatientIdentifier] = []

    def register(self, person: fhir.Person) -> Came:
        patient = Patient(
            **{name: getattr(person, name) for name in (*_FROM_SOURCE, *_IF_EMPTY, *_DEATH)},
            language=_language(person.languages),
            time_zone=self.origin.time_zone,
        )
        self.new.append((patient, person))
        return Came("new", person.remarks)

    def follow(self, patient: Patient, person: fhir.Person) -> Came:
        said = _differences(patient, person)
        taken = _to_an_edited(patient, person) if patient.edited_at else said
        numbers = self._missing_numbers(patient, person)
        self._apply(patient, person, taken)
        self.numbers += numbers
        kept = ", ".join(name for name in said.fields if name not in taken.fields)
        changed = bool(taken.fields or numbers)
        result = "changed" if changed else "kept" if kept else "unchanged"
        remarks = (f"kept as corrected here: {kept}",) if kept else ()
        return Came(result, (*person.remarks, *remarks))

    def save(self) -> None:
        Patient.objects.bulk_create([patient for patient, _ in self.new])
        Patient.objects.bulk_update(self.changed, [*_FROM_SOURCE, *_IF_EMPTY, *_DEATH])
        for patient, person in self.new:
            self.numbers += self._missing_numbers(patient, person)
        PatientIdentifier.objects.bulk_create(self.numbers)
        self._save_names()
        self._save_addresses()

    def _apply(self, patient: Patient, person: fhir.Person, taken: _Differences) -> None:
        for name, value in taken.values.items():
            setattr(patient, name, value)
        if taken.values:
            self.changed.append(patient)
        if taken.other_names:
            self.renamed.append((patient, person))
        if taken.addresses:
            self.moved.append((patient, person))

    def _missing_numbers(self, patient: Patient, person: fhir.Person) -> list[PatientIdentifier]:
        is_new = not hasattr(patient, "_prefetched_objects_cache")
        has = set() if is_new else {(i.system, i.value) for i in patient.identifiers.all()}
        return [
            PatientIdentifier(patient=patient, system=system, value=value)
            for system, value in sorted(_numbers(person, self.origin) - has)
        ]

    def _save_names(self) -> None:
        PatientName.objects.filter(patient__in=[patient for patient, _ in self.renamed]).delete()
        PatientName.objects.bulk_create(
            PatientName(patient=patient, **asdict(name))
            for patient, person in chain(self.new, self.renamed)
            for name in person.other_names
        )

    def _save_addresses(self) -> None:
        PatientAddress.objects.filter(patient__in=[patient for patient, _ in self.moved]).delete()
        PatientAddress.objects.bulk_create(
            PatientAddress(patient=patient, position=position, **asdict(address))
            for patient, person in chain(self.new, self.moved)
            for position, address in enumerate(person.addresses, start=1)
        )


def _names(patient: Patient) -> set[fhir.Name]:
    return {
        fhir.Name(use=name.use, given_name=name.given_name, family_name=name.family_name)
        for name in patient.other_names.all()
    }


def _addresses(patient: Patient) -> list[fhir.Address]:
    return [
        fhir.Address(
            lines=each.lines,
            city=each.city,
            state=each.state,
            postal_code=each.postal_code,
            country=each.country,
        )
        for each in sorted(patient.addresses.all(), key=lambda each: each.position)
    ]


def _language(tags: Sequence[str]) -> str:
    """The first of these languages that the clinic writes in, whatever the region, or its own."""
    ours = {code.split("-")[0]: code for code, _name in reversed(settings.LANGUAGES)}
    wanted = (tag.lower().split("-")[0] for tag in tags)
    return next((ours[tag] for tag in wanted if tag in ours), settings.LANGUAGE_CODE)
