"""From the database to a scheduling Snapshot, in a fixed number of queries.

Two queries whatever the number of people, rooms and devices and however long the clinic has
existed: only the window is read (clinic/queries/facts.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.models import BigIntegerField, F, Func

from clinic.models import Appointment, Location, Service
from clinic.queries.facts import END_MINUTE, START_MINUTE, Facts, Wanted, busy, facts
from clinic.scheduling.availability import Snapshot
from clinic.scheduling.clock import Minute, to_datetime
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from patients.models import Patient


class _Minutes(Func):
    """A bound of a range as whole minutes since 1970, rounded away from the range's inside."""

    output_field = BigIntegerField()
    arity = 1


class StartMinute(_Minutes):
    template = START_MINUTE.format("%(expressions)s")


class EndMinute(_Minutes):
    template = END_MINUTE.format("%(expressions)s")


def shape_of(service: Service) -> VisitShape:
    """What the solver must know of a service. `load_needs` first when asking for many."""
    needs = sorted(service.needs.all(), key=lambda need: need.position)
    return VisitShape(
        needs=tuple(
            Need(
                key=str(need.pk), capability=need.capability.key, starts=need.starts, ends=need.ends
            )
            for need in needs
        ),
        minutes=service.minutes,
    )


def snapshot(
    location: Location,
    first: date,
    until: date,
    only: Collection[int] | None = None,
    *,
    now: datetime | None = None,
    capable: Collection[str] | None = None,
) -> Snapshot:
    """Who and what is open and free at a location on the local days `[first, until)`.

    With `only`, of these resources; with `capable`, of those that have one of these capabilities:
    a search for a visit needs no others. With `now`, holds that have lapsed by then count as free.
    """
    return seen(facts(location.pk, first, until, Wanted(capable=capable, only=only)), now)


def open_only(location: Location, first: date, until: date, only: Collection[int]) -> Snapshot:
    """Like `snapshot`, for the question who works when: whatever is booked counts as free.

    Absences do not: whoever is away is busy from the first minute to the last.
    """
    known = facts(location.pk, first, until, Wanted(only=only))
    return Snapshot.build(known.window, known.resources, known.open(), _away(known))


def seen(known: Facts, now: datetime | None = None) -> Snapshot:
    """The snapshot of a place that is known but for its bookings; one query.

    An absence counts as a whole: a visit that stands in it holds its time there, and when it
    leaves, that time is not free.
    """
    taken = _away(known)
    for one, spans in _booked(known, now).items():
        taken[one] += spans
    return Snapshot.build(known.window, known.resources, known.open(), taken)


def _booked(known: Facts, now: datetime | None) -> dict[int, list[tuple[Minute, Minute]]]:
    return busy([each.id for each in known.resources], known.window, now)


def _away(known: Facts) -> defaultdict[int, list[tuple[Minute, Minute]]]:
    found: defaultdict[int, list[tuple[Minute, Minute]]] = defaultdict(list)
    for each in known.away:
        found[each.resource].append(each.during)
    return found


def patient_busy(
    patient: Patient, window: Interval, without: Iterable[int] = ()
) -> tuple[Interval, ...]:
    """The patient's own standing appointments in the window, at any location."""
    rows = (
        Appointment.objects.standing()
        .filter(patient=patient, during__overlap=range_of(window))
        .exclude(pk__in=list(without))
        .values_list(StartMinute(F("during")), EndMinute(F("during")))
    )
    return tuple(Interval(start, end) for start, end in rows)


def range_of(window: Interval) -> tuple[datetime, datetime]:
    """An interval of the solver as what a range column is compared with."""
    return to_datetime(window.start), to_datetime(window.end)


def days_around(starts: Iterable[datetime], location: Location) -> tuple[date, date]:
    """The local days `[first, until)` that hold all these starts, with room for long visits."""
    days = [each.astimezone(location.zone).date() for each in starts]
    return min(days), max(days) + timedelta(days=2)
