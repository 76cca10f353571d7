"""From the database to a scheduling Snapshot, in a fixed number of queries.

Five queries whatever the number of people, rooms and devices and however long the clinic has
existed: only the window is read, by the index under the exclusion constraint.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, F, Func, Q

from clinic.models import Appointment, Closure, Location, Reservation, Service, WeeklyHours
from clinic.models import Resource as ResourceRow
from clinic.scheduling.availability import Resource, Snapshot
from clinic.scheduling.clock import midnights, to_datetime
from clinic.scheduling.intervals import Interval
from clinic.scheduling.needs import Need, VisitShape
from clinic.scheduling.opening import Shift, opening
from patients.models import Patient


class _Minutes(Func):
    """A bound of a range as whole minutes since 1970, rounded away from the range's inside."""

    output_field = BigIntegerField()
    arity = 1


class StartMinute(_Minutes):
    template = "floor(extract(epoch FROM lower(%(expressions)s)) / 60)::bigint"


class EndMinute(_Minutes):
    template = "ceil(extract(epoch FROM upper(%(expressions)s)) / 60)::bigint"


def shape_of(service: Service) -> VisitShape:
    """What the solver must know of a service. Prefetch `needs__capability` when asking for many."""
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
    location: Location, first: date, until: date, only: Collection[int] | None = None
) -> Snapshot:
    """Who and what is open and free at a location on the local days `[first, until)`; with `only`,
    of these resources."""
    marks = midnights(first, until, location.zone)
    window = Interval(marks[0], marks[-1])
    resources = _resources(location, only)
    ids = [each.id for each in resources]
    return Snapshot.build(window, resources, _open(location, ids, first, until), _busy(ids, window))


def open_only(location: Location, first: date, until: date, only: Collection[int]) -> Snapshot:
    """Like `snapshot`, for the question who works when: whatever is booked counts as free."""
    marks = midnights(first, until, location.zone)
    resources = _resources(location, only)
    ids = [each.id for each in resources]
    window = Interval(marks[0], marks[-1])
    return Snapshot.build(window, resources, _open(location, ids, first, until), {})


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


def _resources(location: Location, only: Collection[int] | None) -> list[Resource]:
    known = ResourceRow.objects.filter(active=True)
    rows = (
        (known if only is None else known.filter(pk__in=only))
        .filter(Q(location=location) | Q(weekly_hours__location=location))
        .annotate(can=ArrayAgg("capabilities__key", distinct=True, default=[]))
        .values_list("pk", "name", "kind", "can")
        .distinct()
    )
    return [Resource(pk, name, kind, frozenset(can) - {None}) for pk, name, kind, can in rows]


def _open(
    location: Location, resources: Sequence[int], first: date, until: date
) -> dict[int, tuple[Interval, ...]]:
    shifts: defaultdict[int, list[Shift]] = defaultdict(list)
    columns = ("resource_id", "weekday", "opens", "closes", "valid_from", "valid_until")
    hours = WeeklyHours.objects.filter(location=location, resource__in=resources)
    for resource_id, *shift in hours.values_list(*columns):
        shifts[resource_id].append(Shift(*shift))
    closed = _closed(location, first, until)
    # many resources keep the same hours: work each pattern out once
    known: dict[Any, tuple[Interval, ...]] = {}
    result = {}
    for resource_id, own in shifts.items():
        pattern = frozenset(own)
        if pattern not in known:
            known[pattern] = opening(own, location.zone, first, until, closed)
        result[resource_id] = known[pattern]
    return result


def _closed(location: Location, first: date, until: date) -> list[Interval]:
    rows = Closure.objects.filter(location=location, starts_on__lt=until, ends_on__gte=first)
    marks = (
        midnights(start, end + timedelta(days=1), location.zone)
        for start, end in rows.values_list("starts_on", "ends_on")
    )
    return [Interval(days[0], days[-1]) for days in marks]


def _busy(resources: Sequence[int], window: Interval) -> dict[int, list[Interval]]:
    rows = Reservation.objects.filter(
        resource__in=resources, during__overlap=range_of(window)
    ).values_list("resource_id", StartMinute(F("during")), EndMinute(F("during")))
    busy: defaultdict[int, list[Interval]] = defaultdict(list)
    for resource_id, start, end in rows:
        busy[resource_id].append(Interval(start, end))
    return busy


def range_of(window: Interval) -> tuple[datetime, datetime]:
    """An interval of the solver as what a range column is compared with."""
    return to_datetime(window.start), to_datetime(window.end)


def days_around(starts: Iterable[datetime], location: Location) -> tuple[date, date]:
    """The local days `[first, until)` that hold all these starts, with room for long visits."""
    days = [each.astimezone(location.zone).date() for each in starts]
    return min(days), max(days) + timedelta(days=2)
