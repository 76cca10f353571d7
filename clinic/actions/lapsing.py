"""Holds whose time is over give back what they held: to whoever wants it, else by a sweep."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from clinic.models import Appointment, Reservation
from clinic.models.appointment import RAN_OUT
from clinic.queries.conflicts import Hold


def sweep_meeting(holds: Sequence[Hold], patients: Iterable[int], now: datetime) -> None:
    """End the lapsed holds that stand in the way of these claims. Call it under the locks on the
    resources: a hold that somebody confirms at this moment is left to them."""
    lapsed = Appointment.objects.lapsed(now)
    wanted = Q(patient__in=list(patients))
    for hold in holds:
        wanted |= Q(
            reservations__resource=hold.resource_id, reservations__during__overlap=hold.during
        )
    _end(lapsed.filter(pk__in=lapsed.filter(wanted).values("pk")), now)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """End every lapsed hold that nobody is at work on; answer how many."""
    return _end(Appointment.objects.lapsed(now), now)


def _end(lapsed: QuerySet[Appointment], now: datetime) -> int:
    # skipped, not waited for: its owner holds the patient's lock and may be waiting for ours
    rows = lapsed.select_for_update(of=("self",), skip_locked=True).select_related("booking")
    found = list(rows.order_by("pk"))
    for each in found:
        each.status, each.status_at, each.held_until = Appointment.Status.CANCELLED, now, None
        each.cancelled_at, each.cancelled_by_id = now, each.booking.actor_id
        each.cancel_reason = RAN_OUT
    fields = ["status", "status_at", "held_until", "cancelled_at", "cancelled_by", "cancel_reason"]
    Appointment.objects.bulk_update(found, fields)
    Reservation.objects.filter(appointment__in=found).delete()
    return len(found)
