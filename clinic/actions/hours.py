"""Saying when the clinic does not work: somebody or something is away, or a whole place is closed.

Both refuse when visits still to come stand in the way and name every one of them (`VisitsStand`):
those are moved or cancelled first, each with its own letter. With `keep_visits` they stand for now:
the time is closed to everything else, and the visits are planned anew afterwards.

What is taken back counts from now: time that has passed stays as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from clinic.accounts.models import User
from clinic.actions import keeping
from clinic.actions.claiming import lock_resources, refuse_on
from clinic.actions.claims import Objection, refuse
from clinic.actions.keeping import Seen, words
from clinic.actions.tightening import tighten
from clinic.models import Absence, Appointment, Closure, Location, Resource
from clinic.models.ranges import LONGEST, SHORTEST
from clinic.queries import broken
from patients.actions.retry import retry_on_contention

ONE_DAY = timedelta(days=1)

# Absences ---------------------------------------------------------------------------------------


@retry_on_contention
@transaction.atomic
def record_absence(
    *,
    resource: Resource,
    start: datetime,
    end: datetime,
    kind: str,
    note: str = "",
    by: User,
    now: datetime,
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> Absence:
    """Keep a person, room or device out of the bookings in `[start, end)`, both aware.

    `kind` is an Absence.Kind; the past is allowed, people fall ill before they say so. Raises
    BookingRefused with one objection for each visit still to come, or other absence, in this time.
    """
    during = _sound(resource, start, end, kind)
    lock_resources([resource.pk])
    absence = Absence(resource=resource, during=during, kind=kind, note=note.strip()[:100])
    in_the_way = broken.with_resource(resource, now, during)
    return _put(absence, in_the_way, by, now, keep_visits, saw)


@retry_on_contention
@transaction.atomic
def change_absence(
    *,
    absence: Absence,
    start: datetime,
    end: datetime,
    kind: str,
    note: str = "",
    by: User,
    now: datetime,
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> Absence:
    """Give an absence another time, kind or note. Refused like a new one, for what the old one did
    not keep from taking place already, and when it is over."""
    resource = absence.resource
    during = _sound(resource, start, end, kind)
    lock_resources([resource.pk])
    changed = _not_over(absence, now)
    known = {each.pk for each in broken.with_resource(resource, now, changed.during)}
    found = broken.with_resource(resource, now, during)
    changed.during, changed.kind, changed.note = during, kind, note.strip()[:100]
    in_the_way = [each for each in found if each.pk not in known]
    return _put(changed, in_the_way, by, now, keep_visits, saw)


@retry_on_contention
@transaction.atomic
def take_back_absence(*, absence: Absence, by: User, now: datetime) -> None:
    """Free what lies ahead of it: one that has begun ends now, another is gone."""
    lock_resources([absence.resource_id])
    found = _not_over(absence, now)
    keeping.note("clinic.absence", found.pk, by, now)
    end = now.replace(second=0, microsecond=0)
    if end - found.during.lower < SHORTEST:
        found.delete()
        return
    found.during = DateTimeTZRange(found.during.lower, end)
    found.reservations.all().delete()
    found.save()
    tighten(found)


def _sound(resource: Resource, start: datetime, end: datetime, kind: str) -> DateTimeTZRange:
    if start.utcoffset() is None or end.utcoffset() is None:
        refuse("A time needs its time zone.")
    if end <= start:
        refuse("The end must be after the start.")
    if not SHORTEST <= end - start <= LONGEST:
        refuse("An absence lasts between five minutes and a year.")
    if kind not in Absence.KINDS_OF[resource.kind]:
        refuse(f"That is nothing a {resource.get_kind_display().lower()} can be.")
    return DateTimeTZRange(start, end)


def _put(
    absence: Absence,
    in_the_way: list[Appointment],
    by: User,
    now: datetime,
    keep_visits: bool,
    saw: Seen | None,
) -> Absence:
    """Store the absence, new or changed, unless something speaks against it."""
    refuse_on(_overlapping(absence))
    name = absence.resource.name
    keeping.refuse_unless_kept(
        in_the_way, lambda each: f"{name} is booked: {words(each)}.", keep_visits, saw
    )
    if absence.pk:
        # before the range shrinks: what it held outside is free
        absence.reservations.all().delete()
    absence.save()
    tighten(absence)
    keeping.note("clinic.absence", absence.pk, by, now)
    return absence


def _overlapping(absence: Absence) -> Iterator[Objection]:
    others = Absence.objects.filter(resource=absence.resource, during__overlap=absence.during)
    zone = absence.resource.location.zone
    for each in others.exclude(pk=absence.pk).order_by("during"):
        since, until = (end.astimezone(zone) for end in (each.during.lower, each.during.upper))
        yield Objection(
            f"{absence.resource.name} is away already, {since:%a %-d %b, %H:%M} "
            f"to {until:%a %-d %b, %H:%M}."
        )


def _not_over(absence: Absence, now: datetime) -> Absence:
    """The row as it is by now. Refuses one that has passed or is gone."""
    rows = Absence.objects.select_for_update(of=("self",)).select_related("resource__location")
    found = rows.filter(pk=absence.pk).first()
    if found is None:
        refuse("Somebody took this back a moment ago.")
    if found.during.upper <= now:
        refuse("This is over. What has passed stays as it was.")
    return found


# Closed days ------------------------------------------------------------------------------------


@retry_on_contention
@transaction.atomic
def close_days(
    *,
    location: Location,
    first: date,
    last: date,
    reason: str,
    by: User,
    now: datetime,
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> Closure:
    """Close a location on the local days from `first` to `last`, both included.

    Raises BookingRefused with one objection for each visit still to come on those days.
    """
    wanted = Closure(location=location, starts_on=first, ends_on=last, reason=reason)
    return _close([wanted], by, now, keep_visits, saw)[0]


@retry_on_contention
@transaction.atomic
def close_single_days(
    *,
    location: Location,
    days: Mapping[date, str],
    by: User,
    now: datetime,
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> list[Closure]:
    """Close a location on each of these local days, with its reason: all or none."""
    if not days:
        refuse("Choose a day.")
    wanted = [
        Closure(location=location, starts_on=day, ends_on=day, reason=reason)
        for day, reason in sorted(days.items())
    ]
    return _close(wanted, by, now, keep_visits, saw)


@retry_on_contention
@transaction.atomic
def change_closure(
    *,
    closure: Closure,
    first: date,
    last: date,
    reason: str,
    by: User,
    now: datetime,
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> Closure:
    """Close other days instead. Refused for visits on days that were not closed before, and when
    the last closed day is past."""
    found = _not_reopened(closure, now)
    known = (found.starts_on, found.ends_on)
    found.starts_on, found.ends_on, found.reason = first, last, reason
    return _close([found], by, now, keep_visits, saw, known)[0]


@retry_on_contention
@transaction.atomic
def take_back_closure(*, closure: Closure, by: User, now: datetime) -> None:
    """Open the days from today on: of a closure that has begun the days that passed stay closed."""
    found = _not_reopened(closure, now)
    today = now.astimezone(found.location.zone).date()
    keeping.note("clinic.closure", found.pk, by, now)
    if found.starts_on >= today:
        found.delete()
        return
    found.ends_on = today - ONE_DAY
    found.save()


def _close(
    wanted: Sequence[Closure],
    by: User,
    now: datetime,
    keep_visits: bool,
    saw: Seen | None,
    known: tuple[date, date] | None = None,
) -> list[Closure]:
    """Store these closures of one location, new or changed; `known` days were closed before."""
    location = wanted[0].location
    works_here = Q(location=location) | Q(weekly_hours__location=location)
    lock_resources(Resource.objects.filter(works_here).values_list("pk", flat=True))
    refuse_on(objection for each in wanted for objection in _senseless(each))
    before = {each.pk for each in broken.on_days(location, *known, now)} if known else set()
    found = [
        visit
        for each in wanted
        for visit in broken.on_days(location, each.starts_on, each.ends_on, now)
        if visit.pk not in before
    ]
    keeping.refuse_unless_kept(
        found, lambda each: f"{words(each)} stands in the way.", keep_visits, saw
    )
    for each in wanted:
        each.reason = each.reason.strip()[:100]
        each.save()
        keeping.note("clinic.closure", each.pk, by, now)
    return list(wanted)


def _senseless(closure: Closure) -> Iterator[Objection]:
    if closure.ends_on < closure.starts_on:
        yield Objection("The last closed day is before the first.")
    if closure.ends_on - closure.starts_on > LONGEST:
        yield Objection("More than a year cannot be closed at once.")
    known = Closure.objects.filter(
        location=closure.location, starts_on__lte=closure.starts_on, ends_on__gte=closure.ends_on
    )
    for each in known.exclude(pk=closure.pk):
        yield Objection(f"These days are closed already: {each.reason}.")


def _not_reopened(closure: Closure, now: datetime) -> Closure:
    """The row as it is by now. Refuses one that has passed or is gone."""
    rows = Closure.objects.select_for_update(of=("self",)).select_related("location")
    found = rows.filter(pk=closure.pk).first()
    if found is None:
        refuse("Somebody took this back a moment ago.")
    if found.ends_on < now.astimezone(found.location.zone).date():
        refuse("This is over. What has passed stays as it was.")
    return found
