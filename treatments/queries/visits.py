"""The record of one visit with all around it: which protocol rules, what was done last time."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models import Max, Q, QuerySet

from clinic.accounts.models import User
from clinic.models import Appointment
from treatments.models import (
    CryoRecord,
    ExtractionRecord,
    LaserRecord,
    PeelRecord,
    ProductUse,
    Protocol,
    RegimenRecord,
    Session,
    Visit,
)
from treatments.models.visit_records import Record
from treatments.progress import Event, Ladder, Last, NextStep, next_step
from treatments.queries import protocols, rebindings
from treatments.queries.assessments import Mark, active_lesions
from treatments.visit_bounds import kind_of
from treatments.visit_ranges import Facts
from treatments.visit_rights import STRONG_PEEL, most_percent

RECORDS: Final[dict[str, type[Record]]] = {
    "peel": PeelRecord,
    "extraction": ExtractionRecord,
    "cryo": CryoRecord,
    "laser": LaserRecord,
    "retinoid": RegimenRecord,
}
RELATIONS: Final = tuple(each.__name__.lower() for each in RECORDS.values())


def with_parts() -> QuerySet[Visit]:
    """Visits with their typed tables, authors and protocols in one query, and what hangs on them in
    four more."""
    joined = ("patient", "protocol", "author", "signed_by", "taken_over_from")
    rows = Visit.objects.select_related(
        *joined, "appointment__location", "appointment__service", "laserrecord__device", *RELATIONS
    )
    return rows.prefetch_related(
        "lesion_treatments__lesion", "products", "adverse_events", "addenda__written_by"
    )


def record_of(visit: Visit) -> Any:
    """The row of the typed table of a visit's modality."""
    return getattr(visit, RECORDS[kind_of(visit.protocol.modality)].__name__.lower())


def columns_of(record: Record) -> dict[str, Any]:
    """The values of a typed table by column, without the key."""
    fields = record._meta.concrete_fields
    return {each.attname: getattr(record, each.attname) for each in fields if not each.primary_key}


def protocol_of(appointment: Appointment, session: Session | None) -> Protocol | None:
    """What rules this visit: its course's version, or that of its service; None for a visit that is
    no treatment."""
    if session is not None:
        return session.course.protocol
    found = protocols.ruling(appointment.patient, [appointment.service_id])
    return found[0] if found else None


def last_signed(patient: int, modality: str, before: Appointment) -> Visit | None:
    """The newest signed visit of this modality before an appointment, whole."""
    rows = with_parts().signed().filter(patient=patient, protocol__modality=modality)
    rows = rows.filter(appointment__during__startswith__lt=before.during.lower)
    return rows.order_by("-appointment__during", "-pk").first()


@dataclass
class Log:
    """One appointment as its log shows it. `visit` is None before somebody starts it, `last` before
    the first signed visit of this modality. Loads what it is asked for, once."""

    appointment: Appointment
    protocol: Protocol
    session: Session | None
    visit: Visit | None
    last: Visit | None
    marks: list[Mark] = field(default_factory=list)

    def again(self) -> "Log":
        """The same with its draft as it is saved by now."""
        visit = with_parts().filter(appointment=self.appointment).first()
        return replace(self, visit=visit)

    @property
    def modality(self) -> str:
        return self.protocol.modality

    @property
    def day(self) -> date:
        """The local day of the visit."""
        return self.appointment.starts_at.date()

    @cached_property
    def last_record(self) -> dict[str, Any] | None:
        return columns_of(record_of(self.last)) if self.last else None

    def facts(self, record: dict[str, Any], ticks: dict[int, str], skin_type: int | None) -> Facts:
        """The noted values as the ranges judge them."""
        treated = [each for each in self.marks if each.pk in ticks]
        return Facts(
            modality=self.modality,
            record=record,
            last=self.last_record,
            treated=sum(each.count for each in treated) + (record.get("uncharted") or 0),
            near_eye=any(each.place.is_eye_area for each in treated),
            skin_type=skin_type,
            week=_week(record.get("started_on"), self.day),
            strengths=self.protocol.strengths,
        )

    def sites(self, ticks: dict[int, str]) -> frozenset[str]:
        return frozenset(each.site for each in self.marks if each.pk in ticks)

    def proposal(self, user: User) -> NextStep | None:
        """What the protocol proposes for this visit; None where it has no ladder."""
        if not self.protocol.strengths:
            return None
        found = _last(self.last, self.day) if self.last else None
        return next_step(found, ladder(self.protocol, user), lapse_days=self.protocol.gap_lapse)


def ladder(protocol: Protocol, user: User) -> Ladder:
    """Strengths and contact times, as far as this person may go."""
    limit = None if user.has_perm(STRONG_PEEL) else most_percent(protocol.max_percent_assistant)
    least, most = protocol.contact_seconds_min, protocol.contact_seconds_max
    seconds = (least, most) if least is not None and most is not None else None
    return Ladder(tuple(protocol.strengths), seconds, limit)


def _last(visit: Visit, day: date) -> Last:
    record = record_of(visit)
    return Last(
        strength=record.strength_percent,
        contact_seconds=record.contact_seconds,
        endpoint=record.endpoint,
        pain=visit.pain,
        events=tuple(Event(each.kind, each.severity) for each in visit.adverse_events.all()),
        broken_off=visit.broken_off,
        days_ago=(day - visit.appointment.starts_at.date()).days,
    )


def next_after(
    log: Log, values: dict[str, Any], events: list[tuple[str, str]], user: User
) -> NextStep:
    """What would follow next time from what is noted now."""
    last = Last(
        strength=values.get("strength_percent"),
        contact_seconds=values.get("contact_seconds"),
        endpoint=values.get("endpoint") or "",
        pain=values.get("pain"),
        events=tuple(Event(kind, severity) for kind, severity in events),
        broken_off=bool(values.get("broken_off")),
    )
    return next_step(last, ladder(log.protocol, user))


def _week(started_on: date | None, day: date) -> int | None:
    """Which week of a regimen the day lies in, from 1; None before it began."""
    if started_on is None or started_on > day:
        return None
    return (day - started_on).days // 7 + 1


def log_of(appointment: Appointment) -> Log | None:
    """The log of an appointment; None for a visit that is no treatment."""
    visit = with_parts().filter(appointment=appointment).first()
    session = rebindings.session_of(appointment)
    protocol = visit.protocol if visit else protocol_of(appointment, session)
    if protocol is None:
        return None
    return Log(
        appointment,
        protocol,
        session,
        visit,
        last_signed(appointment.patient_id, protocol.modality, appointment),
        active_lesions(appointment.patient) if protocol.modality in BY_LESION else [],
    )


BY_LESION: Final = frozenset({"extraction", "cryo", "laser"})


@dataclass(frozen=True, slots=True)
class UsedProduct:
    """A product as it was used before: what is offered again at one press."""

    name: str
    lot: str
    expires_on: date | None


def products_used(modality: str, day: date, most: int = 4) -> list[UsedProduct]:
    """The lots that were used last in this modality and have not expired, the newest first."""
    rows = ProductUse.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=day),
        visit__protocol__modality=modality,
        visit__signed_at__isnull=False,
    )
    newest = rows.values("name", "lot", "expires_on").annotate(at=Max("visit__signed_at"))
    return [
        UsedProduct(each["name"], each["lot"], each["expires_on"])
        for each in newest.order_by("-at", "name")[:most]
    ]
