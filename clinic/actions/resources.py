"""Adding, changing and giving up people, rooms and devices."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import keeping
from clinic.actions.claiming import lock_resources
from clinic.actions.claims import refuse
from clinic.actions.keeping import Seen, words
from clinic.models import Capability, Location, Resource
from clinic.queries import broken
from patients.actions.retry import retry_on_contention


@retry_on_contention
@transaction.atomic
def add_resource(
    *,
    location: Location,
    kind: str,
    name: str,
    capabilities: Collection[Capability],
    by: User,
    now: datetime,
) -> Resource:
    """A new person, room or device; it can be booked once it has weekly hours.

    Raises BookingRefused when the location has something of that name.
    """
    made = Resource(location=location, kind=kind, name=name.strip())
    _refuse_same_name(made)
    made.save()
    made.capabilities.set(capabilities)
    keeping.note("clinic.resource", made.pk, by, now)
    return made


@retry_on_contention
@transaction.atomic
def change_resource(
    *,
    resource: Resource,
    name: str,
    capabilities: Collection[Capability],
    by: User,
    now: datetime,
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> None:
    """Another name, other capabilities.

    Raises BookingRefused with one objection for each visit still to come that holds the resource
    for something it cannot be used for any more.
    """
    lock_resources([resource.pk])
    resource.name = name.strip()
    _refuse_same_name(resource)
    before = set(resource.capabilities.values_list("pk", flat=True))
    lost = before - {each.pk for each in capabilities}
    keeping.refuse_unless_kept(
        broken.needing(resource, lost, now) if lost else [],
        lambda each: f"{words(each)} needs what {resource.name} could do so far.",
        keep_visits,
        saw,
    )
    resource.save(update_fields=["name"])
    resource.capabilities.set(capabilities)
    keeping.note("clinic.resource", resource.pk, by, now)


@retry_on_contention
@transaction.atomic
def deactivate(
    *,
    resource: Resource,
    by: User,
    now: datetime,
    keep_visits: bool = False,
    saw: Seen | None = None,
) -> None:
    """Book it no more, at any location; its past visits stay its own.

    Raises BookingRefused with one objection for each visit still to come that holds it.
    """
    lock_resources([resource.pk])
    keeping.refuse_unless_kept(
        broken.with_resource(resource, now),
        lambda each: f"{resource.name} is booked: {words(each)}.",
        keep_visits,
        saw,
    )
    _set_active(resource, False, by, now)


@retry_on_contention
@transaction.atomic
def reactivate(*, resource: Resource, by: User, now: datetime) -> None:
    """Book it again; its weekly hours are still there."""
    lock_resources([resource.pk])
    _set_active(resource, True, by, now)


def _set_active(resource: Resource, active: bool, by: User, now: datetime) -> None:
    resource.active = active
    resource.save(update_fields=["active"])
    keeping.note("clinic.resource", resource.pk, by, now)


def _refuse_same_name(resource: Resource) -> None:
    if not resource.name:
        refuse("Write a name.")
    same = Resource.objects.filter(location=resource.location, name__iexact=resource.name)
    if same.exclude(pk=resource.pk).exists():
        refuse(f"{resource.location.name} has a {resource.name} already.")
