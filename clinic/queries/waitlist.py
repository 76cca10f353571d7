"""Who waits, and for whom of them a free time would fit.

Beside the entries of the list there are sessions of courses that have no date yet: the app that
knows courses registers them here, and what else would move when a session does. This app asks
without knowing who they are. None of it grows with the number of people who wait: queries are
asked for all of them together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from clinic.models import (
    Appointment,
    Location,
    RearrangedVisit,
    Service,
    WaitlistEntry,
    WaitlistOffer,
)
from clinic.models.waitlist import WaitlistEntryQuerySet
from clinic.scheduling.clock import to_datetime
from clinic.scheduling.slots import Slot
from patients.models import Message, Patient

Status = Appointment.Status
MOVABLE = (Status.BOOKED, Status.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time that is free, aware and half-open; `only` are resources of which at least
    one has to be used, empty for any."""

    location: Location
    start: datetime
    end: datetime
    only: frozenset[int] = frozenset()

    @property
    def day(self) -> date:
        return self.start.astimezone(self.location.zone).date()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who would take a time. Without an `entry` it is a session that has no date yet;
    `what` then says which."""

    patient: Patient
    service: Service
    since: datetime
    entry: WaitlistEntry | None = None
    what: str = ""

    @property
    def appointment(self) -> Appointment | None:
        """The later visit that the patient keeps meanwhile."""
        return self.entry.appointment if self.entry else None

    @property
    def urgent(self) -> bool:
        return self.entry is not None and self.entry.urgent


@dataclass(frozen=True, slots=True)
class Fit:
    """Somebody who waits, and the slot in which they could come."""

    waiting: Waiting
    slot: Slot


@dataclass(frozen=True, slots=True)
class Later:
    """A later visit that moves along, and where to."""

    appointment: Appointment
    slot: Slot

    @property
    def starts_at(self) -> datetime:
        """The new start, on the clock of the location."""
        return to_datetime(self.slot.start).astimezone(self.appointment.location.zone)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a visit that moves to an earlier time means for later ones: those that move along, or
    sentences why it cannot be done."""

    moves: tuple[Later, ...] = ()
    refusals: tuple[str, ...] = ()


Provider = Callable[[Gap, datetime], Iterable[Waiting]]
Ripple = Callable[[Location, Sequence[Later], datetime], Mapping[int, Rest]]


@dataclass
class _Registry:
    providers: list[Provider] = field(default_factory=list)
    ripples: list[Ripple] = field(default_factory=list)


_registry = _Registry()


def register(provider: Provider, ripple: Ripple) -> None:
    """Let an app above name others who wait for a gap, and say what moves along with visits: asked
    for visits with their new slots, it answers by the visit's primary key."""
    if provider not in _registry.providers:
        _registry.providers.append(provider)
    if ripple not in _registry.ripples:
        _registry.ripples.append(ripple)


def rests_of(location: Location, moves: Sequence[Later], now: datetime) -> dict[int, Rest]:
    """What moves along with each of these visits, by its primary key."""
    found: dict[int, Rest] = {}
    if moves:
        for ripple in _registry.ripples:
            found |= ripple(location, moves, now)
    return found


# The list ----------------------------------------------------------------------------------------


def with_details() -> WaitlistEntryQuerySet:
    related = ("patient", "service", "location", "person", "created_by")
    return WaitlistEntry.objects.select_related(*related, "appointment__location")


def still_waiting(now: datetime) -> WaitlistEntryQuerySet:
    """Entries whose days are not over and whose later visit, if they have one, is still to come."""
    later = Q(appointment__status__in=MOVABLE, appointment__during__startswith__gt=now)
    # a day early at most, wherever the location is: what counts is asked on its own calendar
    today = (now - timedelta(hours=14)).date()
    return (
        with_details()
        .waiting()
        .filter(Q(appointment=None) | later, Q(latest=None) | Q(latest__gte=today))
        .most_pressing_first()
    )


def letter_of(offer: WaitlistOffer) -> Message | None:
    """The letter that offers it, as far as it has come."""
    return Message.objects.filter(subject_key=offer.subject_key).order_by("-pk").first()


def open_offers(location: Location, now: datetime) -> list[WaitlistOffer]:
    """Offers that wait for an answer, the first to run out first."""
    related = ("entry__patient", "entry__service", "entry__appointment__location", "created_by")
    found = WaitlistOffer.objects.open(now).filter(entry__location=location)
    return list(
        found.select_related(*related)
        .order_by("expires_at")
        .prefetch_related("booking__appointments__location")
    )


def of_day(location: Location, on: date, now: datetime) -> WaitlistEntryQuerySet:
    """Who would come on this local day: of those who keep a later visit, only before that one."""
    begins = datetime.combine(on, time.min, location.zone)
    return still_waiting(now).filter(
        Q(appointment=None) | Q(appointment__during__startswith__gt=begins),
        Q(earliest=None) | Q(earliest__lte=on),
        Q(latest=None) | Q(latest__gte=on),
        Q(weekdays=[]) | Q(weekdays__contains=[on.weekday()]),
        location=location,
    )


def waiting_for(gap: Gap, now: datetime) -> list[Waiting]:
    """Who might come then, most pressing first: entries, then sessions without a date. Whoever has
    an offer to answer, was offered this very time before, or has just given it up, is not asked."""
    asked = WaitlistOffer.objects.filter(
        Q(answered_at=None, expires_at__gt=now)
        | Q(booking__appointments__during__startswith__gte=gap.start)
        & Q(booking__appointments__during__startswith__lt=gap.end)
    )
    gave_up = set(
        RearrangedVisit.objects.filter(was__overlap=(gap.start, gap.end)).values_list(
            "rearrangement__patient", flat=True
        )
    )
    earlier = Q(appointment=None) | Q(appointment__during__startswith__gt=gap.start)
    entries = of_day(gap.location, gap.day, now).exclude(pk__in=asked.values("entry"))
    found = [
        Waiting(each.patient, each.service, each.created_at, each)
        for each in entries.filter(earlier)
    ]
    others = [each for provider in _registry.providers for each in provider(gap, now)]
    known = _on_the_list(others)
    found += [each for each in others if (each.patient.pk, each.service.pk) not in known]
    return [each for each in found if each.patient.pk not in gave_up]


def _on_the_list(others: Sequence[Waiting]) -> set[tuple[int, int]]:
    """Patient and service of those who wait for it as entries too."""
    patients = [each.patient for each in others]
    entries = WaitlistEntry.objects.waiting().filter(patient__in=patients, appointment=None)
    return set(entries.values_list("patient", "service")) if others else set()


# For the screens ---------------------------------------------------------------------------------


def visits_to_come(patient: Patient, now: datetime) -> list[Appointment]:
    """The booked visits of a patient, the next one first."""
    rows = Appointment.objects.filter(
        patient=patient, status__in=MOVABLE, during__startswith__gt=now
    )
    return list(rows.select_related("service", "location").in_order())


def freed_by(appointment: Appointment, now: datetime) -> Gap | None:
    """The time that a visit gave up when it was last moved or cancelled, if it is still to come."""
    gave_up = appointment.rearranged.filter(was__isnull=False).order_by("-pk").first()
    if gave_up is None or gave_up.was is None or gave_up.was.upper <= now:
        return None
    stands = appointment.status != Status.CANCELLED
    if stands and appointment.during.lower == gave_up.was.lower:
        return None
    return Gap(appointment.location, gave_up.was.lower, gave_up.was.upper, frozenset(gave_up.held))
