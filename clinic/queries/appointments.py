"""The visits of a day as the desk reads them: who holds what, what may follow, who is where."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.models import Appointment, Location, RearrangedVisit, Reservation, Resource
from clinic.scheduling.clock import midnights, to_datetime

# a visit that starts within this time is near
SOON = timedelta(minutes=60)

_Status = Appointment.Status
EXPECTED = frozenset({_Status.BOOKED, _Status.CONFIRMED})
# a visit under way is finished, not cancelled; a held one is given back
CANCELLABLE = EXPECTED | {_Status.ARRIVED}


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment with what a row or a block shows of it.

    `steps` are the verbs offered now, most likely first: "check-in", "start", "complete",
    "no-show", "undo"; before its day "confirm" or "unconfirm". `late_minutes` is how long an
    expected patient is overdue, else 0; `waiting_minutes` how long one who has arrived has been
    waiting, else 0.
    """

    appointment: Appointment
    people: tuple[Resource, ...]
    rooms: tuple[Resource, ...]
    devices: tuple[Resource, ...]
    steps: tuple[str, ...]
    late_minutes: int
    waiting_minutes: int

    def is_with(self, user_id: int) -> bool:
        """Whether this member of staff is held for the visit."""
        return any(person.user_id == user_id for person in self.people)


class Segment(NamedTuple):
    """One resource held for a part of a visit, on the clock of the location."""

    resource: Resource
    label: str
    starts_at: datetime
    ends_at: datetime


class PastChange(NamedTuple):
    """One decision about a visit, in words, with who decided when."""

    words: str
    at: datetime
    by: User


class History(NamedTuple):
    """What became of an appointment, on the clock of the location; its changes oldest first."""

    booked_at: datetime
    changes: tuple[PastChange, ...]
    status_at: datetime


def day_bounds(on: date, location: Location) -> tuple[datetime, datetime]:
    """The local day as `[start, end)`: 23, 24 or 25 hours long."""
    start, end = midnights(on, on + timedelta(days=1), location.zone)
    return to_datetime(start), to_datetime(end)


def local_today(location: Location, now: datetime) -> date:
    return now.astimezone(location.zone).date()


def on_day(location: Location, on: date, now: datetime) -> tuple[Visit, ...]:
    """Every visit that starts on this local day, cancelled ones included, holds not."""
    start, end = day_bounds(on, location)
    found = visible(location, start, end, now).filter(during__startswith__gte=start)
    return tuple(visit(each, now) for each in found.exclude(status=_Status.HELD))


def visible(
    location: Location, start: datetime, end: datetime, now: datetime
) -> QuerySet[Appointment]:
    """What the desk sees of `[start, end)`: everything but holds that are over."""
    touching = Appointment.objects.filter(location=location).between(start, end)
    running = touching.ever_booked().exclude(status=_Status.HELD, held_until__lte=now)
    return running.with_details().in_order()


def visit(appointment: Appointment, now: datetime) -> Visit:
    """The appointment as a row; reads nothing that `with_details` has not loaded."""
    held = {each.resource_id: each.resource for each in appointment.reservations.all()}

    def of(kind: str) -> tuple[Resource, ...]:
        return tuple(resource for resource in held.values() if resource.kind == kind)

    return Visit(
        appointment=appointment,
        people=of(Resource.Kind.PERSON),
        rooms=of(Resource.Kind.ROOM),
        devices=of(Resource.Kind.DEVICE),
        steps=offered_steps(appointment, now),
        late_minutes=_late_minutes(appointment, now),
        waiting_minutes=_waiting_minutes(appointment, now),
    )


def offered_steps(appointment: Appointment, now: datetime) -> tuple[str, ...]:
    """The verbs that make sense now. Whether one is allowed is for the booking door to say."""
    match appointment.status:
        case _Status.BOOKED | _Status.CONFIRMED:
            return _steps_of_expected(appointment, now)
        case _Status.ARRIVED:
            return ("start", "undo")
        case _Status.IN_ROOM:
            return ("complete", "undo")
        case _Status.DONE | _Status.NO_SHOW:
            return ("undo",)
        case _:
            return ()


def _steps_of_expected(appointment: Appointment, now: datetime) -> tuple[str, ...]:
    verbs = {"check-in": _Status.ARRIVED, "no-show": _Status.NO_SHOW}
    found = tuple(verb for verb, status in verbs.items() if appointment.may_become(status, now))
    return found or (("unconfirm" if appointment.status == _Status.CONFIRMED else "confirm"),)


def _late_minutes(appointment: Appointment, now: datetime) -> int:
    if appointment.status not in EXPECTED:
        return 0
    return _minutes_since(appointment.during.lower, now)


def _waiting_minutes(appointment: Appointment, now: datetime) -> int:
    if appointment.status != _Status.ARRIVED:
        return 0
    return _minutes_since(appointment.status_at, now)


def _minutes_since(then: datetime, now: datetime) -> int:
    return max(0, (now - then) // timedelta(minutes=1))


def with_history() -> QuerySet[Appointment]:
    """What the panel of one visit shows, in three queries."""
    changes = RearrangedVisit.objects.select_related("rearrangement__actor").order_by("pk")
    reservations = Reservation.objects.select_related("resource", "need").order_by("during", "pk")
    return Appointment.objects.select_related(
        "patient", "service", "location", "booking__actor", "cancelled_by"
    ).prefetch_related(
        Prefetch("reservations", queryset=reservations), Prefetch("rearranged", queryset=changes)
    )


def segments(appointment: Appointment) -> tuple[Segment, ...]:
    """Who and what is held when, in order of time."""
    zone = appointment.location.zone
    return tuple(
        Segment(
            resource=each.resource,
            label=each.need.label if each.need else "",
            starts_at=each.during.lower.astimezone(zone),
            ends_at=each.during.upper.astimezone(zone),
        )
        for each in appointment.reservations.all()
    )


def history(appointment: Appointment) -> History:
    zone = appointment.location.zone
    rows = [row for row in appointment.rearranged.all() if row.what != RearrangedVisit.What.BOOKED]
    return History(
        booked_at=appointment.created_at.astimezone(zone),
        changes=tuple(
            PastChange(
                words=_change_words(row, zone),
                at=row.rearrangement.created_at.astimezone(zone),
                by=row.rearrangement.actor,
            )
            for row in rows
        ),
        status_at=appointment.status_at.astimezone(zone),
    )


def _change_words(row: RearrangedVisit, zone: ZoneInfo) -> str:
    """ "Moved from Tue 1 Dec, 15:30 to Thu 3 Dec, 15:30", "Cancelled (ill)"."""
    cause = f" ({row.rearrangement.cause})" if row.rearrangement.cause else ""
    if row.what == RearrangedVisit.What.MOVED and row.was and row.became:
        was, became = row.was.lower.astimezone(zone), row.became.lower.astimezone(zone)
        text = _("Moved from %(was)s to %(became)s") % {
            "was": f"{was:%a %-d %b, %H:%M}",
            "became": f"{became:%a %-d %b, %H:%M}",
        }
        return text + cause
    return f"{row.get_what_display()}{cause}"
