"""Installing the shipped protocols: services with their needs, protocols with their timelines."""

from dataclasses import asdict

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


@transaction.atomic
def install() -> list[Protocol]:
    """Add every shipped protocol that the clinic does not have in any version, and the consent text
    that its patients sign; answer the protocols added.

    What is there stays as it is: the clinic may have published its own version.
    """
    consent_texts.install()
    for key, (name, minutes) in GENERAL_SERVICES.items():
        segments = (Segment("clinician", "assess", 0, minutes),)
        room = (Segment("room", "consult-room", 0, minutes),)
        _service(key, name, minutes, segments + room)
    known = set(Protocol.objects.values_list("modality", flat=True))
    return [_install(data) for data in PROTOCOLS if data.modality not in known]


def _install(data: ProtocolData) -> Protocol:
    gaps = asdict(data.gaps) if data.gaps else {}
    light, dark = data.retinoid_stop or (0, 0)
    shortest, longest = data.contact_seconds or (None, None)
    first_minutes, later_minutes = data.patient_minutes
    protocol = Protocol.objects.create(
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
        first_service=_service(
            f"{data.modality}-first",
            f"{data.name}, first",
            first_minutes,
            data.first_visit,
            data.modality,
        ),
        follow_up_service=_service(
            data.modality, data.name, later_minutes, data.follow_up, data.modality
        ),
        source="\n".join(f"{field}: {source}" for field, source in data.sources.items()),
    )
    ProtocolStep.objects.bulk_create(
        ProtocolStep(
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
        for position, step in enumerate(data.steps, 1)
    )
    # the rows of a published version no longer change: published once they are all there
    protocol.published = True
    protocol.save(update_fields=["published"])
    return protocol


def _service(
    key: str, name: str, minutes: int, segments: tuple[Segment, ...], stripe: str = ""
) -> Service:
    defaults = {
        "name": name,
        "patient_name": DISCREET,
        "minutes": minutes,
        "stripe": stripe,
        # a treatment is booked through its course, which keeps the distance between sessions
        "stands_alone": not stripe,
    }
    service, is_new = Service.objects.get_or_create(key=key, defaults=defaults)
    if is_new:
        Need.objects.bulk_create(
            Need(
                service=service,
                position=position,
                label=segment.key,
                capability=_capability(segment.capability),
                starts=segment.starts,
                ends=segment.ends,
            )
            for position, segment in enumerate(segments, 1)
        )
    return service


def _capability(key: str) -> Capability:
    return Capability.objects.get_or_create(key=key, defaults={"name": CAPABILITIES[key]})[0]
