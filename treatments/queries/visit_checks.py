"""What speaks against the treatment of each visit, from the answers as they stand.

Many visits are judged in a fixed number of queries. What a patient answered a while ago counts as
long as it holds; a day (the last dose, the last tan) counts for as long as its window lasts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

from django.db.models import Exists, F, OuterRef, Q

from clinic.models import Appointment
from patients.models import Clearance, Patient, Screening
from patients.queries import readiness
from patients.queries import screening as answers
from patients.queries.readiness import Readiness
from patients.screening_rules import standing
from treatments.contraindications import Facts, Flag, flags
from treatments.face_map import EYE_AREA
from treatments.models import Assessment, Finding, Protocol, Session
from treatments.protocol_data import PROTOCOLS
from treatments.protocol_data.model import Modality

# where a protocol always begins with numbing cream, it is part of the plan
_ALWAYS_NUMBED: Final = {each.modality for each in PROTOCOLS if each.numbing_always}


@dataclass(frozen=True, slots=True)
class Judged:
    """A flag, and who has cleared it or taken note of it."""

    flag: Flag
    clearance: Clearance | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look: nobody has to at what is only to be known."""
        return self.flag.level != "i" and self.clearance is None

    @property
    def stops(self) -> bool:
        return self.flag.stops and self.is_open


@dataclass(frozen=True, slots=True)
class Check:
    """One visit: its treatment (None: it is none), its local day, the asking that counts, the one
    with answers of its own, and what speaks against the treatment."""

    modality: Modality | None
    day: date
    newest: Screening | None = None
    answered: Screening | None = None
    judged: tuple[Judged, ...] = ()

    @property
    def state(self) -> str:
        """ "noted" (something to check that nobody has cleared), "unasked", "expired", "blocked",
        "caution" or "clear": the first that applies."""
        if self.newest and self.newest.stops:
            return "noted"
        if self.modality is None:
            return "clear"
        if self.newest is None:
            return "unasked"
        if not self.newest.holds_on(self.day):
            return "expired"
        if any(each.stops for each in self.judged):
            return "blocked"
        return "caution" if any(each.is_open for each in self.judged) else "clear"

    @property
    def open(self) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if each.is_open)


def of_visits(
    visits: Sequence[Appointment], ready: Mapping[int, Readiness] | None = None
) -> dict[int, Check]:
    """Every one of these visits, by its number; patient and location come loaded."""
    kinds = _modalities(visits)
    patients = {each.patient_id: each.patient for each in visits}
    ready = readiness.of_patients(patients) if ready is None else ready
    answered = answers.last_answered_of(set(patients))
    known = _lesion_facts(patients)
    decided = _antivirals(visits)
    checks = {}
    for visit in visits:
        pk, day = visit.patient_id, visit.starts_at.date()
        own = known.get(pk, Facts(day))
        facts = facts_of(visit.patient, answered.get(pk), own, day)
        facts = replace(facts, antiviral_decided=visit.pk in decided)
        newest, asking = ready[pk].screening, answered.get(pk)
        checks[visit.pk] = check(kinds.get(visit.service_id), facts, newest, asking)
    return checks


def of_patient(
    patient: Patient, modalities: Iterable[Modality], day: date
) -> dict[Modality, Check]:
    """One patient on one day, treated by each of these."""
    asking = answers.last_answered_of({patient.pk}).get(patient.pk)
    newest = readiness.newest_screening(patient.pk)
    own = _lesion_facts([patient.pk]).get(patient.pk, Facts(day))
    facts = facts_of(patient, asking, own, day)
    return {each: check(each, facts, newest, asking) for each in modalities}


def check(
    modality: Modality | None, facts: Facts, newest: Screening | None, asking: Screening | None
) -> Check:
    if modality is None:
        return Check(None, facts.day, newest, asking)
    if modality in _ALWAYS_NUMBED and facts.numbing is None:
        facts = replace(facts, numbing=True)
    cleared = _cleared(asking, modality)
    judged = tuple(
        Judged(flag, _for_level(cleared.get(flag.row), flag)) for flag in flags(modality, facts)
    )
    return Check(modality, facts.day, newest, asking, judged)


def facts_of(patient: Patient, asking: Screening | None, own: Facts, day: date) -> Facts:
    """What is known of the patient on this day; of the lesions, what `own` says."""
    rows = asking.answers.all() if asking else ()
    said = {each.question: (each.as_answer, each.holds_until) for each in rows}
    return replace(
        own,
        day=day,
        answers=standing(said, day),
        age=patient.age_on(day),
        skin_type=patient.skin_type,
    )


def _cleared(asking: Screening | None, modality: str) -> Mapping[int, Clearance]:
    rows = asking.clearances.all() if asking else ()
    return {each.row: each for each in rows if each.modality == modality}


def _for_level(clearance: Clearance | None, flag: Flag) -> Clearance | None:
    """A caution that was taken note of and has become a block is to be cleared anew."""
    if clearance and flag.stops and clearance.level != Clearance.Level.BLOCK:
        return None
    return clearance


def modalities_of(services: Iterable[int]) -> dict[int, Modality]:
    """Those of these services that belong to a protocol, whatever its version. One query."""
    wanted = set(services)
    rows = Protocol.objects.filter(Q(first_service__in=wanted) | Q(follow_up_service__in=wanted))
    found: dict[int, Modality] = {}
    for modality, *pair in rows.values_list("modality", "first_service", "follow_up_service"):
        found |= dict.fromkeys(pair, cast(Modality, modality))
    return found


def _modalities(visits: Iterable[Appointment]) -> dict[int, Modality]:
    return modalities_of(each.service_id for each in visits)


def _antivirals(visits: Iterable[Appointment]) -> set[int]:
    """The visits for whose course an antiviral was ordered."""
    wanted = [each.pk for each in visits]
    rows = Session.objects.filter(appointment__in=wanted, course__antiviral_ordered=True)
    return set(rows.values_list("appointment", flat=True))


def _lesion_facts(patients: Iterable[int]) -> dict[int, Facts]:
    """What the last signed assessment says of the lesions. The eye area counts when all that is
    left lies there: with others elsewhere, those may be what is treated."""
    there = Finding.objects.filter(assessment=OuterRef("pk")).exclude(state="resolved")
    in_eye_area = there.filter(lesion__site__in=EYE_AREA)
    elsewhere = there.exclude(lesion__site__in=EYE_AREA)
    rows = (
        Assessment.objects.signed()
        .filter(patient__in=list(patients))
        .annotate(
            eye=Exists(in_eye_area) & ~Exists(elsewhere),
            unclear=Q(diagnosis="uncertain") | Q(pigmented_or_atypical=True),
            signed_day=F("signed_at__date"),
        )
        .order_by("patient", "-signed_at")
        .distinct("patient")
        .values_list("patient", "signed_day", "eye", "unclear")
    )
    return {pk: Facts(day, eye_area=eye, uncertain=unclear) for pk, day, eye, unclear in rows}
