"""When the skin of a patient rests for the sake of another treatment, booked or done.

Both ways: after what stands before, and before what is booked after. Whatever stands at any
location counts; cancelled and missed visits do not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinic.models import Appointment
from clinic.scheduling.causes import Note
from clinic.scheduling.clock import local_minute_or_next, to_datetime
from clinic.scheduling.intervals import Interval
from clinic.scheduling.words import short_day
from patients.models import Patient
from treatments.models import Protocol
from treatments.protocol_data.washout import LONGEST, rest_days
from treatments.queries import protocols
from treatments.queries.protocols import Use

MARGIN = timedelta(days=LONGEST + 1)


class Treatment(NamedTuple):
    """What a service does to the skin: its modality, and the name people know it by."""

    modality: str
    name: str


class Visit(NamedTuple):
    """Of a patient, for the service of that number, on the clock of its location."""

    patient: int
    service: int
    starts_at: datetime
    ends_at: datetime


class Treated(NamedTuple):
    """A visit on its local day."""

    day: date
    treatment: Treatment


def treatments(uses: Iterable[Use] | None = None) -> dict[int, Treatment]:
    """By service; of a retinoid only the visit that starts it. One query, none with the `uses`."""
    found = {}
    for use in protocols.uses() if uses is None else uses:
        treatment = Treatment(use.modality, use.name)
        if use.modality != Protocol.Modality.RETINOID:
            found[use.follow_up_service] = treatment
        found[use.first_service] = treatment
    return found


def standing(
    patient: Patient, window: Interval, known: dict[int, Treatment], without: Iterable[int] = ()
) -> list[Treated]:
    """The treatments of a patient that could make the skin rest in the window. One query."""
    return _treated(visits([patient.pk], window, without), known)


def standing_of(
    patients: Iterable[int], window: Interval, known: dict[int, Treatment], without: Iterable[int]
) -> dict[int, list[Treated]]:
    """The same for many patients, by patient. One query."""
    found: dict[int, list[Visit]] = {}
    for each in visits(patients, window, without):
        found.setdefault(each.patient, []).append(each)
    return {patient: _treated(every, known) for patient, every in found.items()}


def visits(patients: Iterable[int], window: Interval, without: Iterable[int] = ()) -> list[Visit]:
    """Those that could make the skin rest in the window, whatever they are for, in order: all that
    stand in it, and some around it. One query."""
    around = (to_datetime(window.start) - MARGIN, to_datetime(window.end) + MARGIN)
    rows = Appointment.objects.standing().filter(patient__in=list(patients), during__overlap=around)
    rows = rows.exclude(pk__in=list(without)).order_by("during")
    return [
        Visit(patient, service, *(at.astimezone(ZoneInfo(zone)) for at in (start, end)))
        for patient, service, start, end, zone in rows.values_list(
            "patient", "service", "during__startswith", "during__endswith", "location__time_zone"
        )
    ]


def _treated(found: Iterable[Visit], known: Mapping[int, Treatment]) -> list[Treated]:
    return [
        Treated(each.starts_at.date(), known[each.service])
        for each in found
        if each.service in known
    ]


def blocked_by(visits: Iterable[Treated], modality: str, zone: ZoneInfo) -> tuple[Interval, ...]:
    """The whole local days on which this treatment may not start beside these visits."""
    return tuple(note.during for visit in visits for note in _rests(visit, modality, zone))


def rests(
    *,
    patient: Patient,
    modality: str,
    window: Interval,
    zone: ZoneInfo,
    without: Iterable[int] = (),
) -> tuple[Note, ...]:
    """The whole local days on which this treatment may not start without a reason, each stretch
    with a sentence that says why. One query, two for whoever has any visit. `without` leaves
    appointments out."""
    return rests_beside(visits([patient.pk], window, without), modality, zone)


def rests_beside(found: Sequence[Visit], modality: str, zone: ZoneInfo) -> tuple[Note, ...]:
    """The same where the visits are known. One query where there are any."""
    beside = _treated(found, treatments() if found else {})
    return tuple(note for each in beside for note in _rests(each, modality, zone))


def blocked(
    *,
    patient: Patient,
    modality: str,
    window: Interval,
    zone: ZoneInfo,
    without: Iterable[int] = (),
) -> tuple[Interval, ...]:
    """Those stretches alone, as the searches take them."""
    found = rests(patient=patient, modality=modality, window=window, zone=zone, without=without)
    return tuple(note.during for note in found)


def _rests(visit: Treated, modality: str, zone: ZoneInfo) -> Iterator[Note]:
    """The days that are too near before a visit, and its own with those too near after it."""
    before = rest_days(modality, visit.treatment.modality)
    after = rest_days(visit.treatment.modality, modality)
    name, day = visit.treatment.name, visit.day
    soonest, again = day - timedelta(days=before - 1), day + timedelta(days=after)
    if before > 1:
        words = f"The skin rests from {short_day(soonest)} on before {name} on {short_day(day)}"
        yield Note(_days(soonest, day, zone), words)
    if after:
        words = f"After {name} on {short_day(day)} the skin rests until {short_day(again)}"
        yield Note(_days(day, again, zone), words)
    elif before:
        words = f"{name} is on {short_day(day)}"
        yield Note(_days(day, day + timedelta(days=1), zone), words)


def _days(first: date, until: date, zone: ZoneInfo) -> Interval:
    return Interval(*(local_minute_or_next(day, time.min, zone) for day in (first, until)))
