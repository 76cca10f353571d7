"""Giving a resource other weekly hours from a day on."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import keeping
from clinic.actions.claiming import lock_resources
from clinic.actions.claims import refuse
from clinic.actions.keeping import Seen, words
from clinic.models import Location, Resource, WeeklyHours
from clinic.queries import broken
from clinic.queries.weekly_hours import rows_of
from clinic.scheduling.week import Handover, Stretch, digest, faults, hand_over
from patients.actions.retry import retry_on_contention

ONE_DAY = timedelta(days=1)


@retry_on_contention
@transaction.atomic
def set_week(
    *,
    resource: Resource,
    location: Location,
    week: Collection[Stretch],
    first: date,
    by: User,
    now: datetime,
    known: str = "",
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> None:
    """Make `week` the hours of a resource at a location from the local day `first` on.

    The hours of earlier days stay what they were; a change planned for a later day is replaced.
    `known` is the digest of the hours that the screen showed. Raises BookingRefused when they are
    others by now, for a week that makes no sense or a day that is past, and with one objection for
    each visit still to come that falls outside the new hours.
    """
    lock_resources([resource.pk])
    before = rows_of(resource, location)
    if known and known != digest(before):
        refuse(
            f"Somebody gave {resource.name} other hours meanwhile. Nothing was saved. Saved again, "
            "yours replace them."
        )
    _refuse_nonsense(sorted(week), location, first, now)
    found = broken.outside(week, resource, location, first, now)
    keeping.refuse_unless_kept(
        found,
        lambda each: f"{words(each)} falls outside the new hours of {resource.name}.",
        keep_visits,
        saw,
    )
    _write(hand_over(before, week, first), resource, location, first)
    keeping.note("clinic.weeklyhours", resource.pk, by, now)


def _refuse_nonsense(
    week: Sequence[Stretch], location: Location, first: date, now: datetime
) -> None:
    if first < now.astimezone(location.zone).date():
        refuse("Hours change from today on; what has passed stays as it was.")
    for fault in faults(week, location.grid_minutes).values():
        refuse(fault.value)


def _write(change: Handover, resource: Resource, location: Location, first: date) -> None:
    """In this order, so that nothing overlaps on the way."""
    rows = WeeklyHours.objects.filter(resource=resource, location=location)
    rows.filter(pk__in=change.never_begins).delete()
    rows.filter(pk__in=change.ends).update(valid_until=first - ONE_DAY)
    rows.filter(pk__in=change.goes_on).update(valid_until=None)
    WeeklyHours.objects.bulk_create(
        WeeklyHours(resource=resource, location=location, valid_from=first, **each._asdict())
        for each in change.begins
    )
