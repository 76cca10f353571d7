"""Installing the shipped protocols: services with their needs, protocols with their timelines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from clinic.models import Capability, Need, Service
from patients.marked_text import gettext_noop as _
from treatments.actions import consent_texts
from treatments.models import Protocol, ProtocolStep
from treatments.protocol_data import PROTOCOLS, ProtocolData, Segment

CAPABILITIES = {
    "assess": "Assesses skin",
    "extract": "Extracts milia",
    "peel": "Gives peels",
    "prescribe": "Prescribes",
    "freeze": "Gives cryotherapy",
    "co2-laser": "Treats by CO₂ laser",
    "consult-room": "Consulting room",
    "procedure-room": "Procedure room",
    "peel-room": "Peel room",
    "laser-room": "Laser room",
    "co2-laser-device": "CO₂ laser",
    "ln2": "Liquid nitrogen flask",
}

# what a calendar entry on a patient's telephone may say
DISCREET = _("Visit")

GENERAL_SERVICES = {
    # key: (name, minutes); durations by clinical fact base 2D
    "assessment": ("Assessment", 30),
    "follow-up": ("Follow-up", 15),
}


@dataclass(frozen=True, slots=True)
class _ServiceData:
    """A service as shipped; `stripe` names the treatment that it belongs to, if it does."""

    key: str
    name: str
    minutes: int
    segments: tuple[Segment, ...]
    stripe: str = ""


@transaction.atomic
def install() -> list[Protocol]:
    """Add every shipped protocol that the clinic does not have in any version, and the consent text
    that its patients sign; answer the protocols added.

    What is there stays as it is: the clinic may have published its own version.
    """
    consent_texts.install()
    known = set(Protocol.objects.values_list("modality", flat=True))
    wanted = [data for data in PROTOCOLS if data.modality not in known]
    services = _services([*_general_services(), *(each for p in wanted for each in _visits_of(p))])
    added = Protocol.objects.bulk_create([_protocol(data, services) for data in wanted])
    ProtocolStep.objects.bulk_create(
        step
        for data, protocol in zip(wanted, added, strict=True)
        for step in _steps(data, protocol)
    )
    # the rows of a published version no longer change: published once they are all there
    for protocol in added:
        protocol.published = True
    Protocol.objects.bulk_update(added, ["published"])
    return added


def _protocol(data: ProtocolData, services: Mapping[str, Service]) -> Protocol:
    gaps = asdict(data.gaps) if data.gaps else {}
    light, dark = data.retinoid_stop or (0, 0)
    shortest, longest = data.contact_seconds or (None, None)
    first, later = _visits_of(data)
    return Protocol(
        modality=data.modality,
        version=1,
        name=data.name,
        sessions_min=data.sessions_min,
        sessions_default=data.sessions_default,
        sessions_max=data.sessions_max,
        **{f"gap_{name}": days for name, days in gaps.items()},
        retinoid_stop_days_light=light,
        retinoid_stop_days_dark=dark,
        eye_area=data.eye_area,
        max_lesions=data.max_lesions,
        strengths=list(data.strengths),
        max_percent_assistant=data.max_percent,
        needs_neutraliser=data.needs_neutraliser,
        contact_seconds_min=shortest,
        contact_seconds_max=longest,
        review_after_session=data.review_after_session,
        review_days=list(data.review_days),
        nights_per_week=list(data.nights_per_week),
        published=False,
        first_service=services[first.key],
        follow_up_service=services[later.key],
        source="\n".join(f"{field}: {source}" for field, source in data.sources.items()),
    )


def _steps(data: ProtocolData, protocol: Protocol) -> Iterable[ProtocolStep]:
    for position, step in enumerate(data.steps, 1):
        yield ProtocolStep(
            protocol=protocol,
            position=position,
            kind=step.kind,
            anchor=step.anchor,
            day=step.day,
            at=step.at,
            after_minutes=step.after_minutes,
            every=step.every,
            until_day=step.until_day,
            to_next=step.to_next,
            only=sorted(step.only),
            skin=step.skin,
            needs_attendance=step.needs_attendance,
            covers=sorted(step.covers),
            expires_hours=step.expires_hours,
            catch_up=step.catch_up,
            per_date=step.per_date,
            source=step.source,
        )


def _general_services() -> Iterable[_ServiceData]:
    for key, (name, minutes) in GENERAL_SERVICES.items():
        clinician = Segment("clinician", "assess", 0, minutes)
        room = Segment("room", "consult-room", 0, minutes)
        yield _ServiceData(key, name, minutes, (clinician, room))


def _visits_of(data: ProtocolData) -> tuple[_ServiceData, _ServiceData]:
    """The first session of a protocol, and those after it."""
    key, name = data.modality, data.name
    first, later = data.patient_minutes
    return (
        _ServiceData(f"{key}-first", f"{name}, first", first, data.first_visit, stripe=key),
        _ServiceData(key, name, later, data.follow_up, stripe=key),
    )


def _services(wanted: Sequence[_ServiceData]) -> dict[str, Service]:
    """All of them by their key; those that the clinic lacks are added with what they need."""
    keys = [each.key for each in wanted]
    there = set(Service.objects.filter(key__in=keys).values_list("key", flat=True))
    lacking = [each for each in wanted if each.key not in there]
    Service.objects.bulk_create(
        Service(
            key=each.key,
            name=each.name,
            patient_name=DISCREET,
            minutes=each.minutes,
            stripe=each.stripe,
            # a treatment is booked through its course, which keeps the distance between sessions
            stands_alone=not each.stripe,
        )
        for each in lacking
    )
    services = Service.objects.in_bulk(keys, field_name="key")
    capabilities = _capabilities({part.capability for each in lacking for part in each.segments})
    Need.objects.bulk_create(
        Need(
            service=services[each.key],
            position=position,
            label=part.key,
            capability=capabilities[part.capability],
            starts=part.starts,
            ends=part.ends,
        )
        for each in lacking
        for position, part in enumerate(each.segments, 1)
    )
    return services


def _capabilities(keys: set[str]) -> dict[str, Capability]:
    there = set(Capability.objects.filter(key__in=keys).values_list("key", flat=True))
    Capability.objects.bulk_create(
        Capability(key=key, name=name)
        for key, name in CAPABILITIES.items()
        if key in keys and key not in there
    )
    return Capability.objects.in_bulk(list(keys), field_name="key")
