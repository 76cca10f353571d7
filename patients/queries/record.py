"""What is known about a patient, and whom it may be the same person as."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Q, QuerySet, Value

from clinic.accounts.models import RecordAccess, User
from patients.models import Allergy, Condition, Medication, Patient, PatientAddress
from patients.models.patient import Fold
from patients.queries.search import with_other_names

RECORD = "patients.patient"
_RECENT_READS = 300
_TELLING_DIGITS = 6
# an import keeps what its source took back, so that it stays taken back
_TAKEN_BACK = ["entered-in-error", "refuted"]


@dataclass(frozen=True, slots=True)
class Name:
    """Another name; `use` is a PatientName.Use."""

    use: str
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class Address:
    lines: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return any((self.lines, self.city, self.state, self.postal_code, self.country))


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What staff write down about a patient; `address` is the one used on paper."""

    given_name: str
    family_name: str
    birth_date: date
    prefix: str = ""
    sex: str = Patient.Sex.UNKNOWN
    skin_type: int | None = None
    phone: str = ""
    email: str = ""
    language: str
    time_zone: str
    deceased: bool = False
    other_names: tuple[Name, ...] = ()
    address: Address = Address()

    @property
    def fingerprint(self) -> str:
        """The same for equal details only: tells whether they changed since a form was opened."""
        return sha256(json.dumps(asdict(self), default=str).encode()).hexdigest()[:20]


OWN_FIELDS = tuple(
    name for name in Details.__dataclass_fields__ if name not in ("other_names", "address")
)
"""The details that are columns of the patient."""


def details(patient: Patient) -> Details:
    """The details as they stand, in three queries at most."""
    names = patient.other_names.order_by("pk")
    return Details(
        **{name: getattr(patient, name) for name in OWN_FIELDS},
        other_names=tuple(Name(each.use, each.given_name, each.family_name) for each in names),
        address=_address(patient.addresses.filter(position=1)),
    )


def _address(addresses: Iterable[PatientAddress]) -> Address:
    for first in addresses:
        return Address(first.lines, first.city, first.state, first.postal_code, first.country)
    return Address()


def allergies(patient: Patient) -> QuerySet[Allergy]:
    """Those that were not taken back; inactive ones too, they may return."""
    return patient.allergy_set.exclude(status__in=_TAKEN_BACK).order_by("text", "pk")


def current_conditions(patient: Patient) -> QuerySet[Condition]:
    """Those that have not ended, newest first."""
    ended = [*_TAKEN_BACK, "resolved", "inactive", "remission"]
    return patient.condition_set.exclude(status__in=ended).order_by("-onset_at", "pk")


def current_medication(patient: Patient) -> QuerySet[Medication]:
    """What is being taken as far as is known, newest first."""
    return patient.medication_set.filter(status__in=["active", "on-hold", ""]).order_by(
        "-recorded_at", "pk"
    )


def recently_read(user: User, limit: int = 8) -> list[Patient]:
    """The patients whose records this member of staff opened last, newest first."""
    reads = RecordAccess.objects.filter(user=user, record=RECORD).order_by("-pk")
    pks = list(dict.fromkeys(reads.values_list("record_id", flat=True)[:_RECENT_READS]))[:limit]
    found = {each.pk: each for each in with_other_names(Patient.objects.filter(pk__in=pks))}
    return [found[pk] for pk in pks if pk in found]


def likely_same(
    *, given_name: str, family_name: str, birth_date: date, phone: str
) -> list[Patient]:
    """Who may be this person already: same name and birth date, or the same telephone."""
    full_name = Fold(Value(f"{given_name} {family_name}"))
    same = Q(search_name=full_name) | Q(other_names__search_name=full_name)
    same &= Q(birth_date=birth_date)
    digits = "".join(char for char in phone if char.isdecimal())
    if len(digits) >= _TELLING_DIGITS:
        same |= Q(phone_digits=digits)
    found = with_other_names(Patient.objects.filter(same).distinct())
    return list(found.order_by("family_name", "given_name", "pk"))
